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
  expect(parseOntologyFile(text)).toEqual(made)
  expect(await categories.ontology()).toEqual(first)
  categories.update({ id: 1, color: '#000001' })
  expect((await categories.ontology()).digest).not.toBe(first.digest)
})

it('tells of every change, and of none that was refused', () => {
  create('car')
  expect(() => create('car')).toThrow()
  expect(library.events).toEqual([{ type: 'categories.changed' }])
})
