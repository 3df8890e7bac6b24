import { memo, useMemo } from 'react'
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
import { formatNumber } from '../../ui/text.ts'
import { TileGrid } from '../../ui/tile-grid.tsx'
import styles from './compare.module.css'
import { text } from './text.ts'
import { TilePicture } from './tile-picture.tsx'

/** CSS pixels. */
const wantedWidth = 210
/** What stands under a picture. */
const captionRem = 3.6
const pictureHeight = (width: number) => Math.round(width * 0.66)

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
  return (
    <TileGrid
      name="change"
      label={text.grid}
      count={samples.length}
      active={active}
      wantedWidth={wantedWidth}
      heightOf={(width, rem) => pictureHeight(width) + Math.round(captionRem * rem)}
      onActive={(index) => compare.setState({ active: index })}
      onKey={() => onOpen(active)}
      onClick={onOpen}
      tile={({ index, column, width }) => {
        const sample = samples[index]!
        return (
          <Tile
            key={`${sample.image} ${sample.kind}`}
            sample={sample}
            index={index}
            column={column}
            isActive={index === active}
            height={pictureHeight(width)}
            totals={totals.get(sample.image) ?? null}
            tiles={tiles}
            colors={colors}
          />
        )
      }}
    />
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
