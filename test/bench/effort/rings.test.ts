import { expect, it } from 'vitest'
import { squaredDistances } from '../../../bench/effort/distance.ts'
import { ringsOf, tolerances } from '../../../bench/effort/rings.ts'
import { runsOfRings } from '../../../shared/label/polygon.ts'

/** Rows of `#` and anything else. */
function mask(...rows: string[]) {
  const text = rows.join('')
  const size = { width: rows[0]!.length, height: rows.length }
  return { mask: Uint8Array.from(text, (c) => (c === '#' ? 1 : 0)), size }
}

it('goes round parts and holes so that filling the rings gives the mask again', () => {
  const { mask: pixels, size } = mask('####..#', '#..#.##', '#.####.', '####...', '.....##')
  const rings = ringsOf(pixels, size)
  const filled = new Uint8Array(pixels.length)
  for (const { corners, isHole } of rings) {
    const runs = runsOfRings([corners], size.width, size.height)
    for (let i = 0; i < runs.length; i += 2) filled.fill(isHole ? 0 : 1, runs[i]!, runs[i]! + runs[i + 1]!)
  }
  expect([...filled]).toEqual([...pixels])
  expect(rings.map(({ isHole }) => isHole)).toContain(true)
})

it('names a ring by its area, and keeps pixels apart that meet at a corner alone', () => {
  const { mask: pixels, size } = mask('#..', '.##', '...')
  expect(ringsOf(pixels, size).map(({ area, isHole }) => [area, isHole])).toEqual([
    [2, false],
    [1, false],
  ])
})

it('keeps the corners of a square above its smallest bump', () => {
  const corners = [
    { x: 0, y: 0 },
    { x: 4, y: 0 },
    { x: 5, y: 1 },
    { x: 6, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 10 },
    { x: 0, y: 10 },
  ]
  const kept = corners.filter((_, i) => tolerances(corners)[i]! > 2)
  expect(kept).toEqual([corners[0], corners[4], corners[5], corners[6]])
})

it('measures how far a pixel is from what is not its own, and not from the edge of the image', () => {
  const { mask: pixels, size } = mask('#####', '#####', '##.##')
  const distances = squaredDistances(pixels, size.width, size.height)
  expect([distances[0], distances[2], distances[12], distances[14]]).toEqual([8, 4, 0, 4])
  expect(squaredDistances(new Uint8Array(4).fill(1), 2, 2)[0]).toBe(Number.POSITIVE_INFINITY)
})
