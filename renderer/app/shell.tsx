import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { useCommands } from '../commands/use-commands.ts'
import { Browser } from '../features/browser/browser.tsx'
import { CarriedLine } from '../features/carried/carried-line.tsx'
import { CategoriesLayer } from '../features/categories/categories-layer.tsx'
import { CategoriesPanel } from '../features/categories/categories-panel.tsx'
import { useChecks } from '../features/checks/use-checks.tsx'
import { CommandDialogs } from '../features/commands/command-dialogs.tsx'
import { ExportCard } from '../features/export/export-card.tsx'
import { ExportLayer } from '../features/export/export-layer.tsx'
import { History } from '../features/history/history.tsx'
import { historyStore } from '../features/history/history-store.ts'
import { ImportLayer } from '../features/import/import-layer.tsx'
import type { LabelerFrame } from '../features/labeler/labeler-screen.tsx'
import { ObjectsScreen } from '../features/objects/objects-screen.tsx'
import { PullBar } from '../features/pull/pull-bar.tsx'
import { PullLayer } from '../features/pull/pull-layer.tsx'
import { useReview } from '../features/review/use-review.tsx'
import { useSampleHistory } from '../features/sample-history/use-sample-history.tsx'
import { SegmentsCard } from '../features/segments/segments-card.tsx'
import { SegmentsLayer } from '../features/segments/segments-layer.tsx'
import { SettingsDialog } from '../features/settings/settings-dialog.tsx'
import { SyncScreen } from '../features/sync/sync-screen.tsx'
import { useStores } from '../stores/stores.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { ForReaders } from '../ui/for-readers.tsx'
import { uiText } from '../ui/text.ts'
import { toast } from '../ui/toasts.tsx'
import { appCommands } from './app-commands.ts'
import { LinkBanner } from './link-banner.tsx'
import { NoticeArea } from './notice-area.tsx'
import type { RouteStore } from './route.ts'
import { RunSummary } from './run-summary.tsx'
import styles from './shell.module.css'
import { text } from './text.ts'
import { isShownDark, TopBar } from './top-bar.tsx'

// The canvas and its engine are most of the code; the dataset shows without waiting for them.
const LabelerScreen = lazy(async () => {
  const { LabelerScreen: component } = await import('../features/labeler/labeler-screen.tsx')
  return { default: component }
})

const CompareScreen = lazy(async () => {
  const { CompareScreen: component } = await import('../features/compare/compare-screen.tsx')
  return { default: component }
})
const LineageScreen = lazy(async () => {
  const { LineageScreen: component } = await import('../features/lineage/lineage-screen.tsx')
  return { default: component }
})
const PullScreen = lazy(async () => {
  const { PullScreen: component } = await import('../features/pull/pull-screen.tsx')
  return { default: component }
})
const SegmentsScreen = lazy(async () => {
  const { SegmentsScreen: component } = await import('../features/segments/segments-screen.tsx')
  return { default: component }
})
const ConflictScreen = lazy(async () => {
  const { ConflictScreen: component } = await import('../features/compare/conflict-screen.tsx')
  return { default: component }
})

/** Top bar, one screen, and what floats above all screens. */
export function Shell({ route }: { readonly route: RouteStore }) {
  const stores = useStores()
  const here = useStore(route)
  const commands = useMemo(() => {
    const { dialogs, theme, coach } = stores
    return appCommands({ route, dialogs, theme, coach, isDark: () => isShownDark(theme.getState()) })
  }, [route, stores])
  useCommands('global', commands)
  const open = useCallback((sampleId: string) => route.go({ screen: 'label', sampleId }), [route])
  const review = useCallback((sampleId: string) => route.go({ screen: 'review', sampleId }), [route])
  const objects = useCallback(() => route.go({ screen: 'objects' }), [route])
  const back = useCallback(() => route.go({ screen: 'dataset' }), [route])
  const history = useCallback(() => route.go({ screen: 'history' }), [route])
  const versionInHistory = useCallback(
    (selected: string) => {
      historyStore.setState({ selected })
      history()
    },
    [history],
  )
  const lineage = useCallback((version: string) => route.go({ screen: 'lineage', version }), [route])
  const compare = useCallback(
    (before: string, after: string, image: string | null = null) =>
      route.go({ screen: 'compare', before, after, image }),
    [route],
  )
  const conflicts = useCallback(
    (conflict: string | null = null) => route.go({ screen: 'conflicts', conflict }),
    [route],
  )
  const segments = useCallback(() => route.go({ screen: 'segments' }), [route])
  const conflictFrom = here.screen === 'conflicts' ? here.from : undefined
  const goConflict = useCallback(
    (conflict: string | null) =>
      route.go({ screen: 'conflicts', conflict, ...(conflictFrom && { from: conflictFrom }) }),
    [route, conflictFrom],
  )
  const data = useCallback(() => route.go({ screen: 'pull' }), [route])
  const places = useMemo(
    () => ({
      onVersion: versionInHistory,
      onHistory: history,
      onDataset: back,
      onConflicts: () => conflicts(),
    }),
    [versionInHistory, history, back, conflicts],
  )
  /** These screens say themselves what comes from the server. */
  const hasPullBar = ['history', 'sync', 'pull', 'lineage'].includes(here.screen)
  /** Opens an image from a list that is not the grid's. */
  const openRun = useCallback(
    (sampleId: string) => {
      stores.samples.startRun(sampleId).then(
        () => open(sampleId),
        (error: unknown) => stores.notices.report('samples.run', error),
      )
    },
    [stores, open],
  )
  const segmentsPlaces = useMemo(
    () => ({
      onConflicts: (conflict: string) => route.go({ screen: 'conflicts', conflict, from: 'segments' }),
      onVersion: versionInHistory,
      onImage: openRun,
    }),
    [route, versionInHistory, openRun],
  )
  return (
    <div className={styles.shell}>
      <TopBar route={route} />
      <LinkBanner />
      <NoticeArea hasPullBar={hasPullBar} />
      <main className={styles.main}>
        {/* Each screen begins with a name, which for the eye stands in the bar. */}
        <h1>
          <ForReaders>{text.screens[here.screen]}</ForReaders>
        </h1>
        <ErrorBoundary key={here.screen}>
          {here.screen === 'dataset' && (
            <Browser
              onOpen={open}
              onReview={review}
              onObjects={objects}
              aside={<CategoriesPanel />}
              besides={<CarriedLine />}
            />
          )}
          {'sampleId' in here && <Labeling sampleId={here.sampleId} screen={here.screen} route={route} />}
          {here.screen === 'objects' && <ObjectsScreen onBack={back} onOpen={openRun} />}
          {here.screen === 'history' && (
            <History
              onCompare={compare}
              onConflicts={conflicts}
              onLineage={lineage}
              news={<PullBar {...places} />}
            />
          )}
          <Suspense fallback={<EmptyState title={uiText.loading} />}>
            {here.screen === 'compare' && (
              <CompareScreen
                before={here.before}
                after={here.after}
                image={here.image}
                onGo={compare}
                onBack={history}
                onOpen={open}
              />
            )}
            {here.screen === 'conflicts' && (
              <ConflictScreen
                sampleId={here.conflict}
                onGo={goConflict}
                onBack={conflictFrom === 'segments' ? segments : history}
                onOpen={open}
              />
            )}
            {here.screen === 'lineage' && (
              <LineageScreen
                version={here.version}
                onVersion={versionInHistory}
                onCompare={compare}
                onHistory={history}
                news={<PullBar {...places} />}
              />
            )}
            {here.screen === 'pull' && <PullScreen {...places} />}
            {here.screen === 'segments' && <SegmentsScreen places={segmentsPlaces} />}
          </Suspense>
          {here.screen === 'sync' && (
            <SyncScreen
              news={<PullBar {...places} />}
              beside={<SegmentsCard onOpen={segments} />}
              onData={data}
            />
          )}
        </ErrorBoundary>
      </main>
      <PullLayer hasBar={hasPullBar} />
      <SegmentsLayer hasBar={here.screen === 'segments'} onScreen={segments} />
      <ImportLayer jobs={<ExportCard />} />
      <ExportLayer />
      <CategoriesLayer />
      <SettingsDialog />
      <CommandDialogs />
    </div>
  )
}

const nobody: readonly string[] = []

/** The labeler on one sample of the run that was started in the grid; after a reload the run is the list's order. */
function Labeling(props: {
  readonly sampleId: string
  readonly screen: 'label' | 'review'
  readonly route: RouteStore
}) {
  const { sampleId, screen, route } = props
  const { samples, notices } = useStores()
  const run = useStore(samples, (state) => state.run)
  const beside = useStore(samples, (state) => state.beside)
  const isKnown = useStore(samples, (state) => state.byId.has(sampleId))
  const [isMissing, setIsMissing] = useState(false)
  const [isDone, setIsDone] = useState(false)
  const close = useCallback(() => route.go({ screen: 'dataset' }), [route])
  useEffect(() => {
    setIsMissing(false)
    samples.load(sampleId).catch(() => setIsMissing(true))
    if (samples.getState().run?.id !== sampleId) samples.startRun(sampleId).catch(() => {})
  }, [samples, sampleId])
  const step = useCallback(
    (delta: 1 | -1, which?: 'unlabeled') => {
      const from = route.getState()
      // Somebody who left meanwhile is not called back, and the list stays where they are.
      const isWanted = () => route.getState() === from
      const found =
        which === 'unlabeled' ? samples.stepUnlabeled(delta, isWanted) : samples.step(delta, isWanted)
      found
        .then((next) => {
          if (!isWanted()) return
          if (next) route.go({ screen, sampleId: next.id })
          else if (which === 'unlabeled') toast(text.noUnlabeled)
          else if (delta > 0) setIsDone(true)
        })
        .catch((error: unknown) => notices.report('samples.step', error))
    },
    [samples, route, screen, notices],
  )
  const onNext = useCallback(() => step(1), [step])
  const review = useReview({ sampleId, isReview: screen === 'review', onNext })
  const checks = useChecks({ locked: review.locked, onNext })
  const past = useSampleHistory({
    sampleId,
    onCompare: (before, after, image) => route.go({ screen: 'compare', before, after, image }),
  })
  const frame: LabelerFrame = {
    ...review,
    overlay: (canvas, objectAt, session) => (
      <>
        {review.overlay(canvas, objectAt, session)}
        {checks.overlay(canvas)}
        {past.overlay(canvas)}
      </>
    ),
    below: checks.below,
    mark: checks.mark,
  }
  if (isMissing && !isKnown)
    return (
      <EmptyState title={text.noSample} actions={<Button onClick={close}>{text.back}</Button>}>
        {text.noSampleBody}
      </EmptyState>
    )
  const waiting = <EmptyState title={text.openingImage} />
  if (!isKnown) return waiting
  const isInRun = run?.id === sampleId
  return (
    <Suspense fallback={waiting}>
      {isDone && <RunSummary route={route} onClose={() => setIsDone(false)} />}
      <LabelerScreen
        sampleId={sampleId}
        onClose={close}
        onStep={step}
        position={{
          index: isInRun ? run.index : 0,
          count: isInRun ? Math.max(1, run.total) : 1,
          filter: isInRun ? run.text : '',
        }}
        neighbours={isInRun ? beside : nobody}
        frame={frame}
      />
    </Suspense>
  )
}
