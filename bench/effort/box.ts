import { floodRuns } from '../../shared/image/flood.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'
import { squaredDistances } from './distance.ts'
import { ENOUGH, type Hand } from './hand.ts'
import { type Done, doneBy, labelWith } from './plan.ts'
import type { Task } from './task.ts'
import type { Segment } from './truth.ts'

/** How many clicks correct a proposal at most. */
const MOST_SEEDS = 12

/** Draws a box, corrects what is proposed by clicks as long as that helps, and does the rest with superpixels. */
export function boxAndCorrect(hand: Hand, task: Task): Done {
  hand.take('box')
  const { segment } = hand
  hand.drag(cornersOf(segment))
  let now = judge(hand)
  for (let seeds = 0; seeds < MOST_SEEDS && now.overlap < ENOUGH; seeds++) {
    const wrong = largestWrong(now.proposed, segment)
    if (!wrong) break
    hand.click(wrong.at, { alt: !wrong.isMissing })
    const after = judge(hand)
    if (after.errors >= now.errors) {
      hand.key('back')
      break
    }
    now = after
  }
  hand.key(now.errors < segment.area ? 'finish' : 'drop')
  labelWith(hand, task, { levels: 'all', brush: 'all' })
  return doneBy(hand)
}

function cornersOf({ mask, width }: Segment): ImagePoint[] {
  let [x0, y0, x1, y1] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0]
  for (let p = 0; p < mask.length; p++) {
    if (!mask[p]) continue
    const y = Math.floor(p / width)
    const x = p - y * width
    x0 = Math.min(x0, x)
    y0 = Math.min(y0, y)
    x1 = Math.max(x1, x + 1)
    y1 = Math.max(y1, y + 1)
  }
  return [
    { x: x0, y: y0 },
    { x: x1, y: y1 },
  ]
}

/** What the screen shows as proposed, against the segment. */
function judge(hand: Hand): { proposed: Uint8Array; errors: number; overlap: number } {
  const proposed = hand.proposed()
  let [both, errors] = [0, 0]
  for (let p = 0; p < proposed.length; p++) {
    if (proposed[p] !== hand.segment.mask[p]) errors++
    else if (proposed[p]) both++
  }
  return { proposed, errors, overlap: both / (both + errors) }
}

/** The largest connected part that is missing or too much, and the point that is farthest from its edge. */
function largestWrong(
  proposed: Uint8Array,
  { mask, width, height }: Segment,
): { at: ImagePoint; isMissing: boolean } | null {
  let best: { runs: Uint32Array; area: number; isMissing: boolean } | null = null
  const kind = proposed.map((value, p) => (value === mask[p] ? 0 : value ? 1 : 2))
  for (let p = 0; p < kind.length; p++) {
    const here = kind[p]!
    if (here === 0) continue
    const accepts = (pixel: number) => kind[pixel] === here
    const runs = floodRuns({ width, height, start: p, accepts, diagonal: false })!
    let area = 0
    for (let i = 0; i < runs.length; i += 2) {
      kind.fill(0, runs[i]!, runs[i]! + runs[i + 1]!)
      area += runs[i + 1]!
    }
    if (area > (best?.area ?? 0)) best = { runs, area, isMissing: here === 2 }
  }
  if (!best) return null
  const part = new Uint8Array(mask.length)
  for (let i = 0; i < best.runs.length; i += 2) part.fill(1, best.runs[i]!, best.runs[i]! + best.runs[i + 1]!)
  const depth = squaredDistances(part, width, height)
  let deepest = best.runs[0]!
  for (let p = 0; p < depth.length; p++) if (depth[p]! > depth[deepest]! && part[p]) deepest = p
  return {
    at: { x: (deepest % width) + 0.5, y: Math.floor(deepest / width) + 0.5 },
    isMissing: best.isMissing,
  }
}
