import { describe, expect, it } from 'vitest'
import {
  boundaryPixels,
  boundaryRecall,
  boundaryTolerance,
  contourDensity,
} from '../../../bench/metrics/boundary.ts'

/** Columns 0 … 5 of three rows, cut in front of column `x`. */
const cutAt = (x: number) => Uint32Array.from({ length: 18 }, (_, p) => (p % 6 < x ? 0 : 1))

describe('boundary pixels', () => {
  it('lie on both sides of a boundary', () => {
    expect([...boundaryPixels(cutAt(2), 6)]).toEqual([0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0])
  })

  it('have a neighbour beside or above of another label, not across a corner', () => {
    const labels = Uint32Array.of(
      ...[1, 0, 0], //
      ...[0, 0, 0],
      ...[0, 0, 0],
    )
    expect([...boundaryPixels(labels, 3)]).toEqual([1, 1, 0, 1, 0, 0, 0, 0, 0])
  })

  it('are none at the border of the image', () => {
    expect([...boundaryPixels(new Uint32Array(6), 3)]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('do not come from the end of the row before', () => {
    expect([...boundaryPixels(Uint32Array.of(0, 0, 1, 0, 0, 1), 3)]).toEqual([0, 1, 1, 0, 1, 1])
    expect(contourDensity(boundaryPixels(Uint32Array.of(0, 0, 1, 0, 0, 1), 3))).toBe(4 / 6)
  })
})

it('allows one pixel at 481x321 and more in larger images', () => {
  expect([boundaryTolerance(481, 321), boundaryTolerance(321, 481)]).toEqual([1, 1])
  expect(boundaryTolerance(1920, 1208)).toBe(6)
  expect(boundaryTolerance(100, 100)).toBe(0)
})

describe('boundary recall', () => {
  const recall = (truth: number, found: number, tolerance: number) =>
    boundaryRecall(boundaryPixels(cutAt(truth), 6), boundaryPixels(cutAt(found), 6), 6, tolerance)

  it('counts true boundary pixels, both sides of them', () => {
    // True ones in columns 1 and 2, found ones in columns 2 and 3.
    expect(recall(2, 3, 0)).toBe(0.5)
    expect(recall(2, 3, 1)).toBe(1)
    // Found ones in columns 3 and 4: only column 2 has one within a pixel.
    expect(recall(2, 4, 1)).toBe(0.5)
    expect(recall(1, 5, 1)).toBe(0)
  })

  it('is of the truth, not of what was found', () => {
    const everywhere = new Uint8Array(18).fill(1)
    const truth = boundaryPixels(cutAt(3), 6)
    expect(boundaryRecall(truth, everywhere, 6, 0)).toBe(1)
    expect(boundaryRecall(everywhere, truth, 6, 0)).toBe(6 / 18)
  })

  it('looks in a square, corners included', () => {
    const truth = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0)
    const corner = Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0)
    expect(boundaryRecall(truth, corner, 3, 1)).toBe(1)
  })

  it('does not look around the end of a row', () => {
    const truth = Uint8Array.of(0, 0, 1, 0, 0, 0)
    const nextRow = Uint8Array.of(0, 0, 0, 1, 0, 0)
    expect(boundaryRecall(truth, nextRow, 3, 1)).toBe(0)
  })

  it('is whole where there is nothing to find', () => {
    expect(boundaryRecall(new Uint8Array(4), new Uint8Array(4), 2, 1)).toBe(1)
  })
})
