import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { inLanes } from '../../../electron/host/lanes.ts'

const never = new AbortController().signal

it('does every item once, in order, and only so many beside each other', async () => {
  const done: number[] = []
  let [running, most] = [0, 0]
  await inLanes([1, 2, 3, 4, 5, 6, 7], 3, never, async (item) => {
    most = Math.max(most, ++running)
    await setImmediate()
    running--
    done.push(item)
  })
  expect(done).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(most).toBe(3)
})

it('begins nothing more after a failure, waits for what is under way, and says the first', async () => {
  const begun: number[] = []
  const ended: number[] = []
  const run = inLanes([1, 2, 3, 4, 5], 2, never, async (item) => {
    begun.push(item)
    if (item === 1) throw new Error('first')
    await setImmediate()
    ended.push(item)
  })
  await expect(run).rejects.toThrow('first')
  expect([begun, ended]).toEqual([[1, 2], [2]])
})

it('ends with the reason of whoever stopped it', async () => {
  const stop = new AbortController()
  const begun: number[] = []
  const run = inLanes([1, 2, 3, 4], 1, stop.signal, async (item) => {
    begun.push(item)
    if (item === 2) stop.abort(new Error('enough'))
  })
  await expect(run).rejects.toThrow('enough')
  expect(begun).toEqual([1, 2])
})

it('takes items from what is still being made', async () => {
  async function* numbers() {
    for (let i = 0; i < 5; i++) yield i
  }
  const done: number[] = []
  await inLanes(numbers(), 2, never, async (item) => void done.push(item))
  expect(done.sort()).toEqual([0, 1, 2, 3, 4])
})
