/** Calls something often told to happen, seldom enough to be cheap. */
export type Pacer = {
  /** Now, or as soon as the pace allows; however often it is asked for until then, it happens once. */
  ask(): void
  /** Does at once what was asked for and is still to come. */
  flush(): void
  /** Forgets what is still to come. */
  drop(): void
}

/** Runs `work` at most once in `everyMs`, first and last asking included. */
export function createPacer(work: () => void, everyMs: number): Pacer {
  let timer: NodeJS.Timeout | null = null
  let isOwed = false
  const rest = () => {
    timer = setTimeout(() => {
      timer = null
      if (isOwed) run()
    }, everyMs)
    timer.unref()
  }
  function run() {
    isOwed = false
    rest()
    work()
  }
  return {
    ask() {
      if (timer === null) run()
      else isOwed = true
    },
    flush() {
      if (!isOwed) return
      isOwed = false
      work()
    },
    drop() {
      isOwed = false
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}
