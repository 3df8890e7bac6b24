import { clampCount } from '../cut.ts'
import { SETTLED_SIZE } from '../settling.ts'
import type { TreeAt } from './join.ts'
import { Blocks, type Kernel } from './kernel.ts'
import { claim, type Plan, placeOf, RESULT, resultOf, SLACK } from './plan.ts'

/** Tells all tiles the cells whose borders settle, and their means: what `settle` of the reference begins with. */
export function tellCells({ memory, exports: k }: Kernel, plan: Plan, tree: TreeAt): void {
  const { leafCount, parent, lo } = tree
  const wanted = clampCount(tree, (plan.width * plan.height) / SETTLED_SIZE)
  const runCounts = claim(memory, plan, 4 * leafCount)
  new Uint8Array(memory.buffer, runCounts, 4 * leafCount).fill(0)
  const cells = claim(memory, plan, 4 * leafCount)
  const count = k.numberCells(leafCount, parent, lo, 2 * leafCount - wanted, cells)
  const totals = claim(memory, plan, 32 * count)
  const means = claim(memory, plan, 16 * count)
  new Uint8Array(memory.buffer, totals, 32 * count).fill(0)
  for (const tile of plan.tiles.keys()) {
    const words = resultOf(memory, plan, tile)
    const numbers = words[RESULT.atNumbers]!
    k.addToCells(words[RESULT.atSums]!, numbers, words[RESULT.leaves]!, cells, totals)
    words[RESULT.atRunCounts] = runCounts + numbers - tree.numbers
    words[RESULT.atCells] = cells
    words[RESULT.cells] = count
    words[RESULT.atMeans] = means
  }
  k.meansOfCells(totals, count, means)
}

/**
 * `settle` of the reference for one tile, and how many runs its regions have then. `scratch` as for `buildTile`.
 */
export function settleTile({ memory, exports: k }: Kernel, plan: Plan, index: number, scratch: number): void {
  const tile = plan.tiles[index]!
  const { width, rows, label, colours } = placeOf(plan, index)
  const words = resultOf(memory, plan, index)
  const leaves = words[RESULT.leaves]!
  const blocks = new Blocks(scratch, plan.scratchBytes)
  // Half words a row, with one before the first pixel and one after the last.
  const stride = Math.ceil((width + 2) / 8) * 8
  const step = 2 * stride
  const map = blocks.take(step * (rows + 2) + SLACK) + step + 2
  const marks = blocks.take(stride * (rows + 2) + SLACK) + stride + 16
  const own = blocks.take(2 * leaves)
  const means = blocks.take(16 * leaves)
  const known = blocks.take(4 * leaves)
  const place = blocks.take(4 * words[RESULT.cells]!)
  const numbers = words[RESULT.atNumbers]!
  const cellCount = k.cellsOfTile(
    numbers,
    leaves,
    words[RESULT.atCells]!,
    words[RESULT.atMeans]!,
    place,
    known,
    own,
    means,
  )
  if (cellCount > 1) {
    new Uint8Array(memory.buffer, marks - stride - 16, stride * (rows + 2) + SLACK).fill(0)
    k.mapCells(label, width, rows, own, map, step)
    k.settlePixels(
      label,
      map,
      step,
      marks,
      colours,
      words[RESULT.atSums]!,
      means,
      plan.links,
      width,
      tile.left > 0 ? 1 : 0,
      tile.top > 0 ? 1 : 0,
      tile.right < plan.width ? width - 1 : width,
      tile.bottom < plan.height ? rows - 1 : rows,
      tile.left & 1,
      tile.top & 1,
    )
  }
  k.countRuns(label, width, rows, words[RESULT.atRunCounts]!)
}
