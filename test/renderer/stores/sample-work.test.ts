import { expect, it } from 'vitest'
import { createSampleWorkStore } from '../../../renderer/stores/sample-work.ts'
import type { SamplesStore } from '../../../renderer/stores/samples.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { HostConnection } from '../../../shared/host/host-api.ts'

/** A selection of 1,200 images, and a host that refuses from one call on. */
function work(refuses: { from: number; method: string }) {
  let calls = 0
  const asked: string[] = []
  const host = {
    async call(method: string, input: { ids: string[]; undo: string }) {
      if (method === refuses.method && ++calls >= refuses.from)
        throw new AppError('DISK_FULL', 'full', { remedy: 'make room' })
      if (method === 'samples.undo') {
        asked.push(input.undo)
        return { restored: 10, skipped: 0 }
      }
      return { changed: input.ids.length, failed: [], undo: `undo of ${input.ids[0]}` }
    },
  } as unknown as HostConnection
  const ids = Array.from({ length: 1200 }, (_, i) => `${i}`)
  const samples = {
    selectedCount: () => ids.length,
    async *selectedIds(size: number) {
      for (let from = 0; from < ids.length; from += size) yield ids.slice(from, from + size)
    },
  } as SamplesStore
  return { store: createSampleWorkStore(host, samples), asked, refuses }
}

it('takes back what was done before the disk was full', async () => {
  const { store, asked } = work({ method: 'samples.change', from: 3 })
  const { changed, failed, undo } = await store.change('to the trash', { kind: 'trash' })
  expect([changed, failed.length, failed[0]!.code]).toEqual([1000, 200, 'DISK_FULL'])
  expect(await undo!()).toEqual({ restored: 20, skipped: 0 })
  expect(asked).toEqual(['undo of 500', 'undo of 0'])
})

it('rejects when nothing could be done at all', async () => {
  const { store } = work({ method: 'samples.change', from: 1 })
  await expect(store.change('to the trash', { kind: 'trash' })).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(store.getState().work).toBeNull()
})

it('goes on where taking back has failed, when it is asked again', async () => {
  const { store, asked, refuses } = work({ method: 'samples.undo', from: 2 })
  const { undo } = await store.change('to the trash', { kind: 'trash' })
  await expect(undo!()).rejects.toMatchObject({ code: 'DISK_FULL' })
  refuses.method = ''
  expect(await undo!()).toEqual({ restored: 30, skipped: 0 })
  expect(asked).toEqual(['undo of 1000', 'undo of 500', 'undo of 0'])
})
