import { expect, it } from 'vitest'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { isJsonRecord, parseExactJson } from '../../../shared/base/exact-json.ts'

it('keeps every digit of a whole number that JavaScript would round', () => {
  const text = '{"at":1602519712943517952,"far":-90071992547409931,"near":9007199254740991}'
  expect(canonicalJson(parseExactJson(text))).toBe(text)
  expect(JSON.stringify(parseExactJson(text))).toBe(text)
})

it('reads everything else as JSON is read', () => {
  const text = '{"a":[1,-2.5,1e3,0.1,"1602519712943517952",true,null,{"__proto__":{"b":1}}]}'
  expect(JSON.stringify(parseExactJson(text))).toBe(JSON.stringify(JSON.parse(text)))
  expect(() => parseExactJson('{"a":')).toThrow(SyntaxError)
})

it('tells a number that is kept as digits from an object', () => {
  const { at, of } = parseExactJson('{"at":1602519712943517952,"of":{}}') as Record<string, never>
  expect([isJsonRecord(at), isJsonRecord(of)]).toEqual([false, true])
})
