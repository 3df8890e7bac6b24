import ArrowLeft from 'lucide-react/icons/arrow-left'
import ArrowLeftRight from 'lucide-react/icons/arrow-left-right'
import ChevronLeft from 'lucide-react/icons/chevron-left'
import ChevronRight from 'lucide-react/icons/chevron-right'
import Columns2 from 'lucide-react/icons/columns-2'
import Copy from 'lucide-react/icons/copy'
import Download from 'lucide-react/icons/download'
import Grid3x3 from 'lucide-react/icons/grid-3x3'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { comparisonCsv, comparisonJson, hasOtherLabel } from '../../../shared/host/comparison-file.ts'
import type { DiffedObject } from '../../../shared/label/diff.ts'
import { LinkedViews } from '../../canvas/linked-views.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost } from '../../host/use-host.ts'
import { flushSaves } from '../../stores/autosave.ts'
import { createCompareStore, type ShownMode, shownSamples, sumPixels } from '../../stores/comparison.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandButton, CommandTextButton, IconButton } from '../../ui/icon-button.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { Select } from '../../ui/select.tsx'
import { toast } from '../../ui/toasts.tsx'
import { CategoryMatrix } from './category-matrix.tsx'
import styles from './compare.module.css'
import { CompareCanvas } from './compare-canvas.tsx'
import { compareCommands } from './compare-commands.ts'
import { CompareFilters } from './compare-filters.tsx'
import { CompareGrid } from './compare-grid.tsx'
import type { SampleDifference } from './compare-labels.ts'
import { CompareObjects } from './compare-objects.tsx'
import { CompareSummary, useNames } from './compare-summary.tsx'
import { text } from './text.ts'

/** A side as the address of the screen has it: the number of a version, or `now`. */
const nameOf = (side: string) => (side === 'now' ? text.workingCopy : text.version(Number(side)))

/** The same in the name of a file. */
const fileName = (side: string) => (side === 'now' ? 'working' : `v${side}`)

/** What two versions, or a version and what is not committed, differ in. */
export function CompareScreen(props: {
  readonly before: string
  readonly after: string
  /** Digest of the image that is looked at; null shows all that differ. */
  readonly image: string | null
  onGo(before: string, after: string, image: string | null): void
  onBack(): void
  onOpen(sampleId: string): void
}) {
  const { before, after, image, onGo, onBack, onOpen } = props
  const host = useHost()
  const { versions, notices, appInfo } = useStores()
  const readOnly = useStore(appInfo, (state) => state.info?.readOnly ?? false)
  const [compare] = useState(() => createCompareStore(host))
  const [views] = useState(() => new LinkedViews())
  const [made, setMade] = useState<SampleDifference | null>(null)
  const [change, setChange] = useState<number | null>(null)
  const list = useStore(versions, (state) => state.list)
  const state = useStore(compare)
  const { comparison, error, order } = state
  const samples = useMemo(() => shownSamples(state), [state])
  const index = image === null ? -1 : samples.findIndex((sample) => sample.image === image)
  const sample =
    image === null
      ? null
      : (samples[index] ?? comparison?.samples.find((each) => each.image === image) ?? null)

  useEffect(() => {
    void compare.open(before, after === 'now' ? null : after)
  }, [compare, before, after])
  useEffect(() => () => compare.close(), [compare])
  const onMade = useCallback((next: SampleDifference | null) => {
    setMade(next)
    setChange(null)
  }, [])

  const names = useNames(comparison)
  const here = useRef({ before, after, image, index, samples, sample, made, change, names })
  here.current = { before, after, image, index, samples, sample, made, change, names }
  const show = useCallback(
    (at: number) => {
      const next = here.current.samples[at]
      if (!next) return
      compare.setState({ active: at })
      onGo(here.current.before, here.current.after, next.image)
    },
    [compare, onGo],
  )
  const goChange = useCallback(
    (at: number) => {
      const where = here.current.made?.diff.objects[at]?.where
      if (!where) return
      setChange(at)
      views.frame(where)
      views.zoomToRect(where)
    },
    [views],
  )
  const restore = useCallback(async () => {
    const { sample, before } = here.current
    if (!sample || sample.id === null) return
    try {
      const { job, failed } = await host.call('versions.restoreSample', {
        version: before,
        sampleId: sample.id,
      })
      if (failed[0]) throw failed[0].error
      const takeBack = () =>
        void host.call('versions.undo', { job: job! }).then(
          () => toast(text.undone),
          (reason: unknown) => notices.report('compare.undo', reason),
        )
      toast(
        text.restored(sample.name, text.version(Number(before))),
        job === null ? undefined : { label: text.undo, run: takeBack },
      )
    } catch (reason) {
      notices.report('compare.restore', reason)
    }
  }, [host, notices])
  const restoreObject = useCallback(
    async (object: DiffedObject) => {
      const { sample, names } = here.current
      if (!sample || sample.id === null) return
      const { id: sampleId, name } = sample
      const [category, id] =
        object.after === null ? [object.categoryBefore, object.before] : [object.categoryAfter, object.after]
      const said = text.objectName(names(category).name, id!)
      try {
        // What is drawn in this window and not saved yet is part of the label.
        await flushSaves()
        const { revision, former } = await host.call('labels.restoreObject', {
          sampleId,
          before: sample.before?.revision ?? null,
          after: sample.after?.revision ?? null,
          object: { before: object.before, after: object.after },
        })
        if (revision === null) return void toast(text.objectSame(said))
        const takeBack = async () => {
          const now = await host.call('samples.get', { id: sampleId })
          if (now.headRevision !== revision) return void toast(text.changedSince)
          await host.call('label.choose', { sampleId, revision: former! })
          toast(text.undone)
        }
        toast(
          text.objectRestored(said, name),
          former === null
            ? undefined
            : {
                label: text.undo,
                run: () => void takeBack().catch((reason: unknown) => notices.report('compare.undo', reason)),
              },
        )
      } catch (reason) {
        notices.report('compare.restore', reason)
      }
    },
    [host, notices],
  )
  const commands = useMemo(
    () =>
      compareCommands({
        isViewing: () => here.current.sample !== null,
        mayBlink: () => !matchMedia('(prefers-reduced-motion: reduce)').matches,
        canSwap: () => here.current.after !== 'now',
        back() {
          if (here.current.image === null) onBack()
          else onGo(here.current.before, here.current.after, null)
        },
        step: (delta) => show(here.current.index + delta),
        stepChange(delta) {
          const { made, change } = here.current
          const count = made?.diff.objects.length ?? 0
          if (count > 0)
            goChange(change === null ? (delta > 0 ? 0 : count - 1) : (change + delta + count) % count)
        },
        show: (mode) =>
          compare.setState({
            mode: mode === 'blink' && compare.getState().mode === 'blink' ? 'changes' : mode,
          }),
        moveLine: (by) =>
          compare.setState(({ swipe }) => ({ mode: 'swipe', swipe: Math.min(1, Math.max(0, swipe + by)) })),
        fit() {
          views.frame(null)
          views.fit()
          setChange(null)
        },
        zoom: (steps) => views.zoom(steps),
        swap: () => onGo(here.current.after, here.current.before, here.current.image),
        isRead: () => compare.getState().isWhole,
        toggleMatrix: () => compare.setState(({ hasMatrix }) => ({ hasMatrix: !hasMatrix })),
        toggleTiles: () =>
          compare.setState(({ tiles }) => ({ tiles: tiles === 'labels' ? 'changes' : 'labels' })),
        save(kind) {
          const { comparison, totals } = compare.getState()
          if (!comparison) return
          const { before, after } = here.current
          const name = `comparison-${fileName(before)}-${fileName(after)}.${kind}`
          const sides = {
            before: { id: comparison.before, name: fileName(before) },
            after: { id: comparison.after, name: fileName(after) },
          }
          const nameOf = (id: number) => here.current.names(id).name
          const made = { comparison, totals, sides, nameOf }
          const content =
            kind === 'csv' ? comparisonCsv(made) : `${JSON.stringify(comparisonJson(made), null, 2)}\n`
          saveFile(name, new Blob([content], { type: kind === 'csv' ? 'text/csv' : 'application/json' }))
          const wanted = comparison.samples.filter(hasOtherLabel).length
          toast(totals.size < wanted ? text.exportedPart(name, totals.size, wanted) : text.exported(name))
        },
        copy() {
          const { comparison, totals } = compare.getState()
          if (!comparison) return
          const { counts } = comparison
          const pixels = sumPixels(totals)
          const words = [
            text.title(nameOf(here.current.before), nameOf(here.current.after)),
            ...(['added', 'removed', 'replaced', 'relabeled', 'recarded', 'renamed'] as const).map(
              (kind) => `${text.kinds[kind]}: ${counts[kind]}`,
            ),
            text.unchanged(counts.unchanged),
            text.told(pixels.added, pixels.removed, pixels.category),
          ]
          navigator.clipboard.writeText(words.join('\n')).then(
            () => toast(text.copied),
            (reason: unknown) => notices.report('compare.copy', reason),
          )
        },
        openSample() {
          const id = here.current.sample?.id
          if (id) onOpen(id)
        },
        restore: () => void restore(),
        hasObject: () => here.current.change !== null,
        restoreObject() {
          const { made, change } = here.current
          const object = change === null ? undefined : made?.diff.objects[change]
          if (object) void restoreObject(object)
        },
      }),
    [compare, views, notices, onBack, onGo, onOpen, show, goChange, restore, restoreObject],
  )
  useCommands('compare', commands)

  const sides = list.map(({ number, message }) => ({
    value: String(number),
    label: text.side(number, message.split('\n')[0] ?? ''),
  }))
  return (
    <div className={styles.screen}>
      <div className={styles.bar}>
        <CommandButton id="compare.back" icon={<ArrowLeft size={16} />} />
        <Select
          label={text.before}
          value={before}
          options={sides.length > 0 ? sides : [{ value: before, label: nameOf(before) }]}
          onChange={(next) => onGo(next, after, null)}
          className={styles.side!}
        />
        <CommandButton id="compare.swap" icon={<ArrowLeftRight size={16} />} />
        <Select
          label={text.after}
          value={after}
          options={[{ value: 'now', label: text.workingCopy }, ...sides]}
          onChange={(next) => onGo(before, next, null)}
          className={styles.side!}
        />
        <span className={styles.grow} />
        {sample === null ? (
          <>
            <span role="status" className={styles.muted}>
              {comparison && text.shown(samples.length, comparison.samples.length)}
            </span>
            <Select
              label={text.order}
              value={order}
              options={(['name', 'amount'] as const).map((value) => ({ value, label: text.orders[value] }))}
              onChange={(next) => compare.setState({ order: next })}
              className={styles.order!}
            />
            <CommandButton
              id="compare.tiles"
              icon={<Columns2 size={16} />}
              pressed={state.tiles === 'labels'}
            />
            <CommandButton id="compare.matrix" icon={<Grid3x3 size={16} />} pressed={state.hasMatrix} />
            <CommandButton id="compare.copy" icon={<Copy size={16} />} />
            <Menu trigger={<IconButton label={text.exports} icon={<Download size={16} />} />}>
              {(['csv', 'json'] as const).map((kind) => (
                <MenuItem
                  key={kind}
                  disabled={!state.isWhole}
                  onSelect={() => commands.find(({ id }) => id === `compare.${kind}`)?.run?.()}
                >
                  {kind === 'csv' ? text.exportCsv : text.exportJson}
                </MenuItem>
              ))}
            </Menu>
          </>
        ) : (
          <>
            <strong className={styles.sampleName} title={sample.name}>
              {sample.name}
            </strong>
            <CommandButton id="compare.previous" icon={<ChevronLeft size={16} />} />
            <span className={styles.muted}>{text.position(Math.max(0, index), samples.length)}</span>
            <CommandButton id="compare.next" icon={<ChevronRight size={16} />} />
          </>
        )}
      </div>
      {error && <ErrorText error={error} />}
      <div className={styles.work}>
        {sample === null ? (
          <>
            <CompareSummary compare={compare} />
            <div className={styles.images}>
              {comparison && state.hasMatrix && <CategoryMatrix compare={compare} comparison={comparison} />}
              <CompareFilters compare={compare} />
              {comparison && samples.length > 0 ? (
                <CompareGrid compare={compare} samples={samples} onOpen={show} />
              ) : (
                !error && (
                  <Nothing
                    isRead={comparison !== null}
                    isFiltered={(comparison?.samples.length ?? 0) > 0}
                    onClear={() => compare.clearFilters()}
                  />
                )
              )}
            </div>
          </>
        ) : (
          <>
            <div className={styles.middle}>
              <Modes mode={state.mode} before={nameOf(before)} />
              <CompareCanvas compare={compare} sample={sample} views={views} made={made} onMade={onMade} />
            </div>
            <CompareObjects
              compare={compare}
              sample={sample}
              made={made}
              active={change}
              onGo={goChange}
              onRestore={sample.id === null || readOnly ? null : (object) => void restoreObject(object)}
            />
          </>
        )}
      </div>
    </div>
  )
}

const modes: readonly ShownMode[] = ['changes', 'before', 'after', 'swipe', 'side', 'blink']

function Modes({ mode, before }: { readonly mode: ShownMode; readonly before: string }) {
  return (
    <div className={styles.modes} role="toolbar" aria-label={text.mode}>
      {modes.map((each) => (
        <CommandTextButton key={each} id={`compare.${each}`} kind="quiet" aria-pressed={mode === each}>
          {text.modes[each]}
        </CommandTextButton>
      ))}
      <span className={styles.grow} />
      <CommandTextButton id="compare.fit" kind="quiet">
        {text.fitShort}
      </CommandTextButton>
      <CommandTextButton id="compare.open" kind="quiet" />
      <CommandTextButton id="compare.restore" kind="quiet">
        {text.restoreFrom(before)}
      </CommandTextButton>
    </div>
  )
}

function Nothing(props: { readonly isRead: boolean; readonly isFiltered: boolean; onClear(): void }) {
  if (!props.isRead) return <EmptyState title={text.comparing} />
  if (props.isFiltered)
    return (
      <EmptyState
        title={text.filteredTitle}
        actions={<Button onClick={props.onClear}>{text.clear}</Button>}
      />
    )
  return <EmptyState title={text.noneTitle}>{text.noneBody}</EmptyState>
}
