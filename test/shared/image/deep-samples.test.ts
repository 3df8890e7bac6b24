import { expect, it } from 'vitest'
import { AppError } from '../../../shared/base/app-error.ts'
import {
  autoWindow,
  type DeepLevel,
  deepLevel,
  depthHistogram,
  fullRange,
  halved,
  occurring,
  pngDepth,
  shownPixels,
  windowTable,
} from '../../../shared/image/deep-samples.ts'

const level = (width: number, height: number, channels: 1 | 2 | 3 | 4, values: number[]): DeepLevel => ({
  width,
  height,
  channels,
  data: Uint16Array.from(values),
})

it.each([
  ['too short', { width: 2, height: 2, channels: 1 }, 7],
  ['too long', { width: 2, height: 2, channels: 1 }, 9],
  ['of no channels', { width: 2, height: 2, channels: 0 }, 0],
  ['of five channels', { width: 1, height: 1, channels: 5 }, 10],
  ['of half a channel', { width: 2, height: 1, channels: 0.5 }, 2],
  ['without a count of channels', { width: 2, height: 1, channels: Number.NaN }, 4],
])('refuses samples that are %s', (_, about, bytes) => {
  expect(() => deepLevel(about, new Uint8Array(bytes))).toThrow(AppError)
})

it('reads little-endian samples wherever they begin', () => {
  const bytes = Uint8Array.of(9, 0x34, 0x12, 0xff, 0xff)
  for (const from of [bytes.subarray(1), bytes.slice(1)])
    expect([...deepLevel({ width: 2, height: 1, channels: 1 }, from).data]).toEqual([0x1234, 0xffff])
})

it('shows the values of a window from black to white, and stops at its ends', () => {
  const table = windowTable({ low: 1000, high: 2000 })
  expect([0, 1000, 1500, 2000, 65_535].map((value) => table[value])).toEqual([0, 0, 128, 255, 255])
  const full = windowTable(fullRange)
  expect([full[0], full[32_896], full[65_535]]).toEqual([0, 128, 255])
})

it('leaves a half percent at both ends out by itself', () => {
  const counts = new Uint32Array(65_536)
  counts[0] = 4
  counts.fill(1, 1000, 1992)
  counts[65_535] = 4
  const window = autoWindow(counts)
  expect(window.low).toBeGreaterThanOrEqual(1000)
  expect(window.high).toBeLessThan(2000)
  expect(occurring(counts)).toEqual(fullRange)
})

it('shows the full range where one value is all there is', () => {
  const counts = depthHistogram(level(2, 2, 1, [7, 7, 7, 7]))
  expect([autoWindow(counts), occurring(counts)]).toEqual([fullRange, fullRange])
})

it('counts colours and not alpha', () => {
  const counts = depthHistogram(level(1, 2, 4, [1, 2, 3, 65_535, 1, 5, 6, 65_535]))
  expect([counts[1], counts[6], counts[65_535]]).toEqual([2, 1, 0])
})

it('halves by means, and odd sizes by what there is', () => {
  const half = halved(level(3, 2, 1, [0, 100, 7, 200, 300, 9]))
  expect([half.width, half.height, [...half.data]]).toEqual([2, 1, [150, 8]])
  const bright = halved(level(2, 2, 1, [65_535, 65_535, 65_535, 65_535]))
  expect([...bright.data]).toEqual([65_535])
})

it('shows grey as grey, colours in their order, and alpha as it is', () => {
  const table = windowTable(fullRange)
  const rect = { x0: 1, y0: 0, x1: 2, y1: 1 }
  expect(shownPixels(level(2, 1, 1, [0, 65_535]), rect, table)[0]).toBe(0xffffffff)
  expect(shownPixels(level(2, 1, 3, [0, 0, 0, 65_535, 32_896, 0]), rect, table)[0]).toBe(0xff0080ff)
  expect(shownPixels(level(2, 1, 2, [0, 0, 0, 32_896]), rect, table)[0]).toBe(0x80000000)
})

it('reads the depth of a PNG from its head and of nothing else', () => {
  const head = new Uint8Array(33)
  head.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])
  head[24] = 16
  head[25] = 4
  expect(pngDepth(head)).toEqual({ bits: 16, isGrey: true })
  expect(pngDepth(head.subarray(0, 20))).toBeNull()
  expect(pngDepth(new Uint8Array(40))).toBeNull()
})
