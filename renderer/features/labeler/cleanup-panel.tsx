import ChevronLeft from 'lucide-react/icons/chevron-left'
import ChevronRight from 'lucide-react/icons/chevron-right'
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { nameOf } from '../../../shared/label/objects.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import { boundsOfRuns } from '../../../shared/label/region.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { Radios } from '../../ui/radios.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { formatNumber, uiText } from '../../ui/text.ts'
import type { Plan } from './cleanup-plan.ts'
import {
  type CleanupKind,
  type CleanupScope,
  type CleanupState,
  MOST_BELOW,
  MOST_BY,
} from './cleanup-store.ts'
import type { LabelerActions } from './labeler-actions.ts'
import { keepSelection, sayDone } from './object-edits.ts'
import { objectText as text } from './object-text.ts'
import styles from './objects.module.css'
import { type CleanupWork, useCleanup } from './use-cleanup.ts'

/** Beside the canvas, not over everything: what a cleanup would do, with its numbers, until it is applied or dropped. */
export function CleanupPanel(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
  readonly sampleId: string
}) {
  const { actions, session, sampleId } = props
  const kind = useStore(actions.cleanup, (state) => state.open)
  // On another image what was asked for was about the one before. A label that is only read again stays the same.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it goes with the image.
  useEffect(() => () => actions.cleanup.setState({ open: null }), [actions.cleanup, sampleId])
  if (!kind || !session) return null
  return <Open key={kind} actions={actions} session={session} kind={kind} />
}

type Parts = {
  readonly actions: LabelerActions
  readonly session: LabelSession
  readonly kind: CleanupKind
}

function Open({ actions, session, kind }: Parts) {
  const { cleanup, labeling } = actions
  const { categories } = useStores()
  const things = useStore(categories, (state) => state.list).filter(({ hasInstances }) => hasInstances)
  const chosenInto = useStore(cleanup, (state) => state.into)
  const into = things.find(({ id }) => id === chosenInto) ?? things[0] ?? null
  const protects = useStore(labeling, (state) => state.protects)
  const work = useCleanup(actions, session, kind, into)
  const root = useRef<HTMLElement>(null)
  const title = useId()
  useEffect(() => {
    const before = document.activeElement
    root.current?.querySelector<HTMLElement>('input:not([type=radio]),[role=radio],button')?.focus()
    return () => {
      // Who has gone elsewhere meanwhile stays there.
      if (document.activeElement === document.body && before instanceof HTMLElement) before.focus()
    }
  }, [])
  const close = () => cleanup.setState({ open: null })
  const { outcome } = work
  const plan = outcome.kind === 'ready' ? outcome.plan : null

  function apply(event: FormEvent) {
    event.preventDefault()
    if (!plan) return
    session.apply(plan.edit)
    keepSelection(actions, session)
    close()
    sayDone(session, [text.done(plan.edit.title), work.locked > 0 && text.locked(work.locked)])
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    event.preventDefault()
    close()
  }

  return (
    <section ref={root} className={styles.cleanup} aria-labelledby={title} onKeyDown={onKeyDown}>
      <form onSubmit={apply}>
        <h2 id={title}>{text.cleanups[kind].name}</h2>
        <Ask kind={kind} cleanup={cleanup} protects={protects} />
        {kind === 'split' && (
          <SplitInto actions={actions} work={work} session={session} things={things} into={into} />
        )}
        <Scopes actions={actions} session={session} work={work} />
        <div role="status" className={styles.counts}>
          {outcome.kind === 'counting' && <p>{text.counting}</p>}
          {outcome.kind === 'failed' && <ErrorText error={outcome.error} />}
          {outcome.kind === 'ready' &&
            (plan ? <Counts kind={kind} plan={plan} /> : <p>{text.nothing[kind]}</p>)}
          {work.locked > 0 && <p>{text.locked(work.locked)}</p>}
        </div>
        {plan && plan.changed.length > 0 && <Places actions={actions} session={session} plan={plan} />}
        <div className={styles.buttons}>
          <Button onClick={close}>{uiText.cancel}</Button>
          <Button kind="primary" type="submit" disabled={!plan}>
            {text.apply}
          </Button>
        </div>
      </form>
    </section>
  )
}

function Ask(props: {
  readonly kind: CleanupKind
  readonly cleanup: LabelerActions['cleanup']
  readonly protects: boolean
}) {
  const { kind, cleanup, protects } = props
  const state = useStore(cleanup)
  const set = (changed: Partial<CleanupState>) => cleanup.setState(changed)
  switch (kind) {
    case 'split':
      return null
    case 'holes':
    case 'specks':
      return (
        <>
          <Amount
            label={text.below}
            value={state.below}
            most={MOST_BELOW}
            disabled={state.every}
            onChange={(below) => set({ below })}
          />
          <Switch label={text.every[kind]} checked={state.every} onChange={(every) => set({ every })} />
          {kind === 'holes' ? (
            <Switch
              label={text.takes}
              help={protects ? text.takesProtected : text.takesHelp}
              checked={state.takes}
              onChange={(takes) => set({ takes })}
            />
          ) : (
            <Switch
              label={text.joins}
              help={protects ? text.takesProtected : `${text.joinsHelp} ${text.largestStays}`}
              checked={state.joins}
              onChange={(joins) => set({ joins })}
            />
          )}
        </>
      )
    default:
      return <Amount label={text.by} value={state.by} most={MOST_BY} onChange={(by) => set({ by })} />
  }
}

/** A whole number of pixels, 1 … `most`. What is typed counts as soon as it is one. */
function Amount(props: {
  readonly label: string
  readonly value: number
  readonly most: number
  readonly disabled?: boolean
  onChange(value: number): void
}) {
  const { label, value, most, disabled = false, onChange } = props
  const id = useId()
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <div className={styles.amount}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="number"
        min={1}
        max={most}
        step={1}
        required
        disabled={disabled}
        value={typed ?? value}
        onChange={(event) => {
          setTyped(event.target.value)
          const number = Number(event.target.value)
          if (Number.isInteger(number) && number >= 1 && number <= most) onChange(number)
        }}
        onBlur={() => setTyped(null)}
      />
      <span>{text.px}</span>
    </div>
  )
}

function SplitInto(props: {
  readonly actions: LabelerActions
  readonly work: CleanupWork
  readonly session: LabelSession
  readonly things: readonly Category[]
  readonly into: Category | null
}) {
  const { actions, work, session, things, into } = props
  const categories = actions.categories()
  const stuff = work.ids
    .flatMap((id) => session.doc.objects.get(id) ?? [])
    .filter(({ categoryId }) => categories.find(({ id }) => id === categoryId)?.hasInstances === false)
  const names = stuff.slice(0, 3).map((object) => nameOf(object, categories))
  return (
    <>
      <p className={styles.why}>{text.stuffSplit(names.join(', '))}</p>
      {into ? (
        <Select
          label={text.into}
          value={`${into.id}`}
          options={things.map(({ id, name }) => ({ value: `${id}`, label: name }))}
          onChange={(value) => actions.cleanup.setState({ into: Number(value) })}
        />
      ) : (
        <p className={styles.why}>{text.noThings}</p>
      )}
    </>
  )
}

function Scopes(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession
  readonly work: CleanupWork
}) {
  const { actions, session, work } = props
  const { objectId, selected } = actions.labeling.getState()
  const object = objectId === null ? undefined : session.doc.objects.get(objectId)
  const labels: Record<CleanupScope, string> = {
    object: object ? text.scopes.object(nameOf(object, actions.categories())) : '',
    selected: text.scopes.selected(selected.length),
    all: text.scopes.all(session.doc.objects.size),
  }
  return (
    <Radios
      label={text.work}
      value={work.scope}
      options={work.scopes.map((value) => ({ value, label: labels[value] }))}
      onChange={(scope: CleanupScope) => actions.cleanup.setState({ scope })}
    />
  )
}

function Counts({ kind, plan }: { readonly kind: CleanupKind; readonly plan: Plan }) {
  const { pieces, pixels, objects, gone } = plan
  const row = (label: ReactNode, change: { readonly before: number; readonly after: number }) => (
    <tr>
      <th scope="row">{label}</th>
      <td>{formatNumber(change.before)}</td>
      <td>{formatNumber(change.after)}</td>
    </tr>
  )
  return (
    <>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{text.before}</th>
            <th scope="col">{text.after}</th>
          </tr>
        </thead>
        <tbody>
          {pieces && (kind === 'holes' || kind === 'specks') && row(text.rows.pieces[kind], pieces)}
          {kind !== 'split' && row(text.rows.pixels, pixels)}
          {objects.before !== objects.after && row(text.rows.objects, objects)}
        </tbody>
      </table>
      {gone > 0 && <p className={styles.warning}>{text.vanish(gone)}</p>}
    </>
  )
}

/** Steps through the places that would change: seen from afar most are too small. */
function Places(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession
  readonly plan: Plan
}) {
  const { actions, session, plan } = props
  const [at, setAt] = useState<{ readonly plan: Plan; readonly index: number } | null>(null)
  const count = plan.changed.length
  const index = at?.plan === plan ? at.index : null
  const go = (delta: 1 | -1) => {
    const next = index === null ? (delta > 0 ? 0 : count - 1) : (index + delta + count) % count
    setAt({ plan, index: next })
    const bounds = boundsOfRuns(plan.changed[next]!.runs, session.doc.map.width)
    const view = actions.canvas.current?.view
    if (!bounds || !view) return
    const side = Math.max(bounds.x1 - bounds.x0, bounds.y1 - bounds.y0)
    const middle = { x: (bounds.x0 + bounds.x1) / 2, y: (bounds.y0 + bounds.y1) / 2 }
    view.lookAt(middle, Math.min(8, view.size.height / 4 / side))
  }
  return (
    <div className={styles.places}>
      <IconButton label={text.show.previous} icon={<ChevronLeft size={15} />} onClick={() => go(-1)} />
      <span>{index === null ? text.places(count) : text.place(index + 1, count)}</span>
      <IconButton label={text.show.next} icon={<ChevronRight size={15} />} onClick={() => go(1)} />
    </div>
  )
}
