import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { identityBytes } from '../../../shared/label/identity.ts'
import type { LabelMap } from '../../../shared/label/label-map.ts'

const bytesOf = (map: LabelMap) => Buffer.concat(identityBytes(map))
const map = (width: number, height: number, ids: number[]): LabelMap => ({
  width,
  height,
  ids: Uint32Array.from(ids),
})

it('is width, height and ids as little-endian 32-bit numbers', () => {
  expect(bytesOf(map(2, 1, [1, 70_000])).toString('hex')).toBe('02000000010000000100000070110100')
})

it('keeps its value for ever', () => {
  const hash = createHash('sha256').update(bytesOf(map(3, 2, [0, 1, 2, 3, 300, 0xffffff])))
  expect(hash.digest('hex')).toBe('6b1d1e9b1d0a1579ec9e59bee4636ad72fef80e638e1d3ac4305ad3a1519e520')
})

it('tells maps of the same ids but another shape apart', () => {
  expect(bytesOf(map(2, 3, [0, 1, 2, 3, 4, 5]))).not.toEqual(bytesOf(map(3, 2, [0, 1, 2, 3, 4, 5])))
})

it('reads only the map, not the memory around it', () => {
  const around = Uint32Array.from([9, 1, 2, 9])
  const inside = { width: 2, height: 1, ids: around.subarray(1, 3) }
  expect(bytesOf(inside)).toEqual(bytesOf(map(2, 1, [1, 2])))
})
