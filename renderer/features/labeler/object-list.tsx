import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import Lock from 'lucide-react/icons/lock'
import LockOpen from 'lucide-react/icons/lock-open'
import Plus from 'lucide-react/icons/plus'
import Trash2 from 'lucide-react/icons/trash-2'
import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useStore } from 'zustand'
import { nameOf } from '../../../shared/label/objects.ts'
import type { LabelObject } from '../../../shared/label/ontology.ts'
import { useKey } from '../../commands/use-commands.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { ranged, selectObjects, toggled } from '../../stores/selection.ts'
import { useStores } from '../../stores/stores.ts'
import { classNames } from '../../ui/class-names.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { ContextMenu } from '../../ui/menu.tsx'
import { Panel } from '../../ui/panel.tsx'
import { formatNumber } from '../../ui/text.ts'
import { CategorySwatch } from './category-swatch.tsx'
import { EyeButton } from './eye-button.tsx'
import labelerStyles from './labeler.module.css'
import type { LabelerActions } from './labeler-actions.ts'
import { goToObject, lockObjects, removeObjects, revealObject } from './object-edits.ts'
import { ObjectMenuItems, ObjectsMenu } from './object-menu.tsx'
import { objectText } from './object-text.ts'
import styles from './objects.module.css'
import { text } from './text.ts'

/** Height of a row: it grows with the text size of the system. */
const rowRem = 2
const rowsOfPage = 10

/**
 * The objects of the image, newest first: another way to all that is done with them on the canvas. One stop of Tab;
 * arrows go from row to row and select, with Shift from where one began, with Ctrl without selecting; left and right go
 * through the buttons of a row. Only the rows in sight exist in the page.
 */
export function ObjectList(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
  /** Of the label: the objects are read anew when it changes. */
  readonly revision: number
}) {
  const { actions, session, revision } = props
  const { labeling } = actions
  const active = useStore(labeling, (state) => state.objectId)
  const selected = useStore(labeling, (state) => state.selected)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the document changes in place; its revision says so.
  const objects = useMemo(
    () => [...(session?.doc.objects.values() ?? [])].sort((a, b) => b.id - a.id),
    [session, revision],
  )
  const finishKey = useKey('canvas.finish')
  const count = objects.length > 0 ? ` (${formatNumber(objects.length)})` : ''
  const chosen = selected.length > 1 ? ` · ${objectText.selected(selected.length)}` : ''
  return (
    <Panel
      className={labelerStyles.objects ?? ''}
      title={`${text.objects}${count}${chosen}`}
      actions={
        <span>
          <ObjectsMenu />
          <IconButton
            label={text.newObject}
            help={actions.mayStartObject() ? text.finishHelp : text.semanticNoNew}
            keys={finishKey}
            icon={<Plus size={15} />}
            side="left"
            disabled={active === null || !actions.mayStartObject()}
            onClick={() => actions.canvas.current?.choose(null)}
          />
        </span>
      }
    >
      {objects.length === 0 || !session ? (
        <p className={labelerStyles.none}>{text.noObjects}</p>
      ) : (
        <Rows actions={actions} session={session} objects={objects} active={active} selected={selected} />
      )}
    </Panel>
  )
}

function Rows(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession
  readonly objects: readonly LabelObject[]
  readonly active: number | null
  readonly selected: readonly number[]
}) {
  const { actions, session, objects, active, selected } = props
  const { labeling } = actions
  const order = useMemo(() => objects.map(({ id }) => id), [objects])
  const held = useMemo(() => new Set(selected), [selected])
  const scroller = useRef<HTMLDivElement>(null)
  const rem = useRem(scroller)
  const [menuFor, setMenuFor] = useState<number | null>(null)
  /** Where the focus is, or was last: the row that Tab comes to. */
  const [stop, setStop] = useState<number | null>(null)
  const mustFocus = useRef(false)
  const isInside = useRef(false)
  const activeAt = active === null ? -1 : order.indexOf(active)
  const stopAt = Math.min(stop ?? Math.max(0, activeAt), order.length - 1)

  const rows = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => Math.ceil(rowRem * rem),
    overscan: 8,
    getItemKey: (index) => order[index]!,
    // The row with the focus stays in the page, wherever the list is scrolled to.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range)
      return shown.includes(stopAt) ? shown : [...shown, stopAt].sort((a, b) => a - b)
    },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are measured anew when their height changes
  useLayoutEffect(() => rows.measure(), [rem])
  // biome-ignore lint/correctness/useExhaustiveDependencies: chosen elsewhere, it is brought into sight; scrolling stays free
  useEffect(() => {
    if (activeAt < 0) return
    setStop(activeAt)
    rows.scrollToIndex(activeAt, { align: 'auto' })
  }, [active])
  // The row that had the focus may have gone with its object.
  useLayoutEffect(() => {
    const isLost = isInside.current && document.activeElement === document.body
    if (!mustFocus.current && !isLost) return
    mustFocus.current = false
    scroller.current
      ?.querySelector<HTMLElement>(`[data-index="${stopAt}"] button`)
      ?.focus({ preventScroll: true })
  })

  const choose = (id: number, how: { readonly range: boolean; readonly toggle: boolean }) => {
    const state = labeling.getState()
    if (how.range || how.toggle) {
      const next = how.range ? ranged(order, state, id) : toggled(state, id)
      selectObjects(labeling, session.doc, next.selected, next.objectId)
    } else if (state.selected.length === 1 && state.objectId === id) {
      actions.canvas.current?.choose(null)
      return
    } else {
      actions.canvas.current?.choose(id)
    }
    revealObject(actions, id)
  }

  function onKeyDown(event: KeyboardEvent) {
    const button = event.target
    if (!(button instanceof HTMLButtonElement) || !button.matches(':focus-visible') || event.altKey) return
    const row = button.closest<HTMLElement>('[data-index]')
    if (!row) return
    const index = Number(row.dataset.index)
    const isToggled = event.ctrlKey || event.metaKey
    const buttons = [...row.querySelectorAll('button')]
    const beside = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (beside && !isToggled && !event.shiftKey) {
      event.preventDefault()
      buttons[buttons.indexOf(button) + beside]?.focus()
      return
    }
    if (event.key === 'F2') {
      event.preventDefault()
      openMenu(row)
      return
    }
    if (event.key === ' ' && isToggled) {
      event.preventDefault()
      choose(order[index]!, { range: false, toggle: true })
      return
    }
    const last = order.length - 1
    const to = {
      ArrowUp: index - 1,
      ArrowDown: index + 1,
      Home: 0,
      End: last,
      PageUp: index - rowsOfPage,
      PageDown: index + rowsOfPage,
    }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = Math.max(0, Math.min(last, to))
    mustFocus.current = true
    setStop(next)
    rows.scrollToIndex(next, { align: 'auto' })
    if (event.shiftKey) choose(order[next]!, { range: true, toggle: false })
    else if (!isToggled) goToObject(actions, order[next]!)
  }

  function onBlur(event: FocusEvent<HTMLElement>) {
    const { currentTarget, relatedTarget, target } = event
    if (relatedTarget instanceof Node && currentTarget.contains(relatedTarget)) return
    // A row that is taken away loses the focus too, and then the list still has it.
    if (relatedTarget || target.isConnected) isInside.current = false
  }

  const list = (
    <ul
      style={{ height: rows.getTotalSize() }}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        isInside.current = true
        const index = indexOf(event.target)
        if (index !== null) setStop(index)
      }}
      onBlur={onBlur}
      onContextMenu={(event) => {
        const index = indexOf(event.target)
        if (index !== null) setMenuFor(order[index]!)
      }}
    >
      {rows.getVirtualItems().map(({ index, key, start, size }) => (
        <Row
          key={key}
          actions={actions}
          session={session}
          object={objects[index]!}
          place={{ index, count: order.length, start, size }}
          isActive={order[index] === active}
          isSelected={held.has(order[index]!)}
          isStop={index === stopAt}
          choose={choose}
        />
      ))}
    </ul>
  )
  return (
    <div ref={scroller} className={styles.list}>
      <ContextMenu area={list}>
        {menuFor !== null && <ObjectMenuItems actions={actions} session={session} objectId={menuFor} />}
      </ContextMenu>
    </div>
  )
}

function Row(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession
  readonly object: LabelObject
  readonly place: {
    readonly index: number
    readonly count: number
    readonly start: number
    readonly size: number
  }
  readonly isActive: boolean
  readonly isSelected: boolean
  readonly isStop: boolean
  choose(id: number, how: { readonly range: boolean; readonly toggle: boolean }): void
}) {
  const { actions, session, object, place, isActive, isSelected, isStop, choose } = props
  const { categories } = useStores()
  const all = useStore(categories, (state) => state.list)
  const category = all.find(({ id }) => id === object.categoryId)
  const name = nameOf(object, all)
  const pixels = text.pixels(formatNumber(session.index.get(object.id)?.pixels ?? 0))
  const { id, locked } = object
  return (
    <li
      data-index={place.index}
      aria-setsize={place.count}
      aria-posinset={place.index + 1}
      className={classNames(
        labelerStyles.object,
        styles.row,
        isSelected && styles.chosen,
        isActive && styles.active,
      )}
      style={{ height: place.size, transform: `translateY(${place.start}px)` }}
    >
      <button
        type="button"
        tabIndex={isStop ? 0 : -1}
        aria-pressed={isSelected}
        aria-current={isActive || undefined}
        aria-label={[name, pixels, locked && text.locked].filter(Boolean).join(', ')}
        onClick={(event: MouseEvent) =>
          choose(id, { range: event.shiftKey, toggle: event.ctrlKey || event.metaKey })
        }
      >
        <CategorySwatch actions={actions} category={category} />
        <span data-name className={labelerStyles.objectName}>
          {name}
        </span>
        <span className={labelerStyles.pixels}>{pixels}</span>
      </button>
      <EyeButton actions={actions} object={object} name={name} tabIndex={-1} />
      <IconButton
        label={`${locked ? text.unlockIt : text.lockIt} ${name}`}
        icon={locked ? <Lock size={13} /> : <LockOpen size={13} />}
        pressed={locked === true}
        side="left"
        tabIndex={-1}
        onClick={() => lockObjects(actions, [id])}
      />
      <IconButton
        label={`${text.remove} ${name}`}
        icon={<Trash2 size={13} />}
        side="left"
        tabIndex={-1}
        onClick={() => removeObjects(actions, [id])}
      />
    </li>
  )
}

function indexOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
  return row ? Number(row.dataset.index) : null
}

/** As the right button does it at the row. */
function openMenu(row: HTMLElement): void {
  const { left, bottom } = row.getBoundingClientRect()
  const at = { clientX: left + 24, clientY: bottom }
  row
    .querySelector('button')
    ?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, ...at }))
}

/** CSS pixels of a rem, also after the text size has changed. */
function useRem(element: { readonly current: HTMLElement | null }): number {
  const [rem, setRem] = useState(13)
  useLayoutEffect(() => {
    const measure = () => setRem(Number.parseFloat(getComputedStyle(document.documentElement).fontSize))
    measure()
    const observer = new ResizeObserver(measure)
    if (element.current) observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return rem
}
