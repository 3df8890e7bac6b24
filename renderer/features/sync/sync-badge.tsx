import CircleAlert from 'lucide-react/icons/circle-alert'
import Cloud from 'lucide-react/icons/cloud'
import CloudCheck from 'lucide-react/icons/cloud-check'
import CloudOff from 'lucide-react/icons/cloud-off'
import CloudUpload from 'lucide-react/icons/cloud-upload'
import HardDrive from 'lucide-react/icons/hard-drive'
import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import { type SyncSummary, summarizeSync } from '../../stores/sync-summary.ts'
import type { Tone } from '../../ui/badge.tsx'
import { formatWhen } from '../../ui/text.ts'
import { Tooltip } from '../../ui/tooltip.tsx'
import styles from './sync.module.css'
import { text } from './text.ts'

/** Where sync stands, in the top bar: icon and words. A click opens the panel. */
export function SyncBadge({ onOpen }: { onOpen(): void }) {
  const { sync } = useStores()
  const status = useStore(sync, (state) => state.status)
  if (!status) return null
  const { Icon, tone, words } = looks(summarizeSync(status))
  return (
    <Tooltip name={words} help={text.badgeHelp}>
      <button type="button" className={styles.badge} data-tone={tone} onClick={onOpen}>
        <Icon size={15} aria-hidden />
        {/* Not a status: its words would not count as the name of the button. */}
        <span aria-live="polite">{words}</span>
      </button>
    </Tooltip>
  )
}

function looks(summary: SyncSummary): { Icon: typeof Cloud; tone: Tone; words: string } {
  switch (summary.kind) {
    case 'unset':
      return { Icon: HardDrive, tone: 'neutral', words: text.badge.unset(summary.waiting) }
    case 'sending':
      return { Icon: CloudUpload, tone: 'accent', words: text.badge.sending(summary.done, summary.total) }
    case 'attention':
      return { Icon: CircleAlert, tone: 'danger', words: text.badge.attention(summary.parked) }
    case 'waiting':
      return {
        Icon: summary.offline ? CloudOff : Cloud,
        tone: 'neutral',
        words: text.badge.waiting(summary.waiting, summary.offline),
      }
    case 'done': {
      const when = summary.lastSentAt === null ? null : formatWhen(summary.lastSentAt)
      return {
        Icon: summary.offline ? CloudOff : CloudCheck,
        tone: 'neutral',
        words: text.badge.done(when, summary.offline),
      }
    }
  }
}
