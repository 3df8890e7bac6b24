import CircleAlert from 'lucide-react/icons/circle-alert'
import CirclePause from 'lucide-react/icons/circle-pause'
import Cloud from 'lucide-react/icons/cloud'
import CloudCheck from 'lucide-react/icons/cloud-check'
import CloudOff from 'lucide-react/icons/cloud-off'
import CloudUpload from 'lucide-react/icons/cloud-upload'
import HardDrive from 'lucide-react/icons/hard-drive'
import { useStore } from 'zustand'
import { useStores } from '../../stores/stores.ts'
import { type SyncSummary, summarizeSync } from '../../stores/sync-summary.ts'
import type { Tone } from '../../ui/badge.tsx'
import { ForReaders } from '../../ui/for-readers.tsx'
import { formatWhen } from '../../ui/text.ts'
import { Tooltip } from '../../ui/tooltip.tsx'
import styles from './sync.module.css'
import { text } from './text.ts'

/** Where sync stands, in the top bar: icon and words. A click opens the panel. */
export function SyncBadge({ onOpen }: { onOpen(): void }) {
  const { sync } = useStores()
  const status = useStore(sync, (state) => state.status)
  if (!status) return null
  const summary = summarizeSync(status)
  const { Icon, tone, words } = looks(summary)
  return (
    <>
      <Tooltip name={words} help={text.badgeHelp}>
        <button type="button" className={styles.badge} data-tone={tone} onClick={onOpen}>
          <Icon size={15} aria-hidden />
          <span>{words}</span>
        </button>
      </Tooltip>
      {/* Apart from the button, whose numbers move many times a second. */}
      <ForReaders role="status">{saidOf(summary)}</ForReaders>
    </>
  )
}

function saidOf(summary: SyncSummary): string {
  const offline = 'offline' in summary && summary.offline
  if (summary.kind === 'waiting') return offline ? text.said.waitingOffline : text.said.waiting
  if (summary.kind === 'done') return offline ? text.said.doneOffline : text.said.done
  return text.said[summary.kind]
}

function looks(summary: SyncSummary): { Icon: typeof Cloud; tone: Tone; words: string } {
  const { badge } = text
  const offline = 'offline' in summary && summary.offline
  switch (summary.kind) {
    case 'unset':
      return { Icon: HardDrive, tone: 'neutral', words: badge.unset(summary.waiting) }
    case 'sending':
      return { Icon: CloudUpload, tone: 'accent', words: badge.sending(summary.done, summary.total) }
    case 'attention':
      return { Icon: CircleAlert, tone: 'danger', words: badge.attention(summary.needs, offline) }
    case 'held':
      return { Icon: CirclePause, tone: 'neutral', words: badge.held(summary.waiting) }
    case 'waiting':
      return {
        Icon: offline ? CloudOff : Cloud,
        tone: 'neutral',
        words: badge.waiting(summary.waiting, offline),
      }
    case 'aside':
      return {
        Icon: offline ? CloudOff : CloudCheck,
        tone: 'neutral',
        words: badge.aside(summary.aside, offline),
      }
    case 'done': {
      const when = summary.lastSentAt === null ? null : formatWhen(summary.lastSentAt)
      return { Icon: offline ? CloudOff : CloudCheck, tone: 'neutral', words: badge.done(when, offline) }
    }
  }
}
