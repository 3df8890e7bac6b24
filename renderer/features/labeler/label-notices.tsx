import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { ErrorInfo } from '../../../shared/base/app-error.ts'
import { useHost } from '../../host/use-host.ts'
import { flushSaves, retrySaves, useSaveState } from '../../stores/autosave.ts'
import type { DocumentStore } from '../../stores/document.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
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
      {session && <Sibling session={session} documents={documents} />}
    </>
  )
}

const isLineLost = ({ code }: ErrorInfo) =>
  code === 'HOST_GONE' || code === 'HOST_TOKEN' || code === 'HOST_REFUSED'

function Sibling({
  session,
  documents,
}: {
  readonly session: LabelSession
  readonly documents: DocumentStore
}) {
  const host = useHost()
  const { notices } = useStores()
  const other = useStore(session.view, (view) => view.other)
  const [busy, setBusy] = useState(false)
  if (!other) return null
  const choose = async (mine: boolean) => {
    setBusy(true)
    try {
      await flushSaves()
      const revision = mine ? (session.saver.base ?? other) : other
      const result = await host.call('label.choose', { sampleId: session.sample.id, revision })
      session.chosen(result.revision)
      if (!mine) await documents.reload()
    } catch (error) {
      notices.report('labeler.sibling', error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={styles.notice} role="alert">
      <span>{text.sibling}</span>
      <Button busy={busy} onClick={() => void choose(true)}>
        {text.keepMine}
      </Button>
      <Button busy={busy} onClick={() => void choose(false)}>
        {text.useOther}
      </Button>
    </div>
  )
}
