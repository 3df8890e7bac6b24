import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { BlobDigest, RevisionId, SampleId } from '../../../shared/dataset/digest.ts'
import {
  frame,
  imagePath,
  importPath,
  labelPixelsPath,
  type SaveHeader,
  saveLabelPath,
  stepBodiesPath,
  stepsPath,
  superpixelsPath,
  thumbPath,
  unframe,
} from '../../../shared/host/data-plane.ts'
import { errorInfoSchema, importOutcomeSchema, type Sample } from '../../../shared/host/host-api.ts'
import { decodeIds, encodeIds } from '../../../shared/label/id-runs.ts'
import { openTestHost, type TestHost } from '../../support/open-test-host.ts'
import { keyOf, stepOf } from '../../support/step-bench.ts'

let host: TestHost
let sample: Sample
const at = (path: string, init?: RequestInit) => host.handle(new Request(`http://host${path}`, init))
const picture = () =>
  sharp({ create: { width: 6, height: 4, channels: 3, background: '#336699' } })
    .png()
    .toBuffer()

beforeEach(async () => {
  host = await openTestHost()
  const answer = await at(importPath('dir/a.png'), { method: 'POST', body: new Uint8Array(await picture()) })
  const outcome = importOutcomeSchema.parse(await answer.json())
  if (outcome.kind !== 'added') throw new Error(JSON.stringify(outcome))
  sample = outcome.sample
})
afterEach(() => host.cleanup())

const header: SaveHeader = {
  base: null,
  status: 'in progress',
  objects: [{ id: 3, categoryId: 1, attributes: {} }],
  nextObjectId: 4,
  tool: 'canvas',
  journal: null,
}
const ids = new Uint32Array(24).fill(3, 5, 11)
const put = (body: Uint8Array<ArrayBuffer>) =>
  at(saveLabelPath(sample.id as SampleId), { method: 'PUT', body })

it('serves an image as it came and its thumbnail, with the type its bytes have', async () => {
  const image = await at(imagePath(sample.id as SampleId, sample.imageDigest as BlobDigest))
  expect(image.headers.get('content-type')).toBe('image/png')
  expect(image.headers.get('content-security-policy')).toBe('sandbox')
  expect(Buffer.from(await image.arrayBuffer())).toEqual(await picture())
  const thumb = await at(thumbPath(sample.id as SampleId, sample.imageDigest as BlobDigest))
  expect(thumb.headers.get('content-type')).toBe('image/webp')
})

it('saves a label and gives its pixels back', async () => {
  host.services.categories.create({ name: 'car', hasInstances: true })
  const answer = await put(frame(header, encodeIds(ids)))
  expect(answer.status).toBe(200)
  const { revision } = (await answer.json()) as { revision: RevisionId }
  const pixels = await at(labelPixelsPath(revision))
  expect(decodeIds(new Uint8Array(await pixels.arrayBuffer()), 24)).toEqual(ids)
  expect(host.services.samples.get(sample.id)).toMatchObject({ objectCount: 1, labeledPixels: 6 })
})

it.each([
  ['no frame', new Uint8Array([1])],
  ['a frame that is cut', frame(header, encodeIds(ids)).slice(0, 20)],
  ['another header', frame({ ...header, base: 'x' }, encodeIds(ids))],
  ['a polluting key', frame(JSON.parse('{"__proto__":{"status":"labeled"}}'), encodeIds(ids))],
])('refuses %s and changes nothing', async (_what, body) => {
  const answer = await put(body)
  expect(answer.status).toBe(400)
  expect(errorInfoSchema.parse(await answer.json()).code).toBe('BAD_REQUEST')
  expect(host.services.samples.get(sample.id).headRevision).toBe(null)
})

it('keeps steps of undo, lists them, and gives back those that are asked for', async () => {
  const id = sample.id as SampleId
  const made = [stepOf(1), stepOf(2)]
  const bodies = Buffer.concat(made.map(({ body }) => body))
  const steps = made.map(({ entry }) => entry)
  const post = (header: unknown, body: Uint8Array = bodies) =>
    at(stepsPath(id), { method: 'POST', body: frame(header, body) })
  expect((await post({ steps, place: keyOf(1) })).status).toBe(204)
  expect(await (await at(stepsPath(id))).json()).toEqual({ steps, place: keyOf(1), isDamaged: false })
  const answer = await at(stepBodiesPath(id, [keyOf(2), keyOf(7), keyOf(1), '../../x']))
  const { header, body } = unframe(new Uint8Array(await answer.arrayBuffer()))
  const [first, second] = made.map(({ body: each }) => each.length)
  expect(header).toEqual({ sizes: [second, null, first] })
  expect(Buffer.from(body.subarray(0, second))).toEqual(Buffer.from(made[1]!.body))
  for (const wrong of [
    await post({ steps: [{ ...steps[0], key: '../../x' }] }),
    await post({ steps: [{ ...steps[0], bytes: 2 ** 40 }] }),
    await post({ steps }, bodies.subarray(1)),
  ]) {
    expect(wrong.status).toBe(400)
  }
  const other = '00000000-0000-4000-8000-000000000000' as SampleId
  const unknown = await at(stepsPath(other), { method: 'POST', body: frame({ steps }, bodies) })
  expect(unknown.status).toBe(404)
  expect(await (await at(stepsPath(other))).json()).toMatchObject({ steps: [] })
  // They go with their sample, and not before.
  await host.handlers['samples.change'](
    { ids: [id], change: { kind: 'trash' } },
    new AbortController().signal,
  )
  expect(await (await at(stepsPath(id))).json()).toMatchObject({ steps })
  await host.handlers['samples.change'](
    { ids: [id], change: { kind: 'restore' } },
    new AbortController().signal,
  )
  const { services } = host
  services.trash.put([id])
  await services.trash.empty([id])
  expect(await (await at(stepsPath(id))).json()).toMatchObject({ steps: [] })
})

it('keeps superpixels outside the library and gives them back, or answers with nothing', async () => {
  const path = superpixelsPath(`${sample.imageDigest}-engine-1-s0`)
  const missing = await at(path)
  expect([missing.status, await missing.text()]).toEqual([204, ''])
  const names = () => readdirSync(join(host.root, 'library'), { recursive: true }).sort()
  const before = names()
  expect((await at(path, { method: 'PUT', body: new Uint8Array([1, 2, 3]) })).status).toBe(204)
  expect(new Uint8Array(await (await at(path)).arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]))
  expect(names()).toEqual(before)
  await rm(join(host.root, 'cache', 'superpixels'), { recursive: true })
  expect((await at(path)).status).toBe(204)
})

it('keeps superpixels of a library that is open read-only', async () => {
  await host.close()
  const reader = await openTestHost({ root: host.root, mode: 'read' })
  const request = (init?: RequestInit) =>
    reader.handle(new Request(`http://host${superpixelsPath(`${sample.imageDigest}-engine-1-s0`)}`, init))
  await request({ method: 'PUT', body: new Uint8Array([9]) })
  expect(new Uint8Array(await (await request()).arrayBuffer())).toEqual(new Uint8Array([9]))
  await reader.close()
})

it.each([
  ['GET', '/data/superpixels/..%2f..%2fFORMAT'],
  ['GET', `/data/superpixels/${'a'.repeat(64)}-x/../../secret`],
  ['PUT', `/data/superpixels/${'a'.repeat(64)}`],
  ['GET', '/data/images/none'],
  ['GET', '/data/images/00000000-0000-4000-8000-000000000000'],
  ['GET', '/data/../library/FORMAT'],
  ['GET', `/data/labels/${'0'.repeat(64)}`],
  ['DELETE', '/data/import'],
  ['GET', '/'],
])('answers %s %s with a plain error and no path of this computer', async (method, path) => {
  const answer = await at(path, { method })
  expect(answer.status).toBe(404)
  const error = errorInfoSchema.parse(await answer.json())
  expect(error.code).toBe('NOT_FOUND')
  expect(JSON.stringify(error)).not.toContain(host.root)
})

it('tells of a file it cannot take without failing the request', async () => {
  const answer = await at(importPath('a.jpg'), { method: 'POST', body: 'no image' })
  expect(answer.status).toBe(200)
  expect(importOutcomeSchema.parse(await answer.json())).toMatchObject({
    kind: 'rejected',
    error: { code: 'IN_FORMAT' },
  })
})
