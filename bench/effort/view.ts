import { ENOUGH } from './hand.ts'
import { cut, type Task } from './task.ts'

/** How the label stands, or would stand in the annotator's mind, against the segment. */
export class View {
  readonly task: Task
  /** Pixels of each leaf: of the segment and not labeled, of neither, of both, and labeled alone. */
  readonly missing: Int32Array
  readonly clear: Int32Array
  readonly right: Int32Array
  readonly surplus: Int32Array
  /** The same of the whole image. */
  missingAll: number
  surplusAll: number
  /** What is labeled of the task's part, but for the leaves of `#late`. */
  #bits: Uint8Array
  #late: { readonly lo: number; readonly hi: number; readonly removes: boolean }[] = []
  #wrong: { readonly missing: Wrong; readonly surplus: Wrong } | null = null

  private constructor(task: Task, from: View | null) {
    this.task = task
    const { leafCount } = task.levels.hierarchy
    const copy = (values?: Int32Array) => values?.slice() ?? new Int32Array(leafCount)
    this.missing = copy(from?.missing)
    this.clear = copy(from?.clear)
    this.right = copy(from?.right)
    this.surplus = copy(from?.surplus)
    this.missingAll = from?.missingAll ?? 0
    this.surplusAll = from?.surplusAll ?? 0
    this.#bits = from ? from.bits : new Uint8Array(0)
  }

  /** Of the label as it is. */
  static of(task: Task, ids: Uint32Array): View {
    const view = new View(task, null)
    const { segment, part } = task
    const { leaf } = task.levels.hierarchy
    for (let p = 0; p < ids.length; p++) {
      const at = leaf[p]!
      if (segment.mask[p]) {
        if (ids[p] === 0) view.missing[at]!++
        else view.right[at]!++
      } else if (ids[p] === 0) view.clear[at]!++
      else view.surplus[at]!++
    }
    view.missingAll = view.missing.reduce((a, b) => a + b, 0)
    view.surplusAll = view.surplus.reduce((a, b) => a + b, 0)
    view.#bits = cut(ids, part, segment.width)
    return view
  }

  copy(): View {
    return new View(this.task, this)
  }

  /** Pixels of error above what may stay; 0 and less is enough. */
  get need(): number {
    return this.missingAll + ENOUGH * this.surplusAll - (1 - ENOUGH) * this.task.segment.area
  }

  /** What is labeled of the task's part, a byte per pixel. Not to be written to. */
  get bits(): Uint8Array {
    if (this.#late.length === 0) return this.#bits
    const { part, levels } = this.task
    const { leaf, width, leafCount } = levels.hierarchy
    const change = new Uint8Array(leafCount)
    for (const { lo, hi, removes } of this.#late) change.fill(removes ? 2 : 1, lo, hi)
    const bits = this.#bits.slice()
    for (let y = 0, p = 0; y < part.height; y++) {
      const row = (part.y0 + y) * width + part.x0
      for (let x = 0; x < part.width; x++, p++) {
        const changed = change[leaf[row + x]!]!
        if (changed > 0) bits[p] = 2 - changed
      }
    }
    this.#bits = bits
    this.#late = []
    return bits
  }

  /** What is wrong within the part. */
  get wrong(): { readonly missing: Wrong; readonly surplus: Wrong } {
    const { inside, part } = this.task
    const bits = this.bits
    this.#wrong ??= {
      missing: wrongOf((p) => inside[p] === 1 && bits[p] === 0, part),
      surplus: wrongOf((p) => inside[p] === 0 && bits[p] === 1, part),
    }
    return this.#wrong
  }

  /** Adds or removes leaves [lo, hi). */
  take(lo: number, hi: number, removes: boolean): void {
    for (let leaf = lo; leaf < hi; leaf++) {
      if (removes) {
        this.missingAll += this.right[leaf]!
        this.surplusAll -= this.surplus[leaf]!
        this.missing[leaf]! += this.right[leaf]!
        this.clear[leaf]! += this.surplus[leaf]!
        this.right[leaf] = this.surplus[leaf] = 0
      } else {
        this.missingAll -= this.missing[leaf]!
        this.surplusAll += this.clear[leaf]!
        this.right[leaf]! += this.missing[leaf]!
        this.surplus[leaf]! += this.clear[leaf]!
        this.missing[leaf] = this.clear[leaf] = 0
      }
    }
    this.#late.push({ lo, hi, removes })
    this.#wrong = null
  }

  /** Paints or erases what `covers` says of pixels of the part. */
  paint(covers: (p: number) => boolean, removes: boolean): void {
    const { inside, part, levels } = this.task
    const { leaf, width } = levels.hierarchy
    const bits = this.bits.slice()
    for (let y = 0, p = 0; y < part.height; y++) {
      const row = (part.y0 + y) * width + part.x0
      for (let x = 0; x < part.width; x++, p++) {
        if (bits[p] === (removes ? 0 : 1) || !covers(p)) continue
        bits[p] = removes ? 0 : 1
        const at = leaf[row + x]!
        const sign = removes ? -1 : 1
        if (inside[p]) {
          this.missing[at]! -= sign
          this.right[at]! += sign
          this.missingAll -= sign
        } else {
          this.clear[at]! -= sign
          this.surplus[at]! += sign
          this.surplusAll += sign
        }
      }
    }
    this.#bits = bits
    this.#wrong = null
  }
}

/** Wrong pixels of a part, and of each whether one of its four neighbours is none. */
export type Wrong = { readonly pixels: Uint32Array; readonly isEdge: Uint8Array }

function wrongOf(
  isWrong: (p: number) => boolean,
  { width, height }: { readonly width: number; readonly height: number },
): Wrong {
  const flags = new Uint8Array(width * height)
  let count = 0
  for (let p = 0; p < flags.length; p++) {
    if (!isWrong(p)) continue
    flags[p] = 1
    count++
  }
  const pixels = new Uint32Array(count)
  const isEdge = new Uint8Array(count)
  let n = 0
  for (let p = 0; p < flags.length; p++) {
    if (!flags[p]) continue
    const x = p % width
    const isInner =
      (x === 0 || flags[p - 1]) &&
      (x === width - 1 || flags[p + 1]) &&
      (p < width || flags[p - width]) &&
      (p + width >= flags.length || flags[p + width])
    pixels[n] = p
    isEdge[n++] = isInner ? 0 : 1
  }
  return { pixels, isEdge }
}
