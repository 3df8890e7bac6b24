import { type AppError, toAppError } from '../../shared/base/app-error.ts'
import { applyEdit, editFits, type LabelDocument, type LabelEdit } from '../../shared/label/edit.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import { applyPatch, type MaskPatch, patchOver } from '../../shared/label/patch.ts'
import { unionRuns } from '../../shared/label/region.ts'
import { markAfter } from '../../shared/label/state-mark.ts'
import type { Direction, Move, StepHistory } from './step-history.ts'

export type Walk = {
  /** What the steps do together, not yet made; null when none can be made. */
  readonly edit: LabelEdit | null
  /** How many steps that is. */
  readonly count: number
  /** Why the next one cannot be made; null when there was none to make. */
  readonly error: AppError | null
}

/**
 * Takes the next `count` steps back or makes them again, as one edit. Their bodies must be at hand. `doc` is as it was
 * when this returns: whoever makes the edit shows it and has it saved.
 */
export function walkSteps(
  doc: LabelDocument,
  history: StepHistory,
  direction: Direction,
  count: number,
): Walk {
  const { map } = doc
  const { moves, error } = movesOf(history, direction, count, map.ids.length)
  const first = moves[0]
  if (!first) return { edit: null, count: 0, error }
  if (moves.length === 1 && editFits(doc, first.edit)) return { edit: first.edit, count: 1, error }
  const runs = moves.reduce(
    (all, { edit }) => (edit.pixels ? unionRuns(all, edit.pixels.runs, map.width) : all),
    new Uint32Array(0) as Uint32Array,
  )
  const { before } = patchOver(map, runs, null)
  const trial: LabelDocument = { ...doc, objects: new Map(doc.objects) }
  let made = 0
  while (made < moves.length && editFits(trial, moves[made]!.edit)) applyEdit(trial, moves[made++]!.edit)
  const { after } = patchOver(map, runs, null)
  const pixels: MaskPatch | null = runs.length > 0 ? { runs, before, after } : null
  if (pixels) applyPatch(map, { runs, before: after, after: before })
  const unlike = made < moves.length ? history.unlike(moves[made]!) : error
  if (made === 0) return { edit: null, count: 0, error: unlike }
  const done = moves.slice(0, made)
  const edit: LabelEdit = {
    title: made === 1 ? first.edit.title : `${made} steps`,
    pixels,
    objects: changedObjects(doc.objects, trial.objects, done),
    status: trial.status === doc.status ? null : { before: doc.status, after: trial.status },
  }
  return { edit, count: made, error: unlike }
}

function movesOf(
  history: StepHistory,
  direction: Direction,
  count: number,
  pixelCount: number,
): { moves: Move[]; error: AppError | null } {
  const moves: Move[] = []
  let { mark, position } = history
  try {
    while (moves.length < count) {
      const move = history.peek(direction, pixelCount, { position, mark })
      if (!move) break
      moves.push(move)
      mark = markAfter(mark, move.edit)
      position += direction
    }
  } catch (error) {
    return { moves, error: toAppError(error) }
  }
  return { moves, error: null }
}

function changedObjects(
  before: ReadonlyMap<number, LabelObject>,
  after: ReadonlyMap<number, LabelObject>,
  moves: readonly Move[],
): LabelEdit['objects'] {
  const ids = new Set(moves.flatMap(({ edit }) => edit.objects.map(({ id }) => id)))
  return [...ids].map((id) => ({ id, before: before.get(id) ?? null, after: after.get(id) ?? null }))
}
