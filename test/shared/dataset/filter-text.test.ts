import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseFilter, printFilter } from '../../../shared/dataset/filter-text.ts'
import {
  type Condition,
  sampleFilterSchema,
  statusesOf,
  type Term,
  withStatuses,
} from '../../../shared/dataset/sample-filter.ts'
import { statuses } from '../../../shared/label/status.ts'

const categories = ['car', 'traffic light', 'status', 'class.room', 'naïve: "x"']
const read = (text: string) => parseFilter(text, categories)
const conditions = (text: string) => read(text).filter.map(({ condition }) => condition)

const comparison = fc.constantFrom('=' as const, '>=' as const, '>' as const, '<=' as const, '<' as const)
const word = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  fc.stringMatching(/^[a-z:"\\,<>= -]{1,8}$/),
  fc.constantFrom(...categories, 'meta.x', 'Class.y', '-minus', 'tag', 'NAME', '>=5', ',', '"'),
)
const tag = word.map((text) => text.trim()).filter((text) => text !== '')
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant('name' as const), text: word }),
  fc.record({
    kind: fc.constant('status' as const),
    any: fc.uniqueArray(fc.constantFrom(...statuses), { minLength: 1 }),
  }),
  fc.record({ kind: fc.constant('tag' as const), any: fc.uniqueArray(tag, { minLength: 1, maxLength: 4 }) }),
  fc.record({
    kind: fc.constant('split' as const),
    any: fc.uniqueArray(fc.constantFrom('train' as const, 'val' as const, 'test' as const, 'none' as const), {
      minLength: 1,
    }),
  }),
  fc.record({
    kind: fc.constant('category' as const),
    name: word,
    comparison,
    count: fc.integer({ min: 0, max: 65_535 }),
  }),
  fc.record({
    kind: fc.constant('objects' as const),
    comparison,
    count: fc.integer({ min: 0, max: 65_535 }),
  }),
  fc.record({
    kind: fc.constant('issues' as const),
    state: fc.constantFrom('open' as const, 'any' as const, 'none' as const),
  }),
  fc.record({ kind: fc.constant('changed' as const), since: fc.option(fc.integer({ min: 1, max: 99_999 })) }),
  fc.record({
    kind: fc.constant('added' as const),
    comparison,
    day: fc.constantFrom('2026-01-31', '2024-02-29', '1999-12-01'),
  }),
  fc.record({
    kind: fc.constant('size' as const),
    side: fc.constantFrom('width' as const, 'height' as const),
    comparison,
    pixels: fc.nat(100_000),
  }),
  fc.record({
    kind: fc.constant('priority' as const),
    comparison,
    value: fc.integer({ min: -1000, max: 1000 }),
  }),
  fc.record({ kind: fc.constant('by' as const), author: word }),
  fc.record({ kind: fc.constant('has' as const), key: word }),
  fc.oneof(
    fc.record({
      kind: fc.constant('metadata' as const),
      key: word,
      comparison: fc.constant('=' as const),
      value: fc.oneof(word, fc.constant('')),
    }),
    fc.record({
      kind: fc.constant('metadata' as const),
      key: word,
      comparison: fc.constantFrom('>=' as const, '<' as const),
      value: fc.integer({ min: -999, max: 999 }).map(String),
    }),
  ),
)

it('reads back every filter that it prints, whatever is in names, tags and keys', () => {
  const term: fc.Arbitrary<Term> = fc.record({ negated: fc.boolean(), condition })
  fc.assert(
    fc.property(fc.array(term, { maxLength: 6 }), fc.uniqueArray(word, { maxLength: 4 }), (filter, names) => {
      expect(sampleFilterSchema.safeParse(filter).success).toBe(true)
      const vocabulary = [...categories, ...names]
      const text = printFilter(filter, vocabulary)
      expect(parseFilter(text, vocabulary)).toEqual({ filter, mistakes: [] })
    }),
    { numRuns: 2000 },
  )
})

it('reads any text without throwing, and every mistake lies within the text', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z:"\\,<>=0-9 .-]*$/)),
      (text) => {
        const { filter, mistakes } = read(text)
        expect(sampleFilterSchema.safeParse(filter).success).toBe(true)
        for (const { from, to, hint } of mistakes) {
          expect(from).toBeGreaterThanOrEqual(0)
          expect(to).toBeGreaterThan(from)
          expect(to).toBeLessThanOrEqual(text.length)
          expect(hint).toMatch(/\.$/)
        }
      },
    ),
    { numRuns: 2000 },
  )
})

it('takes what people know from elsewhere', () => {
  expect(conditions('night street')).toEqual([
    { kind: 'name', text: 'night' },
    { kind: 'name', text: 'street' },
  ])
  expect(read('-status:reviewed').filter).toEqual([
    { negated: true, condition: { kind: 'status', any: ['reviewed'] } },
  ])
  expect(conditions('status:in-progress,rejected tag:night')).toEqual([
    { kind: 'status', any: ['in progress', 'rejected'] },
    { kind: 'tag', any: ['night'] },
  ])
  expect(conditions('car:>=5 "traffic light":0 weather:rain speed:<30')).toEqual([
    { kind: 'category', name: 'car', comparison: '>=', count: 5 },
    { kind: 'category', name: 'traffic light', comparison: '=', count: 0 },
    { kind: 'metadata', key: 'weather', comparison: '=', value: 'rain' },
    { kind: 'metadata', key: 'speed', comparison: '<', value: '30' },
  ])
  expect(conditions('meta.car:red class.boat:>0 changed:v7 changed:last')).toEqual([
    { kind: 'metadata', key: 'car', comparison: '=', value: 'red' },
    { kind: 'category', name: 'boat', comparison: '>', count: 0 },
    { kind: 'changed', since: 7 },
    { kind: 'changed', since: null },
  ])
})

it.each([
  ['status:done', 0, 11, /unlabeled/],
  ['a car:many', 2, 10, /how many objects/],
  ['tag:', 0, 4, /tag/],
  ['added:yesterday', 0, 15, /2026/],
  ['added:2026-02-31', 0, 16, /2026/],
  ['speed:>fast', 0, 11, /number/],
  ['name "not closed', 5, 16, /quotation/],
  ['-', 0, 1, /minus/],
  ['changed:v0', 0, 10, /version/],
  ['split:all', 0, 9, /train/],
])('points at the mistake in %s and says what would be right', (text, from, to, hint) => {
  const { mistakes } = read(text)
  expect(mistakes).toEqual([{ from, to, hint: expect.stringMatching(hint) }])
})

it('keeps what is right beside a mistake', () => {
  expect(conditions('night status:done tag:rain')).toEqual([
    { kind: 'name', text: 'night' },
    { kind: 'tag', any: ['rain'] },
  ])
})

it('lets buttons of statuses and the text say the same', () => {
  const filter = read('night status:rejected').filter
  expect(statusesOf(filter)).toEqual(['rejected'])
  expect(printFilter(withStatuses(filter, ['labeled', 'in progress']), categories)).toBe(
    'night status:labeled,"in progress"',
  )
  expect(printFilter(withStatuses(filter, []), categories)).toBe('night')
  expect(statusesOf(read('-status:rejected').filter)).toEqual([])
})
