import { expect, it } from 'vitest'
import { type ComparedSample, createCompareStore, sumPixels } from '../../../renderer/stores/comparison.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import { sumCategories } from '../../../shared/host/comparison-file.ts'
import type { HostConnection } from '../../../shared/host/host-api.ts'

const digest = (n: number) => n.toString(16).padStart(64, '0')
const state = (revision: number | null) => ({
  revision: revision === null ? null : digest(revision),
  card: null,
  status: null,
})
const sample = (n: number, more: Partial<ComparedSample> = {}): ComparedSample => ({
  id: null,
  name: `${String(n).padStart(2, '0')}.png`,
  image: digest(1000 + n),
  kind: 'changed',
  isRenamed: false,
  isRelabeled: true,
  isRecarded: false,
  before: state(n),
  after: state(100 + n),
  objects: { added: 0, removed: 0, reclassified: 0, changed: 0 },
  ...more,
})

/** A host that counts as many added pixels in a sample as its number says, of the category 1 or 2. */
function bench(samples: readonly ComparedSample[], fails = () => false) {
  const asked: number[][] = []
  const host = {
    async call(
      method: string,
      input: { pairs: { before: string | null; after: string | null }[] },
      signal: AbortSignal,
    ) {
      await new Promise((go) => setImmediate(go))
      signal.throwIfAborted()
      if (method === 'versions.compare') return { samples, counts: {}, categories: [], reclassified: [] }
      if (fails()) throw new AppError('DISK_FAILING', 'The disk fails.', { remedy: 'Use another one.' })
      const numbers = input.pairs.map(({ before, after }) => Number.parseInt((before ?? after)!, 16))
      asked.push(numbers)
      return numbers.map((n) =>
        n === 13
          ? null
          : {
              pixels: { added: n, removed: 0, category: 0, object: 0 },
              objects: { added: 1, removed: 0, category: 0, reshaped: 0 },
              categories: [
                {
                  categoryId: 1 + (n % 2),
                  objectsBefore: 0,
                  objectsAfter: 1,
                  pixelsBefore: 0,
                  pixelsAfter: n,
                },
              ],
              moves: [{ from: 0, to: 1 + (n % 2), pixels: n }],
            },
      )
    },
    on: () => () => {},
  } as unknown as HostConnection
  return { store: createCompareStore(host), asked }
}
const names = (list: readonly ComparedSample[]) => list.map(({ name }) => Number.parseInt(name, 10))

it('counts every label that differs, a few at a time, and adds them up', async () => {
  const samples = [
    ...Array.from({ length: 20 }, (_, n) => sample(n + 1)),
    sample(30, { isRelabeled: false, isRecarded: true }),
    sample(31, { kind: 'added', isRelabeled: false, before: null, after: state(null) }),
  ]
  const { store, asked } = bench(samples)
  await store.open('1', '2')
  expect(asked.map((each) => each.length)).toEqual([8, 8, 4])
  const { totals, counting, error } = store.getState()
  expect([totals.size, counting, error]).toEqual([19, null, null])
  // One label cannot be read: it is left out, and the others are exact.
  expect(sumPixels(totals).added).toBe(210 - 13)
  expect(
    sumCategories(totals).map(({ id, objectsAfter, pixelsAfter }) => [id, objectsAfter, pixelsAfter]),
  ).toEqual([
    [1, 10, 110],
    [2, 9, 100 - 13],
  ])
})

it('keeps what is counted when it is stopped, and goes on with the rest', async () => {
  const { store, asked } = bench(Array.from({ length: 24 }, (_, n) => sample(n + 20)))
  const stop = store.subscribe(
    ({ totals, counting }) => totals.size === 8 && counting !== null && store.stopCounting(),
  )
  await store.open('1', null)
  stop()
  expect([store.getState().totals.size, store.getState().counting]).toEqual([8, null])
  await store.count()
  expect(store.getState().totals.size).toBe(24)
  expect(asked.flat().length).toBe(24)
})

it('of many images shows numbers now and then, and keeps all that is counted when it is stopped', async () => {
  const { store, asked } = bench(Array.from({ length: 1000 }, (_, n) => sample(n + 1)))
  let updates = 0
  const off = store.subscribe(({ totals }, before) => {
    if (totals !== before.totals) updates++
    if (asked.length === 100 && store.getState().counting) store.stopCounting()
  })
  await store.open('1', '2')
  off()
  await store.count()
  // One of them cannot be read.
  expect(store.getState().totals.size).toBe(999)
  expect(updates).toBeLessThan(1000 / 8 / 2)
})

it('filters by kinds of pixels and by a change of category, sorted by how much of that there is', async () => {
  const { store } = bench([sample(1), sample(2), sample(3)])
  await store.open('1', '2')
  store.togglePixelKind('removed')
  expect(names(store.shown())).toEqual([])
  store.togglePixelKind('added')
  expect(names(store.shown())).toEqual([1, 2, 3])
  store.togglePair({ from: 0, to: 2 })
  store.setState({ order: 'amount' })
  expect(names(store.shown())).toEqual([3, 1])
  store.togglePair({ from: 0, to: 2 })
  store.clearFilters()
  expect(names(store.shown())).toEqual([3, 2, 1])
})

it('says why it cannot count, and counts the rest when asked again', async () => {
  let fails = true
  const { store } = bench([sample(1), sample(2)], () => fails)
  await store.open('1', '2')
  expect(store.getState()).toMatchObject({ error: { code: 'DISK_FAILING' }, counting: null })
  expect(store.shown()).toHaveLength(2)
  fails = false
  await store.count()
  expect(store.getState().totals.size).toBe(2)
})

it('shows the samples of some kinds, of a category, and by how much they changed', async () => {
  const { store } = bench([
    sample(1),
    sample(2, { kind: 'added', isRelabeled: false, before: null }),
    sample(3, { isRecarded: true }),
    sample(4, { isRelabeled: false, isRenamed: true }),
  ])
  await store.open('1', '2')
  store.toggleKind('recarded')
  store.toggleKind('renamed')
  expect(names(store.shown())).toEqual([3, 4])
  store.toggleKind('recarded')
  store.toggleKind('renamed')
  store.setState({ categoryId: 2 })
  expect(names(store.shown())).toEqual([1, 3])
  store.setState({ categoryId: null, order: 'amount' })
  expect(names(store.shown())).toEqual([2, 3, 1, 4])
})

it('a comparison that comes late is not shown over a newer one', async () => {
  const { store } = bench([sample(1)])
  const first = store.open('1', '2')
  const second = store.open('2', '3')
  await Promise.all([first, second])
  expect(store.getState()).toMatchObject({ error: null, comparison: { samples: [{ name: '01.png' }] } })
  store.close()
})
