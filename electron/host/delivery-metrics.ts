import type { ProgressMetrics } from '../adapters/wandb/progress.ts'
import { createPacer } from './pacer.ts'

/** How often at most a progress metric is logged: the server keeps each one, so a row per file would be too many. */
const metricEveryMs = 250

/** Metrics of one run beside its delivery: how labeling went on, then how sending goes on. None of it is waited for. */
export type DeliveryMetrics = {
  moved(files: number, bytes: number): void
  /** Sends what is held back, for a while at most. */
  stop(signal: AbortSignal): Promise<void>
}

/** `rows` go out first, as they are. */
export function startDeliveryMetrics(
  metrics: ProgressMetrics | undefined,
  rows: readonly Readonly<Record<string, number>>[],
): DeliveryMetrics {
  for (const row of rows) metrics?.log(row)
  const sent = { files: 0, bytes: 0 }
  const pacer = createPacer(
    () => metrics?.log({ 'sync/files': sent.files, 'sync/bytes': sent.bytes }),
    metricEveryMs,
  )
  return {
    moved(files, bytes) {
      sent.files += files
      sent.bytes += bytes
      pacer.ask()
    },
    stop(signal) {
      pacer.flush()
      pacer.drop()
      return metrics?.stop(signal) ?? Promise.resolve()
    },
  }
}
