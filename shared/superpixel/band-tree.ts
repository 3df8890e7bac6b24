import type { Band } from './bands.ts'
import type { Planes } from './colour.ts'
import { type Gradients, gridLinks } from './grid.ts'
import { gridRound } from './grid-round.ts'
import { type Merges, mergeRound, noMerges, type Round } from './merge-rounds.ts'
import type { Checkpoint } from './progress.ts'
import { regionGraph } from './region-graph.ts'
import { linkedRegions, type Regions } from './regions.ts'

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
/** A band's rounds end when fewer than one in this many nodes merge: the others wait for what lies past its border. */
export const STALL = 16

/** One band, merged as far as it can be without its neighbours. */
export type BandTree = {
  readonly regions: Regions
  readonly merges: Merges
  readonly rest: Round
}

/** What is known of every pixel before regions are made. */
export type Evidence = {
  readonly width: number
  readonly height: number
  readonly planes: Planes
  readonly gradients: Gradients
}

export function bandTree(evidence: Evidence, band: Band, checkpoint: Checkpoint): BandTree {
  const { width, height, gradients } = evidence
  const { top, bottom } = band
  const regions = baseRegions(evidence, band, (fraction) => checkpoint(fraction / 2))
  const { label, count } = regions
  // What lies past the band's border may be the better partner.
  const isFrozen = new Uint8Array(count)
  if (top > 0) for (const u of label.subarray(0, width)) isFrozen[u] = 1
  if (bottom < height) for (const u of label.subarray(label.length - width)) isFrozen[u] = 1
  const merges = noMerges(count)
  let rest: Round = {
    graph: regionGraph(regions, gradients, width, top * width),
    treeNode: Uint32Array.from({ length: count }, (_, u) => u),
    isFrozen,
  }
  for (let before = count; before > 1; before = rest.graph.count) {
    checkpoint(1 - before / count / 2)
    rest = mergeRound(rest, merges)
    if ((before - rest.graph.count) * STALL < before) break
  }
  return { regions, merges, rest }
}

/** The leaves of the hierarchy in one band, found without looking at any other row. */
function baseRegions({ planes, gradients, width }: Evidence, band: Band, checkpoint: Checkpoint): Regions {
  const { top, bottom } = band
  const first = top * width
  const links = gridLinks(planes, gradients, width, top, bottom)
  checkpoint(0.3)
  let regions = linkedRegions(links, width, planes, first)
  for (let round = 0; !isBase(round, regions.count, regions.label.length); round++) {
    checkpoint(0.4 + Math.min(0.3 * round, 0.6))
    regions = gridRound(regions, gradients, width, first, baseLimit(round))
  }
  return regions
}

/** Whether `count` regions of `pixelCount` pixels, after `round` rounds, may stay as leaves. */
export function isBase(round: number, count: number, pixelCount: number): boolean {
  if (count <= 1) return true
  return round >= BASE_COSTS.length && (count * PIXELS_PER_LEAF <= pixelCount || count <= FEW_LEAVES)
}

export function baseLimit(round: number): number {
  return BASE_COSTS[round] ?? BASE_COSTS.at(-1)! * RELAXING ** (round + 1 - BASE_COSTS.length)
}

/** Most leaves of a band of so many pixels. */
export function mostLeaves(pixelCount: number): number {
  return Math.max(FEW_LEAVES, Math.ceil(pixelCount / PIXELS_PER_LEAF))
}
