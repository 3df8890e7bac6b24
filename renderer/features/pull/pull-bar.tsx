import CircleCheck from 'lucide-react/icons/circle-check'
import CloudDownload from 'lucide-react/icons/cloud-download'
import GitMerge from 'lucide-react/icons/git-merge'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import type { PullJob, PullOutcome } from '../../stores/pull.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import { Aside, JobLine, RunningLine } from '../../ui/job-line.tsx'
import { remedyFor } from '../../ui/remedy.ts'
import { formatWhen, uiText } from '../../ui/text.ts'
import { openConflicts, outcomeWords } from './outcome.ts'
import styles from './pull.module.css'
import { text } from './text.ts'

/** Where the result of a pull is looked at. */
export type PullPlaces = {
  onVersion(versionId: string): void
  onHistory(): void
  onDataset(): void
  onConflicts(): void
}

/** What is on its way from the server, what came of it, and what others pushed that is not here. */
export function PullBar(props: PullPlaces) {
  const { pull, sync } = useStores()
  const job = useStore(pull, (state) => state.job)
  const outcome = useStore(pull, (state) => state.outcome)
  const refused = useStore(pull, (state) => state.refused)
  const canAsk = useStore(
    sync,
    ({ status }) => status?.configured === true && status.online !== 'offline' && status.running === null,
  )
  useEffect(() => {
    if (canAsk) void pull.ask('seldom')
  }, [pull, canAsk])
  const isRunning = job?.state === 'running'
  return (
    <>
      {job && isRunning && <Running job={job} />}
      {job?.state === 'stopped' && (
        <JobLine label={text.stopped(sourceOf(job))} onAway={pull.putAway}>
          <p role="status">
            {text.stopped(sourceOf(job))} <Aside>{text.stoppedHelp}</Aside>
          </p>
          <CommandTextButton id="pull.goOn">{text.goOnShort}</CommandTextButton>
        </JobLine>
      )}
      {job?.state === 'failed' && job.error && <Failed job={job} error={job.error} />}
      {refused && !isRunning && (
        <ErrorText
          error={refused}
          action={
            <>
              <RemedyButton error={refused} />
              <Button onClick={pull.putAway}>{uiText.dismiss}</Button>
            </>
          }
        />
      )}
      {outcome && !isRunning && <Outcome outcome={outcome} places={props} onAway={pull.putAway} />}
      {job?.state === 'done' && !outcome && (
        <JobLine label={text.done(sourceOf(job))} tone="success" onAway={pull.putAway}>
          <p role="status">{text.done(sourceOf(job))}</p>
          <Button onClick={props.onHistory}>{text.goHistory}</Button>
        </JobLine>
      )}
      {!isRunning && <Ahead />}
    </>
  )
}

const sourceOf = ({ artifact, source }: PullJob) => (artifact === '*' ? text.allOthers : source)

function Running({ job }: { readonly job: PullJob }) {
  const { pull, notices } = useStores()
  const { filesDone, filesTotal, bytesDone, bytesTotal } = job
  const isByBytes = bytesTotal > 0
  const numbers = [
    ...(filesTotal > 0 ? [text.files(filesDone, filesTotal)] : []),
    ...(isByBytes ? [text.bytes(bytesDone, bytesTotal)] : []),
  ]
  return (
    <RunningLine
      title={text.running(sourceOf(job))}
      step={job.step}
      icon={<CloudDownload size={16} aria-hidden />}
      value={isByBytes ? bytesDone : filesDone}
      total={isByBytes ? bytesTotal : filesTotal || null}
      numbers={numbers.join(' · ')}
      onStop={() => pull.cancel().catch((error: unknown) => notices.report('pull.stop', error))}
    />
  )
}

function Failed({ job, error }: { readonly job: PullJob; readonly error: ErrorInfo }) {
  const { pull } = useStores()
  const said = { ...error, message: `${text.failed(sourceOf(job))} ${error.message}` }
  return (
    <ErrorText
      error={said}
      action={
        <>
          <RemedyButton error={error} />
          {error.retry !== 'never' && (
            <CommandTextButton id="pull.goOn">
              {error.code === 'SYNC_FAILSAFE' ? text.mergeAnyway : uiText.retry}
            </CommandTextButton>
          )}
          <Button onClick={pull.putAway}>{uiText.dismiss}</Button>
        </>
      }
    />
  )
}

/** Leads to where in the settings it is mended, when it is. */
export function RemedyButton({ error }: { readonly error: ErrorInfo }) {
  const { dialogs } = useStores()
  const remedy = remedyFor(error.code)
  if (!remedy) return null
  return <Button onClick={() => dialogs.show({ kind: 'settings', page: remedy.page })}>{remedy.label}</Button>
}

function Outcome(props: { readonly outcome: PullOutcome; readonly places: PullPlaces; onAway(): void }) {
  const { outcome, places, onAway } = props
  const { result } = outcome
  const [said, ...more] = outcomeWords(result)
  const { version } = result
  return (
    <JobLine label={said!} tone="success" onAway={onAway}>
      <CircleCheck size={16} aria-hidden />
      <p role="status">
        {said} <Aside>{more.join(' ')}</Aside>
      </p>
      {openConflicts(result) > 0 && (
        <Button kind="primary" onClick={places.onConflicts}>
          {text.conflicts}
        </Button>
      )}
      {version && result.kind !== 'imported' && (
        <Button onClick={() => places.onVersion(version.id)}>{text.history}</Button>
      )}
      {(result.kind === 'imported' || result.kind === 'clone') && (
        <Button onClick={places.onDataset}>{text.dataset}</Button>
      )}
    </JobLine>
  )
}

/** Most that are named in one line. */
const named = 1

function Ahead() {
  const { pull, versions } = useStores()
  const ahead = useStore(pull, (state) => state.ahead)
  const behind = useStore(pull, (state) => state.behind)
  const isOpen = useStore(versions, (state) => state.draft?.canCommit ?? false)
  const [isWhole, setIsWhole] = useState(false)
  const list = ahead.versions.toReversed()
  if (list.length === 0 && !behind) return null
  const isReady = behind !== null || list.some(({ isUnfinished }) => !isUnfinished)
  const line = (one: (typeof list)[number]) => (
    <>
      {text.aheadBy(one.message.split('\n')[0] ?? '', one.author, formatWhen(one.createdAt))}
      <Aside>
        {' '}
        · {text.aheadOther(one.collection, one.remoteVersion)}
        {one.isUnfinished && ` · ${text.unfinished}`}
        {one.isUnrelated && ` · ${text.unrelated}`}
      </Aside>
    </>
  )
  return (
    <JobLine label={text.aheadTitle} tone="accent">
      <CloudDownload size={16} aria-hidden />
      <div>
        <p role="status">
          {list.length === 0 ? (
            behind?.message
          ) : (
            <>
              <strong>
                {text.aheadTitle}: {text.ahead(list.length)}.
              </strong>{' '}
              {!isWhole && list.slice(0, named).map((one) => <span key={one.artifact}>{line(one)}</span>)}
            </>
          )}
        </p>
        {isWhole && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
          <ul className={styles.others} tabIndex={0} aria-label={text.aheadTitle}>
            {list.map((one) => (
              <li key={one.artifact}>{line(one)}</li>
            ))}
          </ul>
        )}
        <p className={styles.muted}>
          {[
            behind && text.aheadBehind,
            list.some(({ isUnrelated }) => isUnrelated) && text.aheadUnrelated,
            isReady ? isOpen && text.aheadCommit : text.allUnfinished,
          ]
            .filter(Boolean)
            .join(' ')}
        </p>
      </div>
      {list.length > named && (
        <Button kind="quiet" aria-expanded={isWhole} onClick={() => setIsWhole((before) => !before)}>
          {text.showAll(list.length)}
        </Button>
      )}
      <CommandTextButton id="pull.merge" icon={<GitMerge size={15} />} />
    </JobLine>
  )
}
