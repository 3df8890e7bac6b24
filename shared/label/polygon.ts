import { type Runs, RunsBuilder } from '../image/runs.ts'

type Point = { readonly x: number; readonly y: number }

/** The corners of a closed line, in image pixels; the last is joined to the first. May cross itself and leave the image. */
export type Ring = readonly Point[]

/**
 * The pixels whose centres lie inside of `rings`, by the non-zero rule: a point is inside when the rings go round it
 * more often one way than the other. A hole is a ring that goes the other way than the one around it. A centre on the
 * line itself counts as inside when the shape lies to the right of it or, on a level line, below it: two shapes that
 * share a side share no pixel and leave none between them. Rings with a corner that is no number are passed over.
 */
export function runsOfRings(rings: readonly Ring[], width: number, height: number): Runs {
  const crossings: number[] = []
  for (const ring of rings) {
    if (!ring.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))) continue
    ring.forEach((a, i) => {
      addCrossings(crossings, a, ring[(i + 1) % ring.length]!, width, height)
    })
  }
  const keys = Float64Array.from(crossings).sort()
  const builder = new RunsBuilder(width)
  // One column more than pixels: where a line leaves at the right.
  const columns = width + 1
  let winding = 0
  let start = 0
  for (const key of keys) {
    const place = Math.floor(key / 2)
    const row = Math.floor(place / columns)
    const pixel = row * width + (place - row * columns)
    const before = winding
    winding += key % 2 === 1 ? 1 : -1
    if (before === 0) start = pixel
    else if (winding === 0 && pixel > start) builder.add(start, pixel - start)
  }
  return builder.finish()
}

/** Where the side a–b passes a row of centres: the first column at or right of it, and its direction in the last bit. */
function addCrossings(crossings: number[], a: Point, b: Point, width: number, height: number): void {
  if (a.y === b.y) return
  const isDown = b.y > a.y
  const [top, low] = isDown ? [a, b] : [b, a]
  const first = Math.max(Math.ceil(top.y - 0.5), 0)
  const end = Math.min(Math.ceil(low.y - 0.5), height)
  for (let row = first; row < end; row++) {
    const y = row + 0.5
    // Not right of the side: the product is exact where the quotient below rounds.
    const isLeft = (column: number) =>
      (column + 0.5 - top.x) * (low.y - top.y) < (y - top.y) * (low.x - top.x)
    const x = top.x + ((y - top.y) / (low.y - top.y)) * (low.x - top.x)
    let column = Math.min(Math.max(Math.ceil(x - 0.5), 0), width)
    if (column > 0 && column <= width && !isLeft(column - 1)) column--
    else if (column < width && isLeft(column)) column++
    crossings.push(2 * (row * (width + 1) + column) + (isDown ? 1 : 0))
  }
}
