import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_OBJECT_ID } from '../../../shared/label/label-map.ts'
import { compareToList, idsFromMask, maskFromIds, requireListed } from '../../../shared/label/masks.ts'
import { indexObjects } from '../../../shared/label/object-index.ts'

describe('a mask', () => {
  it('has the bytes that Segments.ai documents', () => {
    expect([...maskFromIds(Uint32Array.from([1, 300, 70_000, 0]))]).toEqual([
      ...[1, 0, 0, 255],
      ...[44, 1, 0, 255],
      ...[112, 17, 1, 255],
      ...[0, 0, 0, 255],
    ])
  })

  it('gives back every 24-bit id', () => {
    const someIds = fc.array(fc.integer({ min: 0, max: MAX_OBJECT_ID }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(someIds, (ids) => {
        expect([...idsFromMask(maskFromIds(Uint32Array.from(ids)), ids.length, 1).ids]).toEqual(ids)
      }),
    )
  })

  it('is read whatever its alpha says', () => {
    expect([...idsFromMask(Uint8Array.from([7, 1, 0, 0]), 1, 1).ids]).toEqual([263])
  })

  it('of another size is refused with both sizes', () => {
    expect(() => idsFromMask(new Uint8Array(12), 2, 2)).toThrow(/12 bytes.*2 × 2.*16/)
  })
})

describe('pixels and the list of objects', () => {
  const index = indexObjects({ width: 3, height: 1, ids: Uint32Array.from([0, 2, 5]) })

  it('are compared both ways', () => {
    expect(compareToList(index, [5, 9, 1])).toEqual({ unlisted: [2], empty: [1, 9] })
    expect(compareToList(index, [2, 5])).toEqual({ unlisted: [], empty: [] })
  })

  it('must name every id that has pixels', () => {
    expect(() => requireListed(index, [2, 5, 9])).not.toThrow()
    expect(() => requireListed(index, [5])).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
    expect(() => requireListed(index, [5])).toThrow('does not name: 2')
  })

  it('must have ids that fit a mask', () => {
    const large = indexObjects({ width: 1, height: 1, ids: Uint32Array.from([MAX_OBJECT_ID + 1]) })
    expect(() => requireListed(large, [])).toThrow('ids above 16777215: 16777216')
  })
})
