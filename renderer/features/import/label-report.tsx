import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { ImportOutcomes } from '../../../shared/host/exchange-methods.ts'
import type { LabelDrop } from '../../stores/exchange.ts'
import { useStores } from '../../stores/stores.ts'
import { Select } from '../../ui/select.tsx'
import { formatNumber } from '../../ui/text.ts'
import styles from './import.module.css'
import { labelText as text } from './label-text.ts'

/** Lines shown of one group: enough to read, few enough to draw. The counts are always whole. */
const maxLines = 200

/** What would come in of the files, or came in. */
export function LabelReport({
  report,
  wish,
}: {
  readonly report: ImportOutcomes
  readonly wish: LabelDrop['wish']
}) {
  const { counts, dryRun, labels, problems, remarks, carried } = report
  return (
    <section aria-label={dryRun ? text.summary : text.done}>
      <div className={styles.summary} role="status">
        {text.lines(report).map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <Categories report={report} map={wish.map} />
      <Group
        title={text.problems}
        count={counts.problems}
        lines={problems.map(({ file, image, reason }) => ({
          main: file,
          detail: image === null ? reason : `${text.ofImage(image)}: ${reason}`,
        }))}
      />
      <Group
        title={text.taken}
        count={counts.taken}
        lines={labels.filter(({ kind }) => kind === 'taken').map(({ image }) => ({ main: image }))}
      />
      <Group
        title={text.twice}
        count={counts.twice}
        lines={labels
          .filter(({ kind }) => kind === 'twice')
          .map(({ image, file }) => ({ main: image, detail: file }))}
      />
      <Group
        title={text.remarks}
        count={remarks.length}
        lines={remarks.map((each) => ({ main: each.text, detail: text.inLabels(each.labels) }))}
      />
      <Group title={text.carried} count={counts.carried} lines={carried.map((main) => ({ main }))} />
    </section>
  )
}

/** Categories of the files that are not here, each with what it is to become. */
function Categories({
  report,
  map,
}: {
  readonly report: ImportOutcomes
  readonly map: LabelDrop['wish']['map']
}) {
  const { exchange, categories } = useStores()
  const known = useStore(categories, (state) => state.list)
  const { dryRun, newCategories, mapped, counts } = report
  const names = [...new Set([...newCategories, ...mapped.map(({ from }) => from)])]
  if (names.length === 0) return null
  const options = [
    { value: '', label: text.becomesNew },
    ...known.filter(({ name }) => name !== '').map(({ name }) => ({ value: name, label: name })),
  ]
  const becomes = (name: string) => (dryRun ? map : mapped).find(({ from }) => from === name)?.to ?? ''
  return (
    <div className={styles.group}>
      <h3>{text.newCategories(counts.newCategories + mapped.length, dryRun)}</h3>
      {!dryRun || known.length === 0 ? (
        <p className={styles.detail}>
          {names.map((name) => (becomes(name) === '' ? name : text.became(name, becomes(name)))).join(', ')}
        </p>
      ) : (
        <>
          <p className={styles.detail}>{text.newCategoriesHelp}</p>
          <ul className={styles.map}>
            {names.slice(0, maxLines).map((name) => (
              <li key={name}>
                <span>{name}</span>
                <Select
                  label={text.becomes(name)}
                  value={becomes(name)}
                  options={options}
                  onChange={(to) => exchange.mapCategory(name, to === '' ? null : to)}
                />
              </li>
            ))}
            {names.length > maxLines && (
              <li className={styles.detail}>{text.more(names.length - maxLines)}</li>
            )}
          </ul>
        </>
      )}
    </div>
  )
}

function Group(props: {
  readonly title: string
  readonly count: number
  readonly lines: readonly { readonly main: string; readonly detail?: ReactNode }[]
}) {
  const { title, count, lines } = props
  if (count === 0) return null
  return (
    <div className={styles.group}>
      <h3>
        {title} <span>{formatNumber(count)}</span>
      </h3>
      <ul>
        {lines.slice(0, maxLines).map(({ main, detail }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list of a report never changes, and lines can repeat
          <li key={i}>
            <span>{main}</span>
            {detail && <span className={styles.detail}>{detail}</span>}
          </li>
        ))}
        {count > maxLines && <li className={styles.detail}>{text.more(count - maxLines)}</li>}
      </ul>
    </div>
  )
}
