import Plus from 'lucide-react/icons/plus'
import { type FormEvent, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { type LabelStatus, statuses } from '../../../shared/label/status.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { CategoryList } from '../../ui/category-list.tsx'
import { CommandTextButton, IconButton } from '../../ui/icon-button.tsx'
import { CommandKeys } from '../../ui/kbd.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Select } from '../../ui/select.tsx'
import { StatusDot, statusText } from '../../ui/status-dot.tsx'
import { AttributesPanel } from './attributes-panel.tsx'
import styles from './labeler.module.css'
import type { LabelerActions } from './labeler-actions.ts'
import { hideCategory } from './look-commands.ts'
import { chooseCategory } from './object-edits.ts'
import { ObjectList } from './object-list.tsx'
import { ShapePanel } from './shape-panel.tsx'
import { StepsPanel } from './steps-panel.tsx'
import { text } from './text.ts'
import { useSessionView } from './use-session-view.ts'

/** At the right of the canvas: categories, the objects of this image, and how far it is. */
export function SidePanel(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
  readonly readOnly: boolean
}) {
  const { actions, session, readOnly } = props
  const view = useSessionView(session)
  const stepsOpen = useStore(actions.labeling, (state) => state.stepsOpen)
  return (
    <aside className={styles.side} data-steps={stepsOpen || (session?.shapes.length ?? 0) > 0 || undefined}>
      <Categories actions={actions} session={session} revision={view?.revision ?? 0} />
      <ObjectList actions={actions} session={session} revision={view?.revision ?? 0} />
      <ShapePanel actions={actions} session={session} />
      <StepsPanel actions={actions} session={session} />
      <AttributesPanel
        actions={actions}
        session={session}
        readOnly={readOnly}
        revision={view?.revision ?? 0}
      />
      <div className={styles.finish}>
        <OpacityRow actions={actions} />
        <Select
          label={text.status}
          value={view?.status ?? 'unlabeled'}
          disabled={!session || readOnly}
          options={statuses.map((value) => ({
            value,
            label: statusText[value],
            icon: <StatusDot status={value} />,
          }))}
          onChange={(status: LabelStatus) => actions.setStatus(status)}
        />
        <Button kind="primary" disabled={readOnly} onClick={actions.markAndNext}>
          {text.markNext} <CommandKeys id="canvas.mark" />
        </Button>
      </div>
    </aside>
  )
}

function OpacityRow({ actions }: { readonly actions: LabelerActions }) {
  const opacity = useStore(actions.labeling, (state) => state.opacity)
  return (
    <label className={styles.opacity}>
      {text.opacity}
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={opacity}
        onChange={(event) => actions.labeling.setState({ opacity: Number(event.target.value) })}
      />
      <span>{Math.round(opacity * 100)} %</span>
    </label>
  )
}

type ListProps = {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
  /** Of the label: the objects are read anew when it changes. */
  readonly revision: number
}

function Categories({ actions, session, revision }: ListProps) {
  const { categories, dialogs } = useStores()
  const list = useStore(categories, (state) => state.list)
  const hidden = useStore(actions.viewing, (state) => state.hidden.categories)
  const patterns = useStore(actions.viewing, (state) => state.patterns)
  const chosen = useStore(actions.labeling, (state) => state.categoryId)
  const active = list.some(({ id }) => id === chosen) ? chosen : (list[0]?.id ?? null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the document changes in place; its revision says so.
  const counts = useMemo(() => {
    const found = new Map<number, number>()
    for (const { categoryId } of session?.doc.objects.values() ?? [])
      found.set(categoryId, (found.get(categoryId) ?? 0) + 1)
    return found
  }, [session, revision])
  const use = (id: number) => actions.labeling.setState({ categoryId: id, objectId: null })
  return (
    <Panel
      className={styles.categories ?? ''}
      title={text.categories}
      actions={
        <IconButton
          label={text.addCategory}
          icon={<Plus size={15} />}
          side="left"
          onClick={() => dialogs.show({ kind: 'category', id: null, onSaved: ({ id }) => use(id) })}
        />
      }
    >
      {list.length === 0 && <FirstCategory onMade={use} />}
      <CategoryList
        categories={list}
        activeId={active}
        counts={counts}
        hidden={hidden}
        patterns={patterns}
        onHide={(id) => hideCategory(actions, id)}
        onChoose={(id) =>
          chooseCategory(
            actions,
            list.find((category) => category.id === id),
          )
        }
        onEdit={(id) => dialogs.show({ kind: 'category', id })}
      />
    </Panel>
  )
}

/** Nobody should have to look for a dialog before the first stroke. */
function FirstCategory({ onMade }: { onMade(id: number): void }) {
  const { categories, notices } = useStores()
  const [name, setName] = useState('')
  const [busy, setBusy] = useState(false)
  const make = async (event: FormEvent) => {
    event.preventDefault()
    if (!name.trim()) return
    setBusy(true)
    try {
      onMade((await categories.create({ name })).id)
    } catch (error) {
      notices.report('labeler.category', error)
      setBusy(false)
    }
  }
  return (
    <form className={styles.first} onSubmit={(event) => void make(event)}>
      <p>{text.noCategories}</p>
      <div>
        <input
          value={name}
          onChange={(event) => setName(event.target.value)}
          placeholder={text.firstName}
          aria-label={text.firstName}
          maxLength={200}
        />
        <Button type="submit" busy={busy} disabled={!name.trim()}>
          {text.add}
        </Button>
      </div>
      <CommandTextButton id="categories.manage" kind="quiet">
        {text.orPreset}
      </CommandTextButton>
    </form>
  )
}
