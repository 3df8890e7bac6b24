import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { type DiffKind, diffKinds } from '../../../shared/label/diff.ts'
import type { LabelTotals } from '../../../shared/label/diff-totals.ts'
import {
  type ComparedSample,
  type CompareState,
  type CompareStore,
  changeKinds,
  isOfKind,
} from '../../stores/comparison.ts'
import { overlayColors } from '../../stores/overlay-colors.ts'
import { useStores } from '../../stores/stores.ts'
import { moveInGrid } from '../../ui/grid-keys.ts'
import { formatNumber } from '../../ui/text.ts'
import styles from './compare.module.css'
import { text } from './text.ts'
import { TilePicture } from './tile-picture.tsx'

const gap = 10
/** CSS pixels. */
const wantedWidth = 210

/** The images that differ, with where; only the rows in sight exist in the page. */
export function CompareGrid(props: {
  readonly compare: CompareStore
  readonly samples: readonly ComparedSample[]
  onOpen(index: number): void
}) {
  const { compare, samples, onOpen } = props
  const active = Math.min(
    useStore(compare, (state) => state.active),
    samples.length - 1,
  )
  const totals = useStore(compare, (state) => state.totals)
  const tiles = useStore(compare, (state) => state.tiles)
  const { categories } = useStores()
  const list = useStore(categories, (state) => state.list)
  const colors = useMemo(() => overlayColors(list), [list])
  const scroller = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [rem, setRem] = useState(13)
  useLayoutEffect(() => {
    const element = scroller.current!
    const measure = () => {
      setRem(Number.parseFloat(getComputedStyle(document.documentElement).fontSize))
      setWidth(element.clientWidth - 24)
    }
    measure()
    element.focus({ preventScroll: true })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const columns = Math.max(1, Math.floor((width + gap) / (wantedWidth + gap)))
  const side = Math.max(80, Math.floor((width - gap * (columns - 1)) / columns))
  const rowHeight = Math.round(side * 0.66 + 3.6 * rem) + gap
  const rows = useVirtualizer({
    count: Math.ceil(samples.length / columns),
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
      return onOpen(active)
    }
    const perPage = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight))
    const next = moveInGrid(event.key, active, samples.length, columns, perPage)
    if (next === null) return
    event.preventDefault()
    event.stopPropagation()
    rows.scrollToIndex(Math.floor(next / columns), { align: 'auto' })
    compare.setState({ active: next })
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    <div
      ref={scroller}
      className={styles.grid}
      role="grid"
      aria-label={text.grid}
      aria-rowcount={rows.options.count}
      aria-colcount={columns}
      aria-activedescendant={samples.length > 0 ? `change-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const index = indexAt(event.target)
        if (index >= 0) onOpen(index)
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
                const sample = samples[index]
                return (
                  sample && (
                    <Tile
                      key={`${sample.image} ${sample.kind}`}
                      sample={sample}
                      index={index}
                      column={column}
                      isActive={index === active}
                      height={Math.round(side * 0.66)}
                      totals={totals.get(sample.image) ?? null}
                      tiles={tiles}
                      colors={colors}
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

const Tile = memo(function Tile(props: {
  readonly sample: ComparedSample
  readonly index: number
  readonly column: number
  readonly isActive: boolean
  /** CSS pixels. */
  readonly height: number
  readonly totals: LabelTotals | null
  readonly tiles: CompareState['tiles']
  readonly colors: string
}) {
  const { sample, index, column, isActive, height, totals, tiles, colors } = props
  const { name, before, after } = sample
  const kinds = changeKinds.filter((kind) => isOfKind(sample, kind)).map((kind) => text.kinds[kind])
  const pixels = totals ? diffKinds.filter((kind) => totals.pixels[kind] > 0) : []
  const said = [
    ...kinds,
    ...pixels.map((kind) => `${text.pixelKinds[kind]} ${text.pixelCount(totals!.pixels[kind])}`),
  ]
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are positioned one by one, which a table cannot do
    // biome-ignore lint/a11y/useFocusableInteractive: the focus stays on the grid, which names the active cell
    <div
      id={`change-${index}`}
      role="gridcell"
      aria-colindex={column + 1}
      aria-label={text.tile(name, said.join(', '))}
      data-index={index}
      data-active={isActive || undefined}
      className={styles.tile}
    >
      <div className={styles.picture} style={{ height }}>
        <TilePicture
          key={`${before?.revision} ${after?.revision}`}
          sample={sample}
          tiles={tiles}
          colors={colors}
        />
      </div>
      <span className={styles.name} title={name}>
        {name}
      </span>
      <span className={styles.facts}>
        {pixels.length > 0
          ? pixels.map((kind) => <Sign key={kind} kind={kind} count={totals!.pixels[kind]} />)
          : kinds.join(', ')}
      </span>
    </div>
  )
})

function Sign({ kind, count }: { readonly kind: DiffKind; readonly count: number }) {
  return (
    <span className={styles.sign} title={text.pixelKinds[kind]}>
      <b data-kind={kind}>{text.signs[kind]}</b>
      {formatNumber(count)}
    </span>
  )
}
