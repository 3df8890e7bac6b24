import { hash, smooth } from '../street/noise.ts'
import type { Dice } from './dice.ts'

/** A number at a point of the picture, in pixels: mean about 0, deviation about 1. */
export type Field = (x: number, y: number) => number

const SIDE = 256
/** After so many pieces, along each axis, the pattern repeats. */
const PIECES = 64
/** One over the deviation of smoothly interpolated numbers from an even distribution on -1 … 1. */
const TO_UNIT = 2.35

/** Smooth noise with features one unit wide. */
export function noiseOf(seed: number): Field {
  const lattice = new Float32Array(SIDE * SIDE)
  for (let i = 0; i < lattice.length; i++) {
    lattice[i] = (2 * hash(i & (SIDE - 1), i >> 8, seed) - 1) * TO_UNIT
  }
  return (x, y) => {
    const left = Math.floor(x)
    const top = Math.floor(y)
    const u = smooth(x - left)
    const v = smooth(y - top)
    const column = left & (SIDE - 1)
    const after = (left + 1) & (SIDE - 1)
    const row = (top & (SIDE - 1)) * SIDE
    const below = ((top + 1) & (SIDE - 1)) * SIDE
    const upper = lattice[row + column]! * (1 - u) + lattice[row + after]! * u
    const lower = lattice[below + column]! * (1 - u) + lattice[below + after]! * u
    return upper * (1 - v) + lower * v
  }
}

/**
 * Noise with features from `size` pixels down to about one, each octave turned against the one before, so that the
 * lattice does not show. `gain`: amplitude of an octave against the coarser one; 1 gives a spectrum of 1/f.
 */
export function roughness(noise: Field, size: number, gain: number): Field {
  const octaves = Math.max(1, Math.round(Math.log2(size)) + 1)
  let power = 0
  for (let i = 0; i < octaves; i++) power += gain ** (2 * i)
  const scale = 1 / Math.sqrt(power)
  return (x, y) => {
    let [px, py] = [x / size, y / size]
    let sum = 0
    let weight = scale
    for (let i = 0; i < octaves; i++) {
      sum += weight * noise(px, py)
      weight *= gain
      const turned = 1.2 * px - 1.6 * py + 17.3
      py = 1.6 * px + 1.2 * py + 5.1
      px = turned
    }
    return sum
  }
}

/** `field` drawn out `stretch` times along `angle` and seen through a turn. */
function drawnOut(field: Field, stretch: number, angle: number): Field {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  return (x, y) => field((c * x + s * y) / stretch, c * y - s * x)
}

/** Two tones with soft borders between them: spots, leaves against the dark between them. */
function twoTone(field: Field, hardness: number): Field {
  return (x, y) => Math.tanh(hardness * field(x, y)) * 1.2
}

/** Wavy parallel lines `period` pixels apart. */
export function stripes(noise: Field, period: number, angle: number, waviness: number): Field {
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  return (x, y) => 1.3 * Math.sin((2 * Math.PI * (c * x + s * y)) / period + waviness * noise(x / 40, y / 40))
}

/** Courses of bricks with joints, each with a tone of its own. */
export function bricks(seed: number, width: number, height: number): Field {
  return (x, y) => {
    const row = Math.floor(y / height)
    const along = x / width + (row & 1) * 0.5
    const column = Math.floor(along)
    const isJoint = (along - column) * width < 1.2 || y - row * height < 1.2
    return (isJoint ? -1.2 : 0.4) + 1.2 * (hash(column, row, seed) - 0.5)
  }
}

/** Pieces about `size` pixels large, each with a tone of its own and dark seams: pebbles, leaves, scales. */
export function pieces(noise: Field, seed: number, size: number, seam: number): Field {
  const [column, row] = [new Float32Array(PIECES * PIECES), new Float32Array(PIECES * PIECES)]
  for (let i = 0; i < column.length; i++) {
    column[i] = hash(i % PIECES, Math.floor(i / PIECES), seed)
    row[i] = hash(i % PIECES, Math.floor(i / PIECES), seed + 1)
  }
  return (x, y) => {
    const px = x / size + 0.45 * noise((1.7 * x) / size, (1.7 * y) / size)
    const py = y / size + 0.45 * noise((1.7 * y) / size + 40, (1.7 * x) / size)
    const [left, top] = [Math.floor(px), Math.floor(py)]
    let [nearest, second, owner] = [9, 9, 0]
    for (let i = 0; i < 9; i++) {
      const [cx, cy] = [left + (i % 3) - 1, top + Math.floor(i / 3) - 1]
      const at = (cx & (PIECES - 1)) + (cy & (PIECES - 1)) * PIECES
      const distance = (cx + column[at]! - px) ** 2 + (cy + row[at]! - py) ** 2
      if (distance < nearest) [nearest, second, owner] = [distance, nearest, at]
      else if (distance < second) second = distance
    }
    const inward = Math.min(1, 3 * (Math.sqrt(second) - Math.sqrt(nearest)))
    return 3 * (column[owner]! + row[owner]! - 1) * 0.7 + seam * (inward - 0.7)
  }
}

const sum =
  (a: Field, b: Field, share: number): Field =>
  (x, y) =>
    a(x, y) + share * b(x, y)

export type TextureName =
  | 'plain'
  | 'rough'
  | 'coarse'
  | 'grass'
  | 'water'
  | 'foliage'
  | 'fur'
  | 'stripes'
  | 'spots'
  | 'bricks'
  | 'grain'
  | 'pebbles'
  | 'leaves'

/** `scale`: how near things are; 1 for a landscape, more for what is close. */
export function textureOf(name: TextureName, dice: Dice, noise: Field, scale = 1): Field {
  const offset = dice.between(0, 200)
  const moved: Field = (x, y) => noise(x + offset, y - offset)
  switch (name) {
    case 'plain':
      return roughness(moved, 120 * scale, 0.4)
    case 'rough':
      return roughness(moved, dice.between(20, 60) * scale, dice.between(0.85, 1.15))
    case 'coarse':
      return roughness(moved, dice.between(50, 110) * scale, dice.between(0.7, 1))
    case 'grass':
      return drawnOut(roughness(moved, 7 * scale, 1.1), dice.between(1.5, 4), dice.between(1.3, 1.85))
    case 'water':
      return drawnOut(roughness(moved, 10 * scale, 1), dice.between(3, 8), dice.between(-0.06, 0.06))
    case 'foliage':
      return twoTone(roughness(moved, dice.between(6, 16) * scale, 1.1), dice.between(0.8, 1.8))
    case 'fur':
      return drawnOut(roughness(moved, 8 * scale, 1), dice.between(2, 4), dice.between(0, Math.PI))
    case 'stripes':
      return stripes(moved, dice.between(4, 14) * scale, dice.between(0, Math.PI), dice.between(0, 4))
    case 'spots':
      return twoTone(roughness(moved, dice.between(6, 18) * scale, 0.4), dice.between(1, 3))
    case 'bricks':
      return bricks(dice.whole(0, 1e6), dice.between(8, 18) * scale, dice.between(4, 8) * scale)
    case 'pebbles': {
      const size = dice.between(4, 14) * scale
      return sum(pieces(moved, dice.whole(0, 1e6), size, 1.3), roughness(moved, size, 1.1), 0.6)
    }
    case 'leaves': {
      const size = dice.between(4, 12) * scale
      const seed = dice.whole(0, 1e6)
      const small = pieces(moved, seed + 7, size * 0.45, 0.8)
      return sum(sum(pieces(moved, seed, size, 1), small, 0.7), roughness(moved, 40 * scale, 0.6), 0.6)
    }
    case 'grain':
      return drawnOut(roughness(moved, 6 * scale, 0.95), dice.between(6, 14), dice.between(0, Math.PI))
  }
}
