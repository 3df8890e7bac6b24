import Check from 'lucide-react/icons/check'
import { useStore } from 'zustand'
import type { LabelConflict } from '../../../shared/history/label-side.ts'
import type { Choice, ConflictGroup } from '../../../shared/history/resolve-label.ts'
import styles from './compare.module.css'
import { useNames } from './compare-summary.tsx'
import { type ConflictStore, shapesKey } from './conflict-store.ts'
import { conflictText as text } from './conflict-text.ts'

/** One question: the objects that it is about, what each side did, and the answers. */
export function Question(props: {
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

/** Both sides changed the shapes beside the mask, which are taken as a whole. */
export function ShapesQuestion(props: {
  readonly conflicts: ConflictStore
  readonly answer: Choice | undefined
  readonly isActive: boolean
  onLook(): void
}) {
  const { conflicts, answer, isActive, onLook } = props
  return (
    <li className={styles.question} data-active={isActive || undefined}>
      <button type="button" className={styles.object} aria-current={isActive || undefined} onClick={onLook}>
        {answer && <Check size={14} aria-hidden />}
        <strong>{text.shapes}</strong>
      </button>
      <ul>
        <li>{text.shapesHelp}</li>
      </ul>
      <fieldset className={styles.choices} aria-label={text.shapes}>
        {(['mine', 'theirs', 'both'] as const).map((choice) => (
          <button
            key={choice}
            type="button"
            aria-pressed={answer === choice}
            onClick={() => {
              onLook()
              conflicts.answer(shapesKey, choice)
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
