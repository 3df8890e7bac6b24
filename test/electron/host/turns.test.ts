import { expect, it } from 'vitest'
import { createTurns } from '../../../electron/host/turns.ts'

it('runs work for one key in order, also after work that failed', async () => {
  const turns = createTurns()
  const done: string[] = []
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const first = turns.take('a', async () => {
    await gate
    done.push('first')
    throw new Error('no luck')
  })
  const second = turns.take('a', async () => done.push('second'))
  open()
  await expect(first).rejects.toThrow('no luck')
  await second
  expect(done).toEqual(['first', 'second'])
})

it('does not let one key wait for another', async () => {
  const turns = createTurns()
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const slow = turns.take('a', () => gate)
  await turns.take('b', async () => undefined)
  open()
  await slow
})

it('is idle when everything is done, what was asked for meanwhile too', async () => {
  const turns = createTurns()
  const done: string[] = []
  void turns.take('a', async () => {
    void turns.take('b', async () => done.push('b'))
    done.push('a')
  })
  await turns.idle()
  expect(done).toEqual(['a', 'b'])
  await turns.idle()
})
