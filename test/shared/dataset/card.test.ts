import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import {
  type Card,
  type CardChange,
  cardChangeSchema,
  cardSchema,
  changeCard,
  emptyCard,
  foldTag,
  isEmptyCard,
  openIssues,
  typedValue,
} from '../../../shared/dataset/card.ts'
import { cardRecordText, parseCardRecord } from '../../../shared/formats/card-record.ts'

const hand = { author: 'Ada', at: 1000 }
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((word) => word.trim() !== '')
const key = text.filter((word) => word !== '__proto__')
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
)
const id = fc.constantFrom(
  '5b1d7d6a-3c0f-4f0e-8a51-0c9f5f6f2b11',
  '0e6a3a52-8a57-4a7a-9d0a-6f1f0b6c3d22',
  '7d1b6f7c-52f1-4a5e-8a7e-3c1d2e5f6a77',
)
const change = fc
  .oneof(
    fc.record({
      kind: fc.constant('tags'),
      add: fc.array(text, { maxLength: 4 }),
      remove: fc.array(text, { maxLength: 2 }),
    }),
    fc.record({ kind: fc.constant('split'), split: fc.constantFrom('train', 'val', 'test', null) }),
    fc.record({ kind: fc.constant('priority'), priority: fc.integer({ min: -1000, max: 1000 }) }),
    fc.record({
      kind: fc.constantFrom('metadata', 'attributes'),
      set: fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true }),
      remove: fc.array(key, { maxLength: 2 }),
    }),
    fc.record({
      kind: fc.constant('issue'),
      id,
      at: fc.option(fc.record({ x: fc.integer({ min: 0, max: 99 }), y: fc.integer({ min: 0, max: 99 }) })),
      objectId: fc.option(fc.integer({ min: 1, max: 9 })),
      text,
      tags: fc.array(text, { maxLength: 2 }),
    }),
    fc.record({ kind: fc.constant('reply'), issue: id, id, text }),
    fc.record({ kind: fc.constant('resolve'), issue: id, resolved: fc.boolean() }),
    fc.record({
      kind: fc.constant('finding'),
      check: fc.constantFrom('islands', 'touching'),
      objects: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
      print: fc.constantFrom('a', 'b'),
      dismissed: fc.boolean(),
    }),
  )
  .map((raw) => cardChangeSchema.parse(raw))

/** The card after the changes that it does not refuse. */
function cardAfter(changes: readonly CardChange[], start: Card = emptyCard): Card {
  let card = start
  for (const each of changes) {
    try {
      card = changeCard(card, each, hand)
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError)
    }
  }
  return card
}

describe('a card', () => {
  it('is always one that can be written and read back to the same text, whatever is done to it', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const card = cardAfter(changes)
        expect(cardSchema.safeParse(card).success).toBe(true)
        const record = cardRecordText(card)
        expect(canonicalJson(JSON.parse(record))).toBe(record)
        expect(cardRecordText(parseCardRecord(record))).toBe(record)
        expect(new Set(card.tags.map(foldTag)).size).toBe(card.tags.length)
        expect(isEmptyCard(card)).toBe(record === cardRecordText(emptyCard))
      }),
      { numRuns: 500 },
    )
  })

  it('is the same object when the same is done once more', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), change, (changes, last) => {
        const once = cardAfter([last], cardAfter(changes))
        expect(cardAfter([last], once)).toBe(once)
      }),
    )
  })

  it('keeps what others did to another part of it', () => {
    const tagged = cardAfter([{ kind: 'tags', add: ['Night'], remove: [] }])
    const both = cardAfter(
      [
        { kind: 'split', split: 'val' },
        { kind: 'tags', add: ['night', 'rain'], remove: [] },
      ],
      tagged,
    )
    expect(both).toMatchObject({ tags: ['Night', 'rain'], split: 'val' })
    expect(cardAfter([{ kind: 'tags', add: [], remove: ['NIGHT'] }], both).tags).toEqual(['rain'])
  })
})

it('counts open issues, and remembers who resolved one and who answered', () => {
  const issue = '5b1d7d6a-3c0f-4f0e-8a51-0c9f5f6f2b11'
  const card = cardAfter([
    { kind: 'issue', id: issue, at: { x: 3, y: 4 }, objectId: null, text: 'loose', tags: [] },
    { kind: 'reply', issue, id: '0e6a3a52-8a57-4a7a-9d0a-6f1f0b6c3d22', text: 'where?' },
  ])
  expect(openIssues(card)).toBe(1)
  const resolved = changeCard(card, { kind: 'resolve', issue, resolved: true }, { author: 'Ben', at: 2000 })
  expect(openIssues(resolved)).toBe(0)
  expect(resolved.issues[0]).toMatchObject({
    author: 'Ada',
    resolved: { by: 'Ben', at: 2000 },
    replies: [{ author: 'Ada', text: 'where?' }],
  })
  expect(openIssues(changeCard(resolved, { kind: 'resolve', issue, resolved: false }, hand))).toBe(1)
})

it('keeps one dismissal for each subject, the newest, and is empty again without any', () => {
  const about = { kind: 'finding' as const, check: 'islands', objects: [3] }
  const first = cardAfter([{ ...about, print: 'a', dismissed: true }])
  const second = cardAfter([{ ...about, print: 'b', dismissed: true }], first)
  expect(second.dismissed).toEqual([{ check: 'islands', objects: [3], print: 'b' }])
  const both = cardAfter([{ ...about, objects: [3, 4], print: 'a', dismissed: true }], second)
  expect(both.dismissed).toHaveLength(2)
  expect(cardAfter([{ ...about, print: 'b', dismissed: false }], second)).toEqual(emptyCard)
  expect(isEmptyCard(second)).toBe(false)
})

it.each([
  ['another version', { v: 2 }],
  ['another kind', { kind: 'label' }],
  ['a field nobody knows', { note: 'x' }],
  ['a split of its own', { split: 'dev' }],
  ['an issue without a text', { issues: [{ id: 'x' }] }],
])('is no card with %s', (_what, wrong) => {
  const good = JSON.parse(cardRecordText(emptyCard))
  expect(() => parseCardRecord(JSON.stringify(good))).not.toThrow()
  expect(() => parseCardRecord(JSON.stringify({ ...good, ...wrong }))).toThrow()
})

it.each([
  ['13', 13],
  [' -0.5 ', -0.5],
  ['true', true],
  ['false', false],
  // A number would not give these back as they were typed.
  ['007', '007'],
  ['12345678901234567890', '12345678901234567890'],
  ['0x10', '0x10'],
  ['1.50', '1.50'],
  ['-0', '-0'],
  ['Infinity', 'Infinity'],
  ['', ''],
  [' rain ', 'rain'],
])('takes "%s" that somebody typed for %j', (typed, value) => {
  expect(typedValue(typed)).toBe(value)
})
