import { expect, it } from 'vitest'
import { createPullStore, type PullJob } from '../../../renderer/stores/pull.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { HostConnection, HostEvent } from '../../../shared/host/host-api.ts'
import type { RemoteAhead } from '../../../shared/host/pull-methods.ts'

const job = (more: Partial<PullJob>): PullJob => ({
  state: 'running',
  source: 'me/street/photos:v0',
  artifact: 'id0',
  as: 'images',
  step: 'Getting files',
  filesDone: 0,
  filesTotal: 3,
  bytesDone: 0,
  bytesTotal: 9,
  error: null,
  asks: null,
  startedAt: 1,
  ...more,
})
const theirs: RemoteAhead['versions'][number] = {
  versionId: 'a'.repeat(64),
  message: 'night',
  author: 'ada',
  createdAt: 1,
  artifact: 'id',
  collection: 'history',
  remoteVersion: 'v2',
  isUnfinished: false,
  isUnrelated: false,
}

function bench(flush: () => Promise<void> = async () => {}) {
  const asked: string[] = []
  const dismissed: string[] = []
  const listeners: ((event: HostEvent) => void)[] = []
  const server = {
    job: null as PullJob | null,
    ahead: [] as RemoteAhead['versions'],
    error: null as AppError | null,
  }
  const host = {
    async call(method: string, input: object) {
      asked.push(`${method} ${JSON.stringify(input)}`)
      if (method === 'pull.status' || method === 'pull.cancel') return { job: server.job }
      if (server.error) throw server.error
      if (method === 'remote.ahead') return { checkedAt: 1, versions: server.ahead, collections: [] }
      return { kind: 'none', downloaded: { files: 0, bytes: 0 } }
    },
    on(next: (event: HostEvent) => void) {
      listeners.push(next)
      return () => {}
    },
  } as unknown as HostConnection
  const notices = { dismiss: (key: string) => void dismissed.push(key) }
  const store = createPullStore(host, notices, flush)
  const tell = (event: HostEvent) => {
    for (const listener of listeners) listener(event)
  }
  return { store, asked, dismissed, server, tell }
}

it('saves what is drawn in this window before anything is merged, and pulls nothing over what could not be saved', async () => {
  const order: string[] = []
  const { store, asked } = bench(async () => void order.push('saved'))
  await store.merge()
  expect(order).toEqual(['saved'])
  expect(asked[0]).toBe('remote.pullAndMerge {"uncommitted":"commit"}')
  const full = bench(() => Promise.reject(new AppError('DISK_FULL', 'Full.', { remedy: 'Free some.' })))
  expect(await full.store.merge()).toBeNull()
  expect(full.asked).not.toContain('remote.pullAndMerge {"uncommitted":"commit"}')
  expect(full.store.getState().refused?.code).toBe('DISK_FULL')
  // Also beside a pull that was stopped before.
  const error = new AppError('CANCELLED', 'Stopped.', { remedy: 'Go on.' }).toInfo()
  full.server.job = job({ state: 'stopped', error })
  await full.store.goOn()
  await full.store.refresh()
  await full.store.goOn()
  expect(full.store.getState()).toMatchObject({ refused: { code: 'DISK_FULL' }, job: { state: 'stopped' } })
})

it('goes on with what was stopped, as it was begun, also in a window that came later', async () => {
  const { store, server, asked } = bench()
  server.job = job({ state: 'stopped' })
  await store.refresh()
  expect(store.getState().job?.state).toBe('stopped')
  await store.goOn()
  expect(asked).toContain('remote.pull {"artifact":"id0","as":"images","uncommitted":"commit"}')
  server.job = job({ state: 'failed', artifact: '*' })
  await store.refresh()
  await store.goOn()
  expect(asked).toContain('remote.pullAndMerge {"uncommitted":"commit"}')
})

it('says nothing of a pull that was done before the window came, or that was put away', async () => {
  const { store, server, tell } = bench()
  server.job = job({ state: 'done' })
  await store.refresh()
  expect(store.getState().job).toBeNull()
  server.job = job({ state: 'stopped', startedAt: 2 })
  tell({ type: 'pull.changed', status: { job: server.job } })
  expect(store.getState().job).not.toBeNull()
  store.putAway()
  tell({ type: 'pull.changed', status: { job: server.job } })
  expect(store.getState().job).toBeNull()
  tell({ type: 'pull.changed', status: { job: job({ startedAt: 2 }) } })
  expect(store.getState().job?.state).toBe('running')
})

it('asks seldom by itself and then says nothing of failures; a person is told', async () => {
  const { store, server, asked } = bench()
  server.error = new AppError('NET_OFFLINE', 'No network.', { remedy: 'Wait.' })
  await store.ask('seldom')
  await store.ask('seldom')
  expect(asked).toHaveLength(1)
  expect(store.getState().refused).toBeNull()
  await store.ask('now')
  expect(store.getState().refused?.code).toBe('NET_OFFLINE')
})

it('says why a push did not become the newest until there is nothing of others left', async () => {
  const { store, server, tell, dismissed } = bench()
  server.ahead = [theirs]
  const error = new AppError('REMOTE_AHEAD', 'Somebody else pushed.', { remedy: 'Merge.' }).toInfo()
  tell({ type: 'notice', notice: { key: 'remote-ahead', severity: 'warning', error } })
  await expect.poll(() => store.getState().ahead.versions).toHaveLength(1)
  expect(store.getState().behind?.code).toBe('REMOTE_AHEAD')
  tell({ type: 'remote.changed', ahead: { checkedAt: 2, versions: [], collections: [] } })
  expect(store.getState().behind).toBeNull()
  expect(dismissed).toEqual(['remote-ahead'])
})

it('asks no more what was answered in the history, and tells of nothing that is merged', async () => {
  const { store, server, tell } = bench()
  const error = new AppError('SYNC_FAILSAFE', 'Of another dataset.', { remedy: 'Compare.' }).toInfo()
  server.ahead = [theirs]
  server.job = job({ artifact: '*', as: 'auto', state: 'failed', error })
  await store.refresh()
  expect(store.getState()).toMatchObject({ job: { state: 'failed' }, ahead: { versions: [theirs] } })
  // A commit says nothing of theirs; a merge of theirs does.
  tell({ type: 'versions.changed' })
  await new Promise((done) => setTimeout(done, 600))
  expect(store.getState().job?.state).toBe('failed')
  server.ahead = []
  tell({ type: 'versions.changed' })
  await expect.poll(() => store.getState().job).toBeNull()
  expect(store.getState().ahead.versions).toEqual([])
})

it('merges what puts many images into the trash only when a person goes on after having read it', async () => {
  const { store, asked, server } = bench()
  const failsafe = new AppError('SYNC_FAILSAFE', 'Would put 90 of 100 images into the trash.', {
    remedy: 'Compare the versions.',
  })
  const asks = { removed: 90, replaced: 0, isUnrelated: false, version: 'c'.repeat(64) }
  server.job = job({ artifact: '*', as: 'auto', state: 'failed', error: failsafe.toInfo(), asks })
  server.error = failsafe
  await store.merge()
  server.error = null
  await store.goOn()
  expect(asked.filter((call) => call.startsWith('remote.pullAndMerge'))).toEqual([
    'remote.pullAndMerge {"uncommitted":"commit"}',
    `remote.pullAndMerge {"uncommitted":"commit","confirmed":${JSON.stringify(asks)}}`,
  ])
  server.job = job({ artifact: '*', as: 'auto', state: 'stopped' })
  await store.refresh()
  await store.goOn()
  expect(asked.at(-2)).toBe('remote.pullAndMerge {"uncommitted":"commit"}')
})
