import type { HostInput, KeyState } from '../../../shared/host/host-api.ts'
import { Button } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Radios } from '../../ui/radios.tsx'
import styles from './settings.module.css'
import { text } from './text.ts'

export type KeyDraft = { readonly value: string; readonly keep: HostInput<'secrets.setWandbKey'>['keep'] }
export const noKey: KeyDraft = { value: '', keep: 'keyring' }

/** A key that goes in and never comes out: where the one in use lies, and where another is to be kept. */
export function ApiKeyField(props: {
  /** Null until it is known. */
  readonly state: KeyState | null
  readonly draft: KeyDraft
  /** What is said of the key in use, and when there is none. */
  readonly stateHelp: (state: KeyState) => string
  readonly noneHelp: string
  onChange(draft: KeyDraft): void
  onRemove(): void
}) {
  const { state, draft } = props
  const hasKey = state !== null && state.source !== 'none'
  return (
    <>
      <Field label={text.key} help={hasKey ? props.stateHelp(state) : props.noneHelp}>
        <div className={styles.key}>
          <TextInput
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={draft.value}
            onChange={(event) => props.onChange({ ...draft, value: event.target.value })}
          />
          {hasKey && !['environment', 'netrc'].includes(state.source) && (
            <Button onClick={props.onRemove}>{text.remove}</Button>
          )}
        </div>
      </Field>
      {draft.value !== '' && (
        <Radios
          label={text.keep}
          value={draft.keep}
          options={text.keepOptions}
          onChange={(keep) => props.onChange({ ...draft, keep })}
        />
      )}
    </>
  )
}
