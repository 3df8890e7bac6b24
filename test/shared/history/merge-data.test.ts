import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Card, emptyCard, type Issue } from '../../../shared/dataset/card.ts'
import { mergeCards } from '../../../shared/history/merge-card.ts'
import { isSame, mergeRecords } from '../../../shared/history/merge-fields.ts'
import { foldCategory, mergeOntologies } from '../../../shared/history/merge-ontology.ts'
import { diffSamples, mergeSampleSets, type NamedState } from '../../../shared/history/sample-sets.ts'
import type { Category } from '../../../shared/label/ontology.ts'

const json = fc.jsonValue({ maxDepth: 2 })
const record = fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), json)

describe('records', () => {
  it('merge field by field: one that is as before gives way, two that are the same stay', () => {
    fc.assert(
      fc.property(record, record, record, (base, mine, theirs) => {
        expect(mergeRecords(base, mine, base)).toEqual({ value: mine, conflicts: [] })
        expect(mergeRecords(base, base, mine)).toEqual({ value: mine, conflicts: [] })
        expect(mergeRecords(base, mine, mine)).toEqual({ value: mine, conflicts: [] })
        const [one, other] = [mergeRecords(base, mine, theirs), mergeRecords(base, theirs, mine)]
        expect(one.conflicts).toEqual(other.conflicts)
        if (one.conflicts.length === 0) expect(one.value).toEqual(other.value)
        // Taken up again it stays what it is.
        expect(mergeRecords(base, one.value, theirs).value).toEqual(one.value)
      }),
    )
  })

  it('merge lists of named entries, as definitions of attributes are, by the names', () => {
    const of = (...list: object[]) => ({ attributes: list })
    const [a, b, c] = [{ name: 'a' }, { name: 'b', options: ['x'] }, { name: 'c' }]
    expect(mergeRecords(of(a), of(a, b), of(a, c))).toEqual({ value: of(a, b, c), conflicts: [] })
    expect(mergeRecords(of(a, b), of(b), of({ ...a, required: true }, b))).toEqual({
      value: of(b, { ...a, required: true }),
      conflicts: ['attributes.a'],
    })
    expect(mergeRecords({}, of(a), of(b))).toEqual({ value: of(a, b), conflicts: [] })
    const both = mergeRecords(of(b), of({ ...b, options: ['y'] }), of({ ...b, options: ['z'] }))
    expect(both).toEqual({ value: of({ ...b, options: ['y'] }), conflicts: ['attributes.b.options'] })
  })

  it('are the same JSON or not, whatever the order of their keys', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(isSame(a, structuredClone(a))).toBe(true)
        expect(isSame(a, b)).toBe(isSame(b, a))
      }),
    )
    expect(isSame({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 })).toBe(true)
    expect(isSame({ a: undefined }, {})).toBe(true)
    expect(isSame([1], { 0: 1 })).toBe(false)
    expect(isSame({ a: 1 }, { b: 1 })).toBe(false)
  })
})

describe('cards', () => {
  const card = (more: Partial<Card>): Card => ({ ...emptyCard, ...more })
  const issue = (id: string, more: Partial<Issue> = {}): Issue => ({
    id,
    at: null,
    objectId: null,
    text: 'x',
    tags: [],
    author: 'Ada',
    createdAt: 1,
    resolved: null,
    replies: [],
    ...more,
  })

  it('merge tags as a set, whatever their case', () => {
    const base = card({ tags: ['Night', 'rain'] })
    const merged = mergeCards(
      base,
      card({ tags: ['Night', 'city', 'rain'] }),
      card({ tags: ['Night', 'wet'] }),
    )
    expect(merged).toEqual({ card: card({ tags: ['Night', 'city', 'wet'] }), conflicts: [] })
    expect(mergeCards(emptyCard, card({ tags: ['City'] }), card({ tags: ['city'] })).card.tags).toHaveLength(
      1,
    )
  })

  it('name what both changed differently, and keep mine', () => {
    const base = card({ split: 'train', metadata: { a: 1, b: 1 } })
    const { card: merged, conflicts } = mergeCards(
      base,
      card({ split: 'val', metadata: { a: 2, b: 1 }, priority: 1 }),
      card({ split: 'test', metadata: { a: 3, b: 4 } }),
    )
    expect(conflicts).toEqual(['metadata.a', 'split'])
    expect(merged).toEqual(card({ split: 'val', metadata: { a: 2, b: 4 }, priority: 1 }))
  })

  it('keep every issue and every reply, oldest first', () => {
    const base = card({ issues: [issue('a')] })
    const reply = (id: string, createdAt: number) => ({ id, author: 'Ben', createdAt, text: 'y' })
    const { card: merged, conflicts } = mergeCards(
      base,
      card({ issues: [issue('a', { replies: [reply('r2', 5)] }), issue('c', { createdAt: 3 })] }),
      card({
        issues: [
          issue('a', { replies: [reply('r1', 4)], resolved: { by: 'Ben', at: 6 } }),
          issue('b', { createdAt: 2 }),
        ],
      }),
    )
    expect(conflicts).toEqual([])
    expect(merged.issues.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(merged.issues[0]).toEqual(
      issue('a', { replies: [reply('r1', 4), reply('r2', 5)], resolved: { by: 'Ben', at: 6 } }),
    )
  })

  it('keep an issue that one side took away and the other answered', () => {
    const answered = card({ issues: [issue('a', { resolved: { by: 'Ben', at: 6 } })] })
    expect(mergeCards(card({ issues: [issue('a')] }), emptyCard, answered).card).toEqual(answered)
    expect(
      mergeCards(card({ issues: [issue('a')] }), emptyCard, card({ issues: [issue('a')] })).card,
    ).toEqual(emptyCard)
  })

  it('merge with themselves and with what they come from', () => {
    const some = fc.record({
      tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')).map((tags) => tags.sort()),
      metadata: fc.dictionary(fc.constantFrom('k', 'l'), fc.nat(2)),
      split: fc.constantFrom('train', 'val', null),
      priority: fc.nat(2),
      attributes: fc.dictionary(fc.constantFrom('k'), fc.boolean()),
      issues: fc.uniqueArray(fc.constantFrom('i', 'j')).map((ids) => ids.sort().map((id) => issue(id))),
    }) as fc.Arbitrary<Card>
    fc.assert(
      fc.property(some, some, (base, mine) => {
        for (const merged of [
          mergeCards(base, mine, base),
          mergeCards(base, base, mine),
          mergeCards(base, mine, mine),
        ]) {
          expect(merged).toEqual({ card: mine, conflicts: [] })
        }
      }),
    )
  })
})

describe('ontologies', () => {
  const category = (id: number, name: string, more: Partial<Category> = {}): Category => ({
    id,
    name,
    color: '#112233',
    hasInstances: true,
    ...more,
  })
  const base = [category(1, 'road'), category(2, 'car')]

  it('merge by id and field, whatever the fields are called', () => {
    const mine = [category(1, 'street'), category(2, 'car', { description: 'x' } as object)]
    const theirs = [category(1, 'road', { color: '#000000' }), category(2, 'car', { isVoid: true } as object)]
    expect(mergeOntologies(base, mine, theirs)).toEqual({
      categories: [
        category(1, 'street', { color: '#000000' }),
        category(2, 'car', { description: 'x', isVoid: true } as object),
      ],
      renumbered: new Map(),
      conflicts: [],
    })
  })

  it('give another number to a category that got mine apart, and tell labels of it', () => {
    const { categories, renumbered } = mergeOntologies(
      base,
      [...base, category(3, 'bus')],
      [...base, category(3, 'tree'), category(4, 'dog')],
    )
    expect(categories.map(({ id, name }) => `${id} ${name}`)).toEqual([
      '1 road',
      '2 car',
      '3 bus',
      '5 tree',
      '4 dog',
    ])
    expect([...renumbered]).toEqual([[3, 5]])
  })

  it('take two categories made apart under one name for one', () => {
    const { categories, renumbered } = mergeOntologies(
      base,
      [...base, category(3, 'Bus')],
      [...base, category(3, 'tree'), category(4, 'bus', { color: '#ffffff' })],
    )
    expect(categories.map(({ id }) => id)).toEqual([1, 2, 3, 5])
    expect([...renumbered].sort()).toEqual([
      [3, 5],
      [4, 3],
    ])
  })

  it('keep a category that one side took away and the other changed', () => {
    const gone = mergeOntologies(base, [category(1, 'road')], base)
    expect(gone.categories).toEqual([category(1, 'road')])
    const kept = mergeOntologies(base, [category(1, 'road')], [category(1, 'road'), category(2, 'auto')])
    expect(kept.categories.map(({ name }) => name)).toEqual(['road', 'auto'])
    expect(kept.conflicts).toEqual([{ id: 2, field: 'removed', mine: true, theirs: false }])
  })

  it('have the order of whoever changed it, and give no name twice', () => {
    expect(mergeOntologies(base, base, base.toReversed()).categories.map(({ id }) => id)).toEqual([2, 1])
    expect(mergeOntologies(base, base.toReversed(), base).categories.map(({ id }) => id)).toEqual([2, 1])
    const swapped = mergeOntologies(
      base,
      [category(1, 'lane'), category(2, 'car')],
      [category(1, 'road'), category(2, 'Lane')],
    )
    expect(swapped.categories.map(({ name }) => name)).toEqual(['lane', 'Lane 2'])
    expect(swapped.conflicts).toEqual([{ id: 2, field: 'name', mine: 'Lane 2', theirs: 'Lane' }])
  })

  it('never have an id or a name twice, and are what they were when only one changed', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'A2'), {
      selector: foldCategory,
      maxLength: 4,
    })
    const some = fc
      .tuple(names, fc.nat(1))
      .map(([list, from]) => list.map((name, i) => category(i + 1 + from, name)))
    fc.assert(
      fc.property(some, some, some, (before, mine, theirs) => {
        const { categories } = mergeOntologies(before, mine, theirs)
        expect(new Set(categories.map(({ id }) => id)).size).toBe(categories.length)
        expect(new Set(categories.map(({ name }) => foldCategory(name))).size).toBe(categories.length)
        expect(mergeOntologies(before, mine, mine).categories).toEqual(mine)
      }),
    )
  })
})

describe('sets of samples', () => {
  const sample = (image: string, more: Partial<NamedState> = {}): NamedState => ({
    image,
    name: `${image}.png`,
    label: null,
    card: null,
    ...more,
  })

  it('differ by what came, went and changed, by the bytes of the image', () => {
    const changes = diffSamples(
      [sample('a'), sample('b'), sample('c', { label: 'x' }), sample('d', { name: 'same.png' })],
      [
        sample('b', { name: 'B.png' }),
        sample('c', { label: 'y', card: 'k' }),
        sample('e', { name: 'same.png' }),
      ],
    )
    expect(changes).toMatchObject([
      { kind: 'changed', after: { name: 'B.png' }, isRenamed: true, isRelabeled: false },
      { kind: 'removed', before: { name: 'a.png' }, replacedBy: null },
      { kind: 'changed', after: { name: 'c.png' }, isRelabeled: true, isRecarded: true, isRenamed: false },
      { kind: 'removed', before: { image: 'd' }, replacedBy: { image: 'e' } },
      { kind: 'added', after: { image: 'e' }, replaces: { image: 'd' } },
    ])
  })

  it('merge: one side is taken, both are merged, what was removed and changed stays', () => {
    const base = [sample('a', { label: '1' }), sample('b'), sample('c'), sample('d'), sample('e')]
    const mine = [sample('a', { label: '2' }), sample('b'), sample('d', { label: '9' }), sample('f')]
    const theirs = [
      sample('a', { label: '3', card: 'k' }),
      sample('b', { label: '4' }),
      sample('c', { label: '5' }),
      sample('f', { label: '6' }),
      sample('g'),
    ]
    expect(mergeSampleSets(base, mine, theirs)).toMatchObject([
      { kind: 'change', mine: { image: 'a' }, label: 'merge', card: 'take' },
      { kind: 'change', mine: { image: 'b' }, label: 'take', card: 'same' },
      { kind: 'add', theirs: { image: 'c' }, isConflict: true },
      { kind: 'keep', mine: { image: 'd' } },
      { kind: 'change', base: null, mine: { image: 'f' }, label: 'take' },
      { kind: 'add', theirs: { image: 'g' }, isConflict: false },
    ])
    expect(mergeSampleSets(base, [...mine, sample('e')], theirs)).toContainEqual({
      kind: 'remove',
      mine: sample('e'),
    })
  })

  const sets = fc
    .uniqueArray(
      fc.record({
        image: fc.constantFrom('a', 'b', 'c', 'd'),
        label: fc.option(fc.constantFrom('1', '2')),
        card: fc.option(fc.constantFrom('k')),
      }),
      {
        selector: ({ image }) => image,
      },
    )
    .map((list) => list.map((each) => sample(each.image, each)))

  it('merge to nothing to do with themselves and with what they come from', () => {
    fc.assert(
      fc.property(sets, sets, (base, mine) => {
        expect(mergeSampleSets(base, mine, base)).toEqual([])
        expect(mergeSampleSets(base, mine, mine)).toEqual([])
        // All that they changed, and as they have it.
        const found = mergeSampleSets(base, base, mine)
        expect(found).toHaveLength(diffSamples(base, mine).length)
        for (const each of found) {
          if (each.kind === 'change') expect([each.label, each.card]).not.toContain('merge')
          else expect(['add', 'remove']).toContain(each.kind)
        }
      }),
    )
  })
})
