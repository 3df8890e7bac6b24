import type { Scores } from './scores.ts'

/**
 * Scores at exactly `count` superpixels, linear in log(components) between the neighbouring ones of `means`: methods that
 * miss the count they were asked for are compared at what they returned. Null outside of what was measured.
 */
export function scoresAt(means: readonly Scores[], count: number): Scores | null {
  return between(means, (scores) => Math.log(scores.components), Math.log(count))
}

/** Boundary recall where `density` of the pixels are boundary, linear between the neighbouring ones; else null. */
export function recallAtDensity(means: readonly Scores[], density: number): number | null {
  return between(means, (scores) => scores.density, density)?.recall ?? null
}

function between(means: readonly Scores[], place: (scores: Scores) => number, at: number): Scores | null {
  const sorted = means.toSorted((a, b) => place(a) - place(b))
  const same = sorted.find((scores) => place(scores) === at)
  if (same) return same
  const above = sorted.findIndex((scores) => place(scores) > at)
  if (above <= 0) return null
  const [low, high] = [sorted[above - 1]!, sorted[above]!]
  const share = (at - place(low)) / (place(high) - place(low))
  const mixed = Object.entries(low).map(([name, value]) => {
    return [name, value + share * (high[name as keyof Scores] - value)]
  })
  return Object.fromEntries(mixed) as Scores
}
