/**
 * Does `work` for each item, `width` of them beside each other, in their order. Stops beginning new ones once one has
 * failed or `signal` is aborted; rejects, after those under way have ended, with the first failure or the signal's reason.
 */
export async function inLanes<T>(
  items: Iterable<T> | AsyncIterable<T>,
  width: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const source =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : (items as Iterable<T>)[Symbol.iterator]()
  let failure: { readonly reason: unknown } | null = null
  const lane = async () => {
    while (failure === null && !signal.aborted) {
      const next = await source.next()
      if (next.done) return
      try {
        await work(next.value)
      } catch (reason) {
        failure ??= { reason }
      }
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  if (failure !== null) throw (failure as { reason: unknown }).reason
  signal.throwIfAborted()
}
