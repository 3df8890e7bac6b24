/** Milliseconds of a frame that may be spent on painting what is not there yet, by all layers together. */
const MILLISECONDS = 7

/** What is left of the time that one frame has for new tiles; without more time they come with the next. */
export class FrameBudget {
  #ends = 0
  #holds = false
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** A frame begins. `holds`: what it would paint is of no use in the next one, which comes soon. */
  start(holds = false): void {
    this.#ends = this.#now() + MILLISECONDS
    this.#holds = holds
  }

  /** What stands in for something is good enough for this frame. */
  get holds(): boolean {
    return this.#holds
  }

  get isSpent(): boolean {
    return this.#now() >= this.#ends
  }
}
