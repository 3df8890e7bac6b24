import { expect, it } from 'vitest'
import { flatnessOf, search, simplest, type Table } from '../../../scripts/merge-cost/search.ts'

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
  expect(await search({ length: 9 }, jagged, { rounds: 2, step: 1.6 })).toEqual({
    table: { length: 9 },
    value: 1,
  })
})

it('prefers few digits where the optimum is flat, and keeps them where it is sharp', async () => {
  const table = { length: 3.9147, weight: 0.3127 }
  const flatness = await flatnessOf(table, await bowl(table), bowl)
  expect(simplest(table.weight, flatness.weight!, 0.0005)).toBe(0.3)
  expect(simplest(table.length, flatness.length!, 0.0005)).toBe(4)
  expect(simplest(3.9147, { divided: 5, multiplied: 5 }, 0.0001)).toBe(3.91)
})
