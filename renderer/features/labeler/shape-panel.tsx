import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import Brush from 'lucide-react/icons/brush'
import Layers from 'lucide-react/icons/layers'
import { type KeyboardEvent, useLayoutEffect, useRef } from 'react'
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

/**
 * One stop of Tab; arrows choose a shape and bring it into view, Enter zooms to it. Only the rows in sight exist in the page.
 */
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
  const mustFocus = useRef(false)
  const stop = Math.min(chosen ?? 0, shapes.length - 1)
  const rows = useVirtualizer({
    count: shapes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () =>
      Math.ceil(rowRem * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
    overscan: 8,
    // The row that Tab comes to stays in the page, wherever the list is scrolled to.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range)
      return shown.includes(stop) ? shown : [...shown, stop].sort((a, b) => a - b)
    },
  })
  useLayoutEffect(() => {
    if (!mustFocus.current) return
    mustFocus.current = false
    scroller.current
      ?.querySelector<HTMLElement>(`[data-index="${stop}"] button`)
      ?.focus({ preventScroll: true })
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (event.key === 'Escape') {
      event.preventDefault()
      chooseShape(actions, null)
      document.querySelector<HTMLElement>('[role=application]')?.focus()
      return
    }
    const to = {
      // The first arrow chooses what Tab came to.
      ArrowDown: chosen === null ? 0 : chosen + 1,
      ArrowUp: chosen === null ? 0 : chosen - 1,
      Home: 0,
      End: shapes.length - 1,
      PageDown: stop + rowsOfPage,
      PageUp: stop - rowsOfPage,
    }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const next = Math.max(0, Math.min(shapes.length - 1, to))
    mustFocus.current = true
    revealShape(actions, next)
    rows.scrollToIndex(next, { align: 'auto' })
  }
  return (
    <div ref={scroller} className={styles.list}>
      <ul aria-label={text.list} style={{ height: rows.getTotalSize() }} onKeyDown={onKeyDown}>
        {rows.getVirtualItems().map(({ index, start, size }) => {
          const shape = shapes[index]!
          const category = list.find((each) => each.id === shape.categoryId)
          const name = category?.name ?? text.stray(shape.categoryId)
          const type = text.types[shape.type]
          return (
            <li
              key={index}
              data-index={index}
              aria-posinset={index + 1}
              aria-setsize={shapes.length}
              style={{ transform: `translateY(${start}px)`, height: size }}
            >
              <button
                type="button"
                className={styles.row}
                tabIndex={index === stop ? 0 : -1}
                aria-current={index === chosen || undefined}
                aria-label={text.row(name, type, shape.id)}
                {...(index === stop && { [shapeListMark]: '' })}
                onClick={() => zoomToShape(actions, index)}
              >
                <CategorySwatch actions={actions} category={category} />
                <span className={styles.name}>{name}</span>
                <span className={styles.type}>{type}</span>
                <span className={styles.id}>{shape.id}</span>
              </button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
