import { describe, expect, it } from 'vitest'
import { buildSuperpixels } from '../../../electron/adapters/superpixels/superpixels.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { colourPlanes, type PlaneImage } from '../../../shared/superpixel/colour.ts'
import { imageOfSamples, type Samples } from '../../../shared/superpixel/samples.ts'
import { imageOf, noiseByte, sceneImage } from '../../support/made-images.ts'

/** The same colours in 16 bits a channel. */
const deep = (data: ArrayLike<number>) => Uint16Array.from(data, (byte) => byte * 257)
const scene = sceneImage(60, 45)
const rgb = (data: ArrayLike<number>) => Uint8Array.from(Array.from(data).filter((_, i) => i % 4 < 3))

describe('8-bit samples', () => {
  it('with four channels are what a canvas shows', () => {
    const data = Uint8Array.from(scene.data)
    expect(imageOfSamples({ width: 60, height: 45, channels: 4, data })).toEqual({ ...scene, data })
  })

  it('with three channels are opaque', () => {
    const image = imageOfSamples({ width: 60, height: 45, channels: 3, data: rgb(scene.data) })
    expect(image).toEqual({ ...scene, data: Uint8Array.from(scene.data) })
  })

  it('with one or two channels are grey', () => {
    const grey = imageOfSamples({ width: 2, height: 1, channels: 1, data: Uint8Array.of(7, 200) })
    expect(grey).toEqual({ width: 2, height: 1, data: Uint8Array.of(7, 7, 7, 255, 200, 200, 200, 255) })
    const alpha = imageOfSamples({ width: 1, height: 1, channels: 2, data: Uint8Array.of(7, 99) })
    expect(alpha).toEqual({ width: 1, height: 1, data: Uint8Array.of(7, 7, 7, 99) })
  })
})

describe('16-bit colours', () => {
  it('lie where the same colours in 8 bits do, transparent ones too', () => {
    const image = imageOf(60, 45, (x, y) => [
      noiseByte(x, y, 1),
      noiseByte(x, y, 2),
      noiseByte(x, y, 3),
      x < 30 ? noiseByte(x, y, 4) : 255,
    ])
    const coarse = colourPlanes(image)
    const data = deep(image.data)
    const fine = (imageOfSamples({ width: 60, height: 45, channels: 4, data }) as PlaneImage).planes
    for (const [i, plane] of coarse.entries()) {
      for (let p = 0; p < plane.length; p++) {
        // Half transparent bytes were rounded before they became colours.
        const most = p % 60 < 30 ? 130 : 1
        expect(Math.abs(plane[p]! - fine[i]![p]!)).toBeLessThanOrEqual(most)
      }
    }
  })

  it('keep what 8 bits would lose', () => {
    // A ramp of one step of 8 bits.
    const data = Uint16Array.from({ length: 3 * 256 }, (_, i) => 6000 + Math.floor(i / 3))
    const { planes } = imageOfSamples({ width: 256, height: 1, channels: 3, data }) as PlaneImage
    expect(new Set(planes[0]).size).toBeGreaterThan(10)
  })

  it('are divided by the kernel as by the reference, reduced or not', async () => {
    const samples: Samples = { width: 60, height: 45, channels: 3, data: deep(rgb(scene.data)) }
    const image = imageOfSamples(samples)
    for (const options of [{}, { tileSide: 20 }, { mostPixels: 900 }]) {
      expect(await buildSuperpixels(image, options)).toEqual(buildHierarchy(image, options))
    }
  })
})

describe('a single band of more than 8 bits', () => {
  const lightness = (samples: Samples) => (imageOfSamples(samples) as PlaneImage).planes[0]
  const white = 3840

  it('is lightness alone, stretched to what it uses', () => {
    // 12 of 16 bits, as cameras of microscopes give them.
    const data = Uint16Array.from({ length: 1000 }, (_, i) => 200 + i)
    const samples: Samples = { width: 1000, height: 1, channels: 1, data }
    const { planes } = imageOfSamples(samples) as PlaneImage
    expect(planes[0][0]).toBe(0)
    expect(planes[0][999]).toBe(white)
    expect(planes[0][500]).toBe(1922)
    expect(planes[1].every((value) => value === 0) && planes[2].every((value) => value === 0)).toBe(true)
  })

  it('is not flattened by a few wild values', () => {
    const data = Float32Array.from({ length: 1000 }, (_, i) => (i === 3 ? 1e30 : i === 4 ? -1e30 : i / 1000))
    const l = lightness({ width: 1000, height: 1, channels: 1, data })
    expect([l[3], l[4]]).toEqual([white, 0])
    expect(l[600]! - l[400]!).toBeGreaterThan(700)
  })

  it('has pixels without data below black', () => {
    const data = Float32Array.from({ length: 100 }, (_, i) => (i < 50 ? Number.NaN : i))
    const l = lightness({ width: 100, height: 1, channels: 1, data })
    expect(l[0]).toBe(-1536)
    expect(Math.min(...l.subarray(50))).toBe(0)
  })

  it('of one value, or of none, is one grey', () => {
    const flat = lightness({ width: 3, height: 1, channels: 1, data: Uint16Array.of(9, 9, 9) })
    expect(new Set(flat)).toEqual(new Set([Math.round((128 / 255) * white)]))
    const none = lightness({ width: 2, height: 1, channels: 1, data: new Float32Array(2).fill(Number.NaN) })
    expect([...none]).toEqual([-1536, -1536])
  })

  it('is seen over mid grey where it is transparent', () => {
    const data = Uint16Array.from([0, 65_535, 65_535, 65_535, 65_535, 0])
    const l = lightness({ width: 3, height: 1, channels: 2, data })
    expect([...l]).toEqual([0, white, Math.round((128 / 255) * white)])
  })
})

it('refuses samples that are no whole image', () => {
  const samples: Samples = { width: 2, height: 2, channels: 3, data: new Uint16Array(11) }
  expect(() => imageOfSamples(samples)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
})
