import { useVirtualizer } from '@tanstack/react-virtual'
import Brush from 'lucide-react/icons/brush'
import Layers from 'lucide-react/icons/layers'
import { type KeyboardEvent, useId, useRef } from 'react'
import { useStore } from 'zustand'
import type { Shape } from '../../../shared/label/shape.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { useStores } from '../../stores/stores.ts'
import { CommandButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { CategorySwatch } from './category-swatch.tsx'
import type { LabelerActions } from './labeler-actions.ts'
import { chooseShape, revealShape, shapeListMark, zoomToShape } from './shape-commands.ts'
import styles from './shape-panel.module.css'
import { shapeText as text } from './shape-text.ts'

/** Height of a row in rem: it grows with the text size of the system. */
const rowRem = 1.9
const rowsOfPage = 8

/** Boxes, polygons, lines and points beside the mask; nothing where there are none. */
export function ShapePanel(props: {
  readonly actions: LabelerActions
  readonly session: LabelSession | null
}) {
  const { actions, session } = props
  // The buttons are for the one that is chosen.
  useStore(actions.labeling, (state) => state.shapeAt)
  if (!session || session.shapes.length === 0) return null
  return (
    <Panel
      className={styles.panel ?? ''}
      title={text.title(session.shapes.length)}
      actions={
        <span>
          <CommandButton id="canvas.shape.mask" icon={<Brush size={15} />} side="left" />
          <CommandButton id="canvas.shapes.masks" icon={<Layers size={15} />} side="left" />
        </span>
      }
    >
      <p className={styles.kept}>{text.kept}</p>
      <Shapes key={session.sample.id} actions={actions} shapes={session.shapes} />
    </Panel>
  )
}

/** One stop of Tab; arrows choose a shape, Enter zooms to it. Only the rows in sight exist in the page. */
function Shapes({
  actions,
  shapes,
}: {
  readonly actions: LabelerActions
  readonly shapes: readonly Shape[]
}) {
  const { categories } = useStores()
  const list = useStore(categories, (state) => state.list)
  const chosen = useStore(actions.labeling, (state) => state.shapeAt)
  const scroller = useRef<HTMLDivElement>(null)
  const id = useId()
  const rows = useVirtualizer({
    count: shapes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () =>
      Math.ceil(rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
    overscan: 8,
  })
  const goTo = (at: number, how: (actions: LabelerActions, at: number) => void) => {
    how(actions, at)
    rows.scrollToIndex(at, { align: 'auto' })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const at = chosen ?? -1
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: shapes.length - 1,
      PageDown: at + rowsOfPage,
      PageUp: at - rowsOfPage,
    }[event.key]
    if (to !== undefined) goTo(Math.max(0, Math.min(shapes.length - 1, to)), revealShape)
    else if (event.key === 'Enter' || event.key === ' ') goTo(Math.max(0, at), zoomToShape)
    else if (event.key === 'Escape') {
      chooseShape(actions, null)
      document.querySelector<HTMLElement>('[role=application]')?.focus()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div
      ref={scroller}
      className={styles.list}
      role="listbox"
      aria-label={text.list}
      aria-activedescendant={chosen === null ? undefined : `${id}-${chosen}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      {...{ [shapeListMark]: '' }}
    >
      <div role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start, size }) => {
          const shape = shapes[index]!
          const category = list.find((each) => each.id === shape.categoryId)
          const name = category?.name ?? text.stray(shape.categoryId)
          const type = text.types[shape.type]
          return (
            // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the active option.
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys.
            <div
              key={index}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === chosen}
              aria-posinset={index + 1}
              aria-setsize={shapes.length}
              aria-label={text.row(name, type, shape.id)}
              className={styles.row}
              style={{ transform: `translateY(${start}px)`, height: size }}
              onClick={() => goTo(index, zoomToShape)}
            >
              <CategorySwatch actions={actions} category={category} />
              <span className={styles.name}>{name}</span>
              <span className={styles.type}>{type}</span>
              <span className={styles.id}>{shape.id}</span>
            </div>
          )
        })}
      </div>
    </div>
  )
}
