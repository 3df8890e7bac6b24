import type { BandTree } from './band-tree.ts'
import type { Band } from './bands.ts'
import type { Gradients } from './grid.ts'
import { type Merges, noMerges, type Round } from './merge-rounds.ts'
import { EdgeLists } from './region-graph.ts'

/**
 * The bands of one image as one graph, with what their rounds merged. Leaves, nodes and merges of a band follow those
 * of the band above it.
 */
export function joinBands(
  trees: readonly BandTree[],
  bands: readonly Band[],
  gradients: Gradients,
  width: number,
): { merges: Merges; rest: Round } {
  const { leafStart, nodeStart, mergeStart } = startsOf(trees)
  const leafCount = leafStart.at(-1)!
  const count = nodeStart.at(-1)!
  const merges = noMerges(leafCount)
  const nodes = new Float32Array(4 * count)
  const treeNode = new Uint32Array(count)
  /** The present node of each leaf that is one. */
  const nodeOfLeaf = new Uint32Array(leafCount)
  for (const [i, tree] of trees.entries()) {
    const renumbered = (node: number) =>
      node < tree.merges.leafCount
        ? leafStart[i]! + node
        : leafCount + mergeStart[i]! + node - tree.merges.leafCount
    for (let r = 0; r < tree.merges.count; r++) {
      merges.a[merges.count] = renumbered(tree.merges.a[r]!)
      merges.b[merges.count] = renumbered(tree.merges.b[r]!)
      merges.height[merges.count++] = tree.merges.height[r]!
    }
    nodes.set(tree.rest.graph.nodes, 4 * nodeStart[i]!)
    for (const [u, node] of tree.rest.treeNode.entries()) {
      const renamed = renumbered(node)
      treeNode[nodeStart[i]! + u] = renamed
      if (renamed < leafCount) nodeOfLeaf[renamed] = nodeStart[i]! + u
    }
  }
  const seams = seamSides(trees, bands, gradients, width, (i, leaf) => nodeOfLeaf[leafStart[i]! + leaf]!)
  const graph = { count, nodes, ...joinedEdges(trees, nodeStart, seams) }
  return { merges, rest: { graph, treeNode, isFrozen: new Uint8Array(count) } }
}

function startsOf(trees: readonly BandTree[]) {
  const running = (numbers: number[]) => {
    const starts = [0]
    for (const number of numbers) starts.push(starts.at(-1)! + number)
    return starts
  }
  return {
    leafStart: running(trees.map((tree) => tree.regions.count)),
    nodeStart: running(trees.map((tree) => tree.rest.graph.count)),
    mergeStart: running(trees.map((tree) => tree.merges.count)),
  }
}

type Side = { readonly to: number; readonly gradient: number }

/** The sides between two bands, for the nodes at both ends. Regions at a seam were left alone by their bands' rounds. */
function seamSides(
  trees: readonly BandTree[],
  bands: readonly Band[],
  gradients: Gradients,
  width: number,
  nodeOf: (band: number, leaf: number) => number,
): Map<number, Side[]> {
  const sides = new Map<number, Side[]>()
  const add = (from: number, side: Side) => {
    const list = sides.get(from)
    if (list) list.push(side)
    else sides.set(from, [side])
  }
  for (let i = 0; i + 1 < trees.length; i++) {
    const above = trees[i]!.regions.label
    const below = trees[i + 1]!.regions.label
    const lastRow = (bands[i]!.bottom - 1) * width
    for (let x = 0; x < width; x++) {
      const u = nodeOf(i, above[above.length - width + x]!)
      const v = nodeOf(i + 1, below[x]!)
      const gradient = gradients.down[lastRow + x]!
      add(u, { to: v, gradient })
      add(v, { to: u, gradient })
    }
  }
  return sides
}

function joinedEdges(
  trees: readonly BandTree[],
  nodeStart: readonly number[],
  seams: ReadonlyMap<number, readonly Side[]>,
): { first: Uint32Array; edges: Uint32Array } {
  const count = nodeStart.at(-1)!
  let most = 0
  for (const { rest } of trees) most += rest.graph.first[rest.graph.count]!
  for (const sides of seams.values()) most += sides.length
  const first = new Uint32Array(count + 1)
  const edges = new Uint32Array(4 * most)
  const lists = new EdgeLists(count, edges)
  for (const [i, { rest }] of trees.entries()) {
    const { graph } = rest
    for (let u = 0; u < graph.count; u++) {
      const node = nodeStart[i]! + u
      first[node] = lists.start()
      for (let e = graph.first[u]!; e < graph.first[u + 1]!; e++) {
        lists.add(nodeStart[i]! + graph.edges[4 * e]!, graph.edges, e)
      }
      for (const { to, gradient } of seams.get(node) ?? []) {
        lists.add(to, Uint32Array.of(to, gradient, 1, 0), 0)
      }
    }
  }
  first[count] = lists.start()
  return { first, edges }
}
