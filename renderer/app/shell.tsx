import { lazy, Suspense, useCallback, useMemo } from 'react'
import { useStore } from 'zustand'
import { useCommands } from '../commands/use-commands.ts'
import { Browser } from '../features/browser/browser.tsx'
import { CategoriesPanel, CategoryCommands } from '../features/categories/categories-panel.tsx'
import { CategoryDialog } from '../features/categories/category-dialog.tsx'
import { CommandDialogs } from '../features/commands/command-dialogs.tsx'
import { History } from '../features/history/history.tsx'
import { ImportLayer } from '../features/import/import-layer.tsx'
import { SettingsDialog } from '../features/settings/settings-dialog.tsx'
import { SyncScreen } from '../features/sync/sync-screen.tsx'
import { useStores } from '../stores/stores.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { ForReaders } from '../ui/for-readers.tsx'
import { toast } from '../ui/toasts.tsx'
import { appCommands } from './app-commands.ts'
import { LinkBanner } from './link-banner.tsx'
import { NoticeArea } from './notice-area.tsx'
import type { RouteStore } from './route.ts'
import styles from './shell.module.css'
import { text } from './text.ts'
import { isShownDark, TopBar } from './top-bar.tsx'

// The canvas and its engine are most of the code; the dataset shows without waiting for them.
const LabelerScreen = lazy(async () => {
  const { LabelerScreen: component } = await import('../features/labeler/labeler-screen.tsx')
  return { default: component }
})

/** Top bar, one screen, and what floats above all screens. */
export function Shell({ route }: { readonly route: RouteStore }) {
  const stores = useStores()
  const here = useStore(route)
  const commands = useMemo(() => {
    const { dialogs, theme } = stores
    return appCommands({ route, dialogs, theme, isDark: () => isShownDark(theme.getState()) })
  }, [route, stores])
  useCommands('global', commands)
  const open = useCallback((sampleId: string) => route.go({ screen: 'label', sampleId }), [route])

  return (
    <div className={styles.shell}>
      <TopBar route={route} />
      <LinkBanner />
      <NoticeArea />
      <main className={styles.main}>
        {/* Each screen begins with a name, which for the eye stands in the bar. */}
        <h1>
          <ForReaders>{text.screens[here.screen]}</ForReaders>
        </h1>
        <ErrorBoundary key={here.screen}>
          {here.screen === 'dataset' && <Browser onOpen={open} aside={<CategoriesPanel />} />}
          {here.screen === 'label' && <Labeling sampleId={here.sampleId} route={route} />}
          {here.screen === 'history' && <History />}
          {here.screen === 'sync' && <SyncScreen />}
        </ErrorBoundary>
      </main>
      <ImportLayer />
      <CategoryCommands />
      <CategoryDialog />
      <SettingsDialog />
      <CommandDialogs />
    </div>
  )
}

/** The labeler on one sample of the run that was started in the grid; after a reload the run is the grid's order. */
function Labeling({ sampleId, route }: { readonly sampleId: string; readonly route: RouteStore }) {
  const { samples } = useStores()
  const loading = useStore(samples, (state) => state.loading)
  const run = useStore(samples, (state) => state.run)
  const visible = useStore(samples, (state) => state.visible)
  const isKnown = useStore(samples, (state) => state.byId.has(sampleId))
  const order = useMemo(
    () => (run.includes(sampleId) ? run : visible.map(({ id }) => id)),
    [run, visible, sampleId],
  )
  const index = order.indexOf(sampleId)
  const close = useCallback(() => route.go({ screen: 'dataset' }), [route])
  const step = useCallback(
    (delta: 1 | -1) => {
      const next = order[index + delta]
      if (next === undefined) {
        if (delta > 0)
          toast(text.lastImage, { label: text.history, run: () => route.go({ screen: 'history' }) })
        return
      }
      samples.select([next], next)
      route.go({ screen: 'label', sampleId: next })
    },
    [order, index, samples, route],
  )
  if (!isKnown && loading.kind !== 'loading')
    return (
      <EmptyState title={text.noSample} actions={<Button onClick={close}>{text.back}</Button>}>
        {text.noSampleBody}
      </EmptyState>
    )
  const waiting = <EmptyState title={text.openingImage} />
  if (!isKnown) return waiting
  return (
    <Suspense fallback={waiting}>
      <LabelerScreen
        sampleId={sampleId}
        onClose={close}
        onStep={step}
        position={{ index: Math.max(0, index), count: Math.max(1, order.length) }}
        neighbours={[order[index + 1], order[index - 1]].filter((id) => id !== undefined)}
      />
    </Suspense>
  )
}
