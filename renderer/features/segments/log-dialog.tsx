import { useEffect, useState } from 'react'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { SyncLine } from '../../../shared/host/host-api.ts'
import { useHost } from '../../host/use-host.ts'
import { errorInfo } from '../../stores/loading.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { formatDateTime, uiText } from '../../ui/text.ts'
import styles from './segments.module.css'
import { text } from './text.ts'

/** Lines that are read; the command line shows more. */
const mostLines = 1000

/** What happened with the dataset, newest first. */
export function LogDialog() {
  const host = useHost()
  const { dialogs } = useStores()
  const [lines, setLines] = useState<readonly SyncLine[] | null>(null)
  const [error, setError] = useState<ErrorInfo | null>(null)
  useEffect(() => {
    let isOpen = true
    host.call('segments.log', { limit: mostLines }).then(
      (log) => isOpen && setLines(log.lines.toReversed()),
      (reason: unknown) => isOpen && setError(errorInfo(reason)),
    )
    return () => {
      isOpen = false
    }
  }, [host])
  return (
    <Dialog
      open
      onOpenChange={() => dialogs.close()}
      title={text.log}
      description={text.logHelp}
      footer={<Button onClick={() => dialogs.close()}>{uiText.close}</Button>}
    >
      {error && <ErrorText error={error} />}
      {lines?.length === 0 && <p>{text.logEmpty}</p>}
      {lines === null && !error && <p>{uiText.loading}</p>}
      {lines !== null && lines.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        <ol className={styles.log} tabIndex={0} aria-label={text.log}>
          {lines.map(({ seq, at, text: said, code, times }) => (
            <li key={seq}>
              <time className={styles.muted}>{formatDateTime(at)}</time>
              <span>
                {said}
                {code && <code> {code}</code>}
                {times > 1 && <span className={styles.muted}> · {text.logTimes(times)}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Dialog>
  )
}
