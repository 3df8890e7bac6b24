import { crc32 } from '../base/crc32.ts'

export type ZipEntry = {
  /** With forward slashes; written as UTF-8. */
  readonly path: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const VERSION = 20
/** The names are UTF-8. */
const FLAGS = 0x0800
/** 1980-01-01, the first day a zip knows: the same files are the same bytes, whenever they are packed. */
const FIRST_DAY = 0x0021
/** Beyond these the format needs its 64-bit form, which is not written. */
export const mostZipEntries = 65_535
export const mostZipBytes = 0xffff_ffff

/**
 * The parts of a zip archive that holds the entries as they are, in their order: for what is compressed already. Throws
 * RangeError beyond `mostZipEntries` and `mostZipBytes`.
 */
export function storedZip(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer>[] {
  if (entries.length > mostZipEntries) throw new RangeError('too many files for a zip archive')
  const index = createZipIndex()
  const parts = entries.flatMap(({ path, bytes }) => [
    index.add(path, { crc: crc32(bytes), length: bytes.length }),
    bytes,
  ])
  return [...parts, ...index.end()]
}

/** The same for whoever writes the bytes of each entry as it comes. Both throw RangeError beyond what an archive holds. */
export function createZipIndex(): {
  /** What stands before the bytes of an entry, of which so much is to be known. */
  add(path: string, bytes: { readonly crc: number; readonly length: number }): Uint8Array<ArrayBuffer>
  /** What stands behind the bytes of the last one. */
  end(): Uint8Array<ArrayBuffer>[]
} {
  const central: Uint8Array<ArrayBuffer>[] = []
  let offset = 0
  return {
    add(path, { crc, length }) {
      if (central.length >= mostZipEntries) throw new RangeError('too many files for a zip archive')
      const name = new TextEncoder().encode(path)
      const shared = [FLAGS, 0, 0, FIRST_DAY]
      const sizes = [crc, length, length]
      const local = record(LOCAL, [VERSION, ...shared], sizes, [name.length, 0], [], name)
      central.push(
        record(CENTRAL, [VERSION, VERSION, ...shared], sizes, [name.length, 0, 0, 0, 0], [0, offset], name),
      )
      offset += local.length + length
      if (offset > mostZipBytes) throw new RangeError('too many bytes for a zip archive')
      return local
    },
    end() {
      const size = central.reduce((sum, { length }) => sum + length, 0)
      if (offset + size > mostZipBytes) throw new RangeError('too many bytes for a zip archive')
      const counts = [0, 0, central.length, central.length]
      return [...central, record(END, counts, [size, offset], [0], [], new Uint8Array(0))]
    },
  }
}

/** A signature, 16-bit fields, 32-bit fields, 16-bit fields, 32-bit fields, and bytes; all numbers little-endian. */
function record(
  signature: number,
  shorts: readonly number[],
  longs: readonly number[],
  more: readonly number[],
  last: readonly number[],
  tail: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(
    4 + 2 * (shorts.length + more.length) + 4 * (longs.length + last.length) + tail.length,
  )
  const view = new DataView(out.buffer)
  let at = 0
  const put = (value: number, bytes: 2 | 4) => {
    if (bytes === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += bytes
  }
  put(signature, 4)
  for (const value of shorts) put(value, 2)
  for (const value of longs) put(value, 4)
  for (const value of more) put(value, 2)
  for (const value of last) put(value, 4)
  out.set(tail, at)
  return out
}
