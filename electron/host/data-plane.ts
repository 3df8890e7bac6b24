import { openAsBlob } from 'node:fs'
import { AppError, type ErrorCode, toAppError } from '../../shared/base/app-error.ts'
import { type BlobDigest, parseSha256, type RevisionId, type SampleId } from '../../shared/dataset/digest.ts'
import { parseShapesFile } from '../../shared/formats/shapes-file.ts'
import {
  frame,
  journalHeaderSchema,
  saveHeaderSchema,
  shapesHeaderSchema,
  unframe,
} from '../../shared/host/data-plane.ts'
import { MAX_STEPS_AT_ONCE, stepBatchSchema, stepKeySchema } from '../../shared/host/label-steps.ts'
import type { LabelShapes } from '../../shared/label/shape.ts'
import { superpixelKeyForm } from '../../shared/superpixel/cache-key.ts'
import type { SuperpixelCache } from '../adapters/superpixels/superpixel-cache.ts'
import type { Exchange } from './exchange.ts'
import type { Import } from './import.ts'
import type { LabelDifferences } from './label-differences.ts'
import type { LabelSteps } from './label-steps.ts'
import type { Labels } from './labels.ts'
import type { Log } from './library-context.ts'
import type { Overlays } from './overlays.ts'

/** Serves what is too large for a method call: see `shared/host/data-plane.ts`. Never rejects. */
export type DataPlane = (request: Request) => Promise<Response>

type Services = {
  readonly imports: Import
  readonly labels: Labels
  readonly steps: LabelSteps
  readonly overlays: Overlays
  readonly differences: LabelDifferences
  readonly superpixels: SuperpixelCache
  readonly exchange: Pick<Exchange, 'uploads' | 'archive'>
  readonly log: Log
}
type Route = {
  readonly method: 'GET' | 'PUT' | 'POST'
  readonly path: RegExp
  answer(id: string, request: Request, services: Services): Promise<Response>
}

const uuid = '([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})'
const superpixels = new RegExp(`^/data/superpixels/(${superpixelKeyForm})$`)
const routes: readonly Route[] = [
  {
    method: 'GET',
    path: new RegExp(`^/data/images/${uuid}$`),
    answer: async (id, _request, { imports }) => picture(await imports.display(id as SampleId)),
  },
  {
    method: 'GET',
    path: new RegExp(`^/data/deep/${uuid}$`),
    async answer(id, _request, { imports }) {
      const samples = await imports.deep(id as SampleId)
      return samples ? bytes('application/octet-stream', samples) : new Response(null, { status: 204 })
    },
  },
  {
    method: 'GET',
    path: new RegExp(`^/data/thumbs/${uuid}$`),
    answer: async (id, _request, { imports }) => picture(await imports.thumb(id as SampleId)),
  },
  {
    method: 'GET',
    path: /^\/data\/stored\/([0-9a-f]{64})$/,
    answer: async (image, _request, { imports }) =>
      picture(await imports.storedDisplay(parseSha256<BlobDigest>(image))),
  },
  {
    method: 'GET',
    path: /^\/data\/stored-thumbs\/([0-9a-f]{64})$/,
    answer: async (image, _request, { imports }) =>
      picture(await imports.storedThumb(parseSha256<BlobDigest>(image))),
  },
  {
    method: 'GET',
    path: /^\/data\/overlays\/([0-9a-f]{64})$/,
    answer: async (id, _request, { overlays }) => {
      const png = await overlays.draw(parseSha256<RevisionId>(id))
      return picture({ type: 'image/png', bytes: png })
    },
  },
  {
    method: 'GET',
    path: /^\/data\/changes\/((?:[0-9a-f]{64}|none)-(?:[0-9a-f]{64}|none))$/,
    answer: async (pair, _request, { differences }) => {
      const [before, after] = pair
        .split('-')
        .map((id) => (id === 'none' ? null : parseSha256<RevisionId>(id)))
      return picture({ type: 'image/png', bytes: await differences.picture(before ?? null, after ?? null) })
    },
  },
  {
    method: 'GET',
    path: /^\/data\/labels\/([0-9a-f]{64})$/,
    answer: async (id, _request, { labels }) =>
      bytes('application/octet-stream', await labels.pixels(parseSha256<RevisionId>(id))),
  },
  {
    method: 'GET',
    path: /^\/data\/masks\/([0-9a-f]{64})$/,
    answer: async (id, _request, { labels }) =>
      picture({ type: 'image/png', bytes: await labels.png(parseSha256<RevisionId>(id)) }),
  },
  {
    method: 'GET',
    path: /^\/data\/shapes\/([0-9a-f]{64})$/,
    async answer(id, _request, { labels }) {
      const file = await labels.shapesFile(parseSha256<RevisionId>(id))
      return file ? bytes('application/json', file) : new Response(null, { status: 204 })
    },
  },
  {
    method: 'PUT',
    path: new RegExp(`^/data/samples/${uuid}/label$`),
    async answer(id, request, { labels }) {
      const { header, body } = await readFrame(request, saveHeaderSchema)
      const { shapesBytes, ...facts } = header
      if (shapesBytes === undefined) return Response.json(await labels.save(id as SampleId, facts, body))
      const shapes = readShapes(body.subarray(0, shapesBytes))
      return Response.json(await labels.save(id as SampleId, facts, body.subarray(shapesBytes), shapes))
    },
  },
  {
    method: 'PUT',
    path: new RegExp(`^/data/samples/${uuid}/shapes$`),
    async answer(id, request, { labels }) {
      const { header, body } = await readFrame(request, shapesHeaderSchema)
      const by = { ...header, base: header.base as RevisionId | null | undefined }
      const revision = await labels.setShapes(id as SampleId, readShapes(body), by)
      return Response.json({ revision })
    },
  },
  {
    method: 'POST',
    path: new RegExp(`^/data/samples/${uuid}/journal$`),
    async answer(id, request, { labels }) {
      const { header, body } = await readFrame(request, journalHeaderSchema)
      return Response.json(await labels.appendJournal(id as SampleId, header, body))
    },
  },
  {
    method: 'GET',
    path: new RegExp(`^/data/samples/${uuid}/steps$`),
    answer: async (id, _request, { steps }) => Response.json(steps.list(id as SampleId)),
  },
  {
    method: 'POST',
    path: new RegExp(`^/data/samples/${uuid}/steps$`),
    async answer(id, request, { steps }) {
      const { header, body } = await readFrame(request, stepBatchSchema)
      steps.append(id as SampleId, header, body)
      return new Response(null, { status: 204 })
    },
  },
  {
    method: 'GET',
    path: new RegExp(`^/data/samples/${uuid}/steps/bodies$`),
    async answer(id, request, { steps }) {
      const wanted = new URL(request.url).searchParams.get('keys')?.split('.') ?? []
      const keys = wanted.filter((key) => stepKeySchema.safeParse(key).success).slice(0, MAX_STEPS_AT_ONCE)
      const bodies = steps.bodies(id as SampleId, keys)
      const sizes = bodies.map((body) => body?.length ?? null)
      return bytes(
        'application/octet-stream',
        frame({ sizes }, Buffer.concat(bodies.filter((body) => body !== null))),
      )
    },
  },
  {
    method: 'GET',
    path: superpixels,
    async answer(key, _request, { superpixels }) {
      const kept = await superpixels.get(key)
      return kept ? bytes('application/octet-stream', kept) : new Response(null, { status: 204 })
    },
  },
  {
    method: 'PUT',
    path: superpixels,
    async answer(key, request, { superpixels }) {
      await superpixels.put(key, new Uint8Array(await request.arrayBuffer()))
      return new Response(null, { status: 204 })
    },
  },
  {
    method: 'POST',
    path: /^\/data\/import$/,
    async answer(_id, request, { imports }) {
      const name = new URL(request.url).searchParams.get('name') ?? ''
      const content = request.body ?? new Blob([]).stream()
      return Response.json(await imports.importStream(name, content, request.signal))
    },
  },
  {
    method: 'POST',
    path: new RegExp(`^/data/uploads/${uuid}$`),
    async answer(id, request, { exchange }) {
      const name = new URL(request.url).searchParams.get('name') ?? ''
      const content = request.body ?? new Blob([]).stream()
      await exchange.uploads.take(id, name, content, request.signal)
      return new Response(null, { status: 204 })
    },
  },
  {
    method: 'GET',
    path: new RegExp(`^/data/exports/${uuid}$`),
    async answer(id, _request, { exchange }) {
      const archive = await openAsBlob(exchange.archive(id), { type: 'application/zip' })
      return new Response(archive, {
        headers: { 'content-type': 'application/zip', 'content-length': String(archive.size) },
      })
    },
  },
]

export function createDataPlane(services: Services): DataPlane {
  return async (request) => {
    try {
      const { pathname } = new URL(request.url)
      for (const { method, path, answer } of routes) {
        const match = path.exec(pathname)
        if (match && request.method === method) return await answer(match[1] ?? '', request, services)
      }
      return refuse(new AppError('NOT_FOUND', 'There is nothing here.', { remedy: 'Reload the window.' }))
    } catch (thrown) {
      const error = toAppError(thrown)
      // A cause may name paths of this computer, so it goes into the log and not into the answer.
      if (error.code === 'INTERNAL') services.log('error', 'data', String(error.cause))
      return refuse(error)
    }
  }
}

/** Throws AppError `BAD_REQUEST` for what is no file of shapes. */
function readShapes(body: Uint8Array): LabelShapes {
  try {
    return parseShapesFile(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (cause) {
    throw new AppError('BAD_REQUEST', 'The shapes cannot be read.', {
      remedy: 'Nothing was changed.',
      cause,
    })
  }
}

/** Header by schema, and the rest. Throws AppError `BAD_REQUEST`. */
async function readFrame<T>(
  request: Request,
  schema: { parse(value: unknown): T },
): Promise<{ header: T; body: Uint8Array }> {
  const received = new Uint8Array(await request.arrayBuffer())
  try {
    const { header, body } = unframe(received)
    return { header: schema.parse(header), body }
  } catch (cause) {
    throw new AppError('BAD_REQUEST', 'What was to be saved arrived damaged.', {
      remedy: 'Keep the window open and try again; your edits are still in it.',
      cause,
    })
  }
}

function picture(image: { type: string; bytes: Uint8Array }): Response {
  const response = bytes(image.type, image.bytes)
  // Opened by itself, somebody else's picture must not act as a page of ours.
  response.headers.set('content-security-policy', 'sandbox')
  return response
}

function bytes(type: string, content: Uint8Array): Response {
  return new Response(content as Uint8Array<ArrayBuffer>, {
    headers: { 'content-type': type, 'content-length': String(content.length) },
  })
}

function refuse(error: AppError): Response {
  return Response.json(error.toInfo(), { status: statusOf(error.code) })
}

function statusOf(code: ErrorCode): number {
  switch (code) {
    case 'NOT_FOUND':
      return 404
    case 'CONFLICT':
    case 'NAME_TAKEN':
      return 409
    case 'LIB_READ_ONLY':
      return 403
    case 'IN_TOO_BIG':
      return 413
    case 'DISK_FULL':
      return 507
    case 'INTERNAL':
    case 'BLOB_CORRUPT':
    case 'MISSING_BLOB':
    case 'ROW_CORRUPT':
      return 500
    default:
      return code.startsWith('IN_') || code === 'BAD_REQUEST' ? 400 : 503
  }
}
