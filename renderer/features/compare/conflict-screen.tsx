import ArrowLeft from 'lucide-react/icons/arrow-left'
import Check from 'lucide-react/icons/check'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { thumbPath } from '../../../shared/host/data-plane.ts'
import { LinkedViews } from '../../canvas/linked-views.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandButton, CommandTextButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { formatWhen } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import styles from './compare.module.css'
import { ConflictCanvas } from './conflict-canvas.tsx'
import { conflictCommands } from './conflict-commands.ts'
import { Question, ShapesQuestion } from './conflict-question.tsx'
import {
  type ConflictStore,
  conflictModes,
  createConflictStore,
  questionsOf,
  shapesKey,
  whereIs,
} from './conflict-store.ts'
import { conflictText as text } from './conflict-text.ts'

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
  const [views] = useState(() => new LinkedViews())
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
      if (!sides || !result || questionsOf({ result, sides })[at] === undefined) return
      conflicts.setState({ active: at })
      // The shapes are beside the mask: no place of it is meant.
      if (!group) return views.frame(null)
      const where = whereIs(sides, group.objects, result.renumbered, sides.mine.map.width)
      views.frame(where)
      if (where) views.zoomToRect(where)
    },
    [conflicts, views],
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
          const { result, sides, answers, busy } = conflicts.getState()
          return !busy && result !== null && questionsOf({ result, sides }).every((key) => answers.has(key))
        },
        back: onBack,
        step(delta) {
          const { id, list } = now.current
          const at = list?.findIndex((each) => each.sampleId === id) ?? -1
          const next = list?.[at + delta]
          if (next) onGo(next.sampleId)
        },
        stepQuestion(delta) {
          const { length: count } = questionsOf(conflicts.getState())
          const { active } = conflicts.getState()
          if (count > 0) look((active + delta + count) % count)
        },
        answer(choice) {
          const { result, active } = conflicts.getState()
          const group = result?.groups[active]
          const key = questionsOf(conflicts.getState())[active]
          if (group?.choices.includes(choice) || key === shapesKey) conflicts.answer(key!, choice)
        },
        answerAll: (choice) => conflicts.answerAll(choice),
        show: (mode) => conflicts.setState({ mode }),
        fit() {
          views.frame(null)
          views.fit()
        },
        edit() {
          if (now.current.id !== null) onOpen(now.current.id)
        },
        save: (whole) => void now.current.save(whole),
      }),
    [conflicts, views, look, onBack, onGo, onOpen],
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
  const questions = questionsOf({ result, sides })
  const done = questions.filter((key) => answers.has(key)).length
  return (
    <div className={styles.screen}>
      <div className={styles.bar}>
        <CommandButton id="conflicts.back" icon={<ArrowLeft size={16} />} />
        <strong className={styles.sampleName}>{current.name}</strong>
        <span className={styles.muted}>{text.left(list.length)}</span>
        <span className={styles.grow} />
        <span role="status" className={styles.muted}>
          {result && questions.length > 0 && text.answered(done, questions.length)}
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
          <ConflictCanvas conflicts={conflicts} conflict={current} views={views} />
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
            {result && questions.length === 0 && <p className={styles.muted}>{text.noQuestion}</p>}
            {questions.length > 0 && (
              <div className={styles.whole}>
                <CommandTextButton id="conflicts.allMine" />
                <CommandTextButton id="conflicts.allTheirs" />
              </div>
            )}
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
              {questions.at(-1) === shapesKey && (
                <ShapesQuestion
                  conflicts={conflicts}
                  answer={answers.get(shapesKey)}
                  isActive={active === groups.length}
                  onLook={() => look(groups.length)}
                />
              )}
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
