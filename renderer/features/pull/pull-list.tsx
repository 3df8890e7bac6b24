import Box from 'lucide-react/icons/box'
import Boxes from 'lucide-react/icons/boxes'
import Folder from 'lucide-react/icons/folder'
import HardDrive from 'lucide-react/icons/hard-drive'
import Package from 'lucide-react/icons/package'
import Tag from 'lucide-react/icons/tag'
import Users from 'lucide-react/icons/users'
import { type ReactNode, type RefObject, useCallback } from 'react'
import { useStore } from 'zustand'
import type { Version } from '../../../shared/host/host-api.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { RowList, type RowWords } from '../../ui/row-list.tsx'
import { formatDay, formatWhen } from '../../ui/text.ts'
import type { Level, Row } from './browse-store.ts'
import styles from './pull.module.css'
import { text } from './text.ts'

/** So near to the end the next page is asked for. */
const nearEnd = 12

/** What lies in one place of the server. */
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
  const versions = useStore(useStores().versions, (state) => state.list)
  const at = Math.max(
    0,
    rows.findIndex(({ key }) => key === cursor),
  )
  const count = rows.length
  const onLast = useCallback(
    (last: number) => {
      if (hasMore && last >= count - nearEnd) onMore()
    },
    [hasMore, count, onMore],
  )
  /** Up and down the levels, as in a tree. */
  const onKey = (key: string) => {
    const row = rows[at]
    if (key === 'ArrowRight' && row) onOpen(row)
    else if (key === 'ArrowLeft') onUp()
    else return false
    return true
  }
  return (
    <RowList
      scroller={scroller}
      label={text.list[level]}
      rows={rows}
      at={at}
      hasMore={hasMore}
      place={level}
      keyOf={({ key }) => key}
      words={(row) => wordsOf(row, row.key === linked, versions)}
      onChoose={(index) => onChoose(rows[index]!.key)}
      onOpen={onOpen}
      onKey={onKey}
      onLast={onLast}
    />
  )
}

const icons = { entity: Users, project: Folder, type: Boxes, collection: Box, version: Package } as const

export function RowIcon({ row, size = 16 }: { readonly row: Row; readonly size?: number }) {
  const Icon = icons[row.kind]
  return <Icon size={size} className={styles.kindIcon} data-kind={row.kind} aria-hidden />
}

function wordsOf(row: Row, isLinked: boolean, versions: readonly Version[]): RowWords {
  const icon = <RowIcon row={row} />
  const named = (name: string, more?: ReactNode) => (
    <>
      <strong>{name}</strong> {isLinked && <Badge tone="accent">{text.linked}</Badge>}
      {more}
    </>
  )
  switch (row.kind) {
    case 'entity':
      return { icon, title: named(row.key) }
    case 'project':
      return { icon, title: named(row.key), facts: text.created(formatDay(row.createdAt)) }
    case 'type':
      return { icon, title: named(row.key), facts: row.description }
    case 'collection': {
      const { name, description, tags, kind, updatedAt, createdAt } = row.collection
      const more = (
        <>
          {kind === 'links' && <Badge>{text.links}</Badge>}
          <Names tags={tags} />
        </>
      )
      const facts = `${formatDay(updatedAt ?? createdAt)}${description && ` · ${description.split('\n')[0]}`}`
      return { icon, title: named(name, more), facts }
    }
    case 'version': {
      const { version, aliases, tags, files, bytes, createdAt, createdBy, versionHere } = row.artifact
      const number = versions.find(({ id }) => id === versionHere)?.number ?? null
      const by = createdBy === null ? '' : createdBy.kind === 'run' ? createdBy.title : createdBy.name
      const more = (
        <>
          {versionHere !== null && (
            <Badge tone="success" icon={<HardDrive size={12} />}>
              {text.here(number)}
            </Badge>
          )}
          <Names aliases={aliases.filter((name) => name !== version)} tags={tags} />
        </>
      )
      const facts = (
        <>
          {text.size(files, bytes)} · <time>{formatWhen(createdAt)}</time>
          {by && ` · ${by}`}
        </>
      )
      return { icon, title: named(version, more), facts }
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
