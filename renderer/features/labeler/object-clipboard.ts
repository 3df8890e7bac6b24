import { createStore, type StoreApi } from 'zustand/vanilla'
import { copyObjects, type ObjectClip, pasteObjects } from '../../../shared/label/object-clip.ts'
import type { PeekedLabel } from '../../stores/document.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { selectObjects } from '../../stores/selection.ts'
import { toast } from '../../ui/toasts.tsx'
import type { LabelerActions } from './labeler-actions.ts'
import { sayDone } from './object-edits.ts'
import { objectText as text } from './object-text.ts'

/** The objects that were copied last; null until there are some. The window's own: it goes from image to image. */
export type ClipboardStore = StoreApi<{ readonly clip: ObjectClip | null }>

export const createClipboard = (): ClipboardStore => createStore(() => ({ clip: null }))

export function copySelected(actions: LabelerActions): void {
  const clip = clipOfSelected(actions)
  if (!clip) return
  actions.clipboard.setState({ clip })
  toast(text.copied(clip.objects.length))
}

export function pasteClip(actions: LabelerActions): void {
  const session = actions.session()
  const { clip } = actions.clipboard.getState()
  if (session && clip) pasteInto(actions, session, clip)
}

/** Everything of the image before this one. */
export async function pasteFromPrevious(actions: LabelerActions): Promise<void> {
  const session = actions.session()
  if (!session) return
  try {
    const previous = await actions.peek(-1)
    if (!previous) {
      toast(text.noPrevious)
      return
    }
    const label = await actions.documents.peek(previous.id)
    // Nobody who went on meanwhile gets it on another image.
    if (actions.session() !== session) return
    const clip = clipOf(label, [...label.objects.keys()], previous)
    if (clip) pasteInto(actions, session, clip)
    else toast(text.nothingOn(previous.name))
  } catch (error) {
    actions.report('labeler.paste', error)
  }
}

/** Opens the next image with the selected objects on it, or with all where none is selected. */
export async function duplicateToNext(actions: LabelerActions): Promise<void> {
  const session = actions.session()
  const clip =
    session &&
    (clipOfSelected(actions) ??
      clipOf({ ...session.doc, index: session.index }, [...session.doc.objects.keys()], session.sample))
  if (!session || !clip) return
  try {
    const next = await actions.peek(1)
    if (!next) {
      toast(text.noNext)
      return
    }
    if (actions.session() !== session) return
    whenOpened(actions, session, next.id, (there) => pasteInto(actions, there, clip))
    actions.step(1)
  } catch (error) {
    actions.report('labeler.paste', error)
  }
}

/** How long the next image may take to open, in milliseconds; who comes there later did not ask for copies any more. */
const OPENING_MS = 20_000

/** Calls back once with the label of `sampleId`, if that is what comes on the canvas after `from`. */
function whenOpened(
  actions: LabelerActions,
  from: LabelSession,
  sampleId: string,
  done: (session: LabelSession) => void,
): void {
  const stop = actions.documents.subscribe((state) => {
    if (state.kind === 'closed' || (state.kind === 'open' && state.session === from)) return
    if (state.kind === 'opening' && state.sampleId === sampleId) return
    end()
    const session = state.kind === 'open' && state.sampleId === sampleId ? actions.session() : null
    if (session) done(session)
  })
  const timer = setTimeout(() => end(), OPENING_MS)
  const end = () => {
    clearTimeout(timer)
    stop()
  }
}

function clipOfSelected(actions: LabelerActions): ObjectClip | null {
  const session = actions.session()
  const { selected } = actions.labeling.getState()
  return session && clipOf({ ...session.doc, index: session.index }, selected, session.sample)
}

function clipOf(
  label: PeekedLabel,
  ids: readonly number[],
  from: { readonly id: string; readonly name: string },
): ObjectClip | null {
  return copyObjects(label, label.index, ids, from)
}

function pasteInto(actions: LabelerActions, session: LabelSession, clip: ObjectClip): void {
  const { labeling } = actions
  try {
    const pasted = pasteObjects(session.doc, session.index, clip, {
      sampleId: session.sample.id,
      categories: actions.categories(),
      protects: labeling.getState().protects,
    })
    if (!pasted) {
      toast(text.nothingPasted)
      return
    }
    session.apply(pasted.edit)
    selectObjects(labeling, session.doc, pasted.ids)
    const { width, height } = session.doc.map
    const isMoved = clip.width !== width || clip.height !== height
    sayDone(session, [
      text.pasted(pasted.ids.length, clip.name),
      isMoved && text.centred(clip.width, clip.height, width, height),
      pasted.outside > 0 && text.outside(pasted.outside),
      pasted.kept > 0 && text.keptByOthers(pasted.kept),
      pasted.ids.length < clip.objects.length && text.leftOut(clip.objects.length - pasted.ids.length),
    ])
  } catch (error) {
    actions.report('labeler.paste', error)
  }
}
