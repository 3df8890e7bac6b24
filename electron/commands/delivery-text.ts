import { assertNever } from '../../shared/base/assert-never.ts'
import type { Delivery } from '../../shared/host/host-api.ts'
import { clockTime } from './words.ts'

/** Where one delivery stands, and what to do about it. */
export function deliveryText(delivery: Delivery): string {
  switch (delivery.kind) {
    case 'sent':
      return `sent as ${delivery.remoteVersion}`
    case 'sending':
      return 'being sent'
    case 'parked':
      if (!delivery.error) return 'set aside; "tessera sync retry" lets it go'
      return `parked: ${delivery.error.message} ${delivery.error.remedy} [${delivery.error.code}]`
    case 'waiting': {
      const { lastError, notBefore } = delivery
      if (!lastError) return 'waiting to be sent'
      const until = notBefore > 0 ? `, not before ${clockTime(notBefore)}` : ''
      return `waiting${until}: ${lastError.message} ${lastError.remedy} [${lastError.code}]`
    }
    default:
      return assertNever(delivery)
  }
}
