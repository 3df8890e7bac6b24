import { AppError } from '../../shared/base/app-error.ts'
import { requestHeader } from '../../shared/host/wire.ts'

/** The head of a request as it stood on the wire. `rawHeaders` is name, value, name, value …, doubles included. */
export type RequestHead = {
  readonly method: string
  readonly target: string
  readonly rawHeaders: readonly string[]
}
/** Without `error` the body is empty: whoever reached us under a wrong name learns nothing. */
export type Refusal = { readonly status: number; readonly error?: AppError }

/**
 * What keeps other pages out, before anything is routed. A cookie travels by itself, so none of these rules leans on
 * one; each holds alone. Null when the request may go on.
 * - `Host` exactly once and exactly ours: a name that was rebound to 127.0.0.1 is not ours (421).
 * - `Origin`, when there is one, is the origin that `Host` names; a change or an upgrade always has one (403).
 * - A browser that says where the request came from (`Sec-Fetch-Site`) says our own page or the address bar (403). Only
 *   the page itself may be brought up from elsewhere, in a window of its own: by the file that holds its link.
 * - A change carries our own header, which a form, an image or a script of another site cannot send (403).
 */
export function guardRequest(head: RequestHead, port: number, kind: 'request' | 'upgrade'): Refusal | null {
  const host = only(head, 'host')
  if (host === undefined || !ownHosts(port).includes(host)) return { status: 421 }
  // An absolute target or a second slash could name another host to whoever parses it later.
  if (!/^\/(?!\/)/.test(head.target)) return { status: 421 }
  if (head.method === 'OPTIONS') return refused()

  const origins = all(head, 'origin')
  if (origins.length > 1 || origins.some((origin) => origin !== `http://${host}`)) return refused()
  const sites = all(head, 'sec-fetch-site')
  const isOurs = sites.every((site) => site === 'same-origin' || site === 'none')
  if (!isOurs && !(kind === 'request' && bringsUpPage(head))) return refused()

  const reads = head.method === 'GET' && kind === 'request'
  if (reads) return null
  if (origins.length === 0) return refused()
  // A WebSocket of a page cannot carry headers of its own; its Origin was checked above.
  if (kind === 'request' && all(head, requestHeader).length === 0) return refused()
  return null
}

/** The page is the same for everybody, holds nothing of the library, and lets nobody who opened it reach in. */
function bringsUpPage(head: RequestHead): boolean {
  const isPage = head.method === 'GET' && head.target === '/'
  const isWindow = only(head, 'sec-fetch-mode') === 'navigate' && only(head, 'sec-fetch-dest') === 'document'
  return isPage && isWindow
}

/** The names under which this server is reached, as `Host` and after `http://` in `Origin`. */
export function ownHosts(port: number): readonly [string, string] {
  return [`127.0.0.1:${port}`, `localhost:${port}`]
}

/** Every value of a header, in order. */
export function all({ rawHeaders }: Pick<RequestHead, 'rawHeaders'>, name: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === name) values.push(rawHeaders[i + 1]!)
  }
  return values
}

function only(head: RequestHead, name: string): string | undefined {
  const values = all(head, name)
  return values.length === 1 ? values[0] : undefined
}

function refused(): Refusal {
  return {
    status: 403,
    error: new AppError('HOST_REFUSED', 'A request from another site was refused.', {
      remedy: 'Open Tessera from the link that it printed when it started.',
    }),
  }
}
