import { AppError } from '../../../shared/base/app-error.ts'
import { isLoopback } from './proxy.ts'

/**
 * Throws AppError `BAD_REQUEST` when key and data would go unencrypted to another computer, and nobody agreed to that.
 * `setting` names the one that agrees.
 */
export function requireSafe(address: string, allowHttp: boolean, setting: string): void {
  const url = new URL(address)
  if (url.protocol === 'https:' || isLoopback(url.hostname) || allowHttp) return
  throw new AppError(
    'BAD_REQUEST',
    `The address http://${url.host} is not encrypted: anybody on the way could read the key.`,
    {
      remedy: `Write https://, or allow it in the settings ("tessera config set ${setting} on") if you trust the network.`,
    },
  )
}
