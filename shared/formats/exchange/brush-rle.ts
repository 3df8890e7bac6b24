import { normalizeRuns, type Runs } from '../../image/runs.ts'
import { Unreadable } from './unreadable.ts'

/** Bits of the four lengths that a run can have, shortest first, each one less than what it stands for. */
const lengthBits = [3, 4, 8, 16] as const
const mostPacked = 65_536

/**
 * Label Studio's run lengths of a brush: a stream of bits that unpacks to four bytes a pixel, of which the last is not 0
 * where the brush was. A head (how many bytes, bits of a byte less one, and of the four lengths less one), then runs: a bit
 * that tells a repeated byte from different ones, two bits for the length's size, the length less one, and the bytes.
 */
export function packBrush(runs: Runs, pixels: number): number[] {
  const out = createBitWriter()
  out.put(pixels * 4, 32)
  out.put(7, 5)
  for (const bits of lengthBits) out.put(bits - 1, 4)
  const stretch = (length: number, value: number) => {
    for (let left = length * 4; left > 0; ) {
      const part = Math.min(left, mostPacked)
      const size = lengthBits.findIndex((bits) => part <= 2 ** bits)
      out.put(1, 1)
      out.put(size, 2)
      out.put(part - 1, lengthBits[size]!)
      out.put(value, 8)
      left -= part
    }
  }
  let end = 0
  // Runs end with their row; here they go on.
  for (let i = 0; i < runs.length; ) {
    const start = runs[i]!
    let stop = start
    while (i < runs.length && runs[i] === stop) {
      stop += runs[i + 1]!
      i += 2
    }
    stretch(start - end, 0)
    stretch(stop - start, 255)
    end = stop
  }
  stretch(pixels - end, 0)
  return out.bytes()
}

/** The pixels of a brush. Throws Unreadable unless it is one of an image of this size. */
export function unpackBrush(bytes: readonly unknown[], width: number, height: number): Runs {
  const read = createBitReader(bytes)
  const total = read(32)
  if (total !== width * height * 4) {
    throw new Unreadable(
      `A brush is of ${total / 4} pixels; ${width} × ${height} pixels are ${width * height}.`,
    )
  }
  const wordBits = read(5) + 1
  const sizes = [read(4) + 1, read(4) + 1, read(4) + 1, read(4) + 1]
  if (wordBits !== 8) throw new Unreadable(`A brush has bytes of ${wordBits} bits.`)
  const pairs: number[] = []
  const add = (pixel: number) => {
    const last = pairs.length - 2
    if (last >= 0 && pairs[last]! + pairs[last + 1]! === pixel) pairs[last + 1]!++
    else pairs.push(pixel, 1)
  }
  for (let at = 0; at < total; ) {
    const isRepeated = read(1) === 1
    const length = read(sizes[read(2)]!) + 1
    if (at + length > total) throw new Unreadable('A brush has more pixels than its image.')
    if (isRepeated) {
      const value = read(8)
      // Every fourth byte is a pixel's alpha.
      if (value > 0) for (let p = at + ((3 - (at % 4) + 4) % 4); p < at + length; p += 4) add((p - 3) / 4)
    } else {
      for (let p = at; p < at + length; p++) if (read(8) > 0 && p % 4 === 3) add((p - 3) / 4)
    }
    at += length
  }
  return normalizeRuns(Uint32Array.from(pairs), width)
}

function createBitWriter() {
  const bytes: number[] = []
  let held = 0
  let count = 0
  return {
    put(value: number, bits: number) {
      for (let bit = bits - 1; bit >= 0; bit--) {
        held = (held << 1) | (Math.floor(value / 2 ** bit) & 1)
        if (++count === 8) {
          bytes.push(held)
          held = 0
          count = 0
        }
      }
    },
    bytes: () => (count === 0 ? bytes : [...bytes, held << (8 - count)]),
  }
}

function createBitReader(bytes: readonly unknown[]): (bits: number) => number {
  let at = 0
  return (bits) => {
    let value = 0
    for (let i = 0; i < bits; i++, at++) {
      const byte = bytes[at >> 3]
      if (typeof byte !== 'number' || !Number.isInteger(byte) || byte < 0 || byte > 255) {
        throw new Unreadable('A brush is damaged: it ends too early, or holds what is no byte.')
      }
      value = value * 2 + ((byte >> (7 - (at & 7))) & 1)
    }
    return value
  }
}
