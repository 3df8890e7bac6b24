import CloudUpload from 'lucide-react/icons/cloud-upload'
import Pause from 'lucide-react/icons/pause'
import Play from 'lucide-react/icons/play'
import Settings2 from 'lucide-react/icons/settings-2'
import { useEffect, useMemo, useRef } from 'react'
import { useStore } from 'zustand'
import type { SyncStatus } from '../../../shared/host/host-api.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useStores } from '../../stores/stores.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorText } from '../../ui/error-text.tsx'
import { CommandTextButton } from '../../ui/icon-button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Progress } from '../../ui/progress.tsx'
import { formatDateTime, formatTime, keySourceText, uiText } from '../../ui/text.ts'
import { DeliveryState } from './delivery-state.tsx'
import styles from './sync.module.css'
import { syncCommands } from './sync-commands.ts'
import { text } from './text.ts'

/** What waits, what was sent, what failed and why, and a log to read. */
export function SyncScreen() {
  const { sync, settings, dialogs, notices } = useStores()
  const loading = useStore(sync, (state) => state.loading)
  const status = useStore(sync, (state) => state.status)
  const wandb = useStore(settings, (state) => state.settings?.wandb)
  const key = useStore(settings, (state) => state.wandbKey)
  const commands = useMemo(
    () =>
      syncCommands({
        canPush() {
          const now = sync.getState().status
          return now?.configured === true && now.running === null
        },
        push: () => void sync.push().catch((error: unknown) => notices.report('sync.push', error)),
        canPause: () => sync.getState().status?.configured === true,
        isPaused: () => sync.getState().status?.paused === true,
        pause: () => void sync.pause().catch((error: unknown) => notices.report('sync.pause', error)),
        resume: () => void sync.resume().catch((error: unknown) => notices.report('sync.resume', error)),
      }),
    [sync, notices],
  )
  useCommands('sync', commands)
  const openSettings = () => dialogs.show({ kind: 'settings', page: 'wandb' })

  if (loading.kind === 'loading' && !status) return <EmptyState title={uiText.loading} />
  return (
    <div className={styles.scroller}>
      <div className={styles.column}>
        {loading.kind === 'failed' && (
          <ErrorText
            error={loading.error}
            action={<Button onClick={() => void sync.refresh().catch(() => {})}>{uiText.retry}</Button>}
          />
        )}
        {status && (
          <>
            <section className={styles.remote} aria-label={text.title}>
              <div className={styles.remoteText}>
                <h2>{status.configured ? text.title : text.unsetTitle}</h2>
                {status.configured ? (
                  <>
                    <p className={styles.address}>
                      {wandb?.entity}/{wandb?.project} · {hostOf(wandb?.baseUrl ?? '')}
                      {key && ` · ${keySourceText[key.source]}`}
                    </p>
                    <p className={styles.muted}>
                      <Badge tone={status.online === 'online' ? 'success' : 'neutral'}>
                        {text.online[status.online]}
                      </Badge>{' '}
                      {status.paused && <Badge tone="warning">{text.paused}</Badge>}{' '}
                      {status.paused
                        ? text.pausedBody
                        : status.online === 'offline'
                          ? text.offlineBody
                          : wandb?.autoPush
                            ? text.autoOn
                            : text.autoOff}
                    </p>
                  </>
                ) : (
                  <p className={styles.muted}>{text.unsetBody}</p>
                )}
              </div>
              <div className={styles.actions}>
                {status.configured ? (
                  <>
                    <Button icon={<Settings2 size={15} />} onClick={openSettings}>
                      {text.settings}
                    </Button>
                    {status.paused ? (
                      <CommandTextButton id="sync.resume" icon={<Play size={15} />} />
                    ) : (
                      <CommandTextButton id="sync.pause" icon={<Pause size={15} />} />
                    )}
                    {status.running ? (
                      <Button
                        onClick={() =>
                          void sync.cancel().catch((error: unknown) => notices.report('sync.cancel', error))
                        }
                      >
                        {text.cancel}
                      </Button>
                    ) : (
                      <CommandTextButton id="sync.push" kind="primary" icon={<CloudUpload size={15} />} />
                    )}
                  </>
                ) : (
                  <Button kind="primary" onClick={openSettings}>
                    {text.setUp}
                  </Button>
                )}
              </div>
              {status.running && <Running running={status.running} />}
            </section>
            <Panel title={text.queue}>
              <Queue status={status} />
            </Panel>
            <Panel title={text.log} className={styles.logPanel!}>
              <Log lines={status.log} />
            </Panel>
          </>
        )}
      </div>
    </div>
  )
}

function Running({ running }: { readonly running: NonNullable<SyncStatus['running']> }) {
  const isByBytes = running.bytesTotal > 0
  return (
    <div className={styles.running}>
      <span role="status">{running.step}</span>
      <Progress
        label={running.step}
        value={isByBytes ? running.bytesDone : running.filesDone}
        total={isByBytes ? running.bytesTotal : running.filesTotal || null}
      />
      <span className={styles.muted}>
        {text.filesOf(running.filesDone, running.filesTotal)}
        {isByBytes && ` · ${text.bytesOf(running.bytesDone, running.bytesTotal)}`}
      </span>
    </div>
  )
}

function Queue({ status }: { readonly status: SyncStatus }) {
  const versions = useStore(useStores().versions, (state) => state.list.length)
  if (status.entries.length === 0)
    return (
      <p className={styles.note}>
        {versions > 0 && !status.configured ? text.queueUnset(versions) : text.queueEmpty}
      </p>
    )
  return (
    <table className={styles.queue}>
      <thead>
        <tr>
          <th scope="col">{text.version}</th>
          <th scope="col">{text.artifact}</th>
          <th scope="col">{text.state}</th>
        </tr>
      </thead>
      <tbody>
        {status.entries.toReversed().map((entry) => (
          <tr key={`${entry.version} ${entry.role}`}>
            <td>v{entry.versionNumber}</td>
            <td>
              <span className={styles.mono}>{entry.role}</span>{' '}
              <code className={styles.faint}>{entry.digest?.slice(0, 10)}</code>
            </td>
            <td>
              <DeliveryState entry={entry} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Log({ lines }: { readonly lines: SyncStatus['log'] }) {
  const end = useRef<HTMLOListElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines come at the end, so keep the end in sight
  useEffect(() => {
    const box = end.current?.parentElement
    if (box) box.scrollTop = box.scrollHeight
  }, [lines.length])
  if (lines.length === 0) return <p className={styles.note}>{text.logEmpty}</p>
  return (
    <ol ref={end} className={styles.log}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no id and only ever grow
        <li key={index}>
          <time title={formatDateTime(line.at)}>{formatTime(line.at)}</time>
          <span>{line.text}</span>
        </li>
      ))}
    </ol>
  )
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
