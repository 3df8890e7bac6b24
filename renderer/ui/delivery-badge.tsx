import CircleAlert from 'lucide-react/icons/circle-alert'
import CircleCheck from 'lucide-react/icons/circle-check'
import CloudUpload from 'lucide-react/icons/cloud-upload'
import HardDrive from 'lucide-react/icons/hard-drive'
import Hourglass from 'lucide-react/icons/hourglass'
import type { Delivery } from '../../shared/host/host-api.ts'
import { Badge, type Tone } from './badge.tsx'

const text = {
  local: 'Only here',
  waiting: 'Waiting',
  sending: 'Sending',
  sent: (version: string) => `Sent as ${version}`,
  parked: 'Needs attention',
} as const

/** Where one artifact stands, by icon and words; null when it goes nowhere. `words` replace its own. */
export function DeliveryBadge(props: { readonly delivery: Delivery | null; readonly words?: string }) {
  const { Icon, tone, words } = looks(props.delivery)
  return (
    <Badge tone={tone} icon={<Icon size={12} />}>
      {props.words ?? words}
    </Badge>
  )
}

function looks(delivery: Delivery | null): { Icon: typeof HardDrive; tone: Tone; words: string } {
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
      return { Icon: CircleAlert, tone: 'danger', words: text.parked }
  }
}
