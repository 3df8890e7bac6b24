import { expect, it } from 'vitest'
import { colorSchema } from '../../../shared/label/ontology.ts'
import {
  colorDistance,
  confusion,
  nextColor,
  nextColors,
  paletteColors,
  TELLABLE,
  VOID_COLOR,
} from '../../../shared/label/palette.ts'

function firstColors(count: number): string[] {
  const colors: string[] = []
  while (colors.length < count) colors.push(nextColor(colors))
  return colors
}

it('begins with the colours of Okabe and Ito', () => {
  expect(firstColors(3)).toEqual(['#e69f00', '#56b4e9', '#009e73'])
})

it('fills the gap that a deleted category leaves', () => {
  expect(nextColor(['#56b4e9', '#009e73'])).toBe('#e69f00')
})

it('knows a used colour in either case', () => {
  expect(nextColor(['#E69F00'])).toBe('#56b4e9')
})

it('gives sixty colours that are valid and all different', () => {
  const colors = firstColors(60)
  expect(new Set(colors).size).toBe(60)
  for (const color of colors) expect(colorSchema.parse(color)).toBe(color)
})

it('keeps colours past the base ones apart from those in use and from the grey of void', () => {
  const colors = firstColors(24)
  const channels = (color: string) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
  const distance = (a: string, b: string) => {
    const [p, q] = [channels(a), channels(b)]
    return Math.hypot(...p.map((value, i) => value - q[i]!))
  }
  for (const [i, color] of colors.entries()) {
    if (i < 16) continue
    for (const other of [...colors.slice(0, i), '#dddddd']) {
      expect(distance(color, other), `${color} ${other}`).toBeGreaterThan(35)
    }
  }
})

const least = (colors: readonly string[]) =>
  Math.min(...colors.flatMap((a, i) => colors.slice(0, i).map((b) => colorDistance(a, b))))

it('is what it was measured to be: the least distance of the first colours, for whoever sees them closest', () => {
  const figures = [2, 4, 7, 13, 16, 24, 32, 64, 100].map((n) => [n, least(nextColors([], n)).toFixed(4)])
  expect(figures).toMatchInlineSnapshot(`
    [
      [
        2,
        "0.2391",
      ],
      [
        4,
        "0.1117",
      ],
      [
        7,
        "0.0761",
      ],
      [
        13,
        "0.0267",
      ],
      [
        16,
        "0.0154",
      ],
      [
        24,
        "0.0154",
      ],
      [
        32,
        "0.0154",
      ],
      [
        64,
        "0.0154",
      ],
      [
        100,
        "0.0154",
      ],
    ]
  `)
})

it('gives colours that come closer to those before them one by one, and never jump', () => {
  const colors = nextColors([], 120)
  expect(nextColors([], 120)).toEqual(colors)
  expect(firstColors(40)).toEqual(colors.slice(0, 40))
  let last = Number.POSITIVE_INFINITY
  for (let i = paletteColors.length; i < colors.length; i++) {
    const distance = Math.min(
      ...[...colors.slice(0, i), VOID_COLOR].map((other) => colorDistance(colors[i]!, other)),
    )
    expect(distance).toBeLessThanOrEqual(last)
    last = distance
  }
  expect(last).toBeGreaterThan(TELLABLE)
})

it('knows for whom two colours are one', () => {
  expect(confusion('#e69f00', '#e69f01')).toBe(null)
  expect(confusion('#000000', '#ffffff')).toBe(undefined)
  expect(confusion('#006600', '#990000')).toBe('deuteranopia')
  expect(confusion('#000066', '#330066')).toBe('protanopia')
  expect(confusion('#009933', '#009966')).toBe('tritanopia')
  for (const [i, a] of paletteColors.entries()) {
    for (const b of paletteColors.slice(0, i)) expect(confusion(a, b), `${a} ${b}`).toBe(undefined)
  }
})
