import { expect, it } from 'vitest'
import { cropObjects } from '../../../electron/adapters/label-crops.ts'
import { emptyLabelMap } from '../../../shared/label/label-map.ts'

it('keeps thin parts of a large object in a small mask, and no mask is larger than asked for', () => {
  const map = emptyLabelMap(400, 300)
  for (let x = 10; x < 390; x++) map.ids[100 * 400 + x] = 7
  for (let y = 50; y < 250; y++) map.ids[y * 400 + 200] = 7
  const [crop] = cropObjects(map, new Set([7, 8]), 38)
  expect(crop).toMatchObject({ id: 7, pixels: 579, bounds: [10, 50, 390, 250] })
  const { width, height, bits } = crop!.mask
  expect([width, height]).toEqual([38, 20])
  const bytes = Buffer.from(bits, 'base64')
  const isSet = (x: number, y: number) =>
    (bytes[(y * width + x) >> 3]! & (0x80 >> ((y * width + x) & 7))) !== 0
  for (let x = 0; x < width; x++) expect(isSet(x, 5)).toBe(true)
  for (let y = 0; y < height; y++) expect(isSet(19, y)).toBe(true)
  expect(isSet(0, 0)).toBe(false)
})
