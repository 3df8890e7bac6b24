import { expect, it } from 'vitest'
import { createPace } from '../../../electron/transport/pace.ts'

it('lets a connection ask sixty times at once, and sixty times a second after that', () => {
  let time = 0
  const pace = createPace(() => time)
  const [page, other] = [{}, {}]
  const waits = Array.from({ length: 120 }, () => pace(page))
  expect(waits.slice(0, 60).every((wait) => wait < 1e-6)).toBe(true)
  expect(waits[60]).toBeCloseTo(1000 / 60)
  expect(waits[119]).toBeCloseTo(1000)
  expect(pace(other)).toBe(0)
  time = 3000
  expect(pace(page)).toBe(0)
})
