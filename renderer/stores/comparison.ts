import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import { hasOtherLabel } from '../../shared/host/comparison-file.ts'
import type { HostConnection, HostOutput } from '../../shared/host/host-api.ts'
import { type DiffKind, diffKinds } from '../../shared/label/diff.ts'
import type { LabelTotals } from '../../shared/label/diff-totals.ts'
import type { CompareMode } from '../canvas/compare-view.ts'

export type Comparison = HostOutput<'versions.compare'>
export type ComparedSample = Comparison['samples'][number]
export const changeKinds = ['added', 'removed', 'replaced', 'relabeled', 'recarded', 'renamed'] as const
export type ChangeKind = (typeof changeKinds)[number]
export type ShownMode = CompareMode | 'blink' | 'side'

/** Categories before and after; 0 is unlabeled. */
export type CategoryPair = { readonly from: number; readonly to: number }

export type CompareState = {
  readonly comparison: Comparison | null
  /** Objects and statuses are in it too. */
  readonly isWhole: boolean
  readonly error: ErrorInfo | null
  /** Exact numbers of samples, by image, as far as they are counted. */
  readonly totals: ReadonlyMap<string, LabelTotals>
  /** Samples counted, of how many; null while nothing is being counted. */
  readonly counting: { readonly done: number; readonly total: number } | null
  /** Empty: all kinds. */
  readonly kinds: ReadonlySet<ChangeKind>
  /** Empty: all kinds of pixels. */
  readonly pixelKinds: ReadonlySet<DiffKind>
  readonly categoryId: number | null
  /** Only where pixels of one category are of another one now. */
  readonly pair: CategoryPair | null
  /** Which category became which is shown over the images. */
  readonly hasMatrix: boolean
  /** What the tiles show over the images. */
  readonly tiles: 'changes' | 'labels'
  readonly order: 'name' | 'amount'
  /** Position among the shown samples. */
  readonly active: number
  readonly mode: ShownMode
  readonly swipe: number
  /** Indexes into `diffKinds` that are not painted. */
  readonly hidden: ReadonlySet<number>
}

/** What two versions differ in: read once, then counted exactly in the background. */
export type CompareStore = StoreApi<CompareState> & {
  /** `after` null: what is not committed, compared anew when it changes. Failures are in the state. */
  open(before: string, after: string | null): Promise<void>
  /** The same comparison once more, after something has changed: what is known of labels that are the same stays. */
  refresh(): Promise<void>
  /** Counts what is not counted yet. */
  count(): Promise<void>
  /** What is counted stays. */
  stopCounting(): void
  shown(): readonly ComparedSample[]
  toggleKind(kind: ChangeKind): void
  togglePixelKind(kind: DiffKind): void
  /** The same pair once more shows all. */
  togglePair(pair: CategoryPair): void
  clearFilters(): void
  close(): void
}

/** Pairs of labels asked for in one call: the numbers come in while a person reads. */
const perCall = 8
/** From so many on, numbers are shown at intervals, milliseconds: each time costs what there is. */
const manyImages = 500
const showEveryMs = 250
/** Milliseconds without another change before what is not committed is compared anew. */
const restMs = 300

export function createCompareStore(host: HostConnection): CompareStore {
  const store = createStore<CompareState>(() => ({
    comparison: null,
    isWhole: false,
    error: null,
    totals: new Map(),
    counting: null,
    kinds: new Set(),
    pixelKinds: new Set(),
    categoryId: null,
    pair: null,
    hasMatrix: true,
    tiles: 'changes',
    order: 'name',
    active: 0,
    mode: 'changes',
    swipe: 0.5,
    hidden: new Set(),
  }))
  let reading = new AbortController()
  let counter = new AbortController()

  let keepCounted = () => {}
  let waiting: ReturnType<typeof setTimeout> | undefined
  let stopListening = () => {}
  const listen = () =>
    host.on(({ type }) => {
      if (sides?.after !== null || (type !== 'label.saved' && type !== 'versions.changed')) return
      clearTimeout(waiting)
      waiting = setTimeout(() => void read(), restMs)
    })
  let sides: { readonly before: string; readonly after: string | null } | null = null

  async function open(before: string, after: string | null): Promise<void> {
    counter.abort()
    stopListening()
    stopListening = listen()
    sides = { before, after }
    store.setState({
      comparison: null,
      isWhole: false,
      error: null,
      totals: new Map(),
      counting: null,
      active: 0,
    })
    await read()
  }

  async function read(): Promise<void> {
    if (!sides) return
    reading.abort()
    reading = new AbortController()
    const { signal } = reading
    try {
      // Which images differ is known at once; their objects take a look at every label that differs.
      const comparison = await host.call('versions.compare', { ...sides, objects: false }, signal)
      if (signal.aborted) return
      const { comparison: last, totals } = store.getState()
      const labels = ({ before, after }: ComparedSample) => `${before?.revision} ${after?.revision}`
      const known = new Map(last?.samples.map((sample) => [sample.image, labels(sample)]))
      const same = comparison.samples.filter((sample) => known.get(sample.image) === labels(sample))
      const kept = new Map(
        same.flatMap(({ image }) => (totals.has(image) ? [[image, totals.get(image)!]] : [])),
      )
      store.setState({ comparison, isWhole: false, totals: kept, error: null })
      const whole = host.call('versions.compare', sides, signal).then((all) => {
        if (!signal.aborted) store.setState({ comparison: all, isWhole: true })
      })
      await Promise.all([whole, count()])
    } catch (error) {
      if (!signal.aborted) store.setState({ error: toAppError(error).toInfo() })
    }
  }

  async function count(): Promise<void> {
    counter.abort()
    counter = new AbortController()
    const { signal } = counter
    const { comparison } = store.getState()
    const all = comparison?.samples.filter(hasOtherLabel) ?? []
    const left = all.filter(({ image }) => !store.getState().totals.has(image))
    let done = all.length - left.length
    keepCounted = () => show()
    let pending: [image: string, totals: LabelTotals][] = []
    let shownAt = Number.NEGATIVE_INFINITY
    /** A copy costs what there is: with many images it is not made for each few. */
    const show = () => {
      if (signal.aborted) return
      const found = pending
      pending = []
      if (found.length > 0) store.setState(({ totals }) => ({ totals: new Map([...totals, ...found]) }))
      shownAt = performance.now()
    }
    try {
      for (let from = 0; from < left.length; from += perCall) {
        if (all.length <= manyImages || performance.now() - shownAt >= showEveryMs) {
          show()
          store.setState({ counting: { done, total: all.length } })
        }
        const some = left.slice(from, from + perCall)
        const pairs = some.map(({ before, after }) => ({
          before: before?.revision ?? null,
          after: after?.revision ?? null,
        }))
        const found = await host.call('labels.differences', { pairs }, signal)
        if (signal.aborted) return
        for (const [i, { image }] of some.entries()) if (found[i]) pending.push([image, found[i]])
        done += some.length
      }
      show()
      store.setState({ counting: null })
    } catch (error) {
      if (!signal.aborted) show()
      if (!signal.aborted) store.setState({ counting: null, error: toAppError(error).toInfo() })
    }
  }

  return {
    ...store,
    open,
    refresh: read,
    count,
    stopCounting() {
      keepCounted()
      counter.abort()
      store.setState({ counting: null })
    },
    shown: () => shownSamples(store.getState()),
    toggleKind(kind) {
      const kinds = new Set(store.getState().kinds)
      if (!kinds.delete(kind)) kinds.add(kind)
      store.setState({ kinds, active: 0 })
    },
    togglePixelKind(kind) {
      const pixelKinds = new Set(store.getState().pixelKinds)
      if (!pixelKinds.delete(kind)) pixelKinds.add(kind)
      store.setState({ pixelKinds, active: 0 })
    },
    togglePair({ from, to }) {
      const { pair } = store.getState()
      store.setState({ pair: pair?.from === from && pair.to === to ? null : { from, to }, active: 0 })
    },
    clearFilters: () =>
      store.setState({ kinds: new Set(), pixelKinds: new Set(), categoryId: null, pair: null, active: 0 }),
    close() {
      stopListening()
      clearTimeout(waiting)
      reading.abort()
      counter.abort()
    },
  }
}

type Filters = Pick<CompareState, 'kinds' | 'pixelKinds' | 'categoryId' | 'pair'>
export const hasFilter = ({ kinds, pixelKinds, categoryId, pair }: Filters): boolean =>
  kinds.size > 0 || pixelKinds.size > 0 || categoryId !== null || pair !== null

export function isOfKind(sample: ComparedSample, kind: ChangeKind): boolean {
  switch (kind) {
    case 'relabeled':
      return sample.isRelabeled
    case 'recarded':
      return sample.isRecarded
    case 'renamed':
      return sample.isRenamed
    default:
      return sample.kind === kind
  }
}

/** Pixels that are other than before. */
export const changedPixels = ({ pixels }: LabelTotals): number =>
  pixels.added + pixels.removed + pixels.category + pixels.object

export function shownSamples(
  state: Filters & Pick<CompareState, 'comparison' | 'order' | 'totals'>,
): readonly ComparedSample[] {
  const { comparison, kinds, pixelKinds, categoryId, pair, order, totals } = state
  const found = (comparison?.samples ?? []).filter(
    (sample) =>
      (kinds.size === 0 || [...kinds].some((kind) => isOfKind(sample, kind))) &&
      (pixelKinds.size === 0 ||
        diffKinds.some(
          (kind) => pixelKinds.has(kind) && (totals.get(sample.image)?.pixels[kind] ?? 0) > 0,
        )) &&
      (categoryId === null ||
        totals.get(sample.image)?.categories.some((each) => each.categoryId === categoryId)) &&
      (pair === null ||
        totals.get(sample.image)?.moves.some(({ from, to }) => from === pair.from && to === pair.to)),
  )
  if (order === 'name') return found
  const amount = ({ image }: ComparedSample) => {
    const known = totals.get(image)
    if (!known) return -1
    // With a pair in view, by how much of that.
    const move = pair && known.moves.find(({ from, to }) => from === pair.from && to === pair.to)
    return move ? move.pixels : changedPixels(known)
  }
  return found.toSorted((a, b) => amount(b) - amount(a))
}

/** Changed pixels of all counted samples, by kind. */
export function sumPixels(totals: ReadonlyMap<string, LabelTotals>): LabelTotals['pixels'] {
  const sum = { added: 0, removed: 0, category: 0, object: 0 }
  for (const { pixels } of totals.values())
    for (const kind of ['added', 'removed', 'category', 'object'] as const) sum[kind] += pixels[kind]
  return sum
}
