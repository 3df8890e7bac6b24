import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { useStore } from 'zustand'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { moveInGrid } from '../../ui/grid-keys.ts'
import { CropPictures } from './crop-pictures.ts'
import { ObjectTile } from './object-tile.tsx'
import styles from './objects.module.css'
import { text } from './text.ts'

const gap = 10
/** CSS pixels. */
const wantedSide = 150
/** One line of text, in rem. */
const captionRem = 26 / 13

/** Crops of objects; only the rows in sight exist in the page. `onShow` opens the one the keyboard is on. */
export function ObjectGrid({ onShow }: { onShow(): void }) {
  const host = useHost()
  const { objectReview: review } = useStores()
  const { objects, marked, active } = useStore(review)
  const [pictures] = useState(() => new CropPictures(host))
  useEffect(() => () => pictures.close(), [pictures])
  const scroller = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [rem, setRem] = useState(13)
  useLayoutEffect(() => {
    const element = scroller.current!
    const measure = () => {
      const style = getComputedStyle(element)
      setRem(Number.parseFloat(getComputedStyle(document.documentElement).fontSize))
      setWidth(
        element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight),
      )
    }
    measure()
    element.focus({ preventScroll: true })
    const observer = new ResizeObserver(() => flushSync(measure))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const columns = Math.max(1, Math.floor((width + gap) / (wantedSide + gap)))
  const side = Math.max(48, Math.floor((width - gap * (columns - 1)) / columns) - 2)
  const rowHeight = side + Math.ceil(captionRem * rem) + gap
  const rows = useVirtualizer({
    count: Math.ceil(objects.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 2,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are measured anew when their height changes
  useLayoutEffect(() => rows.measure(), [rowHeight])
  // biome-ignore lint/correctness/useExhaustiveDependencies: on coming back, where the person left off
  useEffect(() => {
    if (width > 0 && active > 0) rows.scrollToIndex(Math.floor(active / columns), { align: 'center' })
  }, [width > 0])

  const indexAt = (target: EventTarget) => {
    const tile = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null
    return tile ? Number(tile.dataset.index) : -1
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      return event.key === ' ' ? review.toggle(active) : onShow()
    }
    const perPage = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight))
    const next = moveInGrid(event.key, active, objects.length, columns, perPage)
    if (next === null) return
    event.preventDefault()
    rows.scrollToIndex(Math.floor(next / columns), { align: 'auto' })
    review.setActive(next)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label={text.grid}
      aria-multiselectable
      aria-rowcount={rows.options.count}
      aria-colcount={columns}
      aria-activedescendant={objects.length > 0 ? `object-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const index = indexAt(event.target)
        if (index < 0) return
        review.setActive(index)
        review.toggle(index)
      }}
      onDoubleClick={(event) => {
        if (indexAt(event.target) >= 0) onShow()
      }}
    >
      <div role="presentation" style={{ position: 'relative', height: rows.getTotalSize() }}>
        {width > 0 &&
          rows.getVirtualItems().map((row) => (
            // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the grid, which names the active cell
            <div
              key={row.key}
              role="row"
              aria-rowindex={row.index + 1}
              className={styles.row}
              style={{
                transform: `translateY(${row.start}px)`,
                gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
                gap,
              }}
            >
              {Array.from({ length: columns }, (_, column) => {
                const index = row.index * columns + column
                const object = objects[index]
                return (
                  object && (
                    <ObjectTile
                      key={object.key}
                      object={object}
                      index={index}
                      column={column}
                      isMarked={marked.has(object.key)}
                      isActive={index === active}
                      side={side}
                      pictures={pictures}
                    />
                  )
                )
              })}
            </div>
          ))}
      </div>
    </div>
  )
}
