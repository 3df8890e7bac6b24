import type { IncomingHttpHeaders } from 'node:http'
import type { AppError } from '../../../shared/base/app-error.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { liveSecrets } from '../secrets/secret.ts'
import { ProxyFailure } from './connector.ts'
import { Garbled, Overdue, TooLarge } from './exchange.ts'
import { LeadsInside } from './private-nets.ts'

/** The words for what goes wrong on the way to any server; `service` is how people call it. */

type Head = { readonly headers: IncomingHttpHeaders }
export const typeOf = ({ headers }: Head) => headers['content-type'] ?? ''

/** One line, cut, without secrets and without what follows the path of an address. */
export function cleanText(text: string): string {
  const plain = liveSecrets.redact(text).replace(/(https?:\/\/[^\s?#]+)[?#]\S*/g, '$1')
  return plain
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, 1024)
    .trim()
}

/** What a person does, or need not do, while a server is not reached or does not answer in time. */
export type Remedies = { readonly offline: string; readonly slow: string }

/** What the network says. Certificates, names, connections and time-outs are told apart: each has another remedy. */
export function networkError(
  error: unknown,
  host: string,
  { service, remedies }: { readonly service: string; readonly remedies: Remedies },
): AppError {
  const offline = (what: string) => notReached(what, remedies.offline)
  if (error instanceof TooLarge)
    return interfered(service, `answered with more than ${Math.round(error.limit / 1048576)} MiB`, error)
  if (error instanceof LeadsInside)
    return interfered(service, 'named a storage address inside this network', error)
  if (error instanceof Garbled)
    return interfered(service, 'answered in a coding that was not asked for', error)
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
    remedy: remedies.slow,
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

export function proxyError(proxy: string | null, status: number | null, host: string): RemoteError {
  const name = proxy === null ? 'The proxy' : `The proxy ${proxy}`
  if (status === null) {
    return notReached(
      `${name} cannot be reached.`,
      'Check the proxy in the settings (network.proxy), or the network.',
    )
  }
  if (status === 407) {
    return new RemoteError('NET_PROXY', `${name} wants a name and a password.`, {
      remedy: 'Enter its address with both in the settings: http://name:password@host:port.',
    })
  }
  if (status >= 500) {
    return notReached(
      `${name} does not reach ${host} (${status}).`,
      'Ask its keeper, or look at the network.',
    )
  }
  return new RemoteError('NET_PROXY', `${name} does not let Tessera reach ${host} (${status}).`, {
    remedy: 'Ask its keeper, or choose another proxy in the settings (network.proxy).',
  })
}

function notReached(what: string, remedy: string): RemoteError {
  return new RemoteError('NET_OFFLINE', what, { remedy })
}

/** An answer that sends the call to where it may not go. */
export function elsewhere({ headers }: Head, service: string): RemoteError {
  const target = URL.parse(headers.location ?? '')
  return interfered(
    service,
    `sent Tessera elsewhere${target?.host ? ` (to ${cleanText(target.origin)})` : ''}`,
  )
}

export function interfered(service: string, what: string, cause?: unknown): RemoteError {
  return new RemoteError('NET_INTERFERED', `Something between here and ${service} ${what}.`, {
    remedy: 'Sign in to the network in your browser, or check the address.',
    cause,
    ambiguous: true,
  })
}
