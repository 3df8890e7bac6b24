import { useStore } from 'zustand'
import type { Settings } from '../../../shared/host/host-api.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { ApiKeyField, type KeyDraft } from './api-key-field.tsx'
import { ConnectionTest, ServerField } from './server-parts.tsx'
import styles from './settings.module.css'
import { text } from './text.ts'

/** Where versions go, and the key that opens the door. */
export function WandbPage(props: {
  readonly wandb: Settings['wandb']
  readonly keyDraft: KeyDraft
  /** The answer of the last successful test. */
  readonly tested: string | null
  readonly testing: boolean
  onChange(change: Partial<Settings['wandb']>): void
  onKey(key: KeyDraft): void
  onRemoveKey(): void
  onTest(): void
}) {
  const { settings, dialogs } = useStores()
  const linked = useStore(settings, (state) => state.settings?.wandb)
  const keyState = useStore(settings, (state) => state.wandbKey)
  const { wandb, keyDraft } = props
  return (
    <>
      <ServerField server={wandb} help={text.baseUrlHelp} onChange={props.onChange} />
      <div className={styles.pair}>
        <Field label={text.entity} help={text.entityHelp}>
          <TextInput
            spellCheck={false}
            value={wandb.entity}
            maxLength={200}
            onChange={(event) => props.onChange({ entity: event.target.value })}
          />
        </Field>
        <Field label={text.project} help={text.projectHelp}>
          <TextInput
            spellCheck={false}
            value={wandb.project}
            maxLength={128}
            onChange={(event) => props.onChange({ project: event.target.value })}
          />
        </Field>
      </div>
      <ApiKeyField
        state={keyState}
        draft={keyDraft}
        stateHelp={text.keyState}
        noneHelp={text.keyNone}
        onChange={props.onKey}
        onRemove={props.onRemoveKey}
      />
      <Switch
        label={text.autoPush}
        help={text.autoPushHelp}
        checked={wandb.autoPush}
        onChange={(autoPush) => props.onChange({ autoPush })}
      />
      <div className={styles.row}>
        <label htmlFor="sync-every">{text.every}</label>
        <Select
          id="sync-every"
          label={text.every}
          value={wandb.every}
          options={text.everyOptions}
          onChange={(every) => props.onChange({ every })}
        />
      </div>
      <Switch
        label={text.embedImages}
        help={text.embedImagesHelp}
        checked={wandb.embedImages}
        onChange={(embedImages) => props.onChange({ embedImages })}
      />
      <ConnectionTest tested={props.tested} testing={props.testing} onTest={props.onTest}>
        {linked && linked.entity !== '' && linked.project !== '' && (
          <Button
            kind="quiet"
            onClick={() => dialogs.show({ kind: 'unlink', back: { kind: 'settings', page: 'wandb' } })}
          >
            {text.unlinkFrom}
          </Button>
        )}
      </ConnectionTest>
    </>
  )
}
