import Undo2 from 'lucide-react/icons/undo-2'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { CardChange } from '../../../shared/dataset/card.ts'
import { setAttribute } from '../../../shared/label/attribute-edit.ts'
import type { AttributeValue } from '../../../shared/label/attributes.ts'
import { nameOf } from '../../../shared/label/objects.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { useStores } from '../../stores/stores.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { AttributeFields } from './attribute-fields.tsx'
import styles from './labeler.module.css'
import type { LabelerActions } from './labeler-actions.ts'
import { text } from './text.ts'

/** What is asked of the active object, and of the image as a whole. Nothing where nothing is asked. */
export function AttributesPanel(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
  readonly readOnly: boolean
  /** Of the label: objects are read anew when it changes. */
  readonly revision: number
}) {
  return (
    <div className={styles.about}>
      <ObjectAttributes {...props} />
      {props.session && (
        <ImageAttributes
          key={props.session.sample.id}
          sampleId={props.session.sample.id}
          readOnly={props.readOnly}
        />
      )}
    </div>
  )
}

function ObjectAttributes({
  actions,
  session,
  readOnly,
}: {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
  readonly readOnly: boolean
}) {
  const { categories } = useStores()
  const list = useStore(categories, (state) => state.list)
  const active = useStore(actions.labeling, (state) => state.objectId)
  const object = active === null ? undefined : session?.doc.objects.get(active)
  const definitions = list.find(({ id }) => id === object?.categoryId)?.attributes ?? []
  if (!object || definitions.length === 0) return null
  const name = nameOf(object, list)
  const change = (attribute: string, value: AttributeValue | undefined) => {
    const current = actions.session()
    const edit = current && setAttribute(current.doc, object.id, attribute, value, name)
    if (current && edit) current.apply(edit)
  }
  return (
    <Panel className={styles.attributePanel ?? ''} title={text.attributesOf(name)}>
      <AttributeFields
        key={object.id}
        definitions={definitions}
        values={object.attributes}
        of={name}
        group={`object ${object.id}`}
        disabled={readOnly}
        onChange={change}
      />
    </Panel>
  )
}

function ImageAttributes({ sampleId, readOnly }: { readonly sampleId: string; readonly readOnly: boolean }) {
  const { categories, cards, notices } = useStores()
  const definitions = useStore(categories, (state) => state.rules.imageAttributes)
  const card = useStore(cards, (state) => (state.sampleId === sampleId ? state.card : null))
  /** What takes back the changes made here, the latest last. */
  const [undos, setUndos] = useState<readonly CardChange[]>([])
  useEffect(() => {
    if (definitions.length > 0) cards.show(sampleId)
  }, [cards, sampleId, definitions])
  if (definitions.length === 0 || !card) return null
  const values = card.attributes
  const change = async (name: string, value: AttributeValue | undefined) => {
    const before = Object.hasOwn(values, name) ? values[name] : undefined
    try {
      await cards.change(attributeChange(name, value))
      setUndos((all) => [...all, attributeChange(name, before)])
    } catch (error) {
      notices.report('cards.change', error)
    }
  }
  const undo = async () => {
    const last = undos.at(-1)
    if (!last) return
    try {
      await cards.change(last)
      setUndos((all) => all.slice(0, -1))
    } catch (error) {
      notices.report('cards.change', error)
    }
  }
  return (
    <Panel
      className={styles.attributePanel ?? ''}
      title={text.imageAttributes}
      actions={
        <IconButton
          label={text.undoImageAttribute}
          icon={<Undo2 size={14} />}
          side="left"
          disabled={undos.length === 0}
          onClick={() => void undo()}
        />
      }
    >
      <AttributeFields
        definitions={definitions}
        values={values}
        of={text.thisImage}
        group="image"
        disabled={readOnly}
        onChange={(name, value) => void change(name, value)}
      />
    </Panel>
  )
}

function attributeChange(name: string, value: AttributeValue | undefined): CardChange {
  return value === undefined
    ? { kind: 'attributes', set: {}, remove: [name] }
    : { kind: 'attributes', set: { [name]: value }, remove: [] }
}
