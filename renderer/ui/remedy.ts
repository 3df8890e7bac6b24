import type { ErrorCode } from '../../shared/base/app-error.ts'

/** What a button beside an error can do, besides trying again: where in the settings it is mended. */
export type Remedy = { readonly label: string; readonly page: 'wandb' | 'segments' | 'network' }

const key: Remedy = { label: 'Enter a key', page: 'wandb' }
const place: Remedy = { label: 'Choose another place', page: 'wandb' }
const network: Remedy = { label: 'Network settings', page: 'network' }

const remedies: Partial<Record<ErrorCode, Remedy>> = {
  AUTH_MISSING: key,
  AUTH_REVOKED: key,
  AUTH_KEYRING: key,
  REMOTE_NOT_SET: place,
  REMOTE_FORBIDDEN: place,
  REMOTE_GONE: place,
  REMOTE_QUOTA: place,
  NET_PROXY: network,
  TLS_BAD: network,
}

/** Null where only time, trying again or the outside helps. A dataset of Segments.ai is not chosen in the settings. */
export function remedyFor(code: ErrorCode, service: 'wandb' | 'segments' = 'wandb'): Remedy | null {
  const remedy = remedies[code] ?? null
  if (service === 'wandb' || remedy === null || remedy.page === 'network') return remedy
  return remedy === key ? { ...key, page: 'segments' } : null
}
