import Package from 'lucide-react/icons/package'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import type { SegmentsReleaseView } from '../../../shared/host/segments-methods.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { formatDay, uiText } from '../../ui/text.ts'
import styles from './segments.module.css'
import { text } from './text.ts'

/** States of the dataset that do not change any more, and the versions that were made of them. */
export function ReleasesPanel({ onVersion }: { onVersion(versionId: string): void }) {
  const { segments } = useStores()
  const { list, isReading, error } = useStore(segments, (state) => state.releases)
  useEffect(() => {
    void segments.readReleases()
  }, [segments])
  return (
    <Panel title={text.releases} actions={<CommandTextButton id="segments.release" kind="quiet" />}>
      {error && (
        <ErrorText
          error={error}
          action={<Button onClick={() => void segments.readReleases()}>{uiText.retry}</Button>}
        />
      )}
      {list === null || list.length === 0 ? (
        !error && (
          <p className={styles.note}>
            {isReading ? text.readingReleases : `${text.noReleases} ${text.releasesBody}`}
          </p>
        )
      ) : (
        <ul className={styles.releases}>
          {list.map((release) => (
            <Release key={release.uuid} release={release} onVersion={onVersion} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

const tones: Record<SegmentsReleaseView['status'], Tone> = {
  PENDING: 'accent',
  SUCCEEDED: 'success',
  FAILED: 'danger',
}

function Release(props: { readonly release: SegmentsReleaseView; onVersion(versionId: string): void }) {
  const { release, onVersion } = props
  const { segments, dialogs, versions, appInfo } = useStores()
  const isRunning = useStore(segments, (state) => state.job?.state === 'running')
  const readOnly = useStore(appInfo, (state) => state.info?.readOnly ?? false)
  const list = useStore(versions, (state) => state.list)
  const { name, description, status, samples, createdAt, version } = release
  const number = list.find(({ id }) => id === version)?.number ?? null
  const at = Date.parse(createdAt)
  const cannot = isRunning || readOnly
  return (
    <li className={styles.release}>
      <p className={styles.rowTitle}>
        <Package size={14} aria-hidden />
        <strong>{name}</strong>
        <Badge tone={tones[status]}>{text.status[status]}</Badge>
        {version !== null && <Badge tone="success">{text.versionHere(number)}</Badge>}
      </p>
      <p className={styles.muted}>
        {text.releaseSamples(samples, Number.isNaN(at) ? createdAt : formatDay(at))}
        {description && ` · ${description}`}
      </p>
      <p className={styles.tools}>
        {status === 'SUCCEEDED' && version === null && (
          <Button
            disabled={cannot}
            aria-label={`${text.toVersionShort}: ${name}`}
            onClick={() => dialogs.show({ kind: 'segments-version', release: name })}
          >
            {text.toVersionShort}
          </Button>
        )}
        {version !== null && number !== null && (
          <Button aria-label={`${text.openVersion}: ${name}`} onClick={() => onVersion(version)}>
            {text.openVersion}
          </Button>
        )}
        {status === 'PENDING' && (
          <Button
            disabled={cannot}
            aria-label={`${text.waitFor}: ${name}`}
            onClick={() => void segments.release(name, description)}
          >
            {text.waitFor}
          </Button>
        )}
        {status === 'FAILED' && <span className={styles.muted}>{text.failedRelease}</span>}
      </p>
    </li>
  )
}
