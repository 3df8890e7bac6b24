import { createHash, createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { extname } from 'node:path'
import { readHeader } from '../../../shared/image/header.ts'
import { displayedSize } from '../../../shared/image/orientation.ts'
import { type FormPart, readForm } from './form.ts'
import type { SegmentsStore } from './state.ts'

export type Answer = { status: number; body: string | Buffer; headers?: Record<string, string> }
export type PresignedPost = { url: string; fields: Record<string, string> }

const bucket = 'segments-double'
const mostBytes = 100 * 1024 * 1024
const signatureSeconds = 24 * 60 * 60
const formSeconds = 60 * 60
const secret = 'the double signs for itself'
const types: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.bmp': 'image/bmp',
  '.webp': 'image/webp',
  '.json': 'application/json',
}

/** An object store as far as files are sent by a signed form and read by address. It knows nothing of datasets. */
export class Bucket {
  readonly #store: SegmentsStore
  readonly #base: () => string
  readonly #now: () => number
  /** What was signed under an earlier number has expired. */
  #epoch = 0

  /** `base` gives the address of the server, `now` milliseconds since 1970. */
  constructor(store: SegmentsStore, base: () => string, now: () => number) {
    this.#store = store
    this.#base = base
    this.#now = now
  }

  /** Makes every form and every signed address that was handed out answer 403. */
  expire(): void {
    this.#epoch++
  }

  urlOf(key: string): string {
    return `${this.#base()}/s3/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
  }

  /** The key of an address in this bucket; null for one elsewhere. */
  keyOf(url: string): string | null {
    const start = `${this.#base()}/s3/${bucket}/`
    if (!url.startsWith(start)) return null
    return decodeURIComponent(new URL(url).pathname.slice(`/s3/${bucket}/`.length))
  }

  signedUrlOf(key: string): string {
    const until = Math.floor(this.#now() / 1000) + signatureSeconds
    const signature = this.#sign(`${key}:${until}`, this.#epoch)
    return `${this.urlOf(key)}?X-Amz-Expires=${signatureSeconds}&X-Double-Until=${until}&X-Amz-Signature=${signature}`
  }

  typeOf(filename: string): string {
    return types[extname(filename).toLowerCase()] ?? 'application/octet-stream'
  }

  /** A form that lets its holder store one file under `key`. */
  presign(key: string, filename: string): PresignedPost {
    const date = new Date(this.#now()).toISOString().replace(/[-:]|\.\d+/g, '')
    const fields: Record<string, string> = {
      acl: 'public-read',
      'Content-Type': this.typeOf(filename),
      key,
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-credential': `DOUBLE/${date.slice(0, 8)}/eu-west-2/s3/aws4_request`,
      'x-amz-date': date,
    }
    const policy = {
      expiration: new Date(this.#now() + formSeconds * 1000).toISOString(),
      conditions: [
        { bucket },
        ['content-length-range', 0, mostBytes],
        ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
      ],
    }
    const encoded = Buffer.from(JSON.stringify(policy)).toString('base64')
    const signature = this.#sign(encoded, this.#epoch)
    return {
      url: `${this.#base()}/s3/${bucket}/`,
      fields: { ...fields, policy: encoded, 'x-amz-signature': signature },
    }
  }

  /** Answers a form that was sent to the bucket. */
  upload(headers: IncomingHttpHeaders, body: Buffer): Answer {
    if (headers.authorization !== undefined || headers.cookie !== undefined)
      return refuse(400, 'InvalidArgument', 'Only one auth mechanism allowed')
    if (headers['content-length'] === undefined)
      return refuse(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.')
    const parts = readForm(headers['content-type'] ?? '', body)
    if (typeof parts === 'string') return refuse(400, 'MalformedPOSTRequest', parts)
    const at = parts.findIndex(({ name }) => name === 'file')
    const file = parts[at]
    if (file === undefined)
      return refuse(400, 'InvalidArgument', 'POST requires exactly one file upload per request.')
    if (file.filename === null) return refuse(400, 'InvalidArgument', 'The file has no filename.')
    const why = this.#whyNot(parts.slice(0, at))
    if (why !== null) return why
    if (file.bytes.length > mostBytes)
      return refuse(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size')
    const of = (field: string) => text(parts.find(({ name }) => name === field)!)
    this.store(of('key'), of('Content-Type'), file.bytes)
    return { status: 204, body: '' }
  }

  /** Null when these fields, which came before the file, are what was signed. */
  #whyNot(fields: readonly FormPart[]): Answer | null {
    const policy = fields.find(({ name }) => name === 'policy')
    const signature = fields.find(({ name }) => name === 'x-amz-signature')
    if (policy === undefined)
      return refuse(
        400,
        'InvalidArgument',
        "Bucket POST must contain a field named 'policy' before the file.",
      )
    if (signature === undefined)
      return refuse(400, 'InvalidArgument', "Bucket POST must contain a field named 'x-amz-signature'.")
    const epoch = this.#epochOf(text(policy), text(signature))
    if (epoch === null)
      return refuse(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match.')
    const { expiration, conditions } = JSON.parse(Buffer.from(text(policy), 'base64').toString()) as {
      expiration: string
      conditions: (Record<string, string> | [string, number, number])[]
    }
    if (epoch < this.#epoch || Date.parse(expiration) <= this.#now())
      return refuse(403, 'AccessDenied', 'Invalid according to Policy: Policy expired.')
    const expected = conditions
      .filter((one) => !Array.isArray(one))
      .flatMap((one) => Object.entries(one))
      .filter(([name]) => name !== 'bucket')
    for (const [name, value] of expected) {
      const sent = fields.find((field) => field.name === name)
      if (sent === undefined || text(sent) !== value)
        return refuse(
          403,
          'AccessDenied',
          `Invalid according to Policy: Policy Condition failed: ["eq", "$${name}", "${value}"]`,
        )
    }
    const order = [...expected.map(([name]) => name), 'policy', 'x-amz-signature']
    const names = fields.map(({ name }) => name)
    const extra = names.find((name) => !order.includes(name))
    if (extra !== undefined)
      return refuse(403, 'AccessDenied', `Invalid according to Policy: Extra input fields: ${extra}`)
    // Stricter than an object store, which takes them in any order before the file.
    if (names.join() !== order.join())
      return refuse(
        400,
        'InvalidArgument',
        `Fields are not in the order they were handed out: ${names.join()}`,
      )
    return null
  }

  /** Answers GET and HEAD of an address in the bucket. */
  download(headers: IncomingHttpHeaders, url: URL): Answer {
    if (headers.authorization !== undefined)
      return refuse(400, 'InvalidArgument', 'Unsupported Authorization Type')
    const key = this.keyOf(`${this.#base()}${url.pathname}`)
    const object = key === null ? undefined : this.#store.rows('objects').get(key)
    const signature = url.searchParams.get('X-Amz-Signature')
    if (key !== null && signature !== null) {
      const until = Number(url.searchParams.get('X-Double-Until'))
      const epoch = this.#epochOf(`${key}:${until}`, signature)
      if (epoch === null)
        return refuse(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match.')
      if (epoch < this.#epoch || until * 1000 <= this.#now())
        return refuse(403, 'AccessDenied', 'Request has expired')
    } else if (key?.startsWith('private/')) return refuse(403, 'AccessDenied', 'Access Denied')
    const bytes = object === undefined ? null : this.#store.readObject(object.key)
    if (object === undefined || bytes === null)
      return refuse(404, 'NoSuchKey', 'The specified key does not exist.')
    const common = {
      'content-type': object.type,
      etag: `"${object.md5}"`,
      'accept-ranges': 'bytes',
    }
    const range = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '')
    if (range === null) return { status: 200, body: bytes, headers: common }
    const [start, end] = [Number(range[1]), Math.min(bytes.length - 1, Number(range[2] || bytes.length - 1))]
    if (start >= bytes.length) return refuse(416, 'InvalidRange', 'The requested range is not satisfiable')
    return {
      status: 206,
      body: bytes.subarray(start, end + 1),
      headers: { ...common, 'content-range': `bytes ${start}-${end}/${bytes.length}` },
    }
  }

  store(key: string, type: string, bytes: Uint8Array): void {
    const header = readHeader(bytes)
    const size = header
      ? displayedSize(header.width, header.height, header.orientation)
      : { width: 0, height: 0 }
    const md5 = createHash('md5').update(bytes).digest('hex')
    this.#store.writeObject({ key, type, size: bytes.length, md5, ...size }, bytes)
  }

  #sign(text: string, epoch: number): string {
    return createHmac('sha256', `${secret} ${epoch}`).update(text).digest('hex')
  }

  #epochOf(text: string, signature: string): number | null {
    for (let epoch = this.#epoch; epoch >= 0; epoch--) if (this.#sign(text, epoch) === signature) return epoch
    return null
  }
}

const text = (part: FormPart) => part.bytes.toString()

export function refuse(status: number, code: string, message: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`
  return { status, body, headers: { 'content-type': 'application/xml' } }
}
