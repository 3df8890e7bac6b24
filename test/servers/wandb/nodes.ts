import type { Grants } from './grants.ts'
import { linkNodes } from './links.ts'
import { Refusal, text } from './refusal.ts'
import type { Args, Json, Node } from './schema.ts'
import type { DoubleStore, StoredArtifact, StoredProject, StoredRun } from './state.ts'

/** Features that a server may have; the official client behaves otherwise with them. */
export const artifactFeatures = [
  'ARTIFACT_DIGEST_ALGORITHM',
  'USE_ARTIFACT_WITH_ENTITY_AND_PROJECT_INFORMATION',
  'ARTIFACT_V2_DOWNLOAD_HANDLER_SUPPORTS_ARTIFACT_ID',
  'ARTIFACT_MEMBERSHIP_IN_LINK_ARTIFACT_RESPONSE',
  'TOTAL_COUNT_IN_FILE_CONNECTION',
  'ARTIFACT_TAGS',
  'CLIENT_IDS',
  'LARGE_FILENAMES',
  'ARTIFACT_COLLECTION_MEMBERSHIP_FILES',
  'ARTIFACT_COLLECTIONS_FILTERING_SORTING',
] as const

export type DoubleOptions = {
  entity: string
  /** Which committed versions a digest is compared with; sources on the real service differ. */
  dedupe: 'any' | 'newest' | 'none'
  /** Whether `clientIDMapping` sees artifacts that were never committed. */
  pendingVisible: boolean
  /** Whether a commit moves the aliases that were asked for. */
  movesAliases: boolean
  /** Whether files that are announced in parts get an address per part. */
  multipart: boolean
  features: readonly string[]
}
/** What all resolvers stand on. */
export type Desk = { readonly store: DoubleStore; readonly grants: Grants; readonly options: DoubleOptions }

const opaque = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64')
/** The name of a collection and of what it is in, within its id. */
export const collectionId = (entity: string, project: string, name: string) =>
  opaque('ArtifactSequence', `${entity}/${project}/${name}`)

/** Everything that can be read: objects as the schema has them, made when they are asked for. */
export type Nodes = ReturnType<typeof createNodes>

export function createNodes({ store, grants, options }: Desk) {
  /** A page of a connection; cursors are places. */
  const page = <T>(items: readonly T[], args: Args, show: (item: T) => Node, more?: (item: T) => object) => {
    const start = typeof args.after === 'string' && args.after !== '' ? Number(args.after) : 0
    if (!Number.isInteger(start) || start < 0) throw new Refusal('invalid cursor')
    const size = typeof args.first === 'number' ? args.first : 50
    const end = Math.min(items.length, start + Math.max(0, size))
    return {
      totalCount: items.length,
      pageInfo: { endCursor: end > start ? String(end) : null, hasNextPage: end < items.length },
      edges: items
        .slice(start, end)
        .map((item, i) => ({ cursor: String(start + i + 1), node: show(item), ...more?.(item) })),
    }
  }
  const orgOf = (entity: string): Node => ({
    id: opaque('Organization', entity),
    name: `${entity}-org`,
    coreWeaveOrganizationId: null,
    orgEntity: { id: opaque('Entity', `${entity}-org`), name: `${entity}-org`, isTeam: true },
  })
  const entity = (name: string): Node => ({
    id: opaque('Entity', name),
    name,
    entityType: name === options.entity ? 'USER' : 'TEAM',
    isTeam: name !== options.entity,
    readOnly: false,
    storageBytes: 0,
    xxhashDigestsEnabled: false,
    organization: name.endsWith('-org') ? orgOf(name.slice(0, -'-org'.length)) : null,
    user: () => (name === options.entity ? viewer() : null),
  })
  const viewer = (): Node => ({
    __typename: 'User',
    id: 'VXNlcjox',
    entity: options.entity,
    name: options.entity,
    username: options.entity,
    email: `${options.entity}@example.org`,
    admin: false,
    flags: '{}',
    deletedAt: null,
    apiKeys: { edges: [] },
    teams: { edges: [{ node: entity('team') }] },
    organizations: [orgOf(options.entity)],
  })

  const project = (p: StoredProject): Node => {
    const mine = (x: { entity: string; project: string }) => x.entity === p.entity && x.project === p.name
    const runs = (args: Args) => store.state.runs.filter(mine).filter((r) => matches(r, args.filters))
    const typeNames = () => [...new Set(store.committed(p.entity, p.name).map((a) => a.type))]
    const collections = (type: string | null) => {
      const found = store.committed(p.entity, p.name).filter((a) => type === null || a.type === type)
      return [...new Map(found.map((a) => [a.collection, a])).values()]
    }
    const type = (name: string): Node => ({
      id: opaque('ArtifactType', `${p.entity}/${p.name}/${name}`),
      name,
      description: null,
      createdAt: p.createdAt,
      artifactCollection: (args) => {
        const found = store.versions(p.entity, p.name, text(args.name))[0]
        return found && found.type === name ? collection(found) : null
      },
      artifactCollections: (args) => page(collections(name), args, collection),
    })
    const found = (args: Args) => byName(p.entity, p.name, text(args.name))
    return {
      id: opaque('Project', `${p.entity}/${p.name}`),
      internalId: opaque('ProjectInternalId', String(store.state.projects.indexOf(p) + 1)),
      name: p.name,
      entityName: p.entity,
      entity: entity(p.entity),
      description: p.description,
      access: 'USER_READ',
      views: null,
      isBenchmark: false,
      createdAt: p.createdAt,
      readOnly: false,
      user: viewer(),
      runCount: (args) => runs(args).length,
      runs: (args) => page(sorted(runs(args), args.order), args, run),
      run: (args) => runOrNull(p.entity, p.name, text(args.name)),
      bucket: (args) => runOrNull(p.entity, p.name, text(args.name)),
      artifact: (args) => {
        const a = found(args)
        return a ? artifact(a) : null
      },
      artifactType: (args) => (typeNames().includes(text(args.name)) ? type(text(args.name)) : null),
      artifactTypes: (args) => page(typeNames(), args, type),
      artifactCollection: (args) => {
        const a = store.versions(p.entity, p.name, text(args.name))[0]
        return a ? collection(a) : null
      },
      artifactCollections: (args) => page(collections(null), args, collection),
      artifactCollectionMembership: (args) => {
        const a = found(args)
        return a ? membership(a) : links.find(p, text(args.name))
      },
    }
  }
  const projectOf = (x: { entity: string; project: string }): Node => {
    const p = store.project(x.entity, x.project)
    return p ? project(p) : null
  }
  const runOrNull = (entityName: string, projectName: string, name: string) => {
    const found = store.run(entityName, projectName, name)
    return found ? run(found) : null
  }

  /** The collection that an artifact was born in. */
  const collection = (a: StoredArtifact): Node => ({
    __typename: 'ArtifactSequence',
    id: collectionId(a.entity, a.project, a.collection),
    name: a.collection,
    description: null,
    state: 'READY',
    createdAt: a.createdAt,
    updatedAt: null,
    digestAlgorithm: 'MANIFEST_MD5',
    latestArtifact: () => {
      const last = store.versions(a.entity, a.project, a.collection).at(-1)
      return last ? artifact(last) : null
    },
    project: () => projectOf(a),
    defaultArtifactType: { id: opaque('ArtifactType', `${a.entity}/${a.project}/${a.type}`), name: a.type },
    tags: { edges: [] },
    aliases: (args) =>
      page(
        store
          .versions(a.entity, a.project, a.collection)
          .flatMap((v) => v.aliases.map((alias) => ({ v, alias }))),
        { first: 1000, ...args },
        ({ v, alias }) => aliasNode(v, alias),
      ),
    artifacts: (args) => {
      const versions = store.versions(a.entity, a.project, a.collection)
      const kept = versions.filter((v) => matches(v, args.filters))
      return page(sorted(kept, args.order ?? '-versionIndex'), args, artifact, (v) => ({
        version: `v${v.versionIndex}`,
      }))
    },
    artifactMembership: (args) => {
      const found = byAlias(a.entity, a.project, a.collection, text(args.aliasName))
      return found ? membership(found) : null
    },
  })
  const aliasNode = (a: StoredArtifact, alias: string): Node => ({
    id: opaque('ArtifactAlias', `${a.id}:${alias}`),
    alias,
    artifactCollection: () => collection(a),
  })
  const membership = (a: StoredArtifact): Node => ({
    id: opaque('ArtifactCollectionMembership', a.id),
    versionIndex: a.versionIndex,
    createdAt: a.createdAt,
    aliases: () => [...a.aliases, `v${a.versionIndex}`].map((alias) => aliasNode(a, alias)),
    artifactCollection: () => collection(a),
    artifact: () => artifact(a),
    files: (args) => files(a, args),
  })

  const artifact = (a: StoredArtifact): Node => ({
    __typename: 'Artifact',
    id: a.id,
    digest: a.digest,
    digestAlgorithm: 'MANIFEST_MD5',
    state: a.state,
    versionIndex: a.versionIndex,
    size: a.size,
    storageBytes: a.size,
    fileCount: a.fileCount,
    commitHash: a.versionIndex === null ? null : `c${a.versionIndex}`,
    historyStep: a.historyStep,
    description: a.description,
    metadata: a.metadata,
    ttlDurationSeconds: a.ttlDurationSeconds,
    ttlIsInherited: a.ttlDurationSeconds === -1,
    createdAt: a.createdAt,
    updatedAt: null,
    artifactType: { id: opaque('ArtifactType', `${a.entity}/${a.project}/${a.type}`), name: a.type },
    artifactSequence: () => collection(a),
    artifactMemberships: (args) =>
      page<Node>(a.state === 'COMMITTED' ? [membership(a), ...links.of(a)] : [], args, (one) => one),
    aliases: () => a.aliases.map((alias) => aliasNode(a, alias)),
    tags: a.tags.map((name) => ({ id: opaque('Tag', name), name })),
    currentManifest: () =>
      a.manifest?.uploaded
        ? {
            id: a.manifest.id,
            digest: a.manifest.md5,
            type: 'FULL',
            file: {
              id: 'RmlsZTox',
              name: 'wandb_manifest.json',
              directUrl: grants.sign({ kind: 'get', md5: a.manifest.md5, name: 'wandb_manifest.json' }),
            },
          }
        : null,
    files: (args) => files(a, args),
    filesByManifestEntries: (args) =>
      files(a, { first: 5000, names: (args.entries as Args[]).map((entry) => entry.name ?? null) }),
    createdBy: () => {
      const found = a.runName === null ? null : store.run(a.entity, a.project, a.runName)
      return found ? run(found) : viewer()
    },
    usedBy: (args) =>
      page(
        a.usedBy.map(({ entity: e, project: p, name }) => store.run(e, p, name)!),
        args,
        run,
      ),
  })
  const files = (a: StoredArtifact, args: Args): Node => {
    const names = Array.isArray(args.names) ? new Set(args.names) : null
    const entries = Object.entries(store.manifest(a)).filter(([name]) => names === null || names.has(name))
    return page(entries, args, ([name, entry]) => {
      const ref = typeof entry.ref === 'string' ? entry.ref : null
      const isHere = ref === null || ref.startsWith('wandb-artifact:')
      return {
        id: opaque('File', `${a.id}:${name}`),
        name,
        displayName: name,
        directUrl: isHere ? grants.sign({ kind: 'get', md5: text(entry.digest), name }) : ref,
        url: ref,
        sizeBytes: Number(entry.size ?? 0),
        storagePath: null,
        mimetype: null,
        updatedAt: null,
        digest: text(entry.digest),
        md5: text(entry.digest),
        artifact: () => artifact(a),
      }
    })
  }

  const run = (r: StoredRun): Node => ({
    __typename: 'Run',
    id: r.id,
    projectId: store.state.projects.findIndex((p) => p.entity === r.entity && p.name === r.project) + 1,
    name: r.name,
    displayName: r.displayName ?? r.name,
    description: null,
    config: r.config ?? '{}',
    wandbConfig: () => JSON.stringify(startOf(r.config)),
    sweepName: null,
    group: r.group,
    jobType: r.jobType,
    tags: r.tags,
    notes: r.notes,
    state: r.state,
    commit: null,
    readOnly: false,
    stopped: false,
    createdAt: r.createdAt,
    heartbeatAt: r.createdAt,
    systemMetrics: '{}',
    summaryMetrics: r.summary ?? '{}',
    historyKeys: null,
    historyLineCount: r.history.length,
    historyTail: JSON.stringify(r.history.slice(-1)),
    eventsLineCount: 0,
    eventsTail: '[]',
    logLineCount: 0,
    history: () => r.history,
    sampledHistory: (args) => (args.specs as string[]).map(() => JSON.stringify(r.history)),
    user: viewer(),
    project: () => projectOf(r),
    inputArtifacts: (args) =>
      page(
        r.inputs.map((id) => store.artifact(id)!),
        args,
        artifact,
      ),
    outputArtifacts: (args) =>
      page(
        r.outputs.map((id) => store.artifact(id)!),
        args,
        artifact,
      ),
  })

  const links = linkNodes(store, { entity, artifact, opaque })
  const byAlias = (entityName: string, projectName: string, name: string, alias: string) =>
    store
      .versions(entityName, projectName, name)
      .find((a) => a.aliases.includes(alias) || `v${a.versionIndex}` === alias)
  /** `collection:alias`; without an alias the newest. */
  const byName = (entityName: string, projectName: string, name: string) => {
    const cut = name.indexOf(':')
    const [of, alias] = cut < 0 ? [name, 'latest'] : [name.slice(0, cut), name.slice(cut + 1)]
    return byAlias(entityName, projectName, of, alias)
  }
  return { page, viewer, entity, project, collection, artifact, run, links }
}

/** What of a run's config says that it was started. */
function startOf(config: string | null): Json {
  const own = config === null ? {} : (JSON.parse(config) as { _wandb?: { value?: { t?: Json } } })
  return own._wandb?.value?.t === undefined ? {} : { t: own._wandb.value.t }
}

/** Filters of the form `{"state": "COMMITTED"}` and `{"$and": […]}`; others are refused, so that none is ignored. */
function matches(item: object, filters: Json | undefined): boolean {
  if (typeof filters !== 'string' || filters === '') return true
  const fits = (condition: Args): boolean =>
    Object.entries(condition).every(([key, value]) => {
      if (key === '$and') return (value as Args[]).every(fits)
      const has = (item as Args)[key]
      if (has === undefined || (typeof value === 'object' && value !== null))
        throw new Refusal(`cannot filter by ${key}`)
      return has === value
    })
  return fits(JSON.parse(filters) as Args)
}

function sorted<T extends object>(items: readonly T[], order: Json | undefined): T[] {
  if (typeof order !== 'string' || order === '') return [...items]
  const [name, down] = [
    order.replace(/^[-+]/, '').replace(/^created_at$/, 'createdAt'),
    order.startsWith('-'),
  ]
  const value = (item: T) => {
    const found = (item as Args)[name]
    if (found === undefined) throw new Refusal(`cannot order by ${name}`)
    return typeof found === 'number' ? found : String(found)
  }
  const sign = down ? -1 : 1
  return [...items].sort((a, b) => (value(a) < value(b) ? -sign : value(a) > value(b) ? sign : 0))
}
