import fc from 'fast-check'
import { expect, it } from 'vitest'
import { VarintReader, VarintWriter } from '../../../shared/label/varint.ts'

const u32 = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 0xffffffff }))

it('gives back every 32-bit number, also when there are many', () => {
  fc.assert(
    fc.property(fc.array(u32, { maxLength: 2000 }), (numbers) => {
      const writer = new VarintWriter()
      for (const number of numbers) writer.write(number)
      const reader = new VarintReader(writer.finish())
      for (const number of numbers) expect(reader.read()).toBe(number)
      expect(() => reader.expectEnd()).not.toThrow()
      expect(() => reader.read()).toThrow(RangeError)
    }),
    { numRuns: 30 },
  )
})

it.each([
  [0, [0]],
  [127, [0x7f]],
  [128, [0x80, 0x01]],
  [0xffffffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
])('spells %i as documented', (number, bytes) => {
  const writer = new VarintWriter()
  writer.write(number)
  expect([...writer.finish()]).toEqual(bytes)
})
