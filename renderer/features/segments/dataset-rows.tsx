import { useVirtualizer } from '@tanstack/react-virtual'
import Images from 'lucide-react/icons/images'
import { type KeyboardEvent, type RefObject, useEffect, useId, useState } from 'react'
import type { SegmentsDatasetView } from '../../../shared/host/segments-methods.ts'
import { Badge } from '../../ui/badge.tsx'
import { moveInGrid } from '../../ui/grid-keys.ts'
import { counted } from '../../ui/text.ts'
import styles from './segments.module.css'
import { text } from './text.ts'

/** Two lines of text with room around them, in rem. */
const rowRem = 46 / 13

/** Datasets to choose from. The grid has the focus; only rows in sight are there. */
export function DatasetRows(props: {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly list: readonly SegmentsDatasetView[]
  readonly chosen: string | null
  onChoose(name: string): void
}) {
  const { scroller, list, chosen, onChoose } = props
  const id = useId()
  const [rowHeight] = useState(() =>
    Math.round(rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
  )
  const virtual = useVirtualizer({
    count: list.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  })
  const at = Math.max(
    0,
    list.findIndex(({ name }) => name === chosen),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list goes to what is chosen, whoever chose it
  useEffect(() => {
    virtual.scrollToIndex(at, { align: 'auto' })
  }, [at])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
    const next = moveInGrid(event.key, at, list.length, 1, page)
    if (next === null || !list[next]) return
    event.preventDefault()
    event.stopPropagation()
    onChoose(list[next].name)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    <div
      ref={scroller}
      role="grid"
      className={styles.rows}
      aria-label={text.datasets}
      aria-rowcount={list.length}
      aria-activedescendant={`${id}-${at}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const dataset = list[index]
          if (!dataset) return null
          const { name, taskType, samples, role, description } = dataset
          const facts = [
            taskType || text.noTask,
            ...(samples === null ? [] : [counted(samples, 'sample')]),
            ...(description ? [description.split('\n')[0]!] : []),
          ]
          return (
            // biome-ignore lint/a11y/useSemanticElements: as its grid
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
            <div
              key={name}
              id={`${id}-${index}`}
              role="row"
              aria-rowindex={index + 1}
              aria-selected={index === at}
              className={styles.row}
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
              onClick={() => onChoose(name)}
            >
              {/* biome-ignore lint/a11y/useSemanticElements: as its row */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: as its row */}
              <div role="gridcell" className={styles.cell}>
                <Images size={16} className={styles.kindIcon} aria-hidden />
                <span className={styles.what}>
                  <span className={styles.rowTitle}>
                    <strong>{name}</strong> {role && <Badge>{role}</Badge>}
                  </span>
                  <span className={styles.facts}>{facts.join(' · ')}</span>
                </span>
              </div>
            </div>
          )
        })}
      </div>
    </div>
  )
}
