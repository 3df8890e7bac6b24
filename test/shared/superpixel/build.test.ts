import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildHierarchy, buildKey, ENGINE } from '../../../shared/superpixel/build.ts'
import { compactnesses } from '../../../shared/superpixel/merge-cost.ts'
import { berkeleyIds, berkeleyImage, berkeleySegmentations } from '../../support/berkeley.ts'
import { imageOf, noiseByte, sceneImage } from '../../support/made-images.ts'
import { componentCount, partitionOf, undersegmentationError } from '../../support/partition.ts'
import {
  expectGoodPartitions,
  expectWellFormed,
  hierarchyDigest,
  shapes,
} from '../../support/superpixel-shapes.ts'
import { hasTestData, whyNoTestData } from '../../support/test-data.ts'

describe('a hierarchy', () => {
  it.each(Object.keys(shapes))('is well formed over %s', (name) => {
    const image = shapes[name]!
    const h = buildHierarchy(image)
    expectWellFormed(h, image)
    expectGoodPartitions(
      h,
      [1, 2, 3, 7, 20, 100, h.leafCount].filter((k) => k > 1 || h.leafCount === 1),
    )
  })

  it('is well formed over any small image', () => {
    const side = fc.integer({ min: 1, max: 12 })
    const levels = fc.integer({ min: 1, max: 4 })
    fc.assert(
      fc.property(side, side, levels, fc.nat(1000), (width, height, bits, seed) => {
        const byte = (x: number, y: number, k: number) =>
          (noiseByte(x, y, seed + k) >> (8 - bits)) << (8 - bits)
        const image = imageOf(width, height, (x, y) => [byte(x, y, 1), byte(x, y, 2), byte(x, y, 3)])
        const h = buildHierarchy(image)
        expectWellFormed(h, image)
        expectGoodPartitions(h, [2, 3, 5, h.leafCount])
      }),
      { numRuns: 60 },
    )
  })

  it('nests: every superpixel is the union of superpixels of every finer size', () => {
    const h = buildHierarchy(sceneImage(120, 90))
    const counts = [2, 5, 17, 40, 100, 300].filter((count) => count <= h.leafCount)
    for (let i = 1; i < counts.length; i++) {
      const coarse = partitionOf(h, counts[i - 1]!)
      const fine = partitionOf(h, counts[i]!)
      const owner = new Map<number, number>()
      for (let p = 0; p < fine.label.length; p++) {
        const cell = fine.label[p]!
        if (!owner.has(cell)) owner.set(cell, coarse.label[p]!)
        if (owner.get(cell) !== coarse.label[p]) expect.fail(`cell ${cell} of ${counts[i]} lies in two`)
      }
    }
  })

  // A change here means that every image gets other superpixels: raise ENGINE with it.
  it('is the same on every machine', () => {
    const digests = Object.fromEntries(
      ['noise', 'checkerboard', 'a scene', 'a transparent scene'].map((name) => [
        name,
        hierarchyDigest(buildHierarchy(shapes[name]!)),
      ]),
    )
    const tiled = hierarchyDigest(
      buildHierarchy(shapes['a scene']!, { tileSide: 50, smoothing: 1, compactness: 0.25 }),
    )
    expect({ engine: ENGINE, ...digests, tiled }).toMatchInlineSnapshot(`
      {
        "a scene": "d9dfd74eb1f92e0edad7c700acfc8d805a7be5378e1de5bd353729e8d281f7ad",
        "a transparent scene": "ea25791ebffeb3fffefeaa27dd68ba30ba903d606a6bc972f9e6dbc056de13c6",
        "checkerboard": "21fb19242c69515518db8970b13a5befa9459656ee1bf1f0bc65a36071fd5121",
        "engine": "tessera-merge-tree 3",
        "noise": "d104bad8a8ad62375082082f254b1bf8fda3e526d4638a48b8fa65582bed40df",
        "tiled": "d1109a056fb928a73318806cd37c4db000fcb70a2452d5bea557fd5cb49507fa",
      }
    `)
  })

  it('is named by all that makes it another one', () => {
    expect(buildKey({})).toBe(ENGINE)
    expect(buildKey({ smoothing: 0.5, compactness: 0.5 })).toBe(ENGINE)
    expect(buildKey({ smoothing: 2, compactness: 0 })).toBe(`${ENGINE}, smoothing 2, compactness 0`)
    const options = { compactness: 0.75, tileSide: 30 }
    expect(buildHierarchy(sceneImage(40, 30), options).engine).toBe(buildKey(options))
  })

  it('is rounder the more compact it is asked to be', () => {
    const images = [0, 1, 2, 3, 4, 5].map((seed) => sceneImage(160, 120, seed))
    const sides = compactnesses.map((compactness) => {
      let between = 0
      for (const image of images) {
        const { label } = partitionOf(buildHierarchy(image, { compactness }), 60)
        for (let p = 0; p < label.length; p++) {
          if (p % 160 < 159 && label[p] !== label[p + 1]) between++
          if (p + 160 < label.length && label[p] !== label[p + 160]) between++
        }
      }
      return between
    })
    expect(sides[0]! / sides[2]!).toBeGreaterThan(1.05)
    expect(sides[2]! / sides[4]!).toBeGreaterThan(1.02)
  })

  it('takes bytes clamped or not', () => {
    const image = sceneImage(40, 30)
    const clamped = { ...image, data: new Uint8ClampedArray(image.data) }
    expect(buildHierarchy(clamped)).toEqual(buildHierarchy(image))
  })

  it('leaves the image as it was', () => {
    const image = sceneImage(40, 30)
    const before = image.data.slice()
    buildHierarchy(image)
    expect(image.data).toEqual(before)
  })

  it('separates what differs: the four fields of a flag are its four superpixels', () => {
    const fields = [
      [200, 30, 30],
      [30, 160, 40],
      [40, 60, 200],
      [230, 220, 60],
    ] as const
    const fieldOf = (x: number, y: number) => (x < 31 ? 0 : 1) + (y < 19 ? 0 : 2)
    const h = buildHierarchy(imageOf(60, 40, (x, y) => fields[fieldOf(x, y)]!))
    const { label } = partitionOf(h, 4)
    const pairs = new Set(Array.from(label, (cell, p) => `${cell} ${fieldOf(p % 60, Math.floor(p / 60))}`))
    expect(pairs.size).toBe(4)
  })

  it('sees nothing of the colour under a transparent pixel', () => {
    const shown = imageOf(30, 20, (x, y) => (x < 15 ? [noiseByte(x, y), 0, 0, 0] : [200, 200, 0]))
    const hidden = imageOf(30, 20, (x) => (x < 15 ? [0, 99, 255, 0] : [200, 200, 0]))
    expect(buildHierarchy(shown)).toEqual(buildHierarchy(hidden))
    const grey = imageOf(30, 20, (x) => (x < 15 ? [128, 128, 128] : [200, 200, 0]))
    expect(buildHierarchy(hidden)).toEqual(buildHierarchy(grey))
  })

  it('keeps noise from making more leaves than one per twelve pixels', () => {
    const image = imageOf(256, 256, (x, y) => [noiseByte(x, y, 1), noiseByte(x, y, 2), noiseByte(x, y, 3)])
    expect(buildHierarchy(image).leafCount).toBeLessThanOrEqual((256 * 256) / 12)
  })

  it('of an image too large for the memory is that of a reduced copy, and whole all the same', () => {
    const image = sceneImage(121, 89)
    const h = buildHierarchy(image, { mostPixels: 2000 })
    expect(h.engine).toBe(`${ENGINE}, at most 2000 pixels, reduced by 3`)
    expectWellFormed(h, image)
    expectGoodPartitions(h, [2, 7, 20, h.leafCount])
  })

  it('refuses an image without pixels or with too few bytes', () => {
    const refused = expect.objectContaining({ code: 'BAD_REQUEST' })
    expect(() => buildHierarchy({ width: 0, height: 5, data: new Uint8Array(0) })).toThrow(refused)
    expect(() => buildHierarchy({ width: 2, height: 2, data: new Uint8Array(15) })).toThrow(refused)
  })
})

describe('a build', () => {
  it('reports rising progress up to the end', () => {
    const reported: number[] = []
    buildHierarchy(sceneImage(80, 60), { onProgress: (fraction) => reported.push(fraction) })
    expect(reported).toEqual([...new Set(reported)].sort((a, b) => a - b))
    expect(reported.length).toBeGreaterThan(10)
    expect(reported.at(-1)).toBe(1)
  })

  it('can be stopped at every point at which it asks', () => {
    const image = sceneImage(40, 30)
    let asked = 0
    buildHierarchy(image, { shouldStop: () => ++asked < 0 })
    expect(asked).toBeGreaterThan(15)
    for (let last = 1; last <= asked; last++) {
      let calls = 0
      expect(() => buildHierarchy(image, { shouldStop: () => ++calls >= last })).toThrow(
        expect.objectContaining({ code: 'CANCELLED' }),
      )
      expect(calls).toBe(last)
    }
  })
})

const data = 'bsds500/val'
describe.skipIf(!hasTestData(data))(`on photographs${whyNoTestData(data)}`, () => {
  // Every tenth image.
  it('leaks at most one percent more at 400 superpixels than engine 3 did when it was written', async () => {
    const ids = berkeleyIds('val').filter((_, i) => i % 10 === 0)
    let sum = 0
    for (const id of ids) {
      const image = await berkeleyImage('val', id)
      const h = buildHierarchy(image)
      const partition = partitionOf(h, 400)
      expect(componentCount(partition.label, h.width)).toBe(400)
      const segmentations = berkeleySegmentations('val', id)
      for (const drawn of segmentations) {
        sum += undersegmentationError(partition, drawn) / segmentations.length / ids.length
      }
    }
    expect(sum).toBeLessThan(0.0699 * 1.01)
  }, 60_000)
})
