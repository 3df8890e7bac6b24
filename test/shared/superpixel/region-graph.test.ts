import { expect, it } from 'vitest'
import { nodesOf, type RegionGraph, regionGraph } from '../../../shared/superpixel/region-graph.ts'
import { sidesAfter, sidesOf } from '../../../shared/superpixel/sides.ts'

/**
 *     0 0 1
 *     0 2 1
 */
const label = Uint32Array.from([0, 0, 1, 0, 2, 1])
const sums = Int32Array.from([192, 0, 192, 3, 1920, 0, 1920, 2, 128, 0, 128, 1])
const gradients = {
  right: Uint8Array.from([9, 5, 0, 3, 7, 0]),
  down: Uint8Array.from([9, 2, 9, 0, 0, 0]),
}
const planes = [new Int16Array(6), new Int16Array(6), new Int16Array(6)] as const
const whole = { left: 0, top: 0, right: 3, bottom: 2 }
const sides = sidesOf(label, { width: 3, height: 2, planes, gradients }, whole)

function edgesOf({ count, first, edges }: RegionGraph) {
  const lines: string[] = []
  for (let u = 0; u < count; u++) {
    for (let e = first[u]!; e < first[u + 1]!; e++) {
      const [v, gradient, length] = edges.subarray(4 * e)
      lines.push(`${u}-${v} gradient ${gradient} length ${length}`)
    }
  }
  return lines
}

it('has mean colour in CIELAB units and area of each region', () => {
  expect([...nodesOf(sums)]).toEqual([1, 0, 1, 3, 15, 0, 15, 2, 2, 0, 2, 1])
})

it('has one edge per touching pair at either end, with gradients and sides between them added up', () => {
  const graph = regionGraph(sums, sides)
  expect(edgesOf(graph).sort()).toEqual([
    '0-1 gradient 5 length 1',
    '0-2 gradient 5 length 2',
    '1-0 gradient 5 length 1',
    '1-2 gradient 7 length 1',
    '2-0 gradient 5 length 2',
    '2-1 gradient 7 length 1',
  ])
})

it('lists the sides between regions, and those that are left when regions join', () => {
  const threes = (list: Uint32Array) =>
    Array.from({ length: list.length / 3 }, (_, i) => list.subarray(3 * i, 3 * i + 3).join(' '))
  expect(threes(sides)).toEqual(['0 1 5', '0 2 2', '0 2 3', '1 2 7'])
  expect(threes(sidesAfter(sides, Uint32Array.of(0, 1, 0)))).toEqual(['0 1 5', '0 1 7'])
})
