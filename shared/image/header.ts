import { type Orientation, toOrientation } from './orientation.ts'
import { sniffFormat } from './sniff.ts'

/** What the first bytes of an image say about it. `width` and `height` are as stored, before orientation. */
export type ImageHeader = {
  readonly format: 'jpeg' | 'png' | 'gif' | 'webp'
  readonly width: number
  readonly height: number
  readonly orientation: Orientation
  /** Undefined when the format does not say it before its end. */
  readonly frames: number | undefined
}

/** How much of a file `readHeader` should be given: an EXIF block with its preview is at most 64 KiB, colour profiles may follow. */
export const HEADER_BYTES = 1024 * 1024

/**
 * Reads size, orientation and number of frames without decoding a pixel, so that a bomb is refused before anything
 * allocates for it. `head` is the file or its first `HEADER_BYTES`. Undefined when the header is cut, damaged or of a
 * format not read here (TIFF, AVIF); it never throws and never reads outside `head`.
 */
export function readHeader(head: Uint8Array): ImageHeader | undefined {
  const reader = new Reader(head)
  try {
    switch (sniffFormat(head)) {
      case 'png':
        return readPng(reader)
      case 'jpeg':
        return readJpeg(reader)
      case 'gif':
        return { ...readGif(reader), format: 'gif' }
      case 'webp':
        return readWebp(reader)
      default:
        return undefined
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Numbers at offsets; every read past the end is a RangeError (DataView checks it). */
class Reader {
  readonly length: number
  readonly #view: DataView

  constructor(bytes: Uint8Array) {
    this.length = bytes.length
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  u8(at: number): number {
    return this.#view.getUint8(at)
  }
  u16(at: number, littleEndian = false): number {
    return this.#view.getUint16(at, littleEndian)
  }
  u24le(at: number): number {
    return this.#view.getUint16(at, true) | (this.#view.getUint8(at + 2) << 16)
  }
  u32(at: number, littleEndian = false): number {
    return this.#view.getUint32(at, littleEndian)
  }
  text(at: number): string {
    return String.fromCharCode(this.u8(at), this.u8(at + 1), this.u8(at + 2), this.u8(at + 3))
  }
}

/** PNG: IHDR first; `acTL` and `eXIf` stand before the pixels (W3C PNG, third edition, 5.6). */
function readPng(reader: Reader): ImageHeader | undefined {
  if (reader.text(12) !== 'IHDR') return undefined
  const width = reader.u32(16)
  const height = reader.u32(20)
  let orientation: Orientation = 1
  let frames = 1
  for (let at = 33; at + 8 <= reader.length; ) {
    const length = reader.u32(at)
    const kind = reader.text(at + 4)
    if (kind === 'IDAT' || kind === 'IEND') break
    if (kind === 'acTL' && at + 12 <= reader.length) frames = reader.u32(at + 8)
    if (kind === 'eXIf') orientation = readExif(reader, at + 8, at + 8 + length)
    at += 12 + length
  }
  return { format: 'png', width, height, orientation, frames }
}

/** JPEG: segments up to the frame header SOFn (ITU-T T.81, B.2). */
function readJpeg(reader: Reader): ImageHeader | undefined {
  let orientation: Orientation | undefined
  for (let at = 2; ; ) {
    if (reader.u8(at) !== 0xff) return undefined
    const marker = reader.u8(at + 1)
    if (marker === 0xff) {
      at++ // fill byte
      continue
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2 // markers without a length
      continue
    }
    if (marker === 0xd9 || marker === 0xda) return undefined
    const length = reader.u16(at + 2)
    if (length < 2) return undefined
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) {
      const height = reader.u16(at + 5)
      return { format: 'jpeg', width: reader.u16(at + 7), height, orientation: orientation ?? 1, frames: 1 }
    }
    if (marker === 0xe1 && length >= 10 && reader.text(at + 4) === 'Exif') {
      orientation ??= readExif(reader, at + 10, at + 2 + length)
    }
    at += 2 + length
  }
}

/** GIF: the logical screen. How many frames follow is known only at the end of the file. */
function readGif(reader: Reader): Omit<ImageHeader, 'format'> {
  return { width: reader.u16(6, true), height: reader.u16(8, true), orientation: 1, frames: undefined }
}

/** WebP: VP8 (RFC 6386, 9.1), VP8L (its lossless specification, 3) or VP8X (RFC 9649, 2.7). */
function readWebp(reader: Reader): ImageHeader | undefined {
  const size = (width: number, height: number): ImageHeader => {
    return { format: 'webp', width, height, orientation: 1, frames: 1 }
  }
  switch (reader.text(12)) {
    case 'VP8 ':
      if (reader.u24le(23) !== 0x2a019d) return undefined
      return size(reader.u16(26, true) & 0x3fff, reader.u16(28, true) & 0x3fff)
    case 'VP8L': {
      if (reader.u8(20) !== 0x2f) return undefined
      const bits = reader.u32(21, true)
      return size((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
    }
    case 'VP8X': {
      const isAnimated = (reader.u8(20) & 0x02) !== 0
      return {
        ...size(reader.u24le(24) + 1, reader.u24le(27) + 1),
        orientation: findWebpExif(reader),
        frames: isAnimated ? undefined : 1,
      }
    }
    default:
      return undefined
  }
}

/** The EXIF chunk follows the pixels, so it is seen only when `head` holds the whole file. */
function findWebpExif(reader: Reader): Orientation {
  for (let at = 30; at + 8 <= reader.length; ) {
    const length = reader.u32(at + 4, true)
    if (reader.text(at) === 'EXIF') {
      const prefixed = at + 12 <= reader.length && reader.text(at + 8) === 'Exif'
      return readExif(reader, at + 8 + (prefixed ? 6 : 0), at + 8 + length)
    }
    at += 8 + length + (length & 1)
  }
  return 1
}

/** Orientation out of a TIFF structure at `[start, end)`; damaged EXIF means upright, as browsers read it. */
function readExif(reader: Reader, start: number, end: number): Orientation {
  const limit = Math.min(end, reader.length)
  if (start + 8 > limit) return 1
  const order = reader.u16(start)
  if (order !== 0x4949 && order !== 0x4d4d) return 1
  const little = order === 0x4949
  const directory = start + reader.u32(start + 4, little)
  if (directory + 2 > limit) return 1
  const count = reader.u16(directory, little)
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + 12 * i
    if (entry + 12 > limit) return 1
    if (reader.u16(entry, little) !== 0x0112) continue
    const isShort = reader.u16(entry + 2, little) === 3
    return isShort ? toOrientation(reader.u16(entry + 8, little)) : 1
  }
  return 1
}
