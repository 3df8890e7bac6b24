import GitCommitHorizontal from 'lucide-react/icons/git-commit-horizontal'
import LayoutList from 'lucide-react/icons/layout-list'
import MessageCircleWarning from 'lucide-react/icons/message-circle-warning'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { type LabelStatus, statuses } from '../../shared/label/status.ts'
import { useHost } from '../host/use-host.ts'
import { useStores } from '../stores/stores.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { StatusDot, statusText } from '../ui/status-dot.tsx'
import { formatNumber } from '../ui/text.ts'
import type { RouteStore } from './route.ts'
import styles from './shell.module.css'
import { text } from './text.ts'

/** After the last image of a run: how far the dataset is, and what comes next. */
export function RunSummary({ route, onClose }: { readonly route: RouteStore; onClose(): void }) {
  const host = useHost()
  const { samples, versions, notices } = useStores()
  const run = useStore(samples, (state) => state.run)
  const draft = useStore(versions, (state) => state.draft)
  const [counts, setCounts] = useState<Readonly<Record<string, number>> | null>(null)
  useEffect(() => {
    host.call('samples.query', { filter: [] }).then(
      ({ byStatus }) => setCounts(byStatus),
      () => {},
    )
  }, [host])
  const go = (to: Parameters<RouteStore['go']>[0]) => {
    onClose()
    route.go(to)
  }
  const review = async () => {
    const filter = [
      {
        negated: false,
        condition: { kind: 'status' as const, any: ['labeled' as const, 'rejected' as const] },
      },
    ]
    try {
      const next = await samples.startRun(null, { filter, sort: { by: 'review', reversed: false } })
      if (next) go({ screen: 'review', sampleId: next.id })
    } catch (error) {
      notices.report('samples.run', error)
    }
  }
  const waiting = (counts?.labeled ?? 0) + (counts?.rejected ?? 0)
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={text.lastImage}
      description={text.lastBody(run?.total ?? 1, run?.text ?? '')}
      size="small"
      footer={
        <>
          <Button onClick={onClose}>{text.stay}</Button>
          <Button kind="primary" onClick={() => go({ screen: 'dataset' })}>
            {text.back}
          </Button>
        </>
      }
    >
      <ul className={styles.summary} aria-label={text.wholeDataset}>
        {statuses.map(
          (status: LabelStatus) =>
            (counts?.[status] ?? 0) > 0 && (
              <li key={status}>
                <StatusDot status={status} /> {statusText[status]}
                <span>{formatNumber(counts![status]!)}</span>
              </li>
            ),
        )}
      </ul>
      <div className={styles.nextSteps}>
        {waiting > 0 && (
          <Button icon={<MessageCircleWarning size={15} />} onClick={() => void review()}>
            {text.nextReview(waiting)}
          </Button>
        )}
        <Button icon={<LayoutList size={15} />} onClick={() => go({ screen: 'objects' })}>
          {text.nextObjects}
        </Button>
        {draft?.canCommit && (
          <Button icon={<GitCommitHorizontal size={15} />} onClick={() => go({ screen: 'history' })}>
            {text.nextVersion}
          </Button>
        )}
      </div>
    </Dialog>
  )
}
