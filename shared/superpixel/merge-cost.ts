import { PLANE_SCALE } from './colour.ts'
import { costTable } from './merge-cost-table.ts'
import type { RegionGraph } from './region-graph.ts'

/**
 * The cost of merging regions A and B:
 *
 *     H · sqrt(m / b) · (e + λ)     e = (r + r₀)² · sqrt((d² + d₀) · (k + k₀) / (t + t₀))
 *
 * with H the harmonic mean of the areas, m the smaller area and b the length of the shared boundary in pixel sides.
 * H · sqrt(m / b) takes small regions first and prefers long shared boundaries (the root is what compactness 0.5 means); λ
 * merges flat areas by size instead of by noise. Evidence e is a product, since each of its factors makes the others believable:
 * - d, the distance of the mean colours and, weighed less, of the mean roughnesses: two textures of one colour (in Ward's
 *   criterion it would stand squared: a strong contrast is no more of a border than a clear one);
 * - r², the gradient along the boundary, as the square of the mean root: one bright spot does not make a line;
 * - k, the coarse gradient around the boundary: whether things differ from afar;
 * - t, the roughness of the smoother one: within a texture the same step means less.
 * The constants are `costTable`'s.
 *
 * Every step is rounded to 32 bits and nothing depends on which region is called A, so that kernel and reference, and
 * both ends of an edge, get the same number to the last bit.
 */
const round = Math.fround

export const ROOT = round(costTable.root)
export const COLOUR = round(costTable.colour)
export const COARSE = round(costTable.coarse)
export const TEXTURE = round(costTable.texture)
/** Squared CIELAB units per squared unit of roughness. */
export const ROUGHNESS = round(costTable.roughness ** 2)
export const FLATNESS = round(costTable.flatness)

/** What two neighbouring pixels or small regions without any difference cost, per pixel. */
export const BASE_FLATNESS = 4

export const compactnesses = [0, 0.25, 0.5, 0.75, 1] as const
/** How much round regions count for against those that follow what is seen: the power of m / b in the cost. */
export type Compactness = (typeof compactnesses)[number]

/** The nearest step to what is asked for. */
export function compactnessOf({
  compactness = 0.5,
}: {
  readonly compactness?: number | undefined
}): Compactness {
  return compactnesses[Math.round(4 * Math.min(1, Math.max(0, compactness)))]!
}

/** Coarse gradient units per CIELAB unit. */
export const GRADIENT_SCALE = 4
/** Gradient units per root of a coarse gradient unit. */
export const ROOT_SCALE = 16
/** Gradients are bytes: no edge needs to be told from a stronger one than this. */
export const GRADIENT_MOST = 255

/** (ROOT_SCALE² · GRADIENT_SCALE) ** -1.5 */
const GRADIENT_UNIT = 1 / 32768
const COLOUR_UNIT = 1 / (PLANE_SCALE * PLANE_SCALE)
const TIE_SPAN = 0.05

/** g^1.5 in CIELAB units for its root in gradient units, an integer. */
function gradientCost(gradient: number): number {
  return gradient * gradient * gradient * GRADIENT_UNIT
}

/** What two neighbouring pixels cost. `difference`: their squared distance in plane units, an integer. */
export function sideCost(difference: number, gradient: number, tie: number): number {
  return round(round(round(round(difference) * COLOUR_UNIT + gradientCost(gradient)) + BASE_FLATNESS) * tie)
}

/**
 * What two small regions cost across one of their sides: the harmonic mean of their areas times d² + g^1.5 and a little,
 * as for pixels. `nodes` as in `RegionGraph`.
 */
export function touchCost(nodes: Float32Array, u: number, v: number, gradient: number, tie: number): number {
  const size = harmonicMean(nodes[4 * u + 3]!, nodes[4 * v + 3]!)
  const unlike = round(round(distance(nodes, u, v) + gradientCost(gradient)) + BASE_FLATNESS)
  return round(round(size * unlike) * tie)
}

/** What two regions cost. `gradient` and `coarse`: sums along their boundary, `length` of it in sides. */
export function pairCost(
  { nodes, roughness }: Pick<RegionGraph, 'nodes' | 'roughness'>,
  u: number,
  v: number,
  gradient: number,
  length: number,
  coarse: number,
  compactness: Compactness = 0.5,
): number {
  const areaU = nodes[4 * u + 3]!
  const areaV = nodes[4 * v + 3]!
  const perSide = round(1 / round(length))
  const root = round(round(round(gradient) * perSide) + ROOT)
  const afar = round(round(round(coarse) * perSide) + COARSE)
  const [rightU, downU] = [roughness[2 * u]!, roughness[2 * u + 1]!]
  const [rightV, downV] = [roughness[2 * v]!, roughness[2 * v + 1]!]
  const texture = round(Math.min(round(rightU + downU), round(rightV + downV)) + TEXTURE)
  const right = round(rightU - rightV)
  const down = round(downU - downV)
  const weave = round(round(round(right * right) + round(down * down)) * ROUGHNESS)
  const unlike = round(round(round(round(distance(nodes, u, v) + weave) + COLOUR) * afar) / texture)
  const evidence = round(round(round(root * root) * round(Math.sqrt(unlike))) + FLATNESS)
  const shape = shapeOf(round(Math.min(areaU, areaV) * perSide), compactness)
  const size = round(harmonicMean(areaU, areaV) * shape)
  return round(round(size * evidence) * pairTie(u, v))
}

/** `slimness` to the power of `compactness`. */
function shapeOf(slimness: number, compactness: Compactness): number {
  const half = round(Math.sqrt(slimness))
  const quarter = round(Math.sqrt(half))
  return { 0: 1, 0.25: quarter, 0.5: half, 0.75: round(half * quarter), 1: slimness }[compactness]
}

function harmonicMean(a: number, b: number): number {
  const product = round(a * b)
  return round(round(product + product) / round(a + b))
}

function distance(nodes: Float32Array, u: number, v: number): number {
  const dl = round(nodes[4 * u]! - nodes[4 * v]!)
  const da = round(nodes[4 * u + 1]! - nodes[4 * v + 1]!)
  const db = round(nodes[4 * u + 2]! - nodes[4 * v + 2]!)
  return round(round(round(dl * dl) + round(da * da)) + round(db * db))
}

/**
 * Factor in [1, 1.05) that depends on the two ids alone. Flat areas are full of equal costs; without it one round would
 * chain whole rows together, and mutual choices would be so rare that the rounds would hardly end.
 */
export function pairTie(u: number, v: number): number {
  return tieOf(mixed(u + v))
}

export const TIES = 256
/** The same for pixel sides: the factors along a row repeat, and begin elsewhere in each row. */
export const sideTies = Float32Array.from({ length: TIES }, (_, i) => tieOf(mixed(i)))

/** Where in `sideTies` a row begins: 2·y for the right sides of row y, 2·y + 1 for its lower sides. */
export function tieShift(row: number): number {
  return mixed(row) >>> 24
}

/** `row` as in `tieShift`. */
export function sideTie(row: number, x: number): number {
  return sideTies[(x + tieShift(row)) & (TIES - 1)]!
}

function tieOf(hash: number): number {
  return round(1 + round((hash >>> 8) * round(TIE_SPAN / 0x1000000)))
}

function mixed(value: number): number {
  const hash = Math.imul(value, 0x9e3779b1)
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
}
