import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { flushSync } from 'react-dom'
import { useStore } from 'zustand'
import { overlayColors } from '../../stores/overlay-colors.ts'
import { sharedBaseNames, shortName } from '../../stores/sample-order.ts'
import { isIn } from '../../stores/sample-selection.ts'
import { windowSize } from '../../stores/samples.ts'
import { useStores } from '../../stores/stores.ts'
import { moveInGrid } from '../../ui/grid-keys.ts'
import { ContextMenu } from '../../ui/menu.tsx'
import styles from './browser.module.css'
import type { GridViewStore } from './grid-view.ts'
import { ListHead, SampleRow } from './sample-row.tsx'
import { SampleTile } from './sample-tile.tsx'
import { SelectionMenu } from './selection-menu.tsx'
import { text } from './text.ts'

const gap = 10
/** Two lines of text, in rem: the caption grows with the text size of the system. */
const captionRem = 48 / 13
const rowRem = 44 / 13
/** A press that moved less than this, in CSS pixels, is a click. */
const slack = 4

type Band = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** Images as tiles or as lines. Only the rows in sight exist in the page, whatever the size of the library. */
export function SampleGrid({
  view,
  onOpen,
}: {
  readonly view: GridViewStore
  onOpen(sampleId: string): void
}) {
  const { samples, categories } = useStores()
  const { size, layout, overlay } = useStore(view)
  const total = useStore(samples, (state) => state.total)
  const windows = useStore(samples, (state) => state.windows)
  const selection = useStore(samples, (state) => state.selection)
  const active = useStore(samples, (state) => state.active)
  const palette = useStore(categories, (state) => state.list)
  const scroller = useRef<HTMLDivElement>(null)
  /** As wide as a rem, so that another text size is noticed. */
  const measureOfText = useRef<HTMLSpanElement>(null)
  const [width, setWidth] = useState(0)
  /** CSS pixels. */
  const [rem, setRem] = useState(13)
  const [band, setBand] = useState<Band | null>(null)
  const sharedNames = useMemo(
    () => sharedBaseNames([...windows.values()].flat().flatMap((sample) => sample ?? [])),
    [windows],
  )
  const colors = useMemo(() => (overlay ? overlayColors(palette) : null), [overlay, palette])

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
    // In the frame that changed the size: no frame is painted with the columns of another width.
    const observer = new ResizeObserver(() => flushSync(measure))
    observer.observe(element)
    observer.observe(measureOfText.current!)
    return () => observer.disconnect()
  }, [])

  const isList = layout === 'list'
  // What stands under a picture needs room of its own: tiles grow with the text.
  const least = Math.min(width, (size * rem) / 13)
  const columns = isList ? 1 : Math.max(1, Math.floor((width + gap) / (least + gap)))
  const tileWidth = (width - gap * (columns - 1)) / columns
  const pictureHeight = Math.round(tileWidth * 0.75)
  const rowHeight = isList ? Math.ceil(rowRem * rem) : pictureHeight + Math.ceil(captionRem * rem) + gap
  const rows = useVirtualizer({
    count: Math.ceil(total / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: isList ? 10 : 3,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are measured anew when their height changes
  useLayoutEffect(() => rows.measure(), [rowHeight])

  const shown = rows.getVirtualItems()
  const from = (shown[0]?.index ?? 0) * columns
  const to = ((shown.at(-1)?.index ?? 0) + 1) * columns
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order or a window that went is asked for anew
  useEffect(() => samples.want(from, to), [samples, from, to, windows])

  // biome-ignore lint/correctness/useExhaustiveDependencies: on coming back, where the person left off; later the keys scroll
  useEffect(() => {
    if (width === 0) return
    if (document.activeElement === document.body) scroller.current?.focus({ preventScroll: true })
    if (active.index > 0) rows.scrollToIndex(Math.floor(active.index / columns), { align: 'center' })
  }, [width > 0, layout])

  const indexAt = (target: EventTarget) => {
    const tile = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
    return tile ? Number(tile.dataset.index) : -1
  }

  function choose(index: number, how: { readonly range: boolean; readonly toggle: boolean }) {
    if (index < 0 || index >= total) return
    const sample = samples.at(index)
    if (how.range) void samples.selectTo(index).catch(() => {})
    else if (how.toggle) samples.toggle(index)
    else samples.select({ kind: 'some', ids: new Set(sample ? [sample.id] : []) }, index)
  }

  function onKeyDown(event: KeyboardEvent) {
    const mod = event.ctrlKey || event.metaKey
    const current = samples.at(active.index)
    if (event.key === 'Enter' && !mod && !event.shiftKey && current) {
      event.preventDefault()
      return onOpen(current.id)
    }
    if (event.key === ' ' && total > 0) {
      event.preventDefault()
      return samples.toggle(active.index)
    }
    if (event.altKey) return
    const perPage = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight))
    const next = moveInGrid(event.key, active.index, total, columns, perPage)
    if (next === null) return
    event.preventDefault()
    rows.scrollToIndex(Math.floor(next / columns), { align: 'auto' })
    // With Ctrl the cursor moves alone, so that Space can choose here and there.
    if (mod) return samples.setState({ active: { index: next, id: samples.at(next)?.id ?? null } })
    choose(next, { range: event.shiftKey, toggle: false })
  }

  function onContextMenu(event: MouseEvent) {
    const index = indexAt(event.target)
    const sample = samples.at(index)
    if (sample && !samples.isSelected(sample.id)) choose(index, { range: false, toggle: false })
    if (!sample && samples.selectedCount() === 0) choose(active.index, { range: false, toggle: false })
  }

  /** Dragging from the free space between tiles, or with Shift from anywhere, selects what a rectangle touches. */
  function onPointerDown(event: PointerEvent<HTMLDivElement>) {
    const element = scroller.current!
    const onTile = indexAt(event.target) >= 0
    if (event.button !== 0 || isList || (onTile && !event.altKey) || event.pointerType === 'touch') return
    if (event.clientX > element.getBoundingClientRect().left + element.clientWidth) return
    const place = (each: { clientX: number; clientY: number }) => {
      const box = element.getBoundingClientRect()
      const padding = Number.parseFloat(getComputedStyle(element).paddingLeft)
      return { x: each.clientX - box.left - padding, y: each.clientY - box.top + element.scrollTop - padding }
    }
    const start = place(event)
    const before = event.ctrlKey || event.metaKey || event.shiftKey ? selection : null
    const { pointerId } = event
    element.setPointerCapture(pointerId)
    let moved = false
    const move = (each: globalThis.PointerEvent) => {
      const now = place(each)
      if (!moved && Math.hypot(now.x - start.x, now.y - start.y) < slack) return
      moved = true
      const box = element.getBoundingClientRect()
      if (each.clientY < box.top + 24) element.scrollBy(0, -16)
      if (each.clientY > box.bottom - 24) element.scrollBy(0, 16)
      const next = {
        x: Math.min(start.x, now.x),
        y: Math.min(start.y, now.y),
        width: Math.abs(now.x - start.x),
        height: Math.abs(now.y - start.y),
      }
      setBand(next)
      const ids = new Set(before?.kind === 'some' ? before.ids : [])
      const [firstRow, lastRow] = [
        Math.floor(next.y / rowHeight),
        Math.floor((next.y + next.height) / rowHeight),
      ]
      for (let row = Math.max(0, firstRow); row <= lastRow; row++) {
        for (let column = 0; column < columns; column++) {
          const left = column * (tileWidth + gap)
          if (left > next.x + next.width || left + tileWidth < next.x) continue
          const top = row * rowHeight
          if (top > next.y + next.height || top + rowHeight - gap < next.y) continue
          const sample = samples.at(row * columns + column)
          if (sample) ids.add(sample.id)
        }
      }
      samples.setState({ selection: { kind: 'some', ids } })
    }
    const end = () => {
      element.removeEventListener('pointermove', move)
      element.removeEventListener('pointerup', end)
      element.removeEventListener('pointercancel', end)
      setBand(null)
      if (!moved && !before) samples.setState({ selection: { kind: 'some', ids: new Set() } })
    }
    element.addEventListener('pointermove', move)
    element.addEventListener('pointerup', end)
    element.addEventListener('pointercancel', end)
  }

  const grid = (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    <div
      ref={scroller}
      className={styles.scroller}
      data-layout={layout}
      role="grid"
      aria-label={text.grid}
      aria-multiselectable
      aria-rowcount={rows.options.count}
      aria-colcount={columns}
      aria-activedescendant={total > 0 ? `tile-${active.index}` : undefined}
      // A grid is one stop of Tab; arrows move inside.
      tabIndex={0}
      onKeyDown={onKeyDown}
      onContextMenu={onContextMenu}
      onPointerDown={onPointerDown}
      onClick={(event) => {
        const index = indexAt(event.target)
        if (index >= 0) choose(index, { range: event.shiftKey, toggle: event.ctrlKey || event.metaKey })
      }}
      onDoubleClick={(event) => {
        const sample = samples.at(indexAt(event.target))
        if (sample) onOpen(sample.id)
      }}
    >
      <span ref={measureOfText} className={styles.textSize} aria-hidden />
      <div role="presentation" style={{ position: 'relative', height: rows.getTotalSize() }}>
        {width > 0 &&
          shown.map((row) => (
            // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the grid, which names the active cell
            <div
              key={row.key}
              role="row"
              aria-rowindex={row.index + 1}
              className={styles.row}
              style={{
                transform: `translateY(${row.start}px)`,
                ...(!isList && { gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, gap }),
              }}
            >
              {Array.from({ length: Math.min(columns, total - row.index * columns) }, (_, column) => {
                const index = row.index * columns + column
                const sample = windows.get(Math.floor(index / windowSize))?.[index % windowSize] ?? null
                const props = {
                  sample,
                  index,
                  isSelected: sample !== null && isIn(selection, sample.id),
                  isActive: index === active.index,
                  colors,
                }
                return isList ? (
                  <SampleRow key={index} {...props} height={rowHeight} />
                ) : (
                  <SampleTile
                    key={index}
                    {...props}
                    column={column}
                    shownName={sample ? shortName(sample.name, sharedNames) : ''}
                    pictureHeight={pictureHeight}
                  />
                )
              })}
            </div>
          ))}
        {band && (
          <div
            className={styles.band}
            style={{
              transform: `translate(${band.x}px, ${band.y}px)`,
              width: band.width,
              height: band.height,
            }}
          />
        )}
      </div>
    </div>
  )

  return (
    // Columns keep their width and are scrolled to where there is less, as at twice the text size.
    <div className={styles.frame} data-layout={layout}>
      {isList && <ListHead />}
      <ContextMenu area={grid}>
        <SelectionMenu onOpen={onOpen} />
      </ContextMenu>
    </div>
  )
}
