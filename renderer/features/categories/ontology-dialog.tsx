import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { HostInput, HostOutput } from '../../../shared/host/host-api.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Swatch } from '../../ui/category-list.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Radios } from '../../ui/radios.tsx'
import styles from './categories.module.css'
import { sayUndoable } from './say-undoable.ts'
import { text } from './text.ts'

type Plan = HostOutput<'ontology.add'>
type Mode = NonNullable<HostInput<'ontology.add'>['mode']>

/** What the categories of a file or of a preset would bring, before they are taken over. */
export function OntologyDialog() {
  const { dialogs } = useStores()
  const open = useStore(dialogs, (state) => state.open)
  if (open?.kind !== 'ontology') return null
  return <OntologyPreview title={open.title} content={open.text} />
}

function OntologyPreview({ title, content }: { readonly title: string; readonly content: string }) {
  const stores = useStores()
  const { dialogs, categories } = stores
  const [mode, setMode] = useState<Mode>('keep')
  const [plan, setPlan] = useState<Plan | null>(null)
  const [problem, setProblem] = useState<ErrorInfo | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    let isCurrent = true
    categories.import({ text: content, mode, apply: false }).then(
      (made) => isCurrent && setPlan(made),
      (error: unknown) => isCurrent && setProblem(errorInfo(error)),
    )
    return () => {
      isCurrent = false
    }
  }, [categories, content, mode])
  const isEmpty = plan !== null && plan.added.length + plan.changed.length + plan.imageAttributes.length === 0

  const take = async () => {
    setBusy(true)
    try {
      const { result, undo } = await categories.undoable(() =>
        categories.import({ text: content, mode, apply: true }),
      )
      dialogs.close()
      sayUndoable(stores, text.taken(result.added.length, result.changed.length), undo)
    } catch (error) {
      setProblem(errorInfo(error))
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      title={title}
      footer={
        <>
          <Button onClick={() => dialogs.close()}>{text.cancel}</Button>
          <Button kind="primary" busy={busy} disabled={!plan || isEmpty} onClick={() => void take()}>
            {text.take}
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {problem && <ErrorText error={problem} />}
        {plan && !problem && (
          <>
            <p role="status">
              {text.ontologyFound(plan.added.length, plan.changed.length, plan.kept.length)}
            </p>
            {plan.remarks.map((remark) => (
              <p key={remark} className={styles.hint}>
                {remark}
              </p>
            ))}
            {(plan.kept.length > 0 || plan.changed.length > 0) && (
              <Radios
                label={text.mode}
                value={mode}
                options={[
                  { value: 'keep', label: text.modeKeep },
                  { value: 'update', label: text.modeUpdate },
                ]}
                onChange={setMode}
              />
            )}
            {isEmpty && <p>{text.nothingNew}</p>}
            <PlanLists plan={plan} />
          </>
        )}
      </div>
    </Dialog>
  )
}

function PlanLists({ plan }: { readonly plan: Plan }) {
  const { added, changed, kept, imageAttributes } = plan
  return (
    <>
      {added.length > 0 && (
        <section className={styles.found} aria-label={text.added}>
          <h3>{text.added}</h3>
          <ul>
            {added.map(({ id, name, color, hasInstances, isVoid }) => (
              <li key={id}>
                <Swatch color={color} isStuff={!hasInstances} isVoid={isVoid === true} /> {name}
              </li>
            ))}
          </ul>
        </section>
      )}
      {changed.length > 0 && (
        <section className={styles.found} aria-label={text.changes}>
          <h3>{text.changes}</h3>
          <ul>
            {changed.map(({ category, fields }) => (
              <li key={category.id}>
                {category.name}: {fields.map((field) => text.fields[field] ?? field).join(', ')}
              </li>
            ))}
          </ul>
        </section>
      )}
      {imageAttributes.length > 0 && (
        <section className={styles.found} aria-label={text.newImageAttributes}>
          <h3>{text.newImageAttributes}</h3>
          <p>{imageAttributes.join(', ')}</p>
        </section>
      )}
      {kept.length > 0 && (
        <section className={styles.found} aria-label={text.kept}>
          <h3>{text.kept}</h3>
          <p>{kept.join(', ')}</p>
        </section>
      )}
    </>
  )
}
