import { describe, expect, it } from 'vitest'
import { adapt, greyOf } from '../../../shared/superpixel/adaptation.ts'
import { colourPlanes, type Planes } from '../../../shared/superpixel/colour.ts'
import { blockAt, overviewOf, ROUGHNESS_MOST } from '../../../shared/superpixel/overview.ts'
import { imageOf, noiseByte } from '../../support/made-images.ts'

describe('an overview', () => {
  it('has a block for every eight pixels, those at the far borders cut', () => {
    const overview = overviewOf(imageOf(17, 9, () => [50, 50, 50]))
    expect([overview.columns, overview.rows]).toEqual([3, 2])
    expect([overview.coarse.length, overview.roughness.length]).toEqual([6, 12])
    expect(blockAt(overview, 16, 8)).toBe(5)
    expect(blockAt(overview, 7, 7)).toBe(0)
  })

  it('of an even image is nothing at all', () => {
    const { coarse, roughness, grey } = overviewOf(imageOf(40, 40, () => [90, 90, 90]))
    expect([...coarse, ...roughness].every((value) => value === 0)).toBe(true)
    expect(grey).toEqual({ a: 0, b: 0 })
  })

  it('sees borders of large things, and nothing of fine stripes', () => {
    const halves = overviewOf(imageOf(64, 16, (x) => (x < 32 ? [20, 20, 20] : [220, 220, 220])))
    expect([...halves.coarse.subarray(0, 8)].map((k) => k > 100)).toEqual(
      [3, 4].reduce((row, i) => row.with(i, true), new Array<boolean>(8).fill(false)),
    )
    const stripes = overviewOf(imageOf(64, 16, (x) => (x % 2 === 0 ? [20, 20, 20] : [220, 220, 220])))
    expect(Math.max(...stripes.coarse)).toBe(0)
  })

  it('sees where stripes of one colour turn', () => {
    const turning = overviewOf(
      imageOf(64, 16, (x, y) => ((x < 32 ? x : y) % 2 === 0 ? [90, 90, 90] : [110, 110, 110])),
    )
    const row = turning.coarse.subarray(0, 8)
    expect(Math.min(row[3]!, row[4]!)).toBeGreaterThan(80)
    expect([row[0], row[7]]).toEqual([0, 0])
  })

  it('measures roughness across and along, in sixteenths of a grey level of all channels together', () => {
    const { roughness } = overviewOf(
      imageOf(64, 24, (x, y) => {
        const grey = x < 32 ? 100 : 100 + 20 * (y % 2)
        return [grey, grey, grey]
      }),
    )
    const of = (block: number) => [...roughness.subarray(2 * block, 2 * block + 2)]
    expect(of(8)).toEqual([0, 0])
    expect(of(8 + 6)).toEqual([0, 16 * 60])
    // A step of 20 between blocks is none within one; what is left is smoothing: 1, 2, 1.
    expect(of(8 + 4)).toEqual([0, (3 * 16 * 60) / 4])
  })

  it('has no roughness in directions in which a block has no neighbours', () => {
    const row = overviewOf(imageOf(17, 1, (x) => [10 * (x % 2), 0, 0]))
    expect([...row.roughness]).toEqual([160, 0, 120, 0, 40, 0])
  })

  it('sees as much roughness in planes as in the pixels that they are made of, within a quarter', () => {
    const image = imageOf(64, 64, (x, y) => {
      const grain = noiseByte(x, y) >> 2
      return [100 + grain, 90 + grain, 80 + grain]
    })
    const [pixels, planes] = [overviewOf(image), overviewOf({ ...image, planes: colourPlanes(image) })]
    for (const at of [72, 73]) {
      expect(planes.roughness[at]! / pixels.roughness[at]!).toBeGreaterThan(0.75)
      expect(planes.roughness[at]! / pixels.roughness[at]!).toBeLessThan(1.25)
    }
  })

  it('of planes with the strongest differences there can be stays within its numbers', () => {
    const planes = [0, 1, 2].map(() =>
      Int16Array.from({ length: 64 }, (_, p) => (p % 2 === 0 ? -32768 : 32767)),
    )
    const [l, a, b] = planes as [Int16Array, Int16Array, Int16Array]
    expect([...overviewOf({ width: 8, height: 8, planes: [l, a, b] }).roughness]).toEqual([ROUGHNESS_MOST, 0])
  })
})

describe('adaptation', () => {
  const planesOf = (a: number[], b: number[]): Planes => [
    new Int16Array(a.length),
    Int16Array.from(a),
    Int16Array.from(b),
  ]

  it('takes the mean chroma for grey', () => {
    expect(greyOf(planesOf([10, 20, 31], [-5, -5, -6]))).toEqual({ a: 20, b: -5 })
    const planes = planesOf([200, 200], [-64, -64])
    adapt(planes, greyOf(planes))
    expect([...planes[1], ...planes[2]]).toEqual([0, 0, 0, 0])
  })

  it('keeps hue and order of chroma, and brings strong colours closer than weak ones', () => {
    const chroma = [0, 64, 640, 1280, 2560, 5120]
    const planes = planesOf(
      chroma.map((c) => 0.6 * c),
      chroma.map((c) => -0.8 * c),
    )
    adapt(planes, { a: 0, b: 0 })
    const after = chroma.map((_, i) => Math.hypot(planes[1][i]!, planes[2][i]!))
    for (let i = 1; i < chroma.length; i++) {
      expect(planes[1][i]! / planes[2][i]!).toBeCloseTo(-0.75, 1)
      expect(after[i]!).toBeGreaterThan(after[i - 1]!)
      if (i > 1) expect(after[i]! / chroma[i]!).toBeLessThan(after[i - 1]! / chroma[i - 1]!)
    }
  })
})
