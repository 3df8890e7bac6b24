import fc from 'fast-check'
import { expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { nodeUnder } from '../../../shared/superpixel/cut.ts'
import { type Direction, nextCellPixel } from '../../../shared/superpixel/neighbour.ts'
import { sceneImage } from '../../support/made-images.ts'

const scene = buildHierarchy(sceneImage(60, 45))
const right: Direction = { dx: 1, dy: 0 }
const directions: Direction[] = [right, { dx: -1, dy: 0 }, { dx: 0, dy: 1 }, { dx: 0, dy: -1 }]

it('moves to another cell on the same row or column, and no cell lies between', () => {
  fc.assert(
    fc.property(
      fc.nat(60 * 45 - 1),
      fc.constantFrom(...directions),
      fc.integer({ min: 2, max: 200 }),
      (pixel, direction, count) => {
        const next = nextCellPixel(scene, count, pixel, direction)
        const step = direction.dy * 60 + direction.dx
        if (next === null) return
        const way = (next - pixel) / step
        expect(Number.isInteger(way) && way > 0).toBe(true)
        expect(direction.dx === 0 || Math.floor(next / 60) === Math.floor(pixel / 60)).toBe(true)
        const passed = new Set(
          Array.from({ length: way + 1 }, (_, i) => nodeUnder(scene, pixel + i * step, count)),
        )
        expect(passed.size).toBe(2)
      },
    ),
  )
})

it('reaches the last cell of a row and then says that there is no other', () => {
  for (const row of [0, 20, 44]) {
    let pixel = row * 60
    let steps = 0
    for (let next = nextCellPixel(scene, 80, pixel, right); next !== null; steps++) {
      expect(next).toBeGreaterThan(pixel)
      pixel = next
      next = nextCellPixel(scene, 80, pixel, right)
    }
    expect(steps).toBeGreaterThan(1)
    expect(nodeUnder(scene, pixel, 80)).toBe(nodeUnder(scene, row * 60 + 59, 80))
  }
})

it('stays where it is on an image of one cell', () => {
  const one = buildHierarchy({ width: 1, height: 1, data: new Uint8Array(4) })
  for (const direction of directions) expect(nextCellPixel(one, 1, 0, direction)).toBeNull()
})
