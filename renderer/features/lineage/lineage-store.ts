import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { HostConnection, HostOutput } from '../../../shared/host/host-api.ts'
import type { Lineage } from '../../../shared/lineage/graph.ts'
import {
  aroundNode,
  dataOf,
  fitsWords,
  type LineageIndex,
  partOf,
  trainedWith,
} from '../../../shared/lineage/reach.ts'
import { errorInfo, failed, type Loading } from '../../stores/loading.ts'
import { createRefresh } from '../../stores/refresh.ts'

export type Scope = 'around' | 'models' | 'all'
export type Steps = 1 | 2 | 3 | 4 | null
export const stepChoices: readonly Steps[] = [1, 2, 3, 4, null]

/** What is known of the graph, and how asking the server goes on. */
export type LineageState = {
  readonly loading: Loading
  readonly graph: Lineage
  readonly lookedAt: number | null
  readonly canLook: boolean
  readonly running: HostOutput<'lineage.get'>['running']
  /** This window asked, and can stop it. */
  readonly isOurs: boolean
  /** How the last asking of this window ended. */
  readonly outcome: { readonly found: number; readonly left: number; readonly error: ErrorInfo | null } | null
}
export type LineageStore = StoreApi<LineageState> & {
  refresh(): Promise<void>
  /** Resolves when it is over, whatever came of it: `outcome` says. */
  look(node: string | null): Promise<void>
  stop(): void
  /** Stops listening. */
  close(): void
}

const empty: Lineage = { nodes: [], edges: [] }

export function createLineageStore(host: HostConnection): LineageStore {
  const store = createStore<LineageState>(() => ({
    loading: { kind: 'loading' },
    graph: empty,
    lookedAt: null,
    canLook: false,
    running: null,
    isOurs: false,
    outcome: null,
  }))
  let stopping: AbortController | null = null
  const refresh = createRefresh(async () => {
    try {
      const { nodes, edges, lookedAt, canLook, running } = await host.call('lineage.get', {})
      store.setState({ loading: { kind: 'ready' }, graph: { nodes, edges }, lookedAt, canLook, running })
    } catch (error) {
      store.setState({ loading: failed(error) })
      throw error
    }
  }, 400)
  const close = host.on((event) => {
    if (event.type === 'lineage.changed') {
      store.setState({ running: event.running })
      refresh.soon()
    } else if (event.type === 'versions.changed' || event.type === 'settings.changed') refresh.soon()
    // Each progress of a push is such news; only what it brought to the end changes the graph.
    else if (event.type === 'sync.changed' && event.status.running === null) refresh.soon()
  })
  return {
    ...store,
    refresh: refresh.now,
    async look(node) {
      if (stopping) return
      stopping = new AbortController()
      store.setState({ isOurs: true, outcome: null, running: { asked: 0, waiting: 0 } })
      try {
        const { found, left, error } = await host.call('lineage.look', { node }, stopping.signal)
        store.setState({ outcome: { found, left, error } })
      } catch (reason) {
        const error = errorInfo(reason)
        store.setState({ outcome: error.code === 'CANCELLED' ? null : { found: 0, left: 0, error } })
      } finally {
        stopping = null
        store.setState({ isOurs: false, running: null })
        await refresh.now().catch(() => {})
      }
    },
    stop: () => stopping?.abort(),
    close() {
      stopping?.abort()
      close()
    },
  }
}

/** What is looked at; it stays while the window is open. */
export type LineageLook = {
  /** Node whose surroundings are shown; null: the newest version. */
  readonly center: string | null
  readonly selected: string | null
  /** The one whose data another's is compared with. */
  readonly marked: string | null
  readonly scope: Scope
  readonly steps: Steps
  readonly form: 'graph' | 'list'
  /** Runs that only sent versions of this library are shown too. */
  readonly hasOwnRuns: boolean
  readonly query: string
}
export const lineageLook: StoreApi<LineageLook> = createStore<LineageLook>(() => ({
  center: null,
  selected: null,
  marked: null,
  scope: 'around',
  steps: 3,
  form: 'graph',
  hasOwnRuns: false,
  query: '',
}))

/** The graph without the runs that only sent versions: a version leads to its artifacts anyway. */
export function withoutOwnRuns(graph: Lineage): Lineage {
  const ids = graph.nodes.filter((node) => node.kind !== 'run' || !node.isFromHere).map(({ id }) => id)
  return partOf(graph, new Set(ids))
}

type Indexed = { readonly graph: Lineage; readonly index: LineageIndex }

/** The node in the middle: the one that was chosen while it is there, else the newest version, else any. */
export function centerOf({ graph, index }: Indexed, center: string | null): string | null {
  if (center !== null && index.node(center)) return center
  let newest: { id: string; number: number } | null = null
  for (const node of graph.nodes)
    if (node.kind === 'version' && (!newest || node.number > newest.number)) newest = node
  return newest?.id ?? graph.nodes[0]?.id ?? null
}

/** The version that models are looked for: the center, or what its data is. */
export function versionOf(index: LineageIndex, center: string | null): string | null {
  if (center === null) return null
  return index.node(center)?.kind === 'version' ? center : (dataOf(index, center)[0] ?? null)
}

/** The part of the graph that is shown. */
export function shownPart(
  { graph, index }: Indexed,
  { center, scope, steps }: Pick<LineageLook, 'center' | 'scope' | 'steps'>,
): Lineage {
  const middle = centerOf({ graph, index }, center)
  if (scope === 'all' || middle === null) return graph
  if (scope === 'around') return partOf(graph, aroundNode(index, middle, steps))
  const version = versionOf(index, middle)
  return version === null ? empty : partOf(graph, trainedWith(index, version).way)
}

export function matchesOf({ nodes }: Lineage, query: string): string[] {
  return nodes.filter((node) => fitsWords(node, query)).map(({ id }) => id)
}
