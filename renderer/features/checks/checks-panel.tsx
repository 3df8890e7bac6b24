import CircleAlert from 'lucide-react/icons/circle-alert'
import CircleHelp from 'lucide-react/icons/circle-help'
import Wrench from 'lucide-react/icons/wrench'
import X from 'lucide-react/icons/x'
import { useEffect, useMemo, useRef } from 'react'
import { useStore } from 'zustand'
import { dismissalOf, type Finding, isSlip, undismissed } from '../../../shared/label/checks/finding.ts'
import { fixOf, isFixable } from '../../../shared/label/checks/fix.ts'
import { nameOf } from '../../../shared/label/objects.ts'
import type { CanvasController } from '../../canvas/canvas-controller.ts'
import { useCommands } from '../../commands/use-commands.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { focusAttribute } from '../../ui/focus-attribute.ts'
import { ForReaders } from '../../ui/for-readers.tsx'
import { CommandButton, IconButton } from '../../ui/icon-button.tsx'
import { CommandKeys } from '../../ui/kbd.tsx'
import { toast } from '../../ui/toasts.tsx'
import { offerUndo } from '../../ui/undo-offer.ts'
import { checkCommands } from './check-commands.ts'
import type { CheckStore } from './check-store.ts'
import styles from './checks.module.css'
import { lookAtRect } from './look-at.ts'
import { reasonText, text } from './text.ts'

/** Rows at once; whoever has more to mend begins with these. */
const mostRows = 200
/** How long nobody draws before a label is looked at again, in milliseconds. */
const restMs = 700
const nothing: readonly Finding[] = []
const hasFix = (finding: Finding): boolean => finding.reason.check === 'attributes' || isFixable(finding)

/** Under the canvas: what the checks found in this label, with the way to each place. */
export function ChecksPanel(props: {
  readonly store: CheckStore
  readonly session: LabelSession | null
  readonly canvas: CanvasController | null
  /** The label may be changed. */
  readonly mayFix: boolean
  onNext(): void
}) {
  const { store, session, canvas, mayFix, onNext } = props
  const { cards, categories, notices, checks } = useStores()
  const state = useStore(store)
  const smallest = useStore(checks, (each) => each.smallest)
  const card = useStore(cards, (each) => each.card)
  const all = useStore(categories, (each) => each.list)
  const list = useRef<HTMLUListElement>(null)
  const isOurs = state.kind !== 'closed' && state.session === session
  const found = !isOurs ? nothing : state.kind === 'done' ? state.findings : state.before
  const shown = useMemo(() => undismissed(found, card?.dismissed ?? []), [found, card])
  const active = isOurs && state.kind === 'done' ? state.active : null
  const at = active ? shown.indexOf(active) : -1
  const latest = useRef({ shown, at, session, canvas, mayFix })
  latest.current = { shown, at, session, canvas, mayFix }

  useEffect(() => {
    if (state.kind !== 'closed' && state.session !== session) store.close()
  }, [state, session, store])
  useFollow(store, session)

  const commands = useMemo(() => {
    const report = (error: unknown) => notices.report('checks.dismiss', error)
    const go = (finding: Finding) => {
      const { canvas, session } = latest.current
      store.activate(finding)
      const [first] = finding.objects
      if (first !== undefined && session?.doc.objects.has(first)) canvas?.choose(first)
      if (canvas && finding.where) lookAtRect(canvas, finding.where)
    }
    const dismiss = (finding: Finding) => {
      const { shown } = latest.current
      const index = shown.indexOf(finding)
      const next = shown[index + 1] ?? shown[index - 1] ?? null
      const change = { kind: 'finding', ...dismissalOf(finding) } as const
      const objects = [...finding.objects]
      cards.change({ ...change, objects, dismissed: true }).then(() => {
        store.activate(next)
        if (next?.where && latest.current.canvas) lookAtRect(latest.current.canvas, next.where)
        toast(text.isDismissed, {
          label: text.undo,
          run: () => void cards.change({ ...change, objects, dismissed: false }).catch(report),
        })
      }, report)
    }
    const fix = (finding: Finding) => {
      const { shown, session, mayFix } = latest.current
      if (!session || !mayFix) return
      const { reason, objects } = finding
      if (reason.check === 'attributes') {
        go(finding)
        // The panel of the object has to be drawn first.
        setTimeout(() => focusAttribute(`object ${objects[0]}`, reason.names[0]!), 50)
        return
      }
      try {
        const edit = fixOf(finding, session.doc, session.index, categories.getState().list)
        if (!edit) return void toast(text.notFixed)
        const index = shown.indexOf(finding)
        const next = shown[index + 1] ?? shown[index - 1] ?? null
        session.apply(edit)
        offerUndo(session, text.fixed(edit.title), text.undo)
        if (next) go(next)
        const state = store.getState()
        const forMark = 'forMark' in state && state.forMark
        store.check(session, forMark).catch((error: unknown) => notices.report('checks.run', error))
      } catch (error) {
        notices.report('checks.fix', error)
      }
    }
    return {
      go,
      dismiss,
      fix,
      list: checkCommands({
        hasLabel: () => latest.current.session !== null,
        hasFindings: () => latest.current.shown.length > 0,
        hasActive: () => latest.current.at >= 0,
        check() {
          const { session } = latest.current
          if (session)
            store.check(session, false).catch((error: unknown) => notices.report('checks.run', error))
        },
        step(delta) {
          const { shown, at } = latest.current
          const next = at < 0 ? (delta > 0 ? 0 : shown.length - 1) : at + delta
          const finding = shown[(next + shown.length) % shown.length]
          if (finding) go(finding)
        },
        canFix() {
          const { shown, at, mayFix } = latest.current
          return mayFix && at >= 0 && hasFix(shown[at]!)
        },
        fix() {
          const { shown, at } = latest.current
          if (shown[at]) fix(shown[at])
        },
        dismiss() {
          const { shown, at } = latest.current
          if (shown[at]) dismiss(shown[at])
        },
      }),
    }
  }, [store, cards, categories, notices])
  useCommands('canvas', commands.list)

  // biome-ignore lint/correctness/useExhaustiveDependencies: other limits find other things
  useEffect(() => {
    const now = store.getState()
    if (now.kind === 'done') store.check(now.session, now.forMark).catch(() => {})
  }, [smallest])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the row is found by what it looks like
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' })
  }, [active])

  const nameOfId = (id: number) => {
    const object = session?.doc.objects.get(id)
    return object ? nameOf(object, all) : `${id}`
  }
  const isDone = isOurs && state.kind === 'done'
  const isTooRagged = isDone && state.isTooRagged
  return (
    <>
      <ForReaders role="status">
        {isDone && (isTooRagged ? text.tooRagged : text.found(shown.length))}
      </ForReaders>
      {isOurs && (
        <section className={styles.panel} aria-label={text.title}>
          <header className={styles.head}>
            <h2>{text.title}</h2>
            <span className={styles.facts}>
              {state.kind === 'running'
                ? text.running(Math.round(state.fraction * 100))
                : state.forMark && shown.length > 0
                  ? `${text.count(shown.length)} · ${text.marked}`
                  : text.count(shown.length)}
              {found.length > shown.length && ` · ${text.dismissed(found.length - shown.length)}`}
            </span>
            <div className={styles.buttons}>
              {state.forMark && (
                <Button
                  kind="primary"
                  onClick={() => {
                    store.close()
                    onNext()
                  }}
                >
                  {text.goOn} <CommandKeys id="canvas.mark" />
                </Button>
              )}
              <CommandButton id="checks.run" icon={<CircleHelp size={15} />} side="top" />
              <IconButton
                label={text.close}
                icon={<X size={15} />}
                side="top"
                onClick={() => store.close()}
              />
            </div>
          </header>
          <div className={styles.body}>
            {isDone && shown.length === 0 && (
              <p className={styles.none}>{isTooRagged ? text.tooRagged : text.none}</p>
            )}
            <ul ref={list} className={styles.list}>
              {shown.slice(0, mostRows).map((finding) => (
                <Row
                  key={`${finding.reason.check} ${finding.objects.join()}`}
                  finding={finding}
                  isActive={finding === active}
                  nameOf={nameOfId}
                  onGo={() => commands.go(finding)}
                  onFix={mayFix && hasFix(finding) ? () => commands.fix(finding) : null}
                  onDismiss={(event) => {
                    const row = event.currentTarget.closest('li')
                    const next = row?.nextElementSibling ?? row?.previousElementSibling
                    next?.querySelector<HTMLElement>('button')?.focus()
                    commands.dismiss(finding)
                  }}
                />
              ))}
            </ul>
            {shown.length > mostRows && <p className={styles.none}>{text.more(shown.length - mostRows)}</p>}
          </div>
        </section>
      )}
    </>
  )
}

/** A label that was drawn on is looked at again when the hand rests. */
function useFollow(store: CheckStore, session: LabelSession | null): void {
  useEffect(() => {
    if (!session) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const unsubscribe = session.view.subscribe(() => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        const state = store.getState()
        if (state.kind === 'done' && state.session === session)
          store.check(session, state.forMark).catch(() => {})
      }, restMs)
    })
    return () => {
      clearTimeout(timer)
      unsubscribe()
    }
  }, [store, session])
}

function Row(props: {
  readonly finding: Finding
  readonly isActive: boolean
  nameOf(id: number): string
  onGo(): void
  readonly onFix: (() => void) | null
  onDismiss(event: React.MouseEvent<HTMLElement>): void
}) {
  const { finding, isActive, nameOf: name, onGo, onFix, onDismiss } = props
  const { check } = finding.reason
  const what =
    check === 'empty' || check === 'size' ? null : { label: text.fixes[check], help: text.fixHelps[check] }
  const [a, b] = finding.objects
  const who = a === undefined ? text.image : b === undefined ? name(a) : text.both(name(a), name(b))
  const slip = isSlip(finding)
  return (
    <li className={styles.row} data-active={isActive || undefined}>
      <button type="button" className={styles.go} aria-current={isActive || undefined} onClick={onGo}>
        <span className={slip ? styles.slip : styles.question} title={slip ? text.slip : text.question}>
          {slip ? <CircleAlert size={15} aria-hidden /> : <CircleHelp size={15} aria-hidden />}
          <ForReaders>{slip ? text.slip : text.question}: </ForReaders>
        </span>
        <span className={styles.what}>
          <span className={styles.kind}>{text.kinds[finding.reason.check]}</span> · {who}
        </span>
        <span className={styles.why}>{reasonText(finding.reason)}</span>
      </button>
      {what && onFix ? (
        <Button
          kind="quiet"
          icon={<Wrench size={14} />}
          title={what.help}
          aria-label={`${what.label}. ${text.kinds[check]}, ${who}`}
          onClick={onFix}
        >
          {what.label}
        </Button>
      ) : (
        <span />
      )}
      <Button
        kind="quiet"
        aria-label={`${text.dismiss}: ${text.kinds[finding.reason.check]}, ${who}`}
        onClick={onDismiss}
      >
        {text.dismiss}
      </Button>
    </li>
  )
}
