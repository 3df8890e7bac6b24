import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useStore } from 'zustand'
import type { Sample } from '../../../shared/host/host-api.ts'
import type { LabelStatus } from '../../../shared/label/status.ts'
import { sharedBaseNames, shortName } from '../../stores/sample-order.ts'
import { useStores } from '../../stores/stores.ts'
import { ContextMenu, MenuItem, MenuLabel, MenuSeparator } from '../../ui/menu.tsx'
import { StatusDot, statusText } from '../../ui/status-dot.tsx'
import { toast } from '../../ui/toasts.tsx'
import styles from './browser.module.css'
import { moveInGrid } from './grid-keys.ts'
import { SampleTile } from './sample-tile.tsx'
import { text } from './text.ts'

const gap = 10
/** Two lines of text, in rem: the caption grows with the text size of the system. */
const captionRem = 48 / 13
/** A person sets these; the others come from work or import. */
const offeredStatuses: readonly LabelStatus[] = [
  'unlabeled',
  'in progress',
  'labeled',
  'reviewed',
  'rejected',
  'skipped',
]

/** Only the rows in sight exist in the page, whatever the size of the library. */
export function SampleGrid({ size, onOpen }: { readonly size: number; onOpen(sampleId: string): void }) {
  const { samples, notices } = useStores()
  const visible = useStore(samples, (state) => state.visible)
  const all = useStore(samples, (state) => state.all)
  const sharedNames = useMemo(() => sharedBaseNames(all), [all])
  const selected = useStore(samples, (state) => state.selected)
  const active = useStore(samples, (state) => state.active)
  const scroller = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  /** CSS pixels. */
  const [rem, setRem] = useState(13)
  /** Where a Shift range starts. */
  const anchor = useRef<string | null>(null)

  useLayoutEffect(() => {
    const element = scroller.current!
    const measure = () => {
      const style = getComputedStyle(element)
      setRem(Number.parseFloat(getComputedStyle(document.documentElement).fontSize))
      setWidth(
        element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight),
      )
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const columns = Math.max(1, Math.floor((width + gap) / (size + gap)))
  const tileWidth = (width - gap * (columns - 1)) / columns
  const pictureHeight = Math.round(tileWidth * 0.75)
  const rowHeight = pictureHeight + Math.ceil(captionRem * rem) + gap
  const rows = useVirtualizer({
    count: Math.ceil(visible.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 3,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are measured anew when their height changes
  useLayoutEffect(() => rows.measure(), [rowHeight])

  const activeIndex = visible.findIndex(({ id }) => id === active)
  // biome-ignore lint/correctness/useExhaustiveDependencies: on coming back, where the person left off; later the keys scroll
  useEffect(() => {
    if (width === 0) return
    scroller.current?.focus({ preventScroll: true })
    if (activeIndex > 0) rows.scrollToIndex(Math.floor(activeIndex / columns), { align: 'center' })
  }, [width > 0])

  function select(index: number, how: { readonly range: boolean; readonly toggle: boolean }) {
    const sample = visible[index]
    if (!sample) return
    if (how.range) {
      const from = Math.max(
        0,
        visible.findIndex(({ id }) => id === anchor.current),
      )
      const ids = visible.slice(Math.min(from, index), Math.max(from, index) + 1).map(({ id }) => id)
      samples.select(ids, sample.id)
    } else if (how.toggle) {
      const next = new Set(selected)
      if (!next.delete(sample.id)) next.add(sample.id)
      anchor.current = sample.id
      samples.select(next, sample.id)
    } else {
      anchor.current = sample.id
      samples.select([sample.id], sample.id)
    }
  }

  const indexAt = (target: EventTarget) => {
    const tile = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
    return tile ? Number(tile.dataset.index) : -1
  }

  function onKeyDown(event: KeyboardEvent) {
    const mod = event.ctrlKey || event.metaKey
    if (event.key === 'Enter' && !mod && active) {
      event.preventDefault()
      return onOpen(active)
    }
    if (event.key === ' ' && activeIndex >= 0) {
      event.preventDefault()
      return select(activeIndex, { range: false, toggle: true })
    }
    if (event.altKey || mod) return
    const perPage = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight))
    const next = moveInGrid(event.key, Math.max(0, activeIndex), visible.length, columns, perPage)
    if (next === null) return
    event.preventDefault()
    select(next, { range: event.shiftKey, toggle: false })
    rows.scrollToIndex(Math.floor(next / columns), { align: 'auto' })
  }

  function onContextMenu(event: MouseEvent) {
    const index = indexAt(event.target)
    const sample = visible[index]
    if (sample && !selected.has(sample.id)) select(index, { range: false, toggle: false })
    if (!sample && active && selected.size === 0) samples.select([active], active)
  }

  async function setStatus(status: LabelStatus) {
    const before = [...selected].flatMap((id) => samples.getState().byId.get(id) ?? [])
    const changed = before.filter((sample) => sample.status !== status)
    if (changed.length === 0) return
    try {
      await samples.setStatus(
        changed.map(({ id }) => id),
        status,
      )
      toast(text.statusSet(changed.length, statusText[status]), {
        label: text.undo,
        run: () => void restore(changed),
      })
    } catch (error) {
      notices.report('samples.status', error)
    }
  }

  async function restore(before: readonly Sample[]) {
    try {
      for (const { id, status } of before) await samples.setStatus([id], status)
    } catch (error) {
      notices.report('samples.status', error)
    }
  }

  const grid = (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label={text.grid}
      aria-multiselectable
      aria-rowcount={rows.options.count}
      aria-colcount={columns}
      aria-activedescendant={activeIndex >= 0 ? `tile-${activeIndex}` : undefined}
      // A grid is one stop of Tab; arrows move inside.
      tabIndex={0}
      onKeyDown={onKeyDown}
      onContextMenu={onContextMenu}
      onClick={(event) => {
        const index = indexAt(event.target)
        if (index >= 0) select(index, { range: event.shiftKey, toggle: event.ctrlKey || event.metaKey })
      }}
      onDoubleClick={(event) => {
        const sample = visible[indexAt(event.target)]
        if (sample) onOpen(sample.id)
      }}
    >
      <div role="presentation" style={{ position: 'relative', height: rows.getTotalSize() }}>
        {width > 0 &&
          rows.getVirtualItems().map((row) => (
            // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the grid, which names the active cell
            <div
              key={row.key}
              role="row"
              aria-rowindex={row.index + 1}
              className={styles.row}
              style={{
                transform: `translateY(${row.start}px)`,
                gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
                gap,
              }}
            >
              {visible.slice(row.index * columns, (row.index + 1) * columns).map((sample, column) => {
                const index = row.index * columns + column
                return (
                  <SampleTile
                    key={sample.id}
                    sample={sample}
                    shownName={shortName(sample.name, sharedNames)}
                    index={index}
                    column={column}
                    isSelected={selected.has(sample.id)}
                    isActive={sample.id === active}
                    pictureHeight={pictureHeight}
                  />
                )
              })}
            </div>
          ))}
      </div>
    </div>
  )

  return (
    <>
      <ContextMenu area={grid}>
        <MenuItem keys="Enter" disabled={!active} onSelect={() => active && onOpen(active)}>
          {text.open}
        </MenuItem>
        <MenuSeparator />
        <MenuLabel>{text.setStatus}</MenuLabel>
        {offeredStatuses.map((status) => (
          <MenuItem key={status} icon={<StatusDot status={status} />} onSelect={() => void setStatus(status)}>
            {statusText[status]}
          </MenuItem>
        ))}
      </ContextMenu>
      <div className={styles.foot}>
        <span role="status">{text.shown(visible.length, all.length)}</span>
        {selected.size > 1 && <span>{text.selected(selected.size)}</span>}
        <span>{text.hint}</span>
      </div>
    </>
  )
}
