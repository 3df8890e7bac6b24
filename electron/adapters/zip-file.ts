import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
import { AppError } from '../../shared/base/app-error.ts'
import { createZipIndex, mostZipEntries } from '../../shared/formats/stored-zip.ts'
import { fileError } from './file-error.ts'

const unpack = promisify(inflateRaw)
const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END64 = 0x06064b50
const END64_PLACE = 0x07064b50
/** What one file may unfold to. */
const mostBytes = 512 * 1024 * 1024
/** Above this a file may be no more than `mostRatio` times as large as it is packed. */
const freeBytes = 1024 * 1024
const mostRatio = 100
/** What the list of files may take: a kilobyte for each of as many as there can be. */
const mostListBytes = 64 * 1024 * 1024

export type ZipReader = {
  /** Names of files as they stand in the archive, in its order; some may lead elsewhere. */
  readonly names: readonly string[]
  /** Rejects with AppError `IN_FORMAT`, `IN_TOO_BIG`, `NOT_FOUND`. */
  read(name: string): Promise<Uint8Array>
  close(): Promise<void>
}

type Entry = {
  readonly method: number
  readonly flags: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly at: number
  /** Where the next file or the list begins: what is packed ends before it. */
  readonly end: number
  readonly rawName: Buffer
}

/** A zip archive, of the 64-bit form too; its files are unpacked when they are read. Rejects with AppError `IN_*`. */
export async function openZip(path: string): Promise<ZipReader> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (error) {
    throw fileError(error)
  }
  try {
    const { size } = await file.stat()
    const entries = await readCentral(file, size)
    return {
      names: [...entries.keys()].filter((name) => !name.endsWith('/')),
      read: (name) => readEntry(file, entries.get(name), name),
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw fileError(error)
  }
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, at)
  if (bytesRead !== length) throw damaged('it ends too early')
  return bytes
}

async function readCentral(file: FileHandle, size: number): Promise<Map<string, Entry>> {
  // The end stands behind everything but a comment of at most 65,535 bytes.
  const tailAt = Math.max(0, size - 22 - 65_535)
  const tail = await bytesAt(file, tailAt, size - tailAt)
  let end = tail.length - 22
  while (end >= 0 && tail.readUInt32LE(end) !== END) end--
  if (end < 0) throw damaged('it has no list of its files')
  const [count, length, start] = await listOf(file, tail, { end, tailAt })
  if (start + length > size) throw damaged('its list of files is cut off')
  if (length > mostListBytes) {
    throw new AppError('IN_TOO_BIG', `Its list of files has ${length.toLocaleString('en')} bytes.`, {
      remedy: 'Unpack it, and give the folder, if you trust it.',
    })
  }
  if (count * 46 > length) throw damaged('its list of files makes no sense')
  const list = await bytesAt(file, start, length)
  const found = new Map<string, Omit<Entry, 'end'>>()
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== CENTRAL)
      throw damaged('its list of files makes no sense')
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => list.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    const rawName = list.subarray(at + 46, at + 46 + nameLength)
    const name = rawName.toString('utf8')
    if (found.has(name)) throw damaged(`it has two files of the name ${JSON.stringify(name.slice(0, 80))}`)
    const more = list.subarray(at + 46 + nameLength, at + 46 + nameLength + extra)
    const [size, packed, place] = wideNumbers(
      more,
      [24, 20, 42].map((offset) => list.readUInt32LE(at + offset)) as Wide,
    )
    found.set(name, {
      rawName,
      flags: list.readUInt16LE(at + 8),
      method: list.readUInt16LE(at + 10),
      crc: list.readUInt32LE(at + 16),
      packed,
      size,
      at: place,
    })
    at += 46 + nameLength + extra + comment
  }
  const places = [...[...found.values()].map((entry) => entry.at), start].sort((a, b) => a - b)
  // From behind, so that of two at one place nothing is left: it ends where it begins.
  const ends = new Map(places.map((place, i) => [place, places[i + 1] ?? place] as const).reverse())
  return new Map([...found].map(([name, entry]) => [name, { ...entry, end: ends.get(entry.at)! }]))
}

/** How many files there are, and how many bytes their list has, and where. */
async function listOf(
  file: FileHandle,
  tail: Buffer,
  { end, tailAt }: { readonly end: number; readonly tailAt: number },
): Promise<[count: number, length: number, start: number]> {
  const [count, length, start] = [
    tail.readUInt16LE(end + 10),
    tail.readUInt32LE(end + 12),
    tail.readUInt32LE(end + 16),
  ]
  if (count !== 0xffff && length !== 0xffffffff && start !== 0xffffffff) return [count, length, start]
  // Before the end stands where the end of the 64-bit form is; an archive can have 65,535 files without it.
  const at = tailAt + end - 20
  if (at < 0) return [count, length, start]
  const pointer = await bytesAt(file, at, 20)
  if (pointer.readUInt32LE(0) !== END64_PLACE) return [count, length, start]
  const place = wide(pointer, 8)
  if (place + 56 > at) throw damaged('its list of files is cut off')
  const end64 = await bytesAt(file, place, 56)
  if (end64.readUInt32LE(0) !== END64) throw damaged('its list of files is not where it says')
  return [wide(end64, 32), wide(end64, 40), wide(end64, 48)]
}

/** A number of 64 bits. Throws AppError `IN_FORMAT` beyond what a file can have. */
function wide(bytes: Buffer, at: number): number {
  const number = Number(bytes.readBigUInt64LE(at))
  if (!Number.isSafeInteger(number)) throw damaged('a number in its list of files makes no sense')
  return number
}

type Wide = [size: number, packed: number, at: number]

/** Those of the list that did not fit stand in a field of their own, in this order. */
function wideNumbers(extra: Buffer, numbers: Wide): Wide {
  if (!numbers.includes(0xffffffff)) return numbers
  for (let at = 0; at + 4 <= extra.length; ) {
    const [kind, length] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)]
    const field = extra.subarray(at + 4, at + 4 + length)
    at += 4 + length
    if (kind !== 1) continue
    let next = 0
    return numbers.map((number) => {
      if (number !== 0xffffffff) return number
      if (next + 8 > field.length) throw damaged('its list of files is cut off')
      next += 8
      return wide(field, next - 8)
    }) as Wide
  }
  // A file of exactly so many bytes needs none.
  return numbers
}

async function readEntry(file: FileHandle, entry: Entry | undefined, name: string): Promise<Uint8Array> {
  if (!entry)
    throw new AppError('NOT_FOUND', `There is no "${name.slice(0, 120)}" in it.`, {
      remedy: 'Pack it again.',
    })
  const { flags, method, crc, packed, size, at, end, rawName } = entry
  if (flags & 1) throw damaged('it is encrypted', 'Unpack it, and give the folder.')
  if (method !== 0 && method !== 8)
    throw damaged(`it is packed by method ${method}`, 'Unpack it, and give the folder.')
  const most = Math.max(size, packed)
  if (most > mostBytes || (size > freeBytes && size > packed * mostRatio)) {
    throw new AppError('IN_TOO_BIG', `It would unfold to ${most.toLocaleString('en')} bytes.`, {
      remedy: 'Unpack it, and give the folder, if you trust it.',
    })
  }
  const head = await bytesAt(file, at, 30)
  if (head.readUInt32LE(0) !== LOCAL) throw damaged('a file is not where its list says')
  const nameLength = head.readUInt16LE(26)
  const bodyAt = at + 30 + nameLength + head.readUInt16LE(28)
  if (bodyAt + packed > end) throw damaged('its files overlap')
  const ownName = await bytesAt(file, at + 30, nameLength)
  // With this flag, sums and sizes stand behind the file; of the 64-bit form, sizes are elsewhere too.
  const isStreamed = (head.readUInt16LE(6) & 8) !== 0
  const sizes = [packed, size].every((each, i) => [each, 0xffffffff].includes(head.readUInt32LE(18 + 4 * i)))
  const isAsListed =
    ownName.equals(rawName) &&
    head.readUInt16LE(8) === method &&
    (isStreamed || (head.readUInt32LE(14) === crc && sizes))
  if (!isAsListed) throw damaged('a file is another one than its list says')
  const body = await bytesAt(file, bodyAt, packed)
  let bytes: Uint8Array
  try {
    bytes =
      method === 0 ? body : size === 0 ? new Uint8Array(0) : await unpack(body, { maxOutputLength: size })
  } catch (cause) {
    throw damaged('a file cannot be unpacked', undefined, cause)
  }
  if (bytes.length !== size || crc32(bytes) !== crc) throw damaged('a file is not what its checksum says')
  return bytes
}

const damaged = (how: string, remedy = 'Pack it again.', cause?: unknown) =>
  new AppError('IN_FORMAT', `The archive cannot be read: ${how}.`, { remedy, cause })

export type ZipWriter = {
  /** `pieces`: of the one file, in order. */
  add(path: string, pieces: readonly Uint8Array[]): Promise<void>
  finish(): Promise<void>
  close(): Promise<void>
}

/** Writes files as they are, one after another; `path` must not exist. Throws AppError `IN_TOO_BIG` beyond what a zip holds. */
export async function createZip(path: string): Promise<ZipWriter> {
  const file = await open(path, 'wx')
  const index = createZipIndex()
  const write = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten
  }
  const known = (error: unknown) =>
    error instanceof RangeError
      ? new AppError('IN_TOO_BIG', `A zip archive holds ${mostZipEntries} files and 4 GiB.`, {
          remedy: 'Export into a folder.',
          cause: error,
        })
      : error
  return {
    async add(name, pieces) {
      let head: Uint8Array
      try {
        const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
        head = index.add(name, { crc: pieces.reduce((sum, piece) => crc32(piece, sum), 0), length })
      } catch (error) {
        throw known(error)
      }
      await write(head)
      for (const piece of pieces) await write(piece)
    },
    async finish() {
      try {
        for (const part of index.end()) await write(part)
      } catch (error) {
        throw known(error)
      }
      await file.sync()
      await file.close()
    },
    close: () => file.close().catch(() => {}),
  }
}
