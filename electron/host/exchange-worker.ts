import { parentPort, workerData } from 'node:worker_threads'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import { recogniseFormats } from '../../shared/formats/exchange/formats.ts'
import type { HostConnection } from '../../shared/host/host-api.ts'
import { createCategories } from './categories.ts'
import type { FromThread, Recognised, TaskProgress, ThreadData, ToThread } from './exchange-task.ts'
import { planExport } from './export-plan.ts'
import { createLabelExport } from './label-export.ts'
import { importLabelFiles } from './label-import.ts'
import { openLabelSource } from './label-source.ts'
import { openLibrary } from './library.ts'
import { createVersions } from './versions.ts'

// Runs in a worker thread: one export, or one import, apart from the host. See exchange-thread.ts.
const port = parentPort!
const { task, folder, deviceId } = workerData as ThreadData
const stop = new AbortController()
const waiting = new Map<number, { resolve(result: unknown): void; reject(error: AppError): void }>()

port.on('message', (message: ToThread) => {
  if (message.kind === 'stop') {
    stop.abort(new AppError('CANCELLED', 'Cancelled.', { remedy: 'Start it again when you want it.' }))
    return
  }
  const caller = waiting.get(message.id)
  waiting.delete(message.id)
  if (message.kind === 'answer') caller?.resolve(message.result)
  else caller?.reject(AppError.fromInfo(message.error))
})

const send = (message: FromThread) => port.postMessage(message)

const progressEveryMs = 100
let toldAt = 0
let toldStep = ''
/** A change of the step is always told. */
function tell({ step, done, total }: TaskProgress): void {
  const now = performance.now()
  if (step === toldStep && now - toldAt < progressEveryMs) return
  toldAt = now
  toldStep = step
  send({ kind: 'progress', step, done, total })
}

/** The host's own door, over the port: what is written goes the way of everything that is written. */
function connect(): HostConnection {
  let last = 0
  const ask = <T>(message: (id: number) => FromThread, signal?: AbortSignal) =>
    new Promise<T>((resolve, reject) => {
      signal?.throwIfAborted()
      const id = ++last
      waiting.set(id, { resolve: resolve as (result: unknown) => void, reject })
      send(message(id))
    })
  return {
    call: (method, input, signal) => ask((id) => ({ kind: 'call', id, method, input }), signal),
    on: () => () => {},
    async fetchData(path, { method = 'GET', body, signal } = {}) {
      const bytes = body ? new Uint8Array(await body.arrayBuffer()) : null
      const answer = await ask<Uint8Array<ArrayBuffer>>(
        (id) => ({ kind: 'fetch', id, path, method, body: bytes }),
        signal,
      )
      return new Blob([answer])
    },
  }
}

async function openTools() {
  const library = await openLibrary(folder, { mode: 'read', deviceId, log: () => {}, emit: () => {} })
  const { context } = library
  const categories = createCategories(context)
  const versions = createVersions(context, { categories })
  const ontology = () => ({ ...categories.rules(), categories: categories.list() })
  return { context, tools: { versions, ontology }, close: () => library.close() }
}

async function run(): Promise<unknown> {
  const { signal } = stop
  switch (task.kind) {
    case 'plan': {
      const { context, tools, close } = await openTools()
      try {
        return await planExport(context, tools, task.request, signal, (step, done, total) =>
          tell({ step, done, total }),
        )
      } finally {
        await close()
      }
    }
    case 'export': {
      const { context, tools, close } = await openTools()
      try {
        return await createLabelExport(context, tools).run(task.request, signal, ({ phase, done, total }) =>
          tell({ step: done === total && phase === 'proving' ? 'finishing' : phase, done, total }),
        )
      } finally {
        await close()
      }
    }
    case 'recognise':
      return recognise(task.path)
    case 'import':
      return importLabelFiles(connect(), task.request, signal, (done) =>
        tell({ step: task.request.dryRun ? 'reading' : 'writing', done, total: null }),
      )
  }
}

async function recognise(path: string): Promise<Recognised> {
  try {
    const files = await openLabelSource(path, stop.signal)
    try {
      const found = await recogniseFormats({ ...files, image: () => null })
      return { formats: found.map(({ id }) => id), problem: null }
    } finally {
      await files.close()
    }
  } catch (error) {
    if (error instanceof AppError && !stop.signal.aborted) return { formats: [], problem: error.toInfo() }
    throw error
  }
}

run()
  .then(
    (result) => send({ kind: 'done', result }),
    (thrown: unknown) => {
      const error = toAppError(thrown)
      const cause = error.code === 'INTERNAL' ? String((error.cause as Error)?.stack ?? error.cause) : null
      send({ kind: 'failed', error: error.toInfo(), cause })
    },
  )
  // What waits for an answer of the host would keep the thread.
  .finally(() => port.close())
