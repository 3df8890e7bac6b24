import { expect, it } from 'vitest'
import { borderRank, borderRanks, sideRank, sideRanks } from '../../../shared/superpixel/boundary.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { imageOf, sceneImage } from '../../support/made-images.ts'
import { partitionOf } from '../../support/partition.ts'

const scene = buildHierarchy(sceneImage(90, 70))
const whole = { x0: 0, y0: 0, x1: 90, y1: 70 }

it('tells at every size which sides are borders', () => {
  const { right, down } = sideRanks(scene, whole)
  for (const count of [2, 3, 10, 50, 200, scene.leafCount]) {
    const { label } = partitionOf(scene, count)
    const least = borderRank(scene, count)
    for (let y = 0, p = 0; y < 70; y++) {
      for (let x = 0; x < 90; x++, p++) {
        expect(right[p]! >= least).toBe(x < 89 && label[p] !== label[p + 1])
        expect(down[p]! >= least).toBe(y < 69 && label[p] !== label[p + 90])
      }
    }
  }
})

it('is the same for a window as for the whole', () => {
  const all = sideRanks(scene, whole)
  const { width, height, right, down } = sideRanks(scene, { x0: 13, y0: 7, x1: 90, y1: 70 })
  expect([width, height]).toEqual([77, 63])
  for (let y = 0; y < height; y++) {
    const from = (y + 7) * 90 + 13
    expect(right.subarray(y * width, (y + 1) * width)).toEqual(all.right.subarray(from, from + width))
    expect(down.subarray(y * width, (y + 1) * width)).toEqual(all.down.subarray(from, from + width))
  }
})

it('in one number a pixel is the larger of both sides', () => {
  const { right, down } = sideRanks(scene, whole)
  expect(borderRanks(scene)).toEqual(right.map((rank, p) => Math.max(rank, down[p]!)))
})

it('does not depend on the direction, and the last merge is the highest', () => {
  const last = scene.leafCount - 1
  expect(sideRank(scene, 0, last)).toBe(sideRank(scene, last, 0))
  expect(sideRank(scene, 0, last)).toBe(last)
  expect(sideRank(scene, 5, 5)).toBe(0)
})

it('of an image of one leaf is nothing', () => {
  const one = buildHierarchy(imageOf(1, 1, () => [1, 2, 3]))
  expect([...borderRanks(one)]).toEqual([0])
  expect(borderRank(one, 1)).toBe(1)
})
