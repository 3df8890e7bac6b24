import { expect, it } from 'vitest'
import { fewestForSuspicion, type Measured, suspicions } from '../../../shared/dataset/suspicion.ts'

const image = { width: 1000, height: 800 }
const object = (x: number, y: number, width: number, height: number, fill = 0.8): Measured => ({
  pixels: Math.round(width * height * fill),
  bounds: [x, y, x + width, y + height],
  image,
})
/** Much the same, in a band of the image. */
const usual = Array.from({ length: 30 }, (_, i) =>
  object(100 + 25 * i, 500 + (i % 5) * 10, 60 + (i % 7), 40 + (i % 4)),
)

it.each([
  ['larger', object(300, 500, 330, 220)],
  ['smaller', object(400, 520, 7, 5)],
  ['wider', object(400, 515, 170, 15)],
  ['taller', object(440, 470, 15, 150)],
  ['place', object(440, 20, 62, 41)],
  ['sparse', object(440, 510, 62, 41, 0.2)],
] as const)('puts the object first that is %s than the others', (reason, odd) => {
  const scores = suspicions([...usual, odd])
  expect(scores.at(-1)!.reason).toBe(reason)
  expect(Math.max(...scores.slice(0, -1).map(({ score }) => score))).toBeLessThan(scores.at(-1)!.score)
})

it('says nothing of a few objects', () => {
  const few = [...usual.slice(0, fewestForSuspicion - 2), object(300, 10, 500, 300)]
  expect(suspicions(few).every(({ score, reason }) => score === 0 && reason === null)).toBe(true)
})

it('does not make outliers of objects that are all alike', () => {
  const same = Array.from({ length: 40 }, (_, i) => object(400 + (i % 2), 500, 60 + (i % 2), 40))
  expect(Math.max(...suspicions(same).map(({ score }) => score))).toBeLessThan(1)
})
