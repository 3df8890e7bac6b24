import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { Grants } from './grants.ts'
import { base64Of, type DoubleStore } from './state.ts'

export type Reply = (
  status: number,
  body: string | Buffer | Readable,
  headers?: Record<string, string>,
) => void

/** The storage behind the server: it knows addresses and bytes, and nothing of artifacts. */
export function createStorage(store: DoubleStore, grants: Grants) {
  /** An address that was handed out. */
  async function presigned(request: IncomingMessage, path: string, reply: Reply): Promise<void> {
    const refuse = (status: number, text: string) => reply(status, text, { 'content-type': 'text/plain' })
    const drain = async () => {
      for await (const _ of request);
    }
    const grant = grants.of(path)
    // A signature and a header credential together are refused, as object stores do.
    const why: [number, string] | null =
      request.headers.authorization || request.headers.cookie
        ? [400, 'only one way to sign']
        : grant === undefined
          ? [403, 'the address has expired']
          : grant.kind !== 'get' && request.method !== 'PUT'
            ? [405, 'expected a PUT']
            : null
    if (why !== null || grant === undefined) {
      await drain()
      return void refuse(...why!)
    }
    if (grant.kind === 'get') return void send(request, grant.md5, reply)
    if (request.headers['content-length'] === undefined) return void refuse(411, 'no content length')
    const signed = { 'content-md5': grant.md5, 'x-store-class': 'standard' }
    const needed = Object.entries(signed).filter(([name]) => grant.kind === 'put' || name === 'content-md5')
    if (grant.md5 !== '' && needed.some(([name, value]) => request.headers[name] !== value)) {
      await drain()
      return void refuse(403, 'a signed header is missing')
    }
    const draft = store.draft()
    let md5 = ''
    try {
      for await (const part of request) draft.write(part as Buffer)
    } finally {
      md5 = draft.end()
      const isWhole = request.complete && draft.size === Number(request.headers['content-length'])
      if (isWhole && (grant.md5 === '' || md5 === grant.md5)) draft.keep(md5)
      else draft.drop()
    }
    if (grant.md5 !== '' && md5 !== grant.md5) return void refuse(400, 'BadDigest')
    if (grant.kind === 'part') grant.part.etag = `"${grant.part.hex}"`
    else grant.done()
    reply(200, '', { etag: `"${Buffer.from(md5, 'base64').toString('hex')}"` })
  }

  /** `/artifactsV2/{region}/{entity}/{project}/{collection}/[{artifact}/]{birth}/{hex}/{name}`, for who has the key. */
  function artifactFile(request: IncomingMessage, path: string, reply: Reply): void {
    const [hex] = path.split('/').slice(-2)
    const [birth] = path.split('/').slice(-3)
    if (!/^[0-9a-f]{32}$/.test(hex ?? '') || !store.uploaded.has(`${decodeURIComponent(birth!)}:${hex}`))
      return void reply(404, '{"error":"file not found"}')
    send(request, base64Of(hex!), reply)
  }

  function send(request: IncomingMessage, md5: string, reply: Reply): void {
    const size = store.sizeOf(md5)
    if (size === null) return void reply(404, 'no such object', { 'content-type': 'text/plain' })
    const type = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', etag: `"${md5}"` }
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const [start, end] = range
      ? [Number(range[1]), Math.min(size - 1, Number(range[2] || size - 1))]
      : [0, size - 1]
    if (range && start >= size) return void reply(416, '', { 'content-range': `bytes */${size}` })
    const part = range ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}
    const length = { 'content-length': String(end - start + 1) }
    if (size === 0 || request.method === 'HEAD') return void reply(200, '', type)
    reply(range ? 206 : 200, store.read(md5, start, end), { ...type, ...part, ...length })
  }
  return { presigned, artifactFile }
}
