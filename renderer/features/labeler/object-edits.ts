import { changeCategory, deleteObject, nameOf, toggleLock } from '../../../shared/label/objects.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import { toast } from '../../ui/toasts.tsx'
import type { LabelerActions } from './labeler-actions.ts'
import { text } from './text.ts'

/** In Select the chosen object changes its category; while drawing, the next stroke starts an object of it. */
export function chooseCategory(actions: LabelerActions, category: Category | undefined): void {
  if (!category) return
  const { tool: current, objectId, categoryId } = actions.labeling.getState()
  if (current === 'select' && objectId !== null) {
    recategorize(actions, objectId, category)
    return
  }
  if (category.id === categoryId) return
  actions.labeling.setState({ categoryId: category.id, objectId: null })
}

export function recategorize(actions: LabelerActions, objectId: number, category: Category): void {
  const session = actions.session()
  const edit = session && changeCategory(session.doc, session.index, objectId, category)
  if (!session || !edit) return
  session.apply(edit)
  const isThere = session.doc.objects.has(objectId)
  actions.labeling.setState({ categoryId: category.id, objectId: isThere ? objectId : null })
}

export function removeObject(actions: LabelerActions, objectId: number | null): void {
  const session = actions.session()
  const object = objectId === null ? undefined : session?.doc.objects.get(objectId)
  if (!session || !object) return
  const name = nameOf(object, actions.categories())
  const edit = deleteObject(session.doc, session.index, object.id, name)
  if (!edit) {
    toast(text.isLocked(name))
    return
  }
  session.apply(edit)
  if (actions.labeling.getState().objectId === object.id) actions.canvas.current?.choose(null)
}

/** Locks an object, which is then done: the next stroke starts another. Or unlocks it. */
export function lockObject(actions: LabelerActions, objectId: number | null): void {
  const session = actions.session()
  const object = objectId === null ? undefined : session?.doc.objects.get(objectId)
  if (!session || !object) return
  session.apply(toggleLock(session.doc, object.id, nameOf(object, actions.categories())))
  const isActive = actions.labeling.getState().objectId === object.id
  if (!object.locked && isActive && actions.labeling.getState().tool !== 'select')
    actions.canvas.current?.choose(null)
}

/** Goes to the object before or after the active one, round the end. */
export function stepObject(actions: LabelerActions, delta: 1 | -1): void {
  const session = actions.session()
  if (!session || session.doc.objects.size === 0) return
  const ids = [...session.doc.objects.keys()].sort((a, b) => a - b)
  const { objectId } = actions.labeling.getState()
  const at = objectId === null ? (delta > 0 ? -1 : 0) : ids.indexOf(objectId)
  const next = ids[(at + delta + ids.length) % ids.length]!
  actions.canvas.current?.choose(next)
  const bounds = session.index.get(next)?.bounds
  if (bounds) actions.canvas.current?.view.reveal(bounds)
}
