import { clampCount } from '../../shared/superpixel/cut.ts'
import { type Errors, errorsOf, type Levels } from './cells.ts'
import { Corrections } from './corrections.ts'
import { ENOUGH, type Hand } from './hand.ts'
import { Gains, type Stroke, type Width } from './strokes.ts'

/** How far the wheel is thought to be turned, at most, and how many strokes are thought ahead there. */
const FARTHEST = 12
const AHEAD = 4
/** A turn of the wheel that nobody looks at more closely: a factor in the number of cells. */
const NOTCH = Math.SQRT2
/** A stroke that takes away less is not worth it. */
const LEAST_PIXELS = 4

const close: Width = { starts: 8, ends: 80 }
const rough: Width = { starts: 3, ends: 24 }

/** What the annotator has in hand beside superpixels. */
export type Help = 'nothing' | 'brush'

/** Strokes at the level that is there, which stays. */
export function pickAtOneSize(hand: Hand, levels: Levels, help: Help): void {
  hand.take('superpixel')
  const { hierarchy } = levels
  const corrections = help === 'brush' ? new Corrections(hand) : null
  while (!hand.isDone && !hand.isTired) {
    const errors = errorsOf(hierarchy, hand.segment.mask, hand.ids)
    const need = needed(errors, hand)
    const stroke = new Gains(hierarchy, levels.at(hand.count), errors, close).best()
    const correction = corrections?.best(need)
    if (corrections && correction && correction.worth > Math.min(stroke?.gain ?? 0, need)) {
      corrections.make(correction)
    } else if (stroke && stroke.gain >= LEAST_PIXELS) make(hand, stroke)
    else return
  }
}

/** Strokes and notches, by what promises most for each gesture. */
export function pickAtAllSizes(hand: Hand, levels: Levels, help: Help): void {
  hand.take('superpixel')
  const { hierarchy } = levels
  const corrections = help === 'brush' ? new Corrections(hand) : null
  // The wheel is not turned back before a stroke has been made.
  let way: -1 | 0 | 1 = 0
  while (!hand.isDone && !hand.isTired) {
    const errors = errorsOf(hierarchy, hand.segment.mask, hand.ids)
    const plan = bestPlan(hand, levels, errors, way)
    const correction = corrections?.best(needed(errors, hand))
    if (corrections && correction && correction.worth > (plan?.worth ?? 0)) {
      corrections.make(correction)
      way = 0
    } else if (!plan) {
      if (way === 0) return
      way = 0
    } else if (plan.turns === 0) {
      make(hand, plan.first)
      way = 0
    } else {
      const before = hand.count
      way = plan.turns > 0 ? 1 : -1
      hand.take('superpixel')
      hand.notch(plan.first.path[0]!, plan.turns > 0 ? 'larger' : 'smaller')
      if (hand.count === before) return
    }
  }
}

type Plan = { readonly turns: number; readonly first: Stroke; readonly worth: number }

/** `turns`: notches, positive for larger cells. */
function bestPlan(hand: Hand, levels: Levels, errors: Errors, way: -1 | 0 | 1): Plan | null {
  const { hierarchy } = levels
  const need = needed(errors, hand)
  let best: Plan | null = null
  let last = -1
  for (const turns of turnsFrom(way)) {
    const count = turns === 0 ? hand.count : rounded(hand.count / NOTCH ** turns)
    const level = levels.at(count)
    // Beyond the ends of the scale there is nothing new.
    if (turns !== 0 && (level.count === last || clampCount(hierarchy, count) === hand.count)) continue
    last = level.count
    const gains = new Gains(hierarchy, level, errors, turns === 0 ? close : rough)
    let sum = 0
    let first: Stroke | null = null
    for (let strokes = 1; strokes <= AHEAD && sum < need; strokes++) {
      const stroke = gains.best()
      if (!stroke || stroke.gain < LEAST_PIXELS) break
      first ??= stroke
      gains.take(stroke)
      sum += stroke.gain
      const worth = Math.min(sum, need) / (strokes + Math.abs(turns))
      if (worth > (best?.worth ?? 0)) best = { turns, first, worth }
    }
  }
  return best
}

function turnsFrom(way: -1 | 0 | 1): number[] {
  const turns = [0]
  for (let i = 1; i <= FARTHEST; i++) {
    if (way >= 0) turns.push(i)
    if (way <= 0) turns.push(-i)
  }
  return turns
}

/** A level that many others stand for: in steps of an eighth of an octave, so that few need be made. */
function rounded(count: number): number {
  return Math.round(2 ** (Math.round(Math.log2(Math.max(2, count)) * 8) / 8))
}

/** Wrong pixels above what may stay wrong. */
function needed({ total }: Errors, { segment }: Hand): number {
  return Math.max(1, total - (1 - ENOUGH) * segment.area)
}

function make(hand: Hand, { path, removes, frames }: Stroke): void {
  hand.take('superpixel')
  hand.drag(path, { alt: removes, shift: frames })
}
