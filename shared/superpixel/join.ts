import type { Evidence } from './grid.ts'
import { type Merges, noMerges, type Round } from './merge-rounds.ts'
import { blockAt } from './overview.ts'
import { EdgeLists } from './region-graph.ts'
import type { TileTree } from './tile-tree.ts'
import { type Tiling, widthOf } from './tiles.ts'

/**
 * The tiles of one image as one graph, with what their rounds merged. Leaves, nodes and merges of a tile follow those of
 * the tile before it.
 */
export function joinTiles(
  trees: readonly TileTree[],
  tiling: Tiling,
  evidence: Evidence,
): { merges: Merges; rest: Round } {
  const { leafStart, nodeStart, mergeStart } = startsOf(trees)
  const leafCount = leafStart.at(-1)!
  const count = nodeStart.at(-1)!
  const merges = noMerges(leafCount)
  const nodes = new Float32Array(4 * count)
  const roughness = new Float32Array(2 * count)
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
    roughness.set(tree.rest.graph.roughness, 2 * nodeStart[i]!)
    for (const [u, node] of tree.rest.treeNode.entries()) {
      const renamed = renumbered(node)
      treeNode[nodeStart[i]! + u] = renamed
      if (renamed < leafCount) nodeOfLeaf[renamed] = nodeStart[i]! + u
    }
  }
  const seams = seamSides(trees, tiling, evidence, (i, leaf) => nodeOfLeaf[leafStart[i]! + leaf]!)
  const graph = { count, nodes, roughness, ...joinedEdges(trees, nodeStart, seams) }
  return { merges, rest: { graph, treeNode, isFrozen: new Uint8Array(count) } }
}

function startsOf(trees: readonly TileTree[]) {
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

type Side = { readonly to: number; readonly gradient: number; readonly coarse: number }

/** The sides between two tiles, for the nodes at both ends. Regions at a seam were left alone by their tiles' rounds. */
function seamSides(
  trees: readonly TileTree[],
  { columns, tiles }: Tiling,
  { gradients, overview, width }: Evidence,
  nodeOf: (tile: number, leaf: number) => number,
): Map<number, Side[]> {
  const sides = new Map<number, Side[]>()
  const add = (from: number, side: Side) => {
    const list = sides.get(from)
    if (list) list.push(side)
    else sides.set(from, [side])
  }
  const nodeAt = (i: number, x: number, y: number) => {
    const { left, top } = tiles[i]!
    return nodeOf(i, trees[i]!.regions.label[(y - top) * widthOf(tiles[i]!) + x - left]!)
  }
  const join = (u: number, v: number, gradient: number, x: number, y: number) => {
    const coarse = overview.coarse[blockAt(overview, x, y)]!
    add(u, { to: v, gradient, coarse })
    add(v, { to: u, gradient, coarse })
  }
  for (const [i, { left, top, right, bottom }] of tiles.entries()) {
    if (i + columns < tiles.length) {
      for (let x = left, y = bottom - 1; x < right; x++) {
        join(nodeAt(i, x, y), nodeAt(i + columns, x, y + 1), gradients.down[y * width + x]!, x, y)
      }
    }
    if ((i + 1) % columns === 0) continue
    for (let y = top, x = right - 1; y < bottom; y++) {
      join(nodeAt(i, x, y), nodeAt(i + 1, x + 1, y), gradients.right[y * width + x]!, x, y)
    }
  }
  return sides
}

function joinedEdges(
  trees: readonly TileTree[],
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
      for (const { to, gradient, coarse } of seams.get(node) ?? []) {
        lists.add(to, Uint32Array.of(to, gradient, 1, coarse), 0)
      }
    }
  }
  first[count] = lists.start()
  return { first, edges }
}
