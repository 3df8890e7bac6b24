import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import type { LabelShapes } from '../../shared/label/shape.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import type { LabelContents } from './label-content.ts'
import { isNothing } from './label-moves.ts'
import type { LabelRows, RevisionRow } from './label-rows.ts'
import type { LabelSave } from './label-save.ts'
import type { LibraryContext } from './library-context.ts'

/** A whole label as another place has it. `ids` as `encodeIds` writes them. */
export type Arrival = {
  readonly status: LabelStatus
  readonly objects: readonly LabelObject[]
  readonly ids: Uint8Array
  /** What it holds beside its mask, null for nothing; left out where the place says nothing of it: then it stays. */
  readonly shapes?: LabelShapes | null
  /** Who made it. */
  readonly author: string
  /** The revision that both places had before; null for none. */
  readonly base: RevisionId | null
  /** Names the place, in the record of the revision. */
  readonly place: string
}
export type Arrived = {
  /** `same`: the label here says the same. `taken`: it is the label now. `beside`: both lie beside each other until somebody answers. */
  readonly kind: 'same' | 'taken' | 'beside'
  /** The state of the sample that it is. */
  readonly row: RevisionRow
}

export type LabelArrivals = {
  /**
   * Makes it the label, as a new state of the sample, where nothing was changed here since `base`; else keeps it beside the
   * label here, as a conflict with `base` as what both come from. `within` runs in the transaction that does it, perhaps
   * twice. Asked for again, it does nothing again. Rejects as saves do, and then nothing was changed.
   */
  take(
    sample: SampleId,
    arrival: Arrival,
    within: (arrived: Arrived) => void,
    /** Only where the label here says the same; else nothing is done, and it is `other`. */
    options?: { readonly onlySame?: boolean },
  ): Promise<Arrived['kind'] | 'other'>
}

export function createLabelArrivals(tools: {
  readonly context: Pick<LibraryContext, 'transaction'>
  readonly rows: LabelRows
  readonly contents: LabelContents
  readonly saver: LabelSave
}): LabelArrivals {
  const { context, rows, contents, saver } = tools
  return {
    async take(id, { status, ids, author, place, ...arrival }, within, { onlySame = false } = {}) {
      const sample = rows.sample(id)
      const head = saver.headOf(id)
      const known = arrival.base === null ? undefined : rows.revision(arrival.base)
      const base = known?.sampleId === id ? known : null
      // A lock is nobody else's: objects that have one here keep it.
      const locked = new Set<number>()
      if (head)
        for (const object of await contents.objects(sample, head)) if (object.locked) locked.add(object.id)
      const objects = arrival.objects.map((object) =>
        locked.has(object.id) ? { ...object, locked: true as const } : object,
      )
      const nextObjectId = objects.reduce(
        (next, object) => Math.max(next, object.id + 1),
        head?.nextObjectId ?? 1,
      )
      const given = arrival.shapes
      const kept = (base ?? head)?.shapes ?? null
      const shapes = given === undefined ? kept : given && (await contents.putShapes(given))
      const content = await contents.store(sample, { status, objects, nextObjectId, ids, shapes })
      const isSame = (row: RevisionRow) =>
        row.identity === content.identity && row.label === content.label.digest && row.shapes === shapes
      if (head && isSame(head)) {
        context.transaction(() => within({ kind: 'same', row: head }))
        return 'same'
      }
      if (onlySame) return 'other'
      const isUnchanged =
        head === null ||
        (base === null
          ? isNothing(head)
          : head.identity === base.identity && head.label === base.label && head.shapes === base.shapes)
      const tips = rows.tips(id).map((row) => row.id)
      const told = (kind: Arrived['kind']) => ({
        from: place,
        within: (row: RevisionRow) => within({ kind, row }),
      })
      if (isUnchanged && tips.length < 2) {
        await saver.join(id, content, place, tips, author, told('taken'))
        return 'taken'
      }
      const from = base?.id ?? null
      await saver.beside(id, content, place, from, from, { by: author, ...told('beside') })
      return 'beside'
    },
  }
}
