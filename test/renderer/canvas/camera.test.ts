import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  bounded,
  type Camera,
  carriedOver,
  centred,
  fitted,
  MAX_SCALE,
  MIN_SCALE,
  panBy,
  screenRect,
  toImage,
  toScreen,
  visiblePixels,
  zoomAt,
} from '../../../renderer/canvas/camera.ts'

const view = { width: 1200, height: 800 }
const image = { width: 1920, height: 1208 }
const anyCamera = fc.record({
  scale: fc.double({ min: MIN_SCALE, max: MAX_SCALE, noNaN: true }),
  x: fc.integer({ min: -5000, max: 5000 }),
  y: fc.integer({ min: -5000, max: 5000 }),
})

it('keeps the image point under the cursor where it is when zooming', () => {
  fc.assert(
    fc.property(
      anyCamera,
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      fc.integer({ min: 0, max: 1200 }),
      fc.integer({ min: 0, max: 800 }),
      (camera, factor, x, y) => {
        const zoomed = zoomAt(camera, { x, y }, factor)
        const back = toScreen(zoomed, toImage(camera, { x, y }))
        expect(Math.abs(back.x - x)).toBeLessThanOrEqual(0.5001)
        expect(Math.abs(back.y - y)).toBeLessThanOrEqual(0.5001)
      },
    ),
  )
})

it('does not drift over many steps of zooming in one place', () => {
  const at = { x: 571, y: 333 }
  let camera = fitted(view, image)
  const under = toImage(camera, at)
  for (let step = 0; step < 24; step++) {
    camera = zoomAt(camera, at, 1.2, under)
    const there = toScreen(camera, under)
    expect(Math.hypot(there.x - at.x, there.y - at.y)).toBeLessThanOrEqual(Math.SQRT1_2 + 1e-9)
  }
})

it('never zooms past 2 % and 6400 %', () => {
  const camera: Camera = { scale: 1, x: 0, y: 0 }
  expect(zoomAt(camera, { x: 5, y: 5 }, 1e6).scale).toBe(64)
  expect(zoomAt(camera, { x: 5, y: 5 }, 1e-6).scale).toBe(0.02)
})

it('fits the whole image into the view, in the middle', () => {
  const camera = fitted(view, image)
  const from = toScreen(camera, { x: 0, y: 0 })
  const to = toScreen(camera, { x: image.width, y: image.height })
  expect(from.x).toBeGreaterThanOrEqual(0)
  expect(to.x).toBeLessThanOrEqual(view.width)
  expect(to.y).toBeLessThanOrEqual(view.height)
  expect(Math.abs(from.y - (view.height - to.y))).toBeLessThanOrEqual(1)
})

it('keeps a fifth of the view on the image however far one pans', () => {
  fc.assert(
    fc.property(anyCamera, (camera) => {
      const held = bounded(camera, view, image)
      const seen = visiblePixels(held, view, image)
      const width = (seen.x1 - seen.x0) * held.scale
      expect(width).toBeGreaterThanOrEqual(0.2 * Math.min(view.width, image.width * held.scale) - 1)
    }),
  )
})

it('leaves a camera that shows enough as it is', () => {
  const camera = fitted(view, image)
  expect(bounded(camera, view, image)).toEqual(camera)
})

it('keeps offsets whole, so that nothing is drawn half a pixel off', () => {
  const camera = panBy(centred(view, { x: 3.3, y: 7.7 }, 1.7), 0.4, -2.6)
  expect(Number.isInteger(camera.x) && Number.isInteger(camera.y)).toBe(true)
})

it('keeps relative zoom and middle when the next image has another size', () => {
  const camera = zoomAt(fitted(view, image), { x: 600, y: 400 }, 2)
  const next = carriedOver(camera, view, image, { width: 960, height: 604 })
  expect(next.scale / camera.scale).toBeCloseTo(2, 1)
  const middle = toImage(next, { x: 600, y: 400 })
  expect(middle.x / 960).toBeCloseTo(0.5, 2)
  expect(middle.y / 604).toBeCloseTo(0.5, 2)
})

it('covers every device pixel that a rectangle of the image touches', () => {
  const camera = { scale: 0.3, x: 10, y: 20 }
  expect(screenRect(camera, { x0: 1, y0: 1, x1: 2, y1: 2 }, view)).toEqual({ x0: 10, y0: 20, x1: 11, y1: 21 })
})
