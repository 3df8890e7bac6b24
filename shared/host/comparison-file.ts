import type { LabelTotals } from '../label/diff-totals.ts'
import type { HostOutput } from './host-api.ts'

/** What two versions differ in, as a file that other programs read: docs/formats/comparison.md. */

type Comparison = HostOutput<'versions.compare'>
type ComparedSample = Comparison['samples'][number]
export type CategoryChange = {
  readonly from: number
  readonly to: number
  readonly pixels: number
  /** In how many images. */
  readonly images: number
  /** Objects that were of the one and are of the other, by id. */
  readonly objects: number
}

/** Labels to look at on one side at least, and not the same on both. */
export function hasOtherLabel({ kind, isRelabeled, before, after }: ComparedSample): boolean {
  return (kind !== 'changed' || isRelabeled) && (before?.revision ?? after?.revision ?? null) !== null
}

export type CategorySum = {
  readonly id: number
  readonly objectsBefore: number
  readonly objectsAfter: number
  readonly pixelsBefore: number
  readonly pixelsAfter: number
}

/** Over all counted samples, by category; only those with other numbers than before. */
export function sumCategories(totals: ReadonlyMap<string, LabelTotals>): readonly CategorySum[] {
  const sums = new Map<number, { -readonly [K in keyof CategorySum]: number }>()
  for (const { categories } of totals.values()) {
    for (const { categoryId: id, ...numbers } of categories) {
      const sum = sums.get(id) ?? { id, objectsBefore: 0, objectsAfter: 0, pixelsBefore: 0, pixelsAfter: 0 }
      for (const key of ['objectsBefore', 'objectsAfter', 'pixelsBefore', 'pixelsAfter'] as const)
        sum[key] += numbers[key]
      sums.set(id, sum)
    }
  }
  return [...sums.values()].sort((a, b) => a.id - b.id)
}

/** Which category became which, over all samples that are counted, most pixels first; 0 is unlabeled. */
export function categoryChanges(
  totals: ReadonlyMap<string, LabelTotals>,
  reclassified: Comparison['reclassified'],
): readonly CategoryChange[] {
  const sums = new Map<string, { -readonly [K in keyof CategoryChange]: CategoryChange[K] }>()
  const of = (from: number, to: number) => {
    const key = `${from} ${to}`
    const known = sums.get(key)
    if (known) return known
    const made = { from, to, pixels: 0, images: 0, objects: 0 }
    sums.set(key, made)
    return made
  }
  for (const { moves } of totals.values()) {
    for (const { from, to, pixels } of moves) {
      const sum = of(from, to)
      sum.pixels += pixels
      sum.images++
    }
  }
  // An object without pixels can be of another category too.
  for (const { from, to, count } of reclassified) of(from, to).objects += count
  return [...sums.values()].sort((a, b) => b.pixels - a.pixels || a.from - b.from || a.to - b.to)
}

export type SideName = { readonly id: string | null; readonly name: string }
type Exported = {
  readonly comparison: Comparison
  /** Of the samples that are counted, by image. */
  readonly totals: ReadonlyMap<string, LabelTotals>
  readonly sides: { readonly before: SideName; readonly after: SideName }
  /** Name of a category. */
  nameOf(category: number): string
}

const unlabeled = 'unlabeled'
const named = (nameOf: Exported['nameOf'], id: number) => ({ id, name: id === 0 ? unlabeled : nameOf(id) })

/** Everything, as `tessera-comparison` 1. */
export function comparisonJson({ comparison, totals, sides, nameOf }: Exported): object {
  const { counts, categories, ontology, samples, reclassified } = comparison
  const wanted = samples.filter(hasOtherLabel).length
  const sums = new Map(sumCategories(totals).map((sum) => [sum.id, sum]))
  return {
    format: 'tessera-comparison',
    format_version: 1,
    before: sides.before,
    after: sides.after,
    counts,
    /** How many of the labels that differ are counted pixel by pixel. */
    counted: { labels: totals.size, of: wanted },
    categories: categories.map((row) => {
      const counted = sums.get(row.id)
      return {
        ...row,
        pixels: counted ? { before: counted.pixelsBefore, after: counted.pixelsAfter } : null,
      }
    }),
    category_changes: categoryChanges(totals, reclassified).map(({ from, to, ...rest }) => ({
      from: named(nameOf, from),
      to: named(nameOf, to),
      ...rest,
    })),
    ontology,
    images: samples.map((sample) => {
      const known = totals.get(sample.image)
      return {
        name: sample.name,
        image: sample.image,
        kind: sample.kind,
        renamed: sample.isRenamed,
        relabeled: sample.isRelabeled,
        recarded: sample.isRecarded,
        ...(sample.isReshaped && { reshaped: true }),
        before: sample.before,
        after: sample.after,
        objects: sample.objects,
        pixels: known?.pixels ?? null,
        category_changes: known?.moves ?? null,
      }
    }),
  }
}

const columns = [
  'name',
  'change',
  'renamed',
  'relabeled',
  'other_tags_or_issues',
  'status_before',
  'status_after',
  'objects_added',
  'objects_removed',
  'objects_of_another_category',
  'pixels_added',
  'pixels_removed',
  'pixels_of_another_category',
  'pixels_of_another_object',
  'category_changes',
  'image_sha256',
] as const

/** One row for each image that differs; pixels are empty where they are not counted. RFC 4180, UTF-8. */
export function comparisonCsv({
  comparison,
  totals,
  nameOf,
}: Pick<Exported, 'comparison' | 'totals' | 'nameOf'>): string {
  const rows = comparison.samples.map((sample) => {
    const { name, kind, image, before, after, objects } = sample
    const known = totals.get(image)
    const pixels = known?.pixels
    const moves = known?.moves.map(
      ({ from, to, pixels }) => `${named(nameOf, from).name} > ${named(nameOf, to).name}: ${pixels}`,
    )
    return [
      name,
      kind,
      sample.isRenamed,
      sample.isRelabeled,
      sample.isRecarded,
      before?.status ?? '',
      after?.status ?? '',
      objects.added,
      objects.removed,
      objects.reclassified,
      pixels?.added ?? '',
      pixels?.removed ?? '',
      pixels?.category ?? '',
      pixels?.object ?? '',
      moves?.join('; ') ?? '',
      image,
    ]
  })
  return [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/**
 * Text that a spreadsheet would take for a formula gets an apostrophe in front: names of files and categories come from
 * anywhere.
 */
function cell(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value)
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
