import type { Planes } from './colour.ts'
import { PLANE_SCALE } from './colour.ts'
import type { Gradients, Regions } from './grid.ts'

/**
 * Regions and which of them touch. Each touching pair u < v is one edge, stored with u.
 *
 * - `nodes`: mean of the three planes in CIELAB units and area in pixels, 4 numbers per node.
 * - `first`: `count + 1` long; the edges of u are `first[u] … first[u + 1]`.
 * - `to`, `gradient`, `length`: per edge the node v, the sum of gradients along the boundary in plane units, and its
 *   length in pixel sides. Longer than the edges: what lies past `first[count]` means nothing.
 */
export type RegionGraph = {
  readonly count: number
  readonly nodes: Float32Array
  readonly first: Uint32Array
  readonly to: Uint32Array
  readonly gradient: Float32Array
  readonly length: Uint32Array
}

/** Mean colour and area of each region, as in `RegionGraph.nodes`. */
export function regionNodes(planes: Planes, { label, count }: Regions): Float32Array {
  const [l, a, b] = planes
  const nodes = new Float32Array(count * 4)
  for (let p = 0; p < label.length; p++) {
    const at = label[p]! * 4
    nodes[at]! += l[p]!
    nodes[at + 1]! += a[p]!
    nodes[at + 2]! += b[p]!
    nodes[at + 3]! += 1
  }
  for (let at = 0; at < nodes.length; at += 4) {
    const scale = nodes[at + 3]! * PLANE_SCALE
    nodes[at]! /= scale
    nodes[at + 1]! /= scale
    nodes[at + 2]! /= scale
  }
  return nodes
}

/** The graph of the grid's regions; `nodes` from `regionNodes`. */
export function regionGraph(
  regions: Regions,
  nodes: Float32Array,
  gradients: Gradients,
  width: number,
  height: number,
): RegionGraph {
  const { label, count } = regions
  const first = new Uint32Array(count + 1)
  forEachSide(label, width, height, (u) => {
    first[u]!++
  })
  const sides = startsOfCounts(first)
  const to = new Uint32Array(sides)
  const gradient = new Float32Array(sides)
  const length = new Uint32Array(sides).fill(1)
  const next = first.slice(0, count)
  forEachSide(label, width, height, (u, v, p, isRight) => {
    const at = next[u]!
    next[u] = at + 1
    to[at] = v
    gradient[at] = isRight ? gradients.right[p]! : gradients.down[p]!
  })
  joinParallel(count, first, to, gradient, length)
  return { count, nodes, first, to, gradient, length }
}

/**
 * The graph in which node i of `graph` is part of node `target[i]`, of `count` nodes. Targets must cover 0 … count - 1.
 */
export function contract(graph: RegionGraph, target: Uint32Array, count: number): RegionGraph {
  const first = new Uint32Array(count + 1)
  forEachOuterEdge(graph, target, (u) => {
    first[u]!++
  })
  const edges = startsOfCounts(first)
  const to = new Uint32Array(edges)
  const gradient = new Float32Array(edges)
  const length = new Uint32Array(edges)
  const next = first.slice(0, count)
  forEachOuterEdge(graph, target, (u, v, e) => {
    const at = next[u]!
    next[u] = at + 1
    to[at] = v
    gradient[at] = graph.gradient[e]!
    length[at] = graph.length[e]!
  })
  joinParallel(count, first, to, gradient, length)
  return { count, nodes: joinNodes(graph, target, count), first, to, gradient, length }
}

function joinNodes(graph: RegionGraph, target: Uint32Array, count: number): Float32Array {
  const { nodes } = graph
  const joined = new Float32Array(count * 4)
  for (let i = 0; i < graph.count; i++) {
    const from = i * 4
    const at = target[i]! * 4
    const area = nodes[from + 3]!
    const before = joined[at + 3]!
    const after = before + area
    // Weighted means step by step: sums of 24-megapixel regions would not fit 32-bit floats.
    const part = area / after
    joined[at]! += (nodes[from]! - joined[at]!) * part
    joined[at + 1]! += (nodes[from + 1]! - joined[at + 1]!) * part
    joined[at + 2]! += (nodes[from + 2]! - joined[at + 2]!) * part
    joined[at + 3] = after
  }
  return joined
}

function forEachSide(
  label: Uint32Array,
  width: number,
  height: number,
  visit: (u: number, v: number, p: number, isRight: boolean) => void,
): void {
  for (let y = 0, p = 0; y < height; y++) {
    const isLastRow = y + 1 === height
    for (let x = 0; x < width; x++, p++) {
      const here = label[p]!
      if (x + 1 < width) {
        const right = label[p + 1]!
        if (here < right) visit(here, right, p, true)
        else if (right < here) visit(right, here, p, true)
      }
      if (isLastRow) continue
      const below = label[p + width]!
      if (here < below) visit(here, below, p, false)
      else if (below < here) visit(below, here, p, false)
    }
  }
}

function forEachOuterEdge(
  graph: RegionGraph,
  target: Uint32Array,
  visit: (u: number, v: number, e: number) => void,
): void {
  const { count, first, to } = graph
  for (let i = 0; i < count; i++) {
    const u = target[i]!
    const end = first[i + 1]!
    for (let e = first[i]!; e < end; e++) {
      const v = target[to[e]!]!
      if (u < v) visit(u, v, e)
      else if (v < u) visit(v, u, e)
    }
  }
}

/** Turns counts into the index at which each one's entries start, in place; the last entry becomes their sum. */
export function startsOfCounts(counts: Uint32Array): number {
  let sum = 0
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!
    counts[i] = sum
    sum += count
  }
  return sum
}

/** Joins edges of one node that lead to the same other one, in place. */
function joinParallel(
  count: number,
  first: Uint32Array,
  to: Uint32Array,
  gradient: Float32Array,
  length: Uint32Array,
): void {
  // Where the edge to v stands, plus one; of the current u exactly if it is past the start of u's edges.
  const place = new Uint32Array(count)
  let written = 0
  for (let u = 0, read = 0; u < count; u++) {
    const end = first[u + 1]!
    const start = written
    first[u] = start
    for (; read < end; read++) {
      const v = to[read]!
      const known = place[v]!
      if (known > start) {
        gradient[known - 1]! += gradient[read]!
        length[known - 1]! += length[read]!
        continue
      }
      to[written] = v
      gradient[written] = gradient[read]!
      length[written] = length[read]!
      place[v] = ++written
    }
  }
  first[count] = written
}
