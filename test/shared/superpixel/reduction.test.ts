import { expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import type { PlaneImage } from '../../../shared/superpixel/colour.ts'
import { enlarged, reducedCopy, reducedPixels, reductionFor } from '../../../shared/superpixel/reduction.ts'
import { imageOf, sceneImage } from '../../support/made-images.ts'
import { expectWellFormed } from '../../support/superpixel-shapes.ts'

it('finds the smallest factor that is enough', () => {
  expect(reductionFor(100, 50, 5000)).toBe(1)
  expect(reductionFor(100, 50, 4999)).toBe(2)
  expect(reductionFor(101, 51, 51 * 26)).toBe(2)
  expect(reductionFor(101, 51, 51 * 26 - 1)).toBe(3)
  expect(reductionFor(1_000_000, 1, 1)).toBe(1_000_000)
})

it('takes the mean of each block, also of those that the border cuts', () => {
  const image = imageOf(3, 3, (x, y) => [10 * x, 100 * y, 7])
  const { width, height, data } = reducedPixels(image, 2)
  expect([width, height]).toEqual([2, 2])
  expect([...data]).toEqual([
    ...[5, 50, 7, 255],
    ...[20, 50, 7, 255],
    ...[5, 200, 7, 255],
    ...[20, 200, 7, 255],
  ])
})

it('sees transparent pixels as mid grey', () => {
  const image = imageOf(2, 1, (x) => (x === 0 ? [255, 0, 0, 0] : [128, 128, 128]))
  expect([...reducedPixels(image, 2).data]).toEqual([128, 128, 128, 255])
})

it('takes the mean of planes, rounded to the nearest', () => {
  const plane = Int16Array.of(10, 11, -7, 20, 30, -8, 100, 101, 5)
  const planes = [plane, plane, plane] as const
  const reduced = reducedCopy({ width: 3, height: 3, planes }, 2) as PlaneImage
  expect([reduced.width, reduced.height]).toEqual([2, 2])
  expect([...reduced.planes[2]]).toEqual([18, -7, 101, 5])
})

it('lays the superpixels of a reduced copy over the whole image, border blocks cut', () => {
  for (const [width, height, factor] of [
    [50, 37, 4],
    [31, 31, 2],
    [9, 200, 7],
    [12, 12, 3],
    [5, 4, 1],
  ] as const) {
    const small = buildHierarchy(sceneImage(Math.ceil(width / factor), Math.ceil(height / factor)))
    const h = enlarged(small, width, height, factor)
    expectWellFormed(
      h,
      imageOf(width, height, () => [0, 0, 0]),
    )
    for (const [p, leaf] of h.leaf.entries()) {
      const block =
        Math.floor(Math.floor(p / width) / factor) * small.width + Math.floor((p % width) / factor)
      if (leaf !== small.leaf[block]) expect.fail(`pixel ${p} has leaf ${leaf}`)
    }
  }
})
