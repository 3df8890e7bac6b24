import { useState } from 'react'
import { useStore } from 'zustand'
import type { OutboxEntry, SyncStatus } from '../../../shared/host/host-api.ts'
import { standingOf } from '../../../shared/sync/standing.ts'
import { useStores } from '../../stores/stores.ts'
import { Button } from '../../ui/button.tsx'
import { counted, formatBytes } from '../../ui/text.ts'
import { DeliveryState } from './delivery-state.tsx'
import { remedyFor } from './remedy.ts'
import styles from './sync.module.css'
import { text } from './text.ts'

/** Rows that are shown at first; a dataset may have thousands of versions. */
const firstRows = 50

/** Every artifact with size, state and what can be done about it: what is not sent first, then the newest. */
export function OutboxTable({ status }: { readonly status: SyncStatus }) {
  const versions = useStore(useStores().versions, (state) => state.list.length)
  const wandb = useStore(useStores().settings, (state) => state.settings?.wandb)
  const isAutomatic = wandb === undefined || wandb.autoPush || wandb.every !== 'off'
  const [shown, setShown] = useState(firstRows)
  if (status.entries.length === 0)
    return (
      <p className={styles.note}>
        {versions > 0 && !status.configured ? text.queueUnset(versions) : text.queueEmpty}
      </p>
    )
  const newest = status.entries.toReversed()
  const isSent = ({ delivery }: OutboxEntry) => delivery.kind === 'sent'
  const rows = [...newest.filter((entry) => !isSent(entry)), ...newest.filter(isSent)]
  return (
    <>
      <table className={styles.queue}>
        <thead>
          <tr>
            <th scope="col">{text.version}</th>
            <th scope="col">{text.artifact}</th>
            <th scope="col">{text.state}</th>
            <th scope="col">{text.actions}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((entry) => (
            <tr key={`${entry.version} ${entry.role}`}>
              <td>v{entry.versionNumber}</td>
              <td>
                <span className={styles.mono}>{entry.role}</span>{' '}
                <code className={styles.faint}>{entry.digest?.slice(0, 10)}</code>
                <div className={styles.muted}>
                  {counted(entry.files, 'file')} · {formatBytes(entry.bytes)}
                </div>
              </td>
              <td>
                <DeliveryState entry={entry} status={status} isAutomatic={isAutomatic} />
              </td>
              <td>
                <Actions entry={entry} status={status} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <div className={styles.note}>
          <Button onClick={() => setShown((before) => before + 10 * firstRows)}>
            {text.showMore(rows.length - shown)}
          </Button>
        </div>
      )}
    </>
  )
}

function Actions({ entry, status }: { readonly entry: OutboxEntry; readonly status: SyncStatus }) {
  const { sync, settings, dialogs, notices } = useStores()
  const autoPush = useStore(settings, (state) => state.settings?.wandb.autoPush)
  const { delivery, version, role } = entry
  const standing = standingOf(entry, status.paused, Date.now())
  const name = `v${entry.versionNumber} ${role}`
  const error =
    delivery.kind === 'parked' ? delivery.error : delivery.kind === 'waiting' ? delivery.lastError : null
  const remedy = standing === 'needs' && error ? remedyFor(error.code) : null
  const report = (key: string) => (thrown: unknown) => notices.report(key, thrown)
  const retry = async () => {
    await sync.retry(version, role)
    // What does not go by itself goes because somebody asked.
    if (!status.paused && !autoPush) await sync.push()
  }
  const mayRetry = ['needs', 'retry', 'aside'].includes(standing)
  const mayPark = ['needs', 'retry', 'waiting', 'behind', 'held'].includes(standing)
  const isUnderWay = delivery.kind === 'sending'
  return (
    <div className={styles.rowActions}>
      {remedy && (
        <Button onClick={() => dialogs.show({ kind: 'settings', page: remedy.page })}>{remedy.label}</Button>
      )}
      {mayRetry && (
        <Button
          aria-label={`${standing === 'aside' ? text.unpark : text.retry}: ${name}`}
          onClick={() => void retry().catch(report('sync.retry'))}
        >
          {standing === 'aside' ? text.unpark : text.retry}
        </Button>
      )}
      {mayPark && !isUnderWay && (
        <Button
          kind="quiet"
          aria-label={`${text.park}: ${name}`}
          onClick={() => void sync.park(version, role).catch(report('sync.park'))}
        >
          {text.park}
        </Button>
      )}
    </div>
  )
}
