import { memo } from 'react'
import { useStore } from 'zustand'
import type { SampleSort } from '../../../shared/dataset/sample-filter.ts'
import type { Sample } from '../../../shared/host/host-api.ts'
import { useStores } from '../../stores/stores.ts'
import { StatusDot, statusText } from '../../ui/status-dot.tsx'
import { formatWhen } from '../../ui/text.ts'
import styles from './browser.module.css'
import { nameFor, Picture } from './sample-tile.tsx'
import { text } from './text.ts'
import { markText, useVersionMark, VersionMark } from './version-mark.tsx'

type RowProps = {
  /** Null while it is being read. */
  readonly sample: Sample | null
  readonly index: number
  readonly isSelected: boolean
  readonly isActive: boolean
  readonly colors: string | null
  /** CSS pixels. */
  readonly height: number
}

/** One image as a line. */
export const SampleRow = memo(function SampleRow(props: RowProps) {
  const { sample, index, isSelected, isActive, colors, height } = props
  const mark = useVersionMark(sample?.id)
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the grid, which names the active cell
    <div
      id={`tile-${index}`}
      role="gridcell"
      aria-colindex={1}
      aria-selected={isSelected}
      aria-label={sample ? nameFor(sample, mark ? markText(mark) : '') : text.grid}
      data-index={index}
      data-active={isActive || undefined}
      data-waiting={sample === null || undefined}
      className={styles.line}
      style={{ height: height - 2 }}
    >
      {sample && (
        <>
          <span className={styles.thumb}>
            <Picture sample={sample} colors={colors} />
          </span>
          <span className={styles.name} title={sample.name}>
            {sample.name} <VersionMark sampleId={sample.id} />
          </span>
          <span className={styles.state}>
            <StatusDot status={sample.status} /> {statusText[sample.status]}
          </span>
          <span>{sample.objectCount}</span>
          <span>{shareOf(sample)}</span>
          <span className={styles.name} title={sample.tags.join(', ')}>
            {sample.tags.join(', ')}
          </span>
          <span>{sample.split ?? ''}</span>
          <span>{formatWhen(sample.modifiedAt)}</span>
        </>
      )}
    </div>
  )
})

function shareOf({ labeledPixels, width, height }: Sample): string {
  const share = (100 * labeledPixels) / (width * height)
  return labeledPixels === 0 ? '' : share < 1 ? '< 1 %' : `${Math.floor(share)} %`
}

const columns: readonly (readonly [keyof typeof text.columns, SampleSort['by'] | null])[] = [
  ['name', 'name'],
  ['status', 'status'],
  ['objects', 'objects'],
  ['labeled', 'labeled'],
  ['tags', null],
  ['split', null],
  ['modified', 'modified'],
]

/** Names of the columns; those that can be sorted by are buttons. */
export function ListHead() {
  const { samples } = useStores()
  const sort = useStore(samples, (state) => state.sort)
  return (
    <div className={styles.listHead}>
      <span />
      {columns.map(([key, by]) =>
        by === null ? (
          <span key={key}>{text.columns[key]}</span>
        ) : (
          <button
            key={key}
            type="button"
            aria-pressed={sort.by === by}
            onClick={() => samples.setSort({ by, reversed: sort.by === by && !sort.reversed })}
          >
            {text.columns[key]}
            {sort.by === by && <span aria-hidden="true">{sort.reversed ? '↑' : '↓'}</span>}
          </button>
        ),
      )}
    </div>
  )
}
