import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Categories, createCategories } from '../../../electron/host/categories.ts'
import { parseOntologyFile } from '../../../shared/formats/ontology-file.ts'
import { openTestLibrary, type TestLibrary } from '../../support/open-test-library.ts'

let library: TestLibrary
let categories: Categories
beforeEach(async () => {
  library = await openTestLibrary()
  categories = createCategories(library.context)
})
afterEach(() => library.cleanup())

const create = (name: string) => categories.create({ name, hasInstances: true })

it('gives every category an id and a colour of its own, in the order of making', () => {
  const made = ['road', 'car', 'sky'].map(create)
  expect(categories.list()).toEqual(made)
  expect(made.map(({ id }) => id)).toEqual([1, 2, 3])
  expect(new Set(made.map(({ color }) => color)).size).toBe(3)
})

it('keeps the id when a category is renamed or recoloured', () => {
  const { id } = create('car')
  expect(categories.update({ id, name: 'vehicle', color: '#102030' })).toEqual({
    id,
    name: 'vehicle',
    color: '#102030',
    hasInstances: true,
  })
  expect(categories.list()).toHaveLength(1)
})

it('refuses two names that differ only in case or in how accents are written', () => {
  create('Café')
  const { id } = create('car')
  for (const name of ['café', 'CAFE\u0301']) {
    expect(() => create(name)).toThrow(expect.objectContaining({ code: 'NAME_TAKEN' }))
    expect(() => categories.update({ id, name })).toThrow(expect.objectContaining({ code: 'NAME_TAKEN' }))
  }
  expect(categories.update({ id, name: 'Car' }).name).toBe('Car')
  expect(() => categories.update({ id: 99, name: 'x' })).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND' }),
  )
})

it('writes an ontology that reads back, and the same bytes for the same categories', async () => {
  const made = ['road', 'car'].map(create)
  const first = await categories.ontology()
  const text = Buffer.from(await library.context.blobs.get(first.digest)).toString()
  expect(parseOntologyFile(text).categories).toEqual(made)
  expect(await categories.ontology()).toEqual(first)
  categories.update({ id: 1, color: '#000001' })
  expect((await categories.ontology()).digest).not.toBe(first.digest)
})

it('tells of every change, and of none that was refused', () => {
  create('car')
  expect(() => create('car')).toThrow()
  expect(library.events).toEqual([{ type: 'categories.changed' }])
})

it('keeps everything that is said of a category, and leaves out what is empty', async () => {
  const said = {
    description: 'Everything that drives',
    isVoid: true,
    attributes: [{ name: 'parked', type: 'checkbox' as const, required: true as const }],
    other: { dimensions: { x: 1 } },
  }
  const { id } = categories.create({ name: 'car', hasInstances: true, ...said })
  expect(categories.list()[0]).toMatchObject(said)
  const text = Buffer.from(await library.context.blobs.get((await categories.ontology()).digest)).toString()
  expect(parseOntologyFile(text)).toEqual({
    task: 'panoptic',
    imageAttributes: [],
    categories: categories.list(),
  })
  categories.update({ id, name: 'auto' })
  expect(categories.list()[0]).toMatchObject({ name: 'auto', ...said })
  const bare = categories.update({ id, description: '', isVoid: false, attributes: [] })
  expect(Object.keys(bare).sort()).toEqual(['color', 'hasInstances', 'id', 'name', 'other'])
})

it('puts categories into another order, those that are not named after the others', () => {
  ;['a', 'b', 'c', 'd'].map(create)
  expect(categories.order([3, 1]).map(({ id }) => id)).toEqual([3, 1, 2, 4])
  expect(categories.list().map(({ id }) => id)).toEqual([3, 1, 2, 4])
  create('e')
  expect(categories.list().at(-1)!.name).toBe('e')
  expect(() => categories.order([1, 99])).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})

it('keeps the task and what is asked of images', async () => {
  expect(categories.rules()).toEqual({ task: 'panoptic', imageAttributes: [] })
  const before = (await categories.ontology()).digest
  const imageAttributes = [{ name: 'weather', type: 'select' as const, options: ['sun', 'rain'] }]
  categories.setRules({ task: 'semantic' })
  categories.setRules({ imageAttributes })
  expect(createCategories(library.context).rules()).toEqual({ task: 'semantic', imageAttributes })
  expect((await categories.ontology()).digest).not.toBe(before)
})

it('gives no id twice, and brings a category back under a free name when a label needs it', () => {
  ;['a', 'b'].map(create)
  library.context.transaction(() => categories.retire(2))
  expect(categories.list().map(({ name }) => name)).toEqual(['a'])
  expect(create('B').id).toBe(3)
  expect([...categories.ids()]).toEqual([1, 2, 3])
  expect(() => categories.update({ id: 2, color: '#000000' })).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND' }),
  )
  categories.revive([1, 2])
  expect(categories.list().map(({ id, name }) => [id, name])).toEqual([
    [1, 'a'],
    [2, 'b 2'],
    [3, 'B'],
  ])
})

it('makes several changes as one or not at all', () => {
  create('a')
  const told = library.events.length
  expect(() =>
    categories.together(() => {
      create('b')
      create('a')
    }),
  ).toThrow(expect.objectContaining({ code: 'NAME_TAKEN' }))
  expect(categories.list()).toHaveLength(1)
  expect(library.events).toHaveLength(told)
  categories.together(() => ['b', 'c'].map(create))
  expect(categories.list()).toHaveLength(3)
  expect(library.events).toHaveLength(told + 1)
})
