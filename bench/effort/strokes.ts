import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { forEachPixelOnSegment } from '../../shared/tools/segment.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'
import type { Errors, Level } from './cells.ts'
import { bestFrame, cellsInside } from './frame.ts'

/** A click, a straight drag or a rectangle over the cells of a level. */
export type Stroke = {
  readonly path: readonly ImagePoint[]
  readonly removes: boolean
  /** Spans a rectangle. */
  readonly frames: boolean
  /** Pixels of error that it takes away. */
  readonly gain: number
  readonly cells: readonly number[]
}

/** How many cells a drag may begin at and end in, those that matter most. */
export type Width = { readonly starts: number; readonly ends: number }

/** Image pixels that a drag is long at least: twice what would make it a click. */
const SHORTEST = 4

/** The gains of a level's cells; those of a stroke that is done in the mind go to nothing. */
export class Gains {
  readonly #h: Hierarchy
  readonly #level: Level
  readonly #adding: Int32Array
  readonly #removing: Int32Array
  readonly #width: Width
  /** Which way last crossed each cell. */
  readonly #crossed: Int32Array
  #way = 0

  constructor(h: Hierarchy, level: Level, errors: Errors, width: Width) {
    this.#h = h
    this.#level = level
    this.#width = width
    const { ranges } = level.cells
    const count = ranges.length / 2
    this.#adding = new Int32Array(count)
    this.#removing = new Int32Array(count)
    this.#crossed = new Int32Array(count)
    for (let cell = 0; cell < count; cell++) {
      const [lo, hi] = [ranges[2 * cell]!, ranges[2 * cell + 1]!]
      this.#adding[cell] = errors.adding[hi]! - errors.adding[lo]!
      this.#removing[cell] = errors.removing[hi]! - errors.removing[lo]!
    }
  }

  /** The stroke that takes away most; null when none takes away anything. The earlier and simpler of equals. */
  best(): Stroke | null {
    let best: Stroke | null = null
    for (const removes of [false, true]) {
      const gains = removes ? this.#removing : this.#adding
      const wanted = largest(gains, this.#width.ends)
      if (wanted.length === 0) continue
      for (const stroke of [this.#click, this.#drag, this.#frame]) {
        const found = stroke.call(this, wanted, gains, removes)
        if (found && found.gain > (best?.gain ?? 0)) best = found
      }
    }
    return best
  }

  /** As if `stroke` had been made. */
  take({ cells, removes }: Stroke): void {
    for (const cell of cells) {
      // What was right and is wrong then could be taken back; nobody plans that.
      this.#adding[cell] = 0
      this.#removing[cell] = removes ? 0 : Math.min(0, this.#removing[cell]!)
    }
  }

  #click(wanted: readonly number[], gains: Int32Array, removes: boolean): Stroke {
    const cell = wanted[0]!
    return { path: [this.#level.middle(cell)], removes, frames: false, gain: gains[cell]!, cells: [cell] }
  }

  #drag(wanted: readonly number[], gains: Int32Array, removes: boolean): Stroke | null {
    let best: readonly [ImagePoint, ImagePoint] | null = null
    let most = 0
    for (const [i, start] of wanted.slice(0, this.#width.starts).entries()) {
      const from = this.#level.middle(start)
      for (const end of wanted.slice(i + 1)) {
        const to = this.#level.middle(end)
        if (Math.hypot(to.x - from.x, to.y - from.y) < SHORTEST) continue
        let gain = 0
        this.#cross(from, to, (cell) => {
          gain += gains[cell]!
        })
        if (gain > most) [best, most] = [[from, to], gain]
      }
    }
    if (!best) return null
    const cells: number[] = []
    this.#cross(...best, (cell) => cells.push(cell))
    return { path: best, removes, frames: false, gain: most, cells }
  }

  /** Visits each cell on the way once. */
  #cross(from: ImagePoint, to: ImagePoint, visit: (cell: number) => void): void {
    const way = ++this.#way
    const { leaf, width, height } = this.#h
    const { cellOf } = this.#level
    forEachPixelOnSegment(from, to, width, height, (pixel) => {
      const cell = cellOf[leaf[pixel]!]!
      if (this.#crossed[cell] === way) return
      this.#crossed[cell] = way
      visit(cell)
    })
  }

  #frame(_wanted: readonly number[], gains: Int32Array, removes: boolean): Stroke | null {
    const { boxes } = this.#level.cells
    const found = bestFrame(boxes, gains, this.#h)
    if (!found) return null
    const cells = cellsInside(boxes, gains, found.box)
    const [x0, y0, x1, y1] = found.box
    if (cells.length < 2 || Math.hypot(x1 - x0, y1 - y0) < SHORTEST) return null
    const path = [
      { x: x0, y: y0 },
      { x: x1, y: y1 },
    ]
    return { path, removes, frames: true, gain: found.gain, cells }
  }
}

/** The cells with the `most` largest gains above 0, from the largest on; of equals the first. */
function largest(gains: Int32Array, most: number): number[] {
  const found: number[] = []
  for (let cell = 0; cell < gains.length; cell++) {
    const gain = gains[cell]!
    if (gain <= 0 || (found.length === most && gain <= gains[found.at(-1)!]!)) continue
    let place = found.length
    while (place > 0 && gains[found[place - 1]!]! < gain) place--
    found.splice(place, 0, cell)
    if (found.length > most) found.pop()
  }
  return found
}
