import { PLANE_SCALE } from './colour.ts'

/**
 * The cost of merging regions A and B, in squared CIELAB units times pixels:
 *
 *     H · (d² + g^1.5 + λ) · sqrt(m / b)
 *
 * with H the harmonic mean of the areas, d the distance of the mean colours, g the mean gradient along the shared
 * boundary, b its length in pixel sides and m the smaller area. H·d² is twice Ward's criterion; g keeps two alike
 * regions apart when a line runs between them; λ merges flat areas by size instead of by noise; sqrt(m / b) prefers
 * long shared boundaries and takes small regions first.
 *
 * Every step is rounded to 32 bits and nothing depends on which region is called A, so that kernel and reference, and
 * both ends of an edge, get the same number to the last bit.
 */
export const FLATNESS = 4

/** Gradient units per CIELAB unit. */
export const GRADIENT_SCALE = 4
/** Gradients are bytes: no edge needs to be told from a stronger one than this. */
export const GRADIENT_MOST = 255

/** (1 / GRADIENT_SCALE) ** 1.5 */
const GRADIENT_UNIT = 1 / 8
const COLOUR_UNIT = 1 / (PLANE_SCALE * PLANE_SCALE)
const TIE_SPAN = 0.05

const round = Math.fround

/** g^1.5 for a mean gradient in gradient units. */
export function gradientCost(gradient: number): number {
  return round(round(gradient * round(Math.sqrt(gradient))) * GRADIENT_UNIT)
}

/** What two neighbouring pixels cost. `difference`: their squared distance in plane units, an integer. */
export function sideCost(difference: number, gradient: number, tie: number): number {
  return round(round(round(round(difference) * COLOUR_UNIT + gradientCost(gradient)) + FLATNESS) * tie)
}

/**
 * What two small regions cost across one of their sides: as above without sqrt(m / b). `nodes` as in `RegionGraph`.
 */
export function touchCost(nodes: Float32Array, u: number, v: number, gradient: number, tie: number): number {
  const size = harmonicMean(nodes[4 * u + 3]!, nodes[4 * v + 3]!)
  const unlike = round(round(distance(nodes, u, v) + gradientCost(gradient)) + FLATNESS)
  return round(round(size * unlike) * tie)
}

/** What two regions cost. `gradient`: sum along their boundary, `length` of it in sides. */
export function pairCost(
  nodes: Float32Array,
  u: number,
  v: number,
  gradient: number,
  length: number,
): number {
  const areaU = nodes[4 * u + 3]!
  const areaV = nodes[4 * v + 3]!
  const perSide = round(1 / round(length))
  const unlike = round(
    round(distance(nodes, u, v) + gradientCost(round(round(gradient) * perSide))) + FLATNESS,
  )
  const shape = round(Math.sqrt(round(Math.min(areaU, areaV) * perSide)))
  const size = round(harmonicMean(areaU, areaV) * shape)
  return round(round(size * unlike) * pairTie(u, v))
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
