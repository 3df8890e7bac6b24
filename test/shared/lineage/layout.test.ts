import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Lineage, LineageEdge, LineageNode } from '../../../shared/lineage/graph.ts'
import { drawing, layoutLineage } from '../../../shared/lineage/layout.ts'
import { indexLineage } from '../../../shared/lineage/reach.ts'
import { walk } from '../../../shared/lineage/walk.ts'

function version(number: number): LineageNode {
  const id = `version:${String(number).padStart(5, '0')}`
  const counts = { samples: 1, labeled: 0, objects: 0 }
  const said = { message: 'm', author: 'a', at: number % 7, names: [] }
  return { kind: 'version', id, versionId: id, number, ...said, ...counts }
}
const graphOf = (count: number, pairs: readonly (readonly [number, number])[]): Lineage => {
  const nodes = Array.from({ length: count }, (_, i) => version(i))
  const edges = pairs.map(([a, b]): LineageEdge => {
    return { from: nodes[a % count]!.id, to: nodes[b % count]!.id, kind: 'parent' }
  })
  return { nodes, edges }
}
const pairs = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { maxLength: 90 })
const anyGraph = fc.tuple(fc.integer({ min: 1, max: 40 }), pairs).map(([count, list]) => graphOf(count, list))
/** Edges from lower to higher numbers: no circle. */
const forwardGraph = fc.tuple(fc.integer({ min: 2, max: 40 }), pairs).map(([count, list]) =>
  graphOf(
    count,
    list.map(([a, b]): [number, number] => [Math.min(a % count, b % count), Math.max(a % count, b % count)]),
  ),
)

function meeting(nodes: readonly { id: string; x: number; y: number }[]): string[] {
  const { width, height } = drawing
  return nodes.flatMap((a, i) =>
    nodes
      .slice(i + 1)
      .filter((b) => Math.abs(a.x - b.x) < width && Math.abs(a.y - b.y) < height)
      .map((b) => `${a.id} ${b.id}`),
  )
}

it('places every node once, none on another, all within the drawing', () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const { nodes, width, height } = layoutLineage(graph)
      expect(nodes.map(({ id }) => id).sort()).toEqual(graph.nodes.map(({ id }) => id).sort())
      expect(meeting(nodes)).toEqual([])
      for (const { x, y } of nodes) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
        expect(x + drawing.width).toBeLessThanOrEqual(width)
        expect(y + drawing.height).toBeLessThanOrEqual(height)
      }
    }),
  )
})

it('leads every edge to the right, and marks those back that close a circle', () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const { nodes, edges } = layoutLineage(graph)
      const column = new Map(nodes.map((node) => [node.id, node.column]))
      for (const { from, to, isBack, points } of edges) {
        const [a, b] = [column.get(from)!, column.get(to)!]
        expect(isBack ? a > b : a < b).toBe(true)
        const xs = points.map(({ x }) => x)
        expect(xs).toEqual([...xs].sort((p, q) => (isBack ? q - p : p - q)))
      }
    }),
  )
  fc.assert(
    fc.property(forwardGraph, (graph) => {
      expect(layoutLineage(graph).edges.filter(({ isBack }) => isBack)).toEqual([])
    }),
  )
})

it('gives the same drawing whatever order the graph came in', () => {
  fc.assert(
    fc.property(anyGraph, fc.infiniteStream(fc.nat()), (graph, numbers) => {
      const shuffled = <T>(list: readonly T[]) =>
        list
          .map((one) => ({ one, at: numbers.next().value as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one)
      const other = { nodes: shuffled(graph.nodes), edges: shuffled(graph.edges) }
      expect(layoutLineage(other)).toEqual(layoutLineage(graph))
    }),
  )
})

it('keeps edges out of the nodes of the columns that they pass', () => {
  fc.assert(
    fc.property(forwardGraph, (graph) => {
      const { nodes, edges } = layoutLineage(graph)
      for (const { points } of edges) {
        for (let i = 1; i < points.length - 1; i++) {
          const { x, y } = points[i]!
          const hit = nodes.filter(
            (node) =>
              (node.x === x || node.x + drawing.width === x) && y > node.y && y < node.y + drawing.height,
          )
          expect(hit).toEqual([])
        }
      }
    }),
  )
})

it('lays out a thousand nodes: a long history with runs and models beside it', () => {
  const edges: (readonly [number, number])[] = []
  for (let i = 0; i < 200; i++) {
    const at = i * 5
    if (i > 0) edges.push([at - 5, at])
    edges.push([at, at + 1], [at, at + 2], [at + 2, at + 3], [at + 3, at + 4])
    if (i > 20 && i % 9 === 0) edges.push([at - 96, at + 3])
  }
  const { nodes } = layoutLineage(graphOf(1000, edges))
  expect(nodes).toHaveLength(1000)
  expect(meeting(nodes)).toEqual([])
})

it('keeps the line of versions level, whatever hangs on them', () => {
  const { nodes, edges } = graphOf(
    150,
    Array.from({ length: 50 }, (_, i) => i * 3).flatMap((at) => [
      [at, at + 1] as const,
      [at, at + 2] as const,
      ...(at > 0 ? [[at - 3, at] as const] : []),
    ]),
  )
  const run = {
    entity: '',
    project: '',
    url: null,
    name: 'r',
    title: 'r',
    jobType: null,
    state: null,
    user: null,
  }
  const more = { metrics: [], isFromHere: false, isGone: false, lookedAt: null, hasMore: false }
  const mixed = nodes.map((node, i): LineageNode => {
    return i % 3 === 0 ? node : { kind: 'run', id: node.id, at: node.at, ...run, ...more }
  })
  const { height } = layoutLineage({ nodes: mixed, edges })
  expect(height).toBeLessThan(12 * drawing.height)
})

it('goes along edges by arrow keys, and reaches every node of a column by up and down', () => {
  const graph = graphOf(6, [
    [0, 1],
    [0, 2],
    [1, 3],
    [2, 3],
    [3, 4],
  ])
  const layout = layoutLineage(graph)
  const index = indexLineage(graph)
  const id = (number: number) => graph.nodes[number]!.id
  expect(walk(layout, index, null, 'right')).toBe(layout.nodes[0]!.id)
  const first = walk(layout, index, id(0), 'right')!
  expect([id(1), id(2)]).toContain(first)
  const other = walk(layout, index, first, 'down') ?? walk(layout, index, first, 'up')
  expect([id(1), id(2), id(5), id(0)]).toContain(other)
  expect(walk(layout, index, first, 'right')).toBe(id(3))
  expect(walk(layout, index, id(4), 'right')).toBeNull()
  expect(walk(layout, index, id(4), 'left')).toBe(id(3))
  fc.assert(
    fc.property(anyGraph, (some) => {
      const placed = layoutLineage(some)
      const questions = indexLineage(some)
      const open = [placed.nodes[0]!.id]
      const seen = new Set(open)
      for (let at = open.pop(); at !== undefined; at = open.pop())
        for (const way of ['left', 'right', 'up', 'down', 'first', 'last'] as const) {
          const next = walk(placed, questions, at, way)
          if (next !== null && !seen.has(next)) {
            seen.add(next)
            open.push(next)
          }
        }
      expect(seen.size).toBe(placed.nodes.length)
    }),
  )
})
