import CircleCheck from 'lucide-react/icons/circle-check'
import CircleX from 'lucide-react/icons/circle-x'
import Pencil from 'lucide-react/icons/pencil'
import Plus from 'lucide-react/icons/plus'
import SkipForward from 'lucide-react/icons/skip-forward'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { Issue } from '../../../shared/dataset/card.ts'
import type { HostOutput } from '../../../shared/host/host-api.ts'
import { useCommand } from '../../commands/use-commands.ts'
import { useHost } from '../../host/use-host.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import { CommandButton } from '../../ui/icon-button.tsx'
import { Kbd } from '../../ui/kbd.tsx'
import { Panel } from '../../ui/panel.tsx'
import { StatusDot, statusText } from '../../ui/status-dot.tsx'
import { formatWhen } from '../../ui/text.ts'
import { ComparePanel } from './compare-panel.tsx'
import type { CompareStore } from './compare-store.ts'
import { IssueForm, IssueList, Kinds } from './issue-list.tsx'
import styles from './review.module.css'
import type { ReviewStore } from './review-store.ts'
import { text } from './text.ts'

/** At the right of a label that is judged: who made it, what people said, and the verdict. */
export function ReviewPanel(props: {
  readonly sampleId: string
  readonly review: ReviewStore
  readonly compare: CompareStore
  onGoChange(index: number): void
  onGo(issue: Issue): void
  onReject(reason: string, kinds: readonly string[]): void
}) {
  const { sampleId, review, compare, onGoChange, onGo, onReject } = props
  const { samples, appInfo } = useStores()
  const sample = useStore(samples, (state) => state.byId.get(sampleId))
  const readOnly = useStore(appInfo, (state) => state.info?.readOnly ?? false)
  const rejecting = useStore(review, (state) => state.rejecting)
  return (
    <aside className={styles.side} aria-label={text.review}>
      <Panel title={text.history}>
        {sample && (
          <dl className={styles.facts}>
            <dt>{text.status}</dt>
            <dd>
              <StatusDot status={sample.status} /> {statusText[sample.status]}
            </dd>
            <dt>{text.saved}</dt>
            <dd>
              {sample.savedAt === null
                ? text.neverSaved
                : text.savedBy(sample.savedBy ?? '', formatWhen(sample.savedAt))}
            </dd>
          </dl>
        )}
        <Revisions sampleId={sampleId} head={sample?.headRevision ?? null} />
      </Panel>
      <ComparePanel compare={compare} onGo={onGoChange} />
      <Panel
        className={styles.grow ?? ''}
        title={text.issues}
        actions={<CommandButton id="review.issue" icon={<Plus size={15} />} side="left" />}
      >
        <div className={styles.pad}>
          <IssueForm review={review} />
          <IssueList review={review} onGo={onGo} />
        </div>
      </Panel>
      <div className={styles.verdict}>
        {rejecting ? (
          <RejectForm review={review} onReject={onReject} />
        ) : (
          <>
            <Verdict id="review.accept" kind="primary" icon={<CircleCheck size={15} />} disabled={readOnly} />
            <Verdict id="review.reject" kind="danger" icon={<CircleX size={15} />} disabled={readOnly} />
            <Verdict id="review.skip" kind="plain" icon={<SkipForward size={15} />} />
            <Verdict id="review.edit" kind="quiet" icon={<Pencil size={15} />} disabled={readOnly} />
          </>
        )}
      </div>
    </aside>
  )
}

function Verdict(props: {
  readonly id: string
  readonly kind: 'primary' | 'danger' | 'plain' | 'quiet'
  readonly icon: ReactNode
  readonly disabled?: boolean
}) {
  const command = useCommand(props.id)
  if (!command) return null
  return (
    <Button
      kind={props.kind}
      icon={props.icon}
      disabled={props.disabled ?? false}
      title={command.help}
      onClick={() => command.run?.()}
    >
      {command.title} {command.keys?.[0] && <Kbd keys={command.keys[0]} />}
    </Button>
  )
}

/** The last saved states, with who made them. */
function Revisions({ sampleId, head }: { readonly sampleId: string; readonly head: string | null }) {
  const host = useHost()
  const [list, setList] = useState<HostOutput<'label.revisions'>>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another head is one state more
  useEffect(() => {
    const stop = new AbortController()
    host.call('label.revisions', { sampleId }, stop.signal).then(
      (found) => !stop.signal.aborted && setList(found),
      () => {},
    )
    return () => stop.abort()
  }, [host, sampleId, head])
  if (list.length < 2) return null
  return (
    <ol className={styles.revisions}>
      {list.slice(0, 5).map(({ revision, author, createdAt, status }) => (
        <li key={revision}>
          <StatusDot status={status} />
          <span>{statusText[status]}</span>
          <span className={styles.meta}>{text.savedBy(author, formatWhen(createdAt))}</span>
        </li>
      ))}
    </ol>
  )
}

function RejectForm(props: {
  readonly review: ReviewStore
  onReject(reason: string, kinds: readonly string[]): void
}) {
  const { review, onReject } = props
  const [words, setWords] = useState('')
  const [kinds, setKinds] = useState<readonly string[]>([])
  const leave = () => review.setState({ rejecting: false })
  const send = (event: FormEvent) => {
    event.preventDefault()
    const reason = words.trim() || kinds.join(', ')
    if (reason !== '') onReject(reason, kinds)
  }
  return (
    <form
      className={styles.form}
      aria-label={text.why}
      onSubmit={send}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        leave()
      }}
    >
      <TextInput
        autoFocus
        aria-label={text.why}
        placeholder={text.why}
        maxLength={4000}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <Kinds chosen={kinds} onChange={setKinds} />
      <p className={styles.meta}>{text.rejectHint}</p>
      <div className={styles.buttons}>
        <Button kind="quiet" onClick={leave}>
          {text.cancel}
        </Button>
        <Button type="submit" kind="danger" disabled={words.trim() === '' && kinds.length === 0}>
          {text.rejectNow}
        </Button>
      </div>
    </form>
  )
}
