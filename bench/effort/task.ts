import { Reaches } from './brush.ts'
import type { Levels } from './cells.ts'
import type { Done } from './plan.ts'
import type { Segment } from './truth.ts'

/** A part of an image: its top left corner and its size. */
export type Part = {
  readonly x0: number
  readonly y0: number
  readonly width: number
  readonly height: number
}

const MARGIN = 16

/** A segment to be labeled and what is known of it before: shared by all ways of working. */
export type Task = {
  readonly segment: Segment
  readonly levels: Levels
  /** The segment and some pixels around it: where a brush may go. */
  readonly part: Part
  /** A byte per pixel of the part. */
  readonly inside: Uint8Array
  /** Pairs of leaves beside each other that touch the part. */
  readonly edges: Uint32Array
  readonly reaches: Reaches
  /** What single tools did with it. */
  readonly rehearsed: Map<string, Done>
}

export function taskOf(segment: Segment, levels: Levels): Task {
  const part = partAround(segment)
  const inside = cut(segment.mask, part, segment.width)
  return {
    segment,
    levels,
    part,
    inside,
    edges: edgesIn(levels, part),
    reaches: new Reaches(inside, part),
    rehearsed: new Map(),
  }
}

function partAround({ mask, width, height }: Segment): Part {
  let [x0, y0, x1, y1] = [width, height, 0, 0]
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      if (!mask[p]) continue
      if (x < x0) x0 = x
      if (y < y0) y0 = y
      if (x >= x1) x1 = x + 1
      if (y >= y1) y1 = y + 1
    }
  }
  x0 = Math.max(0, x0 - MARGIN)
  y0 = Math.max(0, y0 - MARGIN)
  return { x0, y0, width: Math.min(width, x1 + MARGIN) - x0, height: Math.min(height, y1 + MARGIN) - y0 }
}

function edgesIn({ hierarchy: h, edges }: Levels, part: Part): Uint32Array {
  const touches = new Uint8Array(h.leafCount)
  for (let y = part.y0; y < part.y0 + part.height; y++) {
    const row = y * h.width + part.x0
    for (let p = row; p < row + part.width; p++) touches[h.leaf[p]!] = 1
  }
  const kept: number[] = []
  for (let i = 0; i < edges.length; i += 2) {
    if (touches[edges[i]!] && touches[edges[i + 1]!]) kept.push(edges[i]!, edges[i + 1]!)
  }
  return Uint32Array.from(kept)
}

/** A byte per pixel of the part: 1 where `values`, of the whole image, is not 0. */
export function cut(values: Uint8Array | Uint32Array, part: Part, width: number): Uint8Array {
  const out = new Uint8Array(part.width * part.height)
  for (let y = 0, p = 0; y < part.height; y++) {
    const row = (part.y0 + y) * width + part.x0
    for (let x = 0; x < part.width; x++, p++) out[p] = values[row + x] === 0 ? 0 : 1
  }
  return out
}
