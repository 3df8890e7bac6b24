import { median } from '../label/checks/check-label.ts'

/** What is known of one object without a look at its picture. Sizes in image pixels. */
export type Measured = {
  readonly pixels: number
  readonly bounds: readonly [x0: number, y0: number, x1: number, y1: number]
  readonly image: { readonly width: number; readonly height: number }
}

export const suspicionReasons = ['larger', 'smaller', 'wider', 'taller', 'place', 'sparse'] as const
export type SuspicionReason = (typeof suspicionReasons)[number]

export type Suspicion = {
  /**
   * How far the object lies from the middle of its category in what it is farthest in, in standard deviations that are
   * estimated from the median deviation. It ranks what to look at first; it does not say that anything is wrong.
   */
  readonly score: number
  readonly reason: SuspicionReason | null
}

/** Below this many objects nothing is usual, so nothing is unusual: all scores are 0. */
export const fewestForSuspicion = 20

/** The scores of all objects of one category, in their order. */
export function suspicions(objects: readonly Measured[]): Suspicion[] {
  if (objects.length < fewestForSuspicion) return objects.map(() => ({ score: 0, reason: null }))
  const scales: readonly {
    readonly of: (object: Measured) => number
    readonly high: SuspicionReason
    readonly low: SuspicionReason
    /** Deviations below this are what a hand does: a category of nearly equal objects has no outliers. */
    readonly least: number
  }[] = [
    {
      of: ({ pixels, image }) => Math.log(pixels / (image.width * image.height)),
      high: 'larger',
      low: 'smaller',
      least: 0.2,
    },
    {
      of: ({ bounds: [x0, y0, x1, y1] }) => Math.log((x1 - x0) / (y1 - y0)),
      high: 'wider',
      low: 'taller',
      least: 0.1,
    },
    {
      of: ({ bounds: [x0, , x1], image }) => (x0 + x1) / 2 / image.width,
      high: 'place',
      low: 'place',
      least: 0.05,
    },
    {
      of: ({ bounds: [, y0, , y1], image }) => (y0 + y1) / 2 / image.height,
      high: 'place',
      low: 'place',
      least: 0.05,
    },
    // Full boxes are usual for many things; only an empty one is worth a look.
    {
      of: ({ pixels, bounds: [x0, y0, x1, y1] }) => -Math.log(pixels / ((x1 - x0) * (y1 - y0))),
      high: 'sparse',
      low: 'sparse',
      least: 0.1,
    },
  ]
  const best = objects.map((): { score: number; reason: SuspicionReason | null } => ({
    score: 0,
    reason: null,
  }))
  for (const { of, high, low, least } of scales) {
    const values = objects.map(of)
    const middle = median(values)
    const spread = Math.max(least, 1.4826 * median(values.map((value) => Math.abs(value - middle))))
    for (const [i, value] of values.entries()) {
      const score = Math.abs(value - middle) / spread
      if (score > best[i]!.score) best[i] = { score, reason: value > middle ? high : low }
    }
  }
  return best
}
