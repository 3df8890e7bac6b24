import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EncodedMap } from '../../../renderer/stores/encoded-map.ts'
import { decodeIds } from '../../../shared/label/id-runs.ts'
import { emptyLabelMap } from '../../../shared/label/label-map.ts'

it('gives bytes that decode to the map, whatever was changed since the last time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 300 }),
      fc.array(fc.tuple(fc.nat(299), fc.nat(39), fc.nat(0xffffff)), { maxLength: 20 }),
      (width, height, changes) => {
        const map = emptyLabelMap(width, height)
        const encoded = new EncodedMap(map)
        encoded.bytes()
        for (const [row, column, id] of changes) {
          const [y, x] = [row % height, column % width]
          map.ids[y * width + x] = id
          encoded.markDirty({ x0: x, y0: y, x1: x + 1, y1: y + 1 })
          expect(decodeIds(encoded.bytes(), map.ids.length)).toEqual(map.ids)
        }
      },
    ),
    { numRuns: 40 },
  )
})

it('encodes only the rows that an edit touched', () => {
  const encoded = new EncodedMap(emptyLabelMap(10, 1000))
  encoded.bytes()
  expect(encoded.encodedBands).toBe(16)
  encoded.markDirty({ x0: 0, y0: 100, x1: 10, y1: 129 })
  encoded.bytes()
  expect(encoded.encodedBands).toBe(18)
})
