import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import type { RgbaImage } from '../../../shared/superpixel/hierarchy.ts'
import {
  type Box,
  type ColourWindow,
  prepareProposal,
  proposalWindow,
} from '../../../shared/superpixel/proposal.ts'
import { runsOfRanges } from '../../../shared/superpixel/selection.ts'
import { imageOf, noiseByte, sceneImage } from '../../support/made-images.ts'

const [width, height] = [120, 90]
const isDisc = (x: number, y: number) => (x - 60) ** 2 + (y - 45) ** 2 < 22 ** 2
const isDot = (x: number, y: number) => (x - 60) ** 2 + (y - 45) ** 2 < 8 ** 2
/** A red disc on green, both with grain. `dotted`: a green dot in its middle. */
const disc = (dotted = false) =>
  imageOf(width, height, (x, y) => {
    const grain = noiseByte(x, y) >> 3
    return isDisc(x, y) && !(dotted && isDot(x, y)) ? [200 - grain, 40, 40] : [40, 150 + grain, 60]
  })
const whole = (image: RgbaImage): ColourWindow => ({ x0: 0, y0: 0, step: 1, image })
const box: Box = { x0: 34, y0: 20, x1: 86, y1: 70 }

function bench(image: RgbaImage, colours = whole(image)) {
  const h = buildHierarchy(image)
  return {
    h,
    proposal: (where: Box) => prepareProposal(h, where, colours),
    pixels(where: Box, seeds: Parameters<ReturnType<typeof prepareProposal>['cut']>[0] = []) {
      const pixels = new Set<number>()
      const runs = runsOfRanges(h, prepareProposal(h, where, colours).cut(seeds))
      for (let i = 0; i < runs.length; i += 2)
        for (let p = runs[i]!; p < runs[i]! + runs[i + 1]!; p++) pixels.add(p)
      return pixels
    },
  }
}

function overlap(found: ReadonlySet<number>, truth: (x: number, y: number) => boolean): number {
  let both = 0
  let either = 0
  for (let p = 0; p < width * height; p++) {
    const isTrue = truth(p % width, Math.floor(p / width))
    if (isTrue && found.has(p)) both++
    if (isTrue || found.has(p)) either++
  }
  return both / either
}

const plain = bench(disc())
const dotted = bench(disc(true))

describe('a proposal', () => {
  it('is the object, where the box is what lies around it', () => {
    expect(overlap(plain.pixels(box), isDisc)).toBeGreaterThan(0.97)
  })

  it('does not hang on how tightly the box was drawn', () => {
    for (const by of [-2, 4, 8]) {
      const loose = { x0: box.x0 - by, y0: box.y0 - by, x1: box.x1 + by, y1: box.y1 + by }
      expect(overlap(plain.pixels(loose), isDisc)).toBeGreaterThan(0.93)
    }
  })

  it('is the same every time', () => {
    const scene = bench(sceneImage(80, 60))
    const where = { x0: 20, y0: 10, x1: 60, y1: 50 }
    const first = scene.proposal(where)
    expect([...first.cut([])]).toEqual([...scene.proposal(where).cut([])])
    const seeds = [{ pixel: 30 * 80 + 30, adds: false }]
    const changed = [...first.cut(seeds)]
    first.cut([])
    expect([...first.cut(seeds)]).toEqual(changed)
  })

  it('can do with colours of a smaller copy', () => {
    const image = disc()
    const half = imageOf(width / 2, height / 2, (x, y) => {
      const at = 4 * (2 * y * width + 2 * x)
      return [image.data[at]!, image.data[at + 1]!, image.data[at + 2]!]
    })
    const small = bench(image, { x0: 0, y0: 0, step: 2, image: half })
    expect(overlap(small.pixels(box), isDisc)).toBeGreaterThan(0.95)
  })

  it('looks at the box and a rim around it alone', () => {
    const { h } = plain
    const window = proposalWindow(box, h)
    expect(window).toEqual({ x0: 24, y0: 10, x1: 96, y1: 80 })
    const image = disc()
    const part = imageOf(window.x1 - window.x0, window.y1 - window.y0, (x, y) => {
      const at = 4 * ((y + window.y0) * width + x + window.x0)
      return [image.data[at]!, image.data[at + 1]!, image.data[at + 2]!]
    })
    const colours = { x0: window.x0, y0: window.y0, step: 1, image: part }
    expect([...prepareProposal(h, box, colours).cut([])]).toEqual([...plain.proposal(box).cut([])])
  })
})

describe('a seed', () => {
  const middle = 45 * width + 60

  it('adds its cell and removes it, whatever it looks like, and the cut is made anew around it', () => {
    expect(dotted.pixels(box).has(middle)).toBe(false)
    expect(dotted.pixels(box, [{ pixel: middle, adds: true }]).has(middle)).toBe(true)
    expect(plain.pixels(box).has(middle)).toBe(true)
    const without = plain.pixels(box, [{ pixel: middle, adds: false }])
    expect(without.has(middle)).toBe(false)
  })

  it('leaves what was proposed besides', () => {
    const before = dotted.pixels(box)
    const found = dotted.pixels(box, [{ pixel: middle, adds: true }])
    expect(found.size).toBeGreaterThan(before.size)
    for (const pixel of before) expect(found.has(pixel)).toBe(true)
  })

  it('counts as the last one said', () => {
    const pixel = middle
    const said = [true, false, true].map((adds) => ({ pixel, adds }))
    expect(plain.pixels(box, said).has(pixel)).toBe(true)
    expect(plain.pixels(box, said.slice(0, 2)).has(pixel)).toBe(false)
  })

  it('far from the box adds its cell alone', () => {
    const before = plain.pixels(box)
    const found = plain.pixels(box, [{ pixel: 0, adds: true }])
    expect(found.has(0)).toBe(true)
    for (const pixel of before) expect(found.has(pixel)).toBe(true)
    expect(plain.pixels(box, [{ pixel: 0, adds: false }])).toEqual(before)
  })
})

describe('a box', () => {
  it('that holds nothing of the image proposes nothing', () => {
    for (const nothing of [
      { x0: 10, y0: 10, x1: 10, y1: 40 },
      { x0: 50, y0: 10, x1: 10, y1: 40 },
      { x0: -90, y0: -90, x1: -10, y1: -10 },
      { x0: 500, y0: 10, x1: 600, y1: 20 },
      { x0: Number.NaN, y0: 0, x1: 10, y1: 10 },
    ])
      expect(plain.pixels(nothing).size).toBe(0)
  })

  it('around the whole image has no outside to learn from, and proposes all', () => {
    expect(plain.pixels({ x0: -50, y0: -50, x1: 999, y1: 999 }).size).toBe(width * height)
  })

  it('that reaches beyond the image is the part of it inside', () => {
    const corner = { x0: -40, y0: -40, x1: 30, y1: 30 }
    expect(plain.pixels(corner)).toEqual(plain.pixels({ ...corner, x0: 0, y0: 0 }))
  })

  it('in a flat place, of one pixel, and on an image of one pixel, breaks nothing', () => {
    const flat = bench(imageOf(40, 30, () => [90, 90, 90]))
    expect(flat.pixels({ x0: 10, y0: 10, x1: 20, y1: 20 }).size).toBeLessThanOrEqual(40 * 30)
    expect(plain.pixels({ x0: 60, y0: 45, x1: 61, y1: 46 }).size).toBeLessThan(width * height)
    const dot = bench(imageOf(1, 1, () => [9, 9, 9]))
    expect(dot.pixels({ x0: 0, y0: 0, x1: 1, y1: 1 }).size).toBe(1)
  })

  it('anywhere gives whole cells, sorted and apart', () => {
    const scene = bench(sceneImage(60, 44))
    const number = fc.integer({ min: -20, max: 80 })
    fc.assert(
      fc.property(number, number, number, number, (x0, y0, x1, y1) => {
        const ranges = scene.proposal({ x0, y0, x1, y1 }).cut([])
        for (let i = 0; i < ranges.length; i += 2) {
          expect(ranges[i + 1]!).toBeGreaterThan(ranges[i]!)
          if (i > 0) expect(ranges[i]!).toBeGreaterThan(ranges[i - 1]!)
        }
      }),
      { numRuns: 40 },
    )
  })
})
