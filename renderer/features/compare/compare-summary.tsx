import { useStore } from 'zustand'
import { hasOtherLabel, sumCategories } from '../../../shared/host/comparison-file.ts'
import { diffKinds } from '../../../shared/label/diff.ts'
import { ChangeSwatch } from '../../canvas/change-swatch.tsx'
import { type CompareStore, type Comparison, changeKinds, sumPixels } from '../../stores/comparison.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Progress } from '../../ui/progress.tsx'
import { formatNumber } from '../../ui/text.ts'
import styles from './compare.module.css'
import { text } from './text.ts'

/** What differs in numbers; kinds and categories are filters of the images beside it. */
export function CompareSummary({ compare }: { readonly compare: CompareStore }) {
  const comparison = useStore(compare, (state) => state.comparison)
  const kinds = useStore(compare, (state) => state.kinds)
  if (!comparison) return null
  const { counts, ontology } = comparison
  return (
    <div className={styles.summary}>
      <Panel title={text.images}>
        <ul className={styles.filters}>
          {changeKinds.map((kind) => (
            <li key={kind}>
              <button
                type="button"
                className={styles.filter}
                aria-pressed={kinds.has(kind)}
                disabled={counts[kind] === 0}
                onClick={() => compare.toggleKind(kind)}
              >
                <span>{text.kinds[kind]}</span>
                <span className={styles.number}>{formatNumber(counts[kind])}</span>
              </button>
            </li>
          ))}
        </ul>
        <p className={styles.muted}>{text.unchanged(counts.unchanged)}</p>
      </Panel>
      <Pixels compare={compare} comparison={comparison} />
      <Categories compare={compare} comparison={comparison} />
      {comparison.reclassified.length > 0 && (
        <Panel title={text.reclassified}>
          <Reclassified compare={compare} comparison={comparison} />
        </Panel>
      )}
      {ontology.length > 0 && (
        <Panel title={text.ontology}>
          <ul className={styles.lines}>
            {ontology.map(({ id, kind, name, fields }) => (
              <li key={id}>
                <strong>{name}</strong> {text.ontologyKinds[kind]}
                {fields.length > 0 && <span className={styles.muted}> {text.fields(fields)}</span>}
              </li>
            ))}
          </ul>
        </Panel>
      )}
    </div>
  )
}

type Parts = { readonly compare: CompareStore; readonly comparison: Comparison }

/** Exact, and so far as they are counted: that takes a look at every label that differs. */
function Pixels({ compare, comparison }: Parts) {
  const totals = useStore(compare, (state) => state.totals)
  const counting = useStore(compare, (state) => state.counting)
  const chosen = useStore(compare, (state) => state.pixelKinds)
  const wanted = comparison.samples.filter(hasOtherLabel).length
  if (wanted === 0) return null
  const sum = sumPixels(totals)
  return (
    <Panel title={text.pixels}>
      <ul className={styles.filters}>
        {diffKinds.map((kind, i) => (
          <li key={kind}>
            <button
              type="button"
              className={styles.filter}
              aria-pressed={chosen.has(kind)}
              disabled={sum[kind] === 0}
              onClick={() => compare.togglePixelKind(kind)}
            >
              <ChangeSwatch kind={i} />
              <span>{text.pixelKinds[kind]}</span>
              <span className={styles.number}>{text.pixelCount(sum[kind])}</span>
            </button>
          </li>
        ))}
      </ul>
      {counting ? (
        <div className={styles.counting}>
          <Progress label={text.pixels} value={counting.done} total={counting.total} />
          <p className={styles.muted}>{text.counting(counting.done, counting.total)}</p>
          <Button kind="quiet" onClick={() => compare.stopCounting()}>
            {text.stop}
          </Button>
        </div>
      ) : (
        totals.size < wanted && (
          <div className={styles.counting}>
            <p className={styles.muted}>{text.countedSome(totals.size, wanted)}</p>
            <Button kind="quiet" onClick={() => void compare.count()}>
              {text.goOn}
            </Button>
          </div>
        )
      )}
    </Panel>
  )
}

function Categories({ compare, comparison }: Parts) {
  const totals = useStore(compare, (state) => state.totals)
  const chosen = useStore(compare, (state) => state.categoryId)
  const names = useNames(comparison)
  const rows = sumCategories(totals)
  const known = new Set(rows.map(({ id }) => id))
  const others = comparison.categories.filter(({ id, before, after }) => !known.has(id) && before !== after)
  const all = [
    ...rows.map(({ id, ...row }) => ({ id, pixels: true, ...row })),
    // Not counted yet: how many objects is known from the lists of the labels.
    ...others.map(({ id, before, after }) => ({
      id,
      pixels: false,
      objectsBefore: before,
      objectsAfter: after,
      pixelsBefore: 0,
      pixelsAfter: 0,
    })),
  ].sort((a, b) => a.id - b.id)
  if (all.length === 0) return null
  return (
    <Panel title={text.categories}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{text.category}</th>
            <th scope="col">{text.objects}</th>
            <th scope="col">{text.pixelsColumn}</th>
          </tr>
        </thead>
        <tbody>
          {all.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <button
                  type="button"
                  className={styles.category}
                  aria-pressed={chosen === row.id}
                  onClick={() =>
                    compare.setState({ categoryId: chosen === row.id ? null : row.id, active: 0 })
                  }
                >
                  <span className={styles.dot} style={{ background: names(row.id).color }} />
                  {names(row.id).name}
                </button>
              </th>
              <td title={text.fromTo(row.objectsBefore, row.objectsAfter)}>
                {text.delta(row.objectsAfter - row.objectsBefore)}
              </td>
              <td title={row.pixels ? text.fromTo(row.pixelsBefore, row.pixelsAfter) : undefined}>
                {row.pixels ? text.delta(row.pixelsAfter - row.pixelsBefore) : '…'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

/** By objects; the matrix over the images has the pixels. */
function Reclassified({ compare, comparison }: Parts) {
  const names = useNames(comparison)
  const pair = useStore(compare, (state) => state.pair)
  return (
    <ul className={styles.filters}>
      {comparison.reclassified.slice(0, 20).map(({ from, to, count }) => (
        <li key={`${from} ${to}`}>
          <button
            type="button"
            className={styles.filter}
            aria-pressed={pair?.from === from && pair.to === to}
            onClick={() => compare.togglePair({ from, to })}
          >
            <span>{text.became(names(from).name, names(to).name)}</span>
            <span className={styles.number}>{formatNumber(count)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

export type Names = (id: number | null) => {
  readonly name: string
  readonly color: string
  readonly hasInstances: boolean
}

/** As they are called now; a category that is gone is called as it was. */
export function useNames(comparison: Comparison | null): Names {
  const { categories } = useStores()
  const list = useStore(categories, (state) => state.list)
  const byId = new Map(list.map((category) => [category.id, category]))
  return (id) => {
    if (id === 0) return { name: text.unlabeled, color: 'transparent', hasInstances: false }
    const known = id === null ? undefined : byId.get(id)
    if (known) return known
    const name = comparison?.categories.find((each) => each.id === id)?.name ?? text.noCategory
    return { name, color: '#999999', hasInstances: true }
  }
}
