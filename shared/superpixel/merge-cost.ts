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
 */
export const FLATNESS = 4

/**
 * Below this cost, base regions merge without a trace in the tree: a level nobody can use. Higher means fewer leaves.
 */
export const BASE_COST = 100

const GRADIENT_UNIT = 1 / (PLANE_SCALE * Math.sqrt(PLANE_SCALE))

/** g^1.5 for a mean gradient in plane units. */
export function gradientCost(gradient: number): number {
  return gradient * Math.sqrt(gradient) * GRADIENT_UNIT
}

/**
 * Factor in [1, 1.05) that depends on the two ids alone. Flat areas are full of equal costs; without it one round would
 * chain whole rows together, and mutual choices would be so rare that the rounds would hardly end.
 */
export function tieBreak(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  hash ^= hash >>> 15
  return 1 + (hash >>> 8) * (0.05 / 0x1000000)
}
