import EyeOff from 'lucide-react/icons/eye-off'
import { useStore } from 'zustand'
import { nameOf } from '../../../shared/label/objects.ts'
import type { Category } from '../../../shared/label/ontology.ts'
import { hidesAnything } from '../../stores/hidden.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import type { LabelerActions } from './labeler-actions.ts'
import styles from './view.module.css'
import { viewText as text } from './view-text.ts'

/** Says that something of the label or the picture is not shown, and shows it again. */
export function HiddenChip(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
  readonly categories: readonly Category[]
}) {
  const { actions, session, categories } = props
  const hidden = useStore(actions.viewing, (state) => state.hidden)
  const shows = useStore(actions.labeling, (state) => state.shows)
  const words: string[] = []
  if (shows !== 'both') words.push(text.chip[shows])
  const { solo } = hidden
  if (solo) {
    const objects = solo.kind === 'objects' ? [...solo.ids] : []
    const names = objects.flatMap((id) => {
      const object = session?.doc.objects.get(id)
      return object ? [nameOf(object, categories)] : []
    })
    if (solo.kind === 'category')
      names.push(categories.find(({ id }) => id === solo.id)?.name ?? text.chip.noCategory)
    words.push(names.length === 0 ? text.chip.soloGone : text.chip.solo(names.join(', ')))
  } else {
    const names = categories.filter(({ id }) => hidden.categories.has(id)).map(({ name }) => name)
    if (names.length > 0) words.push(text.chip.categories(names.join(', ')))
    if (hidden.objects.size > 0) words.push(text.chip.objects(hidden.objects.size))
  }
  const isShown = words.length > 0 || hidesAnything(hidden)
  return (
    <div role="status" className={styles.chipPlace}>
      {isShown && (
        <div className={styles.chip}>
          <EyeOff size={14} aria-hidden />
          <span title={words.join(' · ')}>{words.join(' · ')}</span>
          <CommandTextButton id="canvas.showAll" kind="quiet" />
        </div>
      )}
    </div>
  )
}
