import { useVirtualizer } from '@tanstack/react-virtual'
import GitBranch from 'lucide-react/icons/git-branch'
import Hash from 'lucide-react/icons/hash'
import Tag from 'lucide-react/icons/tag'
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { type GraphLayout, layoutGraph } from '../../../shared/history/graph-layout.ts'
import type { OutboxEntry, Version } from '../../../shared/host/host-api.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { formatWhen } from '../../ui/text.ts'
import { GraphLanes } from './graph-lanes.tsx'
import styles from './history.module.css'
import { historyStore } from './history-store.ts'
import { labeledShares, ProgressLine } from './progress-line.tsx'
import { RowSync } from './row-sync.tsx'
import { versionsWithTag } from './tag-bar.tsx'
import { text } from './text.ts'

/** Two lines of text with room around them, in rem. */
const rowRem = 54 / 13

/** Working copy on top, then every version, newest first, with the lines between them; only rows in sight are there. */
export function VersionList({ onOpen }: { onOpen(): void }) {
  const { versions, versionWork, sync } = useStores()
  const all = useStore(versions, (state) => state.list)
  const draft = useStore(versions, (state) => state.draft)
  const branches = useStore(versionWork, (state) => state.branches)
  const aliases = useStore(versionWork, (state) => state.aliases)
  const tags = useStore(versionWork, (state) => state.tags)
  const tag = useStore(historyStore, (state) => state.tag)
  const list = useMemo(() => {
    const only = versionsWithTag(tag, tags)
    return only ? all.filter(({ id }) => only.has(id)) : all
  }, [all, tag, tags])
  const status = useStore(sync, (state) => state.status)
  const selected = useStore(historyStore, (state) => state.selected)
  const marked = useStore(historyStore, (state) => state.marked)
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  // Rows grow with the text size of the system.
  const [rowHeight] = useState(() =>
    Math.round(rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
  )
  const head = branches.find(({ isCurrent }) => isCurrent)?.version ?? all[0]?.id ?? null
  const layout: GraphLayout = useMemo(() => layoutGraph(list, head), [list, head])
  const names = useMemo(() => {
    const found = new Map<string, ShownName[]>()
    const add = (version: string | null, name: string, kind: ShownName['kind'], isCurrent: boolean) => {
      if (version !== null) found.set(version, [...(found.get(version) ?? []), { name, kind, isCurrent }])
    }
    for (const { name, version, isCurrent } of branches) add(version, name, 'branch', isCurrent)
    for (const { name, version } of aliases) add(version, name, 'alias', false)
    for (const { tag, version } of tags) add(version, tag, 'tag', false)
    return found
  }, [branches, aliases, tags])
  const byId = useMemo(() => new Map(all.map((version) => [version.id, version])), [all])
  const entries = useMemo(
    () => Map.groupBy(status?.entries ?? [], (entry: OutboxEntry) => entry.version),
    [status?.entries],
  )
  const rows = useVirtualizer({
    count: list.length + 1,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
  })
  const place = list.findIndex((version) => version.id === selected)
  // One that is chosen need not be listed.
  const at = selected === null ? 0 : place < 0 ? -1 : place + 1
  useEffect(() => scroller.current?.focus({ preventScroll: true }), [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list goes to what is chosen, whoever chose it
  useEffect(() => {
    if (at >= 0) rows.scrollToIndex(at, { align: 'auto' })
  }, [at])

  const choose = (index: number) =>
    historyStore.setState({ selected: index <= 0 ? null : (list[index - 1]?.id ?? null) })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: list.length,
    }
    const next = moves[event.key]
    if (next !== undefined) {
      event.preventDefault()
      event.stopPropagation()
      choose(Math.min(list.length, Math.max(0, next)))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      onOpen()
    }
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    <div
      ref={scroller}
      className={styles.rows}
      role="grid"
      aria-label={text.list}
      aria-rowcount={list.length + 1}
      aria-activedescendant={`${id}-${Math.max(0, at)}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const version = index === 0 ? null : list[index - 1]!
          const row = index === 0 ? null : (layout.rows[index - 1] ?? null)
          const refs = version ? (names.get(version.id) ?? []) : []
          return (
            // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
            // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
            <div
              key={version?.id ?? 'working copy'}
              id={`${id}-${index}`}
              role="row"
              aria-selected={index === at}
              aria-rowindex={index + 1}
              data-active={index === Math.max(0, at) || undefined}
              className={styles.line}
              style={{ transform: `translateY(${start}px)`, height: rowHeight }}
              onClick={() => choose(index)}
              onDoubleClick={onOpen}
            >
              {/* biome-ignore lint/a11y/useSemanticElements: as its row */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: as its row */}
              <div role="gridcell" className={styles.cell}>
                <GraphLanes
                  row={row}
                  above={index > 1 ? (layout.rows[index - 2] ?? null) : null}
                  width={layout.width}
                  height={rowHeight}
                  isOpen={index === 0 && list.length > 0}
                  isHead={version !== null && version.id === head}
                />
                {version ? (
                  <>
                    <Row version={version} refs={refs} isMarked={marked === version.id} />
                    <ProgressLine version={version} shares={labeledShares(version, byId)} />
                    <RowSync
                      entries={entries.get(version.id) ?? []}
                      isPaused={status?.paused ?? false}
                      isRemoteSet={status?.configured ?? false}
                    />
                  </>
                ) : (
                  <span className={styles.what}>
                    <span className={styles.title}>
                      <strong>{text.notCommitted}</strong>
                    </span>
                    <span className={styles.muted}>{draft && text.uncommitted(draft.canCommit)}</span>
                  </span>
                )}
              </div>
            </div>
          )
        })}
      </div>
    </div>
  )
}

type ShownName = {
  readonly name: string
  readonly kind: 'branch' | 'alias' | 'tag'
  readonly isCurrent: boolean
}
/** More have no room in a row; the details have them all. */
const mostTags = 2

function Row(props: {
  readonly version: Version
  readonly refs: readonly ShownName[]
  readonly isMarked: boolean
}) {
  const { version, refs, isMarked } = props
  const { added, removed, relabeled, recarded } = version.changes
  const tags = refs.filter(({ kind }) => kind === 'tag')
  const shownTags = tags.slice(0, mostTags)
  return (
    <>
      <span className={styles.what}>
        <span className={styles.title}>
          <strong>{text.version(version.number)}</strong>
          {isMarked && <Badge tone="warning">{text.marked}</Badge>}
          {[...refs.filter(({ kind }) => kind !== 'tag'), ...shownTags].map(({ name, kind, isCurrent }) => (
            <Badge
              key={`${kind} ${name}`}
              tone={isCurrent ? 'accent' : 'neutral'}
              icon={
                kind === 'branch' ? (
                  <GitBranch size={12} />
                ) : kind === 'alias' ? (
                  <Tag size={12} />
                ) : (
                  <Hash size={12} />
                )
              }
            >
              {name}
            </Badge>
          ))}
          {tags.length > shownTags.length && <Badge>{text.moreTags(tags.length - shownTags.length)}</Badge>}
          <span className={styles.words} title={version.message}>
            {version.message.split('\n')[0] || text.noMessage}
          </span>
        </span>
        <span className={styles.muted}>
          {text.by(version.author)} · <time>{formatWhen(version.createdAt)}</time>
          {version.parents.length > 1 && ` · ${text.merged}`}
        </span>
      </span>
      <span className={styles.bar}>
        <span>{text.counted(added, removed, relabeled + recarded)}</span>
        <ChangeBar added={added} removed={removed} changed={relabeled + recarded} />
      </span>
    </>
  )
}

/** How much of a version is new, gone and changed: the numbers stand beside it. */
function ChangeBar(props: { readonly added: number; readonly removed: number; readonly changed: number }) {
  const { added, removed, changed } = props
  const sum = added + removed + changed
  if (sum === 0) return <span className={styles.parts} />
  const part = (count: number) => ({ flexGrow: count })
  return (
    <span className={styles.parts} aria-hidden>
      {added > 0 && <i data-kind="added" style={part(added)} />}
      {removed > 0 && <i data-kind="removed" style={part(removed)} />}
      {changed > 0 && <i data-kind="changed" style={part(changed)} />}
    </span>
  )
}
