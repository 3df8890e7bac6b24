import type { LibraryContext } from './library-context.ts'

/** Whether sending is held, by a person's wish. It holds until they say otherwise, also when the library is opened again. */
export type Pause = {
  isOn(): boolean
  set(on: boolean): void
  /** Resolves when nothing holds sending. Rejects with the reason of `signal` when that is aborted. */
  gate(signal: AbortSignal): Promise<void>
}

export function createPause(context: Pick<LibraryContext, 'db' | 'transaction'>): Pause {
  const { db } = context
  const row = db.prepare("SELECT value FROM settings WHERE key = 'sync.paused'").get()
  let isOn = row?.value === 'true'
  let opened = Promise.withResolvers<void>()
  return {
    isOn: () => isOn,
    set(on) {
      if (on === isOn) return
      context.transaction(() => {
        db.prepare("INSERT OR REPLACE INTO settings (key, value) VALUES ('sync.paused', ?)").run(String(on))
      })
      isOn = on
      if (on) opened = Promise.withResolvers()
      else opened.resolve()
    },
    async gate(signal) {
      signal.throwIfAborted()
      if (!isOn) return
      const { promise, reject } = Promise.withResolvers<never>()
      const stop = () => reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      try {
        await Promise.race([opened.promise, promise])
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
  }
}
