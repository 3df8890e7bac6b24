import fc from 'fast-check'
import { expect, it } from 'vitest'
import { boxBetween } from '../../../shared/tools/pixel-box.ts'

it('holds the pixels that it touches, from whatever corner, and one at least', () => {
  const point = fc.record({ x: fc.integer({ min: -40, max: 40 }), y: fc.integer({ min: -40, max: 40 }) })
  fc.assert(
    fc.property(point, point, (from, to) => {
      const [p, q] = [
        { x: from.x / 4, y: from.y / 4 },
        { x: to.x / 4, y: to.y / 4 },
      ]
      const made = boxBetween(p, q)
      expect(boxBetween(q, p)).toEqual(made)
      expect(made.x1).toBeGreaterThan(made.x0)
      expect(made.y1).toBeGreaterThan(made.y0)
      for (const { x, y } of [p, q]) {
        expect(x >= made.x0 && x <= made.x1 && y >= made.y0 && y <= made.y1).toBe(true)
      }
    }),
  )
})
