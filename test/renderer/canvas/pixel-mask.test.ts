import { describe, expect, it } from 'vitest'
import { maskColors } from '../../../renderer/canvas/layers/pixel-mask.ts'

const look = { fill: 1, line: 2, halo: 3 }
const view = (scale: number, x: number, y: number) => ({
  camera: { scale, x, y },
  size: { width: 40, height: 40 },
  image: { width: 8, height: 8 },
})
const inside = (color: number) => color === look.fill || color === look.line

it('colours exactly the device pixels of the set, whatever zoom and pan', () => {
  const set = new Set([9, 10, 11, 17, 18, 27, 63])
  for (const [scale, x, y] of [
    [1, 0, 0],
    [1, 5, 3],
    [4, -3, 2],
    [3.5, 1, 1],
  ] as const) {
    const part = { x0: 0, y0: 0, x1: 40, y1: 40 }
    const colors = maskColors(view(scale, x, y), part, { holds: (pixel) => set.has(pixel) }, look)
    for (let sy = 0; sy < 40; sy++) {
      for (let sx = 0; sx < 40; sx++) {
        const px = Math.floor((sx + 0.5 - x) / scale)
        const py = Math.floor((sy + 0.5 - y) / scale)
        const holds = px >= 0 && py >= 0 && px < 8 && py < 8 && set.has(py * 8 + px)
        expect(inside(colors[sy * 40 + sx]!)).toBe(holds)
      }
    }
  }
})

it('puts the border inside of the set and the halo outside of it', () => {
  const part = { x0: 0, y0: 0, x1: 8, y1: 8 }
  const rows = [2, 3, 4, 5]
  const holds = (pixel: number) => rows.includes(Math.floor(pixel / 8)) && rows.includes(pixel % 8)
  const colors = maskColors(view(1, 0, 0), part, { holds }, look)
  expect([...colors.subarray(8, 16)]).toEqual([0, 0, 3, 3, 3, 3, 0, 0])
  expect([...colors.subarray(16, 24)]).toEqual([0, 3, 2, 2, 2, 2, 3, 0])
  expect([...colors.subarray(24, 32)]).toEqual([0, 3, 2, 1, 1, 2, 3, 0])
})

it('gives a part the same pixels as the whole', () => {
  const holds = (pixel: number) => pixel % 3 === 0
  const whole = maskColors(view(3, 2, 2), { x0: 0, y0: 0, x1: 40, y1: 40 }, { holds }, look)
  const part = maskColors(view(3, 2, 2), { x0: 7, y0: 5, x1: 19, y1: 16 }, { holds }, look)
  for (let y = 5; y < 16; y++) {
    for (let x = 7; x < 19; x++) expect(part[(y - 5) * 12 + x - 7]).toBe(whole[y * 40 + x])
  }
})

describe('what a set keeps as it is', () => {
  const striped = { ...look, stripe: 4, shade: 5 }
  const part = { x0: 0, y0: 0, x1: 40, y1: 40 }
  /** Columns 1 to 3 of the image change, columns 4 to 6 stay. */
  const set = {
    holds: (pixel: number) => pixel % 8 >= 1 && pixel % 8 <= 3,
    keeps: (pixel: number) => pixel % 8 >= 4 && pixel % 8 <= 6,
  }

  it('has stripes instead of the fill, and one border around both', () => {
    const colors = maskColors(view(5, 0, 0), part, set, striped)
    const row = [...colors.subarray(20 * 40, 21 * 40)]
    expect(row.slice(0, 6)).toEqual([0, 0, 0, 0, 3, 2])
    expect(row.slice(6, 20)).toEqual(new Array(14).fill(1))
    expect(row.slice(34, 37)).toEqual([2, 3, 0])
    expect(new Set(row.slice(20, 34))).toEqual(new Set([0, 4, 5]))
  })

  it('has stripes that go with the image when it is moved', () => {
    const here = maskColors(view(5, 0, 0), part, set, striped)
    const moved = maskColors(view(5, 3, 2), part, set, striped)
    for (let y = 6; y < 30; y++)
      for (let x = 6; x < 30; x++) expect(moved[(y + 2) * 40 + x + 3]).toBe(here[y * 40 + x])
  })
})
