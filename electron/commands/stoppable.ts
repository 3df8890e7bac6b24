/**
 * Work of the host that goes on when its caller leaves: `cancel` stops it when `signal` aborts. Settles like `work`, which is
 * not begun after the signal.
 */
export async function stoppable<T>(
  signal: AbortSignal,
  cancel: () => Promise<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  const stop = () => void cancel().catch(() => undefined)
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    return await work()
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
