/** Lets so many pieces of work run at a time; the others wait in the order they came. */
export type Lanes = {
  /** Rejects with the reason of `signal` when that is aborted before the work began. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

export function createLanes(count: number): Lanes {
  let free = count
  const waiting = new Set<() => void>()

  async function enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (free > 0) {
      free--
      return
    }
    await new Promise<void>((done, failed) => {
      const go = () => {
        signal.removeEventListener('abort', stop)
        waiting.delete(go)
        done()
      }
      const stop = () => {
        waiting.delete(go)
        failed(signal.reason)
      }
      waiting.add(go)
      signal.addEventListener('abort', stop, { once: true })
    })
  }

  return {
    async run(signal, work) {
      await enter(signal)
      try {
        return await work()
      } finally {
        // The lane is handed on, so nobody who comes now overtakes.
        const [next] = waiting
        if (next) next()
        else free++
      }
    },
  }
}
