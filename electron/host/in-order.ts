/** What is to be true of work that is done ahead: at most `most` of it at once, and together no more than `room`. */
export type Ahead<T> = { readonly most: number; readonly room: number; weigh(item: T): number }

/**
 * Does `work` for some items ahead and gives the results in the order of the items. What weighs more than all the room is
 * done by itself. Whoever stops early leaves work under way that nobody waits for.
 */
export async function* inOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  { most, room, weigh }: Ahead<T>,
): AsyncGenerator<{ readonly item: T; readonly result: Promise<R> }> {
  const under: { item: T; result: Promise<R>; weight: number }[] = []
  let weight = 0
  for await (const item of items) {
    const own = weigh(item)
    while (under.length > 0 && (under.length >= most || weight + own > room)) yield first()
    const result = work(item)
    // It is waited for when its turn comes; until then a failure is nobody's unhandled one.
    result.catch(() => {})
    under.push({ item, result, weight: own })
    weight += own
  }
  while (under.length > 0) yield first()

  function first() {
    const { weight: own, ...entry } = under.shift()!
    weight -= own
    return entry
  }
}
