import { type KeyboardEvent, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { type CategoryChange, categoryChanges } from '../../../shared/host/comparison-file.ts'
import type { CategoryPair, CompareStore, Comparison } from '../../stores/comparison.ts'
import { Panel } from '../../ui/panel.tsx'
import styles from './category-matrix.module.css'
import { type Names, useNames } from './compare-summary.tsx'
import { text } from './text.ts'

const isPair = (pair: CategoryPair | null, { from, to }: CategoryPair) =>
  pair?.from === from && pair.to === to
const kindOf = ({ from, to }: CategoryPair) => (from === 0 ? 'added' : to === 0 ? 'removed' : 'category')

/** What became what: categories of before as rows, of now as columns; a cell shows the images where that happened. */
export function CategoryMatrix({
  compare,
  comparison,
}: {
  readonly compare: CompareStore
  readonly comparison: Comparison
}) {
  const totals = useStore(compare, (state) => state.totals)
  const pair = useStore(compare, (state) => state.pair)
  const names = useNames(comparison)
  const changes = useMemo(
    () => categoryChanges(totals, comparison.reclassified).filter(({ pixels }) => pixels > 0),
    [totals, comparison],
  )
  const cells = useMemo(() => new Map(changes.map((each) => [`${each.from} ${each.to}`, each])), [changes])
  const rows = useMemo(() => idsOf(changes, 'from'), [changes])
  const columns = useMemo(() => idsOf(changes, 'to'), [changes])
  /** The cell that Tab comes to. */
  const [at, setAt] = useState<CategoryPair | null>(null)
  const table = useRef<HTMLTableElement>(null)
  if (changes.length === 0) return null
  const entry = at && cells.has(`${at.from} ${at.to}`) ? at : changes[0]!
  const most = (kind: string) =>
    Math.max(...changes.filter((each) => kindOf(each) === kind).map(({ pixels }) => pixels))
  const mostOf = { added: most('added'), removed: most('removed'), category: most('category') }

  /** The next cell in that direction that has something; cells without are passed over. */
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    const steps: Record<string, readonly [number, number]> = {
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
    }
    const step = steps[event.key]
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    const next = nextCell(cells, rows, columns, entry, step)
    if (!next) return
    setAt(next)
    table.current?.querySelector<HTMLElement>(`[data-pair="${next.from} ${next.to}"]`)?.focus()
  }
  return (
    <Panel title={text.matrix} className={styles.panel!}>
      <div className={styles.scroller}>
        <table ref={table} className={styles.matrix} onKeyDown={onKeyDown}>
          <caption className={styles.caption}>{text.matrixHelp}</caption>
          <thead>
            <tr>
              <td className={styles.corner}>
                <span>{text.before}</span>
                <span>{text.after}</span>
              </td>
              {columns.map((id) => (
                <th key={id} scope="col" className={styles.column}>
                  <span>
                    <i className={styles.dot} style={{ background: names(id).color }} />
                    {names(id).name}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((from) => (
              <tr key={from}>
                <th scope="row">
                  <span>
                    <i className={styles.dot} style={{ background: names(from).color }} />
                    {names(from).name}
                  </span>
                </th>
                {columns.map((to) => {
                  const cell = cells.get(`${from} ${to}`)
                  return (
                    <td key={to} data-same={from === to || undefined}>
                      {cell && (
                        <button
                          type="button"
                          data-pair={`${from} ${to}`}
                          data-kind={kindOf(cell)}
                          tabIndex={isPair(entry, cell) ? 0 : -1}
                          aria-pressed={isPair(pair, cell)}
                          aria-label={text.cellSaid(text.compact(cell.pixels), said(cell, names))}
                          title={said(cell, names)}
                          style={{ ['--heat' as string]: `${heat(cell.pixels, mostOf[kindOf(cell)])}%` }}
                          onClick={() => {
                            setAt(cell)
                            compare.togglePair({ from, to })
                          }}
                        >
                          {text.compact(cell.pixels)}
                        </button>
                      )}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  )
}

const idsOf = (changes: readonly CategoryChange[], side: 'from' | 'to') =>
  [...new Set(changes.map((each) => each[side]))].sort((a, b) => a - b)

/** Small numbers are seen beside large ones, and other categories beside all that was added. */
const heat = (pixels: number, most: number) => Math.round(12 + 48 * Math.sqrt(pixels / most))

const said = ({ from, to, pixels, images, objects }: CategoryChange, names: Names) =>
  text.pairSaid(text.became(names(from).name, names(to).name), pixels, images, objects)

function nextCell(
  cells: ReadonlyMap<string, unknown>,
  rows: readonly number[],
  columns: readonly number[],
  from: CategoryPair,
  [down, right]: readonly [number, number],
): CategoryPair | null {
  let [row, column] = [rows.indexOf(from.from), columns.indexOf(from.to)]
  for (;;) {
    row += down
    column += right
    const [next, to] = [rows[row], columns[column]]
    if (next === undefined || to === undefined) return null
    if (cells.has(`${next} ${to}`)) return { from: next, to }
    // Beside the line there may be one where the line itself has none.
    const near = down === 0 ? null : nearest(columns, column, (id) => cells.has(`${next} ${id}`))
    if (near !== null) return { from: next, to: near }
  }
}

function nearest(ids: readonly number[], at: number, fits: (id: number) => boolean): number | null {
  const found = ids.map((id, i) => ({ id, far: Math.abs(i - at) })).filter(({ id }) => fits(id))
  return found.sort((a, b) => a.far - b.far)[0]?.id ?? null
}
