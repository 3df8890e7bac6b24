import { expect, it } from 'vitest'
import { search, simplest, type Table } from '../../../scripts/merge-cost/search.ts'

/** Lowest at length 4 and weight 0.3, and much flatter in weight. */
const bowl = async ({ length, weight }: Table) =>
  1 + Math.log(length! / 4) ** 2 + 0.01 * Math.log(weight! / 0.3) ** 2

it('finds the lowest point of a bowl from some way off', async () => {
  const { table, value } = await search({ length: 9, weight: 0.1 }, bowl, { rounds: 3, step: 1.6 })
  expect(table.length).toBeCloseTo(4, 3)
  expect(table.weight).toBeCloseTo(0.3, 3)
  expect(value).toBeCloseTo(1, 6)
})

it('leaves the numbers alone that it is not told to change', async () => {
  const { table } = await search({ length: 9, weight: 0.1 }, bowl, {
    names: ['length'],
    rounds: 2,
    step: 1.6,
  })
  expect(table.weight).toBe(0.1)
  expect(table.length).toBeCloseTo(4, 3)
})

it('never answers a table worse than the one it began with', async () => {
  const jagged = async ({ length }: Table) => (length === 9 ? 1 : 2)
  const { table, value } = await search({ length: 9 }, jagged, { rounds: 2, step: 1.6 })
  expect([table, value]).toEqual([{ length: 9 }, 1])
})

it('says how sharp the optimum is in each number, and prefers few digits where it is flat', async () => {
  const { sharpness } = await search({ length: 5, weight: 0.25 }, bowl, { rounds: 2, step: 1.6 })
  expect(sharpness.length).toBeCloseTo(1, 3)
  expect(sharpness.weight).toBeCloseTo(0.01, 3)
  expect(simplest(0.3127, sharpness.weight!, 0.0005)).toBe(0.3)
  expect(simplest(3.9147, sharpness.length!, 0.0005)).toBe(4)
  expect(simplest(3.9147, 30, 0.0001)).toBe(3.91)
})
