/** Milliseconds of a frame that may be spent on painting what is not there yet, by all layers together. */
const MILLISECONDS = 7

/** What is left of the time that one frame has for new tiles; without more time they come with the next. */
export class FrameBudget {
  #ends = 0
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** A frame begins. */
  start(): void {
    this.#ends = this.#now() + MILLISECONDS
  }

  get isSpent(): boolean {
    return this.#now() >= this.#ends
  }
}
