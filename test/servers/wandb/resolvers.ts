import { createHash } from 'node:crypto'
import type { Args, Json, Node } from './operation.ts'
import { type DoubleStore, hexOf, md5Base64, type StoredArtifact, type StoredRun } from './state.ts'

/** A sentence answered as a GraphQL error inside HTTP 200. */
export class Refusal extends Error {}

export type ResolverOptions = {
  entity: string
  /** Which committed versions a digest is compared with; sources on the real service differ. */
  dedupe: 'any' | 'newest' | 'none'
  /** Whether `clientIDMapping` sees artifacts that were never committed. */
  pendingVisible: boolean
  /** Whether a commit moves the aliases that were asked for. */
  movesAliases: boolean
  /** Makes the address of a storage PUT or GET; the token in it expires. */
  sign(grant: Grant): string
}
export type Grant =
  | { kind: 'put'; md5: string; done: (bytes: Uint8Array) => void }
  | { kind: 'get'; md5: string; name: string }

const str = (value: Json | undefined): string => {
  if (typeof value !== 'string') throw new Refusal(`expected a string, read ${JSON.stringify(value)}`)
  return value
}
const obj = (value: Json | undefined): Args => value as Args
const optional = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)

/** Every operation of §6 and §7 of the wire that the app and the official Python client send. */
export function createResolvers(store: DoubleStore, options: ResolverOptions) {
  const { state } = store
  const connection = (nodes: Node[]): Node => ({
    __typename: 'Connection',
    totalCount: nodes.length,
    pageInfo: { __typename: 'PageInfo', endCursor: null, hasNextPage: false },
    edges: nodes.map((node) => ({ cursor: 'c', node, version: null })),
  })
  const page = (nodes: Node[], args: Args): Node => {
    const start = typeof args.after === 'string' ? Number(args.after) : 0
    const size = typeof args.first === 'number' ? args.first : 50
    const end = Math.min(nodes.length, start + size)
    return {
      totalCount: nodes.length,
      pageInfo: { __typename: 'PageInfo', endCursor: String(end), hasNextPage: end < nodes.length },
      edges: nodes
        .slice(start, end)
        .map((node, i) => ({ cursor: String(start + i + 1), node, version: null })),
    }
  }
  const projectNode = (entity: string, name: string): Node => ({
    __typename: 'Project',
    id: Buffer.from(`Project:${entity}/${name}`).toString('base64'),
    internalId: Buffer.from(`ProjectInternalId:${entity}/${name}`).toString('base64'),
    name,
    entityName: entity,
    entity: { id: 'RW50aXR5OjE=', name: entity },
  })
  const collectionNode = (a: StoredArtifact): Node => ({
    __typename: 'ArtifactSequence',
    id: Buffer.from(`Sequence:${a.collection}`).toString('base64'),
    name: a.collection,
    project: projectNode(a.entity, a.project),
    latestArtifact: () => {
      const last = store.versions(a.entity, a.project, a.collection).at(-1)
      return last ? artifactNode(last) : null
    },
    artifactType: { name: a.type },
    defaultArtifactType: { name: a.type },
    description: null,
    createdAt: a.createdAt,
    updatedAt: null,
    tags: connection([]),
    artifacts: (args: Args) =>
      page(
        store
          .versions(a.entity, a.project, a.collection)
          .reverse()
          .map((v) => artifactNode(v)),
        args,
      ),
    artifactMembership: (args: Args) => {
      const found = byAlias(a.entity, a.project, a.collection, str(args.aliasName))
      return found ? membershipNode(found) : null
    },
  })
  const aliasNodes = (a: StoredArtifact, withVersion: boolean): Node[] =>
    [...a.aliases, ...(withVersion ? [`v${a.versionIndex}`] : [])].map((alias) => ({
      __typename: 'ArtifactAlias',
      id: Buffer.from(`Alias:${a.id}:${alias}`).toString('base64'),
      alias,
      artifactCollection: collectionNode(a),
    }))
  const manifestOf = (a: StoredArtifact): Record<string, Args> => {
    const bytes = a.manifest?.uploaded ? store.blob(a.manifest.md5) : null
    if (bytes === null) return {}
    return (JSON.parse(bytes.toString()) as { contents: Record<string, Args> }).contents
  }
  const fileNodes = (a: StoredArtifact, args: Args): Node => {
    const names = Array.isArray(args.names)
      ? args.names
      : Array.isArray(args.fileNames)
        ? args.fileNames
        : null
    const contents = Object.entries(manifestOf(a)).filter(([name]) => !names || names.includes(name))
    const nodes = contents.map(
      ([name, entry]): Node => ({
        __typename: 'File',
        id: Buffer.from(`File:${a.id}:${name}`).toString('base64'),
        name,
        displayName: name,
        // A reference has no bytes of its own here: what it points at is another artifact's file.
        directUrl: options.sign({ kind: 'get', md5: str(entry.digest), name }),
        url: '',
        sizeBytes: Number(entry.size ?? 0),
        storagePath: null,
        mimetype: null,
        updatedAt: null,
        digest: str(entry.digest),
        md5: str(entry.digest),
      }),
    )
    return page(nodes, { first: 5000, ...args })
  }
  const artifactNode = (a: StoredArtifact): Node => ({
    __typename: 'Artifact',
    id: a.id,
    digest: a.digest,
    digestAlgorithm: 'MANIFEST_MD5',
    state: a.state,
    versionIndex: a.versionIndex,
    size: a.size,
    fileCount: a.fileCount,
    storageBytes: a.size,
    commitHash: `c${a.versionIndex}`,
    historyStep: null,
    artifactType: { name: a.type },
    description: a.description,
    metadata: a.metadata,
    ttlDurationSeconds: -2,
    ttlIsInherited: true,
    tags: [],
    createdAt: a.createdAt,
    updatedAt: null,
    artifactSequence: () => collectionNode(a),
    aliases: () => aliasNodes(a, false),
    currentManifest: () =>
      a.manifest?.uploaded
        ? {
            id: a.manifest.id,
            file: {
              id: 'RmlsZTox',
              directUrl: options.sign({ kind: 'get', md5: a.manifest.md5, name: 'wandb_manifest.json' }),
            },
          }
        : null,
    files: (args: Args) => fileNodes(a, args),
    createdBy: () => {
      const run = a.runName ? store.run(a.entity, a.project, a.runName) : undefined
      return run ? runNode(run) : { __typename: 'User', id: 'VXNlcjox', username: options.entity }
    },
    usedBy: () =>
      connection(a.usedBy.map((name) => store.run(a.entity, a.project, name)!).map((run) => runNode(run))),
  })
  const membershipNode = (a: StoredArtifact): Node => ({
    __typename: 'ArtifactCollectionMembership',
    id: Buffer.from(`Membership:${a.id}`).toString('base64'),
    versionIndex: a.versionIndex,
    createdAt: a.createdAt,
    aliases: aliasNodes(a, true),
    artifactCollection: collectionNode(a),
    artifact: artifactNode(a),
    files: (args: Args) => fileNodes(a, args),
  })
  const runNode = (r: StoredRun): Node => ({
    __typename: 'Run',
    id: r.id,
    projectId: '1',
    name: r.name,
    displayName: r.displayName ?? r.name,
    description: null,
    config: r.config ?? '{}',
    sweepName: null,
    group: null,
    jobType: r.jobType,
    tags: r.tags,
    notes: r.notes,
    state: r.state,
    commit: null,
    readOnly: false,
    createdAt: r.createdAt,
    heartbeatAt: r.createdAt,
    systemMetrics: '{}',
    summaryMetrics: r.summary ?? '{}',
    historyLineCount: r.history.length,
    historyKeys: null,
    user: { name: options.entity, username: options.entity },
    project: projectNode(r.entity, r.project),
    wandbConfig: r.config ?? '{}',
    inputArtifacts: (args: Args) =>
      page(
        r.inputs.map((id) => artifactNode(store.artifact(id)!)),
        args,
      ),
    outputArtifacts: (args: Args) =>
      page(
        r.outputs.map((id) => artifactNode(store.artifact(id)!)),
        args,
      ),
  })
  const byAlias = (entity: string, project: string, collection: string, alias: string) =>
    store
      .versions(entity, project, collection)
      .find((a) => a.aliases.includes(alias) || `v${a.versionIndex}` === alias)
  const parseName = (name: string): [string, string] => {
    const cut = name.indexOf(':')
    return cut < 0 ? [name, 'latest'] : [name.slice(0, cut), name.slice(cut + 1)]
  }
  const giveAliases = (target: StoredArtifact, aliases: string[]) => {
    for (const other of store.versions(target.entity, target.project, target.collection)) {
      if (other.id !== target.id) other.aliases = other.aliases.filter((alias) => !aliases.includes(alias))
    }
    target.aliases = [...new Set([...target.aliases, ...aliases])]
  }
  const known = (id: Json | undefined): StoredArtifact => {
    const artifact = store.artifact(str(id))
    if (artifact === undefined) throw new Refusal('artifact not found')
    return artifact
  }
  const runOf = (input: Args): StoredRun => {
    const run = store.run(str(input.entityName), str(input.projectName), str(input.runName))
    if (run === undefined) throw new Refusal(`run ${str(input.runName)} not found`)
    return run
  }
  const upload = (md5: string, done: (bytes: Uint8Array) => void) => ({
    uploadUrl: options.sign({ kind: 'put', md5, done }),
    uploadHeaders: [`Content-MD5:${md5}`, 'Content-Type:application/octet-stream', 'x-store-class:standard'],
  })

  const mutations: Record<string, (input: Args) => Node> = {
    upsertBucket(input) {
      const entity = optional(input.entityName) ?? options.entity
      const project = optional(input.modelName) ?? 'uncategorized'
      const name = optional(input.name) ?? `run${state.next}`
      if (optional(input.config) !== null) JSON.parse(str(input.config))
      let run = store.run(entity, project, name)
      const inserted = run === undefined
      if (run === undefined) {
        run = {
          id: store.id('Run'),
          entity,
          project,
          name,
          displayName: null,
          jobType: null,
          config: null,
          tags: [],
          notes: null,
          state: 'running',
          createdAt: new Date().toISOString(),
          history: [],
          summary: null,
          inputs: [],
          outputs: [],
        }
        state.runs.push(run)
      }
      run.displayName = optional(input.displayName) ?? run.displayName
      run.jobType = optional(input.jobType) ?? run.jobType
      run.config = optional(input.config) ?? run.config
      run.notes = optional(input.notes) ?? run.notes
      if (Array.isArray(input.tags)) run.tags = input.tags.map((tag) => str(tag))
      return { inserted, bucket: runNode(run) }
    },
    createArtifact(input) {
      const entity = str(input.entityName)
      const project = str(input.projectName)
      const names = Array.isArray(input.artifactCollectionNames) ? input.artifactCollectionNames : []
      const collection = optional(input.artifactCollectionName) ?? str(names[0])
      const type = str(input.artifactTypeName)
      const digest = str(input.digest)
      if (!/^[0-9a-f]{32}$/.test(digest)) throw new Refusal('digest must be 32 hexadecimal digits')
      if (!/^[\w.-]{1,128}$/.test(collection)) throw new Refusal(`invalid artifact name ${collection}`)
      const run = optional(input.runName) === null ? null : runOf(input)
      const versions = store.versions(entity, project, collection)
      if (versions.some((v) => v.type !== type)) throw new Refusal(`${collection} has another artifact type`)
      const aliases = (Array.isArray(input.aliases) ? input.aliases : []).map((alias) =>
        str(obj(alias).alias),
      )
      const candidates =
        options.dedupe === 'any' ? versions : options.dedupe === 'newest' ? versions.slice(-1) : []
      const same = candidates.find((v) => v.digest === digest)
      if (same && input.enableDigestDeduplication === true) {
        giveAliases(same, aliases)
        return { artifact: artifactNode(same) }
      }
      const artifact: StoredArtifact = {
        id: store.id('Artifact'),
        entity,
        project,
        collection,
        type,
        digest,
        state: 'PENDING',
        clientID: optional(input.clientID),
        runName: run?.name ?? null,
        description: optional(input.description),
        metadata: optional(input.metadata),
        versionIndex: null,
        createdAt: new Date().toISOString(),
        requestedAliases: aliases,
        aliases: [],
        size: 0,
        fileCount: 0,
        manifest: null,
        files: {},
        usedBy: [],
      }
      state.artifacts.push(artifact)
      return { artifact: artifactNode(artifact) }
    },
    createArtifactManifest(input) {
      const artifact = known(input.artifactID)
      runOf(input)
      if (artifact.state !== 'PENDING') throw new Refusal('artifact is already committed')
      if (input.type !== 'FULL' || input.name !== 'wandb_manifest.json')
        throw new Refusal('expected a FULL manifest')
      const digest = str(input.digest)
      artifact.manifest ??= { id: store.id('ArtifactManifest'), md5: '', uploaded: false }
      const manifest = artifact.manifest
      if (digest === '')
        return {
          artifactManifest: { id: manifest.id, file: { id: 'RmlsZTox', uploadUrl: null, uploadHeaders: [] } },
        }
      manifest.md5 = digest
      manifest.uploaded = false
      const target = upload(digest, () => {
        manifest.uploaded = true
      })
      return { artifactManifest: { id: manifest.id, file: { id: 'RmlsZTox', ...target } } }
    },
    createArtifactFiles(input) {
      if (input.storageLayout !== 'V2') throw new Refusal('expected storage layout V2')
      const specs = (input.artifactFiles as Args[]).map((spec) => ({
        artifact: known(spec.artifactID),
        manifest: str(spec.artifactManifestID),
        name: str(spec.name),
        md5: str(spec.md5),
      }))
      const edges = specs.map(({ artifact, manifest, name, md5 }) => {
        if (artifact.state !== 'PENDING') throw new Refusal('artifact is already committed')
        if (artifact.manifest?.id !== manifest) throw new Refusal('files before their manifest was reserved')
        if (artifact.manifest.md5 !== '') throw new Refusal('files after the manifest was declared')
        if (Buffer.from(md5, 'base64').length !== 16) throw new Refusal('md5 must be the base64 of 16 bytes')
        const before = store
          .versions(artifact.entity, artifact.project, artifact.collection)
          .findLast((v) => v.files[name]?.md5 === md5)
        const birth = before ? before.files[name]!.birth : artifact.id
        artifact.files[name] = { md5, birth }
        const stored = state.uploaded.includes(`${birth}:${hexOf(md5)}`)
        const target = stored
          ? { uploadUrl: null, uploadHeaders: null }
          : upload(md5, () => void state.uploaded.push(`${birth}:${hexOf(md5)}`))
        const node = {
          storagePath: `${birth}/${hexOf(md5)}`,
          ...target,
          uploadMultipartUrls: null,
          artifact: { id: birth },
        }
        return { node }
      })
      return { files: { edges } }
    },
    commitArtifact(input) {
      const artifact = known(input.artifactID)
      if (artifact.state === 'COMMITTED') return { artifact: artifactNode(artifact) }
      checkManifest(store, artifact)
      artifact.state = 'COMMITTED'
      const versions = store.versions(artifact.entity, artifact.project, artifact.collection)
      artifact.versionIndex = Math.max(-1, ...versions.map((v) => v.versionIndex ?? -1)) + 1
      if (options.movesAliases) giveAliases(artifact, artifact.requestedAliases)
      const run = artifact.runName
        ? store.run(artifact.entity, artifact.project, artifact.runName)
        : undefined
      run?.outputs.push(artifact.id)
      return { artifact: artifactNode(artifact) }
    },
    useArtifact(input) {
      const artifact = known(input.artifactID)
      const run = runOf(input)
      if (artifact.state !== 'COMMITTED') throw new Refusal('an input must be committed')
      if (!run.inputs.includes(artifact.id)) run.inputs.push(artifact.id)
      if (!artifact.usedBy.includes(run.name)) artifact.usedBy.push(run.name)
      return { artifact: artifactNode(artifact) }
    },
    addAliases(input) {
      const artifact = known(input.artifactID)
      if (artifact.state !== 'COMMITTED') throw new Refusal('an alias needs a committed version')
      const aliases = (input.aliases as Args[]).map((alias) => {
        for (const key of ['entityName', 'projectName', 'artifactCollectionName']) str(alias[key])
        return str(alias.alias)
      })
      giveAliases(artifact, aliases)
      return { success: true }
    },
    deleteAliases(input) {
      const artifact = known(input.artifactID)
      const gone = (input.aliases as Args[]).map((alias) => str(alias.alias))
      artifact.aliases = artifact.aliases.filter((alias) => !gone.includes(alias))
      return { success: true }
    },
    updateArtifact(input) {
      const artifact = known(input.artifactID)
      artifact.description = optional(input.description) ?? artifact.description
      artifact.metadata = optional(input.metadata) ?? artifact.metadata
      return { artifact: artifactNode(artifact) }
    },
    createRunFiles(input) {
      const run = runOf(input)
      return {
        runID: run.id,
        uploadHeaders: [],
        files: (input.files as string[]).map((name) => ({
          name,
          uploadUrl: options.sign({ kind: 'put', md5: '', done: () => {} }),
        })),
      }
    },
  }
  const queries: Record<string, (args: Args) => Node> = {
    viewer: () => ({
      __typename: 'User',
      id: 'VXNlcjox',
      entity: options.entity,
      username: options.entity,
      email: `${options.entity}@example.org`,
      flags: '{}',
      teams: connection([{ name: 'team' }]),
    }),
    serverInfo: () => ({
      features: [],
      cliVersionInfo: { max_cli_version: '9.9.9', min_cli_version: '0.0.0' },
    }),
    entity: () => ({ organization: null, xxhashDigestsEnabled: false }),
    artifact: (args) => {
      const found = store.artifact(str(args.id))
      return found ? artifactNode(found) : null
    },
    clientIDMapping: (args) => {
      const found = state.artifacts.findLast((a) => a.clientID === args.clientID)
      return found && (options.pendingVisible || found.state === 'COMMITTED') ? { serverID: found.id } : null
    },
    model: (args) => ({
      id: '1',
      name: str(args.name),
      entity: { id: '2', name: options.entity },
      bucket: null,
    }),
    project: (args) => {
      const entity = optional(args.entityName) ?? options.entity
      const name = str(args.name)
      const mine = (a: { entity: string; project: string }) => a.entity === entity && a.project === name
      if (!state.runs.some(mine) && !state.artifacts.some(mine)) return null
      const collection = (a: Args) => {
        const found = store.versions(entity, name, str(a.name))[0]
        return found ? collectionNode(found) : null
      }
      const member = (a: Args) => byAlias(entity, name, ...parseName(str(a.name)))
      return {
        ...(projectNode(entity, name) as Record<string, Node>),
        readOnly: false,
        artifact: (a) => {
          const found = member(a)
          return found ? artifactNode(found) : null
        },
        artifactCollectionMembership: (a) => {
          const found = member(a)
          return found ? membershipNode(found) : null
        },
        artifactCollection: collection,
        artifactType: (type) => ({ id: 'VHlwZTox', name: str(type.name), artifactCollection: collection }),
        run: (a) => {
          const run = store.run(entity, name, str(a.name))
          return run ? runNode(run) : null
        },
      }
    },
  }
  return (kind: 'query' | 'mutation', field: string, args: Args): Node => {
    const table = kind === 'mutation' ? mutations : queries
    if (!Object.hasOwn(table, field)) throw new Refusal(`Cannot query field "${field}".`)
    const answer = table[field]!(kind === 'mutation' ? obj(args.input) : args)
    if (kind === 'mutation') store.save()
    return answer
  }
}

/** Refuses a commit whose manifest is missing, is not what was declared, or names files that are not there. */
function checkManifest(store: DoubleStore, artifact: StoredArtifact): void {
  const manifest = artifact.manifest
  if (!manifest || manifest.md5 === '' || !manifest.uploaded)
    throw new Refusal('commit before the manifest was uploaded')
  const bytes = store.blob(manifest.md5)
  if (bytes === null || md5Base64(bytes) !== manifest.md5)
    throw new Refusal('the manifest is not what was declared')
  const document = JSON.parse(bytes.toString()) as Args
  if (document.version !== 1 || document.storagePolicy !== 'wandb-storage-policy-v1')
    throw new Refusal('bad manifest')
  const entries = Object.entries(document.contents as Record<string, Args>).map(([path, entry]) => ({
    path,
    entry,
  }))
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  const hash = createHash('md5').update('wandb-artifact-manifest-v1\n')
  for (const { path, entry } of entries) hash.update(`${path}:${str(entry.digest)}\n`)
  const digest = hash.digest('hex')
  if (digest !== artifact.digest) throw new Refusal(`manifest digest ${digest} is not ${artifact.digest}`)
  let size = 0
  for (const { path, entry } of entries) {
    if (entry.ref !== undefined) {
      const target = /^wandb-artifact:\/\/([0-9a-f]+)\/(.+)$/.exec(str(entry.ref))
      const source =
        target && store.artifact(Buffer.from(Buffer.from(target[1]!, 'hex').toString()).toString('base64'))
      if (!target || !source || source.state !== 'COMMITTED') throw new Refusal(`${path} refers to nothing`)
      if (source.files[target[2]!]?.md5 !== entry.digest) throw new Refusal(`${path} refers to other bytes`)
      size += Number(entry.size ?? 0)
      continue
    }
    const file = artifact.files[path]
    if (!file || file.md5 !== entry.digest || file.birth !== entry.birthArtifactID)
      throw new Refusal(`${path} was not announced`)
    const bytes = store.blob(file.md5)
    if (!bytes || !store.state.uploaded.includes(`${file.birth}:${hexOf(file.md5)}`))
      throw new Refusal(`${path} was not uploaded`)
    if (bytes.length !== entry.size) throw new Refusal(`${path} has another size`)
    size += bytes.length
  }
  const extra = Object.keys(artifact.files).filter((name) => !entries.some(({ path }) => path === name))
  if (extra.length > 0) throw new Refusal(`${extra[0]} is not in the manifest`)
  artifact.size = size
  artifact.fileCount = entries.length
}
