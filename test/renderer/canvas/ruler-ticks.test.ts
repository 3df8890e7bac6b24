import { expect, it } from 'vitest'
import { rulerStep, rulerTicks } from '../../../renderer/canvas/ruler-ticks.ts'

it.each([
  [0.02, 1, 5000],
  [0.5, 1, 200],
  [1, 1, 100],
  [1, 2, 200],
  [3.2, 1, 20],
  [16, 1, 5],
  [64, 1, 1],
])(
  'writes values with room between them at a zoom of %s, %s device pixels to a pixel',
  (scale, ratio, step) => {
    expect(rulerStep(scale, ratio)).toBe(step)
  },
)

it('has ticks at whole pixels inside the image only', () => {
  const ticks = rulerTicks({ offset: 10, scale: 1, pixels: 250 }, 1000, 1)
  expect(ticks[0]).toEqual({ at: 10, value: 0 })
  expect(ticks.at(-1)).toEqual({ at: 250, value: null })
  expect(ticks.filter(({ value }) => value !== null).map(({ value }) => value)).toEqual([0, 100, 200])
})

it('begins in the middle of an image that reaches beyond the view', () => {
  const ticks = rulerTicks({ offset: -6400, scale: 64, pixels: 5000 }, 640, 1)
  expect(ticks[0]).toEqual({ at: 0, value: 100 })
  expect(ticks).toHaveLength(11)
})

it('has none when the image is out of view', () => {
  expect(rulerTicks({ offset: -900, scale: 1, pixels: 100 }, 640, 1)).toEqual([])
})
