/** How long one slice works, in milliseconds: half a frame, so that the other half is left for what a person does. */
const sliceMs = 8

/**
 * Runs a generator to its end some milliseconds at a time and lets others go first in between. `onStep` hears what the
 * work yields, once for each slice. Rejects with the signal's reason once it is aborted, and with what the work throws.
 */
export async function inSlices<Y, T>(
  work: Generator<Y, T>,
  tools: {
    /** Milliseconds, from any beginning. */
    readonly now: () => number
    /** Resolves when others had their turn. */
    readonly pause: () => Promise<void>
    readonly signal?: AbortSignal
    readonly onStep?: (step: Y) => void
  },
): Promise<T> {
  const { now, pause, signal, onStep } = tools
  for (;;) {
    const until = now() + sliceMs
    for (;;) {
      signal?.throwIfAborted()
      const step = work.next()
      if (step.done) return step.value
      if (now() < until) continue
      onStep?.(step.value)
      break
    }
    await pause()
  }
}
