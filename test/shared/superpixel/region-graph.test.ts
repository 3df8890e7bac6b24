import { expect, it } from 'vitest'
import {
  contract,
  type RegionGraph,
  regionGraph,
  regionNodes,
} from '../../../shared/superpixel/region-graph.ts'

/**
 *     0 0 1
 *     0 2 1
 */
const regions = { label: Uint32Array.from([0, 0, 1, 0, 2, 1]), count: 3 }
const plane = Int16Array.from([64, 64, 640, 64, 128, 1280])
const planes = [plane, new Int16Array(6), plane] as const
const gradients = {
  right: Uint16Array.from([9, 5, 0, 3, 7, 0]),
  down: Uint16Array.from([9, 2, 9, 0, 0, 0]),
}
const graph = regionGraph(regions, regionNodes(planes, regions), gradients, 3, 2)

function edgesOf({ count, first, to, gradient, length }: RegionGraph) {
  const edges: string[] = []
  for (let u = 0; u < count; u++) {
    for (let e = first[u]!; e < first[u + 1]!; e++) {
      edges.push(`${u}-${to[e]} gradient ${gradient[e]} length ${length[e]}`)
    }
  }
  return edges
}

it('has mean colour in CIELAB units and area of each region', () => {
  expect([...graph.nodes]).toEqual([1, 0, 1, 3, 15, 0, 15, 2, 2, 0, 2, 1])
})

it('has one edge per touching pair, with the gradients and the sides between them added up', () => {
  expect(edgesOf(graph).sort()).toEqual([
    '0-1 gradient 5 length 1',
    '0-2 gradient 5 length 2',
    '1-2 gradient 7 length 1',
  ])
})

it('joins nodes and their parallel edges when it is contracted', () => {
  const joined = contract(graph, Uint32Array.from([0, 1, 0]), 2)
  expect([...joined.nodes]).toEqual([1.25, 0, 1.25, 4, 15, 0, 15, 2])
  expect(edgesOf(joined)).toEqual(['0-1 gradient 12 length 2'])
})

it('ends as one node without edges', () => {
  const whole = contract(graph, Uint32Array.from([0, 0, 0]), 1)
  expect(whole.nodes[3]).toBe(6)
  expect(edgesOf(whole)).toEqual([])
})
