/** x0, y0, x1, y1; the last two exclusive. */
export type Frame = [x0: number, y0: number, x1: number, y1: number]

const ROUNDS = 3

/**
 * A rectangle that takes away much error with the cells that lie wholly in it: from the one around all cells that are
 * wanted, and from that around the most wanted, each side in turn goes where it is best. `boxes` as in `CellBoxes`.
 */
export function bestFrame(
  boxes: Uint32Array,
  gains: Int32Array,
  { width, height }: { readonly width: number; readonly height: number },
): { readonly box: Frame; readonly gain: number } | null {
  const around: Frame = [width, height, 0, 0]
  let top = -1
  for (let cell = 0; cell < gains.length; cell++) {
    if (gains[cell]! <= 0) continue
    for (let k = 0; k < 4; k++) {
      const value = boxes[4 * cell + k]!
      around[k] = k < 2 ? Math.min(around[k]!, value) : Math.max(around[k]!, value)
    }
    if (top < 0 || gains[cell]! > gains[top]!) top = cell
  }
  if (top < 0) return null
  // Whatever lies beyond all that is wanted makes no rectangle better.
  const cells = cellsInside(boxes, gains, around)
  let best: { box: Frame; gain: number } | null = null
  const one = [...boxes.subarray(4 * top, 4 * top + 4)] as Frame
  for (const box of [[...around] as Frame, one]) {
    let gain = 0
    for (let round = 0; round < ROUNDS; round++) {
      const before = gain
      for (let side = 0; side < 4; side++) {
        const moved = bestSide(boxes, cells, gains, box, side, Math.max(width, height))
        if (moved.gain > gain) [box[side], gain] = [moved.at, moved.gain]
      }
      if (gain === before) break
    }
    if (gain > (best?.gain ?? 0)) best = { box, gain }
  }
  return best
}

/** The cells wholly in a rectangle that would change something. */
export function cellsInside(boxes: Uint32Array, gains: Int32Array, [x0, y0, x1, y1]: Frame): number[] {
  const cells: number[] = []
  for (let cell = 0, i = 0; cell < gains.length; cell++, i += 4) {
    if (gains[cell] === 0) continue
    if (boxes[i]! >= x0 && boxes[i + 1]! >= y0 && boxes[i + 2]! <= x1 && boxes[i + 3]! <= y1) cells.push(cell)
  }
  return cells
}

/** Where one side of a rectangle is best, with the others as they are. */
function bestSide(
  boxes: Uint32Array,
  cells: readonly number[],
  gains: Int32Array,
  box: Frame,
  side: number,
  longest: number,
): { at: number; gain: number } {
  const isLow = side < 2
  const [x0, y0, x1, y1] = box.map((value, k) => (k === side ? (isLow ? 0 : longest) : value)) as Frame
  // What is won at each place that the side may go to.
  const won = new Int32Array(longest + 1)
  for (const cell of cells) {
    const i = 4 * cell
    if (boxes[i]! < x0 || boxes[i + 1]! < y0 || boxes[i + 2]! > x1 || boxes[i + 3]! > y1) continue
    won[boxes[i + side]!]! += gains[cell]!
  }
  let best = { at: box[side]!, gain: 0 }
  let gain = 0
  for (let i = 0; i <= longest; i++) {
    const at = isLow ? longest - i : i
    if (won[at] === 0) continue
    gain += won[at]!
    if (gain > best.gain) best = { at, gain }
  }
  return best
}
