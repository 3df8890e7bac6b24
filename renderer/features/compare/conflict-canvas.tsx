import { useId, useMemo } from 'react'
import { useStore } from 'zustand'
import type { LinkedViews } from '../../canvas/linked-views.ts'
import { ForReaders } from '../../ui/for-readers.tsx'
import styles from './compare.module.css'
import { useNames } from './compare-summary.tsx'
import { type ConflictMode, type ConflictStore, idsOf, type OpenConflict } from './conflict-store.ts'
import { conflictText as text } from './conflict-text.ts'
import { LabelPane, type PaneLabel } from './label-pane.tsx'
import { usePicture } from './use-picture.ts'

const nothingHidden: ReadonlySet<number> = new Set()
/** Which label each pane shows; several are beside each other. */
const panesOf: Record<
  ConflictMode,
  readonly ('base' | 'mine' | 'theirs' | 'result' | 'difference' | 'swipe')[]
> = {
  panes: ['base', 'mine', 'result', 'theirs'],
  result: ['result'],
  base: ['base'],
  mine: ['mine'],
  theirs: ['theirs'],
  difference: ['difference'],
  swipe: ['swipe'],
}

/** The photograph with what both come from, my label, theirs, what the answers make of them, or all four. */
export function ConflictCanvas(props: {
  readonly conflicts: ConflictStore
  readonly conflict: OpenConflict
  readonly views: LinkedViews
}) {
  const { conflicts, conflict, views } = props
  const described = useId()
  const sides = useStore(conflicts, (state) => state.sides)
  const result = useStore(conflicts, (state) => state.result)
  const mode = useStore(conflicts, (state) => state.mode)
  const swipe = useStore(conflicts, (state) => state.swipe)
  const answers = useStore(conflicts, (state) => state.answers)
  const names = useNames(null)
  const { sampleId, image, name, width, height } = conflict
  // A label can be judged without its photograph: that it cannot be read is not said here.
  const { picture } = usePicture({ id: sampleId, image, name })
  const isOpen = sides?.facts.sampleId === sampleId
  const made = useMemo<PaneLabel | null>(() => {
    if (!result || !isOpen) return null
    return {
      map: { width, height, ids: idsOf(result, width * height) },
      objects: new Map(result.objects.map((object) => [object.id, object])),
    }
  }, [result, isOpen, width, height])
  const shown = isOpen ? sides : null
  const labels = {
    base: shown?.base ?? null,
    mine: shown?.mine ?? null,
    theirs: shown?.theirs ?? null,
    result: made,
  }
  const panes = panesOf[mode]
  return (
    <div className={styles.canvas}>
      <div className={styles.panes} data-count={panes.length}>
        {panes.map((pane, i) => {
          const isOne = pane !== 'difference' && pane !== 'swipe'
          return (
            <LabelPane
              key={panes.length > 1 ? pane : 'one'}
              views={views}
              picture={picture}
              before={isOne ? labels[pane] : labels.mine}
              after={isOne ? null : labels.theirs}
              changes={pane === 'difference' ? (shown?.pyramid ?? null) : null}
              hidden={nothingHidden}
              mode={isOne ? 'before' : pane === 'swipe' ? 'swipe' : 'changes'}
              swipe={swipe}
              names={names}
              label={panes.length > 1 ? text.besideCanvas(text.modes[pane]) : text.canvas}
              describedBy={described}
              corner={pane === 'swipe' ? text.mine : text.modes[pane]}
              otherCorner={pane === 'swipe' ? text.theirs : null}
              takesFocus={i === 0}
              onSwipe={(share) => conflicts.setState({ swipe: share })}
            />
          )
        })}
      </div>
      <ForReaders id={described}>
        {text.describe(name, text.modes[mode], text.answered(answers.size, result?.groups.length ?? 0))}
      </ForReaders>
      {mode === 'swipe' && (
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
      )}
    </div>
  )
}
