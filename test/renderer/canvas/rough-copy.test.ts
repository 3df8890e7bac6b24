import { expect, it } from 'vitest'
import { roughLevel } from '../../../renderer/canvas/rough-copy.ts'

function levelOf(width: number, height: number, levels = 4): number | null {
  const sizes = Array.from({ length: levels }, (_, level) => ({
    width: Math.ceil(width / 2 ** level),
    height: Math.ceil(height / 2 ** level),
  }))
  return roughLevel(width, height, sizes)
}

it('takes the finest copy that is divided in a moment', () => {
  expect(levelOf(6028, 3391)).toBe(3)
  expect(levelOf(4000, 3000)).toBe(2)
  expect(levelOf(2400, 1300)).toBe(1)
})

it('takes the smallest there is of a very large image', () => {
  expect(levelOf(12_000, 8000)).toBe(3)
})

it('takes none of an image that is divided soon enough itself, or has no copies', () => {
  expect(levelOf(1920, 1208)).toBe(null)
  expect(levelOf(2000, 1500)).toBe(null)
  expect(levelOf(6028, 3391, 1)).toBe(null)
})
