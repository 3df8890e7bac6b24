import { describe, expect, it } from 'vitest'
import {
  type AttributeDefinition,
  attributeDefinitionSchema,
  attributesSchema,
  attributeValueSchema,
  defaultValues,
  isSameValue,
  isUnset,
  problemOf,
  shortcomings,
  withValue,
} from '../../../shared/label/attributes.ts'

const accepts = (definition: unknown) => attributeDefinitionSchema.safeParse(definition).success

describe('definitions', () => {
  it.each([
    [{ name: '', type: 'text' }],
    [{ name: '__proto__', type: 'text' }],
    [{ name: 'a', type: 'vector3' }],
    [{ name: 'a', type: 'text', default: 1 }],
    [{ name: 'a', type: 'number', min: 3, max: 2 }],
    [{ name: 'a', type: 'number', step: 0 }],
    [{ name: 'a', type: 'number', min: 0, default: -1 }],
    [{ name: 'a', type: 'select', options: [] }],
    [{ name: 'a', type: 'select', options: ['x', 'X'] }],
    [{ name: 'a', type: 'select', options: ['x'], default: 'y' }],
    [{ name: 'a', type: 'multiselect', options: ['x'], default: ['x', 'y'] }],
    [{ name: 'a', type: 'checkbox', default: 'yes' }],
    [{ name: 'a', type: 'text', required: false }],
    [{ name: 'a', type: 'text', unknown: 1 }],
    [{ name: 'a', type: 'text', other: { big: 'x'.repeat(20_000) } }],
  ])('refuses %o', (definition) => {
    expect(accepts(definition)).toBe(false)
  })

  it('refuses two that differ only in case, and more than a hundred', () => {
    const named = (name: string) => ({ name, type: 'text' })
    expect(attributesSchema.safeParse([named('Color'), named('color')]).success).toBe(false)
    expect(attributesSchema.safeParse(Array.from({ length: 101 }, (_, i) => named(`a${i}`))).success).toBe(
      false,
    )
    expect(attributesSchema.safeParse(Array.from({ length: 100 }, (_, i) => named(`a${i}`))).success).toBe(
      true,
    )
  })

  it('keeps what other programs say of an attribute', () => {
    const definition = { name: 'a', type: 'checkbox', other: { is_track_level: true } }
    expect(attributeDefinitionSchema.parse(definition)).toEqual(definition)
  })
})

const number = (more: object = {}): AttributeDefinition => ({ name: 'n', type: 'number', ...more })

it.each([
  [number({ min: 1 }), 0, 'is less than 1'],
  [number({ max: 1 }), 2, 'is more than 1'],
  [number({ min: 0.1, step: 0.1 }), 0.35, 'is not in steps of 0.1'],
  [number({ min: 0.1, step: 0.1 }), 0.7, null],
  [number(), '3', 'is not a number'],
  [{ name: 's', type: 'select', options: ['a'] } as AttributeDefinition, 'b', 'is not one of the choices'],
  [
    { name: 'm', type: 'multiselect', options: ['a'] } as AttributeDefinition,
    ['a', 'b'],
    'is not made of the choices',
  ],
  [{ name: 'm', type: 'multiselect', options: ['a'] } as AttributeDefinition, ['a'], null],
  [{ name: 'c', type: 'checkbox' } as AttributeDefinition, 1, 'is neither yes nor no'],
  [{ name: 't', type: 'text' } as AttributeDefinition, true, 'is not a text'],
  [{ name: 't', type: 'text' } as AttributeDefinition, null, null],
])('judges a value of %o', (definition, value, problem) => {
  expect(problemOf(definition, value)).toBe(problem)
})

it('takes lists of texts as values, and nothing deeper', () => {
  expect(attributeValueSchema.safeParse(['a', 'b']).success).toBe(true)
  for (const value of [[1], [['a']], {}, undefined, ['x'.repeat(4001)], new Array(257).fill('x')]) {
    expect(attributeValueSchema.safeParse(value).success).toBe(false)
  }
})

it('lists everything that keeps a label from being done, all at once', () => {
  const definitions: AttributeDefinition[] = [
    { name: 'text', type: 'text', required: true },
    { name: 'free', type: 'text' },
    { name: 'box', type: 'checkbox', required: true },
    { name: 'many', type: 'multiselect', options: ['a'], required: true },
    { name: 'count', type: 'number', max: 3 },
    { name: 'toString', type: 'text', required: true },
  ]
  expect(shortcomings(definitions, { text: '', many: [], count: 9, box: false })).toEqual([
    { name: 'text', problem: 'missing' },
    { name: 'many', problem: 'missing' },
    { name: 'count', problem: 'is more than 3' },
    { name: 'toString', problem: 'missing' },
  ])
  expect(shortcomings(undefined, { foreign: 1 })).toEqual([])
})

it('begins with the defaults, and keeps values that nothing defines', () => {
  const definitions: AttributeDefinition[] = [
    { name: 'a', type: 'select', options: ['x', 'y'], default: 'x' },
    { name: 'b', type: 'text' },
    { name: 'c', type: 'checkbox', default: false },
  ]
  expect(defaultValues(definitions)).toEqual({ a: 'x', c: false })
  const values = { foreign: ['1'], a: 'x' }
  expect(withValue(values, 'a', 'y')).toEqual({ foreign: ['1'], a: 'y' })
  expect(withValue(values, 'a', undefined)).toEqual({ foreign: ['1'] })
  expect(withValue(values, 'foreign', ['1'])).toBe(values)
  expect(withValue(values, 'constructor', undefined)).toBe(values)
})

it('knows what says nothing and what says the same', () => {
  for (const value of [undefined, null, '', []]) expect(isUnset(value)).toBe(true)
  for (const value of [false, 0, 'a', ['a']]) expect(isUnset(value)).toBe(false)
  expect(isSameValue(['a'], ['a'])).toBe(true)
  expect(isSameValue(['a'], ['b'])).toBe(false)
  expect(isSameValue(['a'], 'a')).toBe(false)
})
