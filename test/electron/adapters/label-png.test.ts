import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { decode, encode } from 'fast-png'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { decodeLabelPng, encodeLabelPng } from '../../../electron/adapters/label-png.ts'
import type { AppError } from '../../../shared/base/app-error.ts'
import type { LabelMap } from '../../../shared/label/label-map.ts'
import { idsFromMask, maskFromIds } from '../../../shared/label/masks.ts'

const maps: fc.Arbitrary<LabelMap> = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
  .chain(([width, height]) =>
    fc
      .array(
        fc.oneof(
          fc.constantFrom(0, 1, 255, 256, 65_536, 0xff_ff_ff),
          fc.integer({ min: 0, max: 0xff_ff_ff }),
        ),
        {
          minLength: width * height,
          maxLength: width * height,
        },
      )
      .map((ids) => ({ width, height, ids: Uint32Array.from(ids) })),
  )

it('gives back every map it encoded', async () => {
  await fc.assert(
    fc.asyncProperty(maps, async (map) => {
      expect(decodeLabelPng(await encodeLabelPng(map), map.width, map.height)).toEqual(map)
    }),
    { numRuns: 60 },
  )
})

it('gives back the same where another map was before', async () => {
  const room = new Uint32Array(40 * 40)
  await fc.assert(
    fc.asyncProperty(maps, async (map) => {
      room.fill(77)
      expect(decodeLabelPng(await encodeLabelPng(map), map.width, map.height, room)).toEqual(map)
    }),
    { numRuns: 60 },
  )
})

it('reads what other programs made of the same ids', async () => {
  await fc.assert(
    fc.asyncProperty(maps, async (map) => {
      const { width, height } = map
      const rgba = maskFromIds(map.ids)
      const raw = { width, height, channels: 4 } as const
      const made = [
        Buffer.from(encode({ ...raw, data: rgba })),
        await sharp(rgba, { raw }).png({ adaptiveFiltering: true }).toBuffer(),
      ]
      for (const png of made) expect(decodeLabelPng(png, width, height)).toEqual(map)
    }),
    { numRuns: 20 },
  )
})

it('encodes what sharp and fast-png read as the same ids', async () => {
  await fc.assert(
    fc.asyncProperty(maps, async (map) => {
      const png = await encodeLabelPng(map)
      const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
      expect(info.channels).toBe(4)
      expect(idsFromMask(data, map.width, map.height)).toEqual(map)
      const image = decode(png, { checkCrc: true })
      expect([image.width, image.height, image.channels, image.depth]).toEqual([map.width, map.height, 4, 8])
      expect(idsFromMask(image.data as Uint8Array, map.width, map.height)).toEqual(map)
    }),
    { numRuns: 20 },
  )
})

it('writes four channels of 8 bits, alpha 255, and nothing but header, pixels and end', async () => {
  const png = Buffer.from(
    await encodeLabelPng({ width: 2, height: 2, ids: Uint32Array.of(1, 300, 70_000, 0) }),
  )
  expect(png.subarray(24, 29)).toEqual(Buffer.of(8, 6, 0, 0, 0))
  const chunks: string[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    chunks.push(png.toString('latin1', at + 4, at + 8))
  expect(chunks).toEqual(['IHDR', 'IDAT', 'IEND'])
  // The three examples of the Segments.ai reference, and an unlabeled pixel.
  expect([...(decode(png).data as Uint8Array)]).toEqual([
    1, 0, 0, 255, 44, 1, 0, 255, 112, 17, 1, 255, 0, 0, 0, 255,
  ])
})

it('keeps its bytes: what is stored and synced for the same pixels must not change between releases', async () => {
  const width = 64
  const ids = Uint32Array.from({ length: width * 48 }, (_, p) => {
    const [x, y] = [p % width, Math.floor(p / width)]
    return x < 20 ? 0 : (x + y) % 40 < 12 ? 300 : 70_000 + (y >> 3)
  })
  const png = await encodeLabelPng({ width, height: 48, ids })
  expect(createHash('sha256').update(png).digest('hex')).toBe(
    'a5a6ead3302c012c9fff5e1d486e0a18ef810396263fbafbcbbd68d5354b2eb6',
  )
})

it('encodes maps of many bands as it encodes those of one', async () => {
  // Wider than a band of the compressor holds rows for, and taller than one.
  const map = {
    width: 3000,
    height: 400,
    ids: Uint32Array.from({ length: 1_200_000 }, (_, p) => (p * 7919) & 0xffff),
  }
  expect(decodeLabelPng(await encodeLabelPng(map), 3000, 400).ids).toEqual(map.ids)
})

const failure = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return (error as AppError).code
  }
  return undefined
}

it('refuses what is no PNG, a cut one, one without four channels and one of another size', async () => {
  const png = await encodeLabelPng({ width: 4, height: 3, ids: new Uint32Array(12).fill(5) })
  expect(failure(() => decodeLabelPng(Buffer.from('no picture'), 4, 3))).toBe('BLOB_CORRUPT')
  expect(failure(() => decodeLabelPng(png.subarray(0, png.length - 20), 4, 3))).toBe('BLOB_CORRUPT')
  expect(failure(() => decodeLabelPng(png, 3, 4))).toBe('IN_SIZE_MISMATCH')
  for (const at of [20, 45, png.length - 16]) {
    const damaged = Buffer.from(png)
    damaged[at]! ^= 16
    expect(failure(() => decodeLabelPng(damaged, 4, 3))).not.toBe(undefined)
  }
  const rgb = await sharp({ create: { width: 4, height: 3, channels: 3, background: '#050000' } })
    .png()
    .toBuffer()
  expect(failure(() => decodeLabelPng(rgb, 4, 3))).toBe('BLOB_CORRUPT')
})
