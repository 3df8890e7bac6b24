import { expect, it, onTestFinished } from 'vitest'
import type { OpenOptions } from '../../../electron/host/library.ts'
import { journalOf, openLabelLibrary, painted, saveOf } from '../../support/label-library.ts'

async function open(options: Partial<OpenOptions> & { folder?: string } = {}) {
  const library = await openLabelLibrary(options)
  onTestFinished(() => library.cleanup())
  return library
}

it('opens a sample without a label as empty and unlabeled', async () => {
  const library = await open()
  const sample = await library.addSample('a.png')
  expect(await library.labels.open(sample)).toEqual({
    sampleId: sample,
    revision: null,
    width: 7,
    height: 5,
    status: 'unlabeled',
    objects: [],
    nextObjectId: 1,
    restoredEdits: 0,
  })
})

it('reads back what it saved', async () => {
  const library = await open()
  const sample = await library.addSample('a.png')
  const ids = painted(300, 3, 9)
  const saved = await library.labels.save(sample, ...saveOf(ids, null))
  expect(saved).toMatchObject({ kind: 'saved', head: saved.revision })
  expect(await library.labels.open(sample)).toMatchObject({
    revision: saved.revision,
    status: 'in progress',
    objects: [{ id: 300, categoryId: 2, attributes: {} }],
    nextObjectId: 301,
    restoredEdits: 0,
  })
  expect(await library.idsOf(saved.revision)).toEqual(ids)
})

it('brings back the edits of a journal', async () => {
  const library = await open()
  const sample = await library.addSample('a.png')
  const journal = journalOf(null)
  await library.labels.appendJournal(sample, ...journal.edit(1, 0, 3))
  await library.labels.appendJournal(sample, ...journal.edit(2, 2, 3))
  const opened = await library.labels.open(sample)
  expect(opened.restoredEdits).toBe(2)
  expect(await library.idsOf(opened.revision!)).toEqual(painted(2, 2, 3, painted(1, 0, 3)))
  expect((await library.labels.open(sample)).restoredEdits).toBe(0)
})
