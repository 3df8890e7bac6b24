import { expect, it } from 'vitest'
import { labelChangeWords } from '../../../shared/host/comparison-words.ts'
import type { LabelTotals } from '../../../shared/label/diff-totals.ts'

const totals = (pixels: Partial<LabelTotals['pixels']>): LabelTotals => ({
  pixels: { added: 0, removed: 0, category: 0, object: 0, ...pixels },
  objects: { added: 0, removed: 0, category: 0, reshaped: 0 },
  categories: [],
  moves: [],
})
const nameOf = (id: number) => ['', 'Car', 'Truck', 'Bus'][id]!

it('names the two largest changes of category, and the pixels of all images that have some', () => {
  const reclassified = [
    { from: 1, to: 3, count: 1 },
    { from: 1, to: 2, count: 1200 },
    { from: 2, to: 1, count: 4 },
  ]
  const known = new Map([
    ['a', totals({ added: 1000, object: 5 })],
    ['b', totals({})],
    ['c', totals({ removed: 2 })],
  ])
  expect(labelChangeWords({ reclassified }, known, nameOf)).toBe(
    '1,205 objects of another category (Car → Truck 1200, Truck → Car 4), 1,007 px changed in 2 images',
  )
  expect(labelChangeWords({ reclassified: [] }, new Map([['c', totals({ removed: 2 })]]), nameOf)).toBe(
    '2 px changed in 1 image',
  )
  expect(labelChangeWords({ reclassified: [] }, new Map(), nameOf)).toBe('')
})
