import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { crc32, createDeflate, inflateSync } from 'node:zlib'
import { decode } from 'fast-png'
import { AppError } from '../../shared/base/app-error.ts'
import type { LabelMap } from '../../shared/label/label-map.ts'
import { idsFromMask } from '../../shared/label/masks.ts'

/** Bytes of filtered rows that go to the compressor at once: what encoding needs besides the map and its result. */
const BAND_BYTES = 1 << 20
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const filterUp = 2
/** Bytes beyond the rows. */
const spare = 64

/**
 * The map as a PNG: RGBA, 8 bits a channel (`maskFromIds`), filter Up in every row, zlib level 6, one IDAT, no other
 * chunks. The same ids give the same bytes on the same build of zlib. In label maps most rows repeat the row above, and
 * what differs from it is all that Up leaves over.
 */
export async function encodeLabelPng(map: LabelMap): Promise<Uint8Array<ArrayBuffer>> {
  const data = chunk('IDAT', await compress(map))
  return concat([signature, headerChunk(map.width, map.height), data, chunk('IEND', new Uint8Array(0))])
}

function headerChunk(width: number, height: number): Uint8Array {
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, 6, 0, 0, 0], 8)
  return chunk('IHDR', header)
}

/**
 * Ids of a PNG that `encodeLabelPng` made; one that another program made is read too, but takes longer. Throws AppError
 * `BLOB_CORRUPT` when it is no RGBA of 8 bits, and `IN_SIZE_MISMATCH` when it has another size. `room`: where the ids may
 * go, for who looks at one after the other.
 */
export function decodeLabelPng(
  png: Uint8Array,
  width: number,
  height: number,
  room?: Uint32Array<ArrayBuffer>,
): LabelMap {
  const own = decodeOwn(png, width, height, room)
  if (own) return own
  let image: ReturnType<typeof decode>
  try {
    image = decode(png, { checkCrc: true })
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

/**
 * Opening a label waits for this, and a general decoder takes three times as long as zlib and a look at the rows that
 * are not zeros. Null for whatever does not have exactly the shape of `encodeLabelPng`.
 */
function decodeOwn(
  png: Uint8Array,
  width: number,
  height: number,
  room = new Uint32Array(width * height),
): LabelMap | null {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const start = concat([signature, headerChunk(width, height)])
  const dataAt = start.length + 8
  if (png.length < dataAt || !start.every((byte, i) => png[i] === byte)) return null
  const dataEnd = dataAt + view.getUint32(start.length)
  const end = chunk('IEND', new Uint8Array(0))
  if (dataEnd + 4 + end.length !== png.length || !end.every((byte, i) => png[dataEnd + 4 + i] === byte))
    return null
  if (crc32(png.subarray(start.length + 4, dataEnd)) !== view.getUint32(dataEnd)) return null
  const rowBytes = 1 + 4 * width
  const whole = rowBytes * height
  let rows: Buffer
  try {
    // In one piece: put together from many, it would be copied once more. With room to spare, or zlib makes a second one.
    rows = inflateSync(png.subarray(dataAt, dataEnd), { maxOutputLength: whole, chunkSize: whole + spare })
  } catch {
    return null
  }
  try {
    return rows.length === whole ? idsOfRows(rows, width, height, room) : null
  } finally {
    // Gone at once: the engine would look through everything for the sake of a few such pieces. One that is shared is not.
    if (rows.buffer.byteLength === whole + spare) (rows.buffer as ArrayBuffer).transfer(0)
  }
}

/** Null for rows that were not filtered by `encodeLabelPng`. */
function idsOfRows(
  rows: Buffer,
  width: number,
  height: number,
  room: Uint32Array<ArrayBuffer>,
): LabelMap | null {
  const rowBytes = 1 + 4 * width
  const ids = room.subarray(0, width * height).fill(0, 0, width)
  if (ids.length !== width * height) throw new RangeError('too little room for a label')
  const zeros = Buffer.alloc(rowBytes)
  zeros[0] = filterUp
  // One row where its pixels can be looked at whole: what is 0 is as above.
  const row = new Uint8Array(4 * width)
  const pixels = new Uint32Array(row.buffer)
  for (let y = 0; y < height; y++) {
    const at = y * rowBytes
    if (rows[at] !== filterUp) return null
    const start = y * width
    if (y > 0) {
      ids.copyWithin(start, start - width, start)
      if (rows.compare(zeros, 0, rowBytes, at, at + rowBytes) === 0) continue
    }
    rows.copy(row, 0, at + 1, at + rowBytes)
    for (let x = 0; x < width; x++) {
      if (pixels[x] === 0) continue
      const [up, from] = [ids[start + x]!, 4 * x]
      const red = (row[from]! + up) & 255
      const green = (row[from + 1]! + (up >>> 8)) & 255
      const blue = (row[from + 2]! + (up >>> 16)) & 255
      ids[start + x] = red | (green << 8) | (blue << 16)
    }
  }
  return { width, height, ids }
}

async function compress(map: LabelMap): Promise<Uint8Array> {
  const deflate = createDeflate({ level: 6 })
  const [packed] = await Promise.all([
    buffer(deflate),
    pipeline(Readable.from(filteredBands(map), { highWaterMark: 1 }), deflate),
  ])
  return packed
}

/** The filtered rows of the whole image, some at a time. */
function* filteredBands({ width, height, ids }: LabelMap): Generator<Uint8Array> {
  const rowBytes = 1 + 4 * width
  const rowsAtOnce = Math.max(1, Math.floor(BAND_BYTES / rowBytes))
  const bytes = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength)
  const equalsAbove = (y: number) =>
    bytes.compare(bytes, (y - 1) * width * 4, y * width * 4, y * width * 4, (y + 1) * width * 4) === 0
  for (let top = 0; top < height; top += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, height - top)
    const band = new Uint8Array(rows * rowBytes)
    for (let y = top; y < top + rows; y++) {
      const at = (y - top) * rowBytes
      band[at] = filterUp
      if (y === 0) writeFirstRow(ids.subarray(0, width), band, at + 1)
      // What equals the row above filters to zeros, which are there.
      else if (!equalsAbove(y)) writeDifferences(ids, y * width, width, band, at + 1)
    }
    yield band
  }
}

/** Above the first row everything counts as 0, alpha too. */
function writeFirstRow(row: Uint32Array, out: Uint8Array, at: number): void {
  for (let x = 0, to = at; x < row.length; x++, to += 4) {
    const id = row[x]!
    out[to] = id
    out[to + 1] = id >>> 8
    out[to + 2] = id >>> 16
    out[to + 3] = 255
  }
}

/** Each byte less the byte above it, modulo 256. Alpha is 255 everywhere, so it leaves 0. */
function writeDifferences(ids: Uint32Array, start: number, width: number, out: Uint8Array, at: number): void {
  for (let x = 0, to = at; x < width; x++, to += 4) {
    const id = ids[start + x]!
    const up = ids[start + x - width]!
    if (id === up) continue
    out[to] = id - up
    out[to + 1] = (id >>> 8) - (up >>> 8)
    out[to + 2] = (id >>> 16) - (up >>> 16)
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
