import { expect, it } from 'vitest'
import { createImportsStore } from '../../../renderer/stores/imports.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import type { HostConnection } from '../../../shared/host/host-api.ts'

type Sent = { name: string; signal: AbortSignal | undefined; finish(): void; fail(error: AppError): void }

/** A host that answers when told to. */
function waitingHost() {
  const sent: Sent[] = []
  const connection = {
    fetchData(path: string, init: { signal?: AbortSignal } = {}) {
      const name = decodeURIComponent(path.split('name=')[1]!)
      return new Promise<Blob>((resolve, reject) => {
        init.signal?.addEventListener('abort', () =>
          reject(new AppError('CANCELLED', 'Cancelled.', { remedy: '' })),
        )
        const answer = JSON.stringify({ kind: 'duplicate', file: name, existing: 'a.png' })
        sent.push({ name, signal: init.signal, finish: () => resolve(new Blob([answer])), fail: reject })
      })
    },
  } as unknown as HostConnection
  return { sent, connection }
}
const files = (...names: string[]) => names.map((name) => ({ name, file: new Blob([name]) }))
const names = (sent: readonly Sent[]) => sent.map(({ name }) => name)
/** Lets everything that can go on do so. */
const settle = () => new Promise((resolve) => setTimeout(resolve))

it('sends two files at a time, in their order', async () => {
  const { sent, connection } = waitingHost()
  const store = createImportsStore(connection)
  store.start(files('1.png', 'sub/2.png', '3.png', '4.png'))
  expect(names(sent)).toEqual(['1.png', 'sub/2.png'])
  sent[1]!.finish()
  await settle()
  expect(names(sent)).toEqual(['1.png', 'sub/2.png', '3.png'])
  for (const each of [0, 2, 3]) {
    sent[each]!.finish()
    await settle()
  }
  expect(store.getState().jobs).toMatchObject([{ state: 'done', total: 4, retryable: [] }])
  expect(store.getState().jobs[0]!.outcomes).toHaveLength(4)
})

it('sends nothing more after it was cancelled, and keeps what was settled', async () => {
  const { sent, connection } = waitingHost()
  const store = createImportsStore(connection)
  const id = store.start(files('1.png', '2.png', '3.png', '4.png'))
  sent[0]!.finish()
  await settle()
  store.cancel(id)
  await settle()
  expect(names(sent)).toEqual(['1.png', '2.png', '3.png'])
  expect(store.getState().jobs[0]).toMatchObject({ state: 'cancelled' })
  expect(store.getState().jobs[0]!.outcomes).toHaveLength(1)
})

it('offers to try again only what another try may mend', async () => {
  const { sent, connection } = waitingHost()
  const store = createImportsStore(connection)
  const id = store.start(files('lost.png', 'bad.png'))
  sent[0]!.fail(new AppError('HOST_GONE', 'Gone.', { remedy: 'Wait.' }))
  sent[1]!.fail(new AppError('IN_FORMAT', 'No image.', { remedy: 'Convert it.' }))
  await settle()
  const job = store.getState().jobs[0]!
  expect(job.outcomes.map(({ kind }) => kind)).toEqual(['rejected', 'rejected'])
  expect(job.retryable.map(({ name }) => name)).toEqual(['lost.png'])
  store.retry(id)
  expect(names(sent).slice(2)).toEqual(['lost.png'])
  expect(store.getState().jobs.map((each) => each.total)).toEqual([1])
})
