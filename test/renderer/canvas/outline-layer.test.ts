import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FrameBudget } from '../../../renderer/canvas/layers/frame-budget.ts'
import { OutlineLayer } from '../../../renderer/canvas/layers/outline-layer.ts'
import { OUTLINE_TILE } from '../../../renderer/canvas/layers/outline-tiles.ts'
import type { Context2d } from '../../../renderer/canvas/layers/view.ts'
import { noSplits } from '../../../shared/superpixel/refinement.ts'
import { blockHierarchy } from '../../support/made-hierarchy.ts'

let painted = 0

beforeEach(() => {
  painted = 0
  let now = 0
  // Each look at the clock finds it a millisecond later, so that a frame is over after some tiles.
  vi.spyOn(performance, 'now').mockImplementation(() => now++)
  vi.stubGlobal(
    'ImageData',
    class {
      readonly data: Uint8ClampedArray
      constructor(width: number, height: number) {
        this.data = new Uint8ClampedArray(4 * width * height)
      }
    },
  )
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      getContext() {
        return { putImageData: () => painted++ }
      }
    },
  )
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

it.each([
  ['a small canvas', { width: 700, height: 600 }, 9],
  ['a canvas as large as the largest screens', { width: 5120, height: 2880 }, 240],
])('paints each tile of %s once, some a frame, and then rests', (_, size, tiles) => {
  const image = { width: 200, height: 120 }
  const budget = new FrameBudget()
  budget.start()
  const layer = new OutlineLayer(budget)
  layer.show(blockHierarchy(image.width, image.height, 20), 60, noSplits)
  let drawn = 0
  const context = { drawImage: () => drawn++ } as unknown as Context2d
  const view = { camera: { scale: 25.6, x: 0, y: 0 }, size, image }
  let frames = 1
  while (layer.draw(context, view) && frames < 200) {
    budget.start()
    frames++
  }
  expect([painted, frames < 200]).toEqual([tiles, true])
  expect(frames).toBeGreaterThan(1)
  drawn = 0
  expect([layer.draw(context, view), drawn, painted]).toEqual([false, tiles, tiles])
  expect(tiles).toBe(Math.ceil(size.width / OUTLINE_TILE) * Math.ceil(size.height / OUTLINE_TILE))
})
