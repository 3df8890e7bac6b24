import { expect, it } from 'vitest'
import { Reaches, strokesAt } from '../../../bench/effort/brush.ts'
import { Levels } from '../../../bench/effort/cells.ts'
import { firstHabits, Hand } from '../../../bench/effort/hand.ts'
import { labeledBest } from '../../../bench/effort/plan.ts'
import { pathOf, sweepsAt, swept } from '../../../bench/effort/sweep.ts'
import { taskOf } from '../../../bench/effort/task.ts'
import { segmentsIn } from '../../../bench/effort/truth.ts'
import { View } from '../../../bench/effort/view.ts'
import { Walker } from '../../../bench/effort/walk.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { strokeRuns } from '../../../shared/tools/brush-shape.ts'

const [width, height] = [96, 64]

/** A horseshoe, open on its right, of squares that differ in colour: its cells hang together round the corners alone. */
function horseshoe() {
  const data = new Uint8Array(4 * width * height).fill(255)
  const labels = new Uint16Array(width * height)
  for (let p = 0; p < labels.length; p++) {
    const [x, y] = [p % width, Math.floor(p / width)]
    const isIn = x >= 8 && x < 88 && y >= 8 && y < 56 && !(x >= 24 && y >= 24 && y < 40)
    labels[p] = isIn ? 1 : 0
    const square = (Math.floor(x / 8) + Math.floor(y / 8)) % 2
    data.set(isIn ? [200, 120 + 60 * square, 40] : [20, 30, 60 + 60 * square], 4 * p)
  }
  const image = { width, height, data }
  const hierarchy = buildHierarchy(image)
  const segment = segmentsIn({ count: 2, labels }, width).find(({ mask }) => mask[8 * width + 8] === 1)!
  const levels = new Levels(hierarchy)
  return { scene: { image, hierarchy }, task: taskOf(segment, levels), levels }
}

it('a sweep is one drag round corners that never enters a cell that it does not want', () => {
  const { scene, task, levels } = horseshoe()
  const hand = new Hand(scene, task.segment, { ...firstHabits(scene.hierarchy), count: 80 })
  const level = levels.at(hand.count)
  const view = View.of(task, hand.ids)
  const sweep = sweepsAt(view, level, view.need)[0]!
  expect(sweep.cells.length).toBeGreaterThan(10)
  const thought = swept(view, level, sweep)
  hand.take('superpixel')
  hand.drag(pathOf(task, view, level, sweep, { x: 12, y: 12 }))
  expect(hand.gestures).toBe(1)
  const real = View.of(task, hand.ids)
  expect(real.surplusAll).toBeLessThanOrEqual(thought.surplusAll)
  // By the way it may take cells that were wanted less.
  expect(real.missingAll).toBeLessThanOrEqual(thought.missingAll)
  expect(real.bits.some((value, p) => value !== thought.bits[p] && !task.inside[p])).toBe(false)
})

it('what is swept in the mind counts as the label that it makes', () => {
  const { scene, task, levels } = horseshoe()
  const hand = new Hand(scene, task.segment, { ...firstHabits(scene.hierarchy), count: 20 })
  const view = View.of(task, hand.ids)
  const level = levels.at(hand.count)
  const sweep = sweepsAt(view, level, Number.POSITIVE_INFINITY)[0]!
  const after = swept(view, level, sweep)
  expect(view.missingAll + view.surplusAll - after.missingAll - after.surplusAll).toBe(sweep.gain)
  expect(view.bits.includes(1)).toBe(false)
  expect(after.wrong.missing.pixels).toHaveLength(after.missingAll)
})

it('knows where brushes fit, of odd and of even size', () => {
  const inside = new Uint8Array(20 * 20)
  for (let y = 4; y < 16; y++) inside.fill(1, 20 * y + 3, 20 * y + 17)
  for (const size of [2, 3, 4, 7, 8, 11, 12]) {
    const centres = new Reaches(inside, { width: 20, height: 20 }).centres(size, false, 0)
    const fits = inside.map((_, p) => {
      const at = { x: (p % 20) + 0.5, y: Math.floor(p / 20) + 0.5 }
      const runs = strokeRuns(at, at, size, 60, 60)
      for (let i = 0; i < runs.length; i += 2)
        for (let k = runs[i]!; k < runs[i]! + runs[i + 1]!; k++) {
          const [x, y] = [k % 60, Math.floor(k / 60)]
          if (x >= 20 || y >= 20 || !inside[20 * y + x]) return 0
        }
      return 1
    })
    expect([size, [...centres].filter((value, p) => value > fits[p]!)]).toEqual([size, []])
    expect([size, centres.includes(1)]).toEqual([size, true])
  }
})

it('goes round what is not allowed, by the shortest way, and in few straight lines', () => {
  const allowed = Uint8Array.from('####.#####.#######.###'.padEnd(24, '#'), (c) => (c === '#' ? 1 : 0))
  const walker = new Walker({ width: 6, height: 4 })
  const way = walker.toNearest(0, allowed, (pixel) => pixel === 5)!
  expect(way[0]).toBe(0)
  expect(way.at(-1)).toBe(5)
  expect(way.every((pixel) => allowed[pixel])).toBe(true)
  const line = [walker.centre(0), ...walker.corners(way, allowed)]
  expect(line.length).toBeLessThanOrEqual(way.length)
  for (const [i, at] of line.slice(1).entries()) expect(walker.isInside(allowed, line[i]!, at)).toBe(true)
  expect(walker.toNearest(0, new Uint8Array(24), (pixel) => pixel === 5)).toBeNull()
})

it('nobody needs more gestures for an object with two tools than with one of them', () => {
  const { scene, task } = horseshoe()
  const start = () => new Hand(scene, task.segment, firstHabits(scene.hierarchy))
  const [both, cells, brush] = (
    [
      { levels: 'all', brush: 'all' },
      { levels: 'all', brush: 'none' },
      { levels: 'none', brush: 'all' },
    ] as const
  ).map((tools) => labeledBest(start(), task, tools).effort)
  expect(both!.iou).toBeGreaterThanOrEqual(0.95)
  expect(both!.gestures).toBeLessThanOrEqual(Math.min(cells!.gestures, brush!.gestures))
})

it('a stroke of the brush promises what it takes away', () => {
  const { scene, task } = horseshoe()
  const view = View.of(task, new Hand(scene, task.segment, firstHabits(scene.hierarchy)).ids)
  const [stroke] = strokesAt(view, 15)
  expect(stroke!.gain).toBeLessThanOrEqual(task.segment.area)
  expect(stroke!.gain).toBeGreaterThan(0.9 * task.segment.area)
})
