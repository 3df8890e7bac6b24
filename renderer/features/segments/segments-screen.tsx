import ExternalLink from 'lucide-react/icons/external-link'
import RefreshCw from 'lucide-react/icons/refresh-cw'
import ScrollText from 'lucide-react/icons/scroll-text'
import Settings2 from 'lucide-react/icons/settings-2'
import Unlink from 'lucide-react/icons/unlink'
import { type RefObject, useCallback, useEffect, useMemo, useRef } from 'react'
import { useStore } from 'zustand'
import { useCommands } from '../../commands/use-commands.ts'
import type { SegmentsState } from '../../stores/segments.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { CommandButton, IconButton } from '../../ui/icon-button.tsx'
import { formatWhen, uiText } from '../../ui/text.ts'
import { askThenRun } from './ask-first.ts'
import { LookProblem } from './look-problem.tsx'
import { PlanView } from './plan-view.tsx'
import { ReleasesPanel } from './releases-panel.tsx'
import styles from './segments.module.css'
import { SegmentsBar, type SegmentsPlaces } from './segments-bar.tsx'
import { segmentsCommands } from './segments-commands.ts'
import { Setup } from './setup.tsx'
import { text } from './text.ts'
import { TodoPanel } from './todo-panel.tsx'

/** The dataset on Segments.ai: linking one, what differs, and bringing both sides together. */
export function SegmentsScreen({ places }: { readonly places: SegmentsPlaces }) {
  const stores = useStores()
  const { segments, appInfo, dialogs } = stores
  const link = useStore(segments, (state) => state.link)
  const isRunning = useStore(segments, (state) => state.job?.state === 'running')
  const startedAt = useStore(segments, (state) => state.job?.startedAt ?? null)
  const mayChange = useStore(appInfo, ({ info }) => info?.readOnly === false)
  const scroller = useRef<HTMLDivElement>(null)
  const searchField = useRef<HTMLInputElement>(null)
  const url = link?.url ?? null

  // What is there may have changed while nobody looked, and has after a run.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for a link, and once for the end of each run
  useEffect(() => {
    if (url === null || isRunning) return
    void segments.lookAgain()
    if (segments.getState().releases.list !== null) void segments.readReleases()
  }, [segments, url, isRunning, startedAt])

  const decide = useCallback(() => {
    const first = segments.getState().conflicts[0]
    if (first) places.onConflicts(first.sampleId)
  }, [segments, places])
  const commands = useMemo(() => {
    const isIdle = () => segments.getState().job?.state !== 'running'
    const isLinked = () => (segments.getState().link ?? null) !== null
    const run = (mode: 'publish' | 'pull' | 'both') => () => {
      // The button cannot be pressed while it runs, and must not keep the keys.
      scroller.current?.focus({ preventScroll: true })
      askThenRun(stores, mode)
    }
    return segmentsCommands({
      canRun: () => mayChange && isLinked() && isIdle(),
      publish: run('publish'),
      get: run('pull'),
      both: run('both'),
      canLook: () => isLinked() && isIdle(),
      look: () => void segments.lookAgain(),
      isLinked,
      web() {
        const url = segments.getState().link?.url
        if (url && /^https?:\/\//.test(url)) window.open(url, '_blank', 'noreferrer')
      },
      search() {
        searchField.current?.focus()
        searchField.current?.select()
      },
      hasConflicts: () => segments.getState().conflicts.length > 0,
      decide,
      canRelease: () => mayChange && isLinked() && isIdle(),
      release: () => dialogs.show({ kind: 'segments-release' }),
      log: () => dialogs.show({ kind: 'segments-log' }),
      canUnlink: () => mayChange && isLinked() && isIdle(),
      unlink: () => dialogs.show({ kind: 'segments-unlink' }),
    })
  }, [stores, segments, dialogs, decide, mayChange])
  useCommands('segments', commands)

  if (link === undefined) return <EmptyState title={uiText.loading} />
  return (
    <div className={styles.screen}>
      <SegmentsBar places={places} />
      {link === null ? (
        <Setup searchField={searchField} scroller={scroller} />
      ) : (
        <Linked link={link} places={places} scroller={scroller} searchField={searchField} />
      )}
    </div>
  )
}

function Linked(props: {
  readonly link: NonNullable<SegmentsState['link']>
  readonly places: SegmentsPlaces
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly searchField: RefObject<HTMLInputElement | null>
}) {
  const { link, places, scroller, searchField } = props
  const { segments, dialogs } = useStores()
  const { plan, at, isLooking, error } = useStore(segments, (state) => state.look)
  const known = useStore(segments, (state) => state.known)
  const isRunning = useStore(segments, (state) => state.job?.state === 'running')
  const isMissing = plan !== null && plan.dataset === null
  return (
    <>
      <header className={styles.head}>
        <div className={styles.name}>
          <h2>{link.dataset}</h2>
          {/^https?:\/\//.test(link.url) && !isMissing && (
            <a className={styles.link} href={link.url} target="_blank" rel="noreferrer">
              {text.openWeb} <ExternalLink size={12} aria-hidden />
            </a>
          )}
          {(isMissing || link.create) && (
            <span>
              <Badge tone="accent">{text.notThere}</Badge>{' '}
              <span className={styles.muted}>{text.notThereHelp}</span>
            </span>
          )}
        </div>
        <p className={styles.muted}>
          {(plan?.dataset?.taskType || link.taskType) && `${plan?.dataset?.taskType || link.taskType} · `}
          {text.known(known.samples, known.syncedAt === null ? null : formatWhen(known.syncedAt))}
        </p>
        <p role="status" className={styles.looked}>
          {isLooking ? text.looking : at !== null && text.lookedAt(formatWhen(at))}
        </p>
        <CommandButton id="segments.look" icon={<RefreshCw size={16} />} />
        <CommandButton id="segments.log" icon={<ScrollText size={16} />} />
        <IconButton
          label={text.settings}
          icon={<Settings2 size={16} />}
          onClick={() => dialogs.show({ kind: 'settings', page: 'segments' })}
        />
        <CommandButton id="segments.unlink" icon={<Unlink size={16} />} />
      </header>
      {error && !isRunning && (
        <LookProblem
          error={error}
          action={<Button onClick={() => void segments.lookAgain()}>{uiText.retry}</Button>}
        />
      )}
      <div className={styles.work}>
        <div className={styles.main}>
          {plan ? (
            <PlanView plan={plan} scroller={scroller} searchField={searchField} onOpen={places.onImage} />
          ) : (
            <p className={styles.note}>{isLooking ? text.looking : text.notLookedYet}</p>
          )}
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
        <section className={styles.side} tabIndex={0} aria-label={text.side}>
          <TodoPanel plan={plan} dataset={link.dataset} />
          {!isMissing && <ReleasesPanel onVersion={places.onVersion} />}
        </section>
      </div>
    </>
  )
}
