import { randomBytes } from 'node:crypto'
import { AppError } from '../../../shared/base/app-error.ts'
import { RemoteError } from '../../../shared/sync/remote-error.ts'
import { readUploadForm } from '../../../shared/sync/segments-objects.ts'
import type { SegmentsAsset, SegmentsBytes } from '../../../shared/sync/segments-remote.ts'
import type { Body } from '../net/exchange.ts'
import { expired } from './failures.ts'
import type { SegmentsHttp } from './http.ts'

/** How often a fresh address is asked for when the storage says that the last one is no longer good. */
const mostAddresses = 3

/** Sends a file to the storage of Segments.ai. Repeating it leaves at most a file behind that nothing names. */
export async function uploadAsset(
  http: SegmentsHttp,
  file: { readonly name: string; readonly bytes: SegmentsBytes },
  signal: AbortSignal,
  moved: (bytes: number) => void,
): Promise<SegmentsAsset> {
  const filename = baseName(file.name)
  for (let tries = 1; ; tries++) {
    const body = { filename }
    const form = await http.ask('/assets/', { method: 'POST', body, signal }, readUploadForm)
    const boundary = `tessera-${randomBytes(16).toString('hex')}`
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
    try {
      await http.post(form.target, {
        signal,
        headers,
        body: formBody(form.fields, filename, file.bytes, boundary, moved),
      })
      return form.asset
    } catch (error) {
      const isOld = error instanceof RemoteError && error.cause === expired
      if (!isOld || tries >= mostAddresses) throw error
    }
  }
}

/** The last part of a path, short enough for a key of the storage, without what no name holds. */
function baseName(path: string): string {
  const last = path.split(/[/\\]/).at(-1) ?? ''
  const plain = last.replace(/\p{Cc}/gu, '').slice(-200)
  return plain === '' ? 'file' : plain
}

/** All fields of the form in the order they came, the file last: the storage reads nothing after it. */
export function formBody(
  fields: Readonly<Record<string, string>>,
  filename: string,
  bytes: SegmentsBytes,
  boundary: string,
  moved: (bytes: number) => void,
): Exclude<Body, string | Uint8Array> {
  const encode = (text: string) => new TextEncoder().encode(text)
  const name = (text: string) => text.replace(/["\r\n]/g, (one) => encodeURIComponent(one))
  const head = Object.entries(fields)
    .map(
      ([key, value]) =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name(key)}"\r\n\r\n${value}\r\n`,
    )
    .join('')
  const first = encode(
    `${head}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name(filename)}"\r\n\r\n`,
  )
  const last = encode(`\r\n--${boundary}--\r\n`)
  const size = bytes instanceof Uint8Array ? bytes.length : bytes.size
  let out = 0
  return {
    size: first.length + size + last.length,
    async *stream() {
      // A repeated try sends everything again.
      if (out > 0) moved(-out)
      out = 0
      yield first
      for await (const part of bytes instanceof Uint8Array ? [bytes] : bytes.stream()) {
        if (out + part.length > size) throw changed(filename)
        yield part
        out += part.length
        moved(part.length)
      }
      if (out !== size) throw changed(filename)
      yield last
    },
  }
}

function changed(name: string): AppError {
  return new AppError('IN_SIZE_MISMATCH', `"${name.slice(0, 120)}" changed while it was being sent.`, {
    remedy: 'Send it again when nothing else writes to it.',
  })
}
