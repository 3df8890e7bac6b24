import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { flushSync } from 'react-dom'
import { moveInGrid } from './grid-keys.ts'
import styles from './tile-grid.module.css'

const gap = 10

/** Where a tile stands, and how wide it may be, in CSS pixels. */
export type TilePlace = { readonly index: number; readonly column: number; readonly width: number }

/**
 * Tiles of equal size, of which only the rows in sight exist in the page. The grid has the focus, moves by keys and names
 * the active tile, so a tile needs `id` (`<name>-<index>`), `data-index`, `role="gridcell"` and, when it is the active one,
 * `data-active`.
 */
export function TileGrid(props: {
  /** Begins the ids of the tiles. */
  readonly name: string
  readonly label: string
  readonly multiselectable?: boolean
  readonly count: number
  readonly active: number
  /** The width that tiles have about, in CSS pixels. */
  readonly wantedWidth: number
  /** Height of a tile of a width, when a rem has so many CSS pixels. */
  heightOf(width: number, rem: number): number
  readonly tile: (place: TilePlace) => ReactNode
  onActive(index: number): void
  onKey(key: 'Enter' | ' '): void
  onClick(index: number): void
  onDoubleClick?(index: number): void
}) {
  const { name, count, active, wantedWidth } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [rem, setRem] = useState(13)
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
    element.focus({ preventScroll: true })
    // In the frame that changed the size: no frame is painted with the columns of another width.
    const observer = new ResizeObserver(() => flushSync(measure))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const columns = Math.max(1, Math.floor((width + gap) / (wantedWidth + gap)))
  const tileWidth = Math.max(48, Math.floor((width - gap * (columns - 1)) / columns))
  const rowHeight = props.heightOf(tileWidth, rem) + gap
  const rows = useVirtualizer({
    count: Math.ceil(count / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 2,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are measured anew when their height changes
  useLayoutEffect(() => rows.measure(), [rowHeight])
  // biome-ignore lint/correctness/useExhaustiveDependencies: on coming back, where the person left off
  useEffect(() => {
    if (width > 0 && active > 0) rows.scrollToIndex(Math.floor(active / columns), { align: 'center' })
  }, [width > 0])

  const at = (event: MouseEvent, act: ((index: number) => void) | undefined) => {
    const tile = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null
    if (tile) act?.(Number(tile.dataset.index))
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      return props.onKey(event.key)
    }
    const perPage = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight))
    const next = moveInGrid(event.key, active, count, columns, perPage)
    if (next === null) return
    event.preventDefault()
    event.stopPropagation()
    rows.scrollToIndex(Math.floor(next / columns), { align: 'auto' })
    props.onActive(next)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    <div
      ref={scroller}
      className={styles.grid}
      role="grid"
      aria-label={props.label}
      aria-multiselectable={props.multiselectable}
      aria-rowcount={rows.options.count}
      aria-colcount={columns}
      aria-activedescendant={count > 0 ? `${name}-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={(event) => at(event, props.onClick)}
      onDoubleClick={(event) => at(event, props.onDoubleClick)}
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
              {Array.from({ length: Math.min(columns, count - row.index * columns) }, (_, column) =>
                props.tile({ index: row.index * columns + column, column, width: tileWidth }),
              )}
            </div>
          ))}
      </div>
    </div>
  )
}
