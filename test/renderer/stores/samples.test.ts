import { expect, it, vi } from 'vitest'
import { countOf } from '../../../renderer/stores/sample-selection.ts'
import { createSamplesStore } from '../../../renderer/stores/samples.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { HostConnection, HostEvent, Sample } from '../../../shared/host/host-api.ts'

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const sampleAt = (n: number) =>
  ({ id: idOf(n), name: `frame ${n}`, status: 'unlabeled', trashedAt: null }) as Sample

/** A host with `count` samples in one order; a filter with a word lets every tenth through. */
function hostOf(count: number) {
  const listeners = new Set<(event: HostEvent) => void>()
  const orders = new Map<string, number[]>()
  const calls: string[] = []
  let queries = 0
  const state = { count }
  const host = {
    async call(method: string, input: never) {
      calls.push(method)
      const { query, from, limit, id, filter } = input as unknown as {
        query: string
        from: number
        limit: number
        id: string
        filter: { condition: { kind: string } }[]
      }
      const order = () => {
        const found = orders.get(query)
        if (!found) throw new AppError('NOT_FOUND', 'not kept', { remedy: 'again' })
        return found
      }
      switch (method) {
        case 'samples.query': {
          const step = filter?.some(({ condition }) => condition.kind === 'name') ? 10 : 1
          const name = `query ${++queries}`
          const found = Array.from({ length: Math.ceil(state.count / step) }, (_, i) => i * step)
          orders.set(name, found)
          return { query: name, total: found.length, outOf: state.count, trashed: 0, hidden: 0, byStatus: {} }
        }
        case 'samples.window':
          return {
            samples: order()
              .slice(from, from + limit)
              .map(sampleAt),
          }
        case 'samples.ids':
          return {
            ids: order()
              .slice(from, from + limit)
              .map(idOf),
          }
        case 'samples.position': {
          const position = order().findIndex((n) => idOf(n) === id)
          return { position: position < 0 ? null : position }
        }
        case 'samples.get':
          return sampleAt(Number(id.slice(-12)))
        default:
          throw new Error(method)
      }
    },
    on(listener: (event: HostEvent) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  } as unknown as HostConnection
  const emit = (event: HostEvent) => {
    for (const listener of listeners) listener(event)
  }
  return { host, emit, calls, orders, state }
}

it('holds some thousand samples of a hundred thousand, however far somebody scrolls', async () => {
  const { host } = hostOf(100_000)
  const store = createSamplesStore(host)
  await store.refresh()
  expect(store.getState()).toMatchObject({ total: 100_000, outOf: 100_000 })
  for (let from = 0; from < 100_000; from += 1500) {
    store.want(from, from + 60)
    await vi.waitFor(() => expect(store.at(from + 59)?.name).toBe(`frame ${from + 59}`))
    expect(store.getState().byId.size).toBeLessThanOrEqual(3000)
  }
  expect(store.at(0)).toBeNull()
})

it('follows the search text, and keeps what was typed though it means nothing yet', async () => {
  const { host } = hostOf(1000)
  const store = createSamplesStore(host, () => ['car'])
  await store.refresh()
  store.setText('night status:')
  expect(store.getState()).toMatchObject({ text: 'night status:', mistakes: [{ from: 6, to: 13 }] })
  await vi.waitFor(() => expect(store.getState().total).toBe(100))
  store.setText('night car:>=5')
  expect(store.getState().filter).toHaveLength(2)
  store.setFilter(store.getState().filter.slice(1))
  expect(store.getState().text).toBe('car:>=5')
})

it('selects ranges over what was never shown, and everything without reading it', async () => {
  const { host, calls } = hostOf(50_000)
  const store = createSamplesStore(host)
  await store.refresh()
  store.select({ kind: 'some', ids: new Set([idOf(5)]) }, 5)
  await store.selectTo(30_004)
  expect(store.selectedCount()).toBe(30_000)
  expect(store.isSelected(idOf(30_004))).toBe(true)
  expect(store.isSelected(idOf(30_005))).toBe(false)
  calls.length = 0
  store.selectAll()
  store.want(0, 50)
  await vi.waitFor(() => expect(store.at(7)).not.toBeNull())
  store.toggle(7)
  expect(countOf(store.getState().selection)).toBe(49_999)
  expect(calls).not.toContain('samples.ids')
  let seen = 0
  for await (const ids of store.selectedIds(500)) {
    seen += ids.length
    expect(ids).not.toContain(idOf(7))
  }
  expect(seen).toBe(49_999)
})

it('still means the same images by "all" when another filter shows others', async () => {
  const { host } = hostOf(1000)
  const store = createSamplesStore(host)
  store.setText('night')
  await vi.waitFor(() => expect(store.getState().total).toBe(100))
  store.selectAll()
  store.toggle(2)
  store.setFilter([])
  await vi.waitFor(() => expect(store.getState().total).toBe(1000))
  // Every tenth was there, and the third of them was taken away.
  expect([0, 10, 20, 30, 31].map((n) => store.isSelected(idOf(n)))).toEqual([true, true, false, true, false])
  store.toggle(31)
  store.toggle(30)
  expect(store.selectedCount()).toBe(99)
  const ids: string[] = []
  for await (const part of store.selectedIds(40)) ids.push(...part)
  expect(ids).toHaveLength(99)
  expect([10, 20, 30, 31].map((n) => ids.includes(idOf(n)))).toEqual([true, false, false, true])
})

it('lets go of "all" when the host knows no more what that was, and goes on showing the list', async () => {
  const { host, orders } = hostOf(50)
  const store = createSamplesStore(host)
  await store.refresh()
  store.selectAll()
  // It was started anew.
  orders.clear()
  await store.refresh()
  expect([store.getState().loading.kind, store.getState().total, store.selectedCount()]).toEqual([
    'ready',
    50,
    0,
  ])
})

it('selects all of what was searched for last, though its answer is still on the way', async () => {
  const { host } = hostOf(1000)
  const store = createSamplesStore(host)
  await store.refresh()
  store.setText('night')
  store.selectAll()
  await vi.waitFor(() => expect(store.selectedCount()).toBe(100))
})

it('leaves the cursor where a key has put it while the list is read anew', async () => {
  const { host, state } = hostOf(100)
  const store = createSamplesStore(host)
  await store.refresh()
  store.select({ kind: 'some', ids: new Set([idOf(5)]) }, 5)
  const call = host.call.bind(host)
  const arrow = vi.fn(() => store.select({ kind: 'some', ids: new Set([idOf(6)]) }, 6))
  host.call = async (method, input, signal) => {
    const answer = await call(method, input, signal)
    if (method === 'samples.position' && arrow.mock.calls.length === 0) arrow()
    return answer
  }
  await store.refresh()
  expect(store.getState().active).toEqual({ index: 6, id: idOf(6) })
  state.count = 3
  await store.refresh()
  expect(store.getState().active).toEqual({ index: 2, id: idOf(2) })
})

it('says nothing of what a filter hides once something else is selected', async () => {
  const { host } = hostOf(100)
  const store = createSamplesStore(host)
  await store.refresh()
  store.setState({ hidden: 4 })
  await store.selectTo(3)
  expect(store.getState().hidden).toBe(0)
})

it('selects what a key went to once it has been read, unless the cursor moved alone', async () => {
  const { host } = hostOf(50_000)
  const store = createSamplesStore(host)
  await store.refresh()
  store.select({ kind: 'some', ids: new Set() }, 49_999)
  expect(store.selectedCount()).toBe(0)
  store.want(49_940, 50_000)
  await vi.waitFor(() => expect(store.isSelected(idOf(49_999))).toBe(true))
  expect(store.getState().active).toEqual({ index: 49_999, id: idOf(49_999) })

  store.select({ kind: 'some', ids: new Set() }, 0)
  store.setState({ active: { index: 20_000, id: null } })
  store.want(20_000, 20_060)
  await vi.waitFor(() => expect(store.getState().active.id).toBe(idOf(20_000)))
  expect(store.selectedCount()).toBe(0)
})

it('reads the list anew only while somebody looks at it', async () => {
  const { host, emit, calls, state } = hostOf(10)
  const store = createSamplesStore(host)
  await store.refresh()
  calls.length = 0
  state.count = 12
  emit({ type: 'samples.changed' })
  emit({ type: 'label.saved', sampleId: idOf(3), revision: 'ab'.repeat(32) })
  await new Promise((done) => setTimeout(done, 200))
  expect(calls).toEqual(['samples.get'])
  const leave = store.watch()
  await vi.waitFor(() => expect(store.getState().total).toBe(12))
  leave()
})

it('walks the order that was fixed when the first was opened, also when the host has forgotten it', async () => {
  const { host, orders } = hostOf(100)
  const store = createSamplesStore(host)
  store.setText('night')
  await vi.waitFor(() => expect(store.getState().total).toBe(10))
  await store.startRun(idOf(30))
  expect(store.getState().run).toMatchObject({ index: 3, total: 10, text: 'night' })
  store.setFilter([])
  expect((await store.peek(1))!.id).toBe(idOf(40))
  expect(store.getState().run).toMatchObject({ index: 3 })
  expect((await store.step(1))!.id).toBe(idOf(40))
  orders.clear()
  for (let i = 0; i < 8; i++) await store.step(1)
  expect(store.getState().run).toMatchObject({ id: idOf(90), index: 9 })
  expect([await store.peek(1), await store.step(1)]).toEqual([null, null])
  expect((await store.step(-1))!.id).toBe(idOf(80))
})

it('comes back to the sample that was looked at last, also from another order than that of the list', async () => {
  const { host } = hostOf(100)
  const store = createSamplesStore(host)
  await store.refresh()
  const tenth = { negated: false, condition: { kind: 'name', text: 'night' } } as const
  await store.startRun(null, { filter: [tenth], sort: { by: 'review', reversed: false } })
  expect((await store.step(1))!.id).toBe(idOf(10))
  const leave = store.watch()
  await vi.waitFor(() => expect(store.getState().active).toEqual({ index: 10, id: idOf(10) }))
  leave()
})

it('stays where it is when nobody waits any more for the sample that is looked for', async () => {
  const { host } = hostOf(100)
  const store = createSamplesStore(host)
  await store.refresh()
  await store.startRun(idOf(3))
  const before = store.getState()
  let isWanted = true
  const found = [store.step(1, () => isWanted), store.stepUnlabeled(1, () => isWanted)]
  isWanted = false
  expect(await Promise.all(found)).toEqual([null, null])
  const { run, selection, active } = store.getState()
  expect({ run, selection, active }).toEqual({
    run: before.run,
    selection: before.selection,
    active: before.active,
  })
})

it('goes to the nearest unlabeled sample on either side, however far it is, and nowhere when there is none', async () => {
  const { host, orders } = hostOf(3000)
  const open = new Set([5, 2345])
  const store = createSamplesStore({
    ...host,
    async call(method: string, input: never) {
      const answer = (await host.call(method as never, input)) as { samples?: Sample[] }
      if (method !== 'samples.window') return answer
      const samples = answer.samples!.map((each) => {
        const status = open.has(Number(each.name.slice(6))) ? 'unlabeled' : 'labeled'
        return { ...each, status }
      })
      return { samples }
    },
  } as unknown as HostConnection)
  await store.refresh()
  await store.startRun(idOf(100))
  expect((await store.stepUnlabeled(1))?.name).toBe('frame 2345')
  expect(store.getState().run).toMatchObject({ index: 2345, id: idOf(2345), total: 3000 })
  expect(await store.stepUnlabeled(1)).toBeNull()
  expect(store.getState().run?.index).toBe(2345)
  // The host has forgotten the order meanwhile.
  orders.clear()
  expect((await store.stepUnlabeled(-1))?.name).toBe('frame 5')
  expect(await store.stepUnlabeled(-1)).toBeNull()
})
