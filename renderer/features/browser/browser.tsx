import ImagePlus from 'lucide-react/icons/image-plus'
import Play from 'lucide-react/icons/play'
import SearchX from 'lucide-react/icons/search-x'
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { useCommands } from '../../commands/use-commands.ts'
import { useLink } from '../../host/use-host.ts'
import { keepPreference, readPreference } from '../../stores/preferences.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import { statusText } from '../../ui/status-dot.tsx'
import { uiText } from '../../ui/text.ts'
import styles from './browser.module.css'
import { browserCommands } from './browser-commands.ts'
import { FilterBar } from './filter-bar.tsx'
import { FirstRun } from './first-run.tsx'
import { SampleGrid } from './sample-grid.tsx'
import { StatusFilter } from './status-filter.tsx'
import { text } from './text.ts'

const isSize = (value: unknown): value is number => typeof value === 'number' && value >= 100 && value <= 400

/** Width of a tile in CSS pixels, the same after every opening. */
function createGridView() {
  const store = createStore(() => ({ size: readPreference(localStorage, 'grid-size', isSize, 200) }))
  keepPreference(store, localStorage, 'grid-size', (state) => state.size)
  return store
}

/** The dataset: what is in the library and how far its labels have come. `aside` stands under the status counts. */
export function Browser({ onOpen, aside }: { onOpen(sampleId: string): void; readonly aside?: ReactNode }) {
  const { samples, appInfo } = useStores()
  const loading = useStore(samples, (state) => state.loading)
  const total = useStore(samples, (state) => state.all.length)
  const shown = useStore(samples, (state) => state.visible.length)
  const filter = useStore(samples, (state) => state.filter)
  const library = useStore(appInfo, (state) => state.info?.libraryName ?? '')
  const isConnected = useLink().kind === 'ready'
  const search = useRef<HTMLInputElement>(null)
  const [view] = useState(createGridView)
  const size = useStore(view, (state) => state.size)

  const open = useCallback(
    (id: string) => {
      samples.startRun(id)
      onOpen(id)
    },
    [samples, onOpen],
  )

  const commands = useMemo(
    () =>
      browserCommands({
        search: () => search.current?.focus(),
        hasImages: () => samples.getState().visible.length > 0,
        startLabeling() {
          const { visible } = samples.getState()
          const next =
            visible.find(({ status }) => status === 'in progress') ??
            visible.find(({ status }) => status === 'unlabeled' || status === 'prelabeled') ??
            visible[0]
          if (next) open(next.id)
        },
        selectAll() {
          const { visible, active } = samples.getState()
          samples.select(
            visible.map(({ id }) => id),
            active,
          )
        },
      }),
    [samples, open],
  )
  useCommands('grid', commands)

  if (loading.kind === 'loading') return <EmptyState title={uiText.loading} />
  if (loading.kind === 'failed' && total === 0 && !isConnected)
    return <EmptyState title={text.apartTitle}>{text.apartBody}</EmptyState>
  if (loading.kind === 'failed' && total === 0)
    return (
      <div className={styles.problem}>
        <ErrorText
          error={loading.error}
          action={<Button onClick={() => void samples.refresh().catch(() => {})}>{uiText.retry}</Button>}
        />
      </div>
    )
  if (total === 0) return <FirstRun library={library} />

  const clear = () => samples.setFilter({ text: '', statuses: [] })
  const words = [filter.text && `“${filter.text}”`, ...filter.statuses.map((status) => statusText[status])]
  return (
    <div className={styles.screen}>
      <aside className={styles.side}>
        <StatusFilter />
        {aside}
      </aside>
      <section className={styles.main} aria-label={text.grid}>
        <FilterBar searchRef={search} size={size} onSize={(next) => view.setState({ size: next })}>
          <CommandTextButton id="import.choose" icon={<ImagePlus size={15} />} />
          <CommandTextButton id="grid.label" kind="primary" icon={<Play size={14} />} />
        </FilterBar>
        {shown === 0 ? (
          <EmptyState
            icon={<SearchX size={32} strokeWidth={1.5} />}
            title={text.nothingTitle}
            actions={<Button onClick={clear}>{text.clear}</Button>}
          >
            <p>{text.nothingBody(words.filter(Boolean).join(', '))}</p>
          </EmptyState>
        ) : (
          <SampleGrid size={size} onOpen={open} />
        )}
      </section>
    </div>
  )
}
