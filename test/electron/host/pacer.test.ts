import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createPacer } from '../../../electron/host/pacer.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('does at once what is asked for first, and once in each span what is asked for often', () => {
  let done = 0
  const pacer = createPacer(() => done++, 250)
  for (let ms = 0; ms < 1000; ms++) {
    pacer.ask()
    vi.advanceTimersByTime(1)
  }
  expect(done).toBe(5)
})

it('never forgets the last asking', () => {
  const seen: number[] = []
  let value = 0
  const pacer = createPacer(() => seen.push(value), 250)
  for (value = 1; value < 9; value++) pacer.ask()
  vi.advanceTimersByTime(1000)
  expect(seen).toEqual([1, 9])
  pacer.ask()
  expect(seen).toEqual([1, 9, 9])
})

it('does at once what is still to come when it is told to, or forgets it', () => {
  let done = 0
  const pacer = createPacer(() => done++, 250)
  pacer.ask()
  pacer.flush()
  expect(done).toBe(1)
  pacer.ask()
  pacer.flush()
  expect(done).toBe(2)
  pacer.ask()
  pacer.drop()
  vi.advanceTimersByTime(1000)
  expect(done).toBe(2)
})
