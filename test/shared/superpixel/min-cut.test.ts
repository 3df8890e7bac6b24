import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FlowNetwork } from '../../../shared/superpixel/min-cut.ts'

type Arc = { readonly a: number; readonly b: number; readonly there: number; readonly back: number }

function cutOf(nodes: number, arcs: readonly Arc[]): Uint8Array {
  const network = new FlowNetwork(nodes)
  for (const { a, b, there, back } of arcs) network.connect(a, b, there, back)
  return network.cut(0, nodes - 1)
}

const costOf = (side: ArrayLike<number>, arcs: readonly Arc[]) =>
  arcs.reduce(
    (sum, { a, b, there, back }) =>
      sum + (side[a] && !side[b] ? there : 0) + (side[b] && !side[a] ? back : 0),
    0,
  )

it('costs as little as the cheapest of all cuts', () => {
  const nodes = 7
  const arc = fc.record({
    a: fc.nat(nodes - 1),
    b: fc.nat(nodes - 1),
    there: fc.nat(20),
    back: fc.nat(20),
  })
  fc.assert(
    fc.property(fc.array(arc, { maxLength: 18 }), (made) => {
      const arcs = made.filter(({ a, b }) => a !== b)
      const side = cutOf(nodes, arcs)
      expect([side[0], side[nodes - 1]]).toEqual([1, 0])
      let least = Number.POSITIVE_INFINITY
      for (let choice = 0; choice < 2 ** (nodes - 2); choice++) {
        const other = Array.from({ length: nodes }, (_, i) =>
          i === 0 ? 1 : i === nodes - 1 ? 0 : (choice >> (i - 1)) & 1,
        )
        least = Math.min(least, costOf(other, arcs))
      }
      expect(costOf(side, arcs)).toBe(least)
    }),
    { numRuns: 300 },
  )
})

it('never cuts what cannot be cut', () => {
  const tied = Number.POSITIVE_INFINITY
  const side = cutOf(4, [
    { a: 0, b: 1, there: tied, back: 0 },
    { a: 1, b: 2, there: 5, back: 5 },
    { a: 2, b: 3, there: tied, back: 0 },
  ])
  expect([...side]).toEqual([1, 1, 0, 0])
})

it('of equal cuts takes the one nearest to the source', () => {
  const side = cutOf(4, [
    { a: 0, b: 1, there: 5, back: 0 },
    { a: 1, b: 2, there: 5, back: 0 },
    { a: 2, b: 3, there: 5, back: 0 },
  ])
  expect([...side]).toEqual([1, 0, 0, 0])
})

it('leaves what nothing leads to on the other side', () => {
  expect([...cutOf(4, [{ a: 0, b: 1, there: 3, back: 0 }])]).toEqual([1, 1, 0, 0])
  expect([...cutOf(2, [])]).toEqual([1, 0])
})
