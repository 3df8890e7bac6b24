import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { JsonObject } from '../../../shared/base/json.ts'
import { nothingAgreed, planSegmentsOntology } from '../../../shared/formats/segments-ontology.ts'
import type { Category, Ontology } from '../../../shared/label/ontology.ts'

const category = (id: number, name: string, more: Partial<Category> = {}): Category => ({
  id,
  name,
  color: '#102030',
  hasInstances: true,
  ...more,
})
const ontology = (...categories: Category[]): Ontology => ({
  task: 'panoptic',
  imageAttributes: [],
  categories,
})
const entry = (id: number, name: string, more: JsonObject = {}): JsonObject => ({
  id,
  name,
  color: [16, 32, 48],
  has_instances: true,
  ...more,
})
type Input = Parameters<typeof planSegmentsOntology>[0]
const plan = (here: Ontology, there: JsonObject | null, more: Partial<Input> = {}) =>
  planSegmentsOntology({
    here,
    ids: new Set(here.categories.map(({ id }) => id)),
    there,
    agreed: nothingAgreed,
    sends: true,
    takes: true,
    ...more,
  })

it('sends everything to a dataset that is still to be made, with the ids that they have here', () => {
  const attributes = [
    { name: 'kind', type: 'select' as const, options: ['a', 'b'], default: 'a' },
    { name: 'count', type: 'number' as const, min: 0, max: 9, step: 1, required: true as const },
    { name: 'seen', type: 'checkbox' as const },
    { name: 'words', type: 'text' as const },
    { name: 'many', type: 'multiselect' as const, options: ['x', 'y'], default: ['x'] },
  ]
  const here = ontology(
    category(3, 'car', { attributes, description: 'four wheels' }),
    category(1, 'sky', { isVoid: true }),
  )
  const { there, idThere, newThere } = plan(here, null)
  expect(newThere).toEqual(['car', 'sky'])
  expect([...idThere]).toEqual([
    [3, 3],
    [1, 1],
  ])
  expect(there).toEqual({
    format_version: '0.1',
    categories: [
      entry(3, 'car', {
        description: 'four wheels',
        attributes: [
          { name: 'kind', input_type: 'select', values: ['a', 'b'], default_value: 'a' },
          { name: 'count', input_type: 'number', is_mandatory: true, min: 0, max: 9, step: 1 },
          { name: 'seen', input_type: 'checkbox' },
          { name: 'words', input_type: 'text' },
          { name: 'many', input_type: 'multiselect', values: ['x', 'y'], default_value: ['x'] },
        ],
      }),
      entry(1, 'sky', { void: true }),
    ],
  })
  // Somebody else who takes it has the same.
  const back = plan(ontology(), there)
  expect(back.here.create).toEqual(here.categories)
  expect(back.there).toBeNull()
})

it('never takes an id 0, and never lets an id mean something else', () => {
  const here = ontology(category(1, 'car'))
  const {
    here: mine,
    there,
    idThere,
    idHere,
    remarks,
  } = plan(here, {
    categories: [entry(0, 'nothing'), entry(1, 'road')],
  })
  expect(mine.create.map(({ id, name }) => [id, name])).toEqual([
    [2, 'nothing'],
    [3, 'road'],
  ])
  expect((there!.categories as JsonObject[]).map(({ id, name }) => [id, name])).toEqual([
    [0, 'nothing'],
    [1, 'road'],
    [2, 'car'],
  ])
  expect(idThere.get(1)).toBe(2)
  expect(idHere.get(1)).toBe(3)
  expect(remarks).toHaveLength(3)
})

it('knows a category by what was agreed on when it was renamed, on either side', () => {
  const first = plan(ontology(category(1, 'car'), category(2, 'road')), {
    categories: [entry(1, 'car'), entry(2, 'road')],
  })
  expect(first.there).toBeNull()
  const here = ontology(category(1, 'vehicle'), category(2, 'road'))
  const there = { categories: [entry(1, 'car'), entry(2, 'street', { color: [1, 2, 3] })] }
  const { here: mine, there: sent, changes, agreed } = plan(here, there, { agreed: first.agreed })
  expect((sent!.categories as JsonObject[])[0]).toMatchObject({ id: 1, name: 'vehicle' })
  expect(mine.update).toEqual([category(2, 'street', { color: '#010203' })])
  expect(mine.create).toEqual([])
  expect(changes).toHaveLength(2)
  const after = plan(ontology(category(1, 'vehicle'), ...mine.update), sent, { agreed })
  expect([after.there, after.here.update, after.here.create]).toEqual([null, [], []])
})

it('changes neither where both did, or where nobody knows who did, and says so', () => {
  const agreed = plan(ontology(category(1, 'car')), { categories: [entry(1, 'car')] }).agreed
  const here = ontology(category(1, 'car', { color: '#ff0000' }))
  const there = { categories: [entry(1, 'car', { color: [0, 255, 0] })] }
  for (const before of [agreed, nothingAgreed]) {
    const { there: sent, here: mine, remarks } = plan(here, there, { agreed: before })
    expect([sent, mine.update]).toEqual([null, []])
    expect(remarks).toHaveLength(1)
  }
})

it('keeps what only the service knows, of categories and of the task', () => {
  const there = {
    format_version: '0.1',
    warning_rules: [{ name: 'x' }],
    categories: [
      entry(1, 'car', {
        link_attributes: [],
        color: [16, 32, 48, 200],
        attributes: [{ name: 'p', input_type: 'points' }],
      }),
    ],
  }
  const first = plan(ontology(), there)
  const [taken] = first.here.create
  const here = ontology({ ...taken!, color: '#000000' }, category(2, 'road'))
  const { there: sent } = plan(here, there, { agreed: first.agreed })
  expect(sent).toEqual({
    ...there,
    categories: [{ ...there.categories[0], color: [0, 0, 0, 200] }, entry(2, 'road')],
  })
})

it('changes nothing there in a pull, nothing here in a publishing', () => {
  const here = ontology(category(1, 'car'))
  const there = { categories: [entry(2, 'road')] }
  const pull = plan(here, there, { sends: false })
  expect([pull.there, pull.here.create.length, pull.idThere.has(1)]).toEqual([null, 1, false])
  const publish = plan(here, there, { takes: false })
  expect([publish.here.create, publish.newThere]).toEqual([[], ['car']])
})

it('takes over what is asked of images, by who changed it', () => {
  const rain = { name: 'rain', type: 'checkbox' as const }
  const here = { ...ontology(category(1, 'car')), imageAttributes: [rain] }
  const sent = plan(here, { categories: [entry(1, 'car')] })
  expect(sent.there).toMatchObject({ image_attributes: [{ name: 'rain', input_type: 'checkbox' }] })
  const there = { ...sent.there, image_attributes: [{ name: 'snow', input_type: 'checkbox', x: 1 }] }
  const taken = plan(here, there, { agreed: sent.agreed })
  expect(taken.there).toBeNull()
  expect(taken.here.rules?.imageAttributes).toEqual([{ name: 'snow', type: 'checkbox', other: { x: 1 } }])
})

it('is at rest after it was done once, whatever both sides had', () => {
  const name = fc.constantFrom('car', 'Car', 'road', 'sky', 'tree')
  const colour = fc.constantFrom('#000001', '#000002')
  const mine = fc.uniqueArray(
    fc.record({ id: fc.integer({ min: 1, max: 6 }), name, color: colour, hasInstances: fc.boolean() }),
    { maxLength: 4, comparator: (a, b) => a.id === b.id || a.name.toLowerCase() === b.name.toLowerCase() },
  )
  fc.assert(
    fc.property(mine, mine, (a, b) => {
      const entries = b.map(({ id, name: word, color, hasInstances }) =>
        entry(id - 1, word, { color: [0, 0, Number(color.at(-1))], has_instances: hasInstances }),
      )
      const first = plan(ontology(...a), { format_version: '0.1', categories: entries })
      const here = ontology(...a, ...first.here.create)
      const there = first.there ?? { format_version: '0.1', categories: entries }
      const again = plan(here, there, { agreed: first.agreed })
      expect([again.there, again.here.create, again.here.update, again.newThere]).toEqual([null, [], [], []])
      for (const { id } of here.categories) expect(again.idHere.get(again.idThere.get(id)!)).toBe(id)
      expect(new Set(again.idThere.values()).size).toBe(here.categories.length)
    }),
  )
})
