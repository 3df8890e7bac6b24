import { runsOfRings } from '../../shared/label/polygon.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'
import { ENOUGH, type Hand, ZOOM } from './hand.ts'
import { type Done, doneBy } from './plan.ts'
import { type Ring, ringsOf, tolerances } from './rings.ts'
import type { Segment } from './truth.ts'

/** Draws the polygons with the fewest corners in all that reach the wanted overlap. */
export function drawPolygons(hand: Hand): Done {
  hand.take('polygon')
  for (const { corners, isHole } of fewestCorners(hand.segment)) {
    const { line, gap } = fromLoneliest(corners)
    // A click near the first corner would close the polygon too early.
    hand.zoomTo(gap * ZOOM > FIRST_REACH ? ZOOM : CLOSE_UP)
    for (const at of line) hand.click(at)
    hand.key('finish', { alt: isHole })
  }
  return doneBy(hand)
}

/** Screen pixels around the first corner of a polygon within which a click closes it; twice a double click's. */
const FIRST_REACH = 12
const CLOSE_UP = 32

/** The same corners, from the one on that is farthest from all others; `gap` is how far any two are apart that matter. */
function fromLoneliest(corners: readonly ImagePoint[]): { line: ImagePoint[]; gap: number } {
  const gaps = corners.map((a) =>
    Math.min(...corners.map((b) => (a === b ? Number.POSITIVE_INFINITY : Math.hypot(a.x - b.x, a.y - b.y)))),
  )
  const gap = Math.max(...gaps)
  const first = gaps.indexOf(gap)
  const line = [...corners.slice(first), ...corners.slice(0, first)]
  const steps = line.map((at, i) => {
    const before = line.at(i - 1)!
    return Math.hypot(at.x - before.x, at.y - before.y)
  })
  return { line, gap: Math.min(gap, 2 * Math.min(...steps)) }
}

type Drawn = { readonly corners: readonly ImagePoint[]; readonly isHole: boolean }

function fewestCorners(segment: Segment): Drawn[] {
  const rings = ringsOf(segment.mask, segment).map((ring) => ({ ring, keep: tolerances(ring.corners) }))
  let best: Drawn[] = []
  let fewest = Number.POSITIVE_INFINITY
  for (let used = 1; used <= rings.length; used++) {
    const some = rings.slice(0, used)
    if (3 * used >= fewest) break
    if (
      !canReach(
        some.map(({ ring }) => ring),
        segment,
      )
    )
      continue
    // Each corner that comes back is tried, from the one that matters most on.
    const tried = new Set(some.flatMap(({ keep }) => [...keep]).sort((a, b) => b - a))
    for (const tolerance of tried) {
      const drawn = some.map(({ ring, keep }) => ({
        corners: thinned(ring, keep, tolerance),
        isHole: ring.isHole,
      }))
      const total = drawn.reduce((sum, { corners }) => sum + corners.length, 0)
      if (total >= fewest) break
      if (drawn.some(({ corners }) => corners.length < 3) || overlapOf(drawn, segment) < ENOUGH) continue
      best = drawn
      fewest = total
      break
    }
  }
  return best
}

const canReach = (rings: readonly Ring[], segment: Segment) => overlapOf(rings, segment) >= ENOUGH

function thinned({ corners }: Ring, keep: Float64Array, tolerance: number): ImagePoint[] {
  return corners.filter((_, i) => keep[i]! >= tolerance)
}

/** As the label will be: polygons one after the other, holes taken away. */
function overlapOf(drawn: readonly Drawn[], { mask, width, height, area }: Segment): number {
  const painted = new Uint8Array(mask.length)
  for (const { corners, isHole } of drawn) {
    const runs = runsOfRings([corners], width, height)
    for (let i = 0; i < runs.length; i += 2) painted.fill(isHole ? 0 : 1, runs[i]!, runs[i]! + runs[i + 1]!)
  }
  let both = 0
  let all = 0
  for (let p = 0; p < mask.length; p++) {
    if (!painted[p]) continue
    all++
    if (mask[p]) both++
  }
  return both / (all + area - both)
}
