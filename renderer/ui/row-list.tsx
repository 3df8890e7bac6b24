import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useState } from 'react'
import { moveInGrid } from './grid-keys.ts'
import styles from './row-list.module.css'

/** Two lines of text with room around them, in rem. */
const rowRem = 46 / 13

/** What a row shows: an icon, a name with what belongs to it, and a line of facts. */
export type RowWords = { readonly icon: ReactNode; readonly title: ReactNode; readonly facts?: ReactNode }

/** Rows to choose from, of which only those in sight are there. The list has the focus and names the chosen row. */
export function RowList<Row>(props: {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly label: string
  /** At least one. */
  readonly rows: readonly Row[]
  /** Index of the chosen row. */
  readonly at: number
  /** There are more than are known yet. */
  readonly hasMore?: boolean
  /** Other rows under the same name: the list goes to its chosen one again. */
  readonly place?: unknown
  keyOf(row: Row): string
  words(row: Row): RowWords
  onChoose(index: number): void
  /** Enter, or two clicks. */
  onOpen?(row: Row): void
  /** A key that moves nothing otherwise, or is to do something else; true when it did. */
  onKey?(key: string): boolean
  /** The last row that is there, each time it is another. */
  onLast?(index: number): void
}) {
  const { scroller, label, rows, at, hasMore, place, keyOf, words, onChoose, onOpen, onKey, onLast } = props
  const id = useId()
  const [rowHeight] = useState(() =>
    Math.round(rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
  )
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list goes to what is chosen, whoever chose it
  useEffect(() => {
    virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, place])
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => onLast?.(last), [last, onLast])

  const act = (key: string): boolean => {
    if (onKey?.(key)) return true
    const row = rows[at]
    if (key === 'Enter' && onOpen && row) {
      onOpen(row)
      return true
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
    const next = moveInGrid(key, at, rows.length, 1, page)
    if (next === null || !rows[next]) return false
    onChoose(next)
    return true
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !act(event.key)) return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    <div
      ref={scroller}
      role="grid"
      className={styles.rows}
      aria-label={label}
      aria-rowcount={hasMore ? -1 : rows.length}
      aria-activedescendant={`${id}-${at}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {shown.map(({ index, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          const { icon, title, facts } = words(row)
          return (
            // biome-ignore lint/a11y/useSemanticElements: as its grid
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
            <div
              key={keyOf(row)}
              id={`${id}-${index}`}
              role="row"
              aria-rowindex={index + 1}
              aria-selected={index === at}
              className={styles.row}
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
              onClick={() => onChoose(index)}
              onDoubleClick={() => onOpen?.(row)}
            >
              {/* biome-ignore lint/a11y/useSemanticElements: as its row */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: as its row */}
              <div role="gridcell" className={styles.cell}>
                {icon}
                <span className={styles.what}>
                  <span className={styles.title}>{title}</span>
                  {facts && <span className={styles.facts}>{facts}</span>}
                </span>
              </div>
            </div>
          )
        })}
      </div>
    </div>
  )
}
