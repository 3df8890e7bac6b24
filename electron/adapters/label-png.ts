import { crc32, createDeflate } from 'node:zlib'
import { decode } from 'fast-png'
import { AppError } from '../../shared/base/app-error.ts'
import type { LabelMap } from '../../shared/label/label-map.ts'
import { idsFromMask } from '../../shared/label/masks.ts'

/** Bytes of filtered rows that go to the compressor at once: what encoding needs besides the map and its result. */
const BAND_BYTES = 1 << 20
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const filterUp = 2

/**
 * The map as a PNG: RGBA, 8 bits a channel (`maskFromIds`), filter Up in every row, zlib level 6, one IDAT, no other
 * chunks. The same ids give the same bytes on the same build of zlib. In label maps most rows repeat the row above, and
 * what differs from it is all that Up leaves over.
 */
export async function encodeLabelPng(map: LabelMap): Promise<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, map.width)
  view.setUint32(4, map.height)
  header.set([8, 6, 0, 0, 0], 8)
  const compressed = await compress(map)
  return concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', compressed),
    chunk('IEND', new Uint8Array(0)),
  ])
}

/**
 * Ids of a PNG that `encodeLabelPng` made. Throws AppError `BLOB_CORRUPT` when it is none, and `IN_SIZE_MISMATCH` when
 * it has another size.
 */
export function decodeLabelPng(png: Uint8Array, width: number, height: number): LabelMap {
  let image: ReturnType<typeof decode>
  try {
    image = decode(png)
    if (image.channels !== 4 || image.depth !== 8) throw new RangeError('not RGBA of 8 bits')
  } catch (cause) {
    throw new AppError('BLOB_CORRUPT', 'A stored mask cannot be read as PNG.', {
      remedy: 'Run "tessera verify" to see what is affected. Nothing was changed.',
      cause,
    })
  }
  if (image.width !== width || image.height !== height) {
    throw new AppError(
      'IN_SIZE_MISMATCH',
      `A stored mask is ${image.width} × ${image.height} pixels, but its image is ${width} × ${height}.`,
      { remedy: 'Run "tessera verify" to see what is affected. Nothing was changed.' },
    )
  }
  return idsFromMask(image.data as Uint8Array, width, height)
}

async function compress(map: LabelMap): Promise<Uint8Array> {
  const deflate = createDeflate({ level: 6 })
  const parts: Uint8Array[] = []
  const collected = (async () => {
    for await (const part of deflate) parts.push(part as Uint8Array)
  })()
  for (const band of filteredBands(map)) {
    if (!deflate.write(band)) await new Promise((drained) => deflate.once('drain', drained))
  }
  deflate.end()
  await collected
  return concat(parts)
}

/** The filtered rows of the whole image, some at a time. */
function* filteredBands({ width, height, ids }: LabelMap): Generator<Uint8Array> {
  const rowBytes = 1 + 4 * width
  const rowsAtOnce = Math.max(1, Math.floor(BAND_BYTES / rowBytes))
  const row = new Uint8Array(4 * width)
  for (let y = 0; y < height; y += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, height - y)
    const band = new Uint8Array(rows * rowBytes)
    for (let i = 0; i < rows; i++) {
      const start = (y + i) * width
      differences(
        ids.subarray(start, start + width),
        y + i > 0 ? ids.subarray(start - width, start) : null,
        row,
      )
      band[i * rowBytes] = filterUp
      band.set(row, i * rowBytes + 1)
    }
    yield band
  }
}

/** Each byte of a row less the byte above it, modulo 256. Alpha is 255 everywhere, so only the first row shows it. */
function differences(row: Uint32Array, above: Uint32Array | null, out: Uint8Array): void {
  for (let x = 0, i = 0; x < row.length; x++, i += 4) {
    const id = row[x]!
    const up = above ? above[x]! : 0
    out[i] = id - up
    out[i + 1] = (id >>> 8) - (up >>> 8)
    out[i + 2] = (id >>> 16) - (up >>> 16)
    out[i + 3] = above ? 0 : 255
  }
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length)
  const view = new DataView(out.buffer)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) out[4 + i] = type.charCodeAt(i)
  out.set(data, 8)
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)))
  return out
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
