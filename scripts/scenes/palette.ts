import type { Dice } from './dice.ts'

/** Linear light of red, green and blue; 1 is white. */
export type Light = readonly [red: number, green: number, blue: number]

/** CIELAB (D65) to linear sRGB, clipped to what a photograph can hold. */
function lightOf(l: number, a: number, b: number): Light {
  const fy = (l + 16) / 116
  const x = 0.9505 * cubed(fy + a / 500)
  const y = cubed(fy)
  const z = 1.089 * cubed(fy - b / 200)
  const clip = (value: number) => Math.min(1.2, Math.max(0.004, value))
  return [
    clip(3.2406 * x - 1.5372 * y - 0.4986 * z),
    clip(-0.9689 * x + 1.8758 * y + 0.0415 * z),
    clip(0.0557 * x - 0.204 * y + 1.057 * z),
  ]
}

function cubed(f: number): number {
  return f > 6 / 29 ? f * f * f : 3 * (6 / 29) ** 2 * (f - 4 / 29)
}

/** Lightness, chroma and hue in degrees: mean and deviation of each. */
type Range = readonly [l: number, lDev: number, c: number, cDev: number, h: number, hDev: number]

const surfaces = {
  sky: [68, 16, 16, 10, 258, 14],
  haze: [80, 10, 5, 4, 240, 60],
  cloud: [86, 8, 3, 3, 80, 60],
  hill: [40, 14, 12, 8, 130, 50],
  grass: [44, 12, 24, 9, 112, 10],
  foliage: [30, 10, 18, 9, 118, 14],
  dry: [56, 12, 24, 8, 84, 8],
  soil: [40, 13, 16, 8, 66, 14],
  sand: [66, 11, 16, 7, 78, 10],
  rock: [48, 16, 6, 5, 70, 50],
  water: [42, 16, 14, 9, 235, 34],
  snow: [82, 9, 4, 3, 260, 40],
  bark: [26, 9, 8, 5, 62, 20],
  skin: [58, 14, 22, 6, 52, 9],
  fur: [42, 19, 15, 9, 68, 13],
  feather: [48, 24, 12, 14, 90, 110],
  cloth: [44, 22, 20, 18, 0, 180],
  paint: [52, 22, 22, 20, 0, 180],
  wall: [66, 16, 10, 8, 74, 24],
  roof: [40, 12, 20, 12, 45, 24],
  wood: [44, 14, 20, 8, 66, 10],
  petal: [58, 16, 46, 18, 0, 180],
  dark: [14, 6, 4, 3, 260, 80],
  metal: [56, 20, 4, 4, 240, 60],
} satisfies Record<string, Range>

export type Surface = keyof typeof surfaces

export function colourOf(surface: Surface, dice: Dice): Light {
  const [l, lDev, c, cDev, h, hDev] = surfaces[surface]
  const lightness = Math.min(96, Math.max(5, l + 1.25 * lDev * dice.normal()))
  // Dark surfaces show little chroma.
  const chroma = Math.max(0, 1.1 * (c + cDev * dice.normal())) * Math.min(1, 0.4 + lightness / 60)
  const hue = ((h + hDev * dice.normal()) * Math.PI) / 180
  return lightOf(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue))
}

export const mixed = (a: Light, b: Light, t: number): Light => [
  a[0] + (b[0] - a[0]) * t,
  a[1] + (b[1] - a[1]) * t,
  a[2] + (b[2] - a[2]) * t,
]

export const times = (a: Light, factor: number): Light => [a[0] * factor, a[1] * factor, a[2] * factor]
