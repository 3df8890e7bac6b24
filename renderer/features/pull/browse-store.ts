import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { HostConnection, HostOutput } from '../../../shared/host/host-api.ts'
import type { RemoteArtifact, RemoteLook } from '../../../shared/host/pull-methods.ts'
import { errorInfo, failed, type Loading } from '../../stores/loading.ts'

/** Names from the outside in: entity, project, type, collection. What is listed is what lies in the last of them. */
export type Path = readonly string[]
export type Level = 'entity' | 'project' | 'type' | 'collection' | 'version'
export const levels: readonly Level[] = ['entity', 'project', 'type', 'collection', 'version']
export const levelOf = (path: Path): Level => levels[path.length]!

type Collection = HostOutput<'remote.collections'>['collections'][number]
/** One line of the list; `key` is its name in the path. */
export type Row = { readonly key: string } & (
  | { readonly kind: 'entity' }
  | { readonly kind: 'project'; readonly createdAt: number }
  | { readonly kind: 'type'; readonly description: string }
  | { readonly kind: 'collection'; readonly collection: Collection }
  | { readonly kind: 'version'; readonly artifact: RemoteArtifact }
)
type Page = { readonly rows: readonly Row[]; readonly next: string | null }

export type BrowseState = Page & {
  /** Null until it is known where to begin. */
  readonly path: Path | null
  readonly loading: Loading
  /** Another page is on its way. */
  readonly isReading: boolean
  readonly linked: { readonly entity: string; readonly project: string } | null
  readonly cursor: string | null
  readonly query: string
  /** What a pull of the version at the cursor would bring. */
  readonly look:
    | { readonly kind: 'none' }
    | { readonly kind: 'looking'; readonly id: string }
    | { readonly kind: 'there'; readonly id: string; readonly look: RemoteLook }
    | { readonly kind: 'failed'; readonly id: string; readonly error: ErrorInfo }
}
export type BrowseStore = StoreApi<BrowseState> & {
  /** Where the library is linked to, or as near to it as is known; where one was, once one was somewhere. */
  begin(): Promise<void>
  open(path: Path, cursor?: string): Promise<void>
  /** The next page. */
  more(): Promise<void>
  /** Everything anew: others may have pushed, and this library may have taken something. */
  reload(): Promise<void>
  choose(key: string | null): void
  search(query: string): void
  /** Goes to a version by the name that W&B gives it. Rejects with AppError. */
  find(name: string): Promise<void>
  close(): void
}

/** Somebody who goes through the list with the arrow keys has no use for what lies on the way. */
const restMs = 250
/** Where one was; it stays while the window is open. */
let lastPlace: { path: Path; cursor: string | null } | null = null

export function createBrowseStore(host: HostConnection): BrowseStore {
  const store = createStore<BrowseState>(() => ({
    path: null,
    rows: [],
    next: null,
    loading: { kind: 'loading' },
    isReading: false,
    linked: null,
    cursor: null,
    query: '',
    look: { kind: 'none' },
  }))
  let reading = new AbortController()
  let looking: AbortController | null = null
  /** What was read of other places, and where the cursor was there. */
  const known = new Map<string, Page & { readonly cursor: string | null }>()
  const looks = new Map<string, RemoteLook>()
  const keyOf = (path: Path) => JSON.stringify(path)

  async function read(path: Path, after: string | null, signal: AbortSignal): Promise<Page> {
    const [entity = '', project = '', type = '', collection = ''] = path
    switch (levelOf(path)) {
      case 'entity': {
        const { entities, linked } = await host.call('remote.entities', {}, signal)
        store.setState({ linked })
        return { rows: entities.map((key) => ({ kind: 'entity', key })), next: null }
      }
      case 'project': {
        const { projects, next } = await host.call('remote.projects', { entity, after }, signal)
        return {
          rows: projects.map(({ name, createdAt }) => ({ kind: 'project', key: name, createdAt })),
          next,
        }
      }
      case 'type': {
        const { types, next } = await host.call('remote.types', { entity, project, after }, signal)
        return {
          rows: types.map(({ name, description }) => ({ kind: 'type', key: name, description })),
          next,
        }
      }
      case 'collection': {
        const found = await host.call('remote.collections', { entity, project, type, after }, signal)
        return {
          rows: found.collections.map((collection) => ({
            kind: 'collection',
            key: collection.name,
            collection,
          })),
          next: found.next,
        }
      }
      case 'version': {
        const place = { entity, project, type, collection }
        const { versions, next } = await host.call('remote.versions', { ...place, after }, signal)
        return {
          rows: versions.map((artifact) => ({ kind: 'version', key: artifact.id, artifact })),
          next,
        }
      }
    }
  }

  function keep(): void {
    const { path, rows, next, cursor, loading } = store.getState()
    if (path && loading.kind === 'ready') known.set(keyOf(path), { rows, next, cursor })
  }

  async function open(path: Path, cursor?: string): Promise<void> {
    keep()
    reading.abort()
    reading = new AbortController()
    const { signal } = reading
    const before = known.get(keyOf(path))
    const was = store.getState().path
    lastPlace = { path, cursor: cursor ?? before?.cursor ?? null }
    // Read anew, the same place stays in sight meanwhile.
    const isSame = was !== null && keyOf(was) === keyOf(path)
    store.setState({ path, isReading: false, ...(!isSame && { query: '', look: { kind: 'none' } as const }) })
    if (before) {
      store.setState({ rows: before.rows, next: before.next, loading: { kind: 'ready' } })
      choose(cursor ?? before.cursor ?? before.rows[0]?.key ?? null)
      return
    }
    if (!isSame) store.setState({ rows: [], next: null, cursor: null })
    store.setState({ loading: { kind: 'loading' } })
    try {
      const page = await read(path, null, signal)
      if (signal.aborted) return
      store.setState({ ...page, loading: { kind: 'ready' } })
      const isThere = cursor !== undefined && page.rows.some(({ key }) => key === cursor)
      choose(isThere ? cursor : (page.rows[0]?.key ?? null))
    } catch (error) {
      if (!signal.aborted) store.setState({ loading: failed(error) })
    }
  }

  async function more(): Promise<void> {
    const { path, next, isReading, loading } = store.getState()
    if (!path || next === null || isReading || loading.kind === 'loading') return
    const { signal } = reading
    store.setState({ isReading: true })
    try {
      const page = await read(path, next, signal)
      if (signal.aborted) return
      const { rows } = store.getState()
      const keys = new Set(rows.map(({ key }) => key))
      // A list that grows while it is read says a row twice.
      const fresh = page.rows.filter(({ key }) => !keys.has(key))
      store.setState({ rows: [...rows, ...fresh], next: page.next, loading: { kind: 'ready' } })
    } catch (error) {
      if (!signal.aborted) store.setState({ loading: failed(error) })
    } finally {
      if (!signal.aborted) store.setState({ isReading: false })
    }
  }

  function choose(key: string | null): void {
    const { rows, path } = store.getState()
    store.setState({ cursor: key })
    if (path) lastPlace = { path, cursor: key }
    looking?.abort()
    looking = null
    const row = rows.find((one) => one.key === key)
    if (row?.kind === 'version') void lookAt(row.artifact.id)
    else store.setState({ look: { kind: 'none' } })
  }

  async function lookAt(id: string): Promise<void> {
    const there = looks.get(id)
    if (there) return store.setState({ look: { kind: 'there', id, look: there } })
    const stop = new AbortController()
    looking = stop
    store.setState({ look: { kind: 'looking', id } })
    await new Promise((resolve) => setTimeout(resolve, restMs))
    if (stop.signal.aborted) return
    try {
      const look = await host.call('remote.look', { artifact: id }, stop.signal)
      if (stop.signal.aborted) return
      looks.set(id, look)
      store.setState({ look: { kind: 'there', id, look } })
    } catch (error) {
      if (!stop.signal.aborted) store.setState({ look: { kind: 'failed', id, error: errorInfo(error) } })
    }
  }

  const readLinked = () =>
    host.call('remote.entities', {}).then(
      ({ linked }) => store.setState({ linked }),
      // What is listed says what is wrong.
      () => {},
    )

  async function begin(): Promise<void> {
    if (lastPlace) {
      const { path, cursor } = lastPlace
      void readLinked()
      return open(path, cursor ?? undefined)
    }
    store.setState({ loading: { kind: 'loading' } })
    const { signal } = reading
    try {
      const { entities, linked } = await host.call('remote.entities', {}, signal)
      if (signal.aborted) return
      store.setState({ linked })
      const rows = entities.map((key): Row => ({ kind: 'entity', key }))
      known.set(keyOf([]), { rows, next: null, cursor: linked?.entity ?? null })
      if (linked) await open([linked.entity, linked.project])
      else await open(entities.length === 1 ? [entities[0]!] : [])
    } catch (error) {
      if (!signal.aborted) store.setState({ loading: failed(error) })
    }
  }

  return {
    ...store,
    begin,
    open,
    more,
    async reload() {
      known.clear()
      looks.clear()
      const { path, cursor } = store.getState()
      // What is not yet anywhere begins again; what was read is not kept.
      store.setState({ loading: { kind: 'loading' } })
      if (path) await Promise.all([readLinked(), open(path, cursor ?? undefined)])
      else await begin()
    },
    choose,
    search: (query) => store.setState({ query }),
    async find(name) {
      const look = await host.call('remote.look', { artifact: name })
      const { id, entity, project, type, collection } = look.artifact
      looks.set(id, look)
      await open([entity, project, type, collection], id)
      // It may lie on a later page.
      while (!store.getState().rows.some(({ key }) => key === id) && store.getState().next !== null) {
        const { length } = store.getState().rows
        await more()
        if (store.getState().rows.length === length) break
      }
      if (store.getState().rows.some(({ key }) => key === id)) choose(id)
    },
    close() {
      keep()
      reading.abort()
      looking?.abort()
    },
  }
}

/** Rows that hold every word of the query, in what is shown of them. */
export function matching(rows: readonly Row[], query: string): readonly Row[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  return rows.filter((row) => {
    const said = saidOf(row).join(' ').toLowerCase()
    return words.every((word) => said.includes(word))
  })
}

function saidOf(row: Row): readonly string[] {
  switch (row.kind) {
    case 'entity':
    case 'project':
      return [row.key]
    case 'type':
      return [row.key, row.description]
    case 'collection':
      return [row.key, row.collection.description, ...row.collection.tags]
    case 'version': {
      const { version, aliases, tags, description, createdBy } = row.artifact
      const by = createdBy === null ? [] : createdBy.kind === 'run' ? [createdBy.title] : [createdBy.name]
      return [version, ...aliases, ...tags, description, ...by]
    }
  }
}

/** What W&B writes as the name of a version: something with a colon or a slash. */
export const isArtifactName = (text: string): boolean => /[:/]/.test(text.trim())
