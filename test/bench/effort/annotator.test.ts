import { beforeAll, expect, it } from 'vitest'
import { type ImageEffort, label, type Way, ways } from '../../../bench/effort/annotator.ts'
import { segmentsIn } from '../../../bench/effort/truth.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'

const [width, height] = [96, 64]

/** A light rectangle and, within the dark rest, a light disc; what is outlined is just what is seen. */
function made() {
  const data = new Uint8Array(4 * width * height).fill(255)
  const labels = new Uint16Array(width * height)
  for (let p = 0; p < labels.length; p++) {
    const [x, y] = [p % width, Math.floor(p / width)]
    const isDisc = Math.hypot(x - 70, y - 32) < 14
    const isBox = x >= 8 && x < 44 && y >= 12 && y < 50
    labels[p] = isDisc ? 2 : isBox ? 1 : 0
    const color = isDisc ? [220, 60, 60] : isBox ? [60, 180, 220] : [30, 40, 30]
    data.set(color, 4 * p)
  }
  const image = { width, height, data }
  return {
    scene: { image, hierarchy: buildHierarchy(image) },
    segments: segmentsIn({ count: 3, labels }, width),
  }
}

let done: ImageEffort
beforeAll(() => {
  const { scene, segments } = made()
  done = label(scene, segments)
}, 120_000)

it('finishes what is as clear as day in every way of working', () => {
  for (const way of ways)
    expect([way, done.work[way].map(({ isDone }) => isDone)]).toEqual([way, [true, true, true]])
})

it('takes the objects from the largest on', () => {
  expect(done.areas).toEqual(done.areas.toSorted((a, b) => b - a))
  expect(done.areas[1]).toBe(36 * 38)
})

it('counts a click for each corner of a polygon, and Enter as a key', () => {
  expect(done.work.polygon[1]).toMatchObject({ gestures: 4, presses: 4, notches: 0, aims: 4, keys: 1 })
})

it('counts a drag as one gesture, and the way it goes', () => {
  const [, box] = done.work.box
  expect(box).toMatchObject({ gestures: 1, aims: 2, keys: 1 })
  expect(box!.travel).toBeCloseTo(Math.hypot(36, 38))
})

it('gestures are presses and notches, and nothing else', () => {
  for (const way of ways)
    for (const { gestures, presses, notches, brushed } of done.work[way]) {
      expect(gestures).toBe(presses + notches)
      expect(brushed).toBeLessThanOrEqual(gestures)
    }
})

it('an image with two tools, or with a wheel that may be left alone, takes no more gestures than with one tool', () => {
  const sum = (way: Way) => done.work[way].reduce((total, { gestures }) => total + gestures, 0)
  expect(sum('all levels and brush')).toBeLessThanOrEqual(Math.min(sum('brush'), sum('all levels alone')))
  expect(sum('one size and brush')).toBeLessThanOrEqual(Math.min(sum('brush'), sum('one size alone')))
})

it('gives the same figures again', () => {
  const { scene, segments } = made()
  expect(label(scene, segments)).toEqual(done)
}, 120_000)
