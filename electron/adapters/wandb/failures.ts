import type { AppError } from '../../../shared/base/app-error.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { readRetryAfter } from '../../../shared/sync/retry.ts'
import type { Answer } from '../net/exchange.ts'
import { cleanText, elsewhere, interfered, proxyError, typeOf } from '../net/failures.ts'

export const service = 'W&B'

/** The server's own words: `error`, or the messages of `errors`; one line, cut, without secrets or addresses. */
export function serverText(body: string): string {
  let text = ''
  try {
    const value = JSON.parse(body) as { error?: unknown; errors?: { message?: unknown }[] }
    const error = value.error
    if (typeof error === 'string') text = error
    else if (typeof error === 'object' && error !== null && 'message' in error) text = String(error.message)
    else if (Array.isArray(value.errors)) text = value.errors.map((e) => String(e?.message ?? '')).join('; ')
  } catch {
    text = ''
  }
  return cleanText(text)
}

/** What an answer that is no success means. `where` tells the server from the storage that it names. */
export function statusError(answer: Answer, body: string, where: 'api' | 'storage', host: string): AppError {
  const { status } = answer
  const said = serverText(body)
  const words = said ? `: ${said}` : ''
  const retryAfterMs = readRetryAfter(answer.headers['retry-after'] ?? null, Date.now())
  if (status >= 300 && status < 400) return elsewhere(answer, service)
  if (status === 407) return proxyError(null, 407, host)
  if (typeOf(answer).includes('html') && status < 500 && status !== 404) {
    return interfered(service, `answered with a page (${status})`)
  }
  if (status === 401 && where === 'api') {
    return new RemoteError('AUTH_REVOKED', 'W&B refused the API key.', {
      remedy: 'Enter a new key in the W&B settings or with "tessera config set wandb.api-key -".',
    })
  }
  if (status === 402 || status === 507 || (status === 403 && where === 'api' && speaksOfQuota(said))) {
    return quota(words)
  }
  if (status === 403 && where === 'api') {
    return new RemoteError('REMOTE_FORBIDDEN', `W&B does not let this key write here${words}.`, {
      remedy: 'Choose another entity or project (settings or "tessera config set"), or ask its owner.',
    })
  }
  if (where === 'storage' && status === 403 && /RequestTimeTooSkewed|RequestExpired.*clock/i.test(body)) {
    return new RemoteError('CLOCK_SKEW', 'The storage says that the clock of this computer is wrong.', {
      remedy: 'Set date and time of this computer, then push again.',
    })
  }
  if (where === 'storage' && (status === 403 || status === 401)) {
    return new RemoteError('REMOTE_REFUSED', 'The storage refused the address it was given.', {
      remedy: 'Try again: a fresh address is asked for.',
      cause: 'expired',
    })
  }
  if (status === 404) {
    return new RemoteError('REMOTE_GONE', `W&B does not know this address${words}.`, {
      remedy: 'Check address, entity and project (settings or "tessera config set").',
    })
  }
  if (status === 413) {
    return new RemoteError('REMOTE_REFUSED', `The server takes nothing that large${words}.`, {
      remedy: 'Ask the keeper of the server to raise its limit, then try again.',
    })
  }
  if (status === 429) {
    return new RemoteError('REMOTE_LIMIT', 'W&B asks for a pause.', {
      remedy: 'Tessera tries again by itself.',
      retryAfterMs,
    })
  }
  if (status === 408 || status === 425 || status >= 500) {
    if (status !== 501) {
      return new RemoteError('NET_SLOW', `The server has a fault of its own (${status})${words}.`, {
        remedy: 'Tessera tries again by itself.',
        retryAfterMs,
        ambiguous: true,
      })
    }
  }
  return new RemoteError('REMOTE_REFUSED', `The server refused (${status})${words}.`, {
    remedy: 'Read what it says, then try again.',
  })
}

/** The server's words for "there is no room left". */
const speaksOfQuota = (said: string) =>
  /quota|storage limit|usage limit|exceeded.*(plan|limit)|out of storage/i.test(said)

export function quota(words: string): RemoteError {
  return new RemoteError('REMOTE_QUOTA', `W&B has no room left for this account${words}.`, {
    remedy: 'Free storage at W&B or ask the owner of the entity, then try again. Nothing is lost here.',
  })
}

/** The refusal inside an answer of GraphQL, which says 200 to everything. */
export function graphqlError(said: string): RemoteError {
  if (speaksOfQuota(said)) return quota(`: ${said}`)
  if (/permission denied|not authorized|forbidden|does not have (write )?access/i.test(said)) {
    return new RemoteError('REMOTE_FORBIDDEN', `W&B does not let this key do that: ${said}`, {
      remedy: 'Choose another entity or project (settings or "tessera config set"), or ask its owner.',
    })
  }
  return new RemoteError('REMOTE_REFUSED', `W&B refused: ${said}`, {
    remedy: 'Read what it says, then try again.',
  })
}
