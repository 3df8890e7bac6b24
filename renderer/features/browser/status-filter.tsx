import Layers from 'lucide-react/icons/layers'
import { useMemo } from 'react'
import { useStore } from 'zustand'
import { type LabelStatus, statuses } from '../../../shared/label/status.ts'
import { isMacPlatform, shownWords } from '../../commands/key-chord.ts'
import { countByStatus } from '../../stores/sample-order.ts'
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

/** How many images stand where; each line filters the grid, and several do with Ctrl or Cmd. */
export function StatusFilter() {
  const { samples } = useStores()
  const all = useStore(samples, (state) => state.all)
  const wanted = useStore(samples, (state) => state.filter.statuses)
  const counts = useMemo(() => countByStatus(all), [all])
  const done = counts.labeled + counts.reviewed
  const choose = (status: LabelStatus, adds: boolean) =>
    samples.setFilter({ statuses: adds ? toggled(wanted, status) : [status] })
  return (
    <Panel title={text.progress}>
      <div className={styles.statuses}>
        <button
          type="button"
          className={styles.status}
          aria-pressed={wanted.length === 0}
          onClick={() => samples.setFilter({ statuses: [] })}
        >
          <Layers size={14} aria-hidden />
          {text.all}
          <span>{formatNumber(all.length)}</span>
        </button>
        {statuses
          // Statuses that this library never used would only be noise.
          .filter((status) => counts[status] > 0 || wanted.includes(status) || status === 'labeled')
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
              <span>{formatNumber(counts[status])}</span>
            </button>
          ))}
      </div>
      <div className={styles.meter}>
        <Progress label={text.labeledShare(done, all.length)} value={done} total={all.length} />
        {text.labeledShare(done, all.length)}
      </div>
    </Panel>
  )
}
