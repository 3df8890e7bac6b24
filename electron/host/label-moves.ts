import { toAppError } from '../../shared/base/app-error.ts'
import type { BlobDigest, LabelIdentity, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { LabelConflict } from '../../shared/history/label-side.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import { VarintWriter } from '../../shared/label/varint.ts'
import type { LabelCodec } from '../adapters/label-codec.ts'
import type { MergeInput } from '../adapters/label-codec-message.ts'
import type { LabelContent, LabelContents } from './label-content.ts'
import { areOfOneCounter, readRevisionRecord } from './label-counter.ts'
import { damaged, type LabeledSample, type LabelRows, type RevisionRow } from './label-rows.ts'
import type { LabelSave } from './label-save.ts'
import { renumberedShapes, shapesSide } from './label-shapes.ts'
import type { LibraryContext } from './library-context.ts'

/** Tools of revisions that a version job made. */
export const jobTools: ReadonlySet<string> = new Set(['restore', 'merge'])

/** Both as they were when the sides parted; null for no label. */
export type MergeOf = {
  readonly base: RevisionId | null
  readonly theirs: RevisionId
  /** Categories that are one region per image. */
  readonly oneRegion: ReadonlySet<number>
  /** Their categories that have another id here. */
  readonly categories: ReadonlyMap<number, number>
  /** A merge with `theirs` that was made after this place in the library's order is this one. */
  readonly since: number
}

export type MergeOutcome =
  /** `taken`: it is theirs as it was. */
  | { readonly kind: 'same' | 'taken'; readonly isStatusContested: boolean }
  /** `mine`: the head that theirs was merged into. */
  | { readonly kind: 'merged'; readonly isStatusContested: boolean; readonly mine: RevisionId | null }
  /** Nothing was mixed: their label lies beside mine until somebody chooses. */
  | { readonly kind: 'conflict'; readonly conflicts: readonly LabelConflict[] }

export type LabelMoves = {
  /**
   * Makes a state of the sample, or of one that had its image, the head once more: a new revision whose parents are all
   * tips. With the tool `merge` they are the head and the revision itself. Where siblings are kept, as by merges, questions
   * that are open stay so. Null stands for no label: an empty one that counts as none. False when the head is that state
   * already. Rejects with `NOT_FOUND`, and as saves do.
   */
  restore(
    sample: SampleId,
    revision: RevisionId | null,
    tool: 'restore' | 'merge',
    keepsSiblings?: boolean,
  ): Promise<boolean>
  /**
   * Restores with the tool `merge` while the head is the `planned` one, null where that says nothing; one that somebody
   * has saved since is merged, and where there is nothing to merge it with it stays, as a conflict without a list.
   */
  take(
    sample: SampleId,
    revision: RevisionId | null,
    planned: RevisionId | null,
    of: MergeOf | null,
  ): Promise<MergeOutcome>
  /** Merges the head with another state. Rejects like `restore`; `IN_TOO_BIG` keeps both, as a conflict without a list. */
  merge(sample: SampleId, of: MergeOf): Promise<MergeOutcome>
}

export function createLabelMoves(tools: {
  readonly context: Pick<LibraryContext, 'blobs'>
  readonly rows: LabelRows
  readonly contents: LabelContents
  readonly codec: LabelCodec
  readonly saver: LabelSave
}): LabelMoves {
  const { context, rows, contents, codec, saver } = tools

  /** A state of a sample that was removed for good since is only among the blobs. */
  async function revisionOf(id: RevisionId): Promise<RevisionRow> {
    const row = rows.revision(id)
    if (row) return row
    const record = await readRevisionRecord(context.blobs, id)
    const payload = (role: string) =>
      record.payloads.find((each) => each.role === role)?.digest as BlobDigest | undefined
    const [mask, label, ontology] = [payload('mask'), payload('label'), payload('ontology')]
    const shapes = payload('shapes') ?? null
    if (!mask || !label || !ontology) throw damaged('The record of a saved label')
    return {
      ...record,
      id,
      sampleId: record.sampleId as SampleId,
      parents: record.parents as RevisionId[],
      identity: record.identity as LabelIdentity,
      mask,
      label,
      ontology,
      shapes,
    }
  }

  /**
   * What others say of their label is measured anew: a label is told from others by its identity, and a mask is used again
   * for it. Rejects with `BAD_REQUEST` for pixels of objects that are not listed, and as reading them does.
   */
  async function measured(sample: LabeledSample, row: RevisionRow): Promise<RevisionRow> {
    if (rows.revision(row.id)) return row
    const { width, height } = sample
    const listed = (await contents.objects(sample, row)).map(({ id }) => id)
    const ids = await codec.decode({ width, height, png: await context.blobs.get(row.mask) })
    const { identity, labeledPixels } = await codec.encode({ width, height, ids, listed }, async () => true)
    const nextObjectId = listed.reduce((next, id) => Math.max(next, id + 1), row.nextObjectId)
    return { ...row, identity, labeledPixels, objectCount: listed.length, nextObjectId }
  }

  const isSame = (
    a: Pick<RevisionRow, 'identity' | 'shapes'>,
    b: { identity: string; shapes: string | null },
    labels: [string, string],
  ) => a.identity === b.identity && a.shapes === b.shapes && labels[0] === labels[1]

  /** Ids that were given out in between stay given out. */
  const keepingIds = (content: LabelContent, head: RevisionRow | null): LabelContent => ({
    ...content,
    nextObjectId: Math.max(content.nextObjectId, head?.nextObjectId ?? 1),
  })

  /** What a merge makes its own comes from the head and from theirs: what else lies beside them is still open. */
  const joinTo = (
    id: SampleId,
    head: RevisionRow | null,
    content: LabelContent,
    tool: string,
    theirs: RevisionId | null,
    by?: string,
  ) => {
    const known = theirs !== null && rows.revision(theirs) ? [theirs] : []
    return saver.join(id, content, tool, [...(head ? [head.id] : []), ...known], by)
  }

  async function inputOf(sample: LabeledSample, row: RevisionRow | null): Promise<MergeInput> {
    if (!row) return { png: null, objects: [], nextObjectId: 1, status: 'unlabeled' }
    return {
      png: await context.blobs.get(row.mask),
      objects: await contents.objects(sample, row),
      nextObjectId: row.nextObjectId,
      status: row.status,
    }
  }

  const moves: LabelMoves = {
    async restore(id, revision, tool, keepsSiblings = tool === 'merge') {
      const sample = rows.sample(id)
      const head = saver.headOf(id)
      if (revision === null) {
        if (!head || isNothing(head)) return false
        const empty = {
          status: 'unlabeled' as const,
          objects: [],
          nextObjectId: head.nextObjectId,
          shapes: null,
        }
        const content = await contents.store(sample, { ...empty, ids: noIds(sample) })
        await (keepsSiblings ? joinTo(id, head, content, tool, null) : saver.settle(id, content, tool))
        return true
      }
      const wanted = await measured(sample, await revisionOf(revision))
      const isSettled = keepsSiblings || rows.tips(id).length === 1
      if (head && isSettled && isSame(head, wanted, [head.label, wanted.label])) return false
      const content = keepingIds(await contents.again(sample, wanted), head)
      // Who takes over a label as it is did not draw it; who puts an earlier one in the place of another did something.
      const by = tool === 'merge' || head === null ? wanted.author : undefined
      const theirs = tool === 'merge' ? revision : null
      await (keepsSiblings
        ? joinTo(id, head, content, tool, theirs, by)
        : saver.settle(id, content, tool, by))
      return true
    },

    async take(id, revision, planned, of) {
      const head = saver.headOf(id)
      const now = head && !isNothing(head) ? head.id : null
      if (now === planned || (of === null && now === revision)) {
        await moves.restore(id, revision, 'merge')
        return { kind: 'taken', isStatusContested: false }
      }
      return of === null ? { kind: 'conflict', conflicts: [] } : moves.merge(id, of)
    },

    async merge(id, { base, theirs, oneRegion, categories, since }) {
      const sample = rows.sample(id)
      const isDone = rows
        .revisionsOf(id)
        .some((row) => row.seq > since && row.tool === 'merge' && row.parents.includes(theirs))
      if (isDone) return { kind: 'same', isStatusContested: false }
      const head = saver.headOf(id)
      const [before, there] = [base === null ? null : await revisionOf(base), await revisionOf(theirs)]
      const theirInput = await inputOf(sample, there)
      const theirObjects = theirInput.objects.map((object) => ({
        ...object,
        categoryId: categories.get(object.categoryId) ?? object.categoryId,
      }))
      const { width, height } = sample
      const theirShapes = await renumberedShapes(contents, there.shapes, categories)
      const sides = [before?.shapes ?? null, head?.shapes ?? null, there.shapes] as const
      const merging = shapesSide(...sides)
      try {
        const { ids, conflicts, isStatusContested, ...merged } = await codec.merge({
          width,
          height,
          base: await inputOf(sample, before),
          mine: await inputOf(sample, head),
          theirs: { ...theirInput, objects: theirObjects },
          later: there.createdAt > (head?.createdAt ?? 0) ? 'theirs' : 'mine',
          oneRegion: [...oneRegion],
          isOneCounter: await areOfOneCounter(context.blobs, head, there),
        })
        if (conflicts.length === 0 && merging !== 'both') {
          const shapes = merging === 'theirs' ? theirShapes : (head?.shapes ?? null)
          const content = await contents.store(sample, { ...merged, ids, shapes })
          if (head && isSame(head, { ...content, shapes }, [head.label, content.label.digest])) {
            return { kind: 'same', isStatusContested }
          }
          await joinTo(id, head, content, 'merge', theirs)
          return { kind: 'merged', isStatusContested, mine: head?.id ?? null }
        }
        await keepBoth(sample, there, theirObjects, theirShapes, base)
        return { kind: 'conflict', conflicts }
      } catch (error) {
        if (toAppError(error).code !== 'IN_TOO_BIG') throw error
        await keepBoth(sample, there, theirObjects, theirShapes, base)
        return { kind: 'conflict', conflicts: [] }
      }
    },
  }
  return moves

  async function keepBoth(
    sample: LabeledSample,
    there: RevisionRow,
    objects: readonly LabelObject[],
    shapes: BlobDigest | null,
    base: RevisionId | null,
  ) {
    const { width, height } = sample
    const png = await context.blobs.get(there.mask)
    const { status, nextObjectId } = there
    const ids = await codec.decode({ width, height, png })
    const content = await contents.store(sample, { status, objects, nextObjectId, ids, shapes })
    await saver.beside(sample.id, content, 'merge', there.id, base)
  }
}

/** A label that says nothing counts as none. */
export function isNothing({
  status,
  objectCount,
  shapes,
}: Pick<RevisionRow, 'status' | 'objectCount'> & { readonly shapes: string | null }): boolean {
  return status === 'unlabeled' && objectCount === 0 && shapes === null
}

/** A map without a labeled pixel, as `encodeIds` writes it: one run of 0. */
export function noIds({ width, height }: Pick<LabeledSample, 'width' | 'height'>): Uint8Array {
  const writer = new VarintWriter()
  writer.write(0)
  writer.write(width * height)
  return writer.finish()
}
