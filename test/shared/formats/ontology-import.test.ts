import { describe, expect, it } from 'vitest'
import { ontologyFileText, parseOntologyFile } from '../../../shared/formats/ontology-file.ts'
import { planImport } from '../../../shared/formats/ontology-plan.ts'
import { mostOntologyText, readOntology } from '../../../shared/formats/ontology-reader.ts'
import type { Category, Ontology } from '../../../shared/label/ontology.ts'
import { ontologyOf, presets } from '../../../shared/label/presets/preset.ts'

const own = (categories: unknown[], more: object = {}) =>
  JSON.stringify({ format: 'tessera-ontology', format_version: 1, categories, ...more })
const row = (id: number, name: string, more: object = {}) => ({
  id,
  name,
  color: '#102030',
  has_instances: true,
  ...more,
})
const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

describe('hostile files', () => {
  it.each([
    ['no JSON', '{"categories":[', 'IN_FORMAT', /no JSON/],
    ['a list', '[1,2]', 'IN_FORMAT', /no categories/],
    ['another format', '{"format":"coco","categories":[]}', 'IN_FORMAT', /"coco"/],
    ['a newer version', own([], { format_version: 2 }), 'FMT_TOO_NEW', /newer/],
    ['a prototype', '{"categories":[{"__proto__":{"a":1},"id":1,"name":"a"}]}', 'IN_FORMAT', /__proto__/],
    ['too many', own(new Array(4097).fill(0)), 'IN_TOO_BIG', /4097/],
    ['too many of theirs', JSON.stringify({ categories: new Array(4097).fill(0) }), 'IN_TOO_BIG', /4097/],
    ['too much text', ' '.repeat(mostOntologyText + 1), 'IN_TOO_BIG', /characters/],
    ['two of a name', own([row(1, 'Car'), row(2, 'car')]), 'IN_FORMAT', /two categories "car"/],
    ['two of an id', own([row(1, 'a'), row(1, 'b')]), 'IN_FORMAT', /the id 1/],
    ['an id of 0', own([row(0, 'a')]), 'IN_FORMAT', /categories\.0\.id/],
    ['a bad colour', own([row(1, 'a', { color: 'red' })]), 'IN_FORMAT', /categories\.0\.color/],
    ['their bad colour', '{"categories":[{"id":1,"name":"a","color":[1,2,999]}]}', 'IN_FORMAT', /colour/],
    ['no name', '{"categories":[{"id":1,"name":""}]}', 'IN_FORMAT', /is no name/],
    ['a fraction as id', '{"categories":[{"id":1.5,"name":"a"}]}', 'IN_FORMAT', /is no id/],
    [
      'a bad attribute',
      '{"categories":[{"id":1,"name":"a","attributes":[{"name":"b","input_type":"select","values":[]}]}]}',
      'IN_FORMAT',
      /attributes\.0\.options/,
    ],
  ] as const)('refuses %s', (_, text, code, message) => {
    expect(() => readOntology(text)).toThrow(refusal(code, message))
  })

  it('names everything that is wrong, but not endlessly', () => {
    const text = JSON.stringify({ categories: Array.from({ length: 30 }, () => ({ id: -1, name: '' })) })
    expect(() => readOntology(text)).toThrow(refusal('IN_FORMAT', /and 50 more/))
  })

  it('stays small for long names', () => {
    const text = own([row(1, 'a', { color: 'x'.repeat(100_000) })])
    expect(() => readOntology(text)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{0,2500}$/s) }),
    )
  })
})

it('reads what it writes, all of it', () => {
  const ontology: Ontology = {
    task: 'semantic',
    imageAttributes: [{ name: 'weather', type: 'select', options: ['sun'], default: 'sun', required: true }],
    categories: [
      {
        id: 7,
        name: 'car',
        color: '#102030',
        hasInstances: true,
        description: 'drives',
        isVoid: true,
        attributes: [{ name: 'doors', type: 'number', min: 0, other: { a: [1] } }],
        other: { dimensions: { x: 1 } },
      },
    ],
  }
  const text = ontologyFileText(ontology)
  expect(parseOntologyFile(text)).toEqual(ontology)
  expect(readOntology(`\uFEFF${text}`)).toMatchObject({ source: 'tessera', ...ontology })
})

describe('task_attributes of Segments.ai', () => {
  const file = {
    format_version: '0.1',
    categories: [
      { id: 0, name: 'sky', color: [1, 2, 3], has_instances: false },
      {
        id: '5',
        name: 'car',
        color: [255, 0, 16, 128],
        has_instances: true,
        dimensions: { x: 2 },
        attributes: [
          {
            name: 'kind',
            input_type: 'select',
            values: ['a', 'b', 'a'],
            default_value: 'z',
            is_mandatory: true,
          },
          { name: 'tags', input_type: 'multiselect', values: ['x'], default_value: 'x' },
          { name: 'size', input_type: 'number', min: '1', max: '', step: 0.5 },
          { name: 'static', input_type: 'checkbox', is_track_level: true },
          { name: 'pose', input_type: 'quaternion' },
        ],
      },
      { id: 6, name: 'thing' },
    ],
    image_attributes: [{ name: 'note', input_type: 'text' }],
  }

  it.each([
    ['by themselves', file],
    ['in a dataset', { name: 'd', task_attributes: file }],
    ['in a release', { dataset: { task_attributes: file } }],
  ])('reads them %s', (_, value) => {
    const read = readOntology(JSON.stringify(value))
    expect(read.source).toBe('segments')
    expect(read.imageAttributes).toEqual([{ name: 'note', type: 'text' }])
    expect(read.categories).toEqual([
      { id: null, name: 'sky', color: '#010203', hasInstances: false },
      {
        id: 5,
        name: 'car',
        color: '#ff0010',
        hasInstances: true,
        attributes: [
          { name: 'kind', type: 'select', options: ['a', 'b'], required: true },
          { name: 'tags', type: 'multiselect', options: ['x'], default: ['x'] },
          { name: 'size', type: 'number', min: 1, step: 0.5 },
          { name: 'static', type: 'checkbox', other: { is_track_level: true } },
        ],
        other: { dimensions: { x: 2 }, unsupported_attributes: [{ name: 'pose', input_type: 'quaternion' }] },
      },
      { id: 6, name: 'thing', color: null, hasInstances: true },
    ])
    expect(read.remarks).toHaveLength(4)
  })
})

describe('planning an import', () => {
  const mine: Category[] = [
    { id: 1, name: 'Car', color: '#000001', hasInstances: true, description: 'mine' },
    { id: 2, name: 'road', color: '#000002', hasInstances: false },
  ]
  const now = { task: 'panoptic' as const, imageAttributes: [], categories: mine, ids: new Set([1, 2, 9]) }
  const file = readOntology(
    own([row(1, 'car'), row(2, 'tree'), row(9, 'bush'), row(30, 'sky')], { task: 'instance' }),
  )

  it('skips what is there by name, and keeps the id of the file only where it never stood for anything', () => {
    const plan = planImport(now, file, 'keep')
    expect(plan.kept).toEqual(['Car'])
    expect(plan.changed).toEqual([])
    expect(plan.added.map(({ id, name }) => [id, name])).toEqual([
      [31, 'tree'],
      [32, 'bush'],
      [30, 'sky'],
    ])
    expect(plan.rules.task).toBe('panoptic')
    expect(plan.remarks).toHaveLength(1)
  })

  it('changes what is there where the file is to go before it, and says in what', () => {
    const plan = planImport(now, file, 'update')
    expect(plan.changed).toEqual([
      { category: { ...mine[0], name: 'car', color: '#102030' }, fields: ['name', 'color'] },
    ])
    expect(plan.rules.task).toBe('instance')
    const again = planImport(
      { ...now, categories: [{ ...mine[0]!, name: 'car', color: '#102030' }] },
      file,
      'update',
    )
    expect(again.kept).toEqual(['car'])
  })

  it('refuses more than fit', () => {
    const many = readOntology(own(Array.from({ length: 4096 }, (_, i) => row(i + 1, `c${i}`))))
    expect(() => planImport(now, many, 'keep')).toThrow(refusal('IN_TOO_BIG', /4096/))
    expect(planImport({ ...now, categories: [], ids: new Set() }, many, 'keep').added).toHaveLength(4096)
  })
})

describe('presets', () => {
  it.each(presets.map((preset) => [preset.id, preset] as const))('%s can be read back', (_, preset) => {
    const read = readOntology(ontologyFileText(ontologyOf(preset)))
    expect(read.categories).toEqual(preset.categories)
  })

  it('has as many categories as it says', () => {
    const counts = presets.map(({ id, categories }) => [
      id,
      categories.length,
      categories.filter(({ hasInstances }) => hasInstances).length,
      categories.filter(({ isVoid }) => isVoid).length,
    ])
    expect(counts).toEqual([
      ['two', 2, 1, 0],
      ['cityscapes', 33, 10, 14],
      ['a2d2', 38, 8, 0],
      ['coco', 80, 80, 0],
      ['coco-panoptic', 133, 80, 0],
    ])
  })
})
