import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalJson, compareCodePoints } from '../../../shared/base/canonical-json.ts'

it('spells an object the same way whatever the order of its keys', () => {
  expect(canonicalJson({ b: [1, null, 'x'], a: { d: true, c: 0.5 } })).toBe(
    '{"a":{"c":0.5,"d":true},"b":[1,null,"x"]}',
  )
  expect(canonicalJson({ 10: 'ten', 9: 'nine' })).toBe('{"10":"ten","9":"nine"}')
})

it('keeps every value that JSON can hold', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value)
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(canonicalJson(JSON.parse(text))).toBe(text)
    }),
  )
})

it.each([[undefined], [{ a: undefined }], [Number.NaN], [Infinity], [new Date(0)], [() => 1], [[undefined]]])(
  'refuses what JSON would change or drop: %s',
  (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  },
)

it('sorts by code point, as UTF-8 bytes do', () => {
  expect(['\u{1f600}', '\uff5e', 'a', 'Z', 'a/b', 'a-b', ''].sort(compareCodePoints)).toEqual([
    '',
    'Z',
    'a',
    'a-b',
    'a/b',
    '\uff5e',
    '\u{1f600}',
  ])
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b))
      expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(bytes))
    }),
  )
})
