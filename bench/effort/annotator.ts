import { boxAndCorrect } from './box.ts'
import { Levels } from './cells.ts'
import { type Effort, ENOUGH, firstHabits, type Habits, Hand, type Scene } from './hand.ts'
import { type Done, labeledBest, type Manner, REHEARSED, rehearsed, type Tools } from './plan.ts'
import { drawPolygons } from './polygon.ts'
import { type Task, taskOf } from './task.ts'
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
  /** How many superpixels the best single sizes have; null where the brush alone is better. */
  readonly sizes: { readonly alone: number | null; readonly andBrush: number | null }
}

/**
 * The simulated annotator: labels every segment with each way of working. What it knows, how it plans and what it does
 * not model is written in docs/guide/effort.md, which is part of this code: it knows the true outline, aims perfectly,
 * and makes every gesture through the canvas's own tools.
 */
export function label(scene: Scene, segments: readonly Segment[]): ImageEffort {
  const levels = new Levels(scene.hierarchy)
  const tasks = segments.map((segment) => taskOf(segment, levels))
  const first = firstHabits(scene.hierarchy)
  const run = (work: (hand: Hand, task: Task) => Done, habits = first) => inTurn(scene, tasks, habits, work)
  const runWith = (tools: Tools, habits = first) =>
    run((hand, task) => labeledBest(hand, task, tools), habits)
  const runIn = ({ turns, ...manner }: Manner) =>
    run((hand, task) => rehearsed(hand, task, { ...manner, turns: task === tasks[0] ? turns : 0 }))
  const brush = [
    runWith({ levels: 'none', brush: 'all' }),
    ...REHEARSED.map((turns) => runIn({ tools: { levels: 'none', brush: 'one' }, wheel: 'brush', turns })),
  ]
  const levelsWith = (help: Tools['brush']) => [
    runWith({ levels: 'all', brush: help }),
    ...REHEARSED.map((turns) => runIn({ tools: { levels: 'one', brush: help }, wheel: 'superpixel', turns })),
  ]
  const [allAlone, allAndBrush] = [levelsWith('none'), levelsWith('all')]
  const atOneSize = (help: Tools['brush']) =>
    bestOf([
      ...SIZES.map((size) => ({
        size,
        work: runWith({ levels: 'one', brush: help }, { ...first, count: size }),
      })),
      ...(help === 'none' ? [] : brush.map((work) => ({ size: null, work }))),
    ])
  const [alone, andBrush] = [atOneSize('none'), atOneSize('all')]
  return {
    areas: segments.map(({ area }) => area),
    sizes: {
      alone: alone.size,
      andBrush: andBrush.size,
    },
    work: {
      polygon: run(drawPolygons),
      brush: bestWork(brush),
      'one size alone': alone.work,
      'all levels alone': bestWork(allAlone),
      'one size and brush': andBrush.work,
      'all levels and brush': bestWork([...allAndBrush, ...allAlone, ...brush]),
      box: run(boxAndCorrect),
    },
  }
}

/** One object after the other; level and brush stay as the one before left them. */
function inTurn(
  scene: Scene,
  tasks: readonly Task[],
  first: Habits,
  work: (hand: Hand, task: Task) => Done,
): Work[] {
  let habits = first
  return tasks.map((task) => {
    const done = work(new Hand(scene, task.segment, habits), task)
    habits = done.habits
    const { effort } = done
    return { ...effort, isDone: effort.iou >= ENOUGH }
  })
}

const bestWork = (tried: readonly Work[][]) => bestOf(tried.map((work) => ({ work }))).work

/** That with which most objects are done; of equals the one with the fewest gestures, then the shorter way. */
function bestOf<T extends { readonly work: readonly Work[] }>(tried: readonly T[]): T {
  const cost = ({ work }: T) =>
    work.reduce((sum, { isDone, gestures, travel }) => sum + (isDone ? 0 : 1e6) + gestures + travel * 1e-6, 0)
  return tried.toSorted((a, b) => cost(a) - cost(b))[0]!
}
