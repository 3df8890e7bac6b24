import { Worker } from 'node:worker_threads'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import {
  errorInfoSchema,
  type HostHandlers,
  type HostMethod,
  hostMethods,
} from '../../shared/host/host-api.ts'
import { siblingModule } from '../adapters/sibling-module.ts'
import type {
  ExchangeTask,
  FromThread,
  TaskProgress,
  TaskResult,
  ThreadData,
  ToThread,
} from './exchange-task.ts'
import type { LibraryContext } from './library-context.ts'

/** What a thread may ask of the host it belongs to. */
export type ThreadHost = {
  readonly handlers: HostHandlers
  handle(request: Request): Promise<Response>
}

export type StartThread = (data: ThreadData) => Worker

export const startExchangeThread: StartThread = (workerData) =>
  new Worker(siblingModule('./exchange-worker', import.meta.url), {
    workerData,
    env: {},
    resourceLimits: { maxYoungGenerationSizeMb: 16 },
  })

/** After this long a thread that was told to stop, and does not, is ended. */
const patienceMs = 5000

/**
 * Does a task in a thread of its own, so that the host goes on answering whatever the files are. Rejects with AppError:
 * what the task says, `CANCELLED` after `signal`, and `INTERNAL` when the thread died.
 */
export function runInThread<T extends ExchangeTask>(
  context: LibraryContext,
  task: T,
  options: {
    readonly host: ThreadHost
    readonly signal: AbortSignal
    readonly progress: (at: TaskProgress) => void
    readonly start?: StartThread
  },
): Promise<TaskResult<T>> {
  const { host, signal, progress, start = startExchangeThread } = options
  const { folder, deviceId } = context
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(cancelled())
    const worker = start({ task, folder, deviceId })
    const post = (message: ToThread) => worker.postMessage(message)
    let patience: NodeJS.Timeout | null = null
    const stop = () => {
      post({ kind: 'stop' })
      patience = setTimeout(() => void worker.terminate(), patienceMs)
    }
    signal.addEventListener('abort', stop, { once: true })
    const settle = (work: () => void) => {
      signal.removeEventListener('abort', stop)
      if (patience !== null) clearTimeout(patience)
      work()
    }
    const died = (cause: unknown) =>
      settle(() => {
        if (signal.aborted) return reject(cancelled())
        reject(
          new AppError('INTERNAL', 'The part of Tessera that exports and imports labels stopped.', {
            remedy: 'Try again. What was there before is as it was.',
            cause,
          }),
        )
      })
    worker.on('error', died)
    worker.on('exit', died)
    worker.on('message', (message: FromThread) => {
      switch (message.kind) {
        case 'progress':
          return progress(message)
        case 'done':
          return settle(() => resolve(message.result as TaskResult<T>))
        case 'failed':
          if (message.cause !== null) context.log('error', 'exchange', message.cause)
          return settle(() => reject(AppError.fromInfo(message.error)))
        case 'call':
        case 'fetch':
          return void answer(host, message, signal).then(
            (result) => post({ kind: 'answer', id: message.id, result }),
            (error: unknown) => post({ kind: 'refused', id: message.id, error: toAppError(error).toInfo() }),
          )
      }
    })
  })
}

async function answer(
  { handlers, handle }: ThreadHost,
  message: Extract<FromThread, { kind: 'call' | 'fetch' }>,
  signal: AbortSignal,
): Promise<unknown> {
  if (message.kind === 'call') {
    const method = message.method as HostMethod
    const handler = handlers[method] as (args: unknown, signal: AbortSignal) => Promise<unknown>
    return handler(hostMethods[method].input.parse(message.input), signal)
  }
  const { path, method, body } = message
  const response = await handle(
    new Request(new URL(path, 'http://localhost'), { method, ...(body && { body }), signal }),
  )
  if (response.ok) return new Uint8Array(await response.arrayBuffer())
  throw AppError.fromInfo(errorInfoSchema.parse(await response.json()))
}

const cancelled = () =>
  new AppError('CANCELLED', 'Cancelled.', { remedy: 'Start it again when you want it.' })
