import fc from 'fast-check'
import { expect, it } from 'vitest'
import { maskOfRuns } from '../../../renderer/canvas/run-mask.ts'
import { normalizeRuns } from '../../../shared/image/runs.ts'

const [width, height] = [9, 6]

it('holds exactly the pixels of its runs', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(width * height - 1)), (pixels) => {
      const runs = normalizeRuns(Uint32Array.from(pixels.flatMap((pixel) => [pixel, 1])), width)
      const mask = maskOfRuns(runs, width)
      const held = Array.from({ length: width * height }, (_, p) => p).filter((p) => mask?.holds(p))
      expect(held).toEqual([...pixels].sort((a, b) => a - b))
    }),
  )
})

it('is none without a run', () => {
  expect(maskOfRuns(new Uint32Array(0), width)).toBeNull()
})
