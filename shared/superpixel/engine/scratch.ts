import { aligned, type KernelMemory } from './kernel.ts'
import { claim, type Plan } from './plan.ts'

/** Hands out blocks that end with what they are for: address of so many bytes. */
export type Take = (bytes: number) => number

/** The memory that a thread keeps for itself from when it needs it first. */
export class Scratch {
  readonly #memory: KernelMemory
  readonly #plan: Plan
  #at = 0

  constructor(memory: KernelMemory, plan: Plan) {
    this.#memory = memory
    this.#plan = plan
  }

  /** Address of `plan.scratchBytes` bytes. */
  get at(): number {
    this.#at ||= claim(this.#memory, this.#plan, this.#plan.scratchBytes)
    return this.#at
  }

  /** Blocks of this memory, or of the heap where they do not fit. */
  taker(): Take {
    const end = this.at + this.#plan.scratchBytes
    let next = this.at
    return (bytes) => {
      const at = next
      if (at + aligned(bytes) > end) return claim(this.#memory, this.#plan, bytes)
      next += aligned(bytes)
      return at
    }
  }
}
