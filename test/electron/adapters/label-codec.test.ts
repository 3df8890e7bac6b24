import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { expect, it, onTestFinished } from 'vitest'
import {
  createLabelCodec,
  type StartCodecWorker,
  startCodecWorker,
} from '../../../electron/adapters/label-codec.ts'
import { decodeIds, encodeIds, encodePatch } from '../../../shared/label/id-runs.ts'
import { identityBytes } from '../../../shared/label/identity.ts'

function open(start?: StartCodecWorker) {
  const codec = createLabelCodec(start)
  onTestFinished(() => codec.close())
  return codec
}

const never = () => Promise.resolve(false)
const listOf = (ids: Uint32Array) => [...new Set(ids)].filter((id) => id > 0)
const identityOf = (map: { width: number; height: number; ids: Uint32Array }) => {
  const hash = createHash('sha256')
  for (const bytes of identityBytes(map)) hash.update(bytes)
  return hash.digest('hex')
}

it('gives back the ids it encoded, with their identity and the number of labeled pixels', async () => {
  const codec = open()
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.array(fc.integer({ min: 0, max: 0xff_ff_ff }), { minLength: 1, maxLength: 12 }),
      async (width, row) => {
        const height = row.length
        const ids = Uint32Array.from({ length: width * height }, (_, p) => row[Math.floor(p / width)]!)
        const label = { width, height, ids: encodeIds(ids), listed: listOf(ids) }
        const { identity, labeledPixels, png } = await codec.encode(label, never)
        expect(identity).toBe(identityOf({ width, height, ids }))
        expect(labeledPixels).toBe(ids.filter((id) => id > 0).length)
        expect(decodeIds(await codec.decode({ width, height, png: png! }), width * height)).toEqual(ids)
      },
    ),
    { numRuns: 40 },
  )
})

it('makes no PNG of pixels that are known', async () => {
  const ids = encodeIds(Uint32Array.of(1, 1, 0, 2))
  const asked: string[] = []
  const { png, identity } = await open().encode({ width: 2, height: 2, ids, listed: [1, 2] }, async (id) => {
    asked.push(id)
    return true
  })
  expect(png).toBe(null)
  expect(asked).toEqual([identity])
})

it('leaves the bytes it was given alone, though they are part of a larger buffer', async () => {
  const codec = open()
  const whole = Buffer.concat([Buffer.from('head'), encodeIds(Uint32Array.of(7, 7, 7, 7))])
  const part = whole.subarray(4)
  await codec.encode({ width: 2, height: 2, ids: part, listed: [7] }, never)
  const { png } = await codec.encode({ width: 2, height: 2, ids: part, listed: [7] }, never)
  const stored = Buffer.concat([png!, Buffer.from('tail')]).subarray(0, png!.length)
  await codec.decode({ width: 2, height: 2, png: stored })
  expect(whole.toString('latin1', 0, 4)).toBe('head')
  expect(stored.length).toBe(png!.length)
})

it.each([
  ['too few pixels', encodeIds(new Uint32Array(3)), [], 'not those of a label of 2 × 2'],
  ['too many pixels', encodeIds(new Uint32Array(5)), [], 'not those of a label of 2 × 2'],
  ['bytes that end inside a number', Uint8Array.of(0x80), [], 'not those of a label of 2 × 2'],
  ['an object that is not listed', encodeIds(Uint32Array.of(1, 2, 2, 2)), [1], 'does not name: 2'],
])('refuses %s as a bad request and goes on', async (_what, ids, listed, message) => {
  const codec = open()
  await expect(codec.encode({ width: 2, height: 2, ids, listed }, never)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringContaining(message),
  })
  const good = await codec.encode(
    { width: 1, height: 1, ids: encodeIds(Uint32Array.of(0)), listed: [] },
    never,
  )
  expect(good.labeledPixels).toBe(0)
})

it('replays patches in order, up to the first that does not fit', async () => {
  const codec = open()
  const patch = (start: number, ids: number[]) => {
    const after = Uint32Array.from(ids)
    return encodePatch({ runs: Uint32Array.of(start, ids.length), before: after, after })
  }
  const patches = [patch(0, [1, 1]), new Uint8Array(0), patch(1, [2, 2]), patch(3, [3, 3]), patch(0, [4])]
  const { ids, applied } = await codec.replay({ width: 2, height: 2, png: null, patches })
  expect(applied).toBe(3)
  expect([...decodeIds(ids, 4)]).toEqual([1, 2, 2, 0])
})

it('rejects once when its worker dies, and starts another for the next job', async () => {
  const started: Worker[] = []
  const codec = open(() => {
    const worker = startCodecWorker()
    started.push(worker)
    return worker
  })
  const label = { width: 2, height: 2, ids: encodeIds(new Uint32Array(4)), listed: [] }
  const first = codec.encode(label, async () => {
    await started[0]!.terminate()
    return false
  })
  const second = codec.encode(label, never)
  await expect(first).rejects.toMatchObject({ code: 'INTERNAL' })
  expect((await second).labeledPixels).toBe(0)
  expect(started.length).toBe(2)
})

it('rejects when its worker cannot be started, and says so as an AppError when it throws', async () => {
  let starts = 0
  const codec = open(() => {
    starts++
    return starts === 1 ? new Worker('throw new Error("no")', { eval: true }) : startCodecWorker()
  })
  const label = { width: 1, height: 1, ids: encodeIds(new Uint32Array(1)), listed: [] }
  await expect(codec.encode(label, never)).rejects.toMatchObject({ code: 'INTERNAL' })
  expect((await codec.encode(label, never)).labeledPixels).toBe(0)
})

it('is waited for while it works and holds no process back when it is idle', () => {
  const codec = new URL('../../../electron/adapters/label-codec.ts', import.meta.url)
  const program = `
    import { createLabelCodec } from '${codec}'
    const label = { width: 2, height: 2, ids: Uint8Array.of(0, 4), listed: [] }
    const { labeledPixels } = await createLabelCodec().encode(label, async () => false)
    console.log('labeled', labeledPixels)`
  const folder = mkdtempSync(join(tmpdir(), 'tessera-codec-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'program.mjs'), program)
  const child = spawnSync(process.execPath, [join(folder, 'program.mjs')], { timeout: 20_000 })
  expect(child.stdout.toString()).toBe('labeled 0\n')
  expect(child.status).toBe(0)
})

it('passes on what the caller found while it was asked whether the pixels are known', async () => {
  const codec = open()
  const label = { width: 1, height: 1, ids: encodeIds(new Uint32Array(1)), listed: [] }
  await expect(codec.encode(label, () => Promise.reject(new Error('disk gone')))).rejects.toThrow('disk gone')
  expect((await codec.encode(label, never)).png).not.toBe(null)
})

it('carries a map of 24 megapixels', async () => {
  const [width, height] = [6000, 4000]
  const ids = Uint32Array.from({ length: width * height }, (_, p) => 1 + Math.floor(p / width / 97) * 50)
  const codec = open()
  const { png, labeledPixels } = await codec.encode(
    { width, height, ids: encodeIds(ids), listed: listOf(ids) },
    never,
  )
  expect(labeledPixels).toBe(width * height)
  const back = decodeIds(await codec.decode({ width, height, png: png! }), width * height)
  expect(Buffer.compare(Buffer.from(back.buffer), Buffer.from(ids.buffer))).toBe(0)
})

it('gives the memory of a large label back while nothing is asked of it, and works on', async () => {
  const workers: Worker[] = []
  const codec = open(() => {
    const worker = startCodecWorker()
    workers.push(worker)
    return worker
  })
  const large = { width: 2500, height: 1600, png: null, patches: [] }
  await codec.replay(large)
  await once(workers[0]!, 'exit')

  const { ids } = await codec.replay(large)
  expect(decodeIds(ids, 2500 * 1600).every((id) => id === 0)).toBe(true)
  expect(workers).toHaveLength(2)
})
