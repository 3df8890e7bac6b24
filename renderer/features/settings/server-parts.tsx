import CircleCheck from 'lucide-react/icons/circle-check'
import type { ReactNode } from 'react'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, TextInput } from '../../ui/field.tsx'
import { Switch } from '../../ui/switch.tsx'
import { isOpenAddress, isUrl } from './address.ts'
import styles from './settings.module.css'
import { text } from './text.ts'

type Server = { readonly baseUrl: string; readonly allowHttp: boolean }

/** Where a server is; one that does not encrypt only by a word of its own. */
export function ServerField(props: {
  readonly server: Server
  readonly help: string
  onChange(change: Partial<Server>): void
}) {
  const { server, help, onChange } = props
  const { baseUrl, allowHttp } = server
  return (
    <>
      <Field label={text.baseUrl} help={help} error={isUrl(baseUrl) ? null : text.badUrl}>
        <TextInput
          type="text"
          inputMode="url"
          spellCheck={false}
          value={baseUrl}
          onChange={(event) => onChange({ baseUrl: event.target.value })}
        />
      </Field>
      {(isOpenAddress(baseUrl) || allowHttp) && (
        <Switch
          label={text.allowHttp}
          help={text.allowHttpHelp}
          checked={allowHttp}
          onChange={(allowHttp) => onChange({ allowHttp })}
        />
      )}
    </>
  )
}

/** Asks the server who the key belongs to. `tested`: the answer of the last successful test. */
export function ConnectionTest(props: {
  readonly tested: string | null
  readonly testing: boolean
  onTest(): void
  readonly children?: ReactNode
}) {
  return (
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
      {props.children}
    </div>
  )
}
