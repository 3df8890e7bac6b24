import type { AppError } from '../../../shared/base/app-error.ts'
import { isJsonObject, type Json } from '../../../shared/base/json.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { longestWaitMs, readRetryAfter } from '../../../shared/sync/retry.ts'
import type { Where } from '../net/caller.ts'
import type { Answer } from '../net/exchange.ts'
import { cleanText, elsewhere, interfered, proxyError, typeOf } from '../net/failures.ts'

export const service = 'Segments.ai'
const later = 'Try again in a while; what is done is done, and the rest goes on where it was.'
export const remedies = {
  offline: 'Work goes on here. Try again when there is a connection.',
  slow: later,
}
/** The cause of an error that says: there are no more pages. */
export const noPage = 'no page'
/** The cause of an error that says: this address was good once. */
export const expired = 'expired'

/** The server's own words: `detail`, or what it says of each field; one line, cut, without secrets or addresses. */
export function serverText(body: string): string {
  try {
    return cleanText(wordsOf(JSON.parse(body) as Json, 0))
  } catch {
    // The storage speaks XML.
    return cleanText(/<Message>([^<]{1,500})<\/Message>/.exec(body)?.[1] ?? '')
  }
}

function wordsOf(value: Json, depth: number): string {
  if (typeof value === 'string') return value
  if (depth > 3) return ''
  if (Array.isArray(value)) {
    const list: readonly Json[] = value
    return list
      .slice(0, 20)
      .map((one) => wordsOf(one, depth + 1))
      .filter((one) => one !== '')
      .join('; ')
  }
  if (!isJsonObject(value)) return ''
  if (typeof value.detail === 'string') return value.detail
  return Object.entries(value)
    .slice(0, 20)
    .map(([key, one]) => [key, wordsOf(one, depth + 1)])
    .filter(([, words]) => words !== '')
    .map(([key, words]) => `${key}: ${words}`)
    .join('; ')
}

/** What an answer that is no success means: first by its status, then by its words, as no code tells them apart. */
export function statusError(answer: Answer, body: string, where: Where, host: string): AppError {
  const { status } = answer
  if (status >= 300 && status < 400) return elsewhere(answer, service)
  if (status === 407) return proxyError(null, 407, host)
  const said = serverText(body)
  if (status === 429) return limit(answer, said)
  if (where === 'storage') return storageError(answer, body, said)
  if (status === 408 || status === 425 || (status >= 500 && status !== 501)) return faulty(answer, said)
  if (status === 413) {
    return new RemoteError('REMOTE_REFUSED', `Segments.ai takes nothing that large${after(said)}.`, {
      remedy: 'Send less at a time, or ask Segments.ai to raise the limit.',
      cause: status,
    })
  }
  if (typeOf(answer).includes('html') && status !== 404) {
    return interfered(service, `answered with a page (${status})`)
  }
  if (status === 401) return badKey()
  if (status === 402) return quota(said)
  return byWords(status, body.toLowerCase(), said)
}

/** In the order in which the platform's own client looks for them. */
function byWords(status: number, body: string, said: string): AppError {
  const says = (...phrases: string[]) => phrases.some((phrase) => body.includes(phrase))
  if (status === 404 && says('invalid page')) {
    return new RemoteError('REMOTE_GONE', 'There are no more pages.', {
      remedy: 'Nothing needs to be done.',
      cause: noPage,
    })
  }
  // A 403 says of what may not be seen that it is not there, and of a key that is none that it was not given.
  if (status === 404 || (status !== 403 && says('not found', 'does not exist'))) return gone(said)
  if (says('already exists', 'already have')) {
    return new RemoteError('NAME_TAKEN', `Segments.ai has one of that name already${after(said)}.`, {
      remedy: 'Take what is there, or choose another name.',
    })
  }
  if (says('cannot be added as collaborator', 'is already a collaborator')) return refused(status, said)
  if (says('authentication credentials were not provided', 'invalid token', 'invalid api key'))
    return badKey()
  if (says('free trial ended', 'exceeded user limit')) return quota(said)
  if (
    status === 403 ||
    says('cannot leave the organization', 'need to be an administrator', 'do not have permission')
  ) {
    return new RemoteError('REMOTE_FORBIDDEN', `Segments.ai does not let this key do that${after(said)}.`, {
      remedy: 'Ask an administrator of the dataset for the role that may, or choose another dataset.',
    })
  }
  if (says('throttled')) return limit(null, said)
  if (says('time-out')) return faulty(null, said)
  return refused(status, said)
}

function storageError(answer: Answer, body: string, said: string): AppError {
  const { status } = answer
  const code = /<Code>(\w{1,80})<\/Code>/.exec(body)?.[1] ?? ''
  if (code === 'RequestTimeTooSkewed') {
    return new RemoteError('CLOCK_SKEW', 'The storage says that the clock of this computer is wrong.', {
      remedy: 'Set date and time of this computer, then try again.',
    })
  }
  if (status === 408 || status === 425 || code === 'RequestTimeout' || (status >= 500 && status !== 501)) {
    return faulty(answer, said)
  }
  if (typeOf(answer).includes('html') && status !== 404) {
    return interfered(service, `answered with a page (${status})`)
  }
  if (code === 'EntityTooLarge' || status === 413) {
    return new RemoteError('REMOTE_REFUSED', 'The storage of Segments.ai takes no file that large.', {
      remedy: 'Make it smaller: Segments.ai takes files of up to 100 MB.',
    })
  }
  if (status === 403 || status === 401 || /Expired/.test(code)) {
    return new RemoteError('REMOTE_REFUSED', `The storage refused the address it was given${after(said)}.`, {
      remedy: 'Try again: a fresh address is asked for.',
      cause: expired,
    })
  }
  if (status === 404 || status === 410) {
    return new RemoteError('REMOTE_GONE', 'There is no file at the address that Segments.ai names.', {
      remedy: 'Ask who keeps the dataset whether the file was deleted.',
    })
  }
  return refused(status, said)
}

const after = (said: string) => (said ? `: ${said.replace(/\.$/, '')}` : '')

/** The least wait it asks for, in milliseconds: of the header, else of its words. */
function waitOf(answer: Answer | null, said: string): number {
  const header = readRetryAfter(answer?.headers['retry-after'] ?? null, Date.now())
  if (header > 0) return header
  const seconds = Number(/available in (\d{1,6}) second/i.exec(said)?.[1] ?? 0)
  return Math.min(longestWaitMs, seconds * 1000)
}

export const limit = (answer: Answer | null, said: string) => stillLimited(waitOf(answer, said))

export function stillLimited(retryAfterMs: number): RemoteError {
  const span = spanText(retryAfterMs)
  return new RemoteError('REMOTE_LIMIT', `Segments.ai asks for a pause${span && ` of ${span}`}.`, {
    remedy: later,
    retryAfterMs,
  })
}

/** Empty for one that is over before it is read. */
function spanText(ms: number): string {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 5) return ''
  if (seconds <= 90) return `${seconds} seconds`
  return seconds <= 5400 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3600)} hours`
}

/** `cause` is the status, where there is one. */
function faulty(answer: Answer | null, said: string): RemoteError {
  const status = answer ? ` (${answer.status})` : ''
  return new RemoteError('NET_SLOW', `Segments.ai has a fault of its own${status}${after(said)}.`, {
    remedy: later,
    retryAfterMs: waitOf(answer, said),
    cause: answer?.status,
    ambiguous: true,
  })
}

/** An answer that ends in the middle, or says nothing where something is due. */
export function cutShort(cause?: unknown): RemoteError {
  return new RemoteError('NET_SLOW', 'The answer of Segments.ai was cut short.', {
    remedy: later,
    cause,
    ambiguous: true,
  })
}

function badKey(): RemoteError {
  return new RemoteError('AUTH_REVOKED', 'Segments.ai refused the API key.', {
    remedy: 'Enter a new key in the Segments.ai settings or with "tessera segments login".',
  })
}

function gone(said: string): RemoteError {
  return new RemoteError('REMOTE_GONE', `Segments.ai does not know what was asked for${after(said)}.`, {
    remedy:
      'Check the address and the dataset (settings or "tessera config set"), and whether this key may see it.',
  })
}

function quota(said: string): RemoteError {
  return new RemoteError('REMOTE_QUOTA', `The plan of this Segments.ai account is used up${after(said)}.`, {
    remedy: 'Ask the owner of the account or Segments.ai, then try again. Nothing is lost here.',
  })
}

function refused(status: number, said: string): RemoteError {
  return new RemoteError('REMOTE_REFUSED', `Segments.ai refused (${status})${after(said)}.`, {
    remedy: 'Read what it says, then try again.',
  })
}
