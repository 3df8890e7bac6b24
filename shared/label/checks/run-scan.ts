import { type LabelMap, type Rect, UNLABELED } from '../label-map.ts'

/** What several objects touch: a stretch of pixels without an object may lie in one object, or between several. */
export const SEVERAL = 0xff_ff_ff_ff

/** 4-connected pixels of one id, unlabeled ones too. */
export type Part = {
  readonly id: number
  readonly pixels: number
  readonly bounds: Rect
  /** For unlabeled pixels: 0 none, one object's id, or `SEVERAL`: what lies around them. */
  readonly around: number
  readonly atBorder: boolean
}

/** Of one object, whatever the number of its parts. */
export type Shape = {
  readonly pixels: number
  /** Sides of pixels that meet another id or the border of the image. */
  readonly outline: number
  /** Changes, for all that matters, whenever one of the object's pixels does. 16 hex digits. */
  readonly print: string
}

/** Unlabeled pixels no wider than asked for, with different objects at both ends. `a` < `b`. */
export type Gap = { readonly a: number; readonly b: number; readonly pairs: Uint32Array }

export type Scan = {
  readonly parts: readonly Part[]
  readonly shapes: ReadonlyMap<number, Shape>
  /** Sides of pixels at which two objects meet, by `pairKey`; only those that `mayTouch` asks about. */
  readonly contacts: ReadonlyMap<number, number>
  readonly gaps: readonly Gap[]
}

/** Two ids of 24 bits in one number. */
export const pairKey = (a: number, b: number): number => (a < b ? a * 0x100_0000 + b : b * 0x100_0000 + a)
export const pairOf = (key: number): readonly [number, number] => [
  Math.floor(key / 0x100_0000),
  key % 0x100_0000,
]

/** A map of noise has a run for every pixel or two, and nobody wants to be told of each. */
const mostRuns = 4_000_000
/** Stretches between objects, over all pairs of them. */
const mostGapRuns = 500_000
const rowsPerStep = 32

/**
 * Everything that checks need, in one pass over the map and one over its runs. A generator, so that it can be run some
 * rows at a time; it yields how far it is, 0 … 1. Returns null for a map that has too many runs to be one of objects.
 * The map must stay as it is until then.
 */
export function* scanRuns(
  { width, height, ids }: LabelMap,
  options: { readonly mayTouch: (a: number, b: number) => boolean; readonly gapWidth: number },
): Generator<number, Scan | null> {
  const { mayTouch, gapWidth } = options
  const runs = new RunTable()
  const objects = new ObjectTable()
  const contacts = new Map<number, number>()
  const gaps = new GapTable()
  let before = { from: 0, to: 0 }
  for (let y = 0; y < height; y++) {
    const from = runs.count
    const row = y * width
    for (let x = 0; x < width; ) {
      const id = ids[row + x]!
      let end = x + 1
      while (end < width && ids[row + end] === id) end++
      const isAtBorder = y === 0 || y === height - 1 || x === 0 || end === width
      runs.add(row + x, end - x, id, isAtBorder)
      if (id !== UNLABELED) objects.addRun(id, row + x, end - x)
      x = end
    }
    for (let i = from + 1; i < runs.count; i++) {
      meet(i - 1, i, 1)
      if (i + 1 >= runs.count || runs.ids[i] !== UNLABELED || runs.lengths[i]! > gapWidth) continue
      gaps.add(runs.ids[i - 1]!, runs.ids[i + 1]!, runs.starts[i]!, runs.lengths[i]!)
    }
    // Both rows are covered by runs from end to end: walk them side by side.
    for (let i = before.from, j = from; i < before.to && j < runs.count; ) {
      const [startI, startJ] = [runs.starts[i]! - (row - width), runs.starts[j]! - row]
      const [endI, endJ] = [startI + runs.lengths[i]!, startJ + runs.lengths[j]!]
      const [start, end] = [Math.max(startI, startJ), Math.min(endI, endJ)]
      if (runs.ids[i] === runs.ids[j]) runs.join(i, j)
      else {
        meet(i, j, end - start)
        if (runs.ids[i] === UNLABELED) lookUp(start, end, y, runs.ids[j]!)
      }
      if (endI <= endJ) i++
      if (endJ <= endI) j++
    }
    before = { from, to: runs.count }
    if (runs.count > mostRuns) return null
    if (y % rowsPerStep === 0) yield (y / height) * 0.8
  }
  objects.addBorder(runs, width, height)
  const parts = yield* runs.parts(width)
  return { parts, shapes: objects.shapes(), contacts, gaps: gaps.finish() }

  /** Two runs of different ids lie side by side. */
  function meet(i: number, j: number, length: number): void {
    const [a, b] = [runs.ids[i]!, runs.ids[j]!]
    if (a === UNLABELED) runs.surround(i, b)
    else objects.addOutline(a, length)
    if (b === UNLABELED) runs.surround(j, a)
    else objects.addOutline(b, length)
    if (a === UNLABELED || b === UNLABELED || !mayTouch(a, b)) return
    const key = pairKey(a, b)
    contacts.set(key, (contacts.get(key) ?? 0) + length)
  }

  /** Above these pixels of `id` in row `y` there are unlabeled ones: is another object close behind them? */
  function lookUp(start: number, end: number, y: number, id: number): void {
    for (let x = start; x < end; x++) {
      for (let up = 2; up <= gapWidth + 1 && y - up >= 0; up++) {
        const other = ids[(y - up) * width + x]!
        if (other === UNLABELED) continue
        if (other !== id) for (let k = 1; k < up; k++) gaps.add(other, id, (y - k) * width + x, 1)
        break
      }
    }
  }
}

/** Runs in row-major order, each with the part it belongs to. */
class RunTable {
  count = 0
  starts = new Uint32Array(1024)
  lengths = new Uint32Array(1024)
  ids = new Uint32Array(1024)
  #parents = new Uint32Array(1024)
  #around = new Uint32Array(1024)
  #atBorder = new Uint8Array(1024)

  add(start: number, length: number, id: number, isAtBorder: boolean): void {
    const i = this.count++
    if (i === this.starts.length) {
      this.starts = grown(this.starts)
      this.lengths = grown(this.lengths)
      this.ids = grown(this.ids)
      this.#parents = grown(this.#parents)
      this.#around = grown(this.#around)
      const borders = new Uint8Array(this.#atBorder.length * 2)
      borders.set(this.#atBorder)
      this.#atBorder = borders
    }
    this.starts[i] = start
    this.lengths[i] = length
    this.ids[i] = id
    this.#parents[i] = i
    this.#atBorder[i] = Number(isAtBorder)
  }

  join(i: number, j: number): void {
    const [a, b] = [this.#rootOf(i), this.#rootOf(j)]
    if (a !== b) this.#parents[Math.max(a, b)] = Math.min(a, b)
  }

  surround(i: number, id: number): void {
    this.#around[i] = eitherOf(this.#around[i]!, id)
  }

  *parts(width: number): Generator<number, Part[]> {
    type Open = {
      id: number
      pixels: number
      around: number
      atBorder: boolean
      x0: number
      y0: number
      x1: number
      y1: number
    }
    const open = new Map<number, Open>()
    for (let i = 0; i < this.count; i++) {
      if (i % 65_536 === 0) yield 0.8 + (i / this.count) * 0.2
      const y = Math.floor(this.starts[i]! / width)
      const x0 = this.starts[i]! - y * width
      const x1 = x0 + this.lengths[i]!
      const root = this.#rootOf(i)
      const part = open.get(root)
      if (!part) {
        open.set(root, {
          id: this.ids[i]!,
          pixels: x1 - x0,
          around: this.#around[i]!,
          atBorder: this.#atBorder[i] === 1,
          x0,
          y0: y,
          x1,
          y1: y + 1,
        })
        continue
      }
      part.pixels += x1 - x0
      part.around = eitherOf(part.around, this.#around[i]!)
      part.atBorder ||= this.#atBorder[i] === 1
      part.x0 = Math.min(part.x0, x0)
      part.x1 = Math.max(part.x1, x1)
      part.y1 = y + 1
    }
    yield 0.96
    return Array.from(open.values(), ({ id, pixels, around, atBorder, x0, y0, x1, y1 }) => ({
      id,
      pixels,
      around,
      atBorder,
      bounds: { x0, y0, x1, y1 },
    }))
  }

  #rootOf(i: number): number {
    let at = i
    while (this.#parents[at] !== at) {
      // Halving the way is all the balance it needs.
      this.#parents[at] = this.#parents[this.#parents[at]!]!
      at = this.#parents[at]!
    }
    return at
  }
}

const eitherOf = (a: number, b: number): number =>
  a === UNLABELED || a === b ? b : b === UNLABELED ? a : SEVERAL

/** Numbers of each object, at a place of its own. */
class ObjectTable {
  /** By id: one more than its place, 0 for none yet. */
  #places = new Uint32Array(1024)
  readonly #ids: number[] = []
  readonly #pixels: number[] = []
  readonly #outlines: number[] = []
  readonly #highs: number[] = []
  readonly #lows: number[] = []

  /** FNV-1a over where each run begins and how long it is, twice with other beginnings. */
  addRun(id: number, start: number, length: number): void {
    const at = this.#placeOf(id)
    this.#pixels[at]! += length
    this.#highs[at] = Math.imul(Math.imul(this.#highs[at]! ^ start, 0x01_00_01_93) ^ length, 0x01_00_01_93)
    this.#lows[at] = Math.imul(Math.imul(this.#lows[at]! ^ length, 0x85_eb_ca_6b) ^ start, 0xc2_b2_ae_35)
  }

  addOutline(id: number, length: number): void {
    this.#outlines[this.#placeOf(id)]! += length
  }

  /** The border of the image ends whatever reaches it. */
  addBorder(runs: RunTable, width: number, height: number): void {
    for (let i = 0; i < runs.count; i++) {
      if (runs.ids[i] === UNLABELED) continue
      const start = runs.starts[i]!
      const length = runs.lengths[i]!
      const y = Math.floor(start / width)
      const x = start - y * width
      const sides =
        (y === 0 ? length : 0) +
        (y === height - 1 ? length : 0) +
        Number(x === 0) +
        Number(x + length === width)
      if (sides > 0) this.addOutline(runs.ids[i]!, sides)
    }
  }

  shapes(): Map<number, Shape> {
    const hex = (n: number) => (n >>> 0).toString(16).padStart(8, '0')
    const shapes = new Map<number, Shape>()
    for (const [at, id] of this.#ids.entries()) {
      shapes.set(id, {
        pixels: this.#pixels[at]!,
        outline: this.#outlines[at]!,
        print: hex(this.#highs[at]!) + hex(this.#lows[at]!),
      })
    }
    return shapes
  }

  #placeOf(id: number): number {
    const place = id < this.#places.length ? this.#places[id]! : 0
    return place > 0 ? place - 1 : this.#newPlace(id)
  }

  #newPlace(id: number): number {
    if (id >= this.#places.length) {
      const larger = new Uint32Array(Math.max(id + 1, this.#places.length * 2))
      larger.set(this.#places)
      this.#places = larger
    }
    this.#places[id] = this.#ids.push(id)
    this.#pixels.push(0)
    this.#outlines.push(0)
    this.#highs.push(0x81_1c_9d_c5 | 0)
    this.#lows.push(0x9e_37_79_b9 | 0)
    return this.#ids.length - 1
  }
}

/** Stretches between two objects, in the order they were met. */
class GapTable {
  readonly #pairs = new Map<number, number[]>()
  #count = 0

  add(a: number, b: number, start: number, length: number): void {
    if (a === b || a === UNLABELED || b === UNLABELED || this.#count >= mostGapRuns) return
    this.#count++
    const key = pairKey(a, b)
    const known = this.#pairs.get(key)
    if (known) known.push(start, length)
    else this.#pairs.set(key, [start, length])
  }

  finish(): Gap[] {
    return Array.from(this.#pairs, ([key, pairs]) => {
      const [a, b] = pairOf(key)
      return { a, b, pairs: Uint32Array.from(pairs) }
    })
  }
}

function grown(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2)
  larger.set(array)
  return larger
}
