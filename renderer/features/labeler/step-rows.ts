import type { StepEntry } from '../../../shared/host/label-steps.ts'
import type { StepHistory } from '../../stores/step-history.ts'

/** One line of the list of steps, newest first. */
export type StepRow =
  /** `position`: how many steps are done when the label is as this line has it. */
  | { readonly kind: 'step'; readonly position: number; readonly entry: StepEntry; readonly state: StepState }
  /** The label before the first step that can be taken back. */
  | { readonly kind: 'start'; readonly position: number; readonly state: StepState }
  /** Between steps: the image was opened, or the label was changed by something that is not among the steps. */
  | { readonly kind: 'opened'; readonly at: number }
  | { readonly kind: 'elsewhere' }

export type StepState = 'current' | 'done' | 'undone' | 'lost'

const openingOf = ({ key }: StepEntry) => key.slice(0, 8)

export function stepRows({
  rows,
  position,
  start,
}: Pick<StepHistory, 'rows' | 'position' | 'start'>): StepRow[] {
  const list: StepRow[] = []
  if (rows.length === 0) return list
  for (let i = rows.length - 1; i >= 0; i--) {
    const entry = rows[i]!
    const done = i + 1
    const state = i < start ? 'lost' : done === position ? 'current' : done < position ? 'done' : 'undone'
    if (done === start) {
      list.push({ kind: 'start', position: start, state: position === start ? 'current' : 'done' })
      list.push({ kind: 'elsewhere' })
    }
    list.push({ kind: 'step', position: done, entry, state })
    const before = rows[i - 1]
    if (before && openingOf(before) !== openingOf(entry)) list.push({ kind: 'opened', at: entry.at })
  }
  list.push({ kind: 'opened', at: rows[0]!.at })
  if (start === 0) list.push({ kind: 'start', position: 0, state: position === 0 ? 'current' : 'done' })
  return list
}
