import { expect, it } from 'vitest'
import { type KeyStride, pixelMiddle, strideFrom } from '../../../renderer/canvas/key-pointer.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { nodeUnder } from '../../../shared/superpixel/cut.ts'
import { noSplits } from '../../../shared/superpixel/refinement.ts'
import { sceneImage } from '../../support/made-images.ts'

const image = { width: 60, height: 45 }
const hierarchy = buildHierarchy(sceneImage(60, 45))
const right = { dx: 1, dy: 0 } as const
const up = { dx: 0, dy: -1 } as const

it('begins in the middle of a pixel of the image, wherever the real pointer was', () => {
  expect(pixelMiddle({ x: 10.2, y: 3.9 }, image)).toEqual({ x: 10.5, y: 3.5 })
  expect(pixelMiddle({ x: -400, y: 1e6 }, image)).toEqual({ x: 0.5, y: 44.5 })
})

it('goes by cells with superpixels and stays on the row', () => {
  const cells: KeyStride = { kind: 'cells', hierarchy, count: 50, splits: noSplits }
  const from = { x: 5.5, y: 20.5 }
  const next = strideFrom(from, right, cells, image)
  expect(next.y).toBe(20.5)
  const cellAt = (x: number) => nodeUnder(hierarchy, 20 * 60 + Math.floor(x), 50)
  expect(cellAt(next.x)).not.toBe(cellAt(from.x))
})

it('goes by pixels with a brush and stops at the edge', () => {
  const brush: KeyStride = { kind: 'pixels', pixels: 12 }
  expect(strideFrom({ x: 5.5, y: 20.5 }, right, brush, image)).toEqual({ x: 17.5, y: 20.5 })
  expect(strideFrom({ x: 5.5, y: 2.5 }, up, brush, image)).toEqual({ x: 5.5, y: 0.5 })
  expect(
    strideFrom({ x: 59.5, y: 2.5 }, right, { kind: 'cells', hierarchy, count: 50, splits: noSplits }, image)
      .x,
  ).toBe(59.5)
})
