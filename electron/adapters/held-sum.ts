import { createHash } from 'node:crypto'
import type { HeldForm } from '../../shared/formats/exchange/held-form.ts'
import type { HeldSum } from './exchange-pixels-message.ts'

/** The fingerprint of a form. */
export function sumOfForm({ runs, objects }: HeldForm): HeldSum {
  const hash = createHash('sha256')
  hash.update(new Uint8Array(runs.buffer, runs.byteOffset, runs.byteLength))
  hash.update(JSON.stringify(objects))
  return { sum: hash.digest('base64'), objects: objects.length }
}
