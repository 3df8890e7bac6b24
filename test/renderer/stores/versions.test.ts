import { expect, it } from 'vitest'
import { createVersionsStore } from '../../../renderer/stores/versions.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { HostConnection } from '../../../shared/host/host-api.ts'

const full = () => new AppError('DISK_FULL', 'The disk is full.', { remedy: 'Free some space.' })

/** A store whose labels are saved by `flush`, and the messages that reach the host, after what was saved by then. */
function bench(flush: () => Promise<void>) {
  const done: string[] = []
  const connection = {
    async call(method: string, input: { message: string }) {
      if (method === 'versions.list') return []
      if (method === 'versions.draft') return { canCommit: true }
      done.push(`commit ${input.message}`)
      return { version: { number: 1 } }
    },
    on: () => () => {},
  } as unknown as HostConnection
  const store = createVersionsStore(connection, async () => {
    await flush()
    done.push('saved')
  })
  return { store, done }
}

it('saves every label before it commits', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { store, done } = bench(() => promise)
  const commit = store.commit('first')
  await new Promise((go) => setImmediate(go))
  expect(store.getState().committing).toBe(true)
  expect(done).toEqual([])
  resolve()
  expect(await commit).toMatchObject({ number: 1 })
  expect(done).toEqual(['saved', 'commit first'])
  expect(store.getState()).toMatchObject({ committing: false, unsaved: null })
})

it('commits nothing when a label could not be saved, and says why until a commit is made', async () => {
  let fails = true
  const { store, done } = bench(async () => {
    if (fails) throw full()
  })
  await expect(store.commit('first')).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(done).toEqual([])
  expect(store.getState()).toMatchObject({ committing: false, unsaved: { code: 'DISK_FULL' } })
  fails = false
  await store.commit('again')
  expect(done).toEqual(['saved', 'commit again'])
  expect(store.getState().unsaved).toBeNull()
})

it('leaves out what could not be saved when the person says so', async () => {
  const { store, done } = bench(() => Promise.reject(full()))
  await store.commit('first').catch(() => {})
  await store.commit('only what is saved', { savedOnly: true })
  expect(done).toEqual(['commit only what is saved'])
  expect(store.getState().unsaved).toBeNull()
})
