import { afterEach, beforeEach, expect, it } from 'vitest'
import { verifyLibrary } from '../../../electron/host/verify.ts'
import { type CategoryLibrary, openCategoryLibrary } from '../../support/category-library.ts'
import { journalOf, painted, saveOf } from '../../support/label-library.ts'

let library: CategoryLibrary
beforeEach(async () => {
  library = await openCategoryLibrary()
})
afterEach(() => library.cleanup())

const refusal = (code: string) => expect.objectContaining({ code })
const names = () => library.categories.list().map(({ name }) => name)
const revisions = async (sample: string) =>
  (await library.labels.revisions(sample as Parameters<CategoryLibrary['labels']['open']>[0])).length

it('refuses what makes no sense, and changes nothing', async () => {
  const { jobs } = library
  const sample = await library.addLabeled('a.png', [3])
  await expect(jobs.move({ from: 3, to: 3, remove: true })).rejects.toEqual(refusal('BAD_REQUEST'))
  await expect(jobs.move({ from: 99, to: 2, remove: true })).rejects.toEqual(refusal('NOT_FOUND'))
  await expect(jobs.move({ from: 3, to: 99, remove: true })).rejects.toEqual(refusal('NOT_FOUND'))
  await expect(jobs.move({ from: 3, to: 2, remove: true, only: { ids: [sample] } })).rejects.toEqual(
    refusal('BAD_REQUEST'),
  )
  await expect(jobs.finish(1)).rejects.toEqual(refusal('NOT_FOUND'))
  await expect(jobs.takeBack(1)).rejects.toEqual(refusal('NOT_FOUND'))
  expect(jobs.latest()).toEqual([])
  expect(await revisions(sample)).toBe(1)
})

it('merges things: only labels with such objects get a new revision, by whoever asked', async () => {
  const { jobs, labels } = library
  const held = await library.addLabeled('a.png', [3, 2, 3])
  const other = await library.addLabeled('b.png', [2])
  const job = await jobs.move({ from: 3, to: 2, remove: true })
  expect(job).toMatchObject({ state: 'done', changed: 1, total: 1, removed: true, failed: [], locked: [] })
  expect((await library.labelOf(held)).objects).toEqual([
    [1, 2],
    [2, 2],
    [3, 2],
  ])
  expect(await revisions(held)).toBe(2)
  expect(await revisions(other)).toBe(1)
  expect((await labels.revisions(held))[0]).toMatchObject({
    tool: 'category:1',
    status: 'labeled',
    isHead: true,
  })
  expect(names()).toEqual(['road', 'car', 'sky'])
  expect(library.categories.create({ name: 'van', hasInstances: true }).id).toBe(5)
})

it('joins the one region when objects become stuff, whatever they were', async () => {
  const held = await library.addLabeled('a.png', [3, 1, 3])
  const alone = await library.addLabeled('b.png', [3, 3])
  await library.jobs.move({ from: 3, to: 1, remove: true })
  expect((await library.labelOf(held)).objects).toEqual([[2, 1]])
  expect((await library.labelOf(held)).ids.slice(0, 10)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, 2, 0])
  expect((await library.labelOf(alone)).objects).toEqual([[1, 1]])
  expect((await library.labelOf(alone)).ids.slice(0, 7)).toEqual([1, 1, 1, 1, 1, 1, 0])
})

it('treats every category as stuff in a semantic dataset', async () => {
  library.categories.setRules({ task: 'semantic' })
  const held = await library.addLabeled('a.png', [3, 2])
  await library.jobs.move({ from: 3, to: 2, remove: true })
  expect((await library.labelOf(held)).objects).toEqual([[2, 2]])
})

it('makes pixels unlabeled when a category is deleted without another, and gives no id twice', async () => {
  const held = await library.addLabeled('a.png', [2, 3])
  await library.jobs.move({ from: 3, to: null, remove: true })
  expect(await library.labelOf(held)).toMatchObject({ objects: [[1, 2]] })
  expect((await library.labelOf(held)).ids.slice(0, 7)).toEqual([1, 1, 1, 0, 0, 0, 0])
  expect((await library.labels.open(held)).nextObjectId).toBe(3)
})

it('leaves locked objects, says which, and keeps the category that they have', async () => {
  const locked = await library.addLabeled('locked.png', [3], { locked: true })
  const open = await library.addLabeled('open.png', [3])
  const job = await library.jobs.move({ from: 3, to: 2, remove: true })
  expect(job).toMatchObject({
    state: 'done',
    changed: 1,
    removed: false,
    locked: [{ sampleId: locked, name: 'locked.png', objects: 1 }],
  })
  expect((await library.labelOf(locked)).objects).toEqual([[1, 3]])
  expect((await library.labelOf(open)).objects).toEqual([[1, 2]])
  expect(names()).toContain('van')
})

it('changes only the samples it is told to', async () => {
  const chosen = await library.addLabeled('a.png', [3])
  const other = await library.addLabeled('b.png', [3])
  const job = await library.jobs.move({ from: 3, to: 2, remove: false, only: { ids: [chosen] } })
  expect(job).toMatchObject({ state: 'done', changed: 1, removed: false })
  expect((await library.labelOf(other)).objects).toEqual([[1, 3]])
  await library.jobs.takeBack(job.id)
  expect((await library.labelOf(chosen)).objects).toEqual([[1, 3]])
})

it('puts everything back, except what somebody has changed since', async () => {
  const { jobs, labels } = library
  const held = await library.addLabeled('a.png', [3, 1])
  const edited = await library.addLabeled('b.png', [3, 1])
  const before = await library.labelOf(held)
  const { id } = await jobs.move({ from: 3, to: 1, remove: true })
  const { revision } = await labels.open(edited)
  const drawn = painted(5, 20, 3)
  await labels.save(edited, ...saveOf(drawn, revision, { nextObjectId: 6 }))
  const job = await jobs.takeBack(id)
  expect(job).toMatchObject({ state: 'undone', changed: 1, left: 1, removed: false })
  expect(await library.labelOf(held)).toEqual(before)
  expect((await library.labelOf(edited)).ids).toEqual(drawn)
  expect(names()).toContain('van')
  await expect(jobs.takeBack(id)).rejects.toEqual(refusal('CONFLICT'))
  expect((await labels.open(held)).siblings).toEqual([])
  const noVersions = { manifest: () => Promise.reject(new Error('there are no versions')) }
  const signal = AbortSignal.timeout(30_000)
  expect((await verifyLibrary(library.context, noVersions, { signal })).findings).toEqual([])
})

it('stops when it is told to, says how far it came, and can be finished or taken back', async () => {
  const { jobs } = library
  const all = await Promise.all(['a', 'b', 'c', 'd'].map((name) => library.addLabeled(`${name}.png`, [3, 1])))
  const work = jobs.move({ from: 3, to: 1, remove: true })
  await expect(jobs.move({ from: 2, to: 1, remove: true })).rejects.toEqual(refusal('CONFLICT'))
  while (!library.events.some(({ type }) => type === 'categories.job')) await new Promise(setImmediate)
  jobs.stop()
  const stopped = await work
  expect(stopped.state).toBe('stopped')
  expect(stopped.changed).toBeGreaterThan(0)
  expect(stopped.changed).toBeLessThan(4)
  expect(names()).toContain('van')
  const moved = async () => {
    const labels = await Promise.all(all.map((sample) => library.labelOf(sample)))
    return labels.filter(({ objects }) => objects.length === 1).length
  }
  expect(await moved()).toBe(stopped.changed)
  const done = await jobs.finish(stopped.id)
  expect(done).toMatchObject({ state: 'done', changed: 4, removed: true })
  expect(await moved()).toBe(4)
  expect(await jobs.takeBack(stopped.id)).toMatchObject({ state: 'undone', changed: 4, left: 0 })
  expect(await moved()).toBe(0)
})

it('takes what is only in a journal along', async () => {
  const { jobs, labels } = library
  const held = await library.addLabeled('a.png', [2])
  const { revision } = await labels.open(held)
  const journal = journalOf(revision)
  const van = { id: 9, categoryId: 3, attributes: {} }
  await labels.appendJournal(held, ...journal.edit(9, 20, 3, { set: [van], nextObjectId: 10 }))
  const job = await jobs.move({ from: 3, to: 2, remove: true })
  expect(job).toMatchObject({ changed: 1, removed: true })
  expect((await library.labelOf(held)).objects).toEqual([
    [1, 2],
    [9, 2],
  ])
})

it('brings a category back when a label with objects of it is saved after all', async () => {
  const { jobs, labels } = library
  const held = await library.addLabeled('a.png', [3])
  const { revision } = await labels.open(held)
  await jobs.move({ from: 3, to: 2, remove: true })
  expect(names()).not.toContain('van')
  const objects = [{ id: 1, categoryId: 3, attributes: {} }]
  const { kind } = await labels.save(held, ...saveOf(painted(1, 0, 9), revision, { objects }))
  expect(kind).toBe('sibling')
  expect(names()).toContain('van')
})

it('costs what the labels with such objects cost, not what the library does', async () => {
  for (let i = 0; i < 6; i++) await library.addLabeled(`other ${i}.png`, [2])
  const held = await library.addLabeled('a.png', [3])
  const job = await library.jobs.move({ from: 3, to: 2, remove: true })
  expect(job.total).toBe(1)
  expect(await revisions(held)).toBe(2)
})

it('takes no object away when it was asked to delete what nobody uses', async () => {
  const { jobs, labels } = library
  const sample = await library.addLabeled('a.png', [2])
  const { revision } = await labels.open(sample)
  const [header, patch] = journalOf(revision).edit(5, 20, 4, {
    set: [{ id: 5, categoryId: 3, attributes: {} }],
    status: 'labeled',
  })
  await labels.appendJournal(sample, header, patch)
  expect(jobs.uses(3).objects).toBe(0)
  await expect(jobs.move({ from: 3, to: null, remove: true, unused: true })).rejects.toEqual(
    refusal('CONFLICT'),
  )
  expect((await library.labelOf(sample)).objects).toEqual([
    [1, 2],
    [5, 3],
  ])
  expect(names()).toContain('van')
  expect(jobs.latest()).toEqual([])
  expect(await jobs.move({ from: 4, to: null, remove: true, unused: true })).toMatchObject({ removed: true })
})

it('can be taken back when the category that the rest should get is gone', async () => {
  const { jobs, context, categories } = library
  const samples = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) => library.addLabeled(`${name}.png`, [3])),
  )
  const work = jobs.move({ from: 3, to: 1, remove: true })
  while (!library.events.some(({ type }) => type === 'categories.job')) await new Promise(setImmediate)
  jobs.stop()
  const { id, state } = await work
  expect(state).toBe('stopped')
  context.transaction(() => categories.retire(1))
  await expect(jobs.finish(id)).rejects.toEqual(refusal('NOT_FOUND'))
  expect(jobs.latest()[0]!.state).toBe('stopped')
  expect((await jobs.takeBack(id)).state).toBe('undone')
  for (const sample of samples) expect((await library.labelOf(sample)).objects).toEqual([[1, 3]])
})
