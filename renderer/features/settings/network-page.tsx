import type { RouteState, Settings } from '../../../shared/host/host-api.ts'
import { Field, TextInput } from '../../ui/field.tsx'
import styles from './settings.module.css'
import { text } from './text.ts'

/** How this computer reaches servers: proxy and certificate authorities. Holds for every library. */
export function NetworkPage(props: {
  readonly network: Settings['network']
  readonly route: RouteState | null
  onChange(change: Partial<Settings['network']>): void
}) {
  const { network, route, onChange } = props
  return (
    <>
      <Field label={text.proxy} help={text.proxyHelp}>
        <TextInput
          spellCheck={false}
          autoComplete="off"
          value={network.proxy}
          onChange={(event) => onChange({ proxy: event.target.value })}
        />
      </Field>
      <Field label={text.noProxy} help={text.noProxyHelp}>
        <TextInput
          spellCheck={false}
          value={network.noProxy}
          onChange={(event) => onChange({ noProxy: event.target.value })}
        />
      </Field>
      <Field label={text.caFile} help={text.caFileHelp}>
        <TextInput
          spellCheck={false}
          value={network.caFile}
          onChange={(event) => onChange({ caFile: event.target.value })}
        />
      </Field>
      {route && (
        <div className={styles.facts}>
          <p className={styles.factsTitle}>{text.routeNow}</p>
          <p>{text.route(route)}</p>
          <p>{text.authorities(route)}</p>
          {route.problem && (
            <p className={styles.bad}>
              {route.problem.message} {route.problem.remedy} <code>{route.problem.code}</code>
            </p>
          )}
        </div>
      )}
    </>
  )
}
