import ImagePlus from 'lucide-react/icons/image-plus'
import LayoutList from 'lucide-react/icons/layout-list'
import MessageCircleWarning from 'lucide-react/icons/message-circle-warning'
import Play from 'lucide-react/icons/play'
import SearchX from 'lucide-react/icons/search-x'
import Trash2 from 'lucide-react/icons/trash-2'
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useStore } from 'zustand'
import { printFilter } from '../../../shared/dataset/filter-text.ts'
import { statusesOf, withStatuses } from '../../../shared/dataset/sample-filter.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost, useLink } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandButton, CommandTextButton } from '../../ui/icon-button.tsx'
import { uiText } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import styles from './browser.module.css'
import { browserCommands } from './browser-commands.ts'
import { exportSelected } from './bulk.ts'
import { FilterBar } from './filter-bar.tsx'
import { FirstRun } from './first-run.tsx'
import { gridView } from './grid-view.ts'
import { SampleGrid } from './sample-grid.tsx'
import { SamplePanel } from './sample-panel.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { StatusFilter } from './status-filter.tsx'
import { text } from './text.ts'

/**
 * The dataset: what is in the library and how far its labels have come. `aside` stands under the status counts; `besides`,
 * what there is that is no image, there too, and where there are no images.
 */
export function Browser(props: {
  onOpen(sampleId: string): void
  onReview(sampleId: string): void
  onObjects(): void
  readonly aside?: ReactNode
  readonly besides?: ReactNode
}) {
  const { onOpen, onReview, onObjects, aside, besides } = props
  const host = useHost()
  const { samples, work, notices, appInfo, categories, views, dialogs } = useStores()
  const loading = useStore(samples, (state) => state.loading)
  const total = useStore(samples, (state) => state.total)
  const outOf = useStore(samples, (state) => state.outOf)
  const trashed = useStore(samples, (state) => state.trashed)
  const isTrash = useStore(samples, (state) => state.trash)
  const library = useStore(appInfo, (state) => state.info?.libraryName ?? '')
  const isConnected = useLink().kind === 'ready'
  const search = useRef<HTMLInputElement>(null)
  const tagInput = useRef<HTMLInputElement>(null)
  const [view] = useState(gridView)
  const layout = useStore(view, (state) => state.layout)
  const info = useStore(view, (state) => state.info)
  useEffect(() => samples.watch(), [samples])

  /** In the order of the list, or in one of its own. */
  const begin = useCallback(
    async (
      id: string | null,
      go: (id: string) => void,
      other?: Parameters<typeof samples.startRun>[1] & { readonly nothing?: string },
    ) => {
      try {
        const wanted = await samples.startRun(id, other)
        // Where nothing is left to do, the list itself is what there is to look at.
        const run = wanted ?? (await samples.startRun(null))
        if (!wanted && other?.nothing) toast(run ? other.nothing : text.nothingTitle)
        else if (!run) toast(text.nothingTitle)
        if (run) go(run.id)
      } catch (error) {
        notices.report('samples.run', error)
      }
    },
    [samples, notices],
  )
  const open = useCallback(
    (id: string) => {
      if (!samples.getState().trash) void begin(id, onOpen)
    },
    [samples, begin, onOpen],
  )
  const addTag = useCallback(() => {
    // At once, so that what is typed next is the tag; and again when a menu has given the focus back to the grid.
    flushSync(() => view.setState({ info: true }))
    tagInput.current?.focus()
    requestAnimationFrame(() => requestAnimationFrame(() => tagInput.current?.focus()))
  }, [view])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title of a command says what the layout is not
  const commands = useMemo(
    () =>
      browserCommands({
        bulk: { samples, work, notices },
        view,
        search,
        addTag,
        views,
        exportLabels: () => void exportSelected(host, { samples, work, notices }),
        assign: () => dialogs.show({ kind: 'category-move', purpose: 'assign', from: null }),
        startLabeling() {
          const { filter, sort } = samples.getState()
          const isChosen = filter.some(({ condition }) => condition.kind === 'status')
          const open = withStatuses(filter, ['in progress', 'unlabeled', 'prelabeled'])
          void begin(null, onOpen, {
            filter: isChosen ? filter : open,
            sort,
            nothing: text.nothingToLabel,
          })
        },
        reviewObjects: onObjects,
        startReview() {
          const { filter } = samples.getState()
          const isChosen = filter.some(({ condition }) => condition.kind === 'status')
          const waiting = withStatuses(filter, ['labeled', 'rejected', 'in progress'])
          const sort = { by: 'review', reversed: false } as const
          void begin(null, onReview, {
            filter: isChosen ? filter : waiting,
            sort,
            nothing: text.nothingToReview,
          })
        },
      }),
    [host, samples, work, notices, dialogs, view, views, begin, onOpen, onReview, onObjects, addTag, layout],
  )
  useCommands('grid', commands)

  if (loading.kind === 'loading') return <EmptyState title={uiText.loading} />
  if (loading.kind === 'failed' && outOf === 0 && !isConnected)
    return <EmptyState title={text.apartTitle}>{text.apartBody}</EmptyState>
  if (loading.kind === 'failed' && outOf === 0)
    return (
      <div className={styles.problem}>
        <ErrorText
          error={loading.error}
          action={<Button onClick={() => void samples.refresh().catch(() => {})}>{uiText.retry}</Button>}
        />
      </div>
    )
  if (outOf === 0 && trashed === 0 && !isTrash) return <FirstRun library={library} besides={besides} />

  return (
    <div className={styles.screen} data-info={info || undefined}>
      <aside className={styles.side}>
        <StatusFilter />
        {besides}
        {aside}
      </aside>
      <section className={styles.main} aria-label={text.grid}>
        <FilterBar searchRef={search} view={view}>
          {isTrash ? (
            <EmptyTrash />
          ) : (
            <>
              <CommandTextButton id="import.choose" icon={<ImagePlus size={15} />} />
              <CommandButton id="grid.objects" icon={<LayoutList size={15} />} />
              <CommandTextButton id="grid.review" icon={<MessageCircleWarning size={15} />} />
              <CommandTextButton id="grid.label" kind="primary" icon={<Play size={14} />} />
            </>
          )}
        </FilterBar>
        {total === 0 ? (
          <div className={styles.nothing}>
            <Nothing
              words={printFilter(
                samples.getState().filter,
                categories.getState().list.map(({ name }) => name),
              )}
            />
          </div>
        ) : (
          <SampleGrid view={view} onOpen={open} />
        )}
        <SelectionBar onAddTag={addTag} />
      </section>
      {info && (
        <aside className={styles.info} aria-label={text.info}>
          <SamplePanel tagRef={tagInput} />
        </aside>
      )}
    </div>
  )
}

function Nothing({ words }: { readonly words: string }) {
  const { samples } = useStores()
  const isTrash = useStore(samples, (state) => state.trash)
  const filter = useStore(samples, (state) => state.filter)
  if (isTrash && filter.length === 0)
    return (
      <EmptyState
        icon={<Trash2 size={32} strokeWidth={1.5} />}
        title={text.trashEmptyTitle}
        actions={<Button onClick={() => samples.showTrash(false)}>{text.toDataset}</Button>}
      >
        <p>{text.trashEmptyBody}</p>
      </EmptyState>
    )
  const statuses = statusesOf(filter)
  return (
    <EmptyState
      icon={<SearchX size={32} strokeWidth={1.5} />}
      title={text.nothingTitle}
      actions={<Button onClick={() => samples.setFilter([])}>{text.clear}</Button>}
    >
      <p>{text.nothingBody(words || statuses.join(', '))}</p>
    </EmptyState>
  )
}

/** The one thing here that cannot be taken back asks before. */
function EmptyTrash() {
  const host = useHost()
  const { samples, notices } = useStores()
  const trashed = useStore(samples, (state) => state.trashed)
  const [asks, setAsks] = useState(false)
  const [busy, setBusy] = useState(false)
  const empty = async () => {
    setBusy(true)
    try {
      const { removed } = await host.call('trash.empty', {})
      toast(text.removed(removed))
    } catch (error) {
      notices.report('trash.empty', error)
    } finally {
      setBusy(false)
      setAsks(false)
    }
  }
  return (
    <>
      <Button onClick={() => samples.showTrash(false)}>{text.toDataset}</Button>
      <Button kind="danger" disabled={trashed === 0} onClick={() => setAsks(true)}>
        {text.emptyTrash}
      </Button>
      <Dialog
        open={asks}
        onOpenChange={setAsks}
        title={text.emptyTrashTitle}
        description={text.emptyTrashBody(trashed)}
        size="small"
        footer={
          <>
            <Button onClick={() => setAsks(false)}>{uiText.cancel}</Button>
            <Button kind="danger" busy={busy} onClick={() => void empty()}>
              {text.emptyTrash}
            </Button>
          </>
        }
      >
        {null}
      </Dialog>
    </>
  )
}
