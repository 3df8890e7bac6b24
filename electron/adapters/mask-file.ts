import { open, stat } from 'node:fs/promises'
import { crc32, createInflate } from 'node:zlib'
import { decode } from 'fast-png'
import { AppError } from '../../shared/base/app-error.ts'
import { HEADER_BYTES, readHeader } from '../../shared/image/header.ts'
import { checkDimensions, checkFileSize } from '../../shared/image/limits.ts'
import { sniffFormat } from '../../shared/image/sniff.ts'
import type { LabelMap } from '../../shared/label/label-map.ts'
import { idsFromMask } from '../../shared/label/masks.ts'
import { fileError } from './file-error.ts'

/**
 * The object ids in a PNG somebody made: 8 bits a channel, RGB or RGBA (alpha carries nothing), not interlaced. Size and
 * kind are checked on the header before anything is read for them, and no more is inflated than that size takes.
 * Rejects with AppError `IN_PATH`, `IN_FORMAT` and `IN_TOO_BIG`.
 */
export async function readMaskFile(path: string): Promise<LabelMap> {
  return decodeMask(await readChecked(path))
}

/** The same for bytes in memory. */
export async function decodeMask(bytes: Uint8Array): Promise<LabelMap> {
  const { width, height, channels, png } = await checkMask(bytes)
  const pixels = decodePixels(png)
  return idsFromMask(channels === 4 ? pixels : withAlpha(pixels), width, height)
}

/**
 * The same without decoding it, for whoever does that elsewhere: `png` is its header and its pixels, which unfold to what
 * the header says and no more.
 */
export async function checkMask(
  bytes: Uint8Array,
): Promise<{ width: number; height: number; channels: 3 | 4; png: Uint8Array }> {
  const { width, height, channels } = checkHeader(bytes.subarray(0, HEADER_BYTES))
  const data = pixelStream(bytes)
  await checkInflatedSize(data, (1 + width * channels) * height)
  return { width, height, channels, png: plainPng(bytes, data) }
}

async function readChecked(path: string): Promise<Uint8Array> {
  try {
    // A pipe or a device would be waited for without end.
    if (!(await stat(path)).isFile()) {
      throw new AppError('IN_PATH', 'The mask is not a file.', { remedy: 'Give the path of a PNG file.' })
    }
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      checkFileSize(size)
      const head = new Uint8Array(Math.min(size, HEADER_BYTES))
      await file.read(head, 0, head.length, 0)
      checkHeader(head)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw fileError(error)
  }
}

const rewrite = 'Write it as a PNG with four channels of 8 bits: id = R + 256 · G + 65536 · B, alpha 255.'

function checkHeader(head: Uint8Array): { width: number; height: number; channels: 3 | 4 } {
  const format = sniffFormat(head)
  if (format !== 'png') {
    throw noMask(format ? `is ${format.toUpperCase()}, not PNG` : 'is no PNG file', rewrite)
  }
  const header = readHeader(head)
  if (!header || head.length < 33) throw damaged('its header cannot be read')
  checkDimensions(header.width, header.height)
  const [depth, kind, , , interlace] = head.subarray(24, 29)
  const kinds: Record<number, string> = { 0: 'is gray', 3: 'has a palette', 4: 'is gray with alpha' }
  if (kinds[kind!]) throw noMask(`${kinds[kind!]}, so it has no three bytes of an id`, rewrite)
  if (kind !== 2 && kind !== 6) throw damaged(`it says its pixels are of kind ${kind}`)
  if (depth !== 8) throw noMask(`has ${depth} bits a channel`, rewrite)
  if (interlace !== 0) throw noMask('is interlaced', 'Write it without interlacing.')
  return { width: header.width, height: header.height, channels: kind === 6 ? 4 : 3 }
}

/** What the IDAT chunks hold together. Every chunk's checksum is looked at, up to the end chunk. */
function pixelStream(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const data = new Uint8Array(bytes.length)
  let used = 0
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const end = at + 12 + length
    if (end > bytes.length) break
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw damaged('a checksum does not hold')
    }
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (kind === 'IEND') return data.subarray(0, used)
    if (kind === 'IDAT') {
      data.set(bytes.subarray(at + 8, end - 4), used)
      used += length
    }
    at = end
  }
  throw damaged('it ends too early')
}

/** Inflates and throws away, so that a small file which would unfold into gigabytes never gets to. */
async function checkInflatedSize(data: Uint8Array, expected: number): Promise<void> {
  const inflate = createInflate()
  inflate.end(data)
  let size = 0
  try {
    for await (const part of inflate) {
      size += (part as Buffer).length
      if (size > expected) break
    }
  } catch (cause) {
    throw damaged('its pixels cannot be unpacked', cause)
  }
  if (size !== expected) throw damaged(`it has ${size > expected ? 'more' : 'fewer'} pixels than it says`)
}

/** Header, pixels and end: what else a file carries (profiles, texts) is not for us to unpack. */
function plainPng(bytes: Uint8Array, data: Uint8Array): Uint8Array {
  const end = Uint8Array.of(0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82)
  const out = new Uint8Array(33 + 12 + data.length + end.length)
  out.set(bytes.subarray(0, 33))
  new DataView(out.buffer).setUint32(33, data.length)
  out.set([0x49, 0x44, 0x41, 0x54], 37)
  out.set(data, 41)
  const sumAt = 41 + data.length
  new DataView(out.buffer).setUint32(sumAt, crc32(out.subarray(37, sumAt)))
  out.set(end, sumAt + 4)
  return out
}

function decodePixels(png: Uint8Array): Uint8Array {
  try {
    return decode(png).data as Uint8Array
  } catch (cause) {
    throw damaged('its pixels cannot be read', cause)
  }
}

function withAlpha(rgb: Uint8Array): Uint8Array {
  const rgba = new Uint8Array((rgb.length / 3) * 4).fill(255)
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from]!
    rgba[to + 1] = rgb[from + 1]!
    rgba[to + 2] = rgb[from + 2]!
  }
  return rgba
}

function damaged(how: string, cause?: unknown): AppError {
  return noMask(`is damaged: ${how}`, 'Write it again.', cause)
}

function noMask(what: string, remedy: string, cause?: unknown): AppError {
  return new AppError('IN_FORMAT', `The mask ${what}.`, { remedy, cause })
}
