import { expect, it } from 'vitest'
import { createVersionWorkStore } from '../../../renderer/stores/version-work.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { HostConnection, HostEvent } from '../../../shared/host/host-api.ts'

function bench(flush: () => Promise<void> = async () => {}) {
  const done: string[] = []
  let listener = (_: HostEvent) => {}
  let finish = () => {}
  const host = {
    async call(method: string, input: object, signal?: AbortSignal) {
      if (['branches.list', 'aliases.list', 'versionTags.list', 'conflicts.list'].includes(method)) return []
      if (method === 'versions.job') return null
      done.push(`${method} ${JSON.stringify(input)}`)
      await new Promise<void>((resolve) => {
        finish = resolve
        signal?.addEventListener('abort', () => resolve())
      })
      return {
        changed: 3,
        failed: [],
        skipped: [],
        isStopped: signal?.aborted ?? false,
        job: 1,
        committed: null,
      }
    },
    on(next: (event: HostEvent) => void) {
      listener = next
      return () => {}
    },
  } as unknown as HostConnection
  const store = createVersionWorkStore(host, async () => {
    await flush()
    done.push('saved')
  })
  const turn = () => new Promise((go) => setImmediate(go))
  return { store, done, tell: (event: HostEvent) => listener(event), finish: () => finish(), turn }
}
const progress = (done: number): HostEvent => ({
  type: 'versions.progress',
  job: 1,
  kind: 'restore',
  done,
  total: 10,
})

it('saves what is drawn in this window before anything is restored', async () => {
  const { store, done, finish, turn } = bench()
  const work = store.restore('v1', 'keep')
  await turn()
  expect(done).toEqual(['saved', 'versions.restore {"version":"v1","uncommitted":"keep"}'])
  finish()
  expect(await work).toMatchObject({ changed: 3 })
  expect(store.getState().running).toBeNull()
})

it('restores nothing over a label that could not be saved', async () => {
  const { store, done } = bench(() =>
    Promise.reject(new AppError('DISK_FULL', 'The disk is full.', { remedy: 'Free some space.' })),
  )
  await expect(store.switchTo('try', 'commit')).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(done).toEqual([])
  expect(store.getState().running).toBeNull()
})

it('one thing at a time, with progress, and stops when told to', async () => {
  const { store, tell, turn } = bench()
  const work = store.restore('v1', 'keep')
  await turn()
  tell(progress(4))
  expect(store.getState().running).toEqual({ kind: 'restore', done: 4, total: 10, isOurs: true })
  await expect(store.merge('try', '', 'commit')).rejects.toMatchObject({ code: 'CONFLICT' })
  store.stop()
  expect(await work).toMatchObject({ isStopped: true })
})

it('sends with a merge what somebody was shown of it, and nothing when nobody was', async () => {
  const { store, done, finish, turn } = bench()
  for (const shown of [{ removed: 1, replaced: 2, isUnrelated: false }, undefined]) {
    const work = store.merge('try', '', 'commit', shown)
    await turn()
    finish()
    await work
  }
  const [first, second] = done.filter((each) => each.startsWith('versions.merge'))
  expect(first).toContain('"confirmed":{"removed":1,"replaced":2,"isUnrelated":false}')
  expect(second).not.toContain('confirmed')
})

it('shows what another window does, which cannot be stopped here', () => {
  const { store, tell } = bench()
  tell(progress(4))
  expect(store.getState().running).toMatchObject({ isOurs: false, done: 4 })
  tell({ type: 'versions.changed' })
  expect(store.getState().running).toBeNull()
})

it('gives a name another name, and never one that stands at another version', async () => {
  const { store, done, finish, turn } = bench()
  store.setState({
    aliases: [
      { name: 'golden', version: 'a' },
      { name: 'best', version: 'b' },
    ],
  })
  await expect(store.renameAlias('golden', 'best')).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(done).toEqual([])
  const work = store.renameAlias('golden', 'release')
  await turn()
  finish()
  await turn()
  finish()
  await work
  expect(done).toEqual(['aliases.set {"name":"release","version":"a"}', 'aliases.remove {"name":"golden"}'])
})
