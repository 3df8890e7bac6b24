import { expect, it } from 'vitest'
import { storedZip } from '../../../shared/formats/stored-zip.ts'
import { unpacked } from '../../support/zip.ts'

const utf8 = new TextEncoder()
const packed = (entries: Parameters<typeof storedZip>[0]) => Buffer.concat(storedZip(entries))

it('holds files as they are, in their order, with names in UTF-8', () => {
  const entries = [
    { path: 'labels/nächtlich/車.png', bytes: Uint8Array.from({ length: 300 }, (_, i) => i % 256) },
    { path: 'empty', bytes: new Uint8Array(0) },
    { path: 'ontology.json', bytes: utf8.encode('{}') },
  ]
  expect(unpacked(packed(entries))).toEqual(entries.map(({ path, bytes }) => [path, Buffer.from(bytes)]))
  expect(unpacked(packed([]))).toEqual([])
})

it('is the same bytes for the same files', () => {
  const entries = [{ path: 'a', bytes: utf8.encode('a') }]
  expect(packed(entries)).toEqual(packed(entries))
})

it('refuses more files than the format counts', () => {
  const bytes = new Uint8Array(0)
  const many = Array.from({ length: 65_536 }, (_, i) => ({ path: `${i}`, bytes }))
  expect(() => storedZip(many)).toThrow(RangeError)
})
