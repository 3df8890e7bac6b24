import { type ReactNode, useState } from 'react'
import { useStore } from 'zustand'
import type { SegmentsResult } from '../../../shared/host/segments-methods.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import styles from './findings.module.css'
import { RemedyButton } from './remedy-button.tsx'
import { text } from './text.ts'

/** Lines that are shown of one kind; thousands may have failed for one reason. */
const mostLines = 100

/** What a run did not do, sample by sample, with reasons, and what a person may want to know. */
export function Findings(props: { readonly result: SegmentsResult; onImage(sampleId: string): void }) {
  const { result, onImage } = props
  const { failed, held, left, goneThere, goneHere, remarks } = result
  const { segments, dialogs } = useStores()
  const reviewed = useStore(segments, (state) => state.look.plan?.reviewed ?? 0)
  const isNothing = [failed, held, left, goneThere, goneHere, remarks].every(({ length }) => length === 0)
  if (isNothing) return null
  const first = failed[0]?.error
  const isOneCause = first && failed.every(({ error }) => error.code === first.code)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section className={styles.findings} tabIndex={0} aria-label={text.details}>
      {failed.length > 0 && (
        <div className={styles.finding}>
          <p className={styles.head}>
            <strong className={styles.bad}>{text.failures(failed.length)}</strong>
            {isOneCause && <RemedyButton error={first} />}
          </p>
          <ul className={styles.names}>
            {failed.slice(0, mostLines).map(({ name, sampleId, error }) => (
              <li key={`${name} ${error.code}`}>
                {sampleId ? (
                  <Button kind="quiet" onClick={() => onImage(sampleId)}>
                    {name}
                  </Button>
                ) : (
                  <strong>{name}:</strong>
                )}{' '}
                {error.message} <span className={styles.muted}>{error.remedy}</span> <code>{error.code}</code>
              </li>
            ))}
            {failed.length > mostLines && <li>{text.moreNames(failed.length - mostLines)}</li>}
          </ul>
        </div>
      )}
      <Names words={text.held} names={held}>
        {reviewed > 0 && (
          <Button onClick={() => dialogs.show({ kind: 'segments-ask', mode: 'publish' })}>
            {text.writeOver}
          </Button>
        )}
      </Names>
      <Names words={text.left} names={left} />
      <Names words={text.goneThere} names={goneThere} />
      <Names words={text.goneHere} names={goneHere} />
      {remarks.length > 0 && (
        <ul className={styles.finding}>
          {remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Names(props: {
  words(count: number): string
  readonly names: readonly string[]
  readonly children?: ReactNode
}) {
  const { words, names, children } = props
  const [isOpen, setIsOpen] = useState(false)
  if (names.length === 0) return null
  return (
    <div className={styles.finding}>
      <p className={styles.head}>
        {words(names.length)}
        <Button kind="quiet" aria-expanded={isOpen} onClick={() => setIsOpen((before) => !before)}>
          {text.names}
        </Button>
        {children}
      </p>
      {isOpen && (
        <ul className={styles.names}>
          {names.slice(0, mostLines).map((name) => (
            <li key={name}>{name}</li>
          ))}
          {names.length > mostLines && <li>{text.moreNames(names.length - mostLines)}</li>}
        </ul>
      )}
    </div>
  )
}
