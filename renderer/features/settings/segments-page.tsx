import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { Settings } from '../../../shared/host/host-api.ts'
import { useStores } from '../../stores/stores.ts'
import { ApiKeyField, type KeyDraft } from './api-key-field.tsx'
import { ConnectionTest, ServerField } from './server-parts.tsx'
import styles from './settings.module.css'
import { text } from './text.ts'

/** The server of Segments.ai, and the key that opens the door. The dataset is chosen where it is published. */
export function SegmentsPage(props: {
  readonly segments: Settings['segments']
  readonly keyDraft: KeyDraft
  /** The answer of the last successful test. */
  readonly tested: string | null
  readonly testing: boolean
  onChange(change: Partial<Settings['segments']>): void
  onKey(key: KeyDraft): void
  onRemoveKey(): void
  onTest(): void
}) {
  const { segmentsAccount } = useStores()
  const account = useStore(segmentsAccount, (state) => state.account)
  const problem = account?.problem ?? account?.route.problem
  const { segments, keyDraft } = props
  useEffect(() => {
    segmentsAccount.refresh().catch(() => {})
  }, [segmentsAccount])
  return (
    <>
      <ServerField server={segments} help={text.segmentsUrlHelp} onChange={props.onChange} />
      <ApiKeyField
        state={account?.key ?? null}
        draft={keyDraft}
        stateHelp={text.segmentsKeyState}
        noneHelp={text.segmentsKeyNone}
        onChange={props.onKey}
        onRemove={props.onRemoveKey}
      />
      <ConnectionTest tested={props.tested} testing={props.testing} onTest={props.onTest} />
      {account && (
        <div className={styles.facts}>
          <p className={styles.factsTitle}>{text.routeNow}</p>
          <p>{text.route(account.route)}</p>
          {problem && (
            <p className={styles.bad}>
              {problem.message} {problem.remedy} <code>{problem.code}</code>
            </p>
          )}
        </div>
      )}
    </>
  )
}
