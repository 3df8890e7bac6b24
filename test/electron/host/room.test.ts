import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRoom } from '../../../electron/host/room.ts'

it('never holds more than there is room for, begins in order, and gives room back after a failure', async () => {
  const works = fc.array(fc.record({ weight: fc.nat(150), turns: fc.nat(5), fails: fc.boolean() }), {
    maxLength: 20,
  })
  await fc.assert(
    fc.asyncProperty(works, async (list) => {
      const room = createRoom(100)
      const begun: number[] = []
      let used = 0
      let most = 0
      const done = await Promise.allSettled(
        list.map(({ weight, turns, fails }, i) =>
          room(weight, async () => {
            begun.push(i)
            used += Math.min(weight, 100)
            most = Math.max(most, used)
            for (let at = 0; at < turns; at++) await Promise.resolve()
            used -= Math.min(weight, 100)
            if (fails) throw new Error('failed')
          }),
        ),
      )
      expect(begun).toEqual(list.map((_, i) => i))
      expect(done.map(({ status }) => status === 'rejected')).toEqual(list.map(({ fails }) => fails))
      expect(most).toBeLessThanOrEqual(100)
      await expect(room(1000, async () => 'all of it')).resolves.toBe('all of it')
    }),
    { numRuns: 50 },
  )
})
