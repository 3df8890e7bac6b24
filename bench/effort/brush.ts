import { floodRuns } from '../../shared/image/flood.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'
import { squaredDistances } from './distance.ts'
import { ringsOf } from './rings.ts'
import type { View } from './view.ts'
import { Walker } from './walk.ts'

/** One notch of the wheel. */
const NOTCH = 1.2
/** Loops lie this share of the brush apart. */
const SPACING = 0.8
/** Wrong pixels below which a stroke is not worth it. */
const LEAST = 4
/** What a stroke takes away more than it needs to, when it leaves something out. */
const SPARE = 1.25
/** How far the brush may stick out, in pixels. */
const SLACKS = [0, 1]
/** Parts of the places for a brush that are looked at, the largest. */
const PARTS = 2

type Raster = { readonly width: number; readonly height: number }

/** A stroke of the brush, of a size and in one part of the places where it fits. */
export type Stroke = {
  readonly size: number
  readonly removes: boolean
  readonly reach: Reach
  /** 1 or 2; see `Reach`. */
  readonly owner: number
  /** Pixels of error that it takes away, about. */
  readonly gain: number
  /** Image pixels, about. */
  readonly length: number
}

/** Where a brush of one size gets: 0 nowhere, 1 from the largest part of the places where it fits, 2 from the second. */
export type Reach = {
  readonly slack: number
  readonly covers: Uint8Array
  /** Pixels that are covered and should not be. */
  readonly spilt: Uint32Array
  readonly name: string
}

/** Where brushes get to in one object. */
export class Reaches {
  readonly #raster: Raster
  /** The object, and what it is not. */
  readonly #kinds: readonly [Uint8Array, Uint8Array]
  /** How far pixels, and their lower right corners, are from what a brush must not touch, squared: by kind. */
  readonly #rooms: (Float64Array | null)[] = [null, null, null, null]
  readonly #known = new Map<string, readonly Reach[]>()

  constructor(inside: Uint8Array, { width, height }: Raster) {
    this.#raster = { width, height }
    this.#kinds = [inside, inside.map((value) => 1 - value)]
  }

  at(size: number, removes: boolean): readonly Reach[] {
    const key = `${size} ${removes}`
    let reaches = this.#known.get(key)
    if (!reaches) {
      reaches = SLACKS.filter((slack) => size / 2 > 2 * slack).map((slack) =>
        this.#reach(size, removes, slack),
      )
      this.#known.set(key, reaches)
    }
    return reaches
  }

  /** Where the middle of the brush may go: a byte per pixel, all parts. */
  centres(size: number, removes: boolean, slack: number): Uint8Array {
    const kind = removes ? 1 : 0
    if (size === 1) return this.#kinds[kind]!
    const { width, height } = this.#raster
    const shift = shiftOf(size)
    const place = kind + (shift > 0 ? 2 : 0)
    this.#rooms[place] ??= squaredDistances(this.#kinds[kind]!, width, height, shift)
    const room = this.#rooms[place]!
    const least = (size / 2 - slack) ** 2
    const centres = new Uint8Array(room.length)
    // A disc of this radius touches no pixel whose centre is farther than that.
    for (let p = 0; p < room.length; p++) centres[p] = room[p]! > least ? 1 : 0
    return centres
  }

  #reach(size: number, removes: boolean, slack: number): Reach {
    const wanted = this.#kinds[removes ? 1 : 0]!
    const covers = new Uint8Array(wanted.length)
    const squared = Math.max(0.5, size / 2) ** 2
    for (const [i, part] of largestParts(this.centres(size, removes, slack), this.#raster).entries()) {
      const off = distancesTo(part, this.#raster, -shiftOf(size))
      for (let p = 0; p < covers.length; p++) if (covers[p] === 0 && off[p]! <= squared) covers[p] = i + 1
    }
    const spilt: number[] = []
    for (let p = 0; p < covers.length; p++) if (covers[p] && !wanted[p]) spilt.push(p)
    return { slack, covers, spilt: Uint32Array.from(spilt), name: `${size} ${removes} ${slack}` }
  }
}

/** A brush of an even size lies on a corner of pixels: with the pointer in the middle of one, on its lower right. */
function shiftOf(size: number): number {
  return size % 2 === 0 ? 0.5 : 0
}

function distancesTo(part: Uint8Array, { width, height }: Raster, shift: number): Float64Array {
  return squaredDistances(
    part.map((value) => 1 - value),
    width,
    height,
    shift,
  )
}

function largestParts(centres: Uint8Array, raster: Raster): Uint8Array[] {
  return partsOf(centres, raster)
    .slice(0, PARTS)
    .map((runs) => filled(runs, centres.length))
}

/** Connected parts, from the largest on; of equals the first. */
function partsOf(pixels: Uint8Array, { width, height }: Raster): Uint32Array[] {
  const left = pixels.slice()
  const parts: { runs: Uint32Array; area: number }[] = []
  for (let p = left.indexOf(1); p >= 0; p = left.indexOf(1, p + 1)) {
    const accepts = (pixel: number) => left[pixel] === 1
    const runs = floodRuns({ width, height, start: p, accepts, diagonal: false })!
    let area = 0
    for (let i = 0; i < runs.length; i += 2) {
      left.fill(0, runs[i]!, runs[i]! + runs[i + 1]!)
      area += runs[i + 1]!
    }
    parts.push({ runs, area })
  }
  return parts.sort((a, b) => b.area - a.area || a.runs[0]! - b.runs[0]!).map(({ runs }) => runs)
}

function filled(runs: Uint32Array, length: number): Uint8Array {
  const pixels = new Uint8Array(length)
  for (let i = 0; i < runs.length; i += 2) pixels.fill(1, runs[i]!, runs[i]! + runs[i + 1]!)
  return pixels
}

/** What one stroke each could take away with a brush of this size. */
export function strokesAt(view: View, size: number): Stroke[] {
  const found: Stroke[] = []
  for (const removes of [false, true]) {
    const { pixels, isEdge } = removes ? view.wrong.surplus : view.wrong.missing
    if (pixels.length < LEAST) continue
    for (const reach of view.task.reaches.at(size, removes)) {
      const gains = [0, 0, 0]
      const edges = [0, 0, 0]
      for (let i = 0; i < pixels.length; i++) {
        const owner = reach.covers[pixels[i]!]!
        gains[owner]!++
        edges[owner]! += isEdge[i]!
      }
      const { bits } = view
      for (const p of reach.spilt) if (bits[p] === (removes ? 1 : 0)) gains[reach.covers[p]!]!--
      for (let owner = 1; owner <= PARTS; owner++) {
        const gain = gains[owner]!
        if (gain < LEAST) continue
        // A band that is thinner than the brush has an edge on both sides.
        const length = Math.max(gain / (SPACING * size), edges[owner]! / 2)
        found.push({ size, removes, reach, owner, gain, length })
      }
    }
  }
  return found
}

/** As if the stroke had been made. */
export function stroked(view: View, { reach, owner, removes }: Stroke): View {
  const after = view.copy()
  after.paint((p) => reach.covers[p] === owner, removes)
  return after
}

/** As the wheel makes it, notch by notch. */
export function sizeAfter(size: number, turns: number): number {
  let now = size
  for (let i = 0; i < Math.abs(turns); i++) {
    const pixels = Math.max(1, Math.round(turns > 0 ? now * (NOTCH - 1) : now - now / NOTCH))
    now = Math.max(1, Math.min(512, turns > 0 ? now + pixels : now - pixels))
  }
  return now
}

/** The way of a stroke, in points of the part. */
export function pathOfStroke(
  view: View,
  { size, removes, reach, owner }: Stroke,
  need: number,
): ImagePoint[] {
  const { part, reaches } = view.task
  const { pixels } = removes ? view.wrong.surplus : view.wrong.missing
  const wrong = new Uint8Array(reach.covers.length)
  let gain = 0
  for (const p of pixels) {
    if (reach.covers[p] !== owner) continue
    wrong[p] = 1
    gain++
  }
  // What is least is left out, if the rest is enough.
  for (const runs of gain > need * SPARE ? partsOf(wrong, part).reverse() : []) {
    const area = runs.reduce((sum, value, i) => (i % 2 === 1 ? sum + value : sum), 0)
    if (gain - area < need * SPARE) break
    gain -= area
    for (let i = 0; i < runs.length; i += 2) wrong.fill(0, runs[i]!, runs[i]! + runs[i + 1]!)
  }
  const centres = largestParts(reaches.centres(size, removes, reach.slack), part)[owner - 1]!
  return pathOver(centres, size, wrong, part)
}

/**
 * Round the edge of where the brush may go and in loops further in, from each to the nearest point of the next; places
 * from which nothing more would be covered are left out.
 */
function pathOver(
  centres: Uint8Array,
  size: number,
  wrong: Uint8Array,
  { width, height }: Raster,
): ImagePoint[] {
  const walker = new Walker({ width, height })
  const radius = size / 2
  const shift = shiftOf(size)
  const open = wrong.slice()
  const depth = squaredDistances(centres, width, height)
  const path: ImagePoint[] = []
  for (let inset = 0; ; inset += Math.max(1, SPACING * size)) {
    const within = centres.map((value, p) => (value && depth[p]! > inset * inset ? 1 : 0))
    if (!within.includes(1)) break
    for (const ring of ringsOf(within, { width, height })) {
      const loop = ring.corners.flatMap((corner, i) =>
        pixelsAlong(corner, ring.corners[(i + 1) % ring.corners.length]!),
      )
      const start = nearest(loop, path.at(-1))
      // What has been passed since the last point from which something was covered.
      let passed: ImagePoint[] = []
      for (let i = 0; i < loop.length; i++) {
        const at = loop[(start + i) % loop.length]!
        if (!cover(open, { x: at.x + shift, y: at.y + shift }, radius, width, height)) {
          passed.push(at)
          continue
        }
        const last = path.at(-1)
        if (last && !walker.isInside(centres, last, at)) {
          // Along the loop, if that is where it is; else by the shortest way.
          const first = passed[0]
          if (first && isNear(last, first)) path.push(...passed)
          else {
            const goal = walker.pixelAt(at)
            const way = walker.toNearest(walker.pixelAt(last), centres, (pixel) => pixel === goal)
            if (!way) continue
            path.push(...way.slice(1, -1).map((pixel) => walker.centre(pixel)))
          }
        }
        path.push(at)
        passed = []
      }
    }
  }
  return straightened(path)
}

const isNear = (a: ImagePoint, b: ImagePoint) => Math.hypot(a.x - b.x, a.y - b.y) < 1.5

/** The centres of the pixels on the right hand of a pixel side, in steps of one. */
function pixelsAlong(from: ImagePoint, to: ImagePoint): ImagePoint[] {
  const [dx, dy] = [Math.sign(to.x - from.x), Math.sign(to.y - from.y)]
  const length = Math.abs(to.x - from.x) + Math.abs(to.y - from.y)
  return Array.from({ length }, (_, i) => ({
    x: from.x + dx * (i + 0.5) - dy * 0.5,
    y: from.y + dy * (i + 0.5) + dx * 0.5,
  }))
}

function nearest(loop: readonly ImagePoint[], to: ImagePoint | undefined): number {
  if (!to) return 0
  let [best, at] = [Number.POSITIVE_INFINITY, 0]
  for (const [i, { x, y }] of loop.entries()) {
    const off = Math.hypot(x - to.x, y - to.y)
    if (off < best) [best, at] = [off, i]
  }
  return at
}

/** Whether a disc covers anything that is still open; closes it. */
function cover(open: Uint8Array, at: ImagePoint, radius: number, width: number, height: number): boolean {
  let covered = false
  const reach = Math.max(0.5, radius)
  const y1 = Math.min(height, Math.ceil(at.y + reach))
  for (let y = Math.max(0, Math.floor(at.y - reach)); y < y1; y++) {
    const half = Math.sqrt(Math.max(0, reach * reach - (y + 0.5 - at.y) ** 2))
    const x1 = Math.min(width, Math.floor(at.x + half + 0.5))
    for (let x = Math.max(0, Math.ceil(at.x - half - 0.5)); x < x1; x++) {
      const p = y * width + x
      if (!open[p]) continue
      open[p] = 0
      covered = true
    }
  }
  return covered
}

/** Without the points that lie on the way between others to within half a pixel. */
function straightened(path: readonly ImagePoint[]): ImagePoint[] {
  const kept: ImagePoint[] = []
  for (let i = 0; i < path.length; ) {
    kept.push(path[i]!)
    let next = i + 1
    while (next + 1 < path.length && next - i < 64 && isStraight(path, i, next + 1)) next++
    i = next
  }
  return kept
}

function isStraight(path: readonly ImagePoint[], from: number, to: number): boolean {
  const [a, b] = [path[from]!, path[to]!]
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  for (let i = from + 1; i < to; i++) {
    const { x, y } = path[i]!
    const off =
      length === 0
        ? Math.hypot(x - a.x, y - a.y)
        : Math.abs((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)) / length
    if (off > 0.5) return false
  }
  return true
}
