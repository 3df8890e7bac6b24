import { clampCount } from '../cut.ts'
import { SETTLED_SIZES } from '../settling.ts'
import type { TreeAt } from './join.ts'
import { Blocks, type Kernel } from './kernel.ts'
import { claim, type Plan, placeOf, RESULT, resultOf, SLACK } from './plan.ts'

/** Where all tiles find what they need to settle: words per leaf, then numbers per cell. */
type SettlingAt = {
  readonly cells: number
  readonly runCounts: number
  readonly totals: number
  readonly means: number
}

/** Room for settling any of `SETTLED_SIZES`. */
export function settlingRoom({ memory }: Kernel, plan: Plan, tree: TreeAt): SettlingAt {
  const most = Math.max(...SETTLED_SIZES.map((size) => cellCountOf(plan, tree, size)))
  const runCounts = claim(memory, plan, 4 * tree.leafCount)
  new Uint8Array(memory.buffer, runCounts, 4 * tree.leafCount).fill(0)
  return {
    cells: claim(memory, plan, 4 * tree.leafCount),
    runCounts,
    totals: claim(memory, plan, 32 * most),
    means: claim(memory, plan, 16 * most),
  }
}

/** Tells all tiles the cells whose borders settle, and their means: what `settle` of the reference begins with. */
export function tellCells(kernel: Kernel, plan: Plan, tree: TreeAt, room: SettlingAt, size: number): void {
  const { memory, exports: k } = kernel
  const { leafCount, parent, lo } = tree
  const { cells, runCounts, totals, means } = room
  const wanted = cellCountOf(plan, tree, size)
  const count = k.numberCells(leafCount, parent, lo, 2 * leafCount - wanted, cells)
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

function cellCountOf({ width, height }: Plan, tree: TreeAt, size: number): number {
  return clampCount(tree, (width * height) / size)
}

/**
 * `settle` of the reference for one tile, and how many runs its regions have after the last pass. `scratch` as for
 * `buildTile`.
 */
export function settleTile(
  { memory, exports: k }: Kernel,
  plan: Plan,
  index: number,
  scratch: number,
  pass: number,
): void {
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
  if (pass + 1 === SETTLED_SIZES.length) k.countRuns(label, width, rows, words[RESULT.atRunCounts]!)
}
