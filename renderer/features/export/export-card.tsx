import X from 'lucide-react/icons/x'
import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { uiText } from '../../ui/text.ts'
import styles from './export.module.css'
import { JobProgress, useFormatTitle } from './export-dialog.tsx'
import { ResultActions } from './export-result.tsx'
import { text } from './text.ts'

/** An export that goes on, or is done, while its dialog is closed. */
export function ExportCard() {
  const { dialogs, exchange } = useStores()
  const isOpen = useStore(dialogs, (state) => state.open?.kind === 'export')
  const job = useStore(exchange, (state) => state.job)
  const exported = useStore(exchange, (state) => state.exported)
  const failed = useStore(exchange, (state) => state.failed)
  const title = useFormatTitle(exported?.format ?? job?.format ?? null)
  const format = useStore(exchange, (state) => state.formats.find(({ id }) => id === exported?.format))
  const isRunning = job?.kind === 'export' && job.state === 'running'
  if (isOpen || (!isRunning && !exported && !failed)) return null
  const open = () => dialogs.show({ kind: 'export', version: null })
  const name = isRunning ? text.running(title) : exported ? text.done(title) : text.export
  return (
    <section className={styles.card} aria-label={name}>
      <div className={styles.cardHead}>
        <strong role="status">{name}</strong>
        {!isRunning && (
          <IconButton
            label={uiText.dismiss}
            icon={<X size={14} />}
            onClick={() => exchange.putAway()}
            side="left"
          />
        )}
      </div>
      {isRunning && <JobProgress job={job} />}
      {!isRunning && exported && <p>{text.proven(exported, format?.holds.shape === 'boxes')}</p>}
      {!isRunning && failed && <ErrorText error={failed} />}
      <div className={styles.cardFoot}>
        {isRunning && <Button onClick={() => void exchange.stop()}>{text.stop}</Button>}
        {!isRunning && exported && <ResultActions outcome={exported} />}
        {(isRunning || exported) && <Button onClick={open}>{text.details}</Button>}
      </div>
    </section>
  )
}
