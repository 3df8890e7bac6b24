import { expect, it } from 'vitest'
import {
  type ContourLook,
  contourColors,
  contourReach,
  sampleIds,
} from '../../../renderer/canvas/layers/contour-tiles.ts'

const RED = 0xff0000ff
const BLACK = 0xff000000
const GREY = 0x80808080
const thin = { line: 1, halo: 1 }
const look: ContourLook = { line: RED, halo: BLACK, fill: 0 }

/** One row of ids on a map of equal rows, drawn at `scale`: the colours along the middle row of the picture. */
function middleRow(
  row: readonly number[],
  scale: number,
  looks: (id: number) => ContourLook | null,
  widths = thin,
) {
  const [width, height] = [row.length, 41]
  const ids = Uint32Array.from({ length: width * height }, (_, i) => row[i % width]!)
  const part = { x0: 0, y0: 0, x1: width * scale, y1: height * scale }
  const sampled = sampleIds({ width, height, ids }, scale, part, contourReach(widths))
  const colors = contourColors(sampled, looks, widths)
  if (!colors) return null
  const columns = part.x1
  const y = Math.floor(part.y1 / 2)
  return [...colors.subarray(y * columns, (y + 1) * columns)]
}
const repeated = (id: number, count: number) => Array<number>(count).fill(id)
const ofAll = (id: number) => (id === 0 ? null : look)

it.each([1, 2, 8])(
  'draws a line inside the object with a halo on both sides, as wide at a zoom of %s',
  (scale) => {
    const row = [...repeated(0, 10), ...repeated(5, 20), ...repeated(0, 10)]
    const colors = middleRow(row, scale, ofAll)!
    const first = 10 * scale
    const last = 30 * scale - 1
    expect(colors.slice(first - 2, first + 3)).toEqual([0, BLACK, RED, BLACK, 0])
    expect(colors.slice(last - 2, last + 3)).toEqual([0, BLACK, RED, BLACK, 0])
  },
)

it('shows both lines where two objects touch, each inside its own pixels', () => {
  const colors = middleRow([...repeated(1, 12), ...repeated(2, 12)], 1, ofAll)!
  expect(colors.slice(10, 14)).toEqual([BLACK, RED, RED, BLACK])
})

it('shares the pixel that a line of a pixel and a half covers by half', () => {
  const colors = middleRow([...repeated(0, 10), ...repeated(5, 20)], 1, ofAll, { line: 1.5, halo: 1 })!
  expect(colors[10]).toBe(RED)
  expect(colors[11]! & 255).toBe(128)
  expect(colors[11]! >>> 24).toBe(255)
  expect(colors[12]! >>> 24).toBe(128)
  expect(colors[13]).toBe(0)
})

it('fills the inside where a look says so, and nothing else', () => {
  const colors = middleRow([...repeated(0, 10), ...repeated(5, 20)], 1, () => ({ ...look, fill: GREY }))!
  expect(colors[20]).toBe(GREY)
  const selectedOnly = middleRow([...repeated(4, 10), ...repeated(5, 20)], 1, (id) =>
    id === 5 ? look : null,
  )!
  expect(selectedOnly.slice(8, 12)).toEqual([0, BLACK, RED, BLACK])
})

it('draws nothing where no object has an outline', () => {
  expect(middleRow(repeated(3, 30), 1, () => null)).toBeNull()
})

it('is the same however a picture is cut into parts', () => {
  const [width, height] = [60, 50]
  const ids = Uint32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return Math.hypot(x - 20, y - 25) < 14 ? 1 : Math.hypot(x - 42, y - 22) < 12 ? 2 : 0
  })
  const widths = { line: 1.5, halo: 1 }
  const scale = 1.7
  const whole = { x0: 0, y0: 0, x1: 102, y1: 85 }
  const draw = (part: typeof whole) =>
    contourColors(sampleIds({ width, height, ids }, scale, part, contourReach(widths)), ofAll, widths)
  const all = draw(whole)!
  const part = { x0: 30, y0: 20, x1: 77, y1: 61 }
  const cut = draw(part)!
  for (let y = part.y0; y < part.y1; y++) {
    for (let x = part.x0; x < part.x1; x++) {
      expect(cut[(y - part.y0) * (part.x1 - part.x0) + x - part.x0]).toBe(all[y * whole.x1 + x])
    }
  }
})
