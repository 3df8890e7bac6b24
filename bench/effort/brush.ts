import { floodRuns } from '../../shared/image/flood.ts'
import { forEachPixelOnSegment } from '../../shared/tools/segment.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'
import { squaredDistances } from './distance.ts'
import { type Hand, ZOOM } from './hand.ts'
import { cut, inImage, partOf } from './part.ts'
import { ringsOf } from './rings.ts'

/** Notches that the size is changed by at most, and how far apart the sizes are that are tried. */
const FARTHEST = 10
const STEP = 2
const NOTCH = 1.2
/** A gesture's worth of drawing: pixels of the screen. */
const LENGTH_OF_A_GESTURE = 500
/** Loops lie this share of the brush apart. */
const SPACING = 0.8
/** Wrong pixels below which a part is left alone. */
const LEAST = 3

type Raster = { readonly width: number; readonly height: number }

/** Paints what is missing and erases what is too much, freehand, until enough is right or nothing helps any more. */
export function paintFreely(hand: Hand): void {
  hand.take('brush')
  const part = partOf(hand)
  const inside = cut(hand.segment.mask, part, hand.segment.width)
  const room = squaredDistances(inside, part.width, part.height)
  const roomOutside = squaredDistances(
    inside.map((value) => 1 - value),
    part.width,
    part.height,
  )
  // Even brushes lie on corners of pixels, half a pixel off: where that spoils it, another size has to do.
  const useless = new Set<string>()
  while (!hand.isDone && !hand.isTired) {
    const before = hand.overlap()
    const labeled = cut(hand.ids, part, hand.segment.width)
    const missing = inside.map((value, p) => (value && !labeled[p] ? 1 : 0))
    const surplus = inside.map((value, p) => (!value && labeled[p] ? 1 : 0))
    const plans = [
      ...plansFor(hand.brush, missing, room, false, part),
      ...plansFor(hand.brush, surplus, roomOutside, true, part),
    ]
    const best = plans
      .filter((plan) => !useless.has(nameOf(plan)))
      .reduce<Plan | null>((a, b) => (a && a.worth >= b.worth ? a : b), null)
    if (!best) return
    const path = inImage(pathOver(best, best.removes ? surplus : missing, part), part)
    if (path.length === 0) return
    for (let i = 0; i < Math.abs(best.turns); i++) hand.notch(path[0]!, best.turns > 0 ? 'larger' : 'smaller')
    hand.drag(path, { alt: best.removes })
    if (hand.overlap() <= before) useless.add(nameOf(best))
  }
}

const nameOf = ({ size, removes }: Plan) => `${size} ${removes}`

type Plan = {
  readonly turns: number
  readonly size: number
  readonly removes: boolean
  /** Where the middle of the brush may go: one part, a byte per pixel. */
  readonly centres: Uint8Array
  readonly worth: number
}

/** The part that takes away most error for each size: `room` is how far every pixel is from what must not be touched, squared. */
function plansFor(
  brush: number,
  wrong: Uint8Array,
  room: Float64Array,
  removes: boolean,
  { width, height }: Raster,
): Plan[] {
  if (!wrong.includes(1)) return []
  const reach = squaredDistances(
    wrong.map((value) => 1 - value),
    width,
    height,
  )
  const plans: Plan[] = []
  for (let turns = -FARTHEST; turns <= FARTHEST; turns += STEP) {
    const size = sizeAfter(brush, turns)
    if (plans.some((plan) => plan.size === size)) continue
    const radius = size / 2
    // A disc of this radius touches no pixel whose centre is farther than that.
    const centres = wrong.map((_, p) => (room[p]! > radius * radius && reach[p]! < radius * radius ? 1 : 0))
    if (size === 1) centres.set(wrong)
    const part = bestPart(centres, wrong, radius, { width, height })
    if (!part || part.gain < LEAST) continue
    const length = part.gain / (SPACING * size) + size
    const worth = part.gain / (1 + Math.abs(turns) + (length * ZOOM) / LENGTH_OF_A_GESTURE)
    plans.push({ turns, size, removes, centres: part.centres, worth })
  }
  return plans
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

/** The connected part of `centres` from which most of `wrong` is covered. */
function bestPart(
  centres: Uint8Array,
  wrong: Uint8Array,
  radius: number,
  { width, height }: Raster,
): { centres: Uint8Array; gain: number } | null {
  let best: { centres: Uint8Array; gain: number } | null = null
  const left = centres.slice()
  // From the largest part on; the third largest of one size is hardly ever the best.
  const parts: Uint32Array[] = []
  for (let p = left.indexOf(1); p >= 0; p = left.indexOf(1, p + 1)) {
    const accepts = (pixel: number) => left[pixel] === 1
    const runs = floodRuns({ width, height, start: p, accepts, diagonal: true })!
    for (let i = 0; i < runs.length; i += 2) left.fill(0, runs[i]!, runs[i]! + runs[i + 1]!)
    parts.push(runs)
  }
  const areaOf = (runs: Uint32Array) => runs.reduce((sum, value, i) => (i % 2 === 1 ? sum + value : sum), 0)
  for (const runs of parts.sort((a, b) => areaOf(b) - areaOf(a) || a[0]! - b[0]!).slice(0, 2)) {
    const part = new Uint8Array(centres.length)
    for (let i = 0; i < runs.length; i += 2) part.fill(1, runs[i]!, runs[i]! + runs[i + 1]!)
    const off = squaredDistances(
      part.map((value) => 1 - value),
      width,
      height,
    )
    let gain = 0
    for (let p = 0; p < wrong.length; p++) if (wrong[p] && off[p]! <= radius * radius) gain++
    if (gain > (best?.gain ?? 0)) best = { centres: part, gain }
  }
  return best
}

/**
 * Round the edge of where the brush may go and in loops further in, from each to the nearest point of the next; places
 * from which nothing more would be covered are left out.
 */
function pathOver({ centres, size }: Plan, wrong: Uint8Array, { width, height }: Raster): ImagePoint[] {
  const radius = size / 2
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
        if (!cover(open, at, radius, width, height)) {
          passed.push(at)
          continue
        }
        const last = path.at(-1)
        if (last && !isInside(centres, last, at, width, height)) {
          // Along the loop, then; to another loop there may be no way but a new drag.
          if (!isNear(last, passed[0] ?? at) && !isInside(centres, last, passed[0] ?? at, width, height))
            return straightened(path)
          path.push(...passed)
        }
        path.push(at)
        passed = []
      }
    }
  }
  return straightened(path)
}

const isNear = (a: ImagePoint, b: ImagePoint) => Math.hypot(a.x - b.x, a.y - b.y) < 1.5

/** Whether the straight way between two points stays among `centres`. */
function isInside(centres: Uint8Array, a: ImagePoint, b: ImagePoint, width: number, height: number): boolean {
  let stays = true
  forEachPixelOnSegment(a, b, width, height, (pixel) => {
    stays &&= centres[pixel] === 1
  })
  return stays
}

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
