import fc from 'fast-check'
import { expect, it } from 'vitest'
import { frame } from '../../../shared/host/data-plane.ts'
import { changedPixels, decodeStep, encodeStep, type StepChange } from '../../../shared/host/label-steps.ts'

const pixelCount = 100
const ids = fc.array(fc.integer({ min: 0, max: 0xff_ff_ff }), { minLength: 10, maxLength: 10 })
const anyChange = fc
  .record({
    start: fc.integer({ min: 0, max: 89 }),
    before: ids,
    after: ids,
    hasPixels: fc.boolean(),
    id: fc.integer({ min: 1, max: 9 }),
    hasStatus: fc.boolean(),
  })
  .map(
    ({ start, before, after, hasPixels, id, hasStatus }): StepChange => ({
      pixels: hasPixels
        ? {
            runs: Uint32Array.of(start, 10),
            before: Uint32Array.from(before),
            after: Uint32Array.from(after),
          }
        : null,
      objects: [{ id, before: null, after: { id, categoryId: 1, attributes: { seen: true } } }],
      status: hasStatus ? { before: 'unlabeled', after: 'in progress' } : null,
    }),
  )

it('reads back what it wrote', () => {
  fc.assert(
    fc.property(anyChange, (change) => {
      expect(decodeStep(encodeStep(change), pixelCount)).toEqual(change)
    }),
  )
})

it('throws on cut and changed bytes, or reads a step within the image', () => {
  fc.assert(
    fc.property(anyChange, fc.nat(), fc.nat(), (change, at, bit) => {
      const bytes = encodeStep(change)
      const wrong = bytes.slice()
      wrong[at % wrong.length]! ^= 1 << (bit % 8)
      for (const spoilt of [bytes.subarray(0, at % bytes.length), wrong]) {
        let read: StepChange
        try {
          read = decodeStep(spoilt, pixelCount)
        } catch {
          continue
        }
        const { runs, before, after } = read.pixels ?? { runs: [], before: [], after: [] }
        expect(before.length).toBe(after.length)
        for (let i = 0; i < runs.length; i += 2) {
          expect(runs[i]! + runs[i + 1]!).toBeLessThanOrEqual(pixelCount)
        }
      }
    }),
  )
})

it.each([
  ['a patch that is longer than the body', { objects: [], status: null, patch: 5 }],
  ['bytes without a patch', { objects: [], status: null, patch: 0 }],
  ['an object without an id', { objects: [{ id: 0, before: null, after: null }], status: null, patch: 0 }],
  ['a status of its own', { objects: [], status: { before: 'x', after: 'y' }, patch: 0 }],
  ['more than is known', { objects: [], status: null, patch: 0, more: 1 }],
])('refuses %s', (_, header) => {
  expect(() => decodeStep(frame(header, new Uint8Array(2)), pixelCount)).toThrow()
})

it('counts the pixels whose id is another one', () => {
  const pixels = {
    runs: Uint32Array.of(0, 3),
    before: Uint32Array.of(1, 2, 3),
    after: Uint32Array.of(1, 9, 9),
  }
  expect(changedPixels({ pixels })).toBe(2)
  expect(changedPixels({ pixels: null })).toBe(0)
})
