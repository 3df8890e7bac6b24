import { boxAndCorrect } from './box.ts'
import { paintFreely } from './brush.ts'
import { Levels } from './cells.ts'
import { type Effort, ENOUGH, firstHabits, type Habits, Hand, type Scene } from './hand.ts'
import { drawPolygons } from './polygon.ts'
import { type Help, pickAtAllSizes, pickAtOneSize } from './superpixels.ts'
import type { Segment } from './truth.ts'

/** What one object took with one way of working. */
export type Work = Effort & { readonly isDone: boolean }

export const ways = [
  'polygon',
  'brush',
  'one size alone',
  'all levels alone',
  'one size and brush',
  'all levels and brush',
  'box',
] as const
export type Way = (typeof ways)[number]

/** Superpixels per image that a single size is chosen from. */
export const SIZES = [50, 100, 200, 400, 800, 1600, 3200]

export type ImageEffort = {
  readonly areas: readonly number[]
  readonly work: Readonly<Record<Way, readonly Work[]>>
  /** How many superpixels the best single sizes have. */
  readonly sizes: { readonly alone: number; readonly andBrush: number }
}

/**
 * The simulated annotator: labels every segment with each way of working. What it knows, how it chooses and what it does
 * not model is written in docs/guide/effort.md, which is part of this code: it knows the true outline, aims perfectly,
 * makes every gesture through the canvas's own tools, and takes the next one by the greedy rules of that page.
 */
export function label(scene: Scene, segments: readonly Segment[]): ImageEffort {
  const levels = new Levels(scene.hierarchy)
  const first = firstHabits(scene.hierarchy)
  const run = (work: (hand: Hand) => void, habits = first) => inTurn(scene, segments, habits, work)
  const atOneSize = (help: Help) =>
    bestOf(
      SIZES.map((size) => ({
        size,
        work: run((hand) => pickAtOneSize(hand, levels, help), { ...first, count: size }),
      })),
    )
  const [alone, andBrush] = [atOneSize('nothing'), atOneSize('brush')]
  return {
    areas: segments.map(({ area }) => area),
    sizes: { alone: alone.size, andBrush: andBrush.size },
    work: {
      polygon: run(drawPolygons),
      brush: run(paintFreely),
      'one size alone': alone.work,
      'all levels alone': run((hand) => pickAtAllSizes(hand, levels, 'nothing')),
      'one size and brush': andBrush.work,
      'all levels and brush': run((hand) => pickAtAllSizes(hand, levels, 'brush')),
      box: run((hand) => boxAndCorrect(hand, levels)),
    },
  }
}

/** One object after the other; level and brush stay as the one before left them. */
function inTurn(
  scene: Scene,
  segments: readonly Segment[],
  first: Habits,
  work: (hand: Hand) => void,
): Work[] {
  let habits = first
  return segments.map((segment) => {
    const hand = new Hand(scene, segment, habits)
    work(hand)
    habits = hand.habits
    const effort = hand.effort()
    return { ...effort, isDone: effort.iou >= ENOUGH }
  })
}

/** The size with which most objects are done; of equals the one with the fewest gestures, then the shorter way. */
function bestOf<T extends { readonly work: readonly Work[] }>(tried: readonly T[]): T {
  const cost = ({ work }: T) =>
    work.reduce((sum, { isDone, gestures, travel }) => sum + (isDone ? 0 : 1e6) + gestures + travel * 1e-6, 0)
  return tried.toSorted((a, b) => cost(a) - cost(b))[0]!
}
