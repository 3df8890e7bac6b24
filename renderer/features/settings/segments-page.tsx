import CircleCheck from 'lucide-react/icons/circle-check'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { Settings } from '../../../shared/host/host-api.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { isOpenAddress, isUrl } from './address.ts'
import { ApiKeyField, type KeyDraft } from './api-key-field.tsx'
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
      <Field
        label={text.baseUrl}
        help={text.segmentsUrlHelp}
        error={isUrl(segments.baseUrl) ? null : text.badUrl}
      >
        <TextInput
          type="text"
          inputMode="url"
          spellCheck={false}
          value={segments.baseUrl}
          onChange={(event) => props.onChange({ baseUrl: event.target.value })}
        />
      </Field>
      {(isOpenAddress(segments.baseUrl) || segments.allowHttp) && (
        <Switch
          label={text.allowHttp}
          help={text.allowHttpHelp}
          checked={segments.allowHttp}
          onChange={(allowHttp) => props.onChange({ allowHttp })}
        />
      )}
      <ApiKeyField
        state={account?.key ?? null}
        draft={keyDraft}
        stateHelp={text.segmentsKeyState}
        noneHelp={text.segmentsKeyNone}
        onChange={props.onKey}
        onRemove={props.onRemoveKey}
      />
      <div className={styles.test}>
        <Button busy={props.testing} onClick={props.onTest}>
          {text.test}
        </Button>
        <span role="status">
          {props.tested ? (
            <Badge tone="success" icon={<CircleCheck size={12} />}>
              {props.tested}
            </Badge>
          ) : (
            <span className={styles.muted}>{text.testHelp}</span>
          )}
        </span>
      </div>
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
