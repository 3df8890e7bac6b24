import ArrowLeft from 'lucide-react/icons/arrow-left'
import Check from 'lucide-react/icons/check'
import { type RefObject, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import type { LabelConflict } from '../../../shared/history/label-side.ts'
import type { Choice, ConflictGroup } from '../../../shared/history/resolve-label.ts'
import { thumbPath } from '../../../shared/host/data-plane.ts'
import type { LabelMap } from '../../../shared/label/label-map.ts'
import type { LabelObject } from '../../../shared/label/ontology.ts'
import { CompareView, listenToCompare } from '../../canvas/compare-view.ts'
import { objectChannels, packed } from '../../canvas/object-color.ts'
import { closePhoto, type Photo } from '../../canvas/photo.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { ForReaders } from '../../ui/for-readers.tsx'
import { CommandButton, CommandTextButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { formatWhen } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import styles from './compare.module.css'
import { readPhoto, readThumb } from './compare-labels.ts'
import { useNames } from './compare-summary.tsx'
import { conflictCommands } from './conflict-commands.ts'
import {
  type ConflictStore,
  conflictModes,
  createConflictStore,
  idsOf,
  type OpenConflict,
  whereIs,
} from './conflict-store.ts'
import { conflictText as text } from './conflict-text.ts'

const fillAlpha = 165
const nothingHidden: ReadonlySet<number> = new Set()

/** Labels that two sides changed differently: object by object, mine, theirs or both. */
export function ConflictScreen(props: {
  /** Id of the sample; null: the first one. */
  readonly sampleId: string | null
  onGo(sampleId: string | null): void
  onBack(): void
  onOpen(sampleId: string): void
}) {
  const { sampleId, onGo, onBack, onOpen } = props
  const host = useHost()
  const { notices } = useStores()
  const [conflicts] = useState(() => createConflictStore(host))
  const view = useRef<CompareView | null>(null)
  const { list, error, sides, result, answers, active, busy } = useStore(conflicts)
  const groups = result?.groups ?? []
  const current = list?.find((each) => each.sampleId === sampleId) ?? list?.[0] ?? null
  const id = current?.sampleId ?? null

  useEffect(() => {
    void conflicts.refresh()
    return () => conflicts.close()
  }, [conflicts])
  useEffect(() => {
    if (id !== null) void conflicts.open(id)
  }, [conflicts, id])

  const look = useCallback(
    (at: number) => {
      const { sides, result } = conflicts.getState()
      const group = result?.groups[at]
      if (!sides || !result || !group) return
      conflicts.setState({ active: at })
      const where = whereIs(sides, group.objects, result.renumbered, sides.mine.map.width)
      view.current?.frame(where)
      if (where) view.current?.zoomToRect(where)
    },
    [conflicts],
  )
  const save = useCallback(
    async (whole?: 'mine' | 'theirs') => {
      const { list } = conflicts.getState()
      const at = list?.findIndex((each) => each.sampleId === id) ?? -1
      const name = current?.name ?? ''
      try {
        const undo = await conflicts.save(whole)
        const left = conflicts.getState().list ?? []
        onGo(
          left.find((each) => each.sampleId === id)?.sampleId ??
            left[Math.min(at, left.length - 1)]?.sampleId ??
            null,
        )
        toast(text.saved(name), {
          label: text.undo,
          run: () =>
            void undo().then(
              (isBack) => {
                toast(isBack ? text.reopened : text.changedSince)
                if (isBack) onGo(id)
              },
              (reason: unknown) => notices.report('conflicts.undo', reason),
            ),
        })
      } catch (reason) {
        notices.report('conflicts.save', reason)
      }
    },
    [conflicts, id, current, onGo, notices],
  )
  const now = useRef({ id, save, list })
  now.current = { id, save, list }
  const commands = useMemo(
    () =>
      conflictCommands({
        isOpen: () => conflicts.getState().sides !== null,
        canSave() {
          const { result, answers, busy } = conflicts.getState()
          return !busy && result !== null && result.groups.every(({ key }) => answers.has(key))
        },
        back: onBack,
        step(delta) {
          const { id, list } = now.current
          const at = list?.findIndex((each) => each.sampleId === id) ?? -1
          const next = list?.[at + delta]
          if (next) onGo(next.sampleId)
        },
        stepQuestion(delta) {
          const { result, active } = conflicts.getState()
          const count = result?.groups.length ?? 0
          if (count > 0) look((active + delta + count) % count)
        },
        answer(choice) {
          const { result, active } = conflicts.getState()
          const group = result?.groups[active]
          if (group?.choices.includes(choice)) conflicts.answer(group.key, choice)
        },
        answerAll: (choice) => conflicts.answerAll(choice),
        show: (mode) => conflicts.setState({ mode }),
        fit() {
          view.current?.frame(null)
          view.current?.fit()
        },
        edit() {
          if (now.current.id !== null) onOpen(now.current.id)
        },
        save: (whole) => void now.current.save(whole),
      }),
    [conflicts, look, onBack, onGo, onOpen],
  )
  useCommands('conflicts', commands)

  if (list?.length === 0 || (list !== null && current === null)) {
    return (
      <EmptyState
        icon={<Check size={28} />}
        title={text.doneTitle}
        actions={<CommandTextButton id="conflicts.back" kind="primary" />}
      >
        {text.doneBody}
      </EmptyState>
    )
  }
  if (list === null || current === null) return <EmptyState title={text.loading} />
  const done = groups.filter(({ key }) => answers.has(key)).length
  return (
    <div className={styles.screen}>
      <div className={styles.bar}>
        <CommandButton id="conflicts.back" icon={<ArrowLeft size={16} />} />
        <strong className={styles.sampleName}>{current.name}</strong>
        <span className={styles.muted}>{text.left(list.length)}</span>
        <span className={styles.grow} />
        <span role="status" className={styles.muted}>
          {result && text.answered(done, groups.length)}
        </span>
        <CommandTextButton id="conflicts.save" kind="primary" busy={busy} />
      </div>
      {error && <ErrorText error={error} />}
      <div className={styles.work}>
        <nav className={styles.samples} aria-label={text.list}>
          {list.map((each) => (
            <button
              key={each.sampleId}
              type="button"
              className={styles.sample}
              aria-current={each.sampleId === id || undefined}
              onClick={() => onGo(each.sampleId)}
            >
              <img src={thumbPath(each.sampleId as SampleId, each.image as BlobDigest)} alt="" />
              <span>{each.name}</span>
            </button>
          ))}
        </nav>
        <div className={styles.middle}>
          <Modes conflicts={conflicts} />
          <ConflictCanvas conflicts={conflicts} conflict={current} view={view} />
        </div>
        <aside className={styles.objects}>
          <Panel title={text.questions}>
            {sides && (
              <p className={styles.muted}>
                {text.side(text.mine, sides.facts.mine.objectCount)} ·{' '}
                {text.by(sides.facts.mine.author, formatWhen(sides.facts.mine.createdAt))}
                <br />
                {text.side(text.theirs, sides.facts.theirs.objectCount)} ·{' '}
                {text.by(sides.facts.theirs.author, formatWhen(sides.facts.theirs.createdAt))}
              </p>
            )}
            {sides && sides.facts.others > 1 && (
              <p className={styles.muted}>{text.others(sides.facts.others - 1)}</p>
            )}
            {result && groups.length === 0 && <p className={styles.muted}>{text.noQuestion}</p>}
            <div className={styles.whole}>
              <CommandTextButton id="conflicts.allMine" />
              <CommandTextButton id="conflicts.allTheirs" />
            </div>
            <ul className={styles.objectList}>
              {groups.map((group, i) => (
                <Question
                  key={group.key}
                  conflicts={conflicts}
                  group={group}
                  answer={answers.get(group.key)}
                  isActive={i === active}
                  onLook={() => look(i)}
                />
              ))}
            </ul>
            <div className={styles.whole}>
              <CommandTextButton id="conflicts.wholeMine" kind="quiet" />
              <CommandTextButton id="conflicts.wholeTheirs" kind="quiet" />
            </div>
          </Panel>
        </aside>
      </div>
    </div>
  )
}

function Modes({ conflicts }: { readonly conflicts: ConflictStore }) {
  const mode = useStore(conflicts, (state) => state.mode)
  return (
    <div className={styles.modes} role="toolbar" aria-label={text.view}>
      {conflictModes.map((each) => (
        <CommandTextButton key={each} id={`conflicts.show-${each}`} kind="quiet" aria-pressed={mode === each}>
          {text.modes[each]}
        </CommandTextButton>
      ))}
      <span className={styles.grow} />
      <CommandTextButton id="conflicts.fit" kind="quiet">
        {text.fitShort}
      </CommandTextButton>
      <CommandTextButton id="conflicts.edit" kind="quiet">
        {text.editShort}
      </CommandTextButton>
    </div>
  )
}

function Question(props: {
  readonly conflicts: ConflictStore
  readonly group: ConflictGroup
  readonly answer: Choice | undefined
  readonly isActive: boolean
  onLook(): void
}) {
  const { conflicts, group, answer, isActive, onLook } = props
  const sides = useStore(conflicts, (state) => state.sides)
  const result = useStore(conflicts, (state) => state.result)
  const names = useNames(null)
  const nameOf = (id: number): string => {
    if (id === 0 || !sides || !result) return text.unlabeled
    const there = [...result.renumbered].find(([, here]) => here === id)?.[0] ?? id
    const object = sides.mine.objects.get(id) ?? sides.theirs.objects.get(there)
    return text.object(object ? names(object.categoryId).name : text.gone, id)
  }
  const title = group.objects.map(nameOf).join(', ')
  return (
    <li className={styles.question} data-active={isActive || undefined}>
      <button type="button" className={styles.object} aria-current={isActive || undefined} onClick={onLook}>
        {answer && <Check size={14} aria-hidden />}
        <strong>{title}</strong>
      </button>
      <ul>
        {joined(group.conflicts)
          .slice(0, 6)
          .map((conflict) => (
            <li key={JSON.stringify(conflict)}>{text.says(conflict, nameOf)}</li>
          ))}
      </ul>
      <fieldset className={styles.choices} aria-label={title}>
        {group.choices.map((choice) => (
          <button
            key={choice}
            type="button"
            aria-pressed={answer === choice}
            onClick={() => {
              onLook()
              conflicts.answer(group.key, choice)
            }}
          >
            {text.choices[choice]}
          </button>
        ))}
      </fieldset>
    </li>
  )
}

/** Pixels of the same two objects are one line, whatever they were before. */
function joined(conflicts: readonly LabelConflict[]): readonly LabelConflict[] {
  const sums = new Map<string, LabelConflict>()
  for (const conflict of conflicts) {
    const key = conflict.kind === 'pixels' ? `${conflict.mine} ${conflict.theirs}` : JSON.stringify(conflict)
    const known = sums.get(key)
    if (conflict.kind === 'pixels' && known?.kind === 'pixels')
      sums.set(key, { ...known, pixels: known.pixels + conflict.pixels })
    else sums.set(key, conflict)
  }
  return [...sums.values()]
}

function ConflictCanvas(props: {
  readonly conflicts: ConflictStore
  readonly conflict: OpenConflict
  readonly view: RefObject<CompareView | null>
}) {
  const { conflicts, conflict, view } = props
  const host = useHost()
  const frame = useRef<HTMLDivElement>(null)
  const described = useId()
  const [ready, setReady] = useState<CompareView | null>(null)
  const sides = useStore(conflicts, (state) => state.sides)
  const result = useStore(conflicts, (state) => state.result)
  const mode = useStore(conflicts, (state) => state.mode)
  const swipe = useStore(conflicts, (state) => state.swipe)
  const answers = useStore(conflicts, (state) => state.answers)
  const names = useNames(null)
  const { sampleId, image, name, width, height } = conflict

  useEffect(() => {
    const box = frame.current!
    const made = new CompareView(box)
    view.current = made
    const resize = () => made.resize(box.clientWidth, box.clientHeight, window.devicePixelRatio)
    resize()
    const observer = new ResizeObserver(resize)
    observer.observe(box)
    const stop = listenToCompare(box, made, {
      isSwiping: () => conflicts.getState().mode === 'swipe',
      swipe: (share) => conflicts.setState({ swipe: Math.min(1, Math.max(0, share)) }),
    })
    setReady(made)
    return () => {
      stop()
      observer.disconnect()
      view.current = null
      made.destroy()
    }
  }, [conflicts, view])
  useEffect(() => {
    if (!ready) return
    const stop = new AbortController()
    const { signal } = stop
    let photo: Photo | null = null
    ready.open({ width, height })
    const picture = { id: sampleId, imageDigest: image, name }
    readThumb(host, picture, signal).then(
      (thumb) => !signal.aborted && !photo && ready.showThumb(thumb),
      () => {},
    )
    readPhoto(host, picture, signal).then(
      (decoded) => {
        if (signal.aborted) return closePhoto(decoded)
        photo = decoded
        ready.showPhoto(decoded)
      },
      // The labels can be judged without the photograph; the thumbnail stays.
      () => {},
    )
    return () => {
      stop.abort()
      ready.open(null)
      if (photo) closePhoto(photo)
    }
  }, [ready, host, sampleId, image, name, width, height])
  // biome-ignore lint/correctness/useExhaustiveDependencies: names are what the list of categories makes them
  useEffect(() => {
    if (!ready || !sides || !result) return
    const show = (side: 'before' | 'after', map: LabelMap, objects: ReadonlyMap<number, LabelObject>) =>
      ready.showLabel(side, map, (each) => {
        const object = objects.get(each)
        if (!object) return 0
        const { color, hasInstances } = names(object.categoryId)
        return packed(objectChannels(object, color, hasInstances), fillAlpha)
      })
    if (mode === 'result') {
      const ids = idsOf(result, width * height)
      show('after', { width, height, ids }, new Map(result.objects.map((object) => [object.id, object])))
      return ready.show('after', swipe)
    }
    show('before', sides.mine.map, sides.mine.objects)
    show('after', sides.theirs.map, sides.theirs.objects)
    ready.showChanges(sides.pyramid, nothingHidden)
  }, [ready, sides, result, mode])
  useEffect(() => {
    const shown = {
      result: 'after',
      mine: 'before',
      theirs: 'after',
      difference: 'changes',
      swipe: 'swipe',
    } as const
    ready?.show(shown[mode], swipe)
  }, [ready, mode, swipe])

  return (
    <div className={styles.canvas}>
      <div
        ref={frame}
        className={styles.surface}
        data-mode={mode}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas is where the wheel and the pointer act
        tabIndex={0}
        role="application"
        aria-label={text.canvas}
        aria-describedby={described}
      />
      <ForReaders id={described}>
        {text.describe(name, text.modes[mode], text.answered(answers.size, result?.groups.length ?? 0))}
      </ForReaders>
      <span className={styles.sideName} data-side="before">
        {mode === 'swipe' ? text.mine : text.modes[mode]}
      </span>
      {mode === 'swipe' && (
        <>
          <span className={styles.sideName} data-side="after">
            {text.theirs}
          </span>
          <input
            type="range"
            className={styles.line}
            aria-label={text.modes.swipe}
            min={0}
            max={1}
            step={0.01}
            value={swipe}
            onChange={(event) => conflicts.setState({ swipe: Number(event.target.value) })}
          />
        </>
      )}
    </div>
  )
}
