import Layers from 'lucide-react/icons/layers'
import Trash2 from 'lucide-react/icons/trash-2'
import { useStore } from 'zustand'
import { statusesOf, withStatuses } from '../../../shared/dataset/sample-filter.ts'
import { type LabelStatus, statuses } from '../../../shared/label/status.ts'
import { isMacPlatform, shownWords } from '../../commands/key-chord.ts'
import { useStores } from '../../stores/stores.ts'
import { Panel } from '../../ui/panel.tsx'
import { Progress } from '../../ui/progress.tsx'
import { StatusDot, statusText } from '../../ui/status-dot.tsx'
import { formatNumber } from '../../ui/text.ts'
import styles from './browser.module.css'
import { text } from './text.ts'

function toggled(wanted: readonly LabelStatus[], status: LabelStatus): LabelStatus[] {
  return wanted.includes(status) ? wanted.filter((other) => other !== status) : [...wanted, status]
}

/** How many of the images that the rest of the filter lets through stand where; each line filters, several with Ctrl or Cmd. */
export function StatusFilter() {
  const { samples } = useStores()
  const byStatus = useStore(samples, (state) => state.byStatus)
  const filter = useStore(samples, (state) => state.filter)
  const isTrash = useStore(samples, (state) => state.trash)
  const trashed = useStore(samples, (state) => state.trashed)
  const wanted = statusesOf(filter)
  const count = (status: LabelStatus) => byStatus[status] ?? 0
  const total = statuses.reduce((sum, status) => sum + count(status), 0)
  const done = count('labeled') + count('reviewed')
  const choose = (status: LabelStatus, adds: boolean) =>
    samples.setFilter(withStatuses(filter, adds ? toggled(wanted, status) : [status]))
  return (
    <Panel title={text.progress}>
      <div className={styles.statuses}>
        <button
          type="button"
          className={styles.status}
          aria-pressed={wanted.length === 0 && !isTrash}
          onClick={() => {
            if (isTrash) samples.showTrash(false)
            samples.setFilter(withStatuses(filter, []))
          }}
        >
          <Layers size={14} aria-hidden />
          {text.all}
          {!isTrash && <span>{formatNumber(total)}</span>}
        </button>
        {!isTrash &&
          statuses
            // Statuses that this library never used would only be noise.
            .filter((status) => count(status) > 0 || wanted.includes(status) || status === 'labeled')
            .map((status) => (
              <button
                key={status}
                type="button"
                className={styles.status}
                aria-pressed={wanted.includes(status)}
                title={shownWords(text.statusHint, isMacPlatform())}
                onClick={(event) => choose(status, event.ctrlKey || event.metaKey)}
              >
                <StatusDot status={status} />
                {statusText[status]}
                <span>{formatNumber(count(status))}</span>
              </button>
            ))}
        {(trashed > 0 || isTrash) && (
          <button
            type="button"
            className={styles.status}
            aria-pressed={isTrash}
            onClick={() => samples.showTrash(!isTrash)}
          >
            <Trash2 size={14} aria-hidden />
            {text.trash}
            <span>{formatNumber(trashed)}</span>
          </button>
        )}
      </div>
      {!isTrash && total > 0 && (
        <div className={styles.meter}>
          <Progress label={text.labeledShare(done, total)} value={done} total={Math.max(1, total)} />
          {text.labeledShare(done, total)}
        </div>
      )}
    </Panel>
  )
}
