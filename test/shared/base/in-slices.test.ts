import { expect, it } from 'vitest'
import { inSlices } from '../../../shared/base/in-slices.ts'

/** Each step takes 3 ms of a clock of its own. */
function bench(steps: number) {
  let time = 0
  let pauses = 0
  function* work(): Generator<number, string> {
    for (let i = 0; i < steps; i++) {
      time += 3
      yield i
    }
    return 'done'
  }
  const pause = async () => {
    pauses++
  }
  return { work: work(), tools: { now: () => time, pause }, pauses: () => pauses }
}

it('lets others go first after some milliseconds, and goes on where it was', async () => {
  const { work, tools, pauses } = bench(9)
  const steps: number[] = []
  expect(await inSlices(work, { ...tools, onStep: (step) => steps.push(step) })).toBe('done')
  expect(pauses()).toBe(3)
  expect(steps).toEqual([2, 5, 8])
})

it('stops between two steps when it is told to', async () => {
  const { work, tools } = bench(1000)
  const stop = new AbortController()
  let last = 0
  const onStep = (step: number) => {
    last = step
    if (step > 10) stop.abort()
  }
  await expect(inSlices(work, { ...tools, signal: stop.signal, onStep })).rejects.toThrow('abort')
  expect(last).toBeLessThan(20)
})

it('rejects with what the work throws', async () => {
  // biome-ignore lint/correctness/useYield: it never comes so far
  function* work(): Generator<number, void> {
    throw new RangeError('too much')
  }
  await expect(inSlices(work(), { now: () => 0, pause: async () => {} })).rejects.toThrow('too much')
})
