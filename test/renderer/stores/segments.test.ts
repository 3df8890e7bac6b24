import { expect, it } from 'vitest'
import { createSegmentsStore, type SegmentsJob } from '../../../renderer/stores/segments.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { HostConnection, HostEvent } from '../../../shared/host/host-api.ts'
import type { SegmentsPlan, SegmentsState } from '../../../shared/host/segments-methods.ts'

const link = (dataset: string) => ({
  baseUrl: 'https://s.example',
  dataset,
  url: `https://s.example/${dataset}`,
  create: false,
  taskType: null,
})
const job = (more: Partial<SegmentsJob>): SegmentsJob => ({
  kind: 'publish',
  state: 'running',
  step: 'Sending labels',
  done: 0,
  total: 3,
  bytesDone: 0,
  error: null,
  asks: null,
  result: null,
  startedAt: 1,
  endedAt: null,
  ...more,
})
const plan: SegmentsPlan = {
  mode: 'both',
  dataset: null,
  counts: { push: 1 },
  items: [],
  left: 0,
  categories: { newThere: [], newHere: [], changes: [], remarks: [] },
  cards: { push: 0, pull: 0 },
  kept: { send: 0, take: 0 },
  reviewed: 0,
  replaced: 0,
  needsConfirmation: false,
}
const offline = () => new AppError('NET_OFFLINE', 'No network.', { remedy: 'Wait.' })

function bench(flush: () => Promise<void> = async () => {}) {
  const asked: string[] = []
  const listeners: ((event: HostEvent) => void)[] = []
  const server = {
    status: { link: link('me/a'), known: { samples: 0, syncedAt: null }, job: null } as SegmentsState,
    error: null as AppError | null,
    gate: Promise.resolve(),
  }
  const host = {
    async call(method: string, input: object) {
      asked.push(`${method} ${JSON.stringify(input)}`)
      if (method === 'segments.status' || method === 'segments.link') return server.status
      if (method === 'segments.conflicts') return { samples: [] }
      await server.gate
      if (server.error) throw server.error
      if (method === 'segments.plan') return plan
      if (method === 'segments.releases') return { releases: [] }
      return {}
    },
    on(next: (event: HostEvent) => void) {
      listeners.push(next)
      return () => {}
    },
  } as unknown as HostConnection
  const store = createSegmentsStore(host, flush)
  const tell = (status: SegmentsState) => {
    server.status = status
    for (const listener of listeners) listener({ type: 'segments.changed', status })
  }
  return { store, asked, server, tell }
}

it('saves what is drawn in this window before both sides are compared, and sends nothing that could not be saved', async () => {
  const order: string[] = []
  const { store, asked } = bench(async () => void order.push('saved'))
  await store.refresh()
  await store.lookAgain()
  expect(order).toEqual(['saved'])
  expect(asked).toContain('segments.plan {"mode":"both"}')
  const full = bench(() => Promise.reject(new AppError('DISK_FULL', 'Full.', { remedy: 'Free some.' })))
  await full.store.refresh()
  expect(await full.store.run({ mode: 'publish' })).toBe(false)
  expect(full.asked).not.toContain('segments.run {"mode":"publish"}')
  expect(full.store.getState().refused?.code).toBe('DISK_FULL')
})

it('keeps what was seen when looking again fails, and forgets it with the link', async () => {
  const { store, server, tell } = bench()
  await store.refresh()
  await store.lookAgain()
  server.error = offline()
  await store.lookAgain()
  expect(store.getState().look).toMatchObject({ plan, isLooking: false, error: { code: 'NET_OFFLINE' } })
  tell({ ...server.status, link: link('me/b') })
  expect(store.getState().look).toMatchObject({ plan: null, error: null })
})

it('shows no plan of the dataset that was linked before, however late it comes', async () => {
  const { store, server, tell } = bench()
  await store.refresh()
  let open = () => {}
  server.gate = new Promise((resolve) => {
    open = resolve
  })
  const looked = store.lookAgain()
  tell({ ...server.status, link: link('me/b') })
  open()
  await looked
  expect(store.getState().look.plan).toBeNull()
})

it('says a failure once: of the job when there was one, else of the call', async () => {
  const { store, server, tell } = bench()
  await store.refresh()
  server.error = offline()
  server.status = { ...server.status, job: job({ state: 'failed', error: server.error.toInfo() }) }
  await store.run({ mode: 'publish' })
  expect(store.getState()).toMatchObject({ refused: null })
  tell({ ...server.status, job: job({}) })
  server.error = new AppError('CONFLICT', 'It runs.', { remedy: 'Wait.' })
  await store.run({ mode: 'pull' })
  expect(store.getState().refused?.code).toBe('CONFLICT')
})

it('goes on with what was asked for last, and with a run of an earlier window by its kind', async () => {
  const { store, server, asked, tell } = bench()
  await store.refresh()
  tell({ ...server.status, job: job({ kind: 'both', state: 'stopped' }) })
  await store.goOn()
  expect(asked.at(-2)).toBe('segments.run {"mode":"both"}')
  await store.run({ mode: 'publish', overwriteReviewed: true })
  tell({ ...server.status, job: job({ state: 'stopped', startedAt: 2 }) })
  await store.goOn()
  expect(asked.at(-2)).toBe('segments.run {"mode":"publish","overwriteReviewed":true}')
})

it('does not bring back what was put away', async () => {
  const { store, server, tell } = bench()
  await store.refresh()
  tell({ ...server.status, job: job({ state: 'done', startedAt: 5 }) })
  store.putAway()
  tell({ ...server.status })
  expect(store.getState().job).toBeNull()
  tell({ ...server.status, job: job({ startedAt: 6 }) })
  expect(store.getState().job?.startedAt).toBe(6)
})

it('makes a version of a release that changes unusually much only when a person goes on after having read it', async () => {
  const { store, asked, server } = bench()
  await store.refresh()
  const failsafe = new AppError('SYNC_FAILSAFE', 'Would change the labels of 22.', { remedy: 'Compare.' })
  const asks = { removed: 0, replaced: 22, isUnrelated: false, version: 'c'.repeat(64) }
  server.error = failsafe
  server.status = {
    ...server.status,
    job: job({ kind: 'toArtifact', state: 'failed', error: failsafe.toInfo(), asks }),
  }
  await store.toArtifact('v1', 'first')
  expect(store.getState()).toMatchObject({ refused: null, job: { asks } })
  server.error = null
  await store.goOn()
  const wish = '{"release":"v1","message":"first","uncommitted":"commit"'
  expect(asked.filter((call) => call.startsWith('segments.toArtifact'))).toEqual([
    `segments.toArtifact ${wish}}`,
    `segments.toArtifact ${wish},"confirmed":${JSON.stringify(asks)}}`,
  ])
})
