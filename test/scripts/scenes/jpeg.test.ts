import { expect, it } from 'vitest'
import { compress } from '../../../scripts/scenes/jpeg.ts'

const [width, height] = [21, 13]
const plane = (value: (x: number, y: number) => number) =>
  Float32Array.from({ length: width * height }, (_, p) => value(p % width, Math.floor(p / width)))
const checks = plane((x, y) => ((x + y) % 3 === 0 ? 220 : 40))

function errorAt(quality: number): number {
  const bytes = compress([checks, checks, checks], width, height, quality)
  return checks.reduce((sum, value, p) => sum + Math.abs(bytes[4 * p + 1]! - value), 0) / checks.length
}

it('keeps an even colour', () => {
  const bytes = compress([plane(() => 200), plane(() => 90), plane(() => 30)], width, height, 90)
  for (let p = 0; p < width * height; p++) {
    expect(Math.abs(bytes[4 * p]! - 200)).toBeLessThanOrEqual(4)
    expect(Math.abs(bytes[4 * p + 1]! - 90)).toBeLessThanOrEqual(4)
    expect(Math.abs(bytes[4 * p + 2]! - 30)).toBeLessThanOrEqual(4)
    expect(bytes[4 * p + 3]).toBe(255)
  }
})

it('loses more of fine detail the lower the quality', () => {
  expect(errorAt(98)).toBeLessThan(2)
  expect(errorAt(75)).toBeGreaterThan(errorAt(98))
  expect(errorAt(20)).toBeGreaterThan(errorAt(75))
})
