import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ShapeFinder } from '../../../renderer/canvas/layers/shape-layer.ts'
import { type Shape, shapeBounds } from '../../../shared/label/shape.ts'

const place = fc.tuple(
  fc.double({ min: -300, max: 900, noNaN: true }),
  fc.double({ min: -300, max: 900, noNaN: true }),
)
const shape = fc.array(place, { minLength: 1, maxLength: 4 }).map(
  (points): Shape => ({
    id: 1,
    trackId: null,
    categoryId: 1,
    type: 'polyline',
    points,
    attributes: null,
    other: {},
  }),
)

it('finds every shape that may be seen in a part of the image, each once and in order', () => {
  fc.assert(
    fc.property(fc.array(shape, { maxLength: 40 }), place, place, (shapes, [ax, ay], [bx, by]) => {
      const part = { x0: Math.min(ax, bx), y0: Math.min(ay, by), x1: Math.max(ax, bx), y1: Math.max(ay, by) }
      const drawn = shapes.map((each) => ({ shape: each, color: '' }))
      const found = new ShapeFinder(drawn, { width: 640, height: 480 }).within(part)
      const expected = drawn.filter((each) => {
        const { x0, y0, x1, y1 } = shapeBounds(each.shape)
        return x0 <= part.x1 && x1 >= part.x0 && y0 <= part.y1 && y1 >= part.y0
      })
      expect(found).toEqual(expected)
    }),
    { numRuns: 300 },
  )
})
