import { expect, it } from 'vitest'
import { colorSchema } from '../../../shared/label/ontology.ts'
import { nextColor } from '../../../shared/label/palette.ts'

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
      expect(distance(color, other), `${color} ${other}`).toBeGreaterThan(40)
    }
  }
})
