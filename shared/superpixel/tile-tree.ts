import { baseRound } from './base-round.ts'
import { type Evidence, gridLinks } from './grid.ts'
import type { Compactness } from './merge-cost.ts'
import { type Merges, mergeRound, noMerges, type Round } from './merge-rounds.ts'
import type { Checkpoint } from './progress.ts'
import { regionGraph, roughnessOf } from './region-graph.ts'
import { linkedRegions, type Regions } from './regions.ts'
import { type Sides, sidesAfter, sidesOf } from './sides.ts'
import { seamsOf, type Tile } from './tiles.ts'

/**
 * Below these costs, small regions merge without a trace in the tree, in the first round after that on pixels and in the
 * second: a level nobody can use. Higher means fewer leaves; photographs have 14 … 28 pixels per leaf.
 */
const BASE_COSTS = [100, 50]
/** Noise needs more rounds: cells finer than this on average serve nobody and would fill the memory. */
const PIXELS_PER_LEAF = 12
/** What each round beyond the usual ones multiplies the cost by, so that they come to an end on any image. */
const RELAXING = 4
/** Images this small keep their detail. */
const FEW_LEAVES = 1024
/** A tile's rounds end when fewer than one in this many nodes merge: the others wait for what lies past its border. */
export const STALL = 16

/** One tile, merged as far as it can be without its neighbours. */
export type TileTree = {
  readonly regions: Regions
  readonly merges: Merges
  readonly rest: Round
}

export function tileTree(
  evidence: Evidence,
  tile: Tile,
  checkpoint: Checkpoint,
  compactness: Compactness = 0.5,
): TileTree {
  const { regions, sides } = baseRegions(evidence, tile, (fraction) => checkpoint(fraction / 2))
  const { label, count } = regions
  // What lies past the tile's border may be the better partner.
  const isFrozen = new Uint8Array(count)
  for (const p of seamsOf(tile, evidence.width, evidence.height)) isFrozen[label[p]!] = 1
  const merges = noMerges(count)
  let rest: Round = {
    graph: regionGraph(regions, sides, roughnessOf(regions, evidence, tile)),
    treeNode: Uint32Array.from({ length: count }, (_, u) => u),
    isFrozen,
  }
  for (let before = count; before > 1; before = rest.graph.count) {
    checkpoint(1 - before / count / 2)
    rest = mergeRound(rest, merges, compactness)
    if ((before - rest.graph.count) * STALL < before) break
  }
  return { regions, merges, rest }
}

/** The leaves of the hierarchy in one tile, found without looking at any other, and the sides between them. */
function baseRegions(
  evidence: Evidence,
  tile: Tile,
  checkpoint: Checkpoint,
): { regions: Regions; sides: Sides } {
  const links = gridLinks(evidence, tile)
  checkpoint(0.3)
  const { label, count: linkedCount, sums: linkedSums } = linkedRegions(links, evidence, tile)
  /** The present region of each that the links made. */
  let region = Uint32Array.from({ length: linkedCount }, (_, u) => u)
  let sides = sidesOf(label, evidence, tile)
  let [count, sums] = [linkedCount, linkedSums]
  for (let round = 0; !isBase(round, count, label.length); round++) {
    checkpoint(0.4 + Math.min(0.3 * round, 0.6))
    const joined = baseRound(sums, sides, baseLimit(round))
    region = region.map((u) => joined.number[u]!)
    sides = sidesAfter(sides, joined.number)
    count = joined.count
    sums = joined.sums
  }
  return { regions: { label: label.map((u) => region[u]!), count, sums }, sides }
}

/** Whether `count` regions of `pixelCount` pixels, after `round` rounds, may stay as leaves. */
export function isBase(round: number, count: number, pixelCount: number): boolean {
  if (count <= 1) return true
  return round >= BASE_COSTS.length && (count * PIXELS_PER_LEAF <= pixelCount || count <= FEW_LEAVES)
}

export function baseLimit(round: number): number {
  return BASE_COSTS[round] ?? BASE_COSTS.at(-1)! * RELAXING ** (round + 1 - BASE_COSTS.length)
}

/** Most leaves of a tile of so many pixels. */
export function mostLeaves(pixelCount: number): number {
  return Math.max(FEW_LEAVES, Math.ceil(pixelCount / PIXELS_PER_LEAF))
}
