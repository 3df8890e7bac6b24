import { expect, it } from 'vitest'
import { colourPlanes } from '../../../shared/superpixel/colour.ts'
import { imageOf } from '../../support/made-images.ts'

/** L, a and b of one colour, with the damping of lightness taken out. */
function lab(red: number, green: number, blue: number, alpha = 255): number[] {
  const [l, a, b] = colourPlanes(imageOf(1, 1, () => [red, green, blue, alpha]))
  return [l[0]! / 64 / 0.6, a[0]! / 64, b[0]! / 64]
}

function expectNear(actual: number[], expected: number[]) {
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(0.05)
}

// Values of the colorimetric definition (D65), as colour tables print them.
it.each([
  ['white', [255, 255, 255], [100, 0, 0]],
  ['black', [0, 0, 0], [0, 0, 0]],
  ['mid grey', [128, 128, 128], [53.585, 0, 0]],
  ['red', [255, 0, 0], [53.241, 80.092, 67.203]],
  ['green', [0, 255, 0], [87.735, -86.183, 83.179]],
  ['blue', [0, 0, 255], [32.297, 79.188, -107.86]],
  ['nearly black', [3, 2, 1], [0.587, 0.122, 0.471]],
  ['dark violet', [12, 9, 20], [2.927, 2.767, -5.029]],
] as const)('gives %s its place in CIELAB', (_, [red, green, blue], expected) => {
  expectNear(lab(red, green, blue), [...expected])
})

it('shows transparent pixels over mid grey, half of it through half transparent ones', () => {
  expect(lab(255, 0, 0, 0)).toEqual(lab(128, 128, 128))
  expect(lab(255, 0, 0, 128)).toEqual(lab(192, 64, 64))
})
