import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AppError } from '../../../shared/base/app-error.ts'
import { isJsonObject, type JsonObject } from '../../../shared/base/json.ts'
import { emptyCard } from '../../../shared/dataset/card.ts'
import { readSegmentsLabel, writeSegmentsLabel } from '../../../shared/formats/segments-label.ts'
import { nothingAgreed, planSegmentsOntology } from '../../../shared/formats/segments-ontology.ts'
import { cardFields, fieldsThere, mergeCards, metadataAfter } from '../../../shared/sync/segments-card.ts'

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<never>
/** Likely keys with unlikely values. */
const keyed = (...keys: string[]) =>
  fc.dictionary(fc.constantFrom(...keys, '__proto__', 'constructor'), json) as fc.Arbitrary<JsonObject>
const listOf = (one: fc.Arbitrary<JsonObject>) => fc.array(fc.oneof(one, json), { maxLength: 4 })
const refused = (work: () => unknown) => {
  try {
    work()
    return null
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.message.length).toBeGreaterThan(5)
    expect(error.code).not.toBe('INTERNAL')
    return error.code
  }
}

it('reads any label, or says in words why not', () => {
  const annotation = keyed('id', 'track_id', 'category_id', 'attributes', 'type', 'points')
  const label = fc.record(
    {
      annotations: fc.oneof(listOf(annotation), json),
      segmentation_bitmap: fc.oneof(keyed('url', 'signed_url'), json),
      image_attributes: json,
      frames: json,
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<JsonObject>
  fc.assert(
    fc.property(label, (attributes) => {
      refused(() => {
        const read = readSegmentsLabel(attributes, new Map([[1, 1]]))
        if (read.kind === 'other') return
        writeSegmentsLabel({
          ...{ objects: read.objects, bitmap: 'u', imageValues: read.imageValues },
          ...{ idThere: new Map([[1, 1]]), before: attributes },
        })
      })
    }),
    { numRuns: 500 },
  )
})

it('reads any categories, or says in words why not', () => {
  const category = keyed('id', 'name', 'color', 'has_instances', 'attributes', 'description')
  const task = fc.record(
    {
      categories: fc.oneof(listOf(category), json),
      image_attributes: fc.oneof(listOf(category), json),
      extra: json,
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<JsonObject>
  fc.assert(
    fc.property(task, (there) => {
      refused(() =>
        planSegmentsOntology({
          here: { task: 'panoptic', imageAttributes: [], categories: [] },
          ...{ ids: new Set<number>(), there, agreed: nothingAgreed, sends: true, takes: true },
        }),
      )
    }),
    { numRuns: 500 },
  )
})

it('merges a card with any metadata, and keeps all of it there', () => {
  fc.assert(
    fc.property(
      keyed('a', ' b ', 'split', 'tessera_tags', 'tessera_name'),
      fc.double({ noNaN: true }),
      (metadata, priority) => {
        const there = fieldsThere({ metadata, priority })
        const merged = mergeCards({
          agreed: null,
          here: cardFields(emptyCard),
          there,
          sends: true,
          takes: true,
        })
        expect(merged.toThere).toBeNull()
        expect(metadataAfter(metadata, {})).toEqual(Object.fromEntries(Object.entries(metadata)))
        expect(isJsonObject(merged.agreed)).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
})
