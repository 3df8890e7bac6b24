import { describe, expect, it } from 'vitest'
import { recallAtDensity, scoresAt } from '../../../bench/metrics/interpolation.ts'
import { meanScores, type Scores, scoresOf, truthOf } from '../../../bench/metrics/scores.ts'

const image = { width: 6, height: 1, data: new Uint8Array(24) }
const none: Scores = {
  labels: 0,
  components: 0,
  smallest: 0,
  ue: 0,
  recall: 0,
  asa: 0,
  explained: 0,
  compactness: 0,
  density: 0,
}

describe('scores of a partition', () => {
  it('are means over annotators of what each annotator gives', () => {
    const truth = truthOf(image, [
      { count: 2, labels: Uint16Array.of(0, 0, 0, 1, 1, 1) },
      { count: 2, labels: Uint16Array.of(0, 0, 0, 0, 0, 1) },
    ])
    const scores = scoresOf(Uint32Array.of(4, 4, 4, 9, 9, 9), truth)
    expect(scores).toMatchObject({ labels: 2, components: 2, smallest: 3, density: 2 / 6 })
    // The second: one pixel of the right superpixel leaks in and one out; its boundary (4, 5) is not found within 0.
    expect(scores.ue).toBeCloseTo((0 + 2 / 6) / 2, 12)
    expect(scores.asa).toBeCloseTo((1 + 5 / 6) / 2, 12)
    expect(scores.recall).toBe((1 + 0) / 2)
  })

  it('are of components, whatever labels say', () => {
    const truth = truthOf(image, [{ count: 2, labels: Uint16Array.of(0, 0, 1, 1, 0, 0) }])
    // One label on both sides of the other: no leak, for its two parts are regions of their own.
    const scores = scoresOf(Uint32Array.of(0, 0, 1, 1, 0, 0), truth)
    expect(scores).toMatchObject({ labels: 2, components: 3, smallest: 2, ue: 0, asa: 1 })
  })
})

it('averages scores over images', () => {
  const mean = meanScores([
    { ...none, ue: 0.1, components: 100 },
    { ...none, ue: 0.3, components: 400 },
  ])
  expect(mean.ue).toBeCloseTo(0.2, 12)
  expect(mean.components).toBe(250)
})

describe('scores at a count', () => {
  const means = [
    { ...none, components: 1600, ue: 0.02 },
    { ...none, components: 100, ue: 0.1 },
    { ...none, components: 400, ue: 0.06 },
  ]

  it('lie on the line in the logarithm of the components that there were', () => {
    // 200 is half way from 100 to 400; a line in K would give 0.0867.
    expect(scoresAt(means, 200)!.ue).toBeCloseTo(0.08, 12)
    expect(scoresAt(means, 800)!.ue).toBeCloseTo(0.04, 12)
  })

  it('are the measured ones where the count was met', () => {
    expect(scoresAt(means, 400)).toEqual(means[2])
  })

  it('are none outside of what was measured', () => {
    expect(scoresAt(means, 99)).toBeNull()
    expect(scoresAt(means, 1601)).toBeNull()
    expect(scoresAt([], 100)).toBeNull()
  })
})

it('interpolates recall at a contour density', () => {
  const means = [
    { ...none, components: 100, density: 0.1, recall: 0.7 },
    { ...none, components: 400, density: 0.3, recall: 0.9 },
  ]
  expect(recallAtDensity(means, 0.25)).toBeCloseTo(0.85, 12)
  expect(recallAtDensity(means, 0.35)).toBeNull()
})
