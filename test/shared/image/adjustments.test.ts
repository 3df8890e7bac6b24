import { expect, it } from 'vitest'
import {
  type Adjustments,
  adjustmentRanges,
  applyTone,
  isNeutral,
  luminanceHistogram,
  luminanceOf,
  neutral,
  readAdjustments,
  stepped,
  toneOf,
} from '../../../shared/image/adjustments.ts'

const pixel = (r: number, g: number, b: number, a = 255) => ((a << 24) | (b << 16) | (g << 8) | r) >>> 0
const parts = (value: number) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]
const shown = (change: Partial<Adjustments>, value: number, histogram: ArrayLike<number> | null = null) => {
  const pixels = Uint32Array.of(value)
  applyTone(toneOf({ ...neutral, ...change }, histogram), pixels)
  return parts(pixels[0]!)
}

it('leaves every pixel as it is when nothing is adjusted', () => {
  const pixels = Uint32Array.from({ length: 256 }, (_, i) => pixel(i, 255 - i, (i * 7) & 255, i))
  const before = pixels.slice()
  applyTone(toneOf(neutral, null), pixels)
  expect(pixels).toEqual(before)
  expect(isNeutral(neutral)).toBe(true)
  expect(isNeutral({ ...neutral, equalise: true })).toBe(false)
})

it('adds brightness, and stops at black and white', () => {
  expect(shown({ brightness: 20 }, pixel(0, 100, 250))).toEqual([51, 151, 255, 255])
  expect(shown({ brightness: -100 }, pixel(200, 255, 3))).toEqual([0, 0, 0, 255])
})

it('turns contrast around the middle: none at -100, four times as steep at 100', () => {
  expect(shown({ contrast: -100 }, pixel(0, 90, 255)).slice(0, 3)).toEqual([128, 128, 128])
  const [dark, , light] = shown({ contrast: 100 }, pixel(112, 128, 144))
  expect([dark, light]).toEqual([66, 194])
})

it('lightens the dark by gamma and keeps black and white', () => {
  const [black, dark, white] = shown({ gamma: 2 }, pixel(0, 64, 255))
  expect([black, white]).toEqual([0, 255])
  expect(dark).toBe(Math.round(255 * Math.sqrt(64 / 255)))
})

it('takes colour away and adds it without leaving the range', () => {
  const [r, g, b] = shown({ saturation: -100 }, pixel(200, 40, 90))
  expect(new Set([r, g, b]).size).toBe(1)
  const [red, , blue] = shown({ saturation: 100 }, pixel(250, 40, 5))
  expect([red, blue]).toEqual([255, 0])
})

it.each([
  ['red', 10],
  ['green', 20],
  ['blue', 30],
] as const)('shows the %s channel as grey', (channel, value) => {
  expect(shown({ channel }, pixel(10, 20, 30, 128))).toEqual([value, value, value, 128])
})

it('shows alpha as opaque grey, or nobody would see it', () => {
  expect(shown({ channel: 'alpha' }, pixel(10, 20, 30, 128))).toEqual([128, 128, 128, 255])
})

it('equalises what is there over the whole range, and leaves an image of one brightness alone', () => {
  const pixels = Uint32Array.from({ length: 400 }, (_, i) => {
    const grey = 100 + (i % 4)
    return pixel(grey, grey, grey)
  })
  const histogram = luminanceHistogram(pixels)
  expect(histogram[101]).toBe(100)
  expect(shown({ equalise: true }, pixels[0]!, histogram)[0]).toBe(0)
  expect(shown({ equalise: true }, pixels[3]!, histogram)[0]).toBe(255)
  const flat = luminanceHistogram(Uint32Array.of(pixel(9, 9, 9)))
  expect(shown({ equalise: true }, pixel(9, 9, 9), flat)).toEqual([9, 9, 9, 255])
})

it('keeps luminance within a byte', () => {
  expect([luminanceOf(pixel(0, 0, 0)), luminanceOf(pixel(255, 255, 255))]).toEqual([0, 255])
})

it.each([
  null,
  'loud',
  [],
  { brightness: 'a lot', gamma: 0, contrast: 1e9, saturation: Number.NaN, channel: 'x', equalise: 1 },
])('reads %j, which is no adjustment, as neutral', (kept) => {
  expect(readAdjustments(kept)).toEqual(neutral)
})

it('reads what it kept, and steps within the range without binary dust', () => {
  const kept: Adjustments = { ...neutral, gamma: 1.4, channel: 'blue', equalise: true }
  expect(readAdjustments(JSON.parse(JSON.stringify(kept)))).toEqual(kept)
  expect(stepped('gamma', 1.1, 2)).toBe(1.3)
  for (const name of ['brightness', 'gamma'] as const) {
    expect(stepped(name, adjustmentRanges[name].most, 1)).toBe(adjustmentRanges[name].most)
    expect(stepped(name, adjustmentRanges[name].least, -1)).toBe(adjustmentRanges[name].least)
  }
})
