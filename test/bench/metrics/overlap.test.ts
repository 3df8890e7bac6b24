import { describe, expect, it } from 'vitest'
import { componentsOf } from '../../../bench/metrics/components.ts'
import { achievableAccuracy, overlapsOf, undersegmentationError } from '../../../bench/metrics/overlap.ts'
import { undersegmentationError as plainError } from '../../support/partition.ts'

const overlaps = (superpixels: number[], segments: number[], width: number) =>
  overlapsOf(componentsOf(Uint32Array.from(superpixels), width), {
    count: Math.max(...segments) + 1,
    labels: Uint16Array.from(segments),
  })

describe('undersegmentation error', () => {
  it('counts the smaller part, inside or outside, once for each of two segments', () => {
    // One superpixel of six pixels, five in a segment, one in the other: 1 leaks out, 1 leaks in.
    const found = overlaps([0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1], 6)
    // The older form without min would count 1 + 5, one that looks at the best segment only 1.
    expect(undersegmentationError(found)).toBe(2 / 6)
  })

  it('takes min(in, out) for each of three segments', () => {
    // In parts of 3, 2 and 1 of 6: min(3, 3) + min(2, 4) + min(1, 5).
    expect(undersegmentationError(overlaps([0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 1, 2], 6))).toBe(6 / 6)
  })

  it('is nothing where superpixels keep within segments, however many there are', () => {
    expect(undersegmentationError(overlaps([0, 1, 2, 2], [0, 0, 1, 1], 4))).toBe(0)
  })

  it('agrees with a plain count on random partitions', () => {
    let state = 7
    const random = (below: number) => {
      state = Math.imul(state, 1664525) + 1013904223
      return (state >>> 16) % below
    }
    const partition = componentsOf(
      Uint32Array.from({ length: 400 }, () => random(2)),
      20,
    )
    const segmentation = { count: 5, labels: Uint16Array.from({ length: 400 }, () => random(5)) }
    const plain = plainError({ label: partition.label, count: partition.areas.length }, segmentation)
    expect(undersegmentationError(overlapsOf(partition, segmentation))).toBeCloseTo(plain, 12)
  })
})

describe('achievable accuracy', () => {
  it('gives each superpixel the segment of which it has most', () => {
    // 2 of 3 in the first, 2 of 3 in the second.
    expect(achievableAccuracy(overlaps([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 0], 6))).toBe(4 / 6)
    // Each segment choosing a superpixel instead would give 3 / 6.
    expect(achievableAccuracy(overlaps([0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 2], 6))).toBe(4 / 6)
  })

  it('is one less half the error where segments are two', () => {
    const found = overlaps([0, 0, 0, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 0, 1, 1], 8)
    expect(achievableAccuracy(found)).toBe(1 - undersegmentationError(found) / 2)
  })
})
