import ArrowDown from 'lucide-react/icons/arrow-down'
import ArrowLeftRight from 'lucide-react/icons/arrow-left-right'
import ArrowUp from 'lucide-react/icons/arrow-up'
import CirclePlus from 'lucide-react/icons/circle-plus'
import CloudOff from 'lucide-react/icons/cloud-off'
import EyeOff from 'lucide-react/icons/eye-off'
import Trash2 from 'lucide-react/icons/trash-2'
import type { RefObject } from 'react'
import type { SegmentsPlanItem } from '../../../shared/host/segments-methods.ts'
import { Badge } from '../../ui/badge.tsx'
import { RowList } from '../../ui/row-list.tsx'
import { type Group, groupOf } from './fate-group.ts'
import styles from './segments.module.css'
import { text } from './text.ts'

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

/** Samples that differ, by name. */
export function PlanList(props: {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly items: readonly SegmentsPlanItem[]
  readonly cursor: number
  onCursor(index: number): void
  /** Enter on a sample that is here. */
  onOpen(sampleId: string): void
}) {
  const { scroller, items, cursor, onCursor, onOpen } = props
  return (
    <RowList
      scroller={scroller}
      label={text.list}
      rows={items}
      at={Math.min(cursor, items.length - 1)}
      place={items}
      keyOf={({ sampleId, uuid }) => `${sampleId} ${uuid}`}
      words={wordsOf}
      onChoose={onCursor}
      onOpen={({ sampleId }) => sampleId && onOpen(sampleId)}
    />
  )
}

function wordsOf({ name, fate, statusThere, overwritesReviewed, note }: SegmentsPlanItem) {
  const group = groupOf(fate)
  const facts = [
    text.fates[fate],
    ...(statusThere ? [text.statusThere(statusThere)] : []),
    ...(note ? [note] : []),
  ]
  return {
    icon: group && <GroupIcon group={group} />,
    title: (
      <>
        <strong>{name}</strong>
        {overwritesReviewed && <Badge tone="warning">{text.reviewed}</Badge>}
      </>
    ),
    facts: facts.join(' · '),
  }
}
