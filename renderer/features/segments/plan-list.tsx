import { useVirtualizer } from '@tanstack/react-virtual'
import ArrowDown from 'lucide-react/icons/arrow-down'
import ArrowLeftRight from 'lucide-react/icons/arrow-left-right'
import ArrowUp from 'lucide-react/icons/arrow-up'
import CirclePlus from 'lucide-react/icons/circle-plus'
import CloudOff from 'lucide-react/icons/cloud-off'
import EyeOff from 'lucide-react/icons/eye-off'
import Trash2 from 'lucide-react/icons/trash-2'
import { type KeyboardEvent, type RefObject, useEffect, useId, useState } from 'react'
import type { SegmentsPlanItem } from '../../../shared/host/segments-methods.ts'
import { Badge } from '../../ui/badge.tsx'
import { moveInGrid } from '../../ui/grid-keys.ts'
import { type Group, groupOf } from './fate-group.ts'
import styles from './segments.module.css'
import { text } from './text.ts'

/** Two lines of text with room around them, in rem. */
const rowRem = 46 / 13
const icons = {
  send: ArrowUp,
  get: ArrowDown,
  both: ArrowLeftRight,
  new: CirclePlus,
  goneThere: CloudOff,
  goneHere: Trash2,
  kept: EyeOff,
} satisfies Record<Group, unknown>

export function GroupIcon({ group, size = 16 }: { readonly group: Group; readonly size?: number }) {
  const Icon = icons[group]
  return <Icon size={size} className={styles.kindIcon} data-group={group} aria-hidden />
}

/** Samples that differ, by name. The grid has the focus; only rows in sight are there. */
export function PlanList(props: {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly items: readonly SegmentsPlanItem[]
  readonly cursor: number
  onCursor(index: number): void
  /** Enter on a sample that is here. */
  onOpen(sampleId: string): void
}) {
  const { scroller, items, cursor, onCursor, onOpen } = props
  const id = useId()
  const [rowHeight] = useState(() =>
    Math.round(rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
  )
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  })
  const at = Math.min(cursor, items.length - 1)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list goes to its cursor, whoever moved it
  useEffect(() => {
    if (items.length > 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, items])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (event.key === 'Enter') {
      const sample = items[at]?.sampleId
      if (sample) onOpen(sample)
    } else {
      const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
      const next = moveInGrid(event.key, at, items.length, 1, page)
      if (next === null || !items[next]) return
      onCursor(next)
    }
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    <div
      ref={scroller}
      role="grid"
      className={styles.rows}
      aria-label={text.list}
      aria-rowcount={items.length}
      aria-activedescendant={items.length > 0 ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const item = items[index]
          if (!item) return null
          return (
            // biome-ignore lint/a11y/useSemanticElements: as its grid
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
            <div
              key={`${item.sampleId} ${item.uuid}`}
              id={`${id}-${index}`}
              role="row"
              aria-rowindex={index + 1}
              aria-selected={index === at}
              className={styles.row}
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
              onClick={() => onCursor(index)}
              onDoubleClick={() => item.sampleId && onOpen(item.sampleId)}
            >
              {/* biome-ignore lint/a11y/useSemanticElements: as its row */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: as its row */}
              <div role="gridcell" className={styles.cell}>
                <Words item={item} />
              </div>
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Words({ item }: { readonly item: SegmentsPlanItem }) {
  const { name, fate, statusThere, overwritesReviewed, note } = item
  const group = groupOf(fate)
  const facts = [
    text.fates[fate],
    ...(statusThere ? [text.statusThere(statusThere)] : []),
    ...(note ? [note] : []),
  ]
  return (
    <>
      {group && <GroupIcon group={group} />}
      <span className={styles.what}>
        <span className={styles.rowTitle}>
          <strong>{name}</strong>
          {overwritesReviewed && <Badge tone="warning">{text.reviewed}</Badge>}
        </span>
        <span className={styles.facts}>{facts.join(' · ')}</span>
      </span>
    </>
  )
}
