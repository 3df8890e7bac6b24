import type { LabelDocument, LabelEdit } from '../../../shared/label/edit.ts'
import {
  deleteObjects,
  lockObjects as lockEdit,
  mergeObjects,
  nameOfAll,
  recategorizeObjects,
  splitObjects,
  splitsOf,
} from '../../../shared/label/many-objects.ts'
import { nameOf } from '../../../shared/label/objects.ts'
import type { Category, LabelObject } from '../../../shared/label/ontology.ts'
import { hides } from '../../stores/hidden.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { selectObjects } from '../../stores/selection.ts'
import { toast } from '../../ui/toasts.tsx'
import type { LabelerActions } from './labeler-actions.ts'
import { objectText } from './object-text.ts'
import { text } from './text.ts'
import { offerUndo } from './undo-offer.ts'

/** What a menu of one object works on: the selection it is part of, else it alone. */
export function withSelection({ labeling }: LabelerActions, objectId: number): readonly number[] {
  const { selected } = labeling.getState()
  return selected.includes(objectId) ? selected : [objectId]
}

/** In Select the chosen objects change their category; while drawing, the next stroke starts an object of it. */
export function chooseCategory(actions: LabelerActions, category: Category | undefined): void {
  if (!category) return
  const { tool: current, selected, categoryId } = actions.labeling.getState()
  if (current === 'select' && selected.length > 0) {
    recategorize(actions, selected, category)
    return
  }
  if (category.id === categoryId) return
  actions.labeling.setState({ categoryId: category.id, objectId: null })
}

export function recategorize(actions: LabelerActions, ids: readonly number[], category: Category): void {
  const session = actions.session()
  const there = session && ids.filter((id) => session.doc.objects.has(id))
  const edit = there && recategorizeObjects(session.doc, session.index, there, category)
  if (!session || !edit) return
  session.apply(edit)
  const left = keepSelection(actions, session)
  if (left.length === 0) actions.labeling.setState({ categoryId: category.id, objectId: null })
}

export function removeObjects(actions: LabelerActions, ids: readonly number[]): void {
  const session = actions.session()
  const objects = objectsOf(session?.doc, ids)
  if (!session || objects.length === 0) return
  const edit = deleteObjects(session.doc, session.index, idsOf(objects), actions.categories())
  if (!edit) {
    toast(sayLocked(actions, objects))
    return
  }
  session.apply(edit)
  keepSelection(actions, session)
  const locked = objects.filter((object) => object.locked).length
  if (edit.objects.length > 1 || locked > 0)
    sayDone(session, [objectText.done(edit.title), locked > 0 && objectText.someLocked(locked)])
}

/** Locks the objects, which are then done: the next stroke starts another. Where all are locked, unlocks them. */
export function lockObjects(actions: LabelerActions, ids: readonly number[]): void {
  const session = actions.session()
  const objects = objectsOf(session?.doc, ids)
  if (!session || objects.length === 0) return
  const isLocking = objects.some(({ locked }) => !locked)
  const edit = lockEdit(session.doc, idsOf(objects), isLocking, actions.categories())
  if (!edit) return
  session.apply(edit)
  const { objectId, tool } = actions.labeling.getState()
  const isActive = objectId !== null && idsOf(objects).includes(objectId)
  if (isLocking && isActive && tool !== 'select') actions.canvas.current?.choose(null)
}

/** One object of the selected ones; the active one says which id, category and attributes it has. */
export function mergeSelected(actions: LabelerActions): void {
  const session = actions.session()
  const { selected, objectId } = actions.labeling.getState()
  const objects = objectsOf(session?.doc, selected)
  const into = objects.find(({ id }) => id === objectId)
  if (!session || !into || objects.length < 2) return
  const edit = mergeObjects(session.doc, session.index, idsOf(objects), into.id, actions.categories())
  if (!edit) {
    toast(sayLocked(actions, into.locked ? [into] : objects.filter((each) => each !== into)))
    return
  }
  session.apply(edit)
  keepSelection(actions, session)
  const locked = objects.filter((object) => object.locked).length
  sayDone(session, [objectText.done(edit.title), locked > 0 && objectText.someLocked(locked)])
}

/** An object for each part of the selected ones. A stuff region asks first what its parts are to be. */
export function splitSelected(actions: LabelerActions): void {
  const session = actions.session()
  const { selected } = actions.labeling.getState()
  const objects = objectsOf(session?.doc, selected)
  if (!session || objects.length === 0) return
  const categories = actions.categories()
  const isStuff = ({ categoryId }: LabelObject) =>
    categories.find(({ id }) => id === categoryId)?.hasInstances === false
  if (objects.some(isStuff)) {
    actions.cleanup.setState({ open: 'split', scope: objects.length > 1 ? 'selected' : 'object' })
    return
  }
  if (objects.every(({ locked }) => locked)) {
    toast(sayLocked(actions, objects))
    return
  }
  try {
    const edit = splitObjects(
      session.doc,
      splitsOf(session.doc, session.index, idsOf(objects)),
      null,
      categories,
    )
    if (!edit) {
      toast(objectText.inOnePiece(nameOfAll(objects, categories)))
      return
    }
    session.apply(edit)
    sayDone(session, [objectText.done(edit.title)])
  } catch (error) {
    actions.report('labeler.split', error)
  }
}

export function selectAll(actions: LabelerActions): void {
  const session = actions.session()
  if (!session) return
  const { objectId } = actions.labeling.getState()
  const { hidden } = actions.viewing.getState()
  const shown = sortedIds(session.doc).filter((id) => !hides(hidden, session.doc.objects.get(id)!, null))
  selectObjects(actions.labeling, session.doc, shown, objectId ?? undefined)
}

/** Goes to the object before or after the active one, round the end. */
export function stepObject(actions: LabelerActions, delta: 1 | -1): void {
  const session = actions.session()
  if (!session || session.doc.objects.size === 0) return
  const ids = sortedIds(session.doc)
  const { objectId } = actions.labeling.getState()
  const at = objectId === null ? (delta > 0 ? -1 : 0) : ids.indexOf(objectId)
  goToObject(actions, ids[(at + delta + ids.length) % ids.length]!)
}

/** Makes an object the only selected one and brings it into view. */
export function goToObject(actions: LabelerActions, objectId: number): void {
  actions.canvas.current?.choose(objectId)
  revealObject(actions, objectId)
}

export function revealObject(actions: LabelerActions, objectId: number): void {
  const bounds = actions.session()?.index.get(objectId)?.bounds
  if (bounds) actions.canvas.current?.view.reveal(bounds)
}

/** What of the selection is still there stays selected, and the category follows the active object. */
export function keepSelection({ labeling }: LabelerActions, session: LabelSession): readonly number[] {
  const { selected, objectId } = labeling.getState()
  selectObjects(labeling, session.doc, selected, objectId)
  return labeling.getState().selected
}

/** Says what was done, with a way back as long as nothing else was done since. */
export function sayDone(session: LabelSession, sentences: readonly (string | false)[]): void {
  offerUndo(session, sentences.filter(Boolean).join(' '), objectText.undo)
}

/** Objects that an edit leaves without a pixel. */
export const goneWith = (edit: LabelEdit): readonly LabelObject[] =>
  edit.objects.flatMap(({ before, after }) => (before && !after ? [before] : []))

export const sortedIds = (doc: LabelDocument): number[] => [...doc.objects.keys()].sort((a, b) => a - b)

function objectsOf(doc: LabelDocument | undefined, ids: readonly number[]): LabelObject[] {
  return ids.flatMap((id) => doc?.objects.get(id) ?? [])
}

const idsOf = (objects: readonly LabelObject[]) => objects.map(({ id }) => id)

const sayLocked = (actions: LabelerActions, objects: readonly LabelObject[]) =>
  objects.length === 1
    ? text.isLocked(nameOf(objects[0]!, actions.categories()))
    : objectText.allLocked(objects.length)
