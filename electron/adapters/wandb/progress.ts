import { Worker } from 'node:worker_threads'
import type { Secret } from '../secrets/secret.ts'
import { siblingModule } from '../sibling-module.ts'

/** Metrics of one run. Neither call throws, and neither says whether anything arrived: they are a courtesy. */
export type ProgressMetrics = {
  log(row: Readonly<Record<string, number>>): void
  /** Ends the worker: gives it `graceMs` to send what it holds, or until `signal`, then stops it. */
  stop(signal: AbortSignal): Promise<void>
}
type Log = (level: 'debug', area: string, message: string) => void

/**
 * Logs progress through the official `@wandb/sdk`, in a worker of its own: that package ends its process when a run
 * cannot be opened, and waits for minutes after one failed answer. Here both cost a worker and nothing else.
 */
export function startProgress(options: {
  baseUrl: string
  entity: string
  project: string
  key: Secret
  runName: string
  displayName: string
  /** PEM of authorities that are trusted beside the usual ones. */
  authorities?: readonly string[]
  log: Log
  graceMs?: number
}): ProgressMetrics {
  const { key, log, graceMs = 3000, ...target } = options
  let alive = true
  let worker: Worker
  try {
    worker = new Worker(siblingModule('./progress-worker', import.meta.url), {
      workerData: { ...target, apiKey: key.reveal() },
      // The package reads the environment and prints; it gets none and is not heard.
      env: {},
      stdout: true,
      stderr: true,
    })
  } catch {
    return { log: () => undefined, stop: () => Promise.resolve() }
  }
  const ended = new Promise<void>((done) => {
    worker.once('exit', () => {
      alive = false
      done()
    })
  })
  worker.on('error', () => log('debug', 'sync', 'progress metrics stopped'))
  worker.stdout.resume()
  worker.stderr.resume()
  worker.unref()
  return {
    log(row) {
      if (alive) worker.postMessage({ row })
    },
    async stop(signal) {
      if (!alive) return
      worker.postMessage({ finish: true })
      let enough: () => void = () => undefined
      const grace = new Promise<void>((done) => {
        enough = done
      })
      const timer = setTimeout(enough, signal.aborted ? 0 : graceMs)
      signal.addEventListener('abort', enough)
      await Promise.race([ended, grace])
      clearTimeout(timer)
      signal.removeEventListener('abort', enough)
      if (alive) await worker.terminate()
    },
  }
}
