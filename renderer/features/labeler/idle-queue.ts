/** Milliseconds without a disturbance before work begins. */
const QUIET_MS = 1000
/** Milliseconds without a disturbance before work that was broken off begins again. */
const LONG_QUIET_MS = 5000
/** This many disturbances within `BURST_MS` end the work under way. */
const BURST = 3
const BURST_MS = 4000
/** What was broken off twice is left: it would only warm the machine. */
const MOST_TRIES = 2

/** One piece of work. `signal` ends it; it may reject. */
export type IdleTask = (signal: AbortSignal) => Promise<void>

type Clock = {
  now(): number
  /** Returns the function that takes the timer back. */
  after(ms: number, run: () => void): () => void
}

type Entry = { readonly run: IdleTask; tries: number }

/** Does tasks one at a time, each once, when nothing has happened for a moment; stands back when much happens. */
export class IdleQueue {
  readonly #clock: Clock
  readonly #tasks: Entry[]
  #running: AbortController | null = null
  #stopTimer: () => void = () => {}
  #disturbances: number[] = []
  /** Milliseconds of quiet that the next task wants. */
  #quiet = QUIET_MS
  #isEnded = false
  #isHeld = false

  /** Begins to wait for quiet at once. */
  constructor(tasks: readonly IdleTask[], clock: Clock) {
    this.#clock = clock
    this.#tasks = tasks.map((run) => ({ run, tries: 0 }))
    this.#wait()
  }

  /** The person did something: what has not begun waits, and what has goes on unless there is much of it. */
  disturb(): void {
    const now = this.#clock.now()
    this.#disturbances = [...this.#disturbances.filter((at) => now - at < BURST_MS), now]
    if (this.#running && this.#disturbances.length >= BURST) {
      this.#breakOff()
      this.#quiet = LONG_QUIET_MS
    }
    if (!this.#running) this.#wait()
  }

  /** While held, for example because nobody sees the window, nothing is done. */
  hold(held: boolean): void {
    if (held === this.#isHeld) return
    this.#isHeld = held
    if (held) this.#breakOff()
    else this.#wait()
  }

  /** Ends the task under way and forgets the rest. */
  end(): void {
    this.#isEnded = true
    this.#breakOff()
  }

  #breakOff(): void {
    this.#running?.abort()
    this.#running = null
    this.#stopTimer()
  }

  #wait(): void {
    this.#stopTimer()
    if (this.#isEnded || this.#isHeld || this.#tasks.length === 0) return
    this.#stopTimer = this.#clock.after(this.#quiet, () => void this.#next())
  }

  async #next(): Promise<void> {
    const task = this.#tasks[0]
    if (!task || this.#isEnded || this.#isHeld) return
    const stop = new AbortController()
    this.#running = stop
    this.#quiet = QUIET_MS
    task.tries++
    await task.run(stop.signal).catch(() => {})
    if (stop.signal.aborted) {
      if (task.tries >= MOST_TRIES) this.#drop(task)
      return
    }
    this.#running = null
    this.#drop(task)
    this.#wait()
  }

  #drop(task: Entry): void {
    const at = this.#tasks.indexOf(task)
    if (at >= 0) this.#tasks.splice(at, 1)
  }
}
