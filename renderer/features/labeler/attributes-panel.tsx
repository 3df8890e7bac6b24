import Undo2 from 'lucide-react/icons/undo-2'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { CardChange } from '../../../shared/dataset/card.ts'
import { changeAttribute, sharedAttributes, type ValueChange } from '../../../shared/label/attribute-edit.ts'
import type { AttributeValue } from '../../../shared/label/attributes.ts'
import { nameOfAll } from '../../../shared/label/many-objects.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { useStores } from '../../stores/stores.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { AttributeFields } from './attribute-fields.tsx'
import styles from './labeler.module.css'
import type { LabelerActions } from './labeler-actions.ts'
import { text } from './text.ts'

/** What is asked of the selected objects, and of the image as a whole. Nothing where nothing is asked. */
export function AttributesPanel(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
  readonly readOnly: boolean
  /** The label is only looked at. */
  readonly locked?: boolean
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
          readOnly={props.readOnly || props.locked === true}
        />
      )}
    </div>
  )
}

function ObjectAttributes({
  actions,
  session,
  readOnly,
  locked = false,
}: {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
  readonly readOnly: boolean
  readonly locked?: boolean
}) {
  const { categories } = useStores()
  const list = useStore(categories, (state) => state.list)
  const active = useStore(actions.labeling, (state) => state.objectId)
  const selected = useStore(actions.labeling, (state) => state.selected)
  const ids = selected.length > 1 ? selected : active === null ? [] : [active]
  const objects = ids.flatMap((id) => session?.doc.objects.get(id) ?? [])
  const isAsked = list.some(({ attributes = [] }) => attributes.length > 0)
  if (objects.length === 0)
    return locked && isAsked ? <p className={styles.hintLine}>{text.clickToSee}</p> : null
  const definitions = sharedAttributes(objects, list)
  const isAskedOfSome = objects.some(({ categoryId }) =>
    list.some(({ id, attributes = [] }) => id === categoryId && attributes.length > 0),
  )
  if (!isAskedOfSome) return null
  const name = nameOfAll(objects, list)
  const change = (attribute: string, next: ValueChange) => {
    const current = actions.session()
    const edit = current && changeAttribute(current.doc, ids, attribute, next, name)
    if (current && edit) current.apply(edit)
  }
  return (
    <Panel className={styles.attributePanel ?? ''} title={text.attributesOf(name)}>
      {definitions.length === 0 && <p className={styles.hintLine}>{text.noShared}</p>}
      <AttributeFields
        key={ids.join()}
        definitions={definitions}
        values={objects.map(({ attributes }) => attributes)}
        of={name}
        group={objects.length === 1 ? `object ${ids[0]}` : 'objects'}
        disabled={readOnly || locked}
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
        values={[values]}
        of={text.thisImage}
        group="image"
        disabled={readOnly}
        onChange={(name, next) =>
          void change(name, next(Object.hasOwn(values, name) ? values[name] : undefined))
        }
      />
    </Panel>
  )
}

function attributeChange(name: string, value: AttributeValue | undefined): CardChange {
  return value === undefined
    ? { kind: 'attributes', set: {}, remove: [name] }
    : { kind: 'attributes', set: { [name]: value }, remove: [] }
}
