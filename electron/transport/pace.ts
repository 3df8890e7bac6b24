/** Requests that one connection may make at once, and a second after that. A page that scrolls needs about 40. */
const perSecond = 60

/**
 * Milliseconds that the next request of a connection has to wait, so that a page that asks without end slows itself
 * down and nobody else. `owner` is the connection.
 */
export function createPace(now: () => number = Date.now): (owner: object) => number {
  /** When the connection's allowance is full again. */
  const fullAt = new WeakMap<object, number>()
  return (owner) => {
    const time = now()
    const next = Math.max(fullAt.get(owner) ?? 0, time) + 1000 / perSecond
    fullAt.set(owner, next)
    return Math.max(0, next - time - 1000)
  }
}
