import { AppError } from '../../../shared/base/app-error.ts'
import { readDatasetName } from '../../../shared/sync/segments-remote.ts'
import { requireSafe } from '../net/require-safe.ts'

export const segmentsApi = 'https://api.segments.ai'

/**
 * The address of an API without its last slash. Throws AppError `BAD_REQUEST` on what is none. The platform's paths begin at
 * the host, so there is nothing after it.
 */
export function normalizeSegmentsUrl(text: string): string {
  const bad = (why: string) =>
    new AppError('BAD_REQUEST', `The Segments.ai address ${why}.`, {
      remedy: `Write it like ${segmentsApi}.`,
    })
  const url = URL.parse(text.trim())
  if (url === null) throw bad('is not an address')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw bad('must begin with https://')
  if (url.username || url.password) throw bad('must not hold a user name or password')
  if (url.search || url.hash) throw bad('must not hold a question mark or #')
  if (url.pathname !== '/') throw bad('must end after the host')
  if (/(^|\.)segments\.ai$/.test(url.hostname)) {
    if (url.protocol !== 'https:') throw bad('must begin with https://')
    if (!/(^|\.)api\./.test(url.hostname)) throw bad(`must name the API, ${segmentsApi}`)
  }
  return url.origin
}

/** As `requireSafe`. */
export const requireSafeSegments = (baseUrl: string, allowHttp: boolean): void =>
  requireSafe(normalizeSegmentsUrl(baseUrl), allowHttp, 'segments.allow-http')

/** Where people look at what the API at `baseUrl` serves; as `normalizeSegmentsUrl` throws. */
export function segmentsWebUrl(baseUrl: string): string {
  return normalizeSegmentsUrl(baseUrl).replace(/^(https?:\/\/)api\./, '$1app.')
}

/** Throws AppError `BAD_REQUEST` for what cannot be `owner/name`. */
export function requireDatasetName(text: string): { readonly owner: string; readonly name: string } {
  const found = readDatasetName(text)
  if (found) return found
  throw new AppError('BAD_REQUEST', `"${text.slice(0, 120)}" is no dataset of Segments.ai.`, {
    remedy: 'Write its owner and its name, like jane/flowers.',
  })
}
