import CloudDownload from 'lucide-react/icons/cloud-download'
import GitCommitHorizontal from 'lucide-react/icons/git-commit-horizontal'
import { type RefObject, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { Version, VersionDraft } from '../../../shared/host/host-api.ts'
import { useSaveState } from '../../stores/autosave.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { Field, TextArea } from '../../ui/field.tsx'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import { CommandKeys } from '../../ui/kbd.tsx'
import { toast } from '../../ui/toasts.tsx'
import { CategoryChanges } from './category-changes.tsx'
import { ChangeBadges, changedImages } from './change-badges.tsx'
import styles from './history.module.css'
import { text } from './text.ts'

/** What a commit would record, and the commit itself. */
export function WorkingCopy({
  draft,
  latest,
  mayCommit,
  commitNow,
}: {
  readonly draft: VersionDraft
  readonly latest: Version | null
  /** For the commands of the screen. */
  readonly mayCommit: RefObject<boolean>
  readonly commitNow: RefObject<() => void>
}) {
  const { versions, notices } = useStores()
  const committing = useStore(versions, (state) => state.committing)
  const saving = useSaveState()
  const heldBack = useStore(versions, (state) => state.unsaved)
  const unsaved = saving.kind === 'saved' ? null : heldBack
  /** Null while the person has not touched the suggested message. */
  const [message, setMessage] = useState<string | null>(null)
  /** What changed within labels, once it is counted. */
  const [words, setWords] = useState('')
  const suggested = [draft.suggestedMessage, draft.canCommit ? words : ''].filter((part) => part !== '')
  const shown = message ?? suggested.join(', ')
  // What is not saved is not in the draft; a commit saves it first.
  const hasChanges = draft.canCommit || saving.kind === 'failed'
  const canCommit = hasChanges && !committing
  const commit = useRef<(savedOnly?: boolean) => void>(() => {})
  commit.current = (savedOnly = false) => {
    if (!canCommit) return
    versions.commit(shown.trim(), { savedOnly }).then(
      (version) => {
        setMessage(null)
        setWords('')
        notices.dismiss('versions.commit')
        toast(version ? text.committed(version.number) : text.nothingNew)
      },
      (error: unknown) => {
        // What a label could not be saved for is said here, with what to do about it.
        if (versions.getState().unsaved) notices.dismiss('versions.commit')
        else notices.report('versions.commit', error)
      },
    )
  }
  mayCommit.current = canCommit
  commitNow.current = () => commit.current()

  return (
    <section className={styles.working} aria-label={text.workingCopy}>
      <header className={styles.head}>
        <h2>{text.workingCopy}</h2>
        <span>{latest ? text.sinceLast(latest.number, hasChanges) : text.firstVersion}</span>
      </header>
      <p className={styles.counts}>{text.counts(draft.counts)}</p>
      {hasChanges ? (
        <>
          <ChangeBadges changes={draft.changes} />
          {latest && (
            <CategoryChanges
              before={String(latest.number)}
              after={null}
              images={changedImages(draft.changes)}
              onWords={setWords}
            />
          )}
          <Field label={text.message} help={text.messageHelp}>
            <TextArea
              rows={3}
              aria-label={text.message}
              maxLength={4000}
              value={shown}
              onChange={(event) => setMessage(event.target.value)}
            />
          </Field>
          {unsaved ? (
            <div className={styles.unsaved}>
              <p>{text.notSaved}</p>
              <ErrorText
                error={unsaved}
                action={
                  draft.canCommit && (
                    <Button busy={committing} onClick={() => commit.current(true)}>
                      {text.commitSaved}
                    </Button>
                  )
                }
              />
            </div>
          ) : (
            saving.kind !== 'saved' && <p className={styles.clean}>{text.unsaved}</p>
          )}
          <div className={styles.actions}>
            <CommandTextButton id="app.data" kind="quiet" icon={<CloudDownload size={15} />} />
            <CommandTextButton id="history.export" kind="quiet" />
            {latest && <CommandTextButton id="history.compare">{text.showChanges}</CommandTextButton>}
            <CommandKeys id="history.commit" />
            <Button
              kind="primary"
              busy={committing}
              icon={<GitCommitHorizontal size={16} />}
              onClick={() => commit.current()}
            >
              {text.commit}
            </Button>
          </div>
        </>
      ) : (
        <>
          <p className={styles.clean}>{latest ? text.clean(latest.number) : text.emptyLibrary}</p>
          <div className={styles.tools}>
            <CommandTextButton id="app.data" icon={<CloudDownload size={15} />} />
            <CommandTextButton id="history.export" />
          </div>
        </>
      )}
    </section>
  )
}
