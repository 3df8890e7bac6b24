/** Something that reads a list anew when told so: news that comes while it reads makes it read once more. */
export type Refresh = {
  /** Resolves when a reading that began after this call is done. Rejects with what `read` threw. */
  now(): Promise<void>
  /** As `now`, but gathers a burst of news into one reading; failures end in the store's own state. */
  soon(): void
}

/**
 * At most one `read` runs. `pause` is the shortest time between the news and the reading, in milliseconds;
 * a slow reading (a large library) stretches it to twice its own length, so an import never chokes on refreshing.
 */
export function createRefresh(read: () => Promise<void>, pause = 150): Refresh {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let lastMs = 0

  async function run(): Promise<void> {
    const started = Date.now()
    try {
      await read()
    } finally {
      lastMs = Date.now() - started
      running = null
    }
  }

  function now(): Promise<void> {
    if (!running) {
      running = run()
      return running
    }
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null
        return now()
      })
    return next
  }

  return {
    now,
    soon() {
      if (timer !== null) return
      timer = setTimeout(
        () => {
          timer = null
          now().catch(() => {})
        },
        Math.max(pause, 2 * lastMs),
      )
    },
  }
}
