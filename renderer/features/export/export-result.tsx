import CircleAlert from 'lucide-react/icons/circle-alert'
import CircleCheck from 'lucide-react/icons/circle-check'
import { useStore } from 'zustand'
import type { ExportOutcome } from '../../../shared/host/exchange-methods.ts'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import styles from './export.module.css'
import { text } from './text.ts'

/** Lines shown of what is left out. */
const maxLines = 200

/** What came of an export: the proof in words, and what was written. */
export function ExportResult({ outcome }: { readonly outcome: ExportOutcome }) {
  const { exchange } = useStores()
  const format = useStore(exchange, (state) => state.formats.find(({ id }) => id === outcome.format))
  const { isProven, leftOut, remarks, splits, download, name } = outcome
  const hasSplits = splits.train + splits.val + splits.test > 0
  return (
    <section aria-label={text.done(format?.title ?? outcome.format)} className={styles.result}>
      <p className={styles.proof} data-tone={isProven ? 'success' : 'danger'} role="status">
        {isProven ? <CircleCheck size={18} aria-hidden /> : <CircleAlert size={18} aria-hidden />}
        <strong>{text.proven(outcome, format?.holds.shape === 'boxes')}</strong>
      </p>
      <ul className={styles.facts}>
        <li>{text.written(outcome)}</li>
        {hasSplits && <li>{text.dealt(splits)}</li>}
        {download === null && <li>{text.inFolder(name)}</li>}
      </ul>
      {leftOut.count > 0 && (
        <>
          <h3>
            {text.leftOut} <span>{leftOut.count}</span>
          </h3>
          <ul className={styles.lines}>
            {leftOut.first.slice(0, maxLines).map(({ name, error }) => (
              <li key={name}>
                {name}
                <span className={styles.muted}>
                  {error.message} {error.remedy}
                </span>
              </li>
            ))}
            {leftOut.count > maxLines && <li>{text.more(leftOut.count - maxLines)}</li>}
          </ul>
        </>
      )}
      {remarks.length > 0 && (
        <>
          <h3>{text.remarks}</h3>
          <ul className={styles.lines}>
            {remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

/** How a person gets what was written. */
export function ResultActions(props: {
  readonly outcome: ExportOutcome
  readonly kind?: 'primary' | 'plain'
}) {
  const { download, name } = props.outcome
  const host = useHost()
  const { notices } = useStores()
  if (download === null) {
    return (
      <Button
        kind={props.kind ?? 'plain'}
        onClick={() =>
          void host
            .call('exchange.show', {})
            .catch((error: unknown) => notices.report('exchange.show', error))
        }
      >
        {text.showFolder}
      </Button>
    )
  }
  const save = () => {
    // As any download: however large, it never passes through the page.
    const link = document.createElement('a')
    link.href = download
    link.download = name
    link.click()
  }
  return (
    <Button kind={props.kind ?? 'plain'} onClick={save}>
      {text.save}
    </Button>
  )
}
