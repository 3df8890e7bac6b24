import { useState } from 'react'
import { useStore } from 'zustand'
import type { ExchangeJob } from '../../../shared/host/exchange-methods.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Progress } from '../../ui/progress.tsx'
import { uiText } from '../../ui/text.ts'
import styles from './export.module.css'
import { ExportForm } from './export-form.tsx'
import { ExportResult, ResultActions } from './export-result.tsx'
import { text } from './text.ts'
import { useTimeLeft } from './time-left.ts'

/** Labels of a version, or of what is here now, for another program: what is lost, how far it is, what came of it. */
export function ExportDialog({ version }: { readonly version: string | null }) {
  const { dialogs, exchange } = useStores()
  const job = useStore(exchange, (state) => state.job)
  const exported = useStore(exchange, (state) => state.exported)
  const close = () => dialogs.close()
  if (job?.kind === 'export' && job.state === 'running') {
    return <Running job={job} onClose={close} />
  }
  if (exported) {
    return (
      <Dialog
        open
        onOpenChange={close}
        title={text.title}
        footer={
          <>
            <Button onClick={() => exchange.putAway()}>{text.another}</Button>
            <Button onClick={close}>{uiText.close}</Button>
            <ResultActions outcome={exported} kind="primary" />
          </>
        }
      >
        <ExportResult outcome={exported} />
      </Dialog>
    )
  }
  return <ExportForm version={version} onClose={close} />
}

function Running({ job, onClose }: { readonly job: ExchangeJob; onClose(): void }) {
  const { exchange } = useStores()
  const [isStopping, setIsStopping] = useState(false)
  const title = useFormatTitle(job.format)
  const stop = () => {
    setIsStopping(true)
    void exchange.stop().finally(() => setIsStopping(false))
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text.running(title)}
      description={text.runningHelp}
      size="small"
      footer={
        <>
          <Button disabled={isStopping} onClick={stop}>
            {isStopping ? text.stopping : text.stop}
          </Button>
          <Button kind="primary" onClick={onClose}>
            {uiText.close}
          </Button>
        </>
      }
    >
      <JobProgress job={job} />
    </Dialog>
  )
}

/** Numbers move many times a second and are not read out; that it runs, and its step, are. */
export function JobProgress({ job }: { readonly job: ExchangeJob }) {
  const left = useTimeLeft(job)
  return (
    <div className={styles.progress}>
      <p>
        {text.progress(job)}
        {left !== null && <span className={styles.muted}> · {text.left(left)}</span>}
      </p>
      <Progress label={text.steps[job.step]} value={job.done} total={job.total} />
    </div>
  )
}

export function useFormatTitle(format: string | null): string {
  const { exchange } = useStores()
  return useStore(exchange, (state) => state.formats.find(({ id }) => id === format)?.title ?? format ?? '')
}
