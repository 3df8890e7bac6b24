import { expect, it, onTestFinished } from 'vitest'
import { parseRevisionRecord } from '../../../shared/formats/revision-record.ts'
import { encodeIds } from '../../../shared/label/id-runs.ts'
import { openLabelLibrary, saveOf } from '../../support/label-library.ts'

const size = 35
const padded = (ids: readonly number[]) => Array.from({ length: size }, (_, i) => ids[i] ?? 0)
const arrivalOf = (ids: readonly number[], base: string | null, more: object = {}) => ({
  status: 'labeled' as const,
  objects: [...new Set(ids)].filter((id) => id > 0).map((id) => ({ id, categoryId: 2, attributes: {} })),
  ids: encodeIds(Uint32Array.from(padded(ids))),
  author: 'somebody else',
  base: base as never,
  place: 'segments',
  ...more,
})
async function open() {
  const library = await openLabelLibrary()
  onTestFinished(() => library.cleanup())
  const id = await library.addSample('a.png')
  const told: string[] = []
  const { labels } = library
  return {
    ...library,
    id,
    told,
    head: async () => (await labels.open(id)).revision,
    save: async (ids: readonly number[], base: string | null) =>
      (await labels.save(id, ...saveOf(padded(ids), base))).revision,
    take: (ids: readonly number[], base: string | null, options: { onlySame?: boolean } = {}, more = {}) =>
      labels.arrivals.take(
        id,
        arrivalOf(ids, base, more),
        ({ kind, row }) => void told.push(`${kind} ${row.id}`),
        options,
      ),
  }
}

it('is the label where there was none, by whoever made it, and numbered elsewhere', async () => {
  const { take, head, labels, id, context, told } = await open()
  expect(await take([1, 1], null)).toBe('taken')
  const [only] = await labels.revisions(id)
  expect(only).toMatchObject({ author: 'somebody else', tool: 'segments', status: 'labeled', isHead: true })
  const record = parseRevisionRecord(Buffer.from(await context.blobs.get((await head()) as never)).toString())
  expect([record.deviceId, record.nextObjectId]).toEqual(['segments', 2])
  expect(told).toEqual([`taken ${only!.revision}`])
  expect(await take([1, 1], null)).toBe('same')
  expect((await labels.revisions(id)).length).toBe(1)
})

it('takes the place of a label that nobody changed since, which stays among the states', async () => {
  const { take, save, labels, id } = await open()
  const base = await save([1], null)
  expect(await take([1, 2], base)).toBe('taken')
  const states = await labels.revisions(id)
  expect(states.map(({ isHead, parents }) => [isHead, parents])).toEqual([
    [true, [base]],
    [false, []],
  ])
})

it('lies beside a label that was changed since, once, with what both come from', async () => {
  const { take, save, head, labels, id } = await open()
  const base = await save([1], null)
  const mine = await save([1, 3], base)
  for (let i = 0; i < 2; i++) expect(await take([1, 2], base)).toBe('beside')
  expect([await head(), (await labels.revisions(id)).length]).toEqual([mine, 3])
  const question = await labels.conflicts.get(id, [])
  expect([question.base?.revision, question.mine.revision]).toEqual([base, mine])
  // Objects of both may have the same number and be none of each other's.
  expect(question.isOneCounter).toBe(false)
})

it('lies beside a label when nothing is known of where both come from', async () => {
  const { take, save, labels, id } = await open()
  await save([1], null)
  expect(await take([2], null)).toBe('beside')
  expect((await labels.conflicts.get(id, [])).base).toBeNull()
})

it('only compares when it is told to', async () => {
  const { take, save, labels, id, told } = await open()
  const base = await save([1], null)
  expect(await take([2], base, { onlySame: true })).toBe('other')
  expect([told, (await labels.revisions(id)).length]).toEqual([[], 1])
})

it('leaves locks as they are', async () => {
  const { take, labels, id } = await open()
  const [header, ids] = saveOf(padded([1, 2]), null)
  const objects = header.objects.map((object) =>
    object.id === 1 ? { ...object, locked: true as const } : object,
  )
  const { revision } = await labels.save(id, { ...header, objects }, ids)
  await take([1, 2, 2], revision)
  expect((await labels.open(id)).objects.map(({ locked }) => locked)).toEqual([true, undefined])
})

it('changes nothing when the pixels are of objects that are not listed', async () => {
  const { take, save, head, told } = await open()
  const base = await save([1], null)
  await expect(take([1, 9], base, {}, { objects: [] })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect([await head(), told]).toEqual([base, []])
})
