import { useEffect, useState } from 'react'
import type { HostOutput } from '../../../shared/host/host-api.ts'
import { useHost } from '../../host/use-host.ts'
import type { ComparedSample } from '../../stores/comparison.ts'
import { statusText } from '../../ui/status-dot.tsx'
import { formatWhen } from '../../ui/text.ts'
import styles from './compare.module.css'
import { text } from './text.ts'

type Entry = HostOutput<'samples.history'>[number]

/** Who made each of the two labels, when, and with which version it came. */
export function LabelOrigin({ sample }: { readonly sample: ComparedSample }) {
  const host = useHost()
  const [entries, setEntries] = useState<readonly Entry[]>([])
  const { id } = sample
  // biome-ignore lint/correctness/useExhaustiveDependencies: another state of the label is another history
  useEffect(() => {
    if (id === null) return
    const stop = new AbortController()
    host.call('samples.history', { sampleId: id }, stop.signal).then(
      (found) => setEntries(found),
      // It says more about what is shown; what is shown does not need it.
      () => {},
    )
    return () => {
      stop.abort()
      setEntries([])
    }
  }, [host, id, sample.after?.revision])
  return (
    <dl className={styles.origin}>
      {(['before', 'after'] as const).map((side) => (
        <div key={side}>
          <dt>{text[side]}</dt>
          <dd>{originOf(sample[side]?.revision ?? null, entries)}</dd>
        </div>
      ))}
    </dl>
  )
}

function originOf(revision: string | null, entries: readonly Entry[]): string {
  if (revision === null) return text.noLabel
  // The oldest entry with it is the version that it came with.
  const entry = entries.findLast(({ label }) => label?.revision === revision)
  if (!entry?.label) return '…'
  const { author, savedAt, status } = entry.label
  return text.origin(author, formatWhen(savedAt), entry.number, statusText[status])
}
