import CircleCheck from 'lucide-react/icons/circle-check'
import CirclePause from 'lucide-react/icons/circle-pause'
import RefreshCw from 'lucide-react/icons/refresh-cw'
import TriangleAlert from 'lucide-react/icons/triangle-alert'
import X from 'lucide-react/icons/x'
import { type ReactNode, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import { useCommand } from '../../commands/use-commands.ts'
import type { SegmentsJob } from '../../stores/segments.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { ForReaders } from '../../ui/for-readers.tsx'
import { CommandTextButton, IconButton } from '../../ui/icon-button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { uiText } from '../../ui/text.ts'
import { Findings } from './findings.tsx'
import { RemedyButton } from './remedy-button.tsx'
import styles from './segments-bar.module.css'
import { text } from './text.ts'
import { whatItDid } from './what-it-does.ts'

/** Where the result of a run is looked at. */
export type SegmentsPlaces = {
  onConflicts(sampleId: string): void
  onVersion(versionId: string): void
  onImage(sampleId: string): void
}

/** What runs between the library and its dataset, and what came of it. */
export function SegmentsBar({ places }: { readonly places: SegmentsPlaces }) {
  const { segments } = useStores()
  const job = useStore(segments, (state) => state.job)
  const refused = useStore(segments, (state) => state.refused)
  const isRunning = job?.state === 'running'
  const result = job && !isRunning ? job.result : null
  return (
    <>
      {job && isRunning && <Running job={job} />}
      {job?.state === 'stopped' && (
        <Line label={text.stopped(text.running[job.kind])} onAway={segments.putAway}>
          <CirclePause size={16} aria-hidden />
          <p role="status">
            {text.stopped(text.running[job.kind])}{' '}
            <span className={styles.muted}>
              {text.stoppedHelp} {result && whatItDid(result) && `${text.soFar} ${whatItDid(result)}`}
            </span>
          </p>
          <GoOn />
        </Line>
      )}
      {job?.state === 'failed' && job.error && <Failed job={job} error={job.error} />}
      {refused && !isRunning && (
        <ErrorText
          error={refused}
          action={
            <>
              <RemedyButton error={refused} />
              <Button onClick={segments.putAway}>{uiText.dismiss}</Button>
            </>
          }
        />
      )}
      {job?.state === 'done' && <Done job={job} places={places} />}
      {result && <Findings result={result} onImage={places.onImage} />}
    </>
  )
}

function Line(props: {
  readonly label: string
  readonly tone?: 'accent' | 'success'
  readonly children: ReactNode
  onAway?(): void
}) {
  return (
    <section className={styles.line} data-tone={props.tone} aria-label={props.label}>
      {props.children}
      {props.onAway && <IconButton label={uiText.dismiss} icon={<X size={14} />} onClick={props.onAway} />}
    </section>
  )
}

function GoOn({ label = text.goOn }: { readonly label?: string }) {
  return useCommand('segments.goOn')?.enabled?.() === false ? null : (
    <CommandTextButton id="segments.goOn">{label}</CommandTextButton>
  )
}

/** Numbers move many times a second and are not read out; that it runs, and its step, are. */
function Running({ job }: { readonly job: SegmentsJob }) {
  const { segments, notices } = useStores()
  const [isStopping, setIsStopping] = useState(false)
  const stop = () => {
    setIsStopping(true)
    segments
      .cancel()
      .catch((error: unknown) => notices.report('segments.stop', error))
      .finally(() => setIsStopping(false))
  }
  const title = text.running[job.kind]
  return (
    <Line label={title} tone="accent">
      <RefreshCw size={16} aria-hidden />
      <div className={styles.running}>
        <p>
          {title} <span className={styles.muted}>· {job.step}</span>
        </p>
        <ForReaders role="status">{`${title}: ${job.step}`}</ForReaders>
        <Progress label={title} value={job.done} total={job.total || null} />
        <p className={styles.numbers}>{text.progress(job.done, job.total, job.bytesDone)}</p>
      </div>
      <Button disabled={isStopping} onClick={stop}>
        {isStopping ? text.stopping : text.stop}
      </Button>
    </Line>
  )
}

function Failed({ job, error }: { readonly job: SegmentsJob; readonly error: ErrorInfo }) {
  const { segments, dialogs } = useStores()
  const did = job.result ? whatItDid(job.result) : ''
  const what = text.failed(text.running[job.kind])
  const said = { ...error, message: `${what} ${error.message}${did && ` ${text.soFar} ${did}`}` }
  const { kind } = job
  const mode = kind === 'pull' || kind === 'both' ? kind : null
  const isAsked = job.asks !== null
  return (
    <ErrorText
      error={said}
      action={
        <>
          <RemedyButton error={error} />
          {isAsked && mode !== null ? (
            <Button onClick={() => dialogs.show({ kind: 'segments-ask', mode })}>{text.confirm}</Button>
          ) : (
            error.retry !== 'never' && <GoOn {...(isAsked && { label: text.mergeAnyway })} />
          )}
          <Button onClick={segments.putAway}>{uiText.dismiss}</Button>
        </>
      }
    />
  )
}

function Done({ job, places }: { readonly job: SegmentsJob; readonly places: SegmentsPlaces }) {
  const { segments } = useStores()
  const taken = useStore(segments, (state) => state.taken)
  const conflicts = useStore(segments, (state) => state.conflicts)
  const hasFailed = (job.result?.failed.length ?? 0) > 0
  const said = doneWords(job, taken?.version?.number ?? null)
  return (
    <Line label={text.done} {...(!hasFailed && { tone: 'success' })} onAway={segments.putAway}>
      {hasFailed ? <TriangleAlert size={16} aria-hidden /> : <CircleCheck size={16} aria-hidden />}
      <p role="status">
        {said}{' '}
        {conflicts.length > 0 && <span className={styles.muted}>{text.conflicts(conflicts.length)}.</span>}
        {taken && taken.remarks.length > 0 && <span className={styles.muted}>{taken.remarks.join(' ')}</span>}
      </p>
      {conflicts[0] && (
        <Button onClick={() => places.onConflicts(conflicts[0]!.sampleId)}>{text.decide}</Button>
      )}
      {taken?.version && (
        <Button onClick={() => places.onVersion(taken.version!.id)}>{text.openVersion}</Button>
      )}
    </Line>
  )
}

/** What came of a job that is done, as one sentence. `version`: the number of the one that was made of a release. */
export function doneWords({ kind, result }: SegmentsJob, version: number | null): string {
  if (kind === 'release') return text.releaseDone
  if (kind === 'toArtifact') return text.taken(version)
  return (result && whatItDid(result)) || text.sentNothing
}
