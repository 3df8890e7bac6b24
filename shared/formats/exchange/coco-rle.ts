import type { LabelMap, Rect } from '../../label/label-map.ts'
import { Unreadable } from './unreadable.ts'

/** One object as COCO has it. `counts`: pixels off and on in turn, column by column from the top left, off first. */
export type CocoMask = { readonly counts: readonly number[]; readonly area: number; readonly bounds: Rect }

/** Grows as labels need it, so that a label of a million runs and ten thousand of a few hundred take what one takes. */
let room = new Uint32Array(4 * 4096)

/** The mask of every object with pixels, by id. Pixels are gone through as they lie, row by row. */
export function cocoMasks({ width, height, ids }: LabelMap): Map<number, CocoMask> {
  // Of each column, what it has at the row that was seen last, and since which row.
  const now = ids.slice(0, width)
  const since = new Uint32Array(width)
  const runsOf = new Uint32Array(width + 1)
  let runs = 0
  for (let y = 1; y <= height; y++) {
    if (4 * (runs + width) > room.length) {
      const larger = new Uint32Array(2 * room.length + 4 * width)
      larger.set(room)
      room = larger
    }
    const start = y * width
    for (let x = 0; x < width; x++) {
      const id = now[x]!
      const next = y < height ? ids[start + x]! : 0
      if (next === id) continue
      if (id !== 0) {
        room[4 * runs] = x
        room[4 * runs + 1] = since[x]!
        room[4 * runs + 2] = y
        room[4 * runs + 3] = id
        runs++
        runsOf[x + 1]!++
      }
      now[x] = next
      since[x] = y
    }
  }
  // They came by their ends; a column wants its own together, from the top.
  for (let x = 0; x < width; x++) runsOf[x + 1]! += runsOf[x]!
  const order = new Uint32Array(runs)
  for (let i = 0; i < runs; i++) order[runsOf[room[4 * i]!]!++] = 4 * i

  type Open = { counts: number[]; area: number; end: number; x0: number; y0: number; x1: number; y1: number }
  const open = new Map<number, Open>()
  for (const at of order) {
    const [x, top, low, id] = [room[at]!, room[at + 1]!, room[at + 2]!, room[at + 3]!]
    let mask = open.get(id)
    if (!mask) {
      mask = { counts: [], area: 0, end: 0, x0: x, y0: top, x1: 0, y1: 0 }
      open.set(id, mask)
    }
    const start = x * height + top
    // What ends a column goes on at the top of the next.
    if (mask.counts.length > 0 && start === mask.end) mask.counts[mask.counts.length - 1]! += low - top
    else mask.counts.push(start - mask.end, low - top)
    mask.end = start + low - top
    mask.area += low - top
    mask.x1 = x + 1
    if (top < mask.y0) mask.y0 = top
    if (low > mask.y1) mask.y1 = low
  }
  const size = width * height
  return new Map(
    [...open].map(([id, { counts, area, end, x0, y0, x1, y1 }]) => {
      if (end < size) counts.push(size - end)
      return [id, { counts, area, bounds: { x0, y0, x1, y1 } }]
    }),
  )
}

/** The text that pycocotools writes: five bits a character, each count from the third on as its difference. */
export function packCounts(counts: readonly number[]): string {
  let text = ''
  for (let i = 0; i < counts.length; i++) {
    let rest = i > 2 ? counts[i]! - counts[i - 2]! : counts[i]!
    for (let isMore = true; isMore; ) {
      let five = rest & 31
      rest >>= 5
      isMore = five & 16 ? rest !== -1 : rest !== 0
      if (isMore) five |= 32
      text += String.fromCharCode(five + 48)
    }
  }
  return text
}

/** Throws Unreadable on what `packCounts` would not write. */
export function unpackCounts(text: string): number[] {
  const counts: number[] = []
  for (let at = 0; at < text.length; ) {
    let value = 0
    for (let shift = 0; ; shift += 5) {
      const five = at < text.length ? text.charCodeAt(at++) - 48 : -1
      if (five < 0 || five > 63 || shift > 30) throw new Unreadable('A run-length text is damaged.')
      value |= (five & 31) << shift
      if (five & 32) continue
      if (five & 16 && shift < 25) value |= -1 << (shift + 5)
      break
    }
    const i = counts.length
    counts.push(i > 2 ? value + counts[i - 2]! : value)
  }
  return counts
}

/** Throws Unreadable unless the counts are those of an image of this size. */
export function checkCounts(counts: readonly number[], width: number, height: number): void {
  let sum = 0
  for (const count of counts) {
    if (!Number.isInteger(count) || count < 0)
      throw new Unreadable('A run length is no whole number from 0 on.')
    sum += count
  }
  if (sum === width * height) return
  throw new Unreadable(
    `Run lengths have ${sum} pixels together; ${width} × ${height} pixels are ${width * height}.`,
  )
}
