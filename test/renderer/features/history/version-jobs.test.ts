import { expect, it } from 'vitest'
import { historyStore } from '../../../../renderer/features/history/history-store.ts'
import { createVersionJobs } from '../../../../renderer/features/history/version-jobs.ts'
import type { NoticesStore } from '../../../../renderer/stores/notices.ts'
import type { Stores } from '../../../../renderer/stores/stores.ts'
import { AppError } from '../../../../shared/base/app-error.ts'
import type { Notice } from '../../../../shared/host/host-api.ts'

const merged = {
  ...{
    job: 1,
    changed: 2,
    failed: [],
    skipped: [],
    isStopped: false,
    committed: null,
    kind: 'merged',
    base: null,
  },
  ...{ otherBases: [], taken: 1, merged: 1, version: { number: 4 }, conflicts: [], categories: [] },
}
function bench(merge: () => Promise<unknown>) {
  const shown: Notice[] = []
  const notices = {
    show: (notice: Notice) => shown.push(notice),
    report: (key: string, error: AppError) => shown.push({ key, severity: 'error', error: error.toInfo() }),
    dismiss: () => {},
  } as unknown as NoticesStore
  const stores = { notices, versionWork: { merge }, versions: {} } as unknown as Stores
  return { jobs: createVersionJobs(stores), shown }
}

it('says where mine stands though both sides said something, and names no more than five', async () => {
  const removed = Array.from({ length: 7 }, (_, i) => ({
    ...{ id: null, name: `${i}.png`, label: null, card: [], isRemoved: true },
  }))
  const card = { id: null, name: 'a.png', label: null, card: ['split', 'tags'], isRemoved: false }
  const { jobs, shown } = bench(async () => ({
    ...merged,
    conflicts: [card, ...removed],
    categories: [{ id: 3, field: 'color', mine: null, theirs: null }],
  }))
  await jobs.merge('try', '', 'commit')
  expect(shown).toHaveLength(1)
  expect(shown[0]).toMatchObject({ severity: 'info' })
  expect(shown[0]!.error.message).toBe(
    'Mine stands where both changed the card: a.png (split, tags). ' +
      'Removed on one side and changed on the other, so kept: 0.png, 1.png, 2.png, 3.png, 4.png and 2 more. ' +
      'Mine stands for categories: color of category 3.',
  )
})

it('tells of images that somebody changed while it ran, and that stay as they are', async () => {
  const { jobs, shown } = bench(async () => ({ ...merged, skipped: [{ id: null, name: 'a.png' }] }))
  await jobs.merge('try', '', 'commit')
  expect(shown[0]).toMatchObject({ key: 'history.skipped', severity: 'warning' })
  expect(shown[0]!.error.message).toBe('1 image was changed while this ran and stays as it is: a.png.')
})

it('asks again before a merge goes on that was stopped', async () => {
  const asked: unknown[] = []
  const { jobs } = bench(async () => asked.push('merged'))
  await jobs.goOn({ kind: 'merge', version: 'abc', branch: null } as never)
  expect(asked).toEqual([])
  expect(historyStore.getState().dialog).toEqual({ kind: 'merge', version: 'abc' })
  historyStore.setState({ dialog: null })
})

it('says nothing more of a merge in which nobody had to give way', async () => {
  const { jobs, shown } = bench(async () => merged)
  expect(await jobs.merge('try', '', 'commit')).toBe(merged)
  expect(shown).toEqual([])
})

it('tells of images that could not be changed, and of a merge that failed', async () => {
  const error = new AppError('BLOB_CORRUPT', 'It is damaged.', { remedy: 'Verify.' }).toInfo()
  const { jobs, shown } = bench(async () => ({ ...merged, failed: [{ id: null, name: 'b.png', error }] }))
  await jobs.merge('try', '', 'commit')
  expect(shown[0]!.error.message).toBe('1 image could not be changed. b.png: It is damaged.')

  const failing = bench(() => Promise.reject(new AppError('CONFLICT', 'Not now.', { remedy: 'Wait.' })))
  expect(await failing.jobs.merge('try', '', 'commit')).toBeNull()
  expect(failing.shown[0]).toMatchObject({ key: 'history.merge', severity: 'error' })
})
