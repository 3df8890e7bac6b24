import { expect, it } from 'vitest'
import {
  nodesOf,
  type RegionGraph,
  regionGraph,
  roughnessOf,
} from '../../../shared/superpixel/region-graph.ts'
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
const overview = {
  columns: 1,
  rows: 1,
  grey: { a: 0, b: 0 },
  coarse: Uint8Array.of(6),
  roughness: Uint16Array.of(40, 50),
}
const evidence = { width: 3, height: 2, planes, gradients, overview }
const whole = { left: 0, top: 0, right: 3, bottom: 2 }
const sides = sidesOf(label, evidence, whole)

function edgesOf({ count, first, edges }: RegionGraph) {
  const lines: string[] = []
  for (let u = 0; u < count; u++) {
    for (let e = first[u]!; e < first[u + 1]!; e++) {
      const [v, gradient, length, coarse] = edges.subarray(4 * e)
      lines.push(`${u}-${v} gradient ${gradient} length ${length} coarse ${coarse}`)
    }
  }
  return lines
}

it('has mean colour in CIELAB units and area of each region', () => {
  expect([...nodesOf(sums)]).toEqual([1, 0, 1, 3, 15, 0, 15, 2, 2, 0, 2, 1])
})

it('has one edge per touching pair at either end, with gradients and sides between them added up', () => {
  const graph = regionGraph({ count: 3, sums }, sides, new Float32Array(6))
  expect(edgesOf(graph).sort()).toEqual([
    '0-1 gradient 5 length 1 coarse 6',
    '0-2 gradient 5 length 2 coarse 12',
    '1-0 gradient 5 length 1 coarse 6',
    '1-2 gradient 7 length 1 coarse 6',
    '2-0 gradient 5 length 2 coarse 12',
    '2-1 gradient 7 length 1 coarse 6',
  ])
})

it('lists the sides between regions, and those that are left when regions join', () => {
  const lines = (list: Uint32Array) =>
    Array.from({ length: list.length / 4 }, (_, i) => list.subarray(4 * i, 4 * i + 4).join(' '))
  expect(lines(sides)).toEqual(['0 1 5 6', '0 2 2 6', '0 2 3 6', '1 2 7 6'])
  expect(lines(sidesAfter(sides, Uint32Array.of(0, 1, 0)))).toEqual(['0 1 5 6', '0 1 7 6'])
})

it('takes coarse gradients and roughnesses from the block of a pixel in the image', () => {
  // The image is 18 × 9, the tile its pixels from (7, 7) on: blocks of 1, 8 and 2 columns, and of 1 row each.
  const wide = {
    ...evidence,
    width: 18,
    height: 9,
    gradients: { right: new Uint8Array(162), down: new Uint8Array(162) },
    overview: {
      ...overview,
      columns: 3,
      rows: 2,
      coarse: Uint8Array.of(1, 2, 3, 4, 5, 6),
      roughness: Uint16Array.from({ length: 12 }, (_, i) => i),
    },
  }
  const tile = { left: 7, top: 7, right: 10, bottom: 9 }
  const listed = sidesOf(label, wide, tile)
  // The pixel before a side: (8, 7), (8, 7), (7, 8), (8, 8).
  expect([3, 7, 11, 15].map((i) => listed[i])).toEqual([2, 2, 4, 5])
  expect([...roughnessOf({ label, count: 3 }, wide, tile)]).toEqual([0, 1, 2, 3, 8, 9])
})
