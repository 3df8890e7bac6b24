import { expect, it } from 'vitest'
import { isJsonObject, jsonExcess } from '../../../shared/base/json.ts'

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))

it('measures depth and size without recursing, and says which is too much', () => {
  expect(jsonExcess(nested(64))).toBeNull()
  expect(jsonExcess(nested(66))).toContain('levels')
  // Parsed in one go, and far deeper than a stack.
  expect(jsonExcess(nested(200_000))).toContain('levels')
  expect(jsonExcess([1, 2, 3], { depth: 2, nodes: 4 })).toBeNull()
  expect(jsonExcess([1, 2, 3], { depth: 2, nodes: 3 })).toContain('values')
})

it('finds numbers beyond all bounds, wherever they are', () => {
  for (const text of ['1e999', '[1,[-1e999]]', '{"a":{"b":1e999}}'])
    expect(jsonExcess(JSON.parse(text))).toContain('number')
  expect(jsonExcess(JSON.parse('{"a":[1e308,null,"1e999",true]}'))).toBeNull()
})

it('tells objects from all else', () => {
  expect([{}, [], null, 7, 'x', undefined].map(isJsonObject)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
  ])
})
