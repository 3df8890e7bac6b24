import Images from 'lucide-react/icons/images'
import type { RefObject } from 'react'
import type { SegmentsDatasetView } from '../../../shared/host/segments-methods.ts'
import { Badge } from '../../ui/badge.tsx'
import { RowList } from '../../ui/row-list.tsx'
import { counted } from '../../ui/text.ts'
import styles from './segments.module.css'
import { text } from './text.ts'

/** Datasets to choose from. */
export function DatasetRows(props: {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly list: readonly SegmentsDatasetView[]
  readonly chosen: string | null
  onChoose(name: string): void
}) {
  const { scroller, list, chosen, onChoose } = props
  return (
    <RowList
      scroller={scroller}
      label={text.datasets}
      rows={list}
      at={Math.max(
        0,
        list.findIndex(({ name }) => name === chosen),
      )}
      keyOf={({ name }) => name}
      words={wordsOf}
      onChoose={(index) => onChoose(list[index]!.name)}
    />
  )
}

function wordsOf({ name, taskType, samples, role, description }: SegmentsDatasetView) {
  const facts = [
    taskType || text.noTask,
    ...(samples === null ? [] : [counted(samples, 'sample')]),
    ...(description ? [description.split('\n')[0]!] : []),
  ]
  return {
    icon: <Images size={16} className={styles.kindIcon} aria-hidden />,
    title: (
      <>
        <strong>{name}</strong> {role && <Badge>{role}</Badge>}
      </>
    ),
    facts: facts.join(' · '),
  }
}
