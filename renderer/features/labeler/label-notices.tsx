import { useEffect, useId, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import { retrySaves, useSaveState } from '../../stores/autosave.ts'
import type { DocumentStore } from '../../stores/document.ts'
import type { LabelSession, OtherState } from '../../stores/label-session.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { formatWhen } from '../../ui/text.ts'
import { toast } from '../../ui/toasts.tsx'
import styles from './labeler.module.css'
import { text } from './text.ts'

/** What the person must know about this label: not saved, labeled twice, not to be changed. One line per cause. */
export function LabelNotices(props: {
  readonly documents: DocumentStore
  readonly session: LabelSession | null
  readonly readOnly: boolean
}) {
  const { documents, session, readOnly } = props
  const saving = useSaveState()
  const restored = session?.restoredEdits ?? 0
  useEffect(() => {
    if (restored > 0) toast(text.restored(restored))
  }, [restored])
  return (
    <>
      {readOnly && (
        <p className={styles.notice} role="status">
          {text.readOnly}
        </p>
      )}
      {saving.kind === 'failed' && (
        <div className={styles.failedSave}>
          {isLineLost(saving.error) ? (
            // The banner over all screens says what is wrong with the line.
            <p role="status">
              {text.saveFailedEdits(saving.edits)} {text.savedLater(saving.edits)}
            </p>
          ) : (
            <>
              <ErrorText error={saving.error} action={<Button onClick={retrySaves}>{text.retry}</Button>} />
              <span>{text.saveFailedEdits(saving.edits)}</span>
            </>
          )}
        </div>
      )}
      {session && <Siblings session={session} documents={documents} />}
    </>
  )
}

const isLineLost = ({ code }: ErrorInfo) =>
  code === 'HOST_GONE' || code === 'HOST_TOKEN' || code === 'HOST_REFUSED'

/** Asks which of several saved states to go on with; what was chosen is on the canvas at once, and can be taken back. */
function Siblings({
  session,
  documents,
}: {
  readonly session: LabelSession
  readonly documents: DocumentStore
}) {
  const { notices } = useStores()
  const others = useStore(session.view, (view) => view.others)
  const [busy, setBusy] = useState(false)
  const facts = useId()
  if (others.length === 0) return null
  const goBack = (undo: () => Promise<boolean>) => {
    undo().then(
      (isBack) => toast(isBack ? text.wentBack : text.changedSince),
      (error: unknown) => notices.report('labeler.siblings', error),
    )
  }
  const choose = async (other: OtherState | null) => {
    setBusy(true)
    try {
      // Its first save may be the one under way.
      await session.saver.flush()
      const revision = other?.revision ?? session.saver.base
      if (revision === null) return
      const undo = await documents.choose(revision)
      notices.dismiss('labeler.siblings')
      if (other)
        toast(text.usedOther(formatWhen(other.createdAt)), {
          label: text.undoChoice,
          run: () => goBack(undo),
        })
      else toast(text.keptShown)
    } catch (error) {
      notices.report('labeler.siblings', error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className={styles.siblings} role="alert">
      <p>
        {text.siblings(others.length + 1)}{' '}
        <a href={`#/conflicts/${session.sample.id}`}>{text.siblingsApart}</a>
      </p>
      <ul>
        <li>
          <Button busy={busy} onClick={() => void choose(null)}>
            {text.keepShown}
          </Button>
        </li>
        {others.map((other, i) => {
          const when = formatWhen(other.createdAt)
          const tool = text.stateTools[other.tool] ?? other.tool
          return (
            <li key={other.revision}>
              <Button busy={busy} aria-describedby={`${facts}-${i}`} onClick={() => void choose(other)}>
                {others.length === 1 ? text.useOther : text.chooseState(i + 2)}
              </Button>
              <span id={`${facts}-${i}`}>{text.stateFacts(when, tool, other.status)}</span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
