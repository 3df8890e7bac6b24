import { useVirtualizer } from '@tanstack/react-virtual'
import X from 'lucide-react/icons/x'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { LabelSession } from '../../stores/label-session.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { formatNumber, formatTime } from '../../ui/text.ts'
import labeler from './labeler.module.css'
import type { LabelerActions } from './labeler-actions.ts'
import { goBy } from './step-commands.ts'
import { type StepRow, stepRows } from './step-rows.ts'
import styles from './steps-panel.module.css'
import { text } from './text.ts'
import { useSessionView } from './use-session-view.ts'

/** Rows as they are before they are measured, in rem. */
const ROW_REM = 2.1

/** What was done to this image, newest first; choosing a line takes the label there. */
export function StepsPanel({
  actions,
  session,
}: {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
}) {
  const view = useSessionView(session)
  const open = useStore(actions.labeling, (state) => state.stepsOpen)
  if (!open) return null
  const close = () => {
    actions.labeling.setState({ stepsOpen: false })
    document.querySelector<HTMLElement>('[role=application]')?.focus()
  }
  return (
    <Panel
      title={text.stepsTitle}
      className={styles.panel ?? ''}
      actions={<IconButton label={text.closeSteps} icon={<X size={15} />} side="left" onClick={close} />}
    >
      {session && view && <Steps actions={actions} session={session} view={view} onClose={close} />}
    </Panel>
  )
}

function Steps(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession
  /** Another one whenever the steps may be others. */
  readonly view: object
  onClose(): void
}) {
  const { actions, session, view, onClose } = props
  const scroller = useRef<HTMLDivElement>(null)
  const id = useId()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the steps change in place; the view says so.
  const rows = useMemo(() => stepRows(session.history), [session, view])
  const currentAt = rows.findIndex((row) => 'state' in row && row.state === 'current')
  const [chosen, setChosen] = useState<number | null>(null)
  const active = chosen ?? currentAt
  const lines = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_REM * Number.parseFloat(getComputedStyle(document.documentElement).fontSize),
    overscan: 8,
  })
  useEffect(() => scroller.current?.focus({ preventScroll: true }), [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each step the line to look at is that of the label.
  useEffect(() => {
    setChosen(null)
    if (currentAt >= 0) lines.scrollToIndex(currentAt, { align: 'auto' })
  }, [view, currentAt])

  const goTo = (row: StepRow | undefined) => {
    if (row && isTarget(row) && row.state !== 'current') goBy(actions, (each) => each.goTo(row.position))
  }
  const move = (from: number, by: 1 | -1) => {
    let at = from
    do at += by
    while (rows[at] && !isTarget(rows[at]!))
    if (!rows[at]) return
    setChosen(at)
    lines.scrollToIndex(at, { align: 'auto' })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const acts: readonly (readonly [key: string, act: () => void])[] = [
      ['ArrowDown', () => move(active, 1)],
      ['ArrowUp', () => move(active, -1)],
      ['Home', () => move(-1, 1)],
      ['End', () => move(rows.length, -1)],
      ['Enter', () => goTo(rows[active])],
      [' ', () => goTo(rows[active])],
      ['Escape', onClose],
    ]
    const run = acts.find(([key]) => key === event.key)?.[1]
    if (!run) return
    event.preventDefault()
    event.stopPropagation()
    run()
  }

  if (rows.length === 0) {
    return <p className={labeler.none}>{session.history.isUnread ? text.stepsUnread : text.noSteps}</p>
  }
  return (
    <div
      ref={scroller}
      className={styles.list}
      role="listbox"
      aria-label={text.stepsTitle}
      aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: lines.getTotalSize(), position: 'relative' }}>
        {lines.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]!
          return (
            <Line
              key={index}
              id={`${id}-${index}`}
              row={row}
              top={start}
              isActive={index === active}
              place={[index + 1, rows.length]}
              onChoose={() => goTo(row)}
              measure={lines.measureElement}
              index={index}
            />
          )
        })}
      </div>
    </div>
  )
}

type Target = Extract<StepRow, { state: unknown }>
const isTarget = (row: StepRow): row is Target => 'state' in row && row.state !== 'lost'

function Line(props: {
  readonly id: string
  readonly row: StepRow
  readonly top: number
  readonly index: number
  readonly isActive: boolean
  readonly place: readonly [number, number]
  onChoose(): void
  measure(element: HTMLElement | null): void
}) {
  const { id, row, top, index, isActive, place, onChoose, measure } = props
  const common = {
    id,
    ref: measure,
    'data-index': index,
    style: { transform: `translateY(${top}px)` },
    'aria-posinset': place[0],
    'aria-setsize': place[1],
  }
  if (row.kind === 'opened' || row.kind === 'elsewhere') {
    return (
      // A listbox holds options only; this one says what lies between the others.
      // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the active option.
      <div {...common} role="option" aria-selected={false} aria-disabled className={styles.between}>
        {row.kind === 'opened' ? text.openedAt(row.at) : text.changedElsewhere}
      </div>
    )
  }
  const title = row.kind === 'step' ? row.entry.title : text.beforeSteps
  const pixels =
    row.kind === 'step' && row.entry.pixels > 0 ? text.pixels(formatNumber(row.entry.pixels)) : ''
  const time = row.kind === 'step' ? formatTime(row.entry.at) : ''
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the active option.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys.
    <div
      {...common}
      role="option"
      aria-selected={row.state === 'current'}
      aria-current={row.state === 'current' ? 'step' : undefined}
      aria-disabled={row.state === 'lost' || undefined}
      aria-label={[title, time, pixels, text.stepState[row.state]].filter(Boolean).join(', ')}
      className={styles.step}
      data-state={row.state}
      data-active={isActive || undefined}
      title={title}
      onClick={onChoose}
    >
      <span className={styles.mark} aria-hidden />
      <span className={styles.title}>{title}</span>
      <span className={styles.count}>{pixels}</span>
      <span className={styles.time}>{time}</span>
    </div>
  )
}
