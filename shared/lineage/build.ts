import {
  type ArtifactNode,
  byText,
  isModelType,
  type Lineage,
  type LineageEdge,
  type LineageLink,
  type LineageNode,
  type ReleaseNode,
  type RunNode,
} from './graph.ts'

/** A version of the library, as far as lineage goes. */
export type VersionRecord = {
  readonly id: string
  readonly number: number
  readonly parents: readonly string[]
  readonly message: string
  readonly author: string
  readonly createdAt: number
  readonly counts: { readonly samples: number; readonly labeled: number; readonly objects: number }
  readonly names: readonly string[]
}
/** An artifact that a version was sent as. `server` names its server; ids are only unique there. */
export type SentRecord = {
  readonly server: string
  readonly entity: string
  readonly project: string
  readonly versionId: string
  readonly artifactId: string
  readonly collection: string
  readonly type: string
  readonly version: string
  readonly digest: string
  readonly runName: string
  readonly url: string | null
  readonly sentAt: number
}
/** An artifact that images were taken from; `versionId` is the version they came into, null while none has them. */
export type InputRecord = {
  readonly server: string
  readonly artifactId: string
  /** `entity/project/collection:v3`. */
  readonly name: string
  readonly digest: string
  readonly versionId: string | null
}
/** What the server said of an artifact. Edges are null until it was asked for what is around it. */
export type ArtifactRecord = {
  readonly server: string
  readonly id: string
  readonly entity: string
  readonly project: string
  readonly collection: string
  readonly type: string
  readonly index: number | null
  readonly digest: string
  readonly files: number
  readonly bytes: number
  readonly aliases: readonly string[]
  readonly tags: readonly string[]
  readonly createdAt: number | null
  readonly ttlSeconds: number | null
  readonly ttlIsInherited: boolean
  readonly isDeleted: boolean
  readonly url: string
  readonly lookedAt: number | null
  readonly around: {
    readonly madeBy: string | null
    readonly usedBy: readonly string[]
    readonly links: readonly LineageLink[]
    readonly hasMore: boolean
  } | null
}
/** What the server said of a run, as `ArtifactRecord`. Keys of runs are `entity/project/name`. */
export type RunRecord = {
  readonly server: string
  readonly entity: string
  readonly project: string
  readonly name: string
  readonly title: string
  readonly jobType: string | null
  readonly state: string | null
  readonly user: string | null
  readonly createdAt: number | null
  readonly metrics: readonly (readonly [string, number])[]
  readonly isDeleted: boolean
  readonly url: string
  readonly lookedAt: number | null
  readonly around: {
    readonly inputs: readonly string[]
    readonly outputs: readonly string[]
    readonly hasMore: boolean
  } | null
}

/** A release of a dataset at Segments.ai that a version was made of. */
export type ReleaseRecord = Pick<ReleaseNode, 'dataset' | 'name' | 'taskType' | 'rawData' | 'url'> & {
  readonly server: string
  readonly uuid: string
  readonly versionId: string
}

export type LineageRecords = {
  readonly versions: readonly VersionRecord[]
  readonly sent: readonly SentRecord[]
  /** Runs that sent something of this library, whatever it was. */
  readonly senders: readonly {
    readonly server: string
    readonly entity: string
    readonly project: string
    readonly name: string
  }[]
  readonly inputs: readonly InputRecord[]
  readonly releases: readonly ReleaseRecord[]
  readonly artifacts: readonly ArtifactRecord[]
  readonly runs: readonly RunRecord[]
}

export const versionNodeId = (versionId: string): string => `version:${versionId}`
export const artifactNodeId = (server: string, id: string): string => `artifact:${server} ${id}`
export const runNodeId = (server: string, key: string): string => `run:${server} ${key}`
export const runKey = (run: { entity: string; project: string; name: string }): string =>
  `${run.entity}/${run.project}/${run.name}`

/**
 * One graph of what is known: versions and what they were sent as come first, what the server said says more of them, and
 * of the rest only what hangs together with them is in it. The same records in any order give the same graph.
 */
export function buildLineage(records: LineageRecords): Lineage {
  const nodes = new Map<string, LineageNode>()
  const edges = new Map<string, LineageEdge>()
  const link = (from: string, to: string, kind: LineageEdge['kind']) =>
    void edges.set(`${from}\n${to}\n${kind}`, { from, to, kind })
  const facts = new Map(records.artifacts.map((one) => [artifactNodeId(one.server, one.id), one]))
  const runFacts = new Map(records.runs.map((one) => [runNodeId(one.server, runKey(one)), one]))

  const numbers = new Map(records.versions.map(({ id, number }) => [id, number]))
  for (const { id, names, createdAt, counts, number, message, author, parents } of records.versions) {
    const its = versionNodeId(id)
    const said = { number, message, author, at: createdAt, ...counts, names: [...names].sort(byText) }
    nodes.set(its, { kind: 'version', id: its, versionId: id, ...said })
    for (const parent of parents) if (numbers.has(parent)) link(versionNodeId(parent), its, 'parent')
  }

  // Versions share artifacts that did not change between them; only the run of the first one really made it.
  const sent = [...records.sent]
    .filter(({ versionId }) => numbers.has(versionId))
    .sort(
      (a, b) => numbers.get(a.versionId)! - numbers.get(b.versionId)! || byText(a.artifactId, b.artifactId),
    )
  for (const one of sent) {
    const its = artifactNodeId(one.server, one.artifactId)
    link(versionNodeId(one.versionId), its, 'sent')
    if (nodes.has(its)) continue
    nodes.set(its, facts.has(its) ? fromFacts(facts.get(its)!, true) : fromReceipt(one, its))
    if (facts.get(its)?.around) continue
    const run = runNodeId(one.server, runKey({ ...one, name: one.runName }))
    if (!nodes.has(run))
      nodes.set(run, runFacts.has(run) ? fromRun(runFacts.get(run)!, true) : ownRun(one, run))
    link(run, its, 'made')
  }
  const ownRuns = new Set(records.senders.map((one) => runNodeId(one.server, runKey(one))))
  // Labels of a version are made from its images: their run reads them.
  const raw = new Map(
    sent.filter((one) => one.collection === 'raw_data').map((one) => [`${one.server} ${one.versionId}`, one]),
  )
  for (const one of sent) {
    const images = raw.get(`${one.server} ${one.versionId}`)
    const run = runNodeId(one.server, runKey({ ...one, name: one.runName }))
    if (images && images !== one && nodes.has(run) && !runFacts.get(run)?.around)
      link(artifactNodeId(images.server, images.artifactId), run, 'used')
  }
  for (const input of records.inputs) {
    const its = artifactNodeId(input.server, input.artifactId)
    if (!nodes.has(its))
      nodes.set(its, facts.has(its) ? fromFacts(facts.get(its)!, false) : fromInput(input, its))
    if (input.versionId !== null && numbers.has(input.versionId))
      link(its, versionNodeId(input.versionId), 'used')
  }

  // The version is of the moment when the release was made.
  const times = new Map(records.versions.map(({ id, createdAt }) => [id, createdAt]))
  for (const { server, uuid, versionId, ...said } of records.releases) {
    const at = times.get(versionId)
    if (at === undefined) continue
    const its = `release:${server} ${uuid}`
    nodes.set(its, { kind: 'release', id: its, ...said, at })
    link(its, versionNodeId(versionId), 'used')
  }

  // From there along what the server said, in both directions.
  const open = [...nodes.keys()].sort(byText)
  const seen = new Set(open)
  const reach = (id: string, make: () => LineageNode | null): boolean => {
    if (seen.has(id)) return true
    const node = nodes.get(id) ?? make()
    if (!node) return false
    nodes.set(id, node)
    seen.add(id)
    open.push(id)
    return true
  }
  const reachArtifact = (id: string) =>
    reach(id, () => (facts.has(id) ? fromFacts(facts.get(id)!, false) : null))
  const reachRun = (id: string) =>
    reach(id, () => (runFacts.has(id) ? fromRun(runFacts.get(id)!, ownRuns.has(id)) : null))
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const artifact = facts.get(id)
    if (artifact?.around) {
      const { madeBy, usedBy } = artifact.around
      if (madeBy !== null && reachRun(runNodeId(artifact.server, madeBy)))
        link(runNodeId(artifact.server, madeBy), id, 'made')
      for (const key of usedBy) {
        const run = runNodeId(artifact.server, key)
        if (reachRun(run)) link(id, run, 'used')
      }
    }
    const run = runFacts.get(id)
    if (run?.around) {
      for (const input of run.around.inputs) {
        const its = artifactNodeId(run.server, input)
        if (reachArtifact(its)) link(its, id, 'used')
      }
      for (const output of run.around.outputs) {
        const its = artifactNodeId(run.server, output)
        if (reachArtifact(its)) link(id, its, 'made')
      }
    }
  }
  return {
    nodes: [...nodes.values()].sort((a, b) => byText(a.id, b.id)),
    edges: [...edges.entries()].sort(([a], [b]) => byText(a, b)).map(([, edge]) => edge),
  }
}

const unknown = {
  aliases: [],
  tags: [],
  ttl: null,
  links: [],
  isGone: false,
  lookedAt: null,
  hasMore: false,
  files: null,
  bytes: null,
}

function fromReceipt(one: SentRecord, id: string): ArtifactNode {
  const { entity, project, collection, type, version, digest, url, sentAt: at } = one
  const its = { entity, project, url, collection, version, type, digest, at }
  return { kind: 'artifact', id, isModel: false, ...its, ...unknown, isFromHere: true }
}

function fromInput({ name, digest }: InputRecord, id: string): ArtifactNode {
  const [path = '', version = 'unknown'] = name.split(':')
  const [collection = path, project = '', entity = ''] = path.split('/').reverse()
  const its = { entity, project, url: null, collection, version, type: '', digest, at: null }
  return { kind: 'artifact', id, isModel: false, ...its, ...unknown, isFromHere: false }
}

function fromFacts(one: ArtifactRecord, isFromHere: boolean): ArtifactNode {
  const { entity, project, url, collection, type, digest, files, bytes, createdAt, lookedAt, around } = one
  // A time to live counts from when the artifact was made.
  const seconds = one.ttlSeconds !== null && one.ttlSeconds > 0 ? one.ttlSeconds : null
  const endsAt = seconds === null || createdAt === null ? null : createdAt + seconds * 1000
  const isInherited = one.ttlIsInherited || one.ttlSeconds === -1
  return {
    kind: 'artifact',
    id: artifactNodeId(one.server, one.id),
    isModel: isModelType(type),
    entity,
    project,
    url,
    collection,
    version: one.index === null ? 'unknown' : `v${one.index}`,
    type,
    digest,
    files,
    bytes,
    at: createdAt,
    aliases: [...one.aliases].sort(byText),
    tags: [...one.tags].sort(byText),
    isFromHere,
    ttl: lookedAt === null ? null : { seconds, isInherited, endsAt },
    links: [...(around?.links ?? [])],
    isGone: one.isDeleted,
    lookedAt,
    hasMore: around?.hasMore ?? false,
  }
}

function ownRun(one: SentRecord, id: string): RunNode {
  const { entity, project, runName: name, sentAt: at } = one
  const unsaid = { jobType: null, state: null, user: null, metrics: [], isGone: false, lookedAt: null }
  return {
    kind: 'run',
    id,
    entity,
    project,
    url: null,
    name,
    title: name,
    at,
    ...unsaid,
    isFromHere: true,
    hasMore: false,
  }
}

function fromRun(one: RunRecord, isFromHere: boolean): RunNode {
  const { entity, project, url, name, title, jobType, state, user, createdAt: at, lookedAt } = one
  return {
    kind: 'run',
    id: runNodeId(one.server, runKey(one)),
    entity,
    project,
    url,
    name,
    title,
    jobType,
    state,
    user,
    at,
    metrics: one.metrics.map(([key, value]) => [key, value]),
    isFromHere,
    isGone: one.isDeleted,
    lookedAt,
    hasMore: one.around?.hasMore ?? false,
  }
}
