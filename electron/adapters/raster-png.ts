import { promisify } from 'node:util'
import { crc32, deflate, inflate } from 'node:zlib'
import { AppError } from '../../shared/base/app-error.ts'
import type { Raster } from '../../shared/formats/exchange/raster.ts'
import { checkDimensions } from '../../shared/image/limits.ts'

const pack = promisify(deflate)
const unpack = promisify(inflate)
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const filterUp = 2
const kinds = { gray: 0, rgb: 2, palette: 3, grayAlpha: 4, rgba: 6 } as const
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/**
 * Samples as a PNG that holds them as they are: gray of 8 or 16 bits, indices with their palette, RGB or RGBA of 8 bits.
 * Filter Up, zlib level 6, no chunk that is not needed.
 */
export async function encodeRaster({ width, height, channels, data, palette }: Raster): Promise<Uint8Array> {
  const depth = data instanceof Uint16Array ? 16 : 8
  const kind = palette ? kinds.palette : channels === 1 ? kinds.gray : channels === 3 ? kinds.rgb : kinds.rgba
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([depth, kind, 0, 0, 0], 8)
  const bytes = depth === 8 ? (data as Uint8Array) : bigEndian(data as Uint16Array)
  const rowBytes = width * channels * (depth / 8)
  const rows = new Uint8Array((1 + rowBytes) * height)
  for (let y = 0; y < height; y++) {
    const at = y * (1 + rowBytes)
    rows[at] = filterUp
    const from = y * rowBytes
    for (let i = 0; i < rowBytes; i++)
      rows[at + 1 + i] = bytes[from + i]! - (y > 0 ? bytes[from + i - rowBytes]! : 0)
  }
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', palette)] : []),
    chunk('IDAT', await pack(rows, { level: 6 })),
    chunk('IEND', new Uint8Array(0)),
  ])
}

function bigEndian(data: Uint16Array): Uint8Array {
  const out = new Uint8Array(data.length * 2)
  for (let i = 0; i < data.length; i++) {
    out[2 * i] = data[i]! >>> 8
    out[2 * i + 1] = data[i]!
  }
  return out
}

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(12 + data.length)
  out.writeUInt32BE(data.length, 0)
  out.write(type, 4, 'latin1')
  out.set(data, 8)
  out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length)
  return out
}

type Parsed = { header: Buffer; palette: Uint8Array | null; data: Buffer }

/**
 * The samples of a PNG somebody made. Its size is checked before anything is unpacked, and no more is unpacked than that
 * size takes; interlaced ones are read too. A channel of alpha beside gray is left out. Rejects with AppError `IN_FORMAT` and `IN_TOO_BIG`.
 */
export async function decodeRaster(png: Uint8Array): Promise<Raster> {
  const { header, palette, data } = parse(png)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  checkDimensions(width, height)
  const [depth, kind, method, filtering, interlace] = header.subarray(8, 13) as unknown as number[]
  const channels = channelsOf[kind!]
  const isDepth = kind === 0 ? [1, 2, 4, 8, 16] : kind === kinds.palette ? [1, 2, 4, 8] : [8, 16]
  if (!channels || !isDepth.includes(depth!) || method !== 0 || filtering !== 0)
    throw damaged('its header makes no sense')
  if (interlace !== 0 && interlace !== 1) throw damaged('its header makes no sense')
  if (depth === 16 && channels !== 1)
    throw refused('has 16 bits a channel', 'Write its colours with 8 bits a channel.')
  if (kind === kinds.palette && !palette) throw damaged('it has no palette')
  const grid = { width, height, channels, depth: depth! }
  const passes = interlace === 1 ? adam7 : [wholePass]
  const bytes = passes.reduce((sum, pass) => sum + passSize(grid, pass).bytes, 0)
  const samples = samplesOf(await inflateTo(data, bytes), grid, passes)
  if (kind !== kinds.grayAlpha)
    return { width, height, channels: channels as 1 | 3 | 4, data: samples, palette }
  return { width, height, channels: 1, data: samples.filter((_, i) => i % 2 === 0), palette: null }
}

function parse(png: Uint8Array): Parsed {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.byteLength)
  if (!signature.every((byte, i) => bytes[i] === byte)) throw refused('is no PNG file', 'Give a PNG.')
  let header: Buffer | null = null
  let palette: Uint8Array | null = null
  const parts: Buffer[] = []
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4))
      throw damaged('a checksum does not hold')
    const type = bytes.toString('latin1', at + 4, at + 8)
    const body = bytes.subarray(at + 8, end - 4)
    if (header === null) {
      if (type !== 'IHDR' || body.length !== 13) break
      header = body
    } else if (type === 'PLTE' && body.length % 3 === 0 && body.length <= 768) palette = Uint8Array.from(body)
    else if (type === 'IDAT') parts.push(body)
    else if (type === 'IEND') {
      const isIndexed = header[9] === kinds.palette
      return { header, palette: isIndexed ? palette : null, data: Buffer.concat(parts) }
    }
    at = end
  }
  throw damaged('it ends too early')
}

async function inflateTo(data: Buffer, expected: number): Promise<Buffer> {
  let rows: Buffer
  try {
    rows = await unpack(data, { maxOutputLength: Math.max(1, expected) })
  } catch (cause) {
    throw damaged('its pixels cannot be unpacked', cause)
  }
  if (rows.length !== expected) throw damaged('it has fewer pixels than it says')
  return rows
}

/** In place. `step`: bytes from one pixel to the next. */
function unfilter(rows: Buffer, rowBytes: number, height: number, step: number): void {
  const stride = rowBytes + 1
  for (let y = 0; y < height; y++) {
    const start = y * stride + 1
    const filter = rows[start - 1]!
    if (filter > 4) throw damaged(`row ${y} has the filter ${filter}`)
    for (let i = 0; filter !== 0 && i < rowBytes; i++) {
      const at = start + i
      const left = i >= step ? rows[at - step]! : 0
      const up = y > 0 ? rows[at - stride]! : 0
      if (filter === 1) rows[at]! += left
      else if (filter === filterUp) rows[at]! += up
      else if (filter === 3) rows[at]! += (left + up) >> 1
      else rows[at]! += paeth(left, up, i >= step && y > 0 ? rows[at - stride - step]! : 0)
    }
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

/** Of an interlaced picture: the first pixel of a pass, and the steps to the next ones. */
type Pass = readonly [x: number, y: number, dx: number, dy: number]
const wholePass: Pass = [0, 0, 1, 1]
const adam7: readonly Pass[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
]

type Grid = {
  readonly width: number
  readonly height: number
  readonly channels: number
  readonly depth: number
}

/** A pass without pixels has no rows. */
function passSize({ width, height, channels, depth }: Grid, [x, y, dx, dy]: Pass) {
  const columns = Math.max(0, Math.ceil((width - x) / dx))
  const rows = columns === 0 ? 0 : Math.max(0, Math.ceil((height - y) / dy))
  const rowBytes = Math.ceil((columns * channels * depth) / 8)
  return { columns, rows, rowBytes, bytes: (1 + rowBytes) * rows }
}

function samplesOf(all: Buffer, grid: Grid, passes: readonly Pass[]): Uint8Array | Uint16Array {
  const { width, height, channels, depth } = grid
  const length = width * height * channels
  const data = depth === 16 ? new Uint16Array(length) : new Uint8Array(length)
  const perByte = 8 / depth
  let at = 0
  for (const pass of passes) {
    const { columns, rows, rowBytes, bytes } = passSize(grid, pass)
    const own = all.subarray(at, at + bytes)
    at += bytes
    unfilter(own, rowBytes, rows, Math.max(1, (channels * depth) / 8))
    const [x0, y0, dx, dy] = pass
    for (let row = 0; row < rows; row++) {
      const start = row * (rowBytes + 1) + 1
      const to = ((y0 + row * dy) * width + x0) * channels
      if (depth === 8 && dx === 1 && channels * columns === rowBytes) {
        data.set(own.subarray(start, start + rowBytes), to)
        continue
      }
      for (let i = 0; i < columns * channels; i++) {
        const place = to + Math.floor(i / channels) * dx * channels + (i % channels)
        if (depth === 16) data[place] = own.readUInt16BE(start + 2 * i)
        else if (depth === 8) data[place] = own[start + i]!
        else {
          const shift = 8 - depth * ((i % perByte) + 1)
          data[place] = (own[start + Math.floor(i / perByte)]! >> shift) & ((1 << depth) - 1)
        }
      }
    }
  }
  return data
}

const damaged = (how: string, cause?: unknown) => refused(`is damaged: ${how}`, 'Write it again.', cause)

function refused(what: string, remedy: string, cause?: unknown): AppError {
  return new AppError('IN_FORMAT', `The picture of labels ${what}.`, { remedy, cause })
}
