import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { AppError } from '../../shared/base/app-error.ts'
import type { FromPixels, PixelJob, PixelResult, PixelSetup } from './exchange-pixels-message.ts'
import { siblingModule } from './sibling-module.ts'

/**
 * Looks at the pixels of labels that go to another program and come back from its files, several at a time, each in a
 * worker thread of its own. Threads begin with the first jobs.
 */
export type PixelPool = {
  /** How many jobs are under way at most. */
  readonly size: number
  /** Rejects with AppError: what the job says, `INTERNAL` when its thread died, `CANCELLED` after `close`. */
  run<J extends PixelJob>(job: J): Promise<PixelResult<J>>
  /** Ends the threads, and with them what is under way. */
  close(): Promise<void>
}

export type StartPixelWorker = (setup: PixelSetup) => Worker

const startPixelWorker: StartPixelWorker = (workerData) =>
  new Worker(siblingModule('./exchange-pixels-worker', import.meta.url), {
    workerData,
    env: {},
    // What is made for a label is gone with it: more room would only be filled before it is looked through.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })

type Waiting = {
  readonly job: PixelJob
  resolve(result: unknown): void
  reject(error: AppError): void
}

/** Two at least: while one waits for memory the other works. Beyond four the disk and the one that writes set the pace. */
const usualSize = Math.min(4, Math.max(2, availableParallelism()))
/** Labels that are worth a thread: it takes longer to begin than they take. */
const labelsPerThread = 16

/** `labels`: how many there are to look at. */
export function createPixelPool(
  setup: PixelSetup,
  labels: number,
  start: StartPixelWorker = startPixelWorker,
): PixelPool {
  const size = Math.max(1, Math.min(usualSize, Math.ceil(labels / labelsPerThread)))
  const queue: Waiting[] = []
  const idle: Worker[] = []
  const busy = new Map<Worker, Waiting>()
  let closed = false

  function begin(): Worker {
    const worker = start(setup)
    worker.on('message', (message: FromPixels) => {
      const { resolve, reject } = busy.get(worker)!
      busy.delete(worker)
      idle.push(worker)
      if (message.kind === 'done') resolve(message.result)
      else reject(AppError.fromInfo(message.error))
      next()
    })
    const died = (cause: unknown) => {
      const waiting = busy.get(worker)
      busy.delete(worker)
      const at = idle.indexOf(worker)
      if (at >= 0) idle.splice(at, 1)
      waiting?.reject(
        closed
          ? new AppError('CANCELLED', 'Cancelled.', { remedy: 'Start it again when you want it.' })
          : new AppError('INTERNAL', 'The part of Tessera that looks at labels stopped.', {
              remedy: 'Try again. Nothing was changed.',
              cause,
            }),
      )
      if (!closed) next()
    }
    worker.on('error', died)
    worker.on('exit', died)
    return worker
  }

  function next(): void {
    while (queue.length > 0 && (idle.length > 0 || busy.size < size)) {
      const waiting = queue.shift()!
      const worker = idle.pop() ?? begin()
      busy.set(worker, waiting)
      try {
        worker.postMessage(waiting.job)
      } catch (cause) {
        busy.delete(worker)
        idle.push(worker)
        waiting.reject(
          new AppError('INTERNAL', 'A label could not be handed over.', { remedy: 'Try again.', cause }),
        )
      }
    }
  }

  return {
    size,
    run<J extends PixelJob>(job: J) {
      return new Promise<PixelResult<J>>((resolve, reject) => {
        if (closed) {
          reject(new AppError('CANCELLED', 'Cancelled.', { remedy: 'Start it again when you want it.' }))
          return
        }
        queue.push({ job, resolve: (result) => resolve(result as PixelResult<J>), reject })
        next()
      })
    },
    async close() {
      closed = true
      const error = new AppError('CANCELLED', 'Cancelled.', { remedy: 'Start it again when you want it.' })
      for (const { reject } of queue.splice(0)) reject(error)
      await Promise.all([...idle, ...busy.keys()].map((worker) => worker.terminate()))
    },
  }
}
