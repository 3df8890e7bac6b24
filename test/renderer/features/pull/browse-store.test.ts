import { expect, it } from 'vitest'
import {
  createBrowseStore,
  isArtifactName,
  matching,
} from '../../../../renderer/features/pull/browse-store.ts'
import { AppError } from '../../../../shared/base/app-error.ts'
import type { HostConnection } from '../../../../shared/host/host-api.ts'

const page = 40
const versionOf = (index: number) => ({
  id: `id${index}`,
  entity: 'me',
  project: 'street',
  collection: 'photos',
  type: 'dataset',
  version: `v${index}`,
  index,
  aliases: index === 99 ? ['latest'] : [],
  tags: index === 5 ? ['night'] : [],
  description: '',
  createdBy: null,
})

/** A server of one project with a collection of 100 versions, newest first; `fail` makes the next question fail. */
function bench() {
  const asked: string[] = []
  let error: AppError | null = null
  const host = {
    async call(method: string, input: Record<string, string | null>) {
      asked.push(method)
      await Promise.resolve()
      if (error) {
        const thrown = error
        error = null
        throw thrown
      }
      switch (method) {
        case 'remote.entities':
          return { username: 'me', entities: ['me', 'team'], linked: { entity: 'me', project: 'street' } }
        case 'remote.types':
          return { types: [{ name: 'dataset', description: '' }], next: null }
        case 'remote.collections':
          return { collections: [], next: null }
        case 'remote.versions': {
          const from = Number(input.after ?? 0)
          const all = Array.from({ length: 100 }, (_, i) => versionOf(99 - i))
          const next = from + page < 100 ? String(from + page) : null
          // A list that grew meanwhile says the last row of the page before again.
          return { versions: all.slice(Math.max(0, from - 1), from + page), next }
        }
        case 'remote.look':
          return { artifact: versionOf(Number(/\d+$/.exec(input.artifact!)![0])), kind: 'images' }
        default:
          throw new Error(method)
      }
    },
  } as unknown as HostConnection
  const store = createBrowseStore(host)
  return {
    store,
    asked,
    fail(next: AppError) {
      error = next
    },
  }
}
const place = ['me', 'street', 'dataset', 'photos']

it('begins at the project that the library is linked with, and then where one was', async () => {
  const first = bench()
  await first.store.begin()
  expect(first.store.getState()).toMatchObject({ path: ['me', 'street'], cursor: 'dataset' })
  await first.store.open(place, 'id97')
  first.store.close()
  const second = bench()
  await second.store.begin()
  expect(second.store.getState()).toMatchObject({ path: place, cursor: 'id97' })
})

it('reads page after page, each row once, and finds a version that lies on a later one', async () => {
  const { store, asked } = bench()
  await store.open(place)
  expect(store.getState().rows).toHaveLength(page)
  await Promise.all([store.more(), store.more()])
  expect(asked.filter((method) => method === 'remote.versions')).toHaveLength(2)
  await store.find('me/street/photos:v5')
  const { rows, cursor, look, next } = store.getState()
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
  expect([rows.length, next, cursor]).toEqual([100, null, 'id5'])
  expect(look).toMatchObject({ kind: 'there', id: 'id5' })
  expect(matching(rows, 'night').map(({ key }) => key)).toEqual(['id5'])
  expect(matching(rows, 'LATEST v99').map(({ key }) => key)).toEqual(['id99'])
})

it('asks nothing of what the cursor only passes, and keeps what is shown when reading anew fails', async () => {
  const { store, asked, fail } = bench()
  await store.open(place)
  for (let i = 98; i > 90; i--) store.choose(`id${i}`)
  expect(asked).not.toContain('remote.look')
  await expect.poll(() => store.getState().look.kind).toBe('there')
  expect(asked.filter((method) => method === 'remote.look')).toHaveLength(1)
  fail(new AppError('NET_OFFLINE', 'No network.', { remedy: 'Wait.' }))
  fail(new AppError('NET_OFFLINE', 'No network.', { remedy: 'Wait.' }))
  await store.open(['me', 'street'])
  expect(store.getState()).toMatchObject({ loading: { kind: 'failed', error: { code: 'NET_OFFLINE' } } })
  await store.reload()
  expect(store.getState()).toMatchObject({ loading: { kind: 'ready' }, path: ['me', 'street'] })
  // Going back is no question.
  const before = asked.length
  await store.open(['me', 'street'])
  expect(asked.length).toBe(before)
})

it('knows a name when it sees one', () => {
  expect(['a:v1', 'me/street/a', ' p/a:latest '].every(isArtifactName)).toBe(true)
  expect(['night', 'v3', 'labeled_data'].some(isArtifactName)).toBe(false)
})
