import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeIds, decodePatch, encodeIds, encodePatch } from '../../../shared/label/id-runs.ts'
import { MAX_OBJECT_ID } from '../../../shared/label/label-map.ts'
import type { MaskPatch } from '../../../shared/label/patch.ts'

const someIds = fc
  .array(fc.tuple(fc.integer({ min: 0, max: MAX_OBJECT_ID }), fc.integer({ min: 1, max: 300 })), {
    maxLength: 40,
  })
  .map((pairs) => Uint32Array.from(pairs.flatMap(([id, length]) => Array<number>(length).fill(id))))

const somePatch = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 500 }),
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 }),
    ),
    { maxLength: 20 },
  )
  .map((parts): { patch: MaskPatch; pixelCount: number } => {
    const runs: number[] = []
    const after: number[] = []
    let end = 0
    for (const [gap, ids] of parts) {
      runs.push(end + gap, ids.length)
      after.push(...ids)
      end += gap + ids.length
    }
    const patch = {
      runs: Uint32Array.from(runs),
      before: new Uint32Array(after.length),
      after: Uint32Array.from(after),
    }
    return { patch, pixelCount: end }
  })

describe('ids on the wire', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(someIds, (ids) => {
        expect(decodeIds(encodeIds(ids), ids.length)).toEqual(ids)
      }),
    )
  })

  it('have the documented bytes', () => {
    expect([...encodeIds(Uint32Array.from([300, 300, 0]))]).toEqual([0xac, 0x02, 2, 0, 1])
  })

  it('take a few bytes for a large flat map', () => {
    expect(encodeIds(new Uint32Array(5_000_000)).length).toBe(5)
  })

  it('are refused at every length but their own', () => {
    const bytes = encodeIds(Uint32Array.from([1, 1, 70_000, 0, 0, 5]))
    for (let cut = 0; cut < bytes.length; cut++) {
      expect(() => decodeIds(bytes.subarray(0, cut), 6)).toThrow(RangeError)
    }
    expect(() => decodeIds(Uint8Array.from([...bytes, 0]), 6)).toThrow('left over')
    expect(() => decodeIds(bytes, 5)).toThrow('left over')
    expect(() => decodeIds(bytes, 4)).toThrow('past the last pixel')
    expect(() => decodeIds(bytes, 7)).toThrow('bytes end')
  })

  it('are refused with an id past 24 bits, an empty run or a number past 32 bits', () => {
    expect(() => decodeIds(Uint8Array.from([0x80, 0x80, 0x80, 0x08, 1]), 1)).toThrow('24 bits')
    expect(() => decodeIds(Uint8Array.from([1, 0, 1, 1]), 1)).toThrow('empty run')
    expect(() => decodeIds(Uint8Array.from([1, 0xff, 0xff, 0xff, 0xff, 0xff, 1]), 1)).toThrow('32 bits')
    expect(() => decodeIds(Uint8Array.from([1, 0xff, 0xff, 0xff, 0xff, 0x1f]), 1)).toThrow('32 bits')
    expect(() => decodeIds(Uint8Array.from([0x81, 0x00, 1]), 1)).toThrow('needless')
  })

  it('never crash on foreign bytes with anything but a RangeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), fc.nat(100), (bytes, count) => {
        try {
          expect(decodeIds(bytes, count).length).toBe(count)
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})

describe('a patch on the wire', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(somePatch, ({ patch, pixelCount }) => {
        expect(decodePatch(encodePatch(patch), pixelCount)).toEqual({ runs: patch.runs, after: patch.after })
      }),
    )
  })

  it('is refused at every length but its own', () => {
    const runs = Uint32Array.from([2, 3, 9, 1])
    const bytes = encodePatch({ runs, before: new Uint32Array(4), after: Uint32Array.from([1, 1, 2, 2]) })
    for (let cut = 0; cut < bytes.length; cut++) {
      expect(() => decodePatch(bytes.subarray(0, cut), 10)).toThrow(RangeError)
    }
    expect(() => decodePatch(Uint8Array.from([...bytes, 1]), 10)).toThrow('left over')
    expect(() => decodePatch(bytes, 9)).toThrow('past the last pixel')
  })

  it('is refused when it claims more runs than its bytes can hold', () => {
    expect(() => decodePatch(Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0x0f]), 10)).toThrow('more runs')
  })

  it('is refused with an empty run', () => {
    expect(() => decodePatch(Uint8Array.from([1, 0, 0]), 10)).toThrow('empty run')
  })

  it('never crashes on foreign bytes with anything but a RangeError, and stays inside the map', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), fc.nat(1000), (bytes, count) => {
        try {
          const { runs } = decodePatch(bytes, count)
          for (let i = 0; i < runs.length; i += 2) {
            expect(runs[i]! + runs[i + 1]!).toBeLessThanOrEqual(count)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})
