/**
 * Colours that stay apart for people with colour vision deficiencies: Okabe and Ito's without black, which would hide on
 * dark images, then Paul Tol's "muted".
 */
export const paletteColors: readonly string[] = [
  '#e69f00',
  '#56b4e9',
  '#009e73',
  '#f0e442',
  '#0072b2',
  '#d55e00',
  '#cc79a7',
  '#cc6677',
  '#332288',
  '#ddcc77',
  '#117733',
  '#88ccee',
  '#882255',
  '#44aa99',
  '#999933',
  '#aa4499',
]

/** How void is shown, and the usual colour of it elsewhere: no category gets one close to it. */
export const VOID_COLOR = '#dddddd'
/** Steps per channel of the colours tried once the base ones are used up. */
const STEPS = [0x18, 0x34, 0x50, 0x6c, 0x88, 0xa4, 0xc0, 0xdc, 0xf8]

export type Deficiency = 'protanopia' | 'deuteranopia' | 'tritanopia'
export const deficiencies: readonly Deficiency[] = ['protanopia', 'deuteranopia', 'tritanopia']

/** The colour of the next category, `#rrggbb` in lower case. `existing`: those in use. */
export function nextColor(existing: readonly string[]): string {
  return nextColors(existing, 1)[0]!
}

/**
 * The colours of the next categories: the base colours that are free; after those, one after the other, the one farthest
 * from every colour in use and from void, for whichever of four people sees the two closest: with usual sight, and with
 * each deficiency. The same colours in use give the same ones.
 */
export function nextColors(existing: readonly string[], count: number): string[] {
  const used = new Set(existing.map((color) => color.toLowerCase()))
  const free = paletteColors.filter((color) => !used.has(color)).slice(0, count)
  if (free.length === count) return free
  const candidates = candidateColors()
  const sights = candidates.map(sightsOf)
  const nearest = new Float64Array(candidates.length).fill(Number.POSITIVE_INFINITY)
  const take = (color: string) => {
    const taken = sightsOf(color)
    for (const [i, sight] of sights.entries()) nearest[i] = Math.min(nearest[i]!, distanceOf(sight, taken))
  }
  for (const color of [...used, ...free, VOID_COLOR]) take(color)
  const colors = [...free]
  while (colors.length < count) {
    let farthest = 0
    for (let i = 1; i < nearest.length; i++) if (nearest[i]! > nearest[farthest]!) farthest = i
    colors.push(candidates[farthest]!)
    take(candidates[farthest]!)
  }
  return colors
}

/**
 * Below this distance two colours are taken for one another. Side by side people tell 0.02 apart; the closest two of the
 * base colours, from both sets together, are 0.0154 apart for one of the deficiencies and are let pass.
 */
export const TELLABLE = 0.015

/** Distance in OKLab of two colours for whoever sees them closest, of all four. White and black are 1 apart. */
export function colorDistance(a: string, b: string): number {
  return distanceOf(sightsOf(a), sightsOf(b))
}

/** Why two colours may be taken for one another: null for usual sight, or the deficiency; undefined when they may not. */
export function confusion(a: string, b: string): Deficiency | null | undefined {
  const [first, second] = [sightsOf(a), sightsOf(b)]
  const at = first.findIndex((lab, i) => distance(lab, second[i]!) < TELLABLE)
  return at === -1 ? undefined : at === 0 ? null : deficiencies[at - 1]
}

function candidateColors(): string[] {
  return STEPS.flatMap((r) => STEPS.flatMap((g) => STEPS.map((b) => `#${hex(r)}${hex(g)}${hex(b)}`)))
}

function hex(channel: number): string {
  return channel.toString(16).padStart(2, '0')
}

type Triple = readonly [number, number, number]
type Matrix = readonly [Triple, Triple, Triple]

/**
 * Of linear RGB, at full severity: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of
 * color vision deficiency", IEEE TVCG 15(6), 2009.
 */
const simulations: Readonly<Record<Deficiency, Matrix>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

/** A colour in OKLab as four people see it: with usual sight, then with each deficiency. */
function sightsOf(color: string): readonly Triple[] {
  const linear = [1, 3, 5].map((at) => toLinear(Number.parseInt(color.slice(at, at + 2), 16) / 255))
  const rgb: Triple = [linear[0]!, linear[1]!, linear[2]!]
  return [oklab(rgb), ...deficiencies.map((deficiency) => oklab(simulated(rgb, simulations[deficiency])))]
}

function simulated(rgb: Triple, matrix: Matrix): Triple {
  const channel = (row: Triple) =>
    Math.min(1, Math.max(0, row[0] * rgb[0] + row[1] * rgb[1] + row[2] * rgb[2]))
  return [channel(matrix[0]), channel(matrix[1]), channel(matrix[2])]
}

/** Of linear RGB. Björn Ottosson, "A perceptual color space for image processing", 2020. */
function oklab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

function distanceOf(a: readonly Triple[], b: readonly Triple[]): number {
  let least = Number.POSITIVE_INFINITY
  for (const [i, lab] of a.entries()) least = Math.min(least, distance(lab, b[i]!))
  return least
}

function distance(a: Triple, b: Triple): number {
  return Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2)
}
