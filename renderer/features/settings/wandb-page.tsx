import CircleCheck from 'lucide-react/icons/circle-check'
import { useStore } from 'zustand'
import type { Settings } from '../../../shared/host/host-api.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/switch.tsx'
import { isOpenAddress } from './address.ts'
import { ApiKeyField, type KeyDraft } from './api-key-field.tsx'
import styles from './settings.module.css'
import { text } from './text.ts'

/** Where versions go, and the key that opens the door. */
export function WandbPage(props: {
  readonly wandb: Settings['wandb']
  readonly isUrl: boolean
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
      <Field label={text.baseUrl} help={text.baseUrlHelp} error={props.isUrl ? null : text.badUrl}>
        <TextInput
          type="text"
          inputMode="url"
          spellCheck={false}
          value={wandb.baseUrl}
          onChange={(event) => props.onChange({ baseUrl: event.target.value })}
        />
      </Field>
      {(isOpenAddress(wandb.baseUrl) || wandb.allowHttp) && (
        <Switch
          label={text.allowHttp}
          help={text.allowHttpHelp}
          checked={wandb.allowHttp}
          onChange={(allowHttp) => props.onChange({ allowHttp })}
        />
      )}
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
        {linked && linked.entity !== '' && linked.project !== '' && (
          <Button
            kind="quiet"
            onClick={() => dialogs.show({ kind: 'unlink', back: { kind: 'settings', page: 'wandb' } })}
          >
            {text.unlinkFrom}
          </Button>
        )}
      </div>
    </>
  )
}
