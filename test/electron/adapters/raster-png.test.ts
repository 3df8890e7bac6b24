import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeRaster, encodeRaster } from '../../../electron/adapters/raster-png.ts'

/** Sizes at which some passes have no pixels, or a row that ends within a byte. */
const sizes = [
  [1, 1],
  [2, 3],
  [4, 5],
  [5, 2],
  [9, 9],
  [33, 17],
] as const
const samplesOf = (length: number, most: number) =>
  Uint8Array.from({ length }, (_, i) => (i * 37 + (i >> 3)) % (most + 1))

describe('a picture of labels that another program interlaced (Adam7)', () => {
  it.each([1, 3, 4] as const)('has the samples it was made of, with %i channels', async (channels) => {
    for (const [width, height] of sizes) {
      const data = samplesOf(width * height * channels, 255)
      const png = await sharp(data, { raw: { width, height, channels } })
        .png({ progressive: true, palette: false })
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .toBuffer()
      expect(png[28]).toBe(1)
      const read = await decodeRaster(png)
      expect([read.width, read.height, read.channels]).toEqual([width, height, channels])
      expect(read.data).toEqual(data)
    }
  })

  it.each([1, 2, 4] as const)('has its indices, of %i bits', async (bitdepth) => {
    for (const [width, height] of sizes) {
      const colors = 2 ** bitdepth
      const grays = samplesOf(width * height, colors - 1)
      const raw = Uint8Array.from(grays, (each) => Math.round((each * 255) / (colors - 1)))
      const png = await sharp(raw, { raw: { width, height, channels: 1 } })
        .png({ progressive: true, palette: true, colours: colors, effort: 10, dither: 0 })
        .toBuffer()
      expect([png[24], png[25], png[28]]).toEqual([bitdepth, 3, 1])
      const { data, palette } = await decodeRaster(png)
      expect(Array.from(data, (each) => palette![3 * each])).toEqual([...raw])
    }
  })

  it('is refused when it is cut off, and never read beyond its size', async () => {
    const raw = samplesOf(33 * 17, 255)
    const png = await sharp(raw, { raw: { width: 33, height: 17, channels: 1 } })
      .png({ progressive: true })
      .toBuffer()
    for (let length = 0; length < png.length; length += 7)
      await expect(decodeRaster(png.subarray(0, length))).rejects.toMatchObject({ code: 'IN_FORMAT' })
  })
})

it('comes back as it was written, in every form', async () => {
  for (const [width, height] of sizes) {
    const data = Uint16Array.from({ length: width * height }, (_, i) => i * 1009)
    expect(
      (await decodeRaster(await encodeRaster({ width, height, channels: 1, data, palette: null }))).data,
    ).toEqual(data)
  }
})
