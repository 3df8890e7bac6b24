import { expect, it } from 'vitest'
import { moveInGrid } from '../../../renderer/ui/grid-keys.ts'

/** Eleven tiles in rows of four: 0–3, 4–7, 8–10. */
const move = (key: string, from: number) => moveInGrid(key, from, 11, 4, 2)

it.each([
  ['ArrowRight', 3, 4],
  ['ArrowLeft', 4, 3],
  ['ArrowLeft', 0, 0],
  ['ArrowRight', 10, 10],
  ['ArrowDown', 1, 5],
  ['ArrowUp', 5, 1],
  ['ArrowUp', 2, 2],
  // Below the last tile of the row above a shorter row there is nothing: its end is nearest.
  ['ArrowDown', 7, 10],
  ['ArrowDown', 9, 9],
  ['PageDown', 1, 9],
  ['PageUp', 9, 1],
  ['PageDown', 10, 10],
  ['Home', 7, 0],
  ['End', 0, 10],
] as const)('moves with %s from %i to %i', (key, from, to) => {
  expect(move(key, from)).toBe(to)
})

it('leaves other keys to others', () => {
  expect(move('a', 3)).toBeNull()
  expect(move('Tab', 3)).toBeNull()
})
