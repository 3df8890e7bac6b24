import { AppError } from '../../base/app-error.ts'
import { type Runs, RunsBuilder } from '../../image/runs.ts'
import type { AttributeValue } from '../../label/attributes.ts'
import { attributeValueSchema } from '../../label/attributes.ts'
import { type LabelMap, MAX_OBJECT_ID, MAX_OBJECTS } from '../../label/label-map.ts'
import { type Ring, runsOfRings } from '../../label/polygon.ts'
import type { ShapeType } from '../../label/shape.ts'
import { createBeside, farthest, type Told } from './beside.ts'
import type { FormatId, ReadCategory, ReadLabel, ReadObject, ReadWish, SourceImage } from './format.ts'
import { rectangle } from './rings.ts'
import { Unreadable } from './unreadable.ts'

/** Puts shapes of a file on one label map, in the order of the file: what comes later covers what came before. */
export type Shapes = {
  readonly size: { readonly width: number; readonly height: number }
  /** A new object, or the one that `key` stands for already. Throws Unreadable when there are too many. */
  object(category: ReadCategory, told?: Pick<Told, 'key' | 'id' | 'attributes'>): number
  runs(id: number, runs: Runs): void
  /** Pixels off and on in turn, column by column from the top left: as many as the image has. */
  columns(id: number, counts: readonly number[]): void
  /** Corners in pixels. Throws Unreadable on what is no number. */
  rings(id: number, rings: readonly Ring[]): void
  /**
   * Two opposite corners in pixels, or the four of a turned box: filled as an object, whose id it answers, or kept beside
   * the mask, which answers null.
   */
  box(category: ReadCategory, corners: Ring, told?: Told): number | null
  /** Kept beside the mask, for it has no area. Throws Unreadable. */
  beside(type: ShapeType, category: ReadCategory, points: Ring, told?: Told): void
  /** What else is said of an object, or of the image: kept whole, and said where there is nothing to see of it. */
  sayOf(id: number, source: unknown): void
  aside(source: unknown, remark: string): void
  remark(text: string): void
  finish(): {
    map: LabelMap
    objects: ReadObject[]
    remarks: string[]
    shapes?: NonNullable<ReadLabel['shapes']>
  }
}

/** `room`: where its map may be, for who looks at one after the other. `boxes`: what becomes of them; masks if left out. */
export function createShapes(
  { width, height }: Pick<SourceImage, 'width' | 'height'>,
  format: FormatId,
  { room, boxes = 'masks' }: ReadWish & { readonly room?: Uint32Array | undefined } = {},
): Shapes {
  const ids = room ? room.subarray(0, width * height).fill(0) : new Uint32Array(width * height)
  const objects = new Map<number, ReadObject>()
  const byKey = new Map<string, number>()
  const remarks = new Map<string, number>()
  /** Pixels of each object that has some. */
  const sizes = new Map<number, number>()
  let next = 1
  let covered = 0
  let filled = 0
  const beside = createBeside(format)
  const remark = (text: string) => void remarks.set(text, (remarks.get(text) ?? 0) + 1)
  const grow = (id: number, pixels: number) => void sizes.set(id, (sizes.get(id) ?? 0) + pixels)
  /** Every `step`-th pixel from `from` on, before `end`. */
  function paint(id: number, from: number, end: number, step: number): void {
    let added = 0
    for (let p = from; p < end; p += step) {
      const before = ids[p]!
      if (before === id) continue
      if (before !== 0) {
        covered++
        grow(before, -1)
      }
      ids[p] = id
      added++
    }
    if (added > 0) grow(id, added)
  }
  function runs(id: number, list: Runs): void {
    for (let i = 0; i < list.length; i += 2) paint(id, list[i]!, list[i]! + list[i + 1]!, 1)
  }
  function object(
    category: ReadCategory,
    { key, id, attributes = {} }: Pick<Told, 'key' | 'id' | 'attributes'> = {},
  ): number {
    const known = key === undefined ? undefined : byKey.get(key)
    if (known !== undefined) return known
    if (objects.size >= MAX_OBJECTS) {
      throw new Unreadable(`It has more than ${MAX_OBJECTS} objects, the most that a label can have.`)
    }
    const isFree = id !== undefined && id >= 1 && id <= MAX_OBJECT_ID && !objects.has(id)
    while (!isFree && objects.has(next)) next++
    const own = isFree ? id : next
    objects.set(own, { id: own, category, attributes })
    if (key !== undefined) byKey.set(key, own)
    return own
  }
  function rings(id: number, list: readonly Ring[]): void {
    for (const { x, y } of list.flat()) {
      if (!(Math.abs(x) <= farthest && Math.abs(y) <= farthest)) {
        throw new Unreadable(`A corner of a polygon is at ${x}, ${y}.`)
      }
    }
    runs(id, runsOfRings(list, width, height))
  }
  return {
    size: { width, height },
    object,
    runs,
    columns(id, counts) {
      let at = 0
      for (let i = 0; i < counts.length; i++) {
        const end = at + counts[i]!
        // From the last pixel of one column to the first of the next is no step down.
        for (let x = Math.floor(at / height); i % 2 === 1 && at < end; x++) {
          const low = Math.min(end, (x + 1) * height)
          const top = at - x * height
          paint(id, top * width + x, (low - x * height) * width, width)
          at = low
        }
        at = end
      }
    },
    rings,
    box(category, corners, told = {}) {
      const [a, b] = corners
      if (corners.length === 2 && ![a!.x, a!.y, b!.x, b!.y].every((each) => Math.abs(each) <= farthest)) {
        throw new Unreadable(`A box has the corners ${a!.x}, ${a!.y} and ${b!.x}, ${b!.y}.`)
      }
      if (boxes === 'shapes') {
        beside.shape(corners.length === 2 ? 'bbox' : 'polygon', category, corners, told)
        return null
      }
      filled++
      const id = object(category, told)
      rings(id, [corners.length === 2 ? rectangle(a!, b!) : corners])
      return id
    },
    beside: (type, category, points, told = {}) => beside.shape(type, category, points, told),
    sayOf: beside.sayOf,
    aside(source, text) {
      beside.aside(source)
      remark(text)
    },
    remark,
    finish() {
      const kept = [...objects.values()]
        .filter(({ id }) => (sizes.get(id) ?? 0) > 0)
        .sort((a, b) => a.id - b.id)
      const without = objects.size - kept.length
      if (filled > 0) remarks.set('A box is read as a filled rectangle.', filled)
      if (covered > 0) remarks.set('A pixel belongs to two objects; the later one has it.', covered)
      if (without > 0) remarks.set('An object has no pixels and is left out.', without)
      const shapes = beside.finish(new Set(kept.map(({ id }) => id)))
      return {
        map: { width, height, ids },
        objects: kept,
        remarks: [...remarks].map(([text, times]) => (times > 1 ? `${text} (${times} times)` : text)),
        ...(shapes && { shapes }),
      }
    },
  }
}

/** A remark without how often it holds in its label. */
export const plainRemark = (remark: string): string => remark.replace(/ \(\d+ times\)$/, '')

/** The runs of each value of a map that is not 0, in one pass. */
export function runsByValue(values: Uint32Array, width: number, height: number): Map<number, Runs> {
  const builders = new Map<number, RunsBuilder>()
  for (let y = 0; y < height; y++) {
    const end = (y + 1) * width
    for (let start = y * width; start < end; ) {
      const value = values[start]!
      let stop = start + 1
      while (stop < end && values[stop] === value) stop++
      if (value !== 0) {
        let builder = builders.get(value)
        if (!builder) {
          builder = new RunsBuilder(width)
          builders.set(value, builder)
        }
        builder.add(start, stop - start)
      }
      start = stop
    }
  }
  return new Map([...builders].map(([value, builder]) => [value, builder.finish()]))
}

/** Attributes as another program has them: what is no value here is kept as JSON. */
export function readAttributes(value: unknown): Record<string, AttributeValue> {
  if (!isRecord(value)) return {}
  const read: Record<string, AttributeValue> = {}
  for (const [key, each] of Object.entries(value).slice(0, 500)) {
    const name = key.trim()
    if (name === '' || name.length > 200 || name === '__proto__') continue
    const direct = attributeValueSchema.safeParse(each)
    const text = direct.success ? '' : (JSON.stringify(each) ?? '')
    if (direct.success) read[name] = direct.data
    else if (text !== '' && text.length <= 4000) read[name] = text
  }
  return read
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Throws Unreadable on what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    throw new Unreadable('It is no JSON.')
  }
}

/** A finite number, or one in a text; NaN otherwise. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN
  if (typeof value !== 'string' || value.trim() === '' || value.length > 40) return Number.NaN
  const number = Number(value)
  return Number.isFinite(number) ? number : Number.NaN
}

/** A category's name as it is kept here; null when it is none. */
export function nameOfCategory(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const name = String(value).trim().normalize('NFC')
  return name === '' || name.length > 200 ? null : name
}

/** Every category of a name once, so that all labels of a file share it. */
export function createCategoryNames(defaults: Partial<ReadCategory> = {}) {
  const known = new Map<string, ReadCategory>()
  return (name: string, given: Partial<ReadCategory> = {}): ReadCategory => {
    const found = known.get(name)
    if (found) return found
    const made = { name, color: null, hasInstances: true, isVoid: false, ...defaults, ...given }
    known.set(name, made)
    return made
  }
}

/** What an error says to the person, for a problem; what is no fault of the file is thrown on. */
export function reasonOf(error: unknown): string {
  if (error instanceof Unreadable) return error.message
  // What is thrown to stop has a code too, and it is a number.
  if (error instanceof AppError && (error.code.startsWith('IN_') || error.code === 'NOT_FOUND')) {
    return `${error.message} ${error.remedy}`
  }
  throw error
}

/** Why a label of `declared` pixels cannot be the image's; null when it can. */
export function sizeProblem(
  image: SourceImage,
  declared: { readonly width: number; readonly height: number },
): string | null {
  if (declared.width === image.width && declared.height === image.height) return null
  return `It is for ${declared.width} × ${declared.height} pixels, but ${image.name} has ${image.width} × ${image.height}.`
}

export const noImage = (name: string): string =>
  `There is no image "${name.slice(0, 200)}" in the library, or more than one that could be meant.`
