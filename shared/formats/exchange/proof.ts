import type { Category, LabelObject } from '../../label/ontology.ts'
import type { Holds, ReadCategory, ReadLabel, WriteLabel } from './format.ts'
import { type HeldForm, heldForm } from './held-form.ts'
import { lossesOfVersion } from './losses.ts'

/** A label as a format can hold it at best. Ids are those of the label; where objects become one, the lowest. */
export function asHeld(
  label: WriteLabel,
  holds: Holds,
  categories: readonly Category[],
): Pick<WriteLabel, 'map' | 'objects'> {
  const categoryOf = new Map(categories.map((category) => [category.id, category]))
  const becomes = new Map<number, number>()
  const first = new Map<string, number>()
  const objects: LabelObject[] = []
  for (const object of [...label.objects].sort((a, b) => a.id - b.id)) {
    const { id, categoryId } = object
    const category = categoryOf.get(categoryId)
    if (category?.isVoid && holds.void === 'merged') {
      becomes.set(id, 0)
      continue
    }
    const isOne = holds.objects === 'no' || (holds.stuff === 'one' && !category?.hasInstances)
    const key = category?.isVoid && holds.void === 'one' ? 'void' : isOne ? String(categoryId) : null
    const known = key === null ? undefined : first.get(key)
    if (known !== undefined) {
      becomes.set(id, known)
      continue
    }
    if (key !== null) first.set(key, id)
    objects.push(holds.attributes ? object : { id, categoryId, attributes: {} })
  }
  if (becomes.size === 0) return { map: label.map, objects }
  const ids = new Uint32Array(label.map.ids.length)
  let [last, own] = [0, 0]
  for (let p = 0; p < ids.length; p++) {
    const id = label.map.ids[p]!
    if (id !== last) {
      last = id
      own = becomes.get(id) ?? id
    }
    ids[p] = own
  }
  return { map: { ...label.map, ids }, objects }
}

/** What a category is called where labels are compared: all of void are one where a format has one of them. */
export const comparedName = (
  { name, isVoid }: Pick<ReadCategory, 'name' | 'isVoid'>,
  holds: Holds,
): string => (isVoid && holds.void === 'one' ? '' : name)

/** The form of a label as a format can hold it at best. */
export function formOfWritten(label: WriteLabel, holds: Holds, categories: readonly Category[]): HeldForm {
  const { map, objects } = asHeld(label, holds, categories)
  const nameOf = new Map(
    categories.map(({ id, name, isVoid = false }) => [id, comparedName({ name, isVoid }, holds)]),
  )
  const wanted = new Map(objects.map(({ id, categoryId }) => [id, nameOf.get(categoryId)]))
  return heldForm(map, holds, (id) => wanted.get(id))
}

/** The form of what was read back. */
export function formOfRead({ map, objects }: Pick<ReadLabel, 'map' | 'objects'>, holds: Holds): HeldForm {
  const found = new Map(objects.map(({ id, category }) => [id, comparedName(category, holds)]))
  return heldForm(map, holds, (id) => found.get(id))
}

/** What came back of one label. */
export type Comparison = {
  readonly pixels: number
  /** Pixels that are not what the format can hold: another object, or another category. */
  readonly differing: number
  /** For each object that had pixels, how much of it and of what came back for it is the same: 0 … 1. */
  readonly ious: readonly number[]
}

/** Compares what was written with what was read back; null stands for a label that did not come back. */
export function compareWithRead(
  label: WriteLabel,
  read: Pick<ReadLabel, 'map' | 'objects'> | null,
  holds: Holds,
  categories: readonly Category[],
): Comparison {
  const { map, objects } = asHeld(label, holds, categories)
  const pixels = map.ids.length
  const nameOf = new Map(
    categories.map(({ id, name, isVoid = false }) => [id, comparedName({ name, isVoid }, holds)]),
  )
  const wanted = new Map(objects.map(({ id, categoryId }) => [id, nameOf.get(categoryId)]))
  const found = new Map(read?.objects.map(({ id, category }) => [id, comparedName(category, holds)]))
  const sizes = new Map<number, number>()
  const readSizes = new Map<number, number>()
  const shared = new Map<number, Map<number, number>>()
  const back = read?.map.ids
  for (let p = 0; p < pixels; ) {
    const [a, b] = [map.ids[p]!, back ? back[p]! : 0]
    const start = p
    // Pixels of the same pair mostly come one after another, and maps are slow.
    do p++
    while (p < pixels && map.ids[p] === a && (back ? back[p] : 0) === b)
    sizes.set(a, (sizes.get(a) ?? 0) + p - start)
    readSizes.set(b, (readSizes.get(b) ?? 0) + p - start)
    const row = shared.get(a) ?? new Map<number, number>()
    shared.set(a, row)
    row.set(b, (row.get(b) ?? 0) + p - start)
  }
  let same = shared.get(0)?.get(0) ?? 0
  const taken = new Set<number>()
  const ious: number[] = []
  const large = [...sizes].filter(([id]) => id !== 0).sort((a, b) => b[1] - a[1] || a[0] - b[0])
  for (const [id, size] of large) {
    const partners = [...shared.get(id)!]
      .filter(([other]) => other !== 0 && !taken.has(other) && found.get(other) === wanted.get(id))
      .filter(([other]) => holds.objects !== 'kept' || other === id)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    const best = partners[0]
    if (!best) {
      ious.push(0)
      continue
    }
    taken.add(best[0])
    same += best[1]
    ious.push(best[1] / (size + readSizes.get(best[0])! - best[1]))
  }
  return { pixels, differing: pixels - same, ious }
}

/** What a format cannot hold, as sentences for before something is exported. */
export const lossesOf = (holds: Holds): string[] => lossesOfVersion(holds, null).map(({ text }) => text)
