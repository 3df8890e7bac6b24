import { describe, expect, it } from 'vitest'
import { adapt, greyOf } from '../../../shared/superpixel/adaptation.ts'
import { colourPlanes, type Planes } from '../../../shared/superpixel/colour.ts'
import { blockAt, overviewOf } from '../../../shared/superpixel/overview.ts'
import { imageOf, noiseByte } from '../../support/made-images.ts'

describe('an overview', () => {
  it('has a block for every eight pixels, those at the far borders cut', () => {
    const overview = overviewOf(imageOf(17, 9, () => [50, 50, 50]))
    expect([overview.columns, overview.rows]).toEqual([3, 2])
    expect([overview.coarse.length, overview.spread.length]).toEqual([6, 6])
    expect(blockAt(overview, 16, 8)).toBe(5)
    expect(blockAt(overview, 7, 7)).toBe(0)
  })

  it('of an even image is nothing at all', () => {
    const { coarse, spread, grey } = overviewOf(imageOf(40, 40, () => [90, 90, 90]))
    expect([...coarse, ...spread].every((value) => value === 0)).toBe(true)
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

  it('tells a texture from a flat area by its spread, in sixteenths of a grey level', () => {
    const { spread } = overviewOf(
      imageOf(64, 24, (x, y) => {
        const grey = x < 32 ? 100 : 100 + 20 * ((x + y) % 2)
        return [grey, grey, grey]
      }),
    )
    expect(spread[8]).toBe(0)
    // Ten levels off the mean in each of three channels.
    expect(spread[8 + 6]).toBe(Math.round(16 * Math.sqrt(3 * 100)))
  })

  it('sees as much spread in planes as in the pixels that they are made of, within a quarter', () => {
    const image = imageOf(64, 64, (x, y) => {
      const grain = noiseByte(x, y) >> 2
      return [100 + grain, 90 + grain, 80 + grain]
    })
    const [pixels, planes] = [overviewOf(image), overviewOf({ ...image, planes: colourPlanes(image) })]
    expect(planes.spread[36]! / pixels.spread[36]!).toBeGreaterThan(0.75)
    expect(planes.spread[36]! / pixels.spread[36]!).toBeLessThan(1.25)
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
