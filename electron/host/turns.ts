/** Runs work one after the other for each key; work for different keys runs beside it. */
export type Turns = {
  /** Settles as `work` does, after all earlier work for `key`, whether that succeeded or not. */
  take<T>(key: string, work: () => Promise<T>): Promise<T>
  /** Resolves when nothing is left to do, for any key. */
  idle(): Promise<void>
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return {
    take(key, work) {
      const result = (last.get(key) ?? Promise.resolve()).then(work)
      const settled = result
        .catch(() => undefined)
        .then(() => {
          if (last.get(key) === settled) last.delete(key)
        })
      last.set(key, settled)
      return result
    },
    async idle() {
      while (last.size > 0) await Promise.all(last.values())
    },
  }
}
