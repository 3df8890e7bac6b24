import type { CategoryMove, DiffedCategory, DiffKind, LabelDiff } from './diff.ts'

/** How a label differs from another one, in numbers. */
export type LabelTotals = {
  /** Changed pixels by kind. */
  readonly pixels: Readonly<Record<DiffKind, number>>
  /** Objects by what happened to them; `reshaped`: the same category, other pixels. */
  readonly objects: {
    readonly added: number
    readonly removed: number
    readonly category: number
    readonly reshaped: number
  }
  /** Categories with other numbers than before, by id. */
  readonly categories: readonly DiffedCategory[]
  /** Which category became which, most pixels first. */
  readonly moves: readonly CategoryMove[]
}

export function totalsOf({ pixels, objects, categories, moves }: LabelDiff): LabelTotals {
  const counts = { added: 0, removed: 0, category: 0, reshaped: 0 }
  for (const { before, after, categoryBefore, categoryAfter } of objects) {
    if (before === null) counts.added++
    else if (after === null) counts.removed++
    else if (categoryBefore !== categoryAfter) counts.category++
    else counts.reshaped++
  }
  return { pixels, objects: counts, categories, moves }
}
