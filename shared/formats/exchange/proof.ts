import type { Category, LabelObject } from '../../label/ontology.ts'
import type { Holds, ReadLabel, WriteLabel } from './format.ts'

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
  return { map: { ...label.map, ids: label.map.ids.map((id) => becomes.get(id) ?? id) }, objects }
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
  read: ReadLabel | null,
  holds: Holds,
  categories: readonly Category[],
): Comparison {
  const { map, objects } = asHeld(label, holds, categories)
  const pixels = map.ids.length
  const nameOf = new Map(
    categories.map(({ id, name, isVoid }) => [id, isVoid && holds.void === 'one' ? '' : name]),
  )
  const wanted = new Map(objects.map(({ id, categoryId }) => [id, nameOf.get(categoryId)]))
  const found = new Map(
    read?.objects.map(({ id, category }) => [
      id,
      category.isVoid && holds.void === 'one' ? '' : category.name,
    ]),
  )
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
export function lossesOf(holds: Holds): string[] {
  const { shape, holes, parts, objects, stuff, attributes, status, most } = holds
  const said = [
    [shape === 'boxes', 'Only the boxes around objects are written, not their pixels.'],
    [
      shape === 'pixels' && holes === 'bridged',
      'Holes are reached over lines without width; programs that simplify outlines may fill them.',
    ],
    [shape === 'pixels' && holes === 'no', 'Holes are filled.'],
    [shape === 'pixels' && parts === 'bridged', 'Parts of an object are joined over lines without width.'],
    [shape === 'pixels' && parts === 'no', 'Of an object with several parts only one is written.'],
    [objects === 'no', 'Objects of one category in an image become one region.'],
    [objects === 'apart', 'Objects get new ids.'],
    [objects !== 'no' && stuff === 'one', 'All regions of one stuff category in an image become one.'],
    [holds.void === 'merged', 'Void is written as unlabeled.'],
    [holds.void === 'one', 'All categories of void become one.'],
    [!attributes, 'Attributes of objects are not written.'],
    [!status, 'How far a label has come is not written.'],
    [most.objects !== null, `An image can have ${most.objects} objects; one with more is left out.`],
    [most.categories !== null, `There can be ${most.categories} categories.`],
  ] as const
  return said.filter(([applies]) => applies).map(([, sentence]) => sentence)
}
