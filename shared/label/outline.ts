import { partsOfRuns } from '../image/run-parts.ts'
import type { Runs } from '../image/runs.ts'
import type { Ring } from './polygon.ts'
import { boundsOfRuns } from './region.ts'

/** One part of an object that hangs together over the sides of its pixels, and the holes in it. */
export type Outline = { readonly outer: Ring; readonly holes: readonly Ring[] }

/**
 * The outlines of `runs`, along the edges of pixels and so with whole numbers as corners: `runsOfRings` gives the very
 * same pixels back. Outer rings go clockwise as seen on the screen, holes the other way; corners where a line goes
 * straight on are left out. By the first pixel of each part.
 */
export function outlinesOfRuns(runs: Runs, width: number): Outline[] {
  return partsOfRuns(runs, width, false).map((part) => {
    // The first ring begins at the first pixel, which is at the border of the part and not of a hole.
    const [outer, ...holes] = ringsOfPart(part, width)
    return { outer: outer!, holes }
  })
}

/** Right, down, left, up: one column and one row further. */
const stepX = [1, 0, -1, 0]
const stepY = [0, 1, 0, -1]

function ringsOfPart(part: Runs, width: number): Ring[] {
  const { x0, y0, x1, y1 } = boundsOfRuns(part, width)!
  const columns = x1 - x0 + 1
  // A frame of one pixel around, so that every pixel has its four neighbours.
  const stride = columns + 1
  const inside = new Uint8Array(stride * (y1 - y0 + 2))
  for (let i = 0; i < part.length; i += 2) {
    const y = Math.floor(part[i]! / width)
    const at = (y - y0 + 1) * stride + (part[i]! - y * width - x0 + 1)
    inside.fill(1, at, at + part[i + 1]!)
  }
  // For each corner of a pixel, the directions in which a side leaves it with the part at its right hand, as bits.
  const sides = new Uint8Array(columns * (y1 - y0 + 1))
  for (let y = 0; y < y1 - y0; y++) {
    for (let x = 0; x < x1 - x0; x++) {
      const at = (y + 1) * stride + x + 1
      if (!inside[at]) continue
      const corner = y * columns + x
      if (!inside[at - stride]) sides[corner]! |= 1
      if (!inside[at + 1]) sides[corner + 1]! |= 2
      if (!inside[at + stride]) sides[corner + columns + 1]! |= 4
      if (!inside[at - 1]) sides[corner + columns]! |= 8
    }
  }
  const rings: Ring[] = []
  for (let corner = 0; corner < sides.length; corner++) {
    // Every ring has a side that goes right.
    while (sides[corner]! & 1) rings.push(followRing(sides, columns, corner, x0, y0))
  }
  return rings
}

/** From a side that goes right back to it; its sides are taken away. */
function followRing(sides: Uint8Array, columns: number, start: number, x0: number, y0: number): Ring {
  const ring: { x: number; y: number }[] = []
  let at = start
  let direction = 0
  for (;;) {
    at += stepX[direction]! + stepY[direction]! * columns
    // To the right first: what touches only at a corner stays apart.
    let next = (direction + 1) % 4
    while (!(sides[at]! & (1 << next))) next = (next + 3) % 4
    if (next !== direction) ring.push({ x: x0 + (at % columns), y: y0 + Math.floor(at / columns) })
    sides[at]! &= ~(1 << next)
    if (at === start && next === 0) return ring
    direction = next
  }
}

/**
 * Several rings as one, for formats that have room for one line: each ring is reached over a link without width and left
 * over the same link, so that no pixel is added or lost. Rings keep their direction.
 */
export function bridgeRings(rings: readonly Ring[]): Ring {
  const [first = [], ...rest] = rings
  const home = first[0]
  if (!home) return []
  const out = [...first]
  for (const ring of rest) if (ring.length > 0) out.push(home, ...ring, ring[0]!)
  return out
}
