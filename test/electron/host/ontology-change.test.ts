import { afterEach, beforeEach, expect, it } from 'vitest'
import { createOntologyChange, type OntologyChange } from '../../../electron/host/ontology-change.ts'
import type { Ontology } from '../../../shared/label/ontology.ts'
import { type CategoryLibrary, openCategoryLibrary } from '../../support/category-library.ts'

let library: CategoryLibrary
let change: OntologyChange
beforeEach(async () => {
  library = await openCategoryLibrary()
  change = createOntologyChange(library.categories, (id) => library.jobs.uses(id).objects > 0)
})
afterEach(() => library.cleanup())

const now = (): Ontology => ({ ...library.categories.rules(), categories: library.categories.list() })
const names = () => now().categories.map(({ name }) => name)
const file = (...categories: object[]) => JSON.stringify({ categories })
const restore = (before: Ontology, after: Ontology) =>
  change.restore({
    before: { ...before, categories: [...before.categories] },
    after: { ...after, categories: [...after.categories] },
  })

it('shows what a file would bring without writing anything, and applies it all or not at all', () => {
  const before = now()
  const text = file({ id: 9, name: 'bus', color: [1, 2, 3], has_instances: true }, { id: 10, name: 'CAR' })
  const plan = change.import({ text, mode: 'keep', apply: false })
  expect(plan.added.map(({ id, name }) => [id, name])).toEqual([[9, 'bus']])
  expect(plan.kept).toEqual(['car'])
  expect(now()).toEqual(before)
  expect(change.import({ text, mode: 'keep', apply: true }).added).toEqual(plan.added)
  expect(names()).toEqual(['road', 'car', 'van', 'sky', 'bus'])
  expect(() => change.import({ text: 'no', mode: 'keep', apply: true })).toThrow(
    expect.objectContaining({ code: 'IN_FORMAT' }),
  )
})

it('takes back an import, except what was changed or used since, and says what', async () => {
  const before = now()
  const text = file(
    { id: 9, name: 'bus' },
    { id: 10, name: 'tram' },
    { id: 11, name: 'bike' },
    { id: 12, name: 'CAR', color: [1, 2, 3] },
  )
  change.import({ text, mode: 'update', apply: true })
  const after = now()
  expect(names()).toContain('CAR')
  await library.addLabeled('a.png', [9])
  library.categories.update({ id: 10, name: 'streetcar' })
  expect(restore(before, after)).toEqual({ restored: 2, left: ['bus', 'tram'] })
  expect(names()).toEqual(['road', 'car', 'van', 'sky', 'bus', 'streetcar'])
  expect(now().categories[1]).toEqual(before.categories[1])
})

it('takes back a name, an order and the rules, and nothing that came later', () => {
  const { categories } = library
  const first = now()
  categories.update({ id: 2, name: 'auto', description: 'drives' })
  const second = now()
  categories.order([4, 3])
  const third = now()
  categories.setRules({ task: 'semantic' })
  const fourth = now()
  expect(restore(first, second)).toEqual({ restored: 1, left: [] })
  expect(now().categories.find(({ id }) => id === 2)).toEqual(first.categories[1])
  expect(restore(second, third).left).toEqual([])
  expect(names()).toEqual(['road', 'car', 'van', 'sky'])
  expect(restore(third, fourth)).toMatchObject({ left: [] })
  expect(now().task).toBe('panoptic')
  categories.setRules({ task: 'instance' })
  expect(restore(third, fourth)).toEqual({ restored: 0, left: ['task and attributes of images'] })
})

it('refuses what is nested more deeply than can be kept, and says so', () => {
  const before = now()
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
  const textOf = (levels: number) => `{"categories":[{"id":9,"name":"bus","x":${nested(levels)}}]}`
  for (const levels of [64, 1000, 8000]) {
    expect(() => change.import({ text: textOf(levels), mode: 'keep', apply: true })).toThrow(
      expect.objectContaining({ code: 'IN_FORMAT' }),
    )
  }
  expect(now()).toEqual(before)
  change.import({ text: textOf(63), mode: 'keep', apply: true })
  expect(names()).toContain('bus')
})

it('goes on with the ids that are free when a file has the highest, and never gives one twice', () => {
  change.import({ text: file({ id: 4096, name: 'last' }), mode: 'keep', apply: true })
  expect(library.categories.create({ name: 'bus', hasInstances: true }).id).toBe(5)
  library.context.transaction(() => library.categories.retire(5))
  const { added } = change.import({
    text: file({ id: 5, name: 'tram' }, { id: 7, name: 'bike' }),
    mode: 'keep',
    apply: true,
  })
  expect(added.map(({ id, name }) => [id, name])).toEqual([
    [6, 'tram'],
    [7, 'bike'],
  ])
  expect(library.categories.create({ name: 'boat', hasInstances: true }).id).toBe(8)
})
