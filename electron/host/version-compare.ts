import { AppError } from '../../shared/base/app-error.ts'
import { shapesOfKey } from '../../shared/formats/artifact-layout.ts'
import { type LabelFile, parseLabelFile } from '../../shared/formats/label-file.ts'
import { isSame, type PlainRecord } from '../../shared/history/merge-fields.ts'
import { compareObjects, noObjectChanges } from '../../shared/history/object-changes.ts'
import { diffSamples, type SampleChange } from '../../shared/history/sample-sets.ts'
import type { HostArgs, HostOutput } from '../../shared/host/host-api.ts'
import type { Category } from '../../shared/label/ontology.ts'
import type { Categories } from './categories.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { createTimeSlice } from './time-slice.ts'
import { createVersionStates, type VersionState } from './version-states.ts'
import type { Versions } from './versions.ts'

type Comparison = HostOutput<'versions.compare'>

/** What differs between versions. Costs by what differs, not by what there is. */
export type VersionCompare = {
  /** Rejects with `NOT_FOUND`, `BAD_REQUEST`, and with what reading a version rejects with. */
  compare(args: HostArgs<'versions.compare'>, signal?: AbortSignal): Promise<Comparison>
}

/** One side: a version, or what is not committed. */
type Side = {
  readonly id: string | null
  readonly states: readonly VersionState[]
  readonly categories: readonly Category[]
}

export function createVersionCompare(
  context: LibraryContext,
  tools: {
    readonly versions: Versions
    readonly categories: Pick<Categories, 'list'>
  },
): VersionCompare {
  const { versions, categories } = tools
  const { blobs, db } = context
  const states = createVersionStates(context)
  const selectId = db.prepare('SELECT id FROM samples WHERE image_digest = ?')

  async function sidesOf({ before, after }: HostArgs<'versions.compare'>): Promise<[Side, Side, number]> {
    const old = versions.find(before)
    const left = await states.snapshot(old.id)
    const leftCategories = (await states.ontology(left.ontology)).categories
    if (after === null) {
      const { before: then, now, total } = await versions.workingBeside(old.id)
      return [
        { id: old.id, states: then, categories: leftCategories },
        { id: null, states: now, categories: categories.list() },
        total,
      ]
    }
    const other = versions.find(after)
    const right = await states.snapshot(other.id)
    const [a, b] = await states.apart(left.list, right.list)
    return [
      { id: old.id, states: a, categories: leftCategories },
      { id: other.id, states: b, categories: (await states.ontology(right.ontology)).categories },
      right.count,
    ]
  }

  /** The label file of a state whose label is not the same on both sides; null when there is none or it is lost. */
  async function fileOf(state: VersionState | null): Promise<LabelFile | null> {
    if (!state?.label || state.head === null) return null
    const known = db.prepare('SELECT json_digest AS json FROM revisions WHERE id = ?').get(state.head)
    const record = known ? null : await states.revision(state.head)
    const json = known?.json ?? record?.payloads.find(({ role }) => role === 'label')?.digest
    if (typeof json !== 'string') return null
    try {
      return await getRecord(blobs, json, parseLabelFile)
    } catch (error) {
      // One damaged file must not hide what else differs.
      if (error instanceof AppError && ['MISSING_BLOB', 'BLOB_CORRUPT'].includes(error.code)) return null
      throw error
    }
  }

  const beforeOf = (change: SampleChange<VersionState>) => (change.kind === 'added' ? null : change.before)
  const afterOf = (change: SampleChange<VersionState>) => (change.kind === 'removed' ? null : change.after)
  const hasOtherLabel = (change: SampleChange<VersionState>) =>
    change.kind !== 'changed' || change.isRelabeled

  return {
    async compare(args, signal) {
      const [left, right, total] = await sidesOf(args)
      const breathe = createTimeSlice()
      const counts = {
        added: 0,
        removed: 0,
        replaced: 0,
        renamed: 0,
        relabeled: 0,
        recarded: 0,
        unchanged: 0,
      }
      const objects = createTally([left.categories, right.categories])
      const pairs = new Map<string, number>()
      const samples: Comparison['samples'] = []
      let stillThere = 0
      for (const change of diffSamples(left.states, right.states)) {
        signal?.throwIfAborted()
        const [before, after] = [beforeOf(change), afterOf(change)]
        const isChanged = change.kind === 'changed'
        const kind = change.kind === 'removed' && change.replacedBy ? 'replaced' : change.kind
        if (kind !== 'changed') counts[kind]++
        if (isChanged && change.isRenamed) counts.renamed++
        if (isChanged && change.isRelabeled) counts.relabeled++
        if (isChanged && change.isRecarded) counts.recarded++
        if (after) stillThere++
        let difference = noObjectChanges
        let [old, now]: (LabelFile | null)[] = [null, null]
        if (args.objects !== false && hasOtherLabel(change)) {
          ;[old, now] = [await fileOf(before), await fileOf(after)]
          for (const { categoryId } of old?.objects ?? []) objects.add(categoryId, 'before', 1)
          for (const { categoryId } of now?.objects ?? []) objects.add(categoryId, 'after', 1)
          difference = compareObjects(old?.objects ?? [], now?.objects ?? [])
          for (const [pair, count] of difference.pairs) pairs.set(pair, (pairs.get(pair) ?? 0) + count)
        }
        const { pairs: _, ...changes } = difference
        const { image, name } = (after ?? before)!
        samples.push({
          id: (selectId.get(image)?.id as string | undefined) ?? null,
          name,
          image,
          kind,
          isRenamed: isChanged && change.isRenamed,
          isRelabeled: isChanged && change.isRelabeled,
          isRecarded: isChanged && change.isRecarded,
          ...(isChanged &&
            change.isRelabeled &&
            hasOtherShapes(change.before, change.after) && { isReshaped: true }),
          before: before && { revision: before.head, card: before.card, status: old?.status ?? null },
          after: after && { revision: after.head, card: after.card, status: now?.status ?? null },
          objects: changes,
        })
        await breathe()
      }
      return {
        before: left.id,
        after: right.id,
        counts: { ...counts, unchanged: total - stillThere },
        categories: objects.rows(),
        reclassified: [...pairs]
          .map(([pair, count]) => {
            const [from, to] = pair.split(' ').map(Number)
            return { from: from!, to: to!, count }
          })
          .sort((a, b) => b.count - a.count || a.from - b.from || a.to - b.to),
        ontology: compareCategories(left.categories, right.categories),
        samples,
      }
    },
  }
}

/** Of two labels that differ. */
const hasOtherShapes = (before: VersionState, after: VersionState) =>
  shapesOfKey(before.label) !== shapesOfKey(after.label)

type Counted = { id: number; name: string; before: number; after: number }

function createTally(ontologies: readonly (readonly Category[])[]) {
  const rows = new Map<number, Counted>()
  const nameOf = new Map(ontologies.flatMap((list) => list.map(({ id, name }) => [id, name] as const)))
  return {
    add(id: number, side: 'before' | 'after', count: number): void {
      const row = rows.get(id) ?? { id, name: nameOf.get(id) ?? `category ${id}`, before: 0, after: 0 }
      row[side] += count
      rows.set(id, row)
    },
    rows: (): Counted[] => [...rows.values()].sort((a, b) => a.id - b.id),
  }
}

/** A renamed category is told as that, and not as all its objects changed. */
function compareCategories(before: readonly Category[], after: readonly Category[]): Comparison['ontology'] {
  const [old, now] = [before, after].map((list) => new Map(list.map((each) => [each.id, each]))) as [
    Map<number, Category>,
    Map<number, Category>,
  ]
  const found: Comparison['ontology'] = []
  for (const [id, category] of now) {
    const was = old.get(id)
    if (!was) found.push({ id, kind: 'added', name: category.name, fields: [] })
    else {
      const [a, b] = [was as PlainRecord, category as PlainRecord]
      const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
        (key) => !isSame(a[key], b[key]),
      )
      if (fields.length > 0) found.push({ id, kind: 'changed', name: category.name, fields: fields.sort() })
    }
  }
  for (const [id, { name }] of old) if (!now.has(id)) found.push({ id, kind: 'removed', name, fields: [] })
  return found.sort((a, b) => a.id - b.id)
}
