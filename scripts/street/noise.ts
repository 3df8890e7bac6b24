/** A number in [0, 1) that depends on nothing but its arguments. */
export function hash(x: number, y: number, seed: number): number {
  let h = Math.imul(x | 0, 0x9e3779b1) ^ Math.imul(y | 0, 0x85ebca6b) ^ Math.imul(seed | 0, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d)
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39)
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296
}

/** Smooth value noise in [0, 1] with features one unit wide. */
export function valueNoise(x: number, y: number, seed: number): number {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const u = smooth(x - left)
  const v = smooth(y - top)
  const upper = hash(left, top, seed) * (1 - u) + hash(left + 1, top, seed) * u
  const lower = hash(left, top + 1, seed) * (1 - u) + hash(left + 1, top + 1, seed) * u
  return upper * (1 - v) + lower * v
}

/** Several octaves of value noise, in [0, 1]. */
export function cloudNoise(x: number, y: number, seed: number, octaves = 4): number {
  let sum = 0
  let weight = 0.5
  let total = 0
  for (let i = 0; i < octaves; i++) {
    sum += weight * valueNoise(x * 2 ** i, y * 2 ** i, seed + i)
    total += weight
    weight /= 2
  }
  return sum / total
}

/** Numbers in [0, 1) in a fixed order. */
export function sequence(seed: number): () => number {
  let at = 0
  return () => hash(at++, seed, 77)
}

export function smooth(t: number): number {
  return t * t * (3 - 2 * t)
}
