import { useVirtualizer } from '@tanstack/react-virtual'
import Box from 'lucide-react/icons/box'
import Boxes from 'lucide-react/icons/boxes'
import Folder from 'lucide-react/icons/folder'
import HardDrive from 'lucide-react/icons/hard-drive'
import Package from 'lucide-react/icons/package'
import Tag from 'lucide-react/icons/tag'
import Users from 'lucide-react/icons/users'
import { type KeyboardEvent, type RefObject, useEffect, useId, useState } from 'react'
import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { moveInGrid } from '../../ui/grid-keys.ts'
import { formatDay, formatWhen } from '../../ui/text.ts'
import type { Level, Row } from './browse-store.ts'
import styles from './pull.module.css'
import { text } from './text.ts'

/** Two lines of text with room around them, in rem. */
const rowRem = 46 / 13
/** So near to the end the next page is asked for. */
const nearEnd = 12

/** What lies in one place of the server. The grid has the focus; only rows in sight are there. */
export function PullList(props: {
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly level: Level
  readonly rows: readonly Row[]
  readonly cursor: string | null
  readonly hasMore: boolean
  /** Names of the linked place on this level. */
  readonly linked: string | null
  onChoose(key: string): void
  onOpen(row: Row): void
  onUp(): void
  onMore(): void
}) {
  const { scroller, level, rows, cursor, hasMore, linked, onChoose, onOpen, onUp, onMore } = props
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
  const at = Math.max(
    0,
    rows.findIndex(({ key }) => key === cursor),
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list goes to what is chosen, whoever chose it
  useEffect(() => {
    if (rows.length > 0) virtual.scrollToIndex(at, { align: 'auto' })
  }, [at, level])
  const shown = virtual.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && last >= rows.length - nearEnd) onMore()
  }, [hasMore, last, rows.length, onMore])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const row = rows[at]
    if ((event.key === 'Enter' || event.key === 'ArrowRight') && row) {
      event.preventDefault()
      event.stopPropagation()
      return onOpen(row)
    }
    if (event.key === 'ArrowLeft') {
      event.preventDefault()
      event.stopPropagation()
      return onUp()
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
    const next = moveInGrid(event.key, at, rows.length, 1, page)
    if (next === null || !rows[next]) return
    event.preventDefault()
    event.stopPropagation()
    onChoose(rows[next].key)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    <div
      ref={scroller}
      role="grid"
      className={styles.rows}
      aria-label={text.list[level]}
      aria-rowcount={hasMore ? -1 : rows.length}
      aria-activedescendant={rows.length > 0 ? `${id}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {shown.map(({ index, start }) => {
          const row = rows[index]
          if (!row) return null
          return (
            // biome-ignore lint/a11y/useSemanticElements: as its grid
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
            <div
              key={row.key}
              id={`${id}-${index}`}
              role="row"
              aria-rowindex={index + 1}
              aria-selected={index === at}
              className={styles.row}
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
              onClick={() => onChoose(row.key)}
              onDoubleClick={() => onOpen(row)}
            >
              {/* biome-ignore lint/a11y/useSemanticElements: as its row */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: as its row */}
              <div role="gridcell" className={styles.cell}>
                <RowIcon row={row} />
                <span className={styles.what}>
                  <RowWords row={row} isLinked={row.key === linked} />
                </span>
              </div>
            </div>
          )
        })}
      </div>
    </div>
  )
}

const icons = { entity: Users, project: Folder, type: Boxes, collection: Box, version: Package } as const

export function RowIcon({ row, size = 16 }: { readonly row: Row; readonly size?: number }) {
  const Icon = icons[row.kind]
  return <Icon size={size} className={styles.kindIcon} data-kind={row.kind} aria-hidden />
}

function RowWords({ row, isLinked }: { readonly row: Row; readonly isLinked: boolean }) {
  const versions = useStore(useStores().versions, (state) => state.list)
  const linked = isLinked && <Badge tone="accent">{text.linked}</Badge>
  switch (row.kind) {
    case 'entity':
      return (
        <span className={styles.title}>
          <strong>{row.key}</strong> {linked}
        </span>
      )
    case 'project':
      return (
        <>
          <span className={styles.title}>
            <strong>{row.key}</strong> {linked}
          </span>
          <span className={styles.facts}>{text.created(formatDay(row.createdAt))}</span>
        </>
      )
    case 'type':
      return (
        <>
          <span className={styles.title}>
            <strong>{row.key}</strong>
          </span>
          {row.description && <span className={styles.facts}>{row.description}</span>}
        </>
      )
    case 'collection': {
      const { name, description, tags, kind, updatedAt, createdAt } = row.collection
      return (
        <>
          <span className={styles.title}>
            <strong>{name}</strong>
            {kind === 'links' && <Badge>{text.links}</Badge>}
            <Names tags={tags} />
          </span>
          <span className={styles.facts}>
            {formatDay(updatedAt ?? createdAt)}
            {description && ` · ${description.split('\n')[0]}`}
          </span>
        </>
      )
    }
    case 'version': {
      const { version, aliases, tags, files, bytes, createdAt, createdBy, versionHere } = row.artifact
      const number = versions.find(({ id }) => id === versionHere)?.number ?? null
      const by = createdBy === null ? '' : createdBy.kind === 'run' ? createdBy.title : createdBy.name
      return (
        <>
          <span className={styles.title}>
            <strong>{version}</strong>
            {versionHere !== null && (
              <Badge tone="success" icon={<HardDrive size={12} />}>
                {text.here(number)}
              </Badge>
            )}
            <Names aliases={aliases.filter((name) => name !== version)} tags={tags} />
          </span>
          <span className={styles.facts}>
            {text.size(files, bytes)} · <time>{formatWhen(createdAt)}</time>
            {by && ` · ${by}`}
          </span>
        </>
      )
    }
  }
}

/** Aliases stand out, as they are what people ask for. */
function Names(props: { readonly aliases?: readonly string[]; readonly tags: readonly string[] }) {
  return (
    <>
      {(props.aliases ?? []).map((name) => (
        <Badge key={`a ${name}`} tone={name === 'latest' ? 'accent' : 'neutral'} icon={<Tag size={12} />}>
          {name}
        </Badge>
      ))}
      {props.tags.map((name) => (
        <Badge key={`t ${name}`}>#{name}</Badge>
      ))}
    </>
  )
}
