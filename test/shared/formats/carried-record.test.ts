import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseExactJson } from '../../../shared/base/exact-json.ts'
import { carriedPath, carriedRecordText, parseCarriedRecord } from '../../../shared/formats/carried-record.ts'
import { isSampleName } from '../../../shared/image/sample-name.ts'

const name = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
  fc
    .array(
      fc.constantFrom(
        'a',
        'A',
        '.',
        '..',
        '/',
        '%',
        ' ',
        '~',
        '.json',
        'e\u0301',
        '\u00e9',
        '\ud800',
        ':',
        '\u0000',
        '\u202e',
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((parts) => parts.join('')),
)

it('finds a path for every name: no two share one, none leads elsewhere, none is a folder of another', () => {
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 8 }), (names) => {
      const paths = names.map(carriedPath)
      expect(new Set(paths).size).toBe(names.length)
      for (const path of paths) {
        expect(path.startsWith('carried/')).toBe(true)
        expect(path.split('/').some((part) => part === '' || part === '.' || part === '..')).toBe(false)
        expect(path).toBe(path.normalize('NFC'))
        expect(path.isWellFormed()).toBe(true)
        expect(paths.some((other) => other.startsWith(`${path}/`))).toBe(false)
      }
    }),
    { numRuns: 1000 },
  )
})

it('keeps an ordinary name as it is', () => {
  for (const plain of ['a', 'drive 12/0001.pcd', 'Straße/ü.json', 'A-b_c (2)']) {
    expect(isSampleName(plain)).toBe(true)
    expect(carriedPath(plain)).toBe(`carried/${plain}.json`)
  }
  expect(carriedPath('a.json/b')).toBe('carried/a%2Ejson/b.json')
  expect(carriedPath('sweep:7')).toBe('carried/sweep%3A7.json')
})

it('is the same text whatever the order of keys, and reads back to what it was', () => {
  const sample = parseExactJson('{"b":[1602519712943517952,{"d":null,"c":"\\ud800"}],"a":1.5}') as never
  const record = {
    name: 'x',
    taskType: 'pointcloud-cuboid',
    sample,
    labels: { 'ground-truth': null, a: { b: 1 } },
  }
  const text = carriedRecordText(record)
  expect(text).toContain('1602519712943517952')
  expect(carriedRecordText(parseCarriedRecord(text))).toBe(text)
  expect(carriedRecordText({ ...record, labels: { a: { b: 1 }, 'ground-truth': null } })).toBe(text)
  for (const wrong of [{ v: 2 }, { name: '' }, { sample: [] }, { labels: null }, { more: 1 }]) {
    expect(() => parseCarriedRecord(JSON.stringify({ ...JSON.parse(text), ...wrong }))).toThrow()
  }
})
