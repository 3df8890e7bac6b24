import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { emptyCard } from '../../../shared/dataset/card.ts'
import { objectShortcomings } from '../../../shared/label/attribute-edit.ts'
import { type Shortcoming, shortcomings } from '../../../shared/label/attributes.ts'
import type { FaceHost } from '../../host/face-host.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { Stores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import styles from './labeler.module.css'
import type { LabelerActions } from './labeler-actions.ts'
import { text } from './text.ts'

type Missing = Shortcoming & { readonly objectId: number | null; readonly of: string }

/** What keeps the label on the screen from being marked as labeled; null: nobody asked. */
const shown = createStore<{ readonly list: readonly Missing[] | null }>(() => ({ list: null }))

/**
 * Whether everything that must be said of the objects and of the image is said. If not, all of it is listed at once.
 * Rejects with AppError when the card of the image cannot be read.
 */
export async function mayBeDone(
  host: FaceHost,
  { categories }: Pick<Stores, 'categories'>,
  session: LabelSession,
): Promise<boolean> {
  const { list, rules } = categories.getState()
  const { imageAttributes } = rules
  const card =
    imageAttributes.length > 0 ? await host.call('cards.get', { sampleId: session.sample.id }) : emptyCard
  const missing: Missing[] = [
    ...shortcomings(imageAttributes, card.attributes).map((each) => ({
      ...each,
      objectId: null,
      of: text.thisImage,
    })),
    ...objectShortcomings(session.doc, list).map(({ objectName, ...each }) => ({ ...each, of: objectName })),
  ]
  if (missing.length > 0) shown.setState({ list: missing })
  return missing.length === 0
}

/** All that is missing, each with a jump to where it is said. */
export function ShortcomingsDialog({ actions }: { readonly actions: LabelerActions }) {
  const list = useStore(shown, (state) => state.list)
  if (!list) return null
  const close = () => shown.setState({ list: null })
  const jump = ({ objectId, name }: Missing) => {
    close()
    if (objectId !== null) {
      actions.canvas.current?.choose(objectId)
      const bounds = actions.session()?.index.get(objectId)?.bounds
      if (bounds) actions.canvas.current?.view.reveal(bounds)
    }
    const group = objectId === null ? 'image' : `object ${objectId}`
    // The dialog gives the focus back first, and the panel of the object has to be drawn.
    setTimeout(() => focusField(`${group} ${name}`), 150)
  }
  return (
    <Dialog
      open
      size="small"
      onOpenChange={close}
      title={text.notDone}
      description={text.notDoneHelp(list.length)}
      footer={<Button onClick={close}>{text.close}</Button>}
    >
      <ul className={styles.missing}>
        {list.map((each) => (
          <li key={`${each.objectId} ${each.name}`}>
            <button type="button" onClick={() => jump(each)}>
              <strong>{each.of}</strong>
              <span>
                {each.problem === 'missing'
                  ? text.attributeMissing(each.name)
                  : text.attributeProblem(each.name, each.problem)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function focusField(field: string): void {
  const row = document.querySelector(`[data-attribute="${CSS.escape(field)}"]`)
  row?.scrollIntoView({ block: 'nearest' })
  row?.querySelector<HTMLElement>('input, textarea, button, [tabindex]')?.focus()
}
