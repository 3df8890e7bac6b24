import fc from 'fast-check'
import { expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { boxesOfCells, cellsWithin } from '../../../shared/superpixel/cell-boxes.ts'
import { noSplits, refinedNodeAt, splitCell } from '../../../shared/superpixel/refinement.ts'
import { holdsRange } from '../../../shared/superpixel/selection.ts'
import { sceneImage } from '../../support/made-images.ts'

const scene = buildHierarchy(sceneImage(60, 44))
const { width, height } = scene

it('finds the cells that lie wholly in a rectangle, as a look at every pixel does', () => {
  const corner = { x: fc.integer({ min: -4, max: width + 4 }), y: fc.integer({ min: -4, max: height + 4 }) }
  const levels = fc.integer({ min: 2, max: Math.min(300, scene.leafCount) })
  fc.assert(
    fc.property(
      fc.record(corner),
      fc.record(corner),
      levels,
      fc.nat(scene.leafCount - 1),
      (a, b, count, split) => {
        const splits = splitCell(scene, split, count, noSplits)
        const rect = {
          x0: Math.min(a.x, b.x),
          y0: Math.min(a.y, b.y),
          x1: Math.max(a.x, b.x),
          y1: Math.max(a.y, b.y),
        }
        const out = new Set<number>()
        const all = new Set<number>()
        for (let p = 0; p < width * height; p++) {
          const node = refinedNodeAt(scene, scene.leaf[p]!, count, splits)
          all.add(node)
          const [x, y] = [p % width, Math.floor(p / width)]
          if (x < rect.x0 || x >= rect.x1 || y < rect.y0 || y >= rect.y1) out.add(node)
        }
        const found = cellsWithin(boxesOfCells(scene, count, splits), rect)
        for (let leaf = 0; leaf < scene.leafCount; leaf++) {
          const node = refinedNodeAt(scene, leaf, count, splits)
          expect(holdsRange(found, leaf, leaf + 1)).toBe(!out.has(node))
        }
        for (let i = 2; i < found.length; i += 2) expect(found[i]!).toBeGreaterThan(found[i - 1]!)
      },
    ),
    { numRuns: 60 },
  )
})

it('holds all of an image in a rectangle around it, and nothing in an empty one', () => {
  const boxes = boxesOfCells(scene, 40, noSplits)
  expect([...cellsWithin(boxes, { x0: -9, y0: -9, x1: 99, y1: 99 })]).toEqual([0, scene.leafCount])
  expect(cellsWithin(boxes, { x0: 5, y0: 5, x1: 5, y1: 5 })).toHaveLength(0)
})
