import { type LabelMap, type Rect, UNLABELED } from './label-map.ts'
import { maxCategories } from './ontology.ts'
import type { Touch } from './pattern.ts'

/** Pixels between two lines that are looked along: a border shorter than that needs no telling apart. */
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

  /** Looks inside `rect` and along its edge. True when categories touch there that did not before. */
  look(rect: Rect): boolean {
    const { ids, width, height } = this.#map
    const before = this.#found.size
    const [x1, y1] = [Math.min(width, rect.x1 + 1), Math.min(height, rect.y1 + 1)]
    const [x0, y0] = [Math.max(1, rect.x0), Math.max(1, rect.y0)]
    for (let y = onLine(rect.y0); y < Math.min(height, rect.y1); y += STEP) {
      const row = y * width
      let id = ids[row + x0 - 1]!
      for (let at = row + x0, end = row + x1; at < end; at++) {
        const next = ids[at]!
        if (next === id) continue
        this.#note(id, next)
        id = next
      }
    }
    for (let y = y0; y < y1; y++) {
      const row = y * width
      const end = row + Math.min(width, rect.x1)
      for (let at = row + onLine(rect.x0); at < end; at += STEP) {
        const id = ids[at]!
        const above = ids[at - width]!
        if (id !== above) this.#note(above, id)
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

function onLine(from: number): number {
  return Math.ceil(Math.max(0, from) / STEP) * STEP
}
