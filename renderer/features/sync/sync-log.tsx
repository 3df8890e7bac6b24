import Copy from 'lucide-react/icons/copy'
import { useEffect, useRef, useState } from 'react'
import type { SyncLine } from '../../../shared/host/host-api.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Select } from '../../ui/select.tsx'
import { counted, formatBytes, formatDateTime, formatWhen } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import styles from './sync.module.css'
import { text } from './text.ts'

type Filter = SyncLine['kind'] | 'all'

/** What happened, to read, filter and copy. Quiet for screen readers: the badge says what matters. */
export function SyncLog({ lines }: { readonly lines: readonly SyncLine[] }) {
  const { sync, notices } = useStores()
  const [filter, setFilter] = useState<Filter>('all')
  const box = useRef<HTMLOListElement>(null)
  const last = lines.at(-1)?.seq
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines come at the end, so keep the end in sight
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight
  }, [last, filter])
  const shown = lines.filter(({ kind }) => filter === 'all' || kind === filter)
  const copy = async () => {
    const all = (await sync.log()).filter(({ kind }) => filter === 'all' || kind === filter)
    await navigator.clipboard.writeText(all.map(asText).join('\n'))
    toast(text.logCopied(all.length))
  }
  return (
    <Panel
      title={text.log}
      actions={
        <div className={styles.logActions}>
          <Select<Filter>
            label={text.logFilter}
            value={filter}
            options={text.logFilters}
            onChange={setFilter}
          />
          <Button
            icon={<Copy size={14} />}
            disabled={lines.length === 0}
            onClick={() => void copy().catch((error: unknown) => notices.report('sync.copy', error))}
          >
            {text.logCopy}
          </Button>
        </div>
      }
    >
      {shown.length === 0 ? (
        <p className={styles.note}>{lines.length === 0 ? text.logEmpty : text.logNone}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        <ol ref={box} className={styles.log} tabIndex={0} aria-label={text.log}>
          {shown.map((line) => (
            <li key={line.seq} data-kind={line.kind}>
              <time title={formatDateTime(line.at)}>{formatWhen(line.at)}</time>
              <span>
                {line.text}
                {line.code && <code className={styles.faint}> {line.code}</code>}
                {factsOf(line) && <span className={styles.muted}> {factsOf(line)}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}

function factsOf({ files, bytes, ms, times }: SyncLine): string {
  const facts = [
    ...(files !== undefined ? [counted(files, 'file')] : []),
    ...(bytes !== undefined ? [formatBytes(bytes)] : []),
    ...(ms !== undefined ? [text.took(ms)] : []),
    ...(times > 1 ? [text.times(times)] : []),
  ]
  return facts.join(' · ')
}

function asText(line: SyncLine): string {
  const code = line.code ? ` [${line.code}]` : ''
  const facts = factsOf(line)
  return `${new Date(line.at).toISOString()} ${line.text}${code}${facts ? ` (${facts})` : ''}`
}
