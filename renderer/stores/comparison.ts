import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import type { HostConnection, HostOutput } from '../../shared/host/host-api.ts'
import type { LabelTotals } from '../../shared/label/diff-totals.ts'
import type { CompareMode } from '../canvas/compare-view.ts'

export type Comparison = HostOutput<'versions.compare'>
export type ComparedSample = Comparison['samples'][number]
export const changeKinds = ['added', 'removed', 'replaced', 'relabeled', 'recarded', 'renamed'] as const
export type ChangeKind = (typeof changeKinds)[number]
export type ShownMode = CompareMode | 'blink' | 'side'

export type CompareState = {
  readonly comparison: Comparison | null
  readonly error: ErrorInfo | null
  /** Exact numbers of samples, by image, as far as they are counted. */
  readonly totals: ReadonlyMap<string, LabelTotals>
  /** Samples counted, of how many; null while nothing is being counted. */
  readonly counting: { readonly done: number; readonly total: number } | null
  /** Empty: all kinds. */
  readonly kinds: ReadonlySet<ChangeKind>
  readonly categoryId: number | null
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
  /** `after` null: what is not committed. Failures are in the state. */
  open(before: string, after: string | null): Promise<void>
  /** Counts what is not counted yet. */
  count(): Promise<void>
  /** What is counted stays. */
  stopCounting(): void
  shown(): readonly ComparedSample[]
  toggleKind(kind: ChangeKind): void
  close(): void
}

/** Pairs of labels asked for in one call: the numbers come in while a person reads. */
const perCall = 8

export function createCompareStore(host: HostConnection): CompareStore {
  const store = createStore<CompareState>(() => ({
    comparison: null,
    error: null,
    totals: new Map(),
    counting: null,
    kinds: new Set(),
    categoryId: null,
    order: 'name',
    active: 0,
    mode: 'changes',
    swipe: 0.5,
    hidden: new Set(),
  }))
  let reading = new AbortController()
  let counter = new AbortController()

  async function open(before: string, after: string | null): Promise<void> {
    reading.abort()
    counter.abort()
    reading = new AbortController()
    const { signal } = reading
    store.setState({ comparison: null, error: null, totals: new Map(), counting: null, active: 0 })
    try {
      const comparison = await host.call('versions.compare', { before, after }, signal)
      if (signal.aborted) return
      store.setState({ comparison })
      await count()
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
    try {
      for (let from = 0; from < left.length; from += perCall) {
        store.setState({ counting: { done, total: all.length } })
        const some = left.slice(from, from + perCall)
        const pairs = some.map(({ before, after }) => ({
          before: before?.revision ?? null,
          after: after?.revision ?? null,
        }))
        const found = await host.call('labels.differences', { pairs }, signal)
        if (signal.aborted) return
        const totals = new Map(store.getState().totals)
        for (const [i, { image }] of some.entries()) if (found[i]) totals.set(image, found[i])
        done += some.length
        store.setState({ totals })
      }
      store.setState({ counting: null })
    } catch (error) {
      if (!signal.aborted) store.setState({ counting: null, error: toAppError(error).toInfo() })
    }
  }

  return {
    ...store,
    open,
    count,
    stopCounting() {
      counter.abort()
      store.setState({ counting: null })
    },
    shown: () => shownSamples(store.getState()),
    toggleKind(kind) {
      const kinds = new Set(store.getState().kinds)
      if (!kinds.delete(kind)) kinds.add(kind)
      store.setState({ kinds, active: 0 })
    },
    close() {
      reading.abort()
      counter.abort()
    },
  }
}

/** Labels to look at on one side at least, and not the same on both. */
export function hasOtherLabel({ kind, isRelabeled, before, after }: ComparedSample): boolean {
  return (kind !== 'changed' || isRelabeled) && (before?.revision ?? after?.revision ?? null) !== null
}

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
  state: Pick<CompareState, 'comparison' | 'kinds' | 'categoryId' | 'order' | 'totals'>,
): readonly ComparedSample[] {
  const { comparison, kinds, categoryId, order, totals } = state
  const found = (comparison?.samples ?? []).filter(
    (sample) =>
      (kinds.size === 0 || [...kinds].some((kind) => isOfKind(sample, kind))) &&
      (categoryId === null ||
        totals.get(sample.image)?.categories.some((each) => each.categoryId === categoryId)),
  )
  if (order === 'name') return found
  const amount = ({ image }: ComparedSample) => {
    const known = totals.get(image)
    return known ? changedPixels(known) : -1
  }
  return found.toSorted((a, b) => amount(b) - amount(a))
}

export type CategorySum = {
  readonly id: number
  readonly objectsBefore: number
  readonly objectsAfter: number
  readonly pixelsBefore: number
  readonly pixelsAfter: number
}

/** Over all counted samples, by category; only those with other numbers than before. */
export function sumCategories(totals: ReadonlyMap<string, LabelTotals>): readonly CategorySum[] {
  const sums = new Map<number, { -readonly [K in keyof CategorySum]: number }>()
  for (const { categories } of totals.values()) {
    for (const { categoryId: id, ...numbers } of categories) {
      const sum = sums.get(id) ?? { id, objectsBefore: 0, objectsAfter: 0, pixelsBefore: 0, pixelsAfter: 0 }
      for (const key of ['objectsBefore', 'objectsAfter', 'pixelsBefore', 'pixelsAfter'] as const)
        sum[key] += numbers[key]
      sums.set(id, sum)
    }
  }
  return [...sums.values()].sort((a, b) => a.id - b.id)
}

/** Changed pixels of all counted samples, by kind. */
export function sumPixels(totals: ReadonlyMap<string, LabelTotals>): LabelTotals['pixels'] {
  const sum = { added: 0, removed: 0, category: 0, object: 0 }
  for (const { pixels } of totals.values())
    for (const kind of ['added', 'removed', 'category', 'object'] as const) sum[kind] += pixels[kind]
  return sum
}
