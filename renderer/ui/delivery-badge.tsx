import CircleAlert from 'lucide-react/icons/circle-alert'
import CircleCheck from 'lucide-react/icons/circle-check'
import CircleMinus from 'lucide-react/icons/circle-minus'
import CirclePause from 'lucide-react/icons/circle-pause'
import CloudUpload from 'lucide-react/icons/cloud-upload'
import HardDrive from 'lucide-react/icons/hard-drive'
import Hourglass from 'lucide-react/icons/hourglass'
import TimerReset from 'lucide-react/icons/timer-reset'
import type { Delivery } from '../../shared/host/host-api.ts'
import type { Standing } from '../../shared/sync/standing.ts'
import { Badge, type Tone } from './badge.tsx'

const text = {
  local: 'Only here',
  waiting: 'Waiting',
  sending: 'Sending',
  sent: (version: string) => `Sent as ${version}`,
  parked: 'Needs you',
  held: 'Held',
  behind: 'Waiting',
  retry: 'Tries again',
  aside: 'Set aside',
} as const

/** Where one artifact stands, by icon and words; null when it goes nowhere. `standing` knows more than the delivery alone. */
export function DeliveryBadge(props: { readonly delivery: Delivery | null; readonly standing?: Standing }) {
  const { delivery, standing } = props
  const { Icon, tone, words } = (standing && standings[standing]) ?? looks(delivery)
  return (
    <Badge tone={tone} icon={<Icon size={12} />}>
      {words}
    </Badge>
  )
}

type Looks = { Icon: typeof HardDrive; tone: Tone; words: string }

const standings: Partial<Record<Standing, Looks>> = {
  held: { Icon: CirclePause, tone: 'warning', words: text.held },
  behind: { Icon: Hourglass, tone: 'neutral', words: text.behind },
  retry: { Icon: TimerReset, tone: 'warning', words: text.retry },
  needs: { Icon: CircleAlert, tone: 'danger', words: text.parked },
  aside: { Icon: CircleMinus, tone: 'neutral', words: text.aside },
}

function looks(delivery: Delivery | null): Looks {
  switch (delivery?.kind) {
    case undefined:
      return { Icon: HardDrive, tone: 'neutral', words: text.local }
    case 'waiting':
      return { Icon: Hourglass, tone: delivery.failures > 0 ? 'warning' : 'neutral', words: text.waiting }
    case 'sending':
      return { Icon: CloudUpload, tone: 'accent', words: text.sending }
    case 'sent':
      return { Icon: CircleCheck, tone: 'success', words: text.sent(delivery.remoteVersion) }
    case 'parked':
      return delivery.error
        ? { Icon: CircleAlert, tone: 'danger', words: text.parked }
        : { Icon: CircleMinus, tone: 'neutral', words: text.aside }
  }
}
