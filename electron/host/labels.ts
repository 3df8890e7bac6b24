import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { JournalHeader, SaveHeader } from '../../shared/host/data-plane.ts'
import type { LabelState, SaveResult } from '../../shared/host/host-api.ts'
import { replaceIds } from '../../shared/label/id-runs.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import type { LabelShapes } from '../../shared/label/shape.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { diskError, explained, isOutOfFiles, isSqliteMissingKey } from '../adapters/disk-error.ts'
import { type FileOps, realFileOps } from '../adapters/file-ops.ts'
import { createLabelCodec, type LabelCodec } from '../adapters/label-codec.ts'
import type { Categories } from './categories.ts'
import { createLabelArrivals, type LabelArrivals } from './label-arrivals.ts'
import { createLabelConflicts, type LabelConflicts } from './label-conflicts.ts'
import { createLabelContents } from './label-content.ts'
import { createLabelJournal } from './label-journal.ts'
import { createLabelMoves, isNothing, type LabelMoves, noIds } from './label-moves.ts'
import { createLabelReading, type LabelReading } from './label-reading.ts'
import { createLabelReplay } from './label-replay.ts'
import { createLabelRows, type LabeledSample, type RevisionRow } from './label-rows.ts'
import { createLabelSave } from './label-save.ts'
import type { LibraryContext } from './library-context.ts'
import { createObjectRestore, type ObjectRestore } from './object-restore.ts'
import { requireWritable } from './read-only.ts'
import { createTurns } from './turns.ts'

/**
 * The labels of one library. A save is acknowledged when its blobs, its record and its row are on the disk, in that
 * order; nothing that was ever acknowledged is changed or removed. Damage rejects with `ROW_CORRUPT`, `BLOB_CORRUPT` or
 * `MISSING_BLOB`, a full or failing disk with `DISK_…`; then the label is what it was before.
 */
export type Labels = LabelReading & {
  /**
   * Makes revisions of what is in journals only, of all samples: what a crash left, and what a closed window had not
   * saved yet. A version that is committed next holds it. `open` still tells of it, unless it was done `silently` for a
   * window that may be open. Never rejects: what cannot be brought back now stays, and opening its sample says why.
   */
  recover(options?: { silently?: boolean }): Promise<void>
  /**
   * The head of a sample. Brings back first what a crash left in a journal; `peek`: nobody is told of that by this call.
   * Rejects with `NOT_FOUND`.
   */
  open(sample: SampleId, options?: { peek?: boolean }): Promise<LabelState>
  /**
   * Gives the label other shapes, or none: as a new state with the pixels and objects that it has, made by `author`. The
   * status is that of the shapes where nobody has painted anything. Answers the revision; what is so already makes none.
   * With a `base`, rejects with `CONFLICT`, and nothing is written, when another revision is the head; null: of no label.
   */
  setShapes(
    sample: SampleId,
    shapes: LabelShapes | null,
    by: {
      readonly status: LabelStatus
      readonly author: string
      readonly tool: string
      readonly base?: RevisionId | null | undefined
    },
  ): Promise<RevisionId>
  /**
   * `ids` as `encodeIds` writes them. `shapes`: what the label holds beside its mask, null for nothing; left out, it is what
   * the base has, for who paints knows nothing of it. Rejects with `NOT_FOUND`, `BAD_REQUEST`, `LIB_READ_ONLY`.
   */
  save(
    sample: SampleId,
    header: SaveHeader,
    ids: Uint8Array,
    shapes?: LabelShapes | null,
  ): Promise<SaveResult>
  /**
   * Answers once the edit is on the disk. An edit that came before, or that a revision covers, is acknowledged and not
   * written again. `patch` as `encodePatch` writes it, empty for an edit without pixels. Rejects like `save`.
   */
  appendJournal(sample: SampleId, header: JournalHeader, patch: Uint8Array): Promise<{ seq: number }>
  /**
   * Makes a state the head, as a new revision whose parents are all tips. One of several siblings that was drawn on
   * since stands for what became of it. Rejects with `NOT_FOUND`, `LIB_READ_ONLY`.
   */
  choose(sample: SampleId, revision: RevisionId): Promise<SaveResult>
  /**
   * `review`: by somebody who judges the label and did not draw it. `check` gets the objects first, those of journals
   * included; when it rejects, the status stays.
   */
  setStatus(
    sample: SampleId,
    status: LabelStatus,
    tool?: 'status' | 'review',
    check?: (objects: readonly LabelObject[]) => Promise<void>,
  ): Promise<SaveResult>
  /** What versions do to labels. Each takes its turn with saves of the same sample. */
  readonly moves: LabelMoves
  /** Labels of which two newest states are there. Each takes its turn with saves of the same sample. */
  readonly conflicts: LabelConflicts
  /** Labels that were made at another place. Each takes its turn with saves of the same sample. */
  readonly arrivals: LabelArrivals
  /** One object as it was. Takes its turn with saves of the same sample. */
  readonly restoreObject: ObjectRestore
  /**
   * Saves a label anew with other objects, and other ids where `change` says so; null, and nothing is written, when it
   * answers null. What only a journal holds comes first. Answers the revision. Rejects like `save`.
   */
  rewrite(
    sample: SampleId,
    tool: string,
    change: (objects: readonly LabelObject[]) => Rewritten | null,
  ): Promise<RevisionId | null>
  /**
   * Makes a label again what it was before `revision`, as a new revision; false when somebody has saved another since.
   * Repeated with the same `tool`, it finds its own. Rejects like `save`.
   */
  takeBack(sample: SampleId, revision: RevisionId, tool: string): Promise<boolean>
  /** Drops the journals of a sample that was removed for good. */
  forget(sample: SampleId): void
  /** Resolves when what is under way is finished. Nothing may be asked for afterwards. */
  close(): Promise<void>
}

/** `ids`: what becomes of the pixels of an object; the others keep theirs. */
export type Rewritten = {
  readonly objects: readonly LabelObject[]
  readonly ids: ReadonlyMap<number, number>
}

export function createLabels(
  context: LibraryContext,
  options: {
    readonly categories: Pick<Categories, 'ids' | 'revive' | 'ontology'>
    readonly ops?: FileOps
    /** Gives back what is kept for a full disk; false when there is nothing. */
    readonly releaseReserve?: () => boolean
    /** Who works here, for the records. */
    readonly author?: () => string
    /** One that is shared with other libraries: whoever made it closes it. */
    readonly codec?: LabelCodec
  },
): Labels {
  const { categories, ops = realFileOps, releaseReserve = () => false } = options
  const codec = options.codec ?? createLabelCodec()
  const rows = createLabelRows(context)
  const contents = createLabelContents(context, { rows, codec, categories })
  const journal = createLabelJournal(context, rows, { ops, releaseReserve })
  const saver = createLabelSave(context, rows, options.author, categories.revive)
  const replay = createLabelReplay({ context, rows, contents, codec, journal, saver })
  // Two windows may work on one sample: what they ask for is done one after the other, so that none sees half a save.
  const turns = createTurns()
  const inTurn = <T>(sample: SampleId, work: () => Promise<T>) => turns.take(sample, () => insisting(work))

  /** What is done here can be done twice: it looks at what is there and makes what is missing. */
  async function insisting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await explained(work)
    } catch (error) {
      if (!mayHelpToRepeat(error)) throw error
      return explained(work)
    }
  }

  function mayHelpToRepeat(error: unknown): boolean {
    // The trash was emptied meanwhile, of bytes that were found there already: they are stored once more.
    if (isSqliteMissingKey(error)) return true
    if (!(error instanceof AppError)) return false
    if (isOutOfFiles(error.cause)) journal.close()
    else if (error.code === 'DISK_FULL') releaseReserve()
    // Uncertain: the index was opened again, and shows whether the save is there.
    else return error.code === 'SAVE_UNCERTAIN'
    return true
  }

  /** Edits that `recover` brought back and that nobody has been told of. */
  const recovered = new Map<SampleId, number>()

  /** Replays the journals of a sample; `open` will tell of it. */
  async function restore(id: SampleId): Promise<void> {
    const count = context.readOnly ? 0 : await replay.restore(rows.sample(id))
    if (count > 0) recovered.set(id, count + (recovered.get(id) ?? 0))
  }

  function logUnrecovered(error: unknown, sample?: SampleId): void {
    const what = `a journal could not be replayed yet: ${toAppError(diskError(error)).code}`
    context.log('warn', 'labels', what, sample === undefined ? {} : { sample })
  }

  async function stateOf(sample: LabeledSample, restoredEdits: number): Promise<LabelState> {
    const { id: sampleId, width, height } = sample
    const head = saver.headOf(sampleId)
    if (!head) {
      const empty = { revision: null, status: 'unlabeled', objects: [], nextObjectId: 1 } as const
      return { ...empty, sampleId, width, height, objects: [], restoredEdits, siblings: [] }
    }
    const { id: revision, status, nextObjectId } = head
    const objects = [...(await contents.objects(sample, head))]
    const shapes = head.shapes === null ? {} : { shapes: head.shapes as string }
    const siblings = rows
      .tips(sampleId)
      .filter(({ id }) => id !== revision)
      .sort((a, b) => b.seq - a.seq)
      .map(({ id, createdAt, tool, status }) => ({ revision: id, createdAt, tool, status }))
    const state = {
      sampleId,
      revision,
      width,
      height,
      status,
      objects,
      nextObjectId,
      restoredEdits,
      siblings,
    }
    return { ...state, ...shapes }
  }

  async function contentOf(sample: LabeledSample, head: RevisionRow, { objects, ids }: Rewritten) {
    const { status, nextObjectId } = head
    if (ids.size === 0) return contents.again(sample, head, status, objects)
    const { width, height } = sample
    const before = await codec.decode({ width, height, png: await context.blobs.get(head.mask) })
    const { shapes } = head
    return contents.store(sample, { status, objects, nextObjectId, ids: replaceIds(before, ids), shapes })
  }

  /** What the base of a save has beside its mask. Where nobody knows the base, what is shown: nothing is to be lost. */
  function shapesOfBase(sample: LabeledSample, base: RevisionId | null): BlobDigest | null {
    const row = base === null ? undefined : rows.revision(base)
    return (row ?? saver.headOf(sample.id))?.shapes ?? null
  }

  /** The one newest state that came of `row`; `row` itself when there are none or several. */
  function outcomeOf(row: RevisionRow, tips: readonly RevisionRow[]): RevisionRow {
    if (tips.length < 2 || tips.some(({ id }) => id === row.id)) return row
    const after = tips.filter(({ id }) => rows.descends(id, row.id))
    return after.length === 1 ? after[0]! : row
  }

  const reading = createLabelReading({ context, rows, contents, codec })
  const { requireRevision } = reading
  const conflicts = createLabelConflicts({ context, rows, contents, codec, saver })
  const moves = createLabelMoves({ context, rows, contents, codec, saver })
  const arrivals = createLabelArrivals({ context, rows, contents, saver })
  const restoreObject = createObjectRestore({ context, rows, contents, codec, saver })
  /** Edits that only a journal holds come first: what is done to a label is done to all of it. */
  const moved = <T>(id: SampleId, work: () => Promise<T>) =>
    inTurn(id, async () => {
      requireWritable(context)
      await replay.restore(rows.sample(id))
      return work()
    })

  return {
    ...reading.calls,

    moves: {
      restore: (id, ...rest) => moved(id, () => moves.restore(id, ...rest)),
      take: (id, ...rest) => moved(id, () => moves.take(id, ...rest)),
      merge: (id, ...rest) => moved(id, () => moves.merge(id, ...rest)),
    },

    conflicts: {
      list: conflicts.list,
      // A read-only library says what there is; only what changes a label brings its journal in first.
      get: (...args) => explained(() => conflicts.get(...args)),
      resolve: (id, ...rest) => moved(id, () => conflicts.resolve(id, ...rest)),
      reopen: (id, ...rest) => moved(id, () => conflicts.reopen(id, ...rest)),
    },

    arrivals: { take: (id, ...rest) => moved(id, () => arrivals.take(id, ...rest)) },

    restoreObject: (args, oneRegion) =>
      moved(args.sampleId as SampleId, () => restoreObject(args, oneRegion)),

    async recover({ silently = false } = {}) {
      try {
        for (const id of journal.samples()) {
          try {
            await inTurn<unknown>(id, () => (silently ? replay.restore(rows.sample(id)) : restore(id)))
          } catch (error) {
            logUnrecovered(error, id)
          }
        }
      } catch (error) {
        logUnrecovered(error)
      }
    },

    open: (id, { peek = false } = {}) =>
      inTurn(id, async () => {
        await restore(id)
        const state = await stateOf(rows.sample(id), recovered.get(id) ?? 0)
        if (!peek) recovered.delete(id)
        return state
      }),

    setShapes: (id, given, { status, author, tool, base }) =>
      inTurn(id, async () => {
        requireWritable(context)
        await restore(id)
        const sample = rows.sample(id)
        const head = saver.headOf(id)
        // A state that says nothing counts as none, as it does wherever labels are listed.
        const isBase = base === (head?.id ?? null) || (base === null && head !== null && isNothing(head))
        if (base !== undefined && !isBase) {
          throw new AppError('CONFLICT', `The label of ${sample.name} was changed meanwhile.`, {
            remedy: 'It stays as it is. Try again.',
          })
        }
        const shapes = given && (await contents.putShapes(given))
        const isPainted = head !== null && head.objectCount > 0
        const wanted = isPainted ? head.status : status
        if (head && head.shapes === shapes && head.status === wanted) return head.id
        const content = head
          ? await contents.again(sample, { ...head, shapes }, wanted, await contents.objects(sample, head))
          : await contents.store(sample, {
              status: wanted,
              objects: [],
              nextObjectId: 1,
              ids: noIds(sample),
              shapes,
            })
        const saved = await saver.join(id, content, tool, head ? [head.id] : [], author)
        return saved.revision as RevisionId
      }),

    save: (id, header, ids, given) =>
      inTurn(id, async () => {
        requireWritable(context)
        const { status, objects, nextObjectId, tool } = header
        const base = header.base as RevisionId | null
        const sample = rows.sample(id)
        const shapes =
          given === undefined ? shapesOfBase(sample, base) : given && (await contents.putShapes(given))
        const content = await contents.store(sample, { status, objects, nextObjectId, ids, shapes })
        const result = await saver.save(id, { base, content, tool, journal: header.journal })
        if (header.journal) journal.trim(id, header.journal.session)
        return result
      }),

    // Not in turn: an edit must not wait for the save of a large label to be safe. Nothing here waits, so it is never
    // half done when a save looks at the journal.
    appendJournal: (id, header, patch) =>
      explained(async () => {
        requireWritable(context)
        return { seq: journal.append(rows.sample(id), header, patch) }
      }),

    choose: (id, revision) =>
      inTurn(id, async () => {
        requireWritable(context)
        const sample = rows.sample(id)
        const tips = rows.tips(id)
        const chosen = outcomeOf(requireRevision(revision, id), tips)
        const head = saver.headOf(id)!
        const isSame =
          head.identity === chosen.identity && head.label === chosen.label && head.shapes === chosen.shapes
        if (tips.length === 1 && isSame) {
          return saver.answer('unchanged', head, head)
        }
        return saver.settle(id, await contents.again(sample, chosen), 'choose')
      }),

    setStatus: (id, status, tool = 'status', check) =>
      inTurn(id, async () => {
        requireWritable(context)
        // Edits that are only in a journal come first, or they would end up beside this state.
        await restore(id)
        const sample = rows.sample(id)
        const head = saver.headOf(id)
        await check?.(head ? await contents.objects(sample, head) : [])
        const content = head
          ? await contents.again(sample, head, status)
          : await contents.store(sample, {
              status,
              objects: [],
              nextObjectId: 1,
              ids: noIds(sample),
              shapes: null,
            })
        return saver.save(id, { base: head?.id ?? null, content, tool, journal: null })
      }),

    rewrite: (id, tool, change) =>
      inTurn(id, async () => {
        requireWritable(context)
        await restore(id)
        const sample = rows.sample(id)
        const head = saver.headOf(id)
        const changed = head && change(await contents.objects(sample, head))
        if (!head || !changed) return null
        const content = await contentOf(sample, head, changed)
        const { kind, revision } = await saver.save(id, { base: head.id, content, tool, journal: null })
        return kind === 'saved' ? (revision as RevisionId) : null
      }),

    takeBack: (id, revision, tool) =>
      inTurn(id, async () => {
        requireWritable(context)
        await restore(id)
        const sample = rows.sample(id)
        const head = saver.headOf(id)
        if (head?.tool === tool && head.parents[0] === revision) return true
        const former = rows.revision(requireRevision(revision, id).parents[0]!)
        if (head?.id !== revision || !former) return false
        const content = await contents.again(sample, former)
        // Ids that were given out in between stay given out.
        const nextObjectId = Math.max(content.nextObjectId, head.nextObjectId)
        await saver.save(id, { base: head.id, content: { ...content, nextObjectId }, tool, journal: null })
        return true
      }),

    forget: (id) => journal.forget(id),

    async close() {
      await turns.idle()
      journal.close()
      if (!options.codec) await codec.close()
    },
  }
}
