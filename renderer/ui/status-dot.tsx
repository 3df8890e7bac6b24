import BadgeCheck from 'lucide-react/icons/badge-check'
import Ban from 'lucide-react/icons/ban'
import Circle from 'lucide-react/icons/circle'
import CircleCheck from 'lucide-react/icons/circle-check'
import CircleDashed from 'lucide-react/icons/circle-dashed'
import CircleDot from 'lucide-react/icons/circle-dot'
import SkipForward from 'lucide-react/icons/skip-forward'
import type { LabelStatus } from '../../shared/label/status.ts'
import styles from './status-dot.module.css'

const icons = {
  unlabeled: Circle,
  prelabeled: CircleDashed,
  'in progress': CircleDot,
  labeled: CircleCheck,
  reviewed: BadgeCheck,
  rejected: Ban,
  skipped: SkipForward,
} as const satisfies Record<LabelStatus, unknown>

/** The status as a person reads it. */
export const statusText: Record<LabelStatus, string> = {
  unlabeled: 'Unlabeled',
  prelabeled: 'Prelabeled',
  'in progress': 'In progress',
  labeled: 'Labeled',
  reviewed: 'Reviewed',
  rejected: 'Rejected',
  skipped: 'Skipped',
}

/** A status by shape and colour; `label` for where no word stands beside it. */
export function StatusDot({
  status,
  label = false,
}: {
  readonly status: LabelStatus
  readonly label?: boolean
}) {
  const Icon = icons[status]
  return (
    <span
      className={styles.dot}
      data-status={status}
      {...(label
        ? { role: 'img', 'aria-label': statusText[status], title: statusText[status] }
        : { 'aria-hidden': true })}
    >
      <Icon size={14} strokeWidth={2.25} />
    </span>
  )
}
