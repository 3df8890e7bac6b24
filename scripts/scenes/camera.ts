import type { Dice } from './dice.ts'
import { compress } from './jpeg.ts'
import { gaussian } from './painting.ts'
import type { Light } from './palette.ts'

export type Camera = {
  /** What the light of the scene, and film, do to each channel. */
  readonly cast: Light
  /** Median lightness of the picture, sRGB 0 … 1. */
  readonly exposure: number
  /** Steepness of the middle tones; 1 keeps them. */
  readonly contrast: number
  /** Deviation in pixels. */
  readonly softness: number
  /** Share of the difference to a blurred copy that is added: halos along borders. */
  readonly sharpening: number
  /** Deviation in grey levels. */
  readonly noise: number
  /** As `cjpeg` counts it. */
  readonly quality: number
}

/** Settings as photographs have them. */
export function anyCamera(dice: Dice): Camera {
  const warmth = 0.06 + 0.2 * dice.normal()
  const tint = 0.09 * dice.normal()
  return {
    cast: [1 + warmth, 1 + tint, 1 - warmth],
    exposure: Math.min(0.68, Math.max(0.22, 0.42 + 0.1 * dice.normal())),
    contrast: dice.between(1.1, 1.8),
    softness: dice.between(0.25, 0.6),
    sharpening: dice.chance(0.8) ? dice.between(0.2, 1) : 0,
    noise: dice.power(0.4, 4, 1.6),
    quality: dice.whole(80, 97),
  }
}

/** Linear light, three numbers a pixel, to RGBA bytes as a camera gives them. */
export function develop(
  light: Float32Array,
  width: number,
  height: number,
  camera: Camera,
  dice: Dice,
): Uint8ClampedArray<ArrayBuffer> {
  const pixelCount = width * height
  const gain = exposureGain(light, camera.exposure)
  const planes = [0, 1, 2].map((c) => {
    const plane = new Float32Array(pixelCount)
    for (let p = 0; p < pixelCount; p++) plane[p] = light[3 * p + c]! * gain * camera.cast[c]!
    gaussian(plane, width, height, camera.softness)
    for (let p = 0; p < pixelCount; p++) plane[p] = 255 * toned(plane[p]!, camera)
    return plane
  })
  const shared = grain(pixelCount, width, height, dice)
  for (const plane of planes) {
    const own = grain(pixelCount, width, height, dice)
    for (let p = 0; p < pixelCount; p++) plane[p]! += camera.noise * (0.7 * shared[p]! + 0.9 * own[p]!)
  }
  if (camera.sharpening > 0) for (const plane of planes) sharpen(plane, width, height, camera.sharpening)
  return compress(planes as [Float32Array, Float32Array, Float32Array], width, height, camera.quality)
}

/** What brings the median to `exposure`, as long as few pixels become white. */
function exposureGain(light: Float32Array, exposure: number): number {
  const greens: number[] = []
  for (let i = 1; i < light.length; i += 3 * 37) greens.push(light[i]!)
  greens.sort((a, b) => a - b)
  const [middle, bright] = [greens[greens.length >> 1]!, greens[Math.floor(greens.length * 0.95)]!]
  return Math.min(exposure ** 2.2 / Math.max(0.01, middle), 0.95 / bright)
}

/** Film: a power curve, steeper in the middle, with a shoulder instead of a hard end. */
function toned(light: number, { contrast, exposure }: Camera): number {
  const value = Math.max(0, light) ** (1 / 2.2)
  const steep = exposure * (value / exposure) ** contrast
  return steep < 0.8 ? steep : 1 - 0.2 * Math.exp(-(steep - 0.8) / 0.2)
}

/** Noise of a sensor after interpolation of its colours: neighbours are a little alike. */
function grain(pixelCount: number, width: number, height: number, { normal }: Dice): Float32Array {
  const plane = Float32Array.from({ length: pixelCount }, normal)
  gaussian(plane, width, height, 0.5)
  for (let p = 0; p < pixelCount; p++) plane[p]! *= 1.7
  return plane
}

function sharpen(plane: Float32Array, width: number, height: number, amount: number): void {
  const soft = plane.slice()
  gaussian(soft, width, height, 1)
  for (let p = 0; p < plane.length; p++) plane[p]! += amount * (plane[p]! - soft[p]!)
}
