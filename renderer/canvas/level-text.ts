import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { meanSide } from '../../shared/superpixel/level.ts'
import { type Splits, shownSplits } from '../../shared/superpixel/refinement.ts'

/** Side of a mean superpixel, and how many there are with those that were split: `38 px · 1,520 cells`. */
export function levelText(hierarchy: Hierarchy, count: number, splits: Splits): string {
  const side = meanSide(hierarchy, count)
  const cells = count + shownSplits(hierarchy, count, splits)
  const counted = `${cells.toLocaleString('en')} ${cells === 1 ? 'cell' : 'cells'}`
  return `${side < 10 ? side.toFixed(1) : Math.round(side)} px · ${counted}`
}
