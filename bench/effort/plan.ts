import { anchoredStep } from '../../shared/superpixel/level.ts'
import type { ImagePoint } from '../../shared/tools/tool-event.ts'
import { pathOfStroke, sizeAfter, stroked, strokesAt } from './brush.ts'
import { squaredDistances } from './distance.ts'
import { type Effort, ENOUGH, type Habits, Hand, ZOOM } from './hand.ts'
import { pathOf, rectanglesAt, sweepsAt, swept } from './sweep.ts'
import type { Task } from './task.ts'
import { View } from './view.ts'

/** How far wheels are thought to be turned, at most, and how far apart the sizes of the brush are that are tried. */
const FARTHEST_LEVEL = 12
const FARTHEST_SIZE = 14
const SIZE_STEP = 2
/** A gesture's worth of drawing: pixels of the screen. */
const LENGTH_OF_A_GESTURE = 500
/** How many settings are thought through beyond their first strokes, and how many strokes are made there then. */
const PROMISING = 4
const FIRST_STROKES = 2
/** Nobody thinks of finishing with more strokes than that. */
const MOST_STROKES = 8

/** What the annotator has in its hands. */
export type Tools = { readonly levels: 'none' | 'one' | 'all'; readonly brush: 'none' | 'one' | 'all' }

/** Notches after which an object is thought through with the level, or the size, that is there then. */
export const REHEARSED = [-4, -2, 0, 2, 4]

/** What an object took, and what is left in the hands for the next. */
export type Done = { readonly effort: Effort; readonly habits: Habits }

/** A manner of working: after so many notches of one wheel, with the tools from then on. */
export type Manner = { readonly tools: Tools; readonly wheel: 'superpixel' | 'brush'; readonly turns: number }

/**
 * Labels the object with `tools` in several manners, each from the same beginning to its end: by planning as it goes,
 * with one of the tools alone, and at one level or one size. Of those that finish, the one with the fewest gestures, then
 * the shortest way; if none does, the one that comes nearest.
 */
export function labeledBest(start: Hand, task: Task, tools: Tools): Done {
  const cost = ({ effort: { iou, gestures, travel } }: Done) =>
    (iou >= ENOUGH ? 0 : 1e6 * (2 - iou)) + gestures + travel * 1e-6
  return mannersOf(tools)
    .map((manner) => rehearsed(start, task, manner))
    .reduce((a, b) => (cost(b) < cost(a) ? b : a))
}

function mannersOf(tools: Tools): Manner[] {
  const manners: Manner[] = [{ tools, wheel: 'superpixel', turns: 0 }]
  if (tools.levels !== 'none' && tools.brush !== 'none') {
    manners.push({ tools: { ...tools, brush: 'none' }, wheel: 'superpixel', turns: 0 })
    manners.push({ tools: { ...tools, levels: 'none' }, wheel: 'brush', turns: 0 })
  }
  for (const turns of REHEARSED) {
    if (tools.levels === 'all')
      manners.push({ tools: { ...tools, levels: 'one' }, wheel: 'superpixel', turns })
    if (tools.brush === 'all')
      manners.push({ tools: { levels: 'none', brush: 'one' }, wheel: 'brush', turns })
  }
  return manners
}

/** What one tool alone does is the same whatever the other is set to, and done once. */
export function rehearsed(
  { scene, segment, habits }: Hand,
  task: Task,
  { tools, wheel, turns }: Manner,
): Done {
  const { levels, brush } = tools
  const key = levels === 'none' ? `brush ${habits.brush}` : brush === 'none' ? `level ${habits.count}` : null
  const name = `${key} ${levels} ${brush} ${turns}`
  let done = key === null ? undefined : task.rehearsed.get(name)
  if (!done) {
    const hand = new Hand(scene, segment, habits)
    if (turns !== 0) {
      hand.take(wheel)
      const at = deepest(View.of(task, hand.ids))
      for (let i = 0; i < Math.abs(turns); i++) hand.notch(at, turns > 0 ? 'larger' : 'smaller')
    }
    labelWith(hand, task, tools)
    done = doneBy(hand)
    if (key !== null) task.rehearsed.set(name, done)
  }
  return {
    effort: done.effort,
    habits: {
      count: levels === 'none' ? habits.count : done.habits.count,
      brush: brush === 'none' ? habits.brush : done.habits.brush,
    },
  }
}

export function doneBy(hand: Hand): Done {
  return { effort: hand.effort(), habits: hand.habits }
}

/** What the annotator wants little of: `travel` in image pixels. */
export function effortOf({
  gestures,
  travel,
}: {
  readonly gestures: number
  readonly travel: number
}): number {
  return gestures + (travel * ZOOM) / LENGTH_OF_A_GESTURE
}

/** A stroke that could be made, and what would be then. */
type Move = {
  /** Two settings' strokes of one name have failed alike. */
  readonly name: string
  readonly gain: number
  readonly effort: number
  readonly after: () => View
  readonly make: () => void
}

/** A tool with its level or size. */
type Setting = {
  readonly turns: number
  readonly kind: 'level' | 'brush'
  /** Strokes alone, or with rectangles, from the most gain for their effort on. */
  readonly moves: (view: View, withRectangles: boolean) => Move[]
}

/** Labels the object with `tools`, by the rules of planning in docs/guide/effort.md. */
export function labelWith(hand: Hand, task: Task, tools: Tools): void {
  const useless = new Set<string>()
  while (!hand.isDone && !hand.isTired) {
    const view = View.of(task, hand.ids)
    const move = bestMove(view, settingsOf(hand, view, tools, useless))
    if (!move) return
    const before = hand.overlap()
    move.make()
    // What went otherwise than thought is not tried twice.
    if (hand.overlap() <= before) useless.add(move.name)
  }
}

function bestMove(view: View, settings: readonly Setting[]): Move | null {
  const first = settings
    .map((setting) => {
      const moves = setting.moves(view, true)
      return {
        setting,
        moves,
        direct: directEffort(setting, moves, view.need),
        worth: worthOf(setting, moves, view.need),
      }
    })
    .filter(({ moves }) => moves.length > 0)
  let best: { move: Move; effort: number } | null = null
  const consider = (move: Move, effort: number) => {
    if (effort < (best?.effort ?? Number.POSITIVE_INFINITY)) best = { move, effort }
  }
  for (const { moves, direct } of first) consider(moves[0]!, direct)
  const promising = new Set([
    ...first.toSorted((a, b) => b.worth - a.worth).slice(0, PROMISING / 2),
    ...first.toSorted((a, b) => a.direct - b.direct).slice(0, PROMISING / 2),
  ])
  for (const { setting, moves } of promising) {
    for (const move of moves.slice(0, FIRST_STROKES)) {
      const start = Math.abs(setting.turns) + move.effort
      const after = move.after()
      consider(move, start + effortToFinish(after, setting, settings))
      const second = setting.moves(after, false)[0]
      if (!second || after.need <= 0) continue
      consider(move, start + second.effort + effortToFinish(second.after(), setting, settings))
    }
  }
  if (best !== null) return (best as { move: Move }).move
  // Nothing finishes: what gives most.
  return first.toSorted((a, b) => b.worth - a.worth)[0]?.moves[0] ?? null
}

function effortToFinish(view: View, from: Setting, settings: readonly Setting[]): number {
  const { need } = view
  if (need <= 0) return 0
  let least = Number.POSITIVE_INFINITY
  for (const setting of settings) {
    const notches = Math.abs(setting.turns - (setting.kind === from.kind ? from.turns : 0))
    if (notches + 1 >= least) continue
    least = Math.min(least, notches + strokesToFinish(setting.moves(view, false), need))
  }
  return least
}

function directEffort(setting: Setting, moves: readonly Move[], need: number): number {
  return Math.abs(setting.turns) + strokesToFinish(moves, need)
}

function strokesToFinish(moves: readonly Move[], need: number): number {
  let [gain, effort] = [0, 0]
  for (const move of moves.slice(0, MOST_STROKES)) {
    gain += move.gain
    effort += move.effort
    if (gain >= need) return effort
  }
  return Number.POSITIVE_INFINITY
}

/** Error taken away for the effort by the first of the moves. */
function worthOf({ turns }: Setting, moves: readonly Move[], need: number): number {
  const move = moves[0]
  return move ? Math.min(move.gain, need) / (Math.abs(turns) + move.effort) : 0
}

function settingsOf(hand: Hand, view: View, tools: Tools, useless: ReadonlySet<string>): Setting[] {
  const anchor = tools.levels === 'none' ? { x: 0, y: 0 } : deepest(view)
  const sorted = (moves: Move[]) =>
    moves.filter(({ name }) => !useless.has(name)).sort((a, b) => b.gain / b.effort - a.gain / a.effort)
  const settings: Setting[] = []
  for (const { turns, count } of tools.levels === 'none' ? [] : levelsFrom(hand, view, anchor, tools)) {
    settings.push({
      turns,
      kind: 'level',
      moves: (from, withRectangles) => sorted(sweeps(hand, from, count, turns, anchor, withRectangles)),
    })
  }
  const seen = new Set<number>()
  for (const turns of sizeTurns(tools)) {
    const size = sizeAfter(hand.brush, turns)
    if (seen.has(size)) continue
    seen.add(size)
    settings.push({ turns, kind: 'brush', moves: (from) => sorted(strokes(hand, from, size, turns)) })
  }
  return settings
}

function sizeTurns({ brush }: Tools): number[] {
  if (brush !== 'all') return brush === 'one' ? [0] : []
  const turns: number[] = []
  for (let turn = -FARTHEST_SIZE; turn <= FARTHEST_SIZE; turn += SIZE_STEP) turns.push(turn)
  return turns
}

/** The levels that notches at `anchor` lead to. */
function levelsFrom(
  hand: Hand,
  { task }: View,
  anchor: ImagePoint,
  { levels }: Tools,
): { turns: number; count: number }[] {
  const { hierarchy: h } = task.levels
  const found = [{ turns: 0, count: hand.count }]
  if (levels === 'one') return found
  const leaf = h.leaf[Math.floor(anchor.y) * h.width + Math.floor(anchor.x)]!
  for (const turn of ['larger', 'smaller'] as const) {
    let { count } = found[0]!
    for (let i = 1; i <= FARTHEST_LEVEL; i++) {
      const next = anchoredStep(h, leaf, count, turn, false)
      if (next === count) break
      count = next
      found.push({ turns: turn === 'larger' ? i : -i, count })
    }
  }
  return found
}

function sweeps(
  hand: Hand,
  view: View,
  count: number,
  turns: number,
  anchor: ImagePoint,
  withRectangles: boolean,
): Move[] {
  const { task, need } = view
  const level = task.levels.at(count)
  const found = sweepsAt(view, level, need)
  if (withRectangles) found.push(...rectanglesAt(view, level))
  return found.map((sweep) => ({
    name: `level ${count} ${sweep.removes} ${sweep.frame !== null}`,
    gain: sweep.gain,
    effort: effortOf({ gestures: 1, travel: sweep.length }),
    after: () => swept(view, level, sweep),
    make: () => {
      hand.take('superpixel')
      for (let i = 0; i < Math.abs(turns); i++) hand.notch(anchor, turns > 0 ? 'larger' : 'smaller')
      const path = pathOf(task, view, level, sweep, anchor)
      hand.drag(path, { alt: sweep.removes, shift: sweep.frame !== null })
    },
  }))
}

function strokes(hand: Hand, view: View, size: number, turns: number): Move[] {
  const { need, task } = view
  return strokesAt(view, size).map((stroke) => ({
    name: `brush ${stroke.reach.name} ${stroke.owner}`,
    gain: stroke.gain,
    effort: effortOf({ gestures: 1, travel: stroke.length }),
    after: () => stroked(view, stroke),
    make: () => {
      const path = pathOfStroke(view, stroke, need).map(({ x, y }) => ({
        x: x + task.part.x0,
        y: y + task.part.y0,
      }))
      if (path.length === 0) return
      hand.take('brush')
      for (let i = 0; i < Math.abs(turns); i++) hand.notch(path[0]!, turns > 0 ? 'larger' : 'smaller')
      hand.drag(path, { alt: stroke.removes })
    },
  }))
}

/** The pixel that lies deepest in what is wrong, where the pointer is when the wheel turns. */
function deepest({ task, bits, wrong }: View): ImagePoint {
  const { width, height, x0, y0 } = task.part
  const isWrong = bits.map((value, p) => (value === task.inside[p] ? 0 : 1))
  const depth = squaredDistances(isWrong, width, height)
  let best = wrong.missing.pixels[0] ?? wrong.surplus.pixels[0] ?? 0
  for (let p = 0; p < depth.length; p++) if (isWrong[p] && depth[p]! > depth[best]!) best = p
  return { x: x0 + (best % width) + 0.5, y: y0 + Math.floor(best / width) + 0.5 }
}
