import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { JsonObject } from '../../../shared/base/json.ts'
import { type Card, changeCard, emptyCard } from '../../../shared/dataset/card.ts'
import {
  cardFields,
  fieldsThere,
  mergeCards,
  metadataAfter,
  metadataOfNew,
} from '../../../shared/sync/segments-card.ts'

const card = (more: Partial<Card>): Card => ({ ...emptyCard, ...more })
const there = (metadata: JsonObject, priority = 0) => ({ metadata, priority })
const both = { sends: true, takes: true }
const hand = { author: 'ada', at: 1 }
const taken = (before: Card, merged: ReturnType<typeof mergeCards>) =>
  merged.toHere.reduce((now, change) => changeCard(now, change, hand), before)

const metadata = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y', 1, true))
const side = fc.record({
  metadata,
  split: fc.constantFrom(null, 'train', 'val'),
  priority: fc.constantFrom(0, 1, 5),
})

it('ends with the same on both sides, and keeps what only one of them changed', () => {
  fc.assert(
    fc.property(side, side, side, (before, mine, theirs) => {
      const agreed = Object.fromEntries(cardFields(card(before as Partial<Card>)))
      const here = card(mine as Partial<Card>)
      const fields = cardFields(card(theirs as Partial<Card>))
      const sample = there(
        Object.fromEntries([...fields].filter(([key]) => key !== ' priority')),
        theirs.priority,
      )
      const merged = mergeCards({ agreed, here: cardFields(here), there: fieldsThere(sample), ...both })
      const hereAfter = Object.fromEntries(cardFields(taken(here, merged)))
      const thereAfter = Object.fromEntries(
        fieldsThere(
          there(
            metadataAfter(sample.metadata, merged.toThere?.metadata ?? {}),
            merged.toThere?.priority ?? sample.priority,
          ),
        ),
      )
      expect(hereAfter).toEqual(thereAfter)
      expect(merged.agreed).toEqual(hereAfter)
      for (const key of new Set([...Object.keys(agreed), ...fields.keys(), ...cardFields(here).keys()])) {
        const [a, h, t] = [agreed[key], cardFields(here).get(key), fields.get(key)]
        if (h === a) expect(hereAfter[key]).toBe(t)
        else expect(hereAfter[key]).toBe(h)
      }
    }),
  )
})

it('changes nothing there in a pull, and nothing here in a publishing', () => {
  const here = cardFields(card({ metadata: { a: 'mine' } }))
  const their = fieldsThere(there({ b: 'theirs' }))
  const pull = mergeCards({ agreed: {}, here, there: their, sends: false, takes: true })
  expect(pull.toThere).toBeNull()
  expect(pull.agreed).toEqual({ b: 'theirs' })
  const publish = mergeCards({ agreed: {}, here, there: their, sends: true, takes: false })
  expect(publish.toHere).toEqual([])
  expect(publish.toThere).toEqual({ metadata: { a: 'mine' }, priority: null })
})

it('lets mine stand where both changed a field, and says what theirs was', () => {
  const here = cardFields(card({ metadata: { a: 'mine' } }))
  const merged = mergeCards({
    agreed: { a: 'old' },
    here,
    there: fieldsThere(there({ a: 'theirs' })),
    ...both,
  })
  expect(merged.toThere).toEqual({ metadata: { a: 'mine' }, priority: null })
  expect(merged.contested).toEqual([{ key: 'a', there: 'theirs' }])
})

it('leaves alone what a card cannot hold, and sends it back as it stands', () => {
  const metadata = { shape: { round: true }, list: [1, 2], long: 'x'.repeat(5000), ok: 1 }
  expect([...fieldsThere(there(metadata)).keys()]).toEqual(['ok'])
  expect(metadataAfter(metadata, { ok: 2 })).toEqual({ ...metadata, ok: 2 })
  expect(metadataAfter(metadata, { ok: null })).toEqual({
    shape: metadata.shape,
    list: [1, 2],
    long: metadata.long,
  })
})

it('says under which name, and of which bytes, a sample was made', () => {
  const said = metadataOfNew(
    { name: 'a/b.png', nameThere: 'a%2Fb.png', image: 'd1' },
    cardFields(card({ tags: ['night'], split: 'val' })),
  )
  expect(said).toEqual({
    tessera_name: 'a/b.png',
    tessera_image: 'd1',
    tessera_tags: ['night'],
    split: 'val',
  })
  expect([...fieldsThere(there(said)).keys()].sort()).toEqual(['split', 'tessera_tags'])
})
