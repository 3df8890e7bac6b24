import type { Hierarchy } from './hierarchy.ts'
import { startsOfCounts } from './region-graph.ts'

/**
 * The leaf of every pixel, row by row, as runs. A run begins with a byte: the low two bits say which leaf it is, the
 * upper six its length minus one, 63 meaning that a varint of the length minus 64 follows.
 */
const SAME_AS_ABOVE_FIRST = 0
const SAME_AS_ABOVE_LAST = 1
/** A varint follows: the difference to the leaf at the left, or above where the row begins; 2 d or -2 d - 1. */
const OTHER = 2
const LONG = 63
/** Of the fifth byte of a varint, the last one there may be. */
const MOST_SCALE = 2 ** 28

/** A length byte, five bytes of length, five of the difference. */
const MOST_BYTES_OF_RUN = 11

type LeafMap = Pick<Hierarchy, 'width' | 'height' | 'leaf'>

/** Bytes of the runs of `map`, and how many runs there are. */
export function encodeLeafRows({ width, height, leaf }: LeafMap): { bytes: Uint8Array; runCount: number } {
  let bytes = new Uint8Array(width * height + 1024)
  let at = 0
  let runCount = 0
  for (let y = 0, p = 0; y < height; y++) {
    if (at + MOST_BYTES_OF_RUN * width > bytes.length) {
      const larger = new Uint8Array(Math.max(2 * bytes.length, at + MOST_BYTES_OF_RUN * width))
      larger.set(bytes)
      bytes = larger
    }
    for (const rowEnd = p + width; p < rowEnd; runCount++) {
      const here = leaf[p]!
      let end = p + 1
      while (end < rowEnd && leaf[end] === here) end++
      const kind =
        y === 0
          ? OTHER
          : leaf[p - width] === here
            ? SAME_AS_ABOVE_FIRST
            : leaf[end - 1 - width] === here
              ? SAME_AS_ABOVE_LAST
              : OTHER
      const length = end - p
      if (length <= LONG) bytes[at++] = ((length - 1) << 2) | kind
      else {
        bytes[at++] = (LONG << 2) | kind
        at = writeVarint(bytes, at, length - 1 - LONG)
      }
      if (kind === OTHER) {
        const difference = here - referenceOf(leaf, p, width)
        at = writeVarint(bytes, at, difference < 0 ? -2 * difference - 1 : 2 * difference)
      }
      p = end
    }
  }
  return { bytes: bytes.subarray(0, at), runCount }
}

/** Throws RangeError on bytes that are not `runCount` runs of an image of this size with `leafCount` leaves. */
export function decodeLeafRows(
  bytes: Uint8Array,
  size: { width: number; height: number; leafCount: number; runCount: number },
): Pick<Hierarchy, 'leaf' | 'runStart' | 'runs'> {
  const { width, height, leafCount, runCount } = size
  const leaf = new Uint32Array(width * height)
  const runStart = new Uint32Array(leafCount + 1)
  const runLeaf = new Uint32Array(runCount)
  const runEnd = new Uint32Array(runCount)
  let at = 0
  // Written out where it is used: a call for each run would double the time. Past the end of the bytes it reads zeros,
  // and every run takes a pixel, so the loop ends whatever the bytes are.
  let run = 0
  for (let y = 0, p = 0; y < height; y++) {
    const rowStart = p
    for (const rowEnd = p + width; p < rowEnd; run++) {
      const head = bytes[at++]! | 0
      let end = p + 1 + (head >> 2)
      if (head >> 2 === LONG) {
        for (let scale = 1, more = true; more; scale *= 128) {
          const byte = bytes[at++]! | 0
          end += (byte & 127) * scale
          more = byte > 127
          if (scale > MOST_SCALE) throw malformed()
        }
      }
      const kind = head & 3
      if (end > rowEnd || run === runCount || kind > OTHER || (y === 0 && kind !== OTHER)) throw malformed()
      let here: number
      if (kind === SAME_AS_ABOVE_FIRST) here = leaf[p - width]!
      else if (kind === SAME_AS_ABOVE_LAST) here = leaf[end - 1 - width]!
      else {
        here = p > rowStart ? leaf[p - 1]! : y === 0 ? 0 : leaf[p - width]!
        let value = 0
        for (let scale = 1, more = true; more; scale *= 128) {
          const byte = bytes[at++]! | 0
          value += (byte & 127) * scale
          more = byte > 127
          if (scale > MOST_SCALE) throw malformed()
        }
        here += value % 2 === 0 ? value / 2 : -(value + 1) / 2
        if (!(here >= 0 && here < leafCount)) throw malformed()
      }
      if (p > rowStart && here === leaf[p - 1]) throw malformed()
      for (let i = p; i < end; i++) leaf[i] = here
      runStart[here]!++
      runLeaf[run] = here
      runEnd[run] = end
      p = end
    }
  }
  if (run !== runCount || at !== bytes.length) throw malformed()
  startsOfCounts(runStart)
  const runs = new Uint32Array(2 * runCount)
  const next = runStart.slice()
  for (let i = 0, p = 0; i < runCount; i++) {
    const end = runEnd[i]!
    const to = 2 * next[runLeaf[i]!]!++
    runs[to] = p
    runs[to + 1] = end - p
    p = end
  }
  return { leaf, runStart, runs }
}

function referenceOf(leaf: Uint32Array, p: number, width: number): number {
  if (p % width !== 0) return leaf[p - 1]!
  return p === 0 ? 0 : leaf[p - width]!
}

function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value
  while (rest > 127) {
    bytes[at++] = (rest & 127) | 128
    rest = Math.floor(rest / 128)
  }
  bytes[at++] = rest
  return at
}

function malformed(): RangeError {
  return new RangeError('runs that make no image')
}
