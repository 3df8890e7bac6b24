import { crc32 } from '../base/crc32.ts'
import { gapRanks, treeOfGaps } from './gap-ranks.ts'
import type { Hierarchy } from './hierarchy.ts'
import { decodeLeafRows, encodeLeafRows } from './leaf-rows.ts'
import { enlarged } from './reduction.ts'

// The format is told in docs/formats/superpixel-cache.md.

/** "TSPX", read as a little-endian number. */
const MAGIC = 0x58505354
const FORMAT = 1
/** Magic, format, width, height, factor, leaves, runs, bytes of a rank, bytes of the key. */
const HEAD_WORDS = 9
const HEAD_BYTES = 4 * HEAD_WORDS
const CHECK_BYTES = 4

/** Larger files are not kept: only images that are nothing but noise have them. */
export const mostCacheFileBytes = 64 * 2 ** 20

/**
 * What a build gave, before it was laid over an image that is `factor` times as large; 1 for most images.
 * `ranks`: see `gapRanks`.
 */
export type StoredTree = Pick<Hierarchy, 'width' | 'height' | 'leafCount' | 'leaf'> & {
  readonly factor: number
  readonly ranks: Uint32Array
}

/** The parts of `h` that a file holds. */
export function storedTree(h: Hierarchy, factor = 1): StoredTree {
  const { width, height, leafCount, leaf } = h
  return { width, height, leafCount, leaf, factor, ranks: gapRanks(h) }
}

export function encodeCacheFile(key: string, tree: StoredTree): Uint8Array<ArrayBuffer> {
  const { width, height, factor, leafCount, ranks } = tree
  const rows = encodeLeafRows(tree)
  const rankBytes = bytesOfRank(leafCount)
  const head = [MAGIC, FORMAT, width, height, factor, leafCount, rows.runCount, rankBytes, key.length]
  const ranksAt = HEAD_BYTES + key.length
  const rowsAt = ranksAt + rankBytes * ranks.length
  const file = new Uint8Array(rowsAt + rows.bytes.length + CHECK_BYTES)
  const view = new DataView(file.buffer)
  for (const [i, word] of head.entries()) view.setUint32(4 * i, word, true)
  for (let i = 0; i < key.length; i++) file[HEAD_BYTES + i] = key.charCodeAt(i)
  writeRanks(file, ranksAt, ranks, rankBytes)
  file.set(rows.bytes, rowsAt)
  view.setUint32(file.length - CHECK_BYTES, crc32(file.subarray(0, -CHECK_BYTES)), true)
  return file
}

/**
 * The superpixels in a file, which must be those of `key` and of an image of this size. Throws RangeError on anything
 * else; takes no more memory and time than the image's size and the file's length account for, whatever the bytes are.
 */
export function decodeCacheFile(
  file: Uint8Array,
  expected: { key: string; engine: string; width: number; height: number },
): Hierarchy {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.length < HEAD_BYTES + CHECK_BYTES) throw new RangeError('too short')
  const words = Array.from({ length: HEAD_WORDS }, (_, i) => view.getUint32(4 * i, true))
  const [magic, format, width, height, factor, leafCount, runCount, rankBytes, keyLength] = words as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (magic !== MAGIC || format !== FORMAT) throw new RangeError('another kind of file')
  const end = file.length - CHECK_BYTES
  if (crc32(file.subarray(0, end)) !== view.getUint32(end, true)) throw new RangeError('damaged')
  const fits =
    factor >= 1 &&
    width === Math.ceil(expected.width / factor) &&
    height === Math.ceil(expected.height / factor)
  if (!fits || leafCount < 1 || leafCount > width * height) throw new RangeError('another image')
  const ranksAt = HEAD_BYTES + keyLength
  const rowsAt = ranksAt + rankBytes * (leafCount - 1)
  // Every run has a byte at least.
  if (rankBytes !== bytesOfRank(leafCount) || rowsAt > end || runCount > end - rowsAt) {
    throw new RangeError('cut short')
  }
  const key = String.fromCharCode(...file.subarray(HEAD_BYTES, Math.min(ranksAt, HEAD_BYTES + 256)))
  if (key !== expected.key) throw new RangeError('another image')
  const tree = treeOfGaps(readRanks(file, ranksAt, leafCount - 1, rankBytes))
  const rows = decodeLeafRows(file.subarray(rowsAt, end), { width, height, leafCount, runCount })
  const h = { width, height, engine: expected.engine, leafCount, ...tree, ...rows }
  return factor === 1 ? h : enlarged(h, expected.width, expected.height, factor)
}

/** The fewest whole bytes that hold every rank. */
function bytesOfRank(leafCount: number): number {
  return leafCount <= 2 ** 8 ? 1 : leafCount <= 2 ** 16 ? 2 : leafCount <= 2 ** 24 ? 3 : 4
}

function writeRanks(file: Uint8Array, start: number, ranks: Uint32Array, rankBytes: number): void {
  for (let byte = 0; byte < rankBytes; byte++) {
    const shift = 8 * byte
    for (let i = 0, at = start + byte; i < ranks.length; i++, at += rankBytes) file[at] = ranks[i]! >>> shift
  }
}

function readRanks(file: Uint8Array, start: number, count: number, rankBytes: number): Uint32Array {
  const ranks = new Uint32Array(count)
  for (let byte = 0; byte < rankBytes; byte++) {
    const shift = 8 * byte
    for (let i = 0, at = start + byte; i < count; i++, at += rankBytes) ranks[i]! |= file[at]! << shift
  }
  return ranks
}
