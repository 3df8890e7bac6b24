import CircleCheck from 'lucide-react/icons/circle-check'
import CirclePause from 'lucide-react/icons/circle-pause'
import RefreshCw from 'lucide-react/icons/refresh-cw'
import TriangleAlert from 'lucide-react/icons/triangle-alert'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import { useCommand } from '../../commands/use-commands.ts'
import type { SegmentsJob } from '../../stores/segments.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import { Aside, JobLine, RunningLine } from '../../ui/job-line.tsx'
import { uiText } from '../../ui/text.ts'
import { Findings } from './findings.tsx'
import { RemedyButton } from './remedy-button.tsx'
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
        <JobLine label={text.stopped(text.running[job.kind])} onAway={segments.putAway}>
          <CirclePause size={16} aria-hidden />
          <p role="status">
            {text.stopped(text.running[job.kind])}{' '}
            <Aside>
              {text.stoppedHelp} {result && whatItDid(result) && `${text.soFar} ${whatItDid(result)}`}
            </Aside>
          </p>
          <GoOn />
        </JobLine>
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

function GoOn({ label = text.goOn }: { readonly label?: string }) {
  return useCommand('segments.goOn')?.enabled?.() === false ? null : (
    <CommandTextButton id="segments.goOn">{label}</CommandTextButton>
  )
}

function Running({ job }: { readonly job: SegmentsJob }) {
  const { segments, notices } = useStores()
  return (
    <RunningLine
      title={text.running[job.kind]}
      step={job.step}
      icon={<RefreshCw size={16} aria-hidden />}
      value={job.done}
      total={job.total || null}
      numbers={text.progress(job.done, job.total, job.bytesDone)}
      onStop={() => segments.cancel().catch((error: unknown) => notices.report('segments.stop', error))}
    />
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
    <JobLine label={text.done} {...(!hasFailed && { tone: 'success' })} onAway={segments.putAway}>
      {hasFailed ? <TriangleAlert size={16} aria-hidden /> : <CircleCheck size={16} aria-hidden />}
      <p role="status">
        {said} {conflicts.length > 0 && <Aside>{text.conflicts(conflicts.length)}.</Aside>}{' '}
        {taken && taken.remarks.length > 0 && <Aside>{taken.remarks.join(' ')}</Aside>}
      </p>
      {conflicts[0] && (
        <Button onClick={() => places.onConflicts(conflicts[0]!.sampleId)}>{text.decide}</Button>
      )}
      {taken?.version && (
        <Button onClick={() => places.onVersion(taken.version!.id)}>{text.openVersion}</Button>
      )}
    </JobLine>
  )
}

/** What came of a job that is done, as one sentence. `version`: the number of the one that was made of a release. */
export function doneWords({ kind, result }: SegmentsJob, version: number | null): string {
  if (kind === 'release') return text.releaseDone
  if (kind === 'toArtifact') return text.taken(version)
  return (result && whatItDid(result)) || text.sentNothing
}
