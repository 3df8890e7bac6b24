import { sequence } from '../street/noise.ts'

/** Chance, in a fixed order that the seed decides. */
export type Dice = {
  readonly next: () => number
  readonly between: (low: number, high: number) => number
  readonly whole: (low: number, high: number) => number
  readonly chance: (probability: number) => boolean
  readonly pick: <T>(list: readonly T[]) => T
  /** Mean 0, deviation 1, never beyond ±3.5. */
  readonly normal: () => number
  /** Between `low` and `high` with density ∝ x^-`exponent`: sizes of things in photographs. */
  readonly power: (low: number, high: number, exponent: number) => number
}

export function diceOf(seed: number): Dice {
  const next = sequence(seed)
  const between = (low: number, high: number) => low + (high - low) * next()
  return {
    next,
    between,
    whole: (low, high) => Math.floor(between(low, high + 1)),
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)]!,
    normal: () => (next() + next() + next() + next() - 2) * Math.sqrt(3),
    power: (low, high, exponent) => {
      const e = 1 - exponent
      return (low ** e + next() * (high ** e - low ** e)) ** (1 / e)
    },
  }
}
