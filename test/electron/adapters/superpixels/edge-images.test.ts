import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readImageFile } from '../../../../electron/adapters/superpixels/image-file.ts'
import { buildSuperpixels } from '../../../../electron/adapters/superpixels/superpixels.ts'
import { buildHierarchy } from '../../../../shared/superpixel/build.ts'
import type { DivisibleImage } from '../../../../shared/superpixel/colour.ts'
import { cellNumbers } from '../../../../shared/superpixel/cut.ts'
import type { Hierarchy, RgbaImage } from '../../../../shared/superpixel/hierarchy.ts'
import { imageOfSamples } from '../../../../shared/superpixel/samples.ts'
import { imageOf, noiseByte, sceneImage } from '../../../support/made-images.ts'
import { componentCount } from '../../../support/partition.ts'
import { expectGoodPartitions, expectWellFormed } from '../../../support/superpixel-shapes.ts'

// The kernel over images that are easy to get wrong, up to the largest that can be opened.

const grey = (value: number) => [value, value, value] as const
const deep = (width: number, height: number, channels: 1 | 3, value: (x: number, y: number) => number) => ({
  width,
  height,
  channels,
  data: Uint16Array.from({ length: width * height * channels }, (_, i) => {
    const p = Math.floor(i / channels)
    return value(p % width, Math.floor(p / width))
  }),
})
const floats = deep(40, 30, 1, (x, y) => 37 * x + 11 * y)

const images: Record<string, DivisibleImage> = {
  'one pixel': imageOf(1, 1, () => [200, 10, 90]),
  'one row': imageOf(700, 1, (x) => grey(noiseByte(x >> 3, 0))),
  'one column': imageOf(1, 700, (_, y) => grey(noiseByte(0, y >> 3))),
  'two by two': imageOf(2, 2, (x, y) => grey(255 * ((x + y) % 2))),
  'a constant image': imageOf(70, 50, () => grey(33)),
  'upright stripes of one pixel': imageOf(70, 50, (x) => grey(255 * (x % 2))),
  'lying stripes of one pixel': imageOf(70, 50, (_, y) => grey(255 * (y % 2))),
  'a checkerboard': imageOf(70, 50, (x, y) => grey(255 * ((x + y) % 2))),
  noise: imageOf(70, 50, (x, y) => [noiseByte(x, y, 1), noiseByte(x, y, 2), noiseByte(x, y, 3)]),
  'transparent noise': imageOf(70, 50, (x, y) => [
    noiseByte(x, y, 1),
    noiseByte(x, y, 2),
    noiseByte(x, y, 3),
    noiseByte(x, y, 4),
  ]),
  '16 bits in colour': imageOfSamples(deep(60, 40, 3, (x, y) => 900 * (x >> 3) + 50 * y + noiseByte(x, y))),
  '16 bits in one band': imageOfSamples(deep(60, 40, 1, (x, y) => 30_000 + 40 * (x >> 3) + noiseByte(x, y))),
  'one band of 8 bits': imageOfSamples({
    width: 60,
    height: 40,
    channels: 1,
    data: Uint8Array.from({ length: 2400 }, (_, p) => noiseByte((p % 60) >> 3, p, 2)),
  }),
  'numbers with holes in them': imageOfSamples({
    ...floats,
    data: Float32Array.from(floats.data, (value, p) => (p % 40 < 5 ? Number.NaN : value)),
  }),
}

describe.each(Object.keys(images))('%s', (name) => {
  it('has the exact number of connected superpixels at every count, and is what the reference gives', async () => {
    const image = images[name]!
    // Tiles, so that there are seams.
    for (const options of [{}, { tileSide: 32, threads: 2 }]) {
      const h = await buildSuperpixels(image, options)
      expectWellFormed(h, { ...image, data: new Uint8Array(0) })
      expectGoodPartitions(
        h,
        Array.from({ length: Math.min(h.leafCount, 60) }, (_, i) => i + 1).slice(h.leafCount > 1 ? 1 : 0),
      )
      expectGoodPartitions(h, [h.leafCount])
      expect(h).toEqual(buildHierarchy(image, options))
    }
  })
})

it('does not read colours under pixels that are quite transparent', async () => {
  const over = (colour: (x: number, y: number) => readonly [number, number, number]) =>
    imageOf(60, 40, (x, y) => {
      const [red, green, blue] = x < 30 ? colour(x, y) : grey(noiseByte(x >> 2, y >> 2))
      return [red, green, blue, x < 30 ? 0 : 255]
    })
  const first = await buildSuperpixels(over((x, y) => [noiseByte(x, y), 255, 0]))
  expect(await buildSuperpixels(over(() => [0, 0, 0]))).toEqual(first)
})

describe('a file', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-edge-images-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const scene = sceneImage(60, 44)
  const raw = () => sharp(Uint8Array.from(scene.data), { raw: { width: 60, height: 44, channels: 4 } })

  it.each([1, 3, 6, 8])('is divided as it is shown with EXIF orientation %i', async (orientation) => {
    const path = join(folder, `turned-${orientation}.png`)
    writeFileSync(path, await raw().withMetadata({ orientation }).png().toBuffer())
    const { data, info } = await sharp(path).autoOrient().raw().toBuffer({ resolveWithObject: true })
    const upright: RgbaImage = { width: info.width, height: info.height, data }
    const h = await buildSuperpixels(await readImageFile(path))
    expect([h.width, h.height]).toEqual(orientation < 5 ? [60, 44] : [44, 60])
    expect(h).toEqual(buildHierarchy(upright))
  })

  it('of a wide gamut is divided as it is shown', async () => {
    const path = join(folder, 'wide.png')
    writeFileSync(path, await raw().removeAlpha().withIccProfile('p3').png().toBuffer())
    const { data } = await sharp(path)
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(await buildSuperpixels(await readImageFile(path))).toEqual(buildHierarchy({ ...scene, data }))
  })
})

/** A scene with pixels ten times as large: `side` pixels square. */
function largeScene(side: number): RgbaImage {
  const small = sceneImage(side / 10, side / 10)
  const colours = new Uint32Array(Uint8Array.from(small.data).buffer)
  const pixels = new Uint32Array(side * side)
  for (let y = 0; y < side; y += 10) {
    const row = y * side
    for (let x = 0; x < side; x += 10) {
      pixels.fill(colours[(y / 10) * (side / 10) + x / 10]!, row + x, row + x + 10)
    }
    for (let i = 1; i < 10; i++) pixels.copyWithin(row + i * side, row, row + side)
  }
  return { width: side, height: side, data: new Uint8Array(pixels.buffer) }
}

/** Leaf per block of `factor` × `factor` pixels; fails if the corners of a block are not of one leaf. */
function blockLeaves({ leaf, width, height }: Hierarchy, factor: number): Uint32Array {
  const blocks = new Uint32Array((width / factor) * (height / factor))
  let strays = 0
  for (let y = 0, block = 0; y < height; y += factor) {
    for (let x = 0; x < width; x += factor, block++) {
      const [first, last] = [y * width + x, (y + factor - 1) * width + x + factor - 1]
      blocks[block] = leaf[first]!
      if (leaf[last] !== leaf[first]) strays++
    }
  }
  expect(strays).toBe(0)
  return blocks
}

it('100 megapixels stay within the memory that they are given, on a reduced copy', async () => {
  const image = largeScene(10_000)
  const mostPixels = 1_000_000
  let bytes = 0
  const h = await buildSuperpixels(image, { mostPixels, onMemory: (end) => (bytes = end) })
  expect(h.engine).toMatch(/, reduced by 10$/)
  expect(bytes).toBeLessThan(40 * mostPixels)
  expect([h.leaf.length, h.leafCount > 10_000]).toEqual([100_000_000, true])
  const blocks = blockLeaves(h, 10)
  expect(new Set(blocks).size).toBe(h.leafCount)
  const cells = cellNumbers(h, 400)
  const label = blocks.map((leaf) => cells[leaf]!)
  expect(componentCount(label, 1000)).toBe(400)
  let covered = 0
  for (let i = 1; i < h.runs.length; i += 2) covered += h.runs[i]!
  expect(covered).toBe(100_000_000)
}, 60_000)
