import { describe, expect, it } from 'vitest'
import { compactness } from '../../../bench/metrics/compactness.ts'
import { componentsOf } from '../../../bench/metrics/components.ts'
import { explainedVariation } from '../../../bench/metrics/explained-variation.ts'
import type { RgbaImage } from '../../../shared/superpixel/hierarchy.ts'

const partition = (labels: number[], width: number) => componentsOf(Uint32Array.from(labels), width)

describe('compactness', () => {
  it('of a square is π / 4, its sides at the border of the image included', () => {
    expect(compactness(partition(new Array(16).fill(0), 4))).toBeCloseTo(Math.PI / 4, 12)
  })

  it('counts pixel sides, not boundary pixels', () => {
    // 3 pixels in a row, perimeter 8; one pixel, perimeter 4.
    const row = (4 * Math.PI * 3) / 64
    expect(compactness(partition([0, 0, 0, 1], 4))).toBeCloseTo((3 / 4) * row + (1 / 4) * (Math.PI / 4), 12)
    // An L of three pixels has the same perimeter, with a corner pixel that has two inner sides.
    expect(compactness(partition([0, 1, 0, 0], 2))).toBeCloseTo((3 / 4) * row + (1 / 4) * (Math.PI / 4), 12)
  })

  it('weighs regions by their areas', () => {
    const bar = (4 * Math.PI * 2) / 36
    const labels = [0, 0, 1, 1, 1, 0, 0, 1, 1, 1]
    expect(compactness(partition(labels, 5))).toBeCloseTo(
      (4 / 10) * (Math.PI / 4) + ((6 / 10) * (4 * Math.PI * 6)) / 100,
      12,
    )
    expect(compactness(partition([0, 0], 2))).toBeCloseTo(bar, 12)
  })
})

describe('explained variation', () => {
  const image = (...pixels: [number, number, number][]): RgbaImage => ({
    width: pixels.length,
    height: 1,
    data: Uint8Array.from(pixels.flatMap((pixel) => [...pixel, 255])),
  })

  it('is the share of the variation that means keep, all channels summed before dividing', () => {
    const four = image([0, 0, 10], [2, 0, 10], [10, 8, 10], [12, 8, 10])
    // Red: 36 + 16 + 16 + 36 about its mean 6, of which means 1 and 11 keep 4 · 25; green: all 64; blue has none.
    expect(explainedVariation(partition([0, 0, 1, 1], 4), four)).toBeCloseTo((100 + 64) / (104 + 64), 12)
  })

  it('weighs superpixels by their areas and leaves alpha out', () => {
    const three = { ...image([0, 0, 0], [0, 0, 0], [9, 0, 0]), data: new Uint8Array(12) }
    three.data[8] = 9
    three.data[3] = 200
    // Mean 3: 9 + 9 + 36 in all; superpixels {0}, {0, 9} with means 0 and 4.5 keep 9 + 2 · 2.25.
    expect(explainedVariation(partition([0, 1, 1], 3), three)).toBeCloseTo(13.5 / 54, 12)
  })

  it('is whole for an image of one colour', () => {
    expect(explainedVariation(partition([0, 0], 2), image([5, 6, 7], [5, 6, 7]))).toBe(1)
  })
})
