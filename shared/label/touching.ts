import { type LabelMap, type Rect, UNLABELED } from './label-map.ts'
import { maxCategories } from './ontology.ts'
import type { Touch } from './pattern.ts'

/** Pixels between two places that are compared: what is shorter or farther apart needs no telling. */
const STEP = 4

/**
 * Which categories touch in one label. What was found stays found when pixels go: what is drawn by it must not change
 * with every stroke.
 */
export class Touching {
  readonly #map: LabelMap
  readonly #categoryOf: (objectId: number) => number | undefined
  readonly #found = new Map<number, Touch>()

  constructor(map: LabelMap, categoryOf: (objectId: number) => number | undefined) {
    this.#map = map
    this.#categoryOf = categoryOf
  }

  get pairs(): readonly Touch[] {
    return [...this.#found.values()]
  }

  /** Looks inside `rect` and around it. True when categories touch there that did not before. */
  look(rect: Rect): boolean {
    const { ids, width, height } = this.#map
    const before = this.#found.size
    const [fromX, fromY] = [firstPoint(rect.x0), firstPoint(rect.y0)]
    const [toX, toY] = [Math.min(width, rect.x1 + STEP), Math.min(height, rect.y1 + STEP)]
    for (let y = fromY; y < toY; y += STEP) {
      const row = y * width
      // The first row and column are beside themselves.
      const above = y === 0 ? 0 : STEP * width
      let left = ids[row + Math.max(0, fromX - STEP)]!
      for (let at = row + fromX, end = row + toX; at < end; at += STEP) {
        const id = ids[at]!
        if (id !== left) this.#note(left, id)
        left = id
        const over = ids[at - above]!
        if (id !== over) this.#note(over, id)
      }
    }
    return this.#found.size > before
  }

  #note(a: number, b: number): void {
    if (a === UNLABELED || b === UNLABELED) return
    const [one, other] = [this.#categoryOf(a), this.#categoryOf(b)]
    if (one === undefined || other === undefined || one === other) return
    const pair = one < other ? ([one, other] as const) : ([other, one] as const)
    const key = pair[0] * (maxCategories + 1) + pair[1]
    if (!this.#found.has(key)) this.#found.set(key, pair)
  }
}

function firstPoint(from: number): number {
  return Math.ceil(Math.max(0, from) / STEP) * STEP
}
