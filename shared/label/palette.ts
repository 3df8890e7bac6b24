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

/** The usual colour of void: no category gets one close to it. */
const VOID_COLOR = '#dddddd'
/** Steps per channel of the colours tried once the base ones are used up. */
const STEPS = [0x20, 0x4c, 0x78, 0xa4, 0xd0, 0xfc]

/**
 * The colour of the next category, `#rrggbb` in lower case: the first base colour that `existing` leaves free; after
 * those the one farthest, in OKLab, from every colour in use.
 */
export function nextColor(existing: readonly string[]): string {
  const used = new Set(existing.map((color) => color.toLowerCase()))
  const free = paletteColors.find((color) => !used.has(color))
  if (free !== undefined) return free
  const taken = [...used, VOID_COLOR].map(oklab)
  let farthest = paletteColors[0]!
  let distance = -1
  for (const color of candidates()) {
    const lab = oklab(color)
    const nearest = Math.min(...taken.map((other) => squaredDistance(lab, other)))
    if (nearest > distance) {
      distance = nearest
      farthest = color
    }
  }
  return farthest
}

function candidates(): string[] {
  return STEPS.flatMap((r) => STEPS.flatMap((g) => STEPS.map((b) => `#${hex(r)}${hex(g)}${hex(b)}`)))
}

function hex(channel: number): string {
  return channel.toString(16).padStart(2, '0')
}

type Lab = readonly [number, number, number]

/** Björn Ottosson, "A perceptual color space for image processing", 2020. */
function oklab(color: string): Lab {
  const [r, g, b] = [1, 3, 5].map((at) => toLinear(Number.parseInt(color.slice(at, at + 2), 16) / 255)) as [
    number,
    number,
    number,
  ]
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

function squaredDistance(a: Lab, b: Lab): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2
}
