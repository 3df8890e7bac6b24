import { type ReactNode, useMemo, useRef } from 'react'
import { useStore } from 'zustand'
import { useCommands } from '../../commands/use-commands.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { uiText } from '../../ui/text.ts'
import styles from './history.module.css'
import { historyCommands } from './history-commands.ts'
import { HistoryDialogs } from './history-dialogs.tsx'
import { historyStore } from './history-store.ts'
import { JobBar } from './job-bar.tsx'
import { TagBar } from './tag-bar.tsx'
import { text } from './text.ts'
import { VersionDetails } from './version-details.tsx'
import { createVersionJobs } from './version-jobs.ts'
import { VersionList } from './version-list.tsx'
import { WorkingCopy } from './working-copy.tsx'

/** The working copy and every version as a graph, newest first; at the side what is chosen. */
export function History(props: {
  onCompare(before: string, after: string): void
  onConflicts(): void
  onLineage(version: string): void
  /** What comes from the server, and what others pushed. */
  readonly news: ReactNode
}) {
  const stores = useStores()
  const { versions, versionWork, sync, appInfo, settings, dialogs } = stores
  const wandb = useStore(settings, (state) => state.settings?.wandb)
  const loading = useStore(versions, (state) => state.loading)
  const list = useStore(versions, (state) => state.list)
  const draft = useStore(versions, (state) => state.draft)
  const status = useStore(sync, (state) => state.status)
  const selected = useStore(historyStore, (state) => state.selected)
  const branches = useStore(versionWork, (state) => state.branches)
  const readOnly = useStore(appInfo, (state) => state.info?.readOnly ?? false)
  const jobs = useMemo(() => createVersionJobs(stores), [stores])
  const mayCommit = useRef(false)
  const commitNow = useRef(() => {})
  const chosen = list.find(({ id }) => id === selected) ?? null
  const head = branches.find(({ isCurrent }) => isCurrent)?.version ?? list[0]?.id
  const latest = list.find(({ id }) => id === head) ?? list[0] ?? null

  /** The two sides that a comparison would have; null when there is only one. */
  const sides = useRef<() => readonly [string, string] | null>(() => null)
  sides.current = () => {
    const { selected, marked } = historyStore.getState()
    const numberOf = (id: string | null | undefined) => list.find((version) => version.id === id)?.number
    const after = numberOf(selected)
    const before = numberOf(
      marked !== null && marked !== selected ? marked : selected === null ? head : chosen?.parents[0],
    )
    if (before === undefined) return null
    if (after === undefined) return [String(before), 'now']
    return before < after ? [String(before), String(after)] : [String(after), String(before)]
  }
  /** What the server calls the images of the chosen version; null when it does not have them. */
  const sentImages = useRef<() => string | null>(() => null)
  sentImages.current = () => {
    const { selected } = historyStore.getState()
    const entry = status?.entries.find(({ version, role }) => version === selected && role === 'raw_data')
    if (entry?.delivery.kind !== 'sent' || !wandb) return null
    return `${wandb.entity}/${wandb.project}/raw_data:${entry.delivery.remoteVersion}`
  }
  const { onCompare, onConflicts, onLineage } = props
  const commands = useMemo(() => {
    const job = () => versionWork.getState().job
    const selectedId = () => historyStore.getState().selected
    return historyCommands({
      canCommit: () => mayCommit.current,
      commit: () => commitNow.current(),
      hasVersion: () => selectedId() !== null,
      canCompare: () => sides.current() !== null,
      mayChange: () => appInfo.getState().info?.readOnly !== true,
      hasConflicts: () => versionWork.getState().conflicts > 0,
      hasTags: () => versionWork.getState().tags.length > 0,
      hasJob: () => job() !== null && job()!.state !== 'undone',
      compare() {
        const pair = sides.current()
        if (pair) onCompare(...pair)
      },
      mark: () =>
        historyStore.setState(({ selected, marked }) => ({ marked: marked === selected ? null : selected })),
      ask(kind) {
        const version = selectedId()
        if (kind === 'switch' || kind === 'onlyTag') historyStore.setState({ dialog: { kind } })
        else if (version !== null) historyStore.setState({ dialog: { kind, version } })
      },
      conflicts: onConflicts,
      lineage() {
        const version = versions.getState().list.find(({ id }) => id === selectedId())
        if (version) onLineage(String(version.number))
      },
      isSent: () => sentImages.current() !== null,
      toSegments() {
        const artifact = sentImages.current()
        if (artifact !== null) dialogs.show({ kind: 'segments-artifact', artifact })
      },
      exportLabels: () => dialogs.show({ kind: 'export', version: selectedId() }),
      undoJob() {
        const last = job()
        if (last) void jobs.undo(last.id)
      },
    })
  }, [versions, versionWork, appInfo, dialogs, jobs, onCompare, onConflicts, onLineage])
  useCommands('history', commands)

  if (loading.kind === 'loading') return <EmptyState title={uiText.loading} />
  const isEmpty = list.length === 0
  return (
    <div className={styles.screen}>
      {loading.kind === 'failed' && (
        <ErrorText
          error={loading.error}
          action={<Button onClick={() => void versions.refresh().catch(() => {})}>{uiText.retry}</Button>}
        />
      )}
      {props.news}
      <JobBar jobs={jobs} />
      <TagBar />
      <div className={styles.work} data-empty={isEmpty || undefined}>
        {!isEmpty && (
          <VersionList onOpen={() => commands.find(({ id }) => id === 'history.compare')?.run?.()} />
        )}
        <div className={styles.side}>
          {chosen ? (
            <VersionDetails
              key={chosen.id}
              version={chosen}
              entries={status?.entries.filter((entry) => entry.version === chosen.id) ?? []}
              isRemoteSet={status?.configured ?? false}
              mayChange={!readOnly}
            />
          ) : (
            draft && <WorkingCopy draft={draft} latest={latest} mayCommit={mayCommit} commitNow={commitNow} />
          )}
          {isEmpty && loading.kind === 'ready' && <p className={styles.none}>{text.none}</p>}
        </div>
      </div>
      <HistoryDialogs jobs={jobs} onConflicts={onConflicts} />
    </div>
  )
}
