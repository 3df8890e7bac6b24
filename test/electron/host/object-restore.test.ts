import { afterEach, expect, it } from 'vitest'
import { openVersionLibrary, type VersionLibrary } from '../../support/version-library.ts'

const open: VersionLibrary[] = []
afterEach(async () => {
  for (const library of open.splice(0).reverse()) await library.cleanup()
})

/** A label that was drawn as `before`, is drawn as `now`, and one object of it. */
async function drawn(before: string, now: string) {
  const library = await openVersionLibrary()
  open.push(library)
  const sample = await library.addSample('a.png')
  const [old, head] = [await library.draw(sample, before), await library.draw(sample, now)]
  const restore = (object: { before: number | null; after: number | null }) =>
    library.labels.restoreObject({ sampleId: sample, before: old, after: head, object }, [])
  return { library, sample, old, head, restore }
}

it('one object of a version comes back as a new state, and the other objects stay as they are', async () => {
  const { library, sample, head, restore } = await drawn('112', '1333')
  const { revision, former, pixels } = await restore({ before: 2, after: null })
  expect(await library.shown(sample)).toBe('1323 in progress')
  expect([former, pixels]).toEqual([head, 1])
  const [newest] = await library.labels.revisions(sample)
  expect(newest).toMatchObject({ revision, parents: [head], tool: 'restore-object' })
  expect(await library.damage()).toEqual([])
})

it('one that was added goes, and choosing the former state takes that back', async () => {
  const { library, sample, restore } = await drawn('11', '1133')
  const { former } = await restore({ before: null, after: 3 })
  expect(await library.shown(sample)).toBe('11 in progress')
  await library.labels.choose(sample, former as never)
  expect(await library.shown(sample)).toBe('1133 in progress')
})

it('nothing is written for an object that is as it was', async () => {
  const { library, sample, restore } = await drawn('1122', '1122')
  const before = (await library.labels.revisions(sample)).length
  expect(await restore({ before: 2, after: 2 })).toMatchObject({ revision: null, pixels: 0 })
  expect(await library.labels.revisions(sample)).toHaveLength(before)
})

it('an object comes back to an image whose label was taken away since', async () => {
  const library = await openVersionLibrary()
  open.push(library)
  const sample = await library.addSample('a.png')
  const old = await library.draw(sample, '12')
  const args = { sampleId: sample, before: old, after: null, object: { before: 2, after: null } }
  await library.draw(sample, '1')
  await library.labels.restoreObject(args, [])
  expect(await library.shown(sample)).toBe('12 in progress')
})
