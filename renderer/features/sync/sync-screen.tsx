import CloudDownload from 'lucide-react/icons/cloud-download'
import CloudUpload from 'lucide-react/icons/cloud-upload'
import Pause from 'lucide-react/icons/pause'
import Play from 'lucide-react/icons/play'
import Settings2 from 'lucide-react/icons/settings-2'
import { type ReactNode, useMemo } from 'react'
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
import { formatWhen, keySourceText, uiText } from '../../ui/text.ts'
import { OutboxTable } from './outbox-table.tsx'
import styles from './sync.module.css'
import { syncCommands } from './sync-commands.ts'
import { SyncLog } from './sync-log.tsx'
import { text } from './text.ts'

/** What waits, what was sent, what failed and why, and a log to read. */
export function SyncScreen(props: {
  /** What comes from the server, and what others pushed. */
  readonly news: ReactNode
  /** The other service that the library may be linked to. */
  readonly beside: ReactNode
  /** Opens what is there to get. */
  onData(): void
}) {
  const { news, beside, onData } = props
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
        unlink: () => dialogs.show({ kind: 'unlink' }),
      }),
    [sync, notices, dialogs],
  )
  useCommands('sync', commands)
  const openSettings = () => dialogs.show({ kind: 'settings', page: 'wandb' })

  if (loading.kind === 'loading' && !status) return <EmptyState title={uiText.loading} />
  return (
    <div className={styles.screen}>
      {news}
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
                        {status.next && (
                          <span>{text.next[status.next.what](formatWhen(status.next.at))} </span>
                        )}
                        {status.paused && <Badge tone="warning">{text.paused}</Badge>}{' '}
                        {status.paused
                          ? text.pausedBody
                          : status.online === 'offline'
                            ? wandb?.autoPush || wandb?.every !== 'off'
                              ? text.offlineBody
                              : text.offlineManual
                            : wandb?.autoPush
                              ? text.autoOn
                              : wandb && wandb.every !== 'off'
                                ? text.everyOn[wandb.every]
                                : text.autoOff}
                      </p>
                    </>
                  ) : (
                    <p className={styles.muted}>{text.unsetBody}</p>
                  )}
                </div>
                <div className={styles.actions}>
                  <Button icon={<CloudDownload size={15} />} onClick={onData}>
                    {text.getData}
                  </Button>
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
                {status.running && <Running running={status.running} versionNumber={numberOf(status)} />}
              </section>
              {beside}
              <Panel title={text.queue}>
                <OutboxTable status={status} />
              </Panel>
              <SyncLog lines={status.log} />
            </>
          )}
        </div>
      </div>
    </div>
  )
}

/** What is on its way. Not read out as it moves: the badge says when sending begins and ends. */
function Running(props: {
  readonly running: NonNullable<SyncStatus['running']>
  readonly versionNumber: number | undefined
}) {
  const { running, versionNumber } = props
  const isByBytes = running.bytesTotal > 0
  return (
    <div className={styles.running}>
      <span>
        v{versionNumber} {running.role} · {running.step}
      </span>
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

const numberOf = ({ entries, running }: SyncStatus) =>
  entries.find(({ version }) => version === running?.version)?.versionNumber

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
