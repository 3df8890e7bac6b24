import { useStore } from 'zustand'
import type { Sample } from '../../../shared/host/host-api.ts'
import { nameOf } from '../../../shared/label/objects.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { LabelingStore } from '../../stores/labeling.ts'
import { ForReaders } from '../../ui/for-readers.tsx'
import { counted } from '../../ui/text.ts'
import { text } from './text.ts'
import { useSessionView } from './use-session-view.ts'

/** The canvas in words: what is on it, and what lies under the pointer that keys move. */
export function CanvasDescription(props: {
  readonly id: string
  readonly sample: Sample | undefined
  readonly session: LabelSession | null
  readonly labeling: LabelingStore
  readonly categories: readonly Category[]
}) {
  const { id, sample, session, labeling, categories } = props
  useSessionView(session)
  const objectId = useStore(labeling, (state) => state.objectId)
  const tool = useStore(labeling, (state) => state.tool)
  const under = useStore(labeling, (state) => (state.keyPointer ? state.pointer : null))
  const isPartly = useStore(labeling, (state) => state.keyPointer && state.cell?.covered === 'some')
  const measure = useStore(labeling, (state) => (state.keyPointer ? state.measure : null))
  const nameOfId = (which: number) => {
    const object = session?.doc.objects.get(which)
    return object ? nameOf(object, categories) : null
  }
  const active = objectId === null ? null : nameOfId(objectId)
  return (
    <>
      <ForReaders id={id}>
        {sample && text.described(sample.name, counted(session?.doc.objects.size ?? 0, 'object'), active)}
        {session && `. ${text.tools[tool].name}: ${text.tools[tool].help}`}
      </ForReaders>
      <ForReaders role="status">
        {under && text.underKeys(under.x, under.y, nameOfId(under.objectId) ?? text.unlabeled)}
        {measure && `, ${measure}`}
        {isPartly && `, ${text.partly(active, true)}`}
      </ForReaders>
    </>
  )
}
