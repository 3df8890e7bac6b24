import { AppError } from '../../shared/base/app-error.ts'
import { bodyLimit, bodyTooBig } from '../transport/body-limit.ts'
import type { ServedHost } from '../transport/dispatch.ts'
import { dataHeaders, pageHeaders } from '../transport/page-headers.ts'
import type { StaticFiles } from '../transport/static-files.ts'
import { pageOrigin } from './page-address.ts'

/**
 * Answers requests of the window for `app://tessera/…`: the built page from its fixed table, and the data plane. The
 * same headers as in a browser. Never rejects.
 */
export function createPageProtocol(
  host: Pick<ServedHost, 'handle'>,
  files: StaticFiles,
): (request: Request) => Promise<Response> {
  return async (request) => {
    if (!request.url.startsWith(`${pageOrigin}/`)) return refuse(404, nothingHere())
    const path = request.url.slice(pageOrigin.length).split(/[?#]/, 1)[0]!
    if (path.startsWith('/data/')) {
      const limit = bodyLimit(path)
      if (Number(request.headers.get('content-length') ?? 0) > limit) return refuse(413, bodyTooBig(limit))
      return withHeaders(await host.handle(request), dataHeaders)
    }
    const file = request.method === 'GET' ? files.get(path) : undefined
    if (!file) return refuse(404, nothingHere())
    return withHeaders(new Response(file.bytes, { headers: { 'content-type': file.type } }), pageHeaders)
  }
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  const merged = new Headers(response.headers)
  for (const [name, value] of Object.entries(headers)) merged.set(name, value)
  return new Response(response.body, { status: response.status, headers: merged })
}

function refuse(status: number, error: AppError): Response {
  return withHeaders(Response.json(error.toInfo(), { status }), pageHeaders)
}

function nothingHere(): AppError {
  return new AppError('NOT_FOUND', 'There is nothing here.', { remedy: 'Reload the window.' })
}
