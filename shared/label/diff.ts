import type { LabelMap, Rect } from './label-map.ts'
import { UNLABELED } from './label-map.ts'
import type { LabelObject } from './ontology.ts'

/** A label at one time. */
export type LabelSide = {
  readonly map: LabelMap
  readonly objects: ReadonlyMap<number, Pick<LabelObject, 'categoryId'>>
}

/**
 * What became of a pixel. `category`: another category; `object`: the same category, but another object than the one it
 * belonged to. An object that only has another id now is the same object.
 */
export const diffKinds = ['added', 'removed', 'category', 'object'] as const
export type DiffKind = (typeof diffKinds)[number]

export type DiffedObject = {
  /** Its id on each side; null where it is not there. */
  readonly before: number | null
  readonly after: number | null
  readonly categoryBefore: number | null
  readonly categoryAfter: number | null
  /** Pixels that it has now and had not, and the other way round. */
  readonly gained: number
  readonly lost: number
  /** Around those; around all of it when only its category changed. */
  readonly where: Rect
  /** Only its edge was touched up: each of those pixels touches a pixel that it had and has. */
  readonly isTouchUp: boolean
}

export type DiffedCategory = {
  readonly categoryId: number
  readonly objectsBefore: number
  readonly objectsAfter: number
  readonly pixelsBefore: number
  readonly pixelsAfter: number
}

/** Pixels of one category that are of another one now; 0 is unlabeled. */
export type CategoryMove = { readonly from: number; readonly to: number; readonly pixels: number }

export type LabelDiff = {
  /** [start, length] of each stretch of changed pixels, sorted, within one row, one kind each. */
  readonly runs: Uint32Array
  /** For each run: index into `diffKinds`, the ids before and after. */
  readonly kinds: Uint8Array
  readonly before: Uint32Array
  readonly after: Uint32Array
  /** Changed pixels by kind; exact. */
  readonly pixels: Readonly<Record<DiffKind, number>>
  /** Objects that changed, by id; those of which only the edge was touched up come after the others. */
  readonly objects: readonly DiffedObject[]
  /** Categories with other numbers than before, by id. */
  readonly categories: readonly DiffedCategory[]
  /** Which category became which, most pixels first. */
  readonly moves: readonly CategoryMove[]
}

/** Two objects without a common id are one when they share at least this much of what both cover together. */
const sameObject = 0.5
const rowsPerStep = 64

/**
 * Compares two labels of one image, run by run. A generator, so that it can be done some rows at a time; yields how far
 * it is, 0 … 1. Throws RangeError when the sides are not equally large.
 */
export function* diffLabels(before: LabelSide, after: LabelSide): Generator<number, LabelDiff> {
  const { width, height, ids: old } = before.map
  const { ids: now } = after.map
  if (after.map.width !== width || after.map.height !== height) {
    throw new RangeError('labels of different sizes cannot be compared')
  }
  const joint = new JointAreas()
  const changed = new RunList()
  for (let y = 0; y < height; y++) {
    const end = (y + 1) * width
    for (let start = y * width; start < end; ) {
      const [a, b] = [old[start]!, now[start]!]
      let stop = start + 1
      while (stop < end && old[stop] === a && now[stop] === b) stop++
      joint.add(a, b, stop - start)
      if (a !== b) changed.add(start, stop - start, a, b)
      start = stop
    }
    if (y % rowsPerStep === 0) yield (y / height) * 0.8
  }
  const pairs = pairObjects(joint, before.objects, after.objects)
  const categoryOf = (side: LabelSide, id: number) => side.objects.get(id)?.categoryId ?? 0
  /** Null: the same object under another id. */
  const kindOf = (a: number, b: number): number | null => {
    if (a === UNLABELED) return 0
    if (b === UNLABELED) return 1
    if (categoryOf(before, a) !== categoryOf(after, b)) return 2
    return pairs.get(a) === b ? null : 3
  }
  const pixels = { added: 0, removed: 0, category: 0, object: 0 }
  const places = new Places(width)
  const edges = new Edges(before.map, after.map, pairs)
  const kept = new RunList()
  const kinds: number[] = []
  for (let i = 0; i < changed.count; i++) {
    const [start, length, a, b] = changed.at(i)
    if (i % 65_536 === 0) yield 0.8 + (i / changed.count) * 0.2
    if (pairs.get(a) !== b) {
      places.add(start, length, a, b)
      edges.add(start, length, a, b)
    }
    const kind = kindOf(a, b)
    if (kind === null) continue
    kept.add(start, length, a, b)
    kinds.push(kind)
    pixels[diffKinds[kind]!] += length
  }
  // The category of an object can change without any of its ids.
  const recategorized = new Set<number>()
  for (const [a, b] of pairs)
    if (categoryOf(before, a) !== categoryOf(after, b) && a === b) recategorized.add(a)
  const runs =
    recategorized.size === 0
      ? kept.finish(kinds)
      : yield* withRecategorized(before.map, after.map, recategorized, kept, kinds, pixels, places)
  return {
    ...runs,
    pixels,
    objects: changedObjects(before, after, joint, pairs, places, edges),
    categories: changedCategories(before, after, joint),
    moves: categoryMoves(
      joint,
      (a) => categoryOf(before, a),
      (b) => categoryOf(after, b),
    ),
  }
}

function categoryMoves(
  joint: JointAreas,
  categoryBefore: (id: number) => number,
  categoryAfter: (id: number) => number,
): CategoryMove[] {
  const moved = new Map<string, { from: number; to: number; pixels: number }>()
  for (const [a, b, pixels] of joint.entries()) {
    const [from, to] = [categoryBefore(a), categoryAfter(b)]
    if (from === to) continue
    const key = `${from} ${to}`
    const move = moved.get(key)
    if (move) move.pixels += pixels
    else moved.set(key, { from, to, pixels })
  }
  return [...moved.values()].sort((a, b) => b.pixels - a.pixels || a.from - b.from || a.to - b.to)
}

/** Adds the pixels that kept their id while their object came to mean something else. */
function* withRecategorized(
  before: LabelMap,
  after: LabelMap,
  ids: ReadonlySet<number>,
  kept: RunList,
  kinds: readonly number[],
  pixels: Record<DiffKind, number>,
  places: Places,
) {
  const all = new RunList()
  const allKinds: number[] = []
  let next = 0
  const { width, height } = before
  for (let y = 0; y < height; y++) {
    const end = (y + 1) * width
    for (let start = y * width; start < end; ) {
      const id = before.ids[start]!
      let stop = start + 1
      while (stop < end && before.ids[stop] === id && after.ids[stop] === after.ids[start]) stop++
      if (ids.has(id) && after.ids[start] === id) {
        for (; next < kept.count && kept.at(next)[0] < start; next++) {
          all.add(...kept.at(next))
          allKinds.push(kinds[next]!)
        }
        all.add(start, stop - start, id, id)
        allKinds.push(2)
        pixels.category += stop - start
        places.add(start, stop - start, id, id)
      }
      start = stop
    }
    if (y % rowsPerStep === 0) yield y / height
  }
  for (; next < kept.count; next++) {
    all.add(...kept.at(next))
    allKinds.push(kinds[next]!)
  }
  return all.finish(allKinds)
}

/** Which object of `before` is which of `after`, as in their difference. */
export function pairedObjects(before: LabelSide, after: LabelSide): ReadonlyMap<number, number> {
  const [old, now] = [before.map.ids, after.map.ids]
  const joint = new JointAreas()
  for (let start = 0; start < old.length; ) {
    let stop = start + 1
    while (stop < old.length && old[stop] === old[start] && now[stop] === now[start]) stop++
    joint.add(old[start]!, now[start]!, stop - start)
    start = stop
  }
  return pairObjects(joint, before.objects, after.objects)
}

/** By id first, then by how much they share, best first. From the id before to the id after. */
function pairObjects(
  joint: JointAreas,
  before: LabelSide['objects'],
  after: LabelSide['objects'],
): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>()
  for (const id of before.keys()) if (after.has(id)) pairs.set(id, id)
  const taken = new Set(pairs.values())
  const candidates: { a: number; b: number; iou: number }[] = []
  for (const [a, b, shared] of joint.entries()) {
    if (a === UNLABELED || b === UNLABELED || pairs.has(a) || taken.has(b)) continue
    const iou = shared / (joint.before(a) + joint.after(b) - shared)
    if (iou >= sameObject) candidates.push({ a, b, iou })
  }
  candidates.sort((x, y) => y.iou - x.iou || x.a - y.a || x.b - y.b)
  for (const { a, b } of candidates) {
    if (pairs.has(a) || taken.has(b)) continue
    pairs.set(a, b)
    taken.add(b)
  }
  return pairs
}

function changedObjects(
  before: LabelSide,
  after: LabelSide,
  joint: JointAreas,
  pairs: ReadonlyMap<number, number>,
  places: Places,
  edges: Edges,
): DiffedObject[] {
  const found: DiffedObject[] = []
  const nowhere = { x0: 0, y0: 0, x1: 0, y1: 0 }
  const paired = new Set(pairs.values())
  for (const [a, { categoryId: categoryBefore }] of before.objects) {
    const b = pairs.get(a) ?? null
    const categoryAfter = b === null ? null : (after.objects.get(b)?.categoryId ?? null)
    const shared = b === null ? 0 : joint.shared(a, b)
    const lost = joint.before(a) - shared
    const gained = b === null ? 0 : joint.after(b) - shared
    if (b !== null && lost === 0 && gained === 0 && categoryAfter === categoryBefore) continue
    const where = around(places.before.get(a), b === null ? undefined : places.after.get(b)) ?? nowhere
    const isTouchUp = b !== null && categoryAfter === categoryBefore && edges.areAll(a, b)
    found.push({ before: a, after: b, categoryBefore, categoryAfter, gained, lost, where, isTouchUp })
  }
  for (const [b, { categoryId }] of after.objects) {
    if (paired.has(b)) continue
    const where = places.after.get(b) ?? nowhere
    const gained = joint.after(b)
    found.push({
      before: null,
      after: b,
      categoryBefore: null,
      categoryAfter: categoryId,
      gained,
      lost: 0,
      where,
      isTouchUp: false,
    })
  }
  return found.sort(
    (x, y) => Number(x.isTouchUp) - Number(y.isTouchUp) || (x.after ?? x.before)! - (y.after ?? y.before)!,
  )
}

function changedCategories(before: LabelSide, after: LabelSide, joint: JointAreas): DiffedCategory[] {
  type Counts = { -readonly [K in keyof DiffedCategory]: number }
  const byId = new Map<number, Counts>()
  const of = (categoryId: number): Counts => {
    const known = byId.get(categoryId)
    if (known) return known
    const made = { categoryId, objectsBefore: 0, objectsAfter: 0, pixelsBefore: 0, pixelsAfter: 0 }
    byId.set(categoryId, made)
    return made
  }
  for (const [id, { categoryId }] of before.objects) {
    of(categoryId).objectsBefore++
    of(categoryId).pixelsBefore += joint.before(id)
  }
  for (const [id, { categoryId }] of after.objects) {
    of(categoryId).objectsAfter++
    of(categoryId).pixelsAfter += joint.after(id)
  }
  return [...byId.values()]
    .filter((each) => each.objectsBefore !== each.objectsAfter || each.pixelsBefore !== each.pixelsAfter)
    .sort((a, b) => a.categoryId - b.categoryId)
}

/** How many pixels have one id before and one after. */
class JointAreas {
  readonly #areas = new Map<number, number>()
  readonly #before = new Map<number, number>()
  readonly #after = new Map<number, number>()

  add(a: number, b: number, pixels: number): void {
    const key = a * 0x100_0000 + b
    this.#areas.set(key, (this.#areas.get(key) ?? 0) + pixels)
  }

  *entries(): Generator<readonly [a: number, b: number, pixels: number]> {
    for (const [key, pixels] of this.#areas) {
      yield [Math.floor(key / 0x100_0000), key % 0x100_0000, pixels]
    }
  }

  shared = (a: number, b: number): number => this.#areas.get(a * 0x100_0000 + b) ?? 0
  before = (a: number): number => this.#sums().before.get(a) ?? 0
  after = (b: number): number => this.#sums().after.get(b) ?? 0

  /** Asked for only when all is added. */
  #sums() {
    if (this.#before.size === 0) {
      for (const [a, b, pixels] of this.entries()) {
        this.#before.set(a, (this.#before.get(a) ?? 0) + pixels)
        this.#after.set(b, (this.#after.get(b) ?? 0) + pixels)
      }
    }
    return { before: this.#before, after: this.#after }
  }
}

/** Runs with the ids of both sides. */
class RunList {
  count = 0
  #runs = new Uint32Array(512)
  #before = new Uint32Array(256)
  #after = new Uint32Array(256)

  add(start: number, length: number, before: number, after: number): void {
    const i = this.count++
    if (i === this.#before.length) {
      this.#runs = doubled(this.#runs)
      this.#before = doubled(this.#before)
      this.#after = doubled(this.#after)
    }
    this.#runs[2 * i] = start
    this.#runs[2 * i + 1] = length
    this.#before[i] = before
    this.#after[i] = after
  }

  at(i: number): readonly [start: number, length: number, before: number, after: number] {
    return [this.#runs[2 * i]!, this.#runs[2 * i + 1]!, this.#before[i]!, this.#after[i]!]
  }

  finish(kinds: readonly number[]): Pick<LabelDiff, 'runs' | 'kinds' | 'before' | 'after'> {
    return {
      runs: this.#runs.slice(0, 2 * this.count),
      kinds: Uint8Array.from(kinds),
      before: this.#before.slice(0, this.count),
      after: this.#after.slice(0, this.count),
    }
  }
}

/** Where the pixels lie that an object lost, by its id before, and gained, by its id after. */
class Places {
  readonly before = new Map<number, Rect>()
  readonly after = new Map<number, Rect>()
  readonly #width: number

  constructor(width: number) {
    this.#width = width
  }

  add(start: number, length: number, a: number, b: number): void {
    const y = Math.floor(start / this.#width)
    const x = start - y * this.#width
    const run = { x0: x, y0: y, x1: x + length, y1: y + 1 }
    if (a !== UNLABELED) this.before.set(a, around(this.before.get(a), run)!)
    if (b !== UNLABELED) this.after.set(b, around(this.after.get(b), run)!)
  }
}

/** Which objects changed by more than their edge: a changed pixel of theirs touches none that they had and have. */
class Edges {
  readonly #before: LabelMap
  readonly #after: LabelMap
  readonly #pairs: ReadonlyMap<number, number>
  readonly #former: ReadonlyMap<number, number>
  /** By their id before, and by their id after. */
  readonly #lost = new Set<number>()
  readonly #gained = new Set<number>()

  constructor(before: LabelMap, after: LabelMap, pairs: ReadonlyMap<number, number>) {
    this.#before = before
    this.#after = after
    this.#pairs = pairs
    this.#former = new Map([...pairs].map(([a, b]) => [b, a]))
  }

  add(start: number, length: number, a: number, b: number): void {
    const [now, was] = [this.#pairs.get(a), this.#former.get(b)]
    for (let pixel = start; pixel < start + length; pixel++) {
      // Most are known after a few pixels.
      if (now !== undefined && !this.#lost.has(a) && !this.#touches(pixel, a, now)) this.#lost.add(a)
      if (was !== undefined && !this.#gained.has(b) && !this.#touches(pixel, was, b)) this.#gained.add(b)
    }
  }

  areAll = (a: number, b: number): boolean => !this.#lost.has(a) && !this.#gained.has(b)

  #touches(pixel: number, a: number, b: number): boolean {
    const { width, height, ids } = this.#before
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        const at = row * width + column
        if (ids[at] === a && this.#after.ids[at] === b) return true
      }
    }
    return false
  }
}

function around(a: Rect | undefined, b: Rect | undefined): Rect | undefined {
  if (!a || !b) return a ?? b
  return {
    x0: Math.min(a.x0, b.x0),
    y0: Math.min(a.y0, b.y0),
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
  }
}

function doubled(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2)
  larger.set(array)
  return larger
}
