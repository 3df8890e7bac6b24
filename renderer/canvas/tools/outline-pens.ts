import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { borderCorner, LiveWire } from '../../../shared/superpixel/live-wire.ts'
import { type Anchor, atSteps } from '../../../shared/tools/outline-tool.ts'
import type { ImagePoint } from '../../../shared/tools/tool-event.ts'
import type { OutlinePen } from './outline.ts'

/** Straight from corner to corner. */
export const polygonPen: OutlinePen = {
  name: 'Polygon',
  next(from, at, shift) {
    const set = shift && from ? atSteps(from, at) : at
    return { at: set, way: [set] }
  },
}

/** Anchors come to lie on a border this many times the slop of a drag away: 8 pixels of the screen. */
const SNAP = 2
/** Image pixels, but no more: what is looked at grows with the square, and must fit into a frame from far away too. */
const FARTHEST_SNAP = 48
/** An object is taken to be this many times the slop across: 160 pixels of the screen. */
const DETAIL = 40

/** Along the borders of superpixels; straight, and just where the pointer is, with Shift or before there are any. */
export class MagicPen implements OutlinePen {
  readonly name = 'Magic boundary'
  #hierarchy: Hierarchy | null = null
  /** From the anchor that was asked about last: the pointer moves on, and so do its ways. */
  #wire: { readonly x: number; readonly y: number; readonly wire: LiveWire } | null = null

  setHierarchy(hierarchy: Hierarchy | null): void {
    this.#hierarchy = hierarchy
    this.#wire = null
  }

  next(from: ImagePoint | null, at: ImagePoint, shift: boolean, slop: number): Anchor {
    const hierarchy = this.#hierarchy
    if (shift || !hierarchy) return { at, way: [at] }
    const detail = Math.max(1, DETAIL * slop)
    const end = borderCorner(hierarchy, at, Math.min(SNAP * slop, FARTHEST_SNAP), detail)
    if (!from) return { at: end, way: [end] }
    const way = this.#wireFrom(from, hierarchy, detail).to(end)
    return { at: end, way: way.length === 0 ? [end] : way }
  }

  #wireFrom(from: ImagePoint, h: Hierarchy, detail: number): LiveWire {
    const x = Math.min(h.width, Math.max(0, Math.round(from.x)))
    const y = Math.min(h.height, Math.max(0, Math.round(from.y)))
    if (this.#wire?.x !== x || this.#wire.y !== y)
      this.#wire = { x, y, wire: new LiveWire(h, { x, y }, detail) }
    return this.#wire.wire
  }
}
