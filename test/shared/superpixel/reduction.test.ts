import { expect, it } from 'vitest'
import type { PlaneImage } from '../../../shared/superpixel/colour.ts'
import { reducedCopy, reducedPixels, reductionFor } from '../../../shared/superpixel/reduction.ts'
import { imageOf } from '../../support/made-images.ts'

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
