import { readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { BlobDigest, SampleId } from '../../../shared/dataset/digest.ts'
import { deepPath, imagePath, importPath, thumbPath, unframe } from '../../../shared/host/data-plane.ts'
import { importOutcomeSchema, type Sample } from '../../../shared/host/host-api.ts'
import { openTestHost, type TestHost } from '../../support/open-test-host.ts'

let host: TestHost
beforeEach(async () => {
  host = await openTestHost()
})
afterEach(() => host.cleanup())

const ask = (path: string, init?: RequestInit) => host.handle(new Request(`http://host${path}`, init))
async function add(name: string, body: Uint8Array): Promise<Sample> {
  const answer = await ask(importPath(name), { method: 'POST', body: new Uint8Array(body) })
  const outcome = importOutcomeSchema.parse(await answer.json())
  if (outcome.kind !== 'added') throw new Error(JSON.stringify(outcome))
  return outcome.sample
}
const of = (path: typeof deepPath, sample: Sample) =>
  ask(path(sample.id as SampleId, sample.imageDigest as BlobDigest))
const [width, height] = [40, 30]
/** A scan of 12 bits in 16: nothing of it lies in the upper half. */
const scan = Uint16Array.from({ length: width * height }, (_, i) => 100 + i * 3)
const grey = () => sharp(scan, { raw: { width, height, channels: 1 } }).toColourspace('grey16')

it.each([
  ['scan.png', () => grey().png().toBuffer()],
  ['scan.tif', () => grey().tiff({ compression: 'none' }).toBuffer()],
])('hands over the values of %s as they are in the file, twice the same', async (name, make) => {
  const sample = await add(name, await make())
  for (let i = 0; i < 2; i++) {
    const answer = await of(deepPath, sample)
    expect(answer.status).toBe(200)
    const { header, body } = unframe(new Uint8Array(await answer.arrayBuffer()))
    expect(header).toEqual({ width, height, channels: 1 })
    const bytes = body.slice()
    expect(new Uint16Array(bytes.buffer)).toEqual(scan)
  }
})

it('reads a picture anew when what was kept of it is cut off', async () => {
  const sample = await add('scan.png', await grey().png().toBuffer())
  const whole = new Uint8Array(await (await of(deepPath, sample)).arrayBuffer())
  const folder = join(host.root, 'cache')
  const kept = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.u16'),
  )
  truncateSync(join(folder, kept!), 99)
  expect(new Uint8Array(await (await of(deepPath, sample)).arrayBuffer())).toEqual(whole)
})

it('hands over colours of 16 bits in their order', async () => {
  const colours = Uint16Array.from({ length: 2 * 2 * 3 }, (_, i) => i * 5000)
  const image = sharp(colours, { raw: { width: 2, height: 2, channels: 3 } })
  const sample = await add('rgb.png', await image.toColourspace('rgb16').png().toBuffer())
  const { header, body } = unframe(new Uint8Array(await (await of(deepPath, sample)).arrayBuffer()))
  expect(header).toEqual({ width: 2, height: 2, channels: 3 })
  expect(new Uint16Array(body.slice().buffer)).toEqual(colours)
})

it.each(['png', 'tiff', 'jpeg'] as const)('has nothing to hand over of a %s of 8 bits', async (format) => {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#369' } })
  const sample = await add(`flat.${format}`, await image.toFormat(format).toBuffer())
  const answer = await of(deepPath, sample)
  expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([204, 0])
})

it('spreads a grey scan between its percentiles where 8 bits are all there is', async () => {
  const sample = await add('scan.png', await grey().png().toBuffer())
  for (const path of [imagePath, thumbPath]) {
    const answer = await of(path, sample)
    const { data } = await sharp(await answer.arrayBuffer())
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(Math.min(...data)).toBeLessThan(8)
    expect(Math.max(...data)).toBeGreaterThan(247)
  }
})

it('refuses a scan that is cut off, and says so', async () => {
  const whole = await grey().png().toBuffer()
  const body = new Uint8Array(whole.subarray(0, whole.length / 2))
  const answer = await ask(importPath('cut.png'), { method: 'POST', body })
  expect(importOutcomeSchema.parse(await answer.json())).toMatchObject({
    kind: 'rejected',
    error: { code: 'IN_FORMAT', message: expect.stringMatching(/cut off|damaged/) },
  })
})

it('knows no samples of an image that is not there', async () => {
  const answer = await ask(
    deepPath('00000000-0000-4000-8000-000000000000' as SampleId, 'a'.repeat(64) as BlobDigest),
  )
  expect(answer.status).toBe(404)
})
