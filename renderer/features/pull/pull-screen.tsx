import ChevronRight from 'lucide-react/icons/chevron-right'
import CloudDownload from 'lucide-react/icons/cloud-download'
import CornerLeftUp from 'lucide-react/icons/corner-left-up'
import RefreshCw from 'lucide-react/icons/refresh-cw'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import { createGraph } from '../../../shared/history/graph.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost } from '../../host/use-host.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { TextInput } from '../../ui/field.tsx'
import { CommandButton } from '../../ui/icon-button.tsx'
import { uiText } from '../../ui/text.ts'
import { createBrowseStore, isArtifactName, levelOf, matching, type Row } from './browse-store.ts'
import styles from './pull.module.css'
import { PullBar, type PullPlaces, RemedyButton } from './pull-bar.tsx'
import { pullCommands } from './pull-commands.ts'
import { PullDetails } from './pull-details.tsx'
import { PullList } from './pull-list.tsx'
import { text } from './text.ts'
import { type Here, isPart } from './what-it-does.ts'

/** Looks through what is on the server, from entity to version, and brings it here. */
export function PullScreen(props: PullPlaces) {
  const { onVersion } = props
  const host = useHost()
  const { pull, appInfo, versions, versionWork, dialogs } = useStores()
  const [browse] = useState(() => createBrowseStore(host))
  const state = useStore(browse)
  const { path, rows, next, loading, isReading, linked, cursor, query, look } = state
  const job = useStore(pull, (one) => one.job)
  const readOnly = useStore(appInfo, ({ info }) => info?.readOnly ?? false)
  const list = useStore(versions, (one) => one.list)
  const isOpen = useStore(versions, ({ draft }) => draft?.canCommit ?? false)
  const branch = useStore(versionWork, ({ branches }) => branches.find(({ isCurrent }) => isCurrent))
  const head = branch?.version ?? null
  const reached = useMemo(() => new Set(head === null ? [] : createGraph(list).ancestors(head)), [list, head])
  const scroller = useRef<HTMLDivElement>(null)
  const searchField = useRef<HTMLInputElement>(null)
  const [as, setAs] = useState<'auto' | 'images'>('auto')
  const [findError, setFindError] = useState<ErrorInfo | null>(null)
  const shown = useMemo(() => matching(rows, query), [rows, query])
  const row = shown.find(({ key }) => key === cursor) ?? null
  const isRunning = job?.state === 'running'
  const here: Here = {
    hasVersion: head !== null,
    branch: branch?.name ?? 'main',
    isOpen,
    isLinked: linked !== null,
    reached,
  }

  useEffect(() => {
    void browse.begin()
    return () => browse.close()
  }, [browse])
  // What was taken is here now, and so are its files.
  const wasRunning = useRef(false)
  useEffect(() => {
    if (wasRunning.current && !isRunning) void browse.reload()
    wasRunning.current = isRunning
  }, [browse, isRunning])
  // Another server, another key: another list.
  useEffect(
    () =>
      host.on((event) => event.type === 'settings.changed' && !wasRunning.current && void browse.reload()),
    [host, browse],
  )
  // Whoever looks for something looks through all of it.
  const isSearching = query.trim() !== '' && !isArtifactName(query)
  useEffect(() => {
    if (isSearching && next !== null && !isReading && loading.kind === 'ready') void browse.more()
  }, [browse, isSearching, next, isReading, loading.kind])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a choice is for one version
  useEffect(() => setAs('auto'), [cursor])
  // What is searched for takes the cursor along.
  const first = shown[0]?.key ?? null
  const isCursorShown = row !== null
  useEffect(() => {
    if (isSearching && !isCursorShown && first !== null) browse.choose(first)
  }, [browse, isSearching, isCursorShown, first])
  const depth = path?.length ?? -1
  // biome-ignore lint/correctness/useExhaustiveDependencies: into a list that is there the focus goes along
  useEffect(() => {
    const { activeElement: focused } = document
    const isElsewhere = focused && focused !== document.body && !focused.closest('[data-browse]')
    if (loading.kind === 'ready' && !isElsewhere) scroller.current?.focus({ preventScroll: true })
  }, [depth, loading.kind])

  const up = useCallback(() => {
    const { path } = browse.getState()
    if (path && path.length > 0) void browse.open(path.slice(0, -1), path.at(-1))
  }, [browse])
  const more = useCallback(() => void browse.more(), [browse])
  const now = useRef({ row, as, look, here, readOnly, isRunning })
  now.current = { row, as, look, here, readOnly, isRunning }
  const get = useCallback(() => {
    const { row, as } = now.current
    if (row?.kind !== 'version') return
    // The button cannot be pressed while it runs, and must not keep the keys.
    scroller.current?.focus({ preventScroll: true })
    void pull.pull(row.artifact.id, as)
  }, [pull])
  const open = useCallback(
    (row: Row) => {
      const { path } = browse.getState()
      if (path && row.kind !== 'version') void browse.open([...path, row.key])
    },
    [browse],
  )
  const find = useCallback(
    async (name: string) => {
      setFindError(null)
      try {
        await browse.find(name.trim())
        browse.search('')
        scroller.current?.focus()
      } catch (error) {
        setFindError(errorInfo(error))
      }
    },
    [browse],
  )
  const commands = useMemo(() => {
    const version = () => (now.current.row?.kind === 'version' ? now.current.row.artifact : null)
    return pullCommands({
      canGet() {
        const { row, look, here, readOnly, isRunning } = now.current
        if (look.kind !== 'there' || look.id !== row?.key) return false
        const isUsable = look.look.kind !== 'none' && !isPart(look.look, here)
        return isUsable && !readOnly && !isRunning
      },
      get,
      search() {
        searchField.current?.focus()
        searchField.current?.select()
      },
      canGoUp: () => (browse.getState().path?.length ?? 0) > 0,
      up,
      reload: () => void browse.reload(),
      hasVersion: () => version() !== null,
      web() {
        const url = version()?.url
        if (url && /^https?:\/\//.test(url)) window.open(url, '_blank', 'noreferrer')
      },
      isHere: () => (version()?.versionHere ?? null) !== null,
      history() {
        const id = version()?.versionHere
        if (id) onVersion(id)
      },
      canPublish() {
        const { row, look, readOnly } = now.current
        if (look.kind !== 'there' || look.id !== row?.key) return false
        return look.look.kind !== 'none' && look.look.images > 0 && !readOnly
      },
      toSegments() {
        const chosen = version()
        if (!chosen) return
        const artifact = `${chosen.entity}/${chosen.project}/${chosen.collection}:${chosen.version}`
        dialogs.show({ kind: 'segments-artifact', artifact })
      },
    })
  }, [browse, dialogs, get, up, onVersion])
  useCommands('pull', commands)

  const onSearchKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && isArtifactName(query)) {
      event.preventDefault()
      void find(query)
    } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault()
      scroller.current?.focus()
    } else if (event.key === 'Escape' && query !== '') {
      event.stopPropagation()
      browse.search('')
    }
  }
  const level = path ? levelOf(path) : null
  const isUnset =
    loading.kind === 'failed' &&
    /^(AUTH_MISSING|REMOTE_NOT_SET)$/.test(loading.error.code) &&
    rows.length === 0
  if (isUnset)
    return (
      <div className={styles.screen}>
        <PullBar {...props} />
        <EmptyState
          icon={<CloudDownload size={32} />}
          title={text.unset}
          actions={
            <Button kind="primary" onClick={() => dialogs.show({ kind: 'settings', page: 'wandb' })}>
              {text.setUp}
            </Button>
          }
        >
          <p>{text.unsetBody}</p>
          <p>{text.needsKey}</p>
        </EmptyState>
      </div>
    )
  const linkedHere =
    level === 'entity'
      ? linked?.entity
      : level === 'project' && path?.[0] === linked?.entity
        ? linked?.project
        : null
  const isEmpty = loading.kind === 'ready' && shown.length === 0 && next === null
  return (
    <div className={styles.screen}>
      <PullBar {...props} />
      <div className={styles.bar}>
        <CommandButton id="pull.up" icon={<CornerLeftUp size={16} />} disabled={depth <= 0} />
        <nav data-browse className={styles.path} aria-label={text.where}>
          <ol>
            {[text.root, ...(path ?? [])].map((name, index) => {
              const isLast = index === depth
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: what stands where is what it is
                <li key={index}>
                  {index > 0 && <ChevronRight size={13} aria-hidden />}
                  <button
                    type="button"
                    aria-current={isLast ? 'location' : undefined}
                    onClick={() => void browse.open((path ?? []).slice(0, index), path?.[index])}
                  >
                    {name}
                  </button>
                </li>
              )
            })}
          </ol>
        </nav>
        <span role="status" className={styles.count}>
          {level === null || loading.kind === 'loading'
            ? text.reading
            : loading.kind === 'ready' && text.found(shown.length, rows.length, level, next !== null)}
        </span>
        <TextInput
          ref={searchField}
          type="search"
          className={styles.search}
          aria-label={text.search}
          placeholder={text.searchPlaceholder}
          value={query}
          onChange={(event) => {
            setFindError(null)
            browse.search(event.target.value)
          }}
          onKeyDown={onSearchKey}
        />
        {isArtifactName(query) && <Button onClick={() => void find(query)}>{text.find(query.trim())}</Button>}
        <CommandButton id="pull.reload" icon={<RefreshCw size={16} />} />
      </div>
      {findError && <ErrorText error={findError} action={<RemedyButton error={findError} />} />}
      {loading.kind === 'failed' && (
        <ErrorText
          error={loading.error}
          action={
            <>
              <RemedyButton error={loading.error} />
              <Button onClick={() => void browse.reload()}>{uiText.retry}</Button>
            </>
          }
        />
      )}
      <div className={styles.work}>
        <div data-browse className={styles.main}>
          {level !== null && rows.length > 0 && !isEmpty && (
            <PullList
              scroller={scroller}
              level={level}
              rows={shown}
              cursor={cursor}
              hasMore={next !== null}
              linked={linkedHere ?? null}
              onChoose={browse.choose}
              onOpen={open}
              onUp={up}
              onMore={more}
            />
          )}
          {loading.kind === 'loading' && rows.length === 0 && <p className={styles.note}>{text.reading}</p>}
          {isEmpty && level !== null && (
            <p className={styles.note}>
              {query.trim() === '' ? text.empty[level] : text.noMatch(query.trim())}
            </p>
          )}
          {isReading && <p className={styles.note}>{text.readingMore}</p>}
        </div>
        <div className={styles.side}>
          <PullDetails
            row={row}
            look={look}
            here={here}
            as={as}
            onAs={setAs}
            onOpen={open}
            onLookAgain={() => browse.choose(cursor)}
          />
        </div>
      </div>
    </div>
  )
}
