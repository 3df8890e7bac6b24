import type { AppError } from '../../../shared/base/app-error.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { readRetryAfter } from '../../../shared/sync/retry.ts'
import { ProxyFailure } from '../net/connector.ts'
import { LeadsInside } from '../net/private-nets.ts'
import { liveSecrets } from '../secrets/secret.ts'
import { type Answer, Garbled, Overdue, TooLarge } from './exchange.ts'

export const typeOf = (answer: Answer) => answer.headers['content-type'] ?? ''

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

export function cleanText(text: string): string {
  const plain = liveSecrets.redact(text).replace(/(https?:\/\/[^\s?#]+)[?#]\S*/g, '$1')
  return plain
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, 1024)
    .trim()
}

/** What an answer that is no success means. `where` tells the server from the storage that it names. */
export function statusError(answer: Answer, body: string, where: 'api' | 'storage', host: string): AppError {
  const { status } = answer
  const said = serverText(body)
  const words = said ? `: ${said}` : ''
  const retryAfterMs = readRetryAfter(answer.headers['retry-after'] ?? null, Date.now())
  if (status >= 300 && status < 400) return elsewhere(answer)
  if (status === 407) return proxyError(null, 407, host)
  if (typeOf(answer).includes('html') && status < 500 && status !== 404) {
    return interfered(`answered with a page (${status})`)
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

/** What the network says. Certificates, names, connections and time-outs are told apart: each has another remedy. */
export function networkError(error: unknown, host: string): AppError {
  if (error instanceof TooLarge)
    return interfered(`answered with more than ${Math.round(error.limit / 1048576)} MiB`)
  if (error instanceof LeadsInside) return interfered('named a storage address inside this network')
  if (error instanceof Garbled) return interfered('answered in a coding that was not asked for', error)
  if (error instanceof ProxyFailure) {
    // The proxy's own certificate is a matter of trust, not of the network.
    const inner = error.status === null ? certificateError(codeOf(error.cause), error.proxy) : null
    return inner ?? proxyError(error.proxy, error.status, host)
  }
  // An address of two families that fails on both is told as one error of several.
  const code = codeOf(error instanceof AggregateError ? error.errors[0] : error)
  const untrusted = certificateError(code, host)
  if (untrusted) return untrusted
  if (error instanceof Overdue && error.stage === 'connect') return offline(`${host} cannot be reached.`)
  if (/ENOTFOUND|EAI_AGAIN|EAI_NODATA|EAI_NONAME/.test(code)) {
    return offline(`The name ${host} leads nowhere: there is no network, or the address is mistyped.`)
  }
  if (/ECONNREFUSED/.test(code)) return offline(`${host} takes no connection.`)
  if (/ENETUNREACH|EHOSTUNREACH|ENETDOWN/.test(code)) return offline(`${host} cannot be reached.`)
  const what = error instanceof Overdue ? 'took too long to answer' : 'broke off the connection'
  return new RemoteError('NET_SLOW', `${host} ${what}.`, {
    remedy: 'Tessera tries again by itself.',
    ambiguous: true,
  })
}

const codeOf = (error: unknown) => String((error as { code?: unknown } | null)?.code ?? '')

function certificateError(code: string, host: string): RemoteError | null {
  const bad = (what: string, remedy: string) => new RemoteError('TLS_BAD', what, { remedy })
  if (/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(code)) {
    return bad(
      `The certificate of ${host} is not valid at this time.`,
      'Check the date of this computer; if it is right, tell the keeper of the server.',
    )
  }
  if (/ALTNAME/.test(code)) {
    return bad(
      `The certificate that answered for ${host} belongs to another name.`,
      'Check the address, and the network you are in.',
    )
  }
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_UNTRUSTED|CERT_SIGNATURE/.test(code)) {
    return bad(
      `The certificate of ${host} comes from an authority that this computer does not know.`,
      "If your organisation has its own, choose its PEM file in the settings (network.ca-file). If not, you may be in somebody else's network.",
    )
  }
  if (/WRONG_VERSION_NUMBER|EPROTO|UNEXPECTED_EOF/.test(code)) {
    return bad(`${host} does not speak TLS.`, 'Check the address: port, and https or http.')
  }
  if (!/CERT|TLS|SSL/.test(code)) return null
  return bad(
    `The identity of ${host} could not be checked.`,
    'Check the date of this computer and the network you are in.',
  )
}

function proxyError(proxy: string | null, status: number | null, host: string): RemoteError {
  const name = proxy === null ? 'The proxy' : `The proxy ${proxy}`
  if (status === null) {
    return offline(
      `${name} cannot be reached.`,
      'Check the proxy in the settings (network.proxy), or the network.',
    )
  }
  if (status === 407) {
    return new RemoteError('NET_PROXY', `${name} wants a name and a password.`, {
      remedy: 'Enter its address with both in the settings: http://name:password@host:port.',
    })
  }
  if (status >= 500) return offline(`${name} does not reach ${host} (${status}).`)
  return new RemoteError('NET_PROXY', `${name} does not let Tessera reach ${host} (${status}).`, {
    remedy: 'Ask its keeper, or choose another proxy in the settings (network.proxy).',
  })
}

function offline(
  what: string,
  remedy = 'Work goes on; Tessera sends when there is a connection.',
): RemoteError {
  return new RemoteError('NET_OFFLINE', what, { remedy })
}

function elsewhere(answer: Answer): RemoteError {
  const target = URL.parse(answer.headers.location ?? '')
  return interfered(`sent Tessera elsewhere${target?.host ? ` (to ${cleanText(target.origin)})` : ''}`)
}

export function interfered(what: string, cause?: unknown): RemoteError {
  return new RemoteError('NET_INTERFERED', `Something between here and W&B ${what}.`, {
    remedy: 'Sign in to the network in your browser, or check the address.',
    cause,
    ambiguous: true,
  })
}
