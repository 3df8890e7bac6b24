import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import { createGraph } from '../../shared/history/graph.ts'
import type { Choice } from '../../shared/history/resolve-label.ts'
import type { HostOutput, SaveResult } from '../../shared/host/host-api.ts'
import { noShapes } from '../../shared/label/shape.ts'
import type { LabelCodec } from '../adapters/label-codec.ts'
import type { MergeInput } from '../adapters/label-codec-message.ts'
import type { LabelContent, LabelContents } from './label-content.ts'
import { areOfOneCounter, readRevisionRecord } from './label-counter.ts'
import type { LabeledSample, LabelRows, RevisionRow } from './label-rows.ts'
import type { LabelSave } from './label-save.ts'
import { joinedShapes, type ShapesSide, shapesSide } from './label-shapes.ts'
import type { LibraryContext } from './library-context.ts'

/** Tool of a label that was made of two by answers, and of the two when that was taken back. */
const [resolveTool, reopenTool] = ['resolve', 'reopen']

export type Answers = {
  /** One label as a whole; null: object by object. */
  readonly whole: 'mine' | 'theirs' | null
  /** By the keys of `groupConflicts`. */
  readonly objects: ReadonlyMap<number, Choice>
  /** Where both sides changed the shapes beside the mask. */
  readonly shapes?: ShapesChoice | null
}
export type ShapesChoice = 'mine' | 'theirs' | 'both'

/** Labels that lie beside each other until somebody says what becomes of them. The caller sees to turns. */
export type LabelConflicts = {
  /** Samples with several newest states, by name. */
  list(): HostOutput<'conflicts.list'>
  /** What both come from, and how they are to be merged. Rejects with `NOT_FOUND` when there is no question. */
  get(sample: SampleId, oneRegion: readonly number[]): Promise<HostOutput<'conflicts.get'>>
  /**
   * Makes one label of two: a revision with both as parents. Rejects with `CONFLICT` when they are not the newest any
   * more, `BAD_REQUEST` when a question has no answer, and as saves do.
   */
  resolve(
    sample: SampleId,
    sides: { readonly mine: RevisionId; readonly theirs: RevisionId },
    answers: Answers,
    oneRegion: readonly number[],
  ): Promise<SaveResult>
  /** Both labels lie beside each other again. False when the label was changed since. Rejects with `NOT_FOUND`. */
  reopen(sample: SampleId, resolved: RevisionId): Promise<boolean>
}

export function createLabelConflicts(tools: {
  readonly context: Pick<LibraryContext, 'blobs' | 'db'>
  readonly rows: LabelRows
  readonly contents: LabelContents
  readonly codec: LabelCodec
  readonly saver: LabelSave
}): LabelConflicts {
  const { context, rows, contents, codec, saver } = tools
  const selectOpen = context.db.prepare(
    `SELECT s.id, s.name, s.image_digest AS image, s.width, s.height, s.head_revision AS head, count(*) AS tips
     FROM tips t JOIN samples s ON s.id = t.sample_id WHERE s.trashed_at IS NULL
     GROUP BY t.sample_id HAVING count(*) > 1 ORDER BY s.name`,
  )

  /** What a merge saw as the base of both; else the newest state that both were made from. */
  async function baseOf(mine: RevisionRow, theirs: RevisionRow): Promise<RevisionRow | null> {
    const { mergeBase } = await readRevisionRecord(context.blobs, theirs.id)
    if (mergeBase === null) return null
    const known = mergeBase === undefined ? undefined : rows.revision(mergeBase as RevisionId)
    if (known) return known
    const all = rows.revisionsOf(mine.sampleId)
    const nodes = all.map(({ id, seq, parents }) => ({ id, number: seq, parents }))
    const { base } = createGraph(nodes).base(mine.id, theirs.id)
    return all.find(({ id }) => id === base) ?? null
  }

  async function inputOf(sample: LabeledSample, row: RevisionRow | null): Promise<MergeInput> {
    if (!row) return { png: null, objects: [], nextObjectId: 1, status: 'unlabeled' }
    const [png, objects] = [await context.blobs.get(row.mask), await contents.objects(sample, row)]
    return { png, objects, nextObjectId: row.nextObjectId, status: row.status }
  }

  /** A merge and a question asked anew keep a copy: whose it is, and since when, says what it was copied from. */
  function originOf(row: RevisionRow): RevisionRow {
    const isCopy = (row.tool === 'merge' || row.tool === reopenTool) && row.parents.length === 1
    const before = isCopy ? rows.revision(row.parents[0]!) : undefined
    return before && before.identity === row.identity ? originOf(before) : row
  }

  const laterOf = (mine: RevisionRow, theirs: RevisionRow) =>
    originOf(theirs).createdAt > mine.createdAt ? ('theirs' as const) : ('mine' as const)

  const oneCounter = (mine: RevisionRow, theirs: RevisionRow) =>
    areOfOneCounter(context.blobs, mine, originOf(theirs))

  async function madeOf(
    sample: LabeledSample,
    [mine, theirs]: readonly [RevisionRow, RevisionRow],
    answers: Answers,
    oneRegion: readonly number[],
  ): Promise<LabelContent> {
    const { whole } = answers
    if (whole !== null) {
      const content = await contents.again(sample, whole === 'mine' ? mine : theirs)
      // Ids that the other side gave out stay given out.
      return { ...content, nextObjectId: Math.max(mine.nextObjectId, theirs.nextObjectId) }
    }
    const { width, height } = sample
    const { unanswered, ids, ...label } = await codec.resolve({
      width,
      height,
      base: await inputOf(sample, await baseOf(mine, theirs)),
      mine: await inputOf(sample, mine),
      theirs: await inputOf(sample, theirs),
      later: laterOf(mine, theirs),
      oneRegion,
      isOneCounter: await oneCounter(mine, theirs),
      answers: [...answers.objects],
    })
    if (unanswered > 0) {
      throw new AppError(
        'BAD_REQUEST',
        `${unanswered} of the conflicts of ${sample.name} have no answer yet.`,
        {
          remedy: 'Answer them, or choose one label as a whole. Nothing was changed.',
        },
      )
    }
    const shapes = await shapesOf(sample, [mine, theirs], answers.shapes ?? null)
    return contents.store(sample, { ...label, ids, shapes })
  }

  const sideOf = async (mine: RevisionRow, theirs: RevisionRow): Promise<ShapesSide> =>
    shapesSide((await baseOf(mine, theirs))?.shapes ?? null, mine.shapes, theirs.shapes)

  async function shapesOf(
    { name }: LabeledSample,
    [mine, theirs]: readonly [RevisionRow, RevisionRow],
    answer: ShapesChoice | null,
  ): Promise<BlobDigest | null> {
    const side = await sideOf(mine, theirs)
    const choice = side === 'both' ? answer : side
    if (choice === null) {
      throw new AppError('BAD_REQUEST', `Both sides changed the shapes of ${name}.`, {
        remedy: 'Say which ones stay, or choose one label as a whole. Nothing was changed.',
      })
    }
    if (choice !== 'both') return (choice === 'mine' ? mine : theirs).shapes
    const [own, other] = [await contents.shapes(mine.shapes), await contents.shapes(theirs.shapes)]
    return contents.putShapes(joinedShapes(own ?? noShapes, other ?? noShapes))
  }

  return {
    list: () =>
      selectOpen.all().map((row) => ({
        sampleId: String(row.id),
        name: String(row.name),
        image: String(row.image),
        width: Number(row.width),
        height: Number(row.height),
        head: row.head as string,
        others: Number(row.tips) - 1,
      })),

    async get(id, oneRegion) {
      const sample = rows.sample(id)
      const tips = rows.tips(id)
      const mine = tips.find((row) => row.id === sample.head)
      // The one that came first is answered first; others are asked about after it.
      const theirs = tips.find((row) => row.id !== sample.head)
      if (!mine || !theirs) {
        throw new AppError('NOT_FOUND', `There is nothing to choose for ${sample.name} any more.`, {
          remedy: 'Go on with the next image.',
        })
      }
      const about = ({ id: revision, author, createdAt, tool, status, objectCount }: RevisionRow) => ({
        revision,
        author,
        createdAt,
        tool,
        status,
        objectCount,
      })
      const base = await baseOf(mine, theirs)
      return {
        sampleId: id,
        base: base && { ...about(base), nextObjectId: base.nextObjectId },
        mine: { ...about(mine), nextObjectId: mine.nextObjectId },
        theirs: { ...about(theirs), nextObjectId: theirs.nextObjectId },
        others: tips.length - 1,
        later: laterOf(mine, theirs),
        oneRegion: [...oneRegion],
        isOneCounter: await oneCounter(mine, theirs),
        shapes: await sideOf(mine, theirs),
      }
    },

    async resolve(id, { mine, theirs }, answers, oneRegion) {
      const sample = rows.sample(id)
      const tips = rows.tips(id)
      const [own, other] = [mine, theirs].map((each) => tips.find((row) => row.id === each))
      if (!own || !other || sample.head !== mine) {
        throw new AppError('CONFLICT', `The label of ${sample.name} was changed since.`, {
          remedy: 'Look at it again; nothing was changed by this.',
        })
      }
      try {
        const content = await madeOf(sample, [own, other], answers, oneRegion)
        return await saver.join(id, content, resolveTool, [mine, theirs])
      } catch (error) {
        if (toAppError(error).code !== 'IN_TOO_BIG') throw error
        throw new AppError('IN_TOO_BIG', 'Together the labels would have more objects than there are ids.', {
          remedy: 'Choose one of them as a whole.',
          cause: error,
        })
      }
    },

    async reopen(id, resolved) {
      const sample = rows.sample(id)
      const row = rows.revision(resolved)
      const [mine, theirs] = (row?.parents ?? []).map((parent) => rows.revision(parent))
      if (row?.sampleId !== id || row.tool !== resolveTool || !mine || !theirs) {
        throw new AppError('NOT_FOUND', 'There is no such answer to a conflict.', {
          remedy: 'See the history of the image for its saved states.',
        })
      }
      if (sample.head !== resolved) return false
      // Theirs first: a crash in between leaves a question too many and nothing lost.
      const base = (await baseOf(mine, theirs))?.id ?? null
      await saver.beside(id, await contents.again(sample, theirs), reopenTool, theirs.id, base)
      await saver.join(id, await contents.again(sample, mine), reopenTool, [resolved])
      return true
    },
  }
}
