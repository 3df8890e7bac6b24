/** Does work when there is room for it. Of what weighs more than all the room, one is done at a time, by itself. */
export type Room = <T>(weight: number, work: () => Promise<T>) => Promise<T>

/** Room for works that run beside each other; they begin in the order in which they were asked for. */
export function createRoom(size: number): Room {
  let used = 0
  const waiting: { readonly weight: number; begin(): void }[] = []
  const next = () => {
    for (let first = waiting[0]; first && used + first.weight <= size; first = waiting[0]) {
      waiting.shift()
      used += first.weight
      first.begin()
    }
  }
  return async (asked, work) => {
    const weight = Math.min(asked, size)
    await new Promise<void>((begin) => {
      waiting.push({ weight, begin })
      next()
    })
    try {
      return await work()
    } finally {
      used -= weight
      next()
    }
  }
}

/**
 * Bytes of masks that are fetched, checked and sent at a time, whoever does it: each is held as a file and as pixels, so that
 * six lanes with masks of 100 megapixels would need three gigabytes.
 */
export const maskRoom = createRoom(512 * 1024 * 1024)
