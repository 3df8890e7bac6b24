import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeMask, readMaskFile } from '../../../electron/adapters/mask-file.ts'
import { maskFromIds } from '../../../shared/label/masks.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-mask-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ids = Uint32Array.of(0, 1, 300, 70_000, 0xff_ff_ff, 0)
const good = encode({ width: 3, height: 2, data: maskFromIds(ids), channels: 4, depth: 8 })

function chunk(kind: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

/** A PNG with any header and any pixels, also such as do not fit each other. */
function png(
  header: { width: number; height: number; depth?: number; kind?: number; interlace?: number },
  raw: Uint8Array,
  before: Buffer[] = [],
): Buffer {
  const ihdr = Buffer.alloc(13)
  ihdr.writeUInt32BE(header.width, 0)
  ihdr.writeUInt32BE(header.height, 4)
  ihdr.set([header.depth ?? 8, header.kind ?? 6, 0, 0, header.interlace ?? 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const pixels = chunk('IDAT', deflateSync(raw))
  return Buffer.concat([signature, chunk('IHDR', ihdr), ...before, pixels, chunk('IEND', Buffer.alloc(0))])
}

const refusal = (bytes: Uint8Array) =>
  decodeMask(bytes).then(
    () => {
      throw new Error('was accepted')
    },
    ({ code, message, remedy }) => ({ code, text: `${message} ${remedy}` }),
  )

it('reads every id that three bytes hold', async () => {
  expect(await decodeMask(good)).toEqual({ width: 3, height: 2, ids })
})

it('takes no notice of alpha, and does without it', async () => {
  const rgba = maskFromIds(ids)
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = i
  const rgb = rgba.filter((_, i) => i % 4 !== 3)
  const seeThrough = encode({ width: 3, height: 2, data: rgba, channels: 4, depth: 8 })
  const opaque = encode({ width: 3, height: 2, data: rgb, channels: 3, depth: 8 })
  expect((await decodeMask(seeThrough)).ids).toEqual(ids)
  expect((await decodeMask(opaque)).ids).toEqual(ids)
})

it('reads pixels in several chunks, between chunks of other kinds', async () => {
  const at = 37
  expect(String.fromCharCode(...good.subarray(at, at + 4))).toBe('IDAT')
  const data = good.subarray(at + 4, at + 4 + new DataView(good.buffer).getUint32(at - 4))
  const parts = [data.subarray(0, 5), new Uint8Array(0), data.subarray(5)].map((part) => chunk('IDAT', part))
  const text = chunk('tEXt', Buffer.from('Comment\0hello'))
  const split = Buffer.concat([good.subarray(0, 33), text, ...parts, chunk('IEND', Buffer.alloc(0))])
  expect((await decodeMask(split)).ids).toEqual(ids)
})

describe('refuses with a way out', () => {
  const pixel = Uint8Array.of(0, 1, 0, 0, 255)
  const bombText = chunk(
    'iCCP',
    Buffer.concat([Buffer.from('p\0\0', 'latin1'), deflateSync(Buffer.alloc(1 << 20))]),
  )
  const cases: [name: string, bytes: Uint8Array, code: string, text: RegExp][] = [
    ['no PNG', Buffer.from('hello, this is no picture'), 'IN_FORMAT', /no PNG file.*four channels/],
    ['a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0]), 'IN_FORMAT', /JPEG, not PNG/],
    ['nothing but a signature', good.subarray(0, 20), 'IN_FORMAT', /damaged/],
    ['a palette', png({ width: 1, height: 1, kind: 3 }, pixel), 'IN_FORMAT', /palette/],
    ['gray', png({ width: 1, height: 1, kind: 0 }, pixel), 'IN_FORMAT', /gray/],
    ['16 bits', png({ width: 1, height: 1, depth: 16 }, pixel), 'IN_FORMAT', /16 bits/],
    ['interlacing', png({ width: 1, height: 1, interlace: 1 }, pixel), 'IN_FORMAT', /interlac/],
    ['an unknown kind', png({ width: 1, height: 1, kind: 5 }, pixel), 'IN_FORMAT', /kind 5/],
    ['no width', png({ width: 0, height: 1 }, pixel), 'IN_FORMAT', /0 × 1/],
    ['too many pixels', png({ width: 30_000, height: 30_000 }, pixel), 'IN_TOO_BIG', /900 megapixels/],
    ['a side without end', png({ width: 4_000_000_000, height: 1 }, pixel), 'IN_TOO_BIG', /32768/],
    ['fewer pixels than it says', png({ width: 2, height: 1 }, pixel), 'IN_FORMAT', /fewer pixels/],
    ['more than it says', png({ width: 1, height: 1 }, new Uint8Array(1 << 24)), 'IN_FORMAT', /more pixels/],
    ['a wrong filter', png({ width: 1, height: 1 }, Uint8Array.of(9, 1, 0, 0, 255)), 'IN_FORMAT', /damaged/],
    ['a file cut short', good.subarray(0, good.length - 13), 'IN_FORMAT', /too early/],
    ['a flipped bit', good.map((byte, i) => (i === 45 ? byte ^ 4 : byte)), 'IN_FORMAT', /checksum/],
  ]
  it.each(cases)('%s', async (_, bytes, code, text) => {
    const error = await refusal(bytes)
    expect(error.code).toBe(code)
    expect(error.text).toMatch(text)
  })

  it('never unpacks what it has no use for', async () => {
    expect((await decodeMask(png({ width: 1, height: 1 }, pixel, [bombText]))).ids).toEqual(Uint32Array.of(1))
  })
})

it('cuts off a small file that unfolds into gigabytes', async () => {
  const bomb = png({ width: 8, height: 8 }, new Uint8Array(1 << 28))
  const before = process.memoryUsage.rss()
  expect(bomb.length).toBeLessThan(1 << 19)
  expect((await refusal(bomb)).text).toMatch(/more pixels/)
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 2 ** 20)
})

it('says what is wrong with the path', async () => {
  mkdirSync(join(folder, 'a-folder'))
  writeFileSync(join(folder, 'empty.png'), '')
  writeFileSync(join(folder, 'good.png'), good)
  await expect(readMaskFile(join(folder, 'none.png'))).rejects.toMatchObject({ code: 'IN_PATH' })
  await expect(readMaskFile(join(folder, 'a-folder'))).rejects.toMatchObject({ code: 'IN_PATH' })
  await expect(readMaskFile(join(folder, 'empty.png'))).rejects.toMatchObject({ code: 'IN_FORMAT' })
  expect((await readMaskFile(join(folder, 'good.png'))).ids).toEqual(ids)
})
