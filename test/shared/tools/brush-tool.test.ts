import { describe, expect, it } from 'vitest'
import { strokeRuns } from '../../../shared/tools/brush-shape.ts'
import {
  type BrushContext,
  type BrushEffect,
  type BrushMode,
  type BrushState,
  type BrushStep,
  brushIdle,
  stepBrush,
} from '../../../shared/tools/brush-tool.ts'
import type { ImagePoint, ToolEvent, WheelStep } from '../../../shared/tools/tool-event.ts'

const context: BrushContext = { width: 10, height: 4, size: 1, erases: false, slop: 2 }
const pixel = (x: number, y = 0): ImagePoint => ({ x: x + 0.5, y: y + 0.5 })
const down = (at: ImagePoint, how: { alt?: boolean; shift?: boolean; right?: boolean } = {}): ToolEvent => ({
  kind: 'down',
  at,
  button: how.right ? 'secondary' : 'primary',
  modifiers: { alt: how.alt ?? false, shift: how.shift ?? false },
})
const move = (at: ImagePoint): ToolEvent => ({ kind: 'move', at, modifiers: { alt: false, shift: false } })
const up = (at: ImagePoint): ToolEvent => ({ kind: 'up', at })
const wheel = (turn: 'larger' | 'smaller', step: WheelStep = 'notch'): ToolEvent => ({
  kind: 'wheel',
  at: pixel(0),
  turn,
  step,
})
const leave: ToolEvent = { kind: 'leave' }
const cancel: ToolEvent = { kind: 'cancel' }

const runs = (...numbers: number[]) => Uint32Array.from(numbers)
const paint = (mode: BrushMode, ...numbers: number[]): BrushEffect => ({
  kind: 'paint',
  runs: runs(...numbers),
  mode,
})
const commit = (mode: BrushMode, ...numbers: number[]): BrushEffect => ({
  kind: 'commit',
  runs: runs(...numbers),
  mode,
})
const clear: BrushEffect = { kind: 'clear' }

const idleAt = (lastDab: ImagePoint | null): BrushState => ({ kind: 'idle', lastDab })
const pressed: BrushState = { kind: 'pressed', from: pixel(1), lastDab: null }
const painting = (x: number, ...numbers: number[]): BrushState => ({
  kind: 'painting',
  mode: 'add',
  last: pixel(x),
  runs: runs(...numbers),
  lastDab: null,
})
const erasing: BrushState = { ...painting(4, 1, 4), mode: 'remove' } as BrushState

type Cell = [name: string, state: BrushState, event: ToolEvent, step: BrushStep]

const table: Cell[] = [
  ['idle + down: one dab', brushIdle, down(pixel(1)), [painting(1, 1, 1), [paint('add', 1, 1)]]],
  ['idle + down, right button: waits', brushIdle, down(pixel(1), { right: true }), [pressed, []]],
  ['idle + move: nothing, the canvas draws the ring', brushIdle, move(pixel(1)), [brushIdle, []]],
  ['idle + up: nothing', brushIdle, up(pixel(1)), [brushIdle, []]],
  ['idle + wheel: another size', brushIdle, wheel('larger'), [brushIdle, [{ kind: 'size', size: 2 }]]],
  ['idle + leave: nothing', brushIdle, leave, [brushIdle, []]],
  ['idle + cancel: nothing', idleAt(pixel(2)), cancel, [idleAt(pixel(2)), []]],

  ['pressed + down: nothing', pressed, down(pixel(3)), [pressed, []]],
  ['pressed + move within the slop: nothing', pressed, move(pixel(2)), [pressed, []]],
  [
    'pressed + move: erases from where it went down',
    pressed,
    move(pixel(4)),
    [erasing, [paint('remove', 1, 4)]],
  ],
  ['pressed + up: the menu', pressed, up(pixel(1)), [brushIdle, [{ kind: 'menu', at: pixel(1) }]]],
  [
    'pressed + up far away: erases',
    pressed,
    up(pixel(4)),
    [idleAt(pixel(4)), [clear, commit('remove', 1, 4)]],
  ],
  ['pressed + wheel: another size', pressed, wheel('larger'), [pressed, [{ kind: 'size', size: 2 }]]],
  ['pressed + leave: nothing', pressed, leave, [pressed, []]],
  ['pressed + cancel: no trace', pressed, cancel, [brushIdle, []]],

  ['painting + down: nothing', painting(1, 1, 1), down(pixel(3)), [painting(1, 1, 1), []]],
  [
    'painting + move: everything on the way',
    painting(1, 1, 1),
    move(pixel(4)),
    [painting(4, 1, 4), [paint('add', 1, 4)]],
  ],
  [
    'painting + up: one commit',
    painting(4, 1, 4),
    up(pixel(4)),
    [idleAt(pixel(4)), [clear, commit('add', 1, 4)]],
  ],
  [
    'painting + up elsewhere: the way there counts',
    painting(1, 1, 1),
    up(pixel(3)),
    [idleAt(pixel(3)), [clear, commit('add', 1, 3)]],
  ],
  [
    'painting + wheel: another size, the stroke stays',
    painting(1, 1, 1),
    wheel('larger'),
    [painting(1, 1, 1), [{ kind: 'size', size: 2 }]],
  ],
  ['painting + leave: nothing, the pointer is captured', painting(1, 1, 1), leave, [painting(1, 1, 1), []]],
  ['painting + cancel: no trace', painting(1, 1, 1), cancel, [brushIdle, [clear]]],
]

function play(events: readonly ToolEvent[], start: BrushState = brushIdle, with_ = context): BrushStep {
  let state = start
  const effects: BrushEffect[] = []
  for (const event of events) {
    const [next, done] = stepBrush(state, event, with_)
    state = next
    effects.push(...done)
  }
  return [state, effects]
}
const commits = (events: readonly ToolEvent[], start: BrushState = brushIdle, with_ = context) =>
  play(events, start, with_)[1].filter((effect) => effect.kind === 'commit')

describe('the brush, state by event', () => {
  it.each(table)('%s', (_, state, event, step) => {
    expect(stepBrush(state, event, context)).toEqual(step)
  })

  it('has a case for every cell of the table', () => {
    const kinds = new Set(table.map(([, state, event]) => `${state.kind} ${event.kind}`))
    expect(kinds.size).toBe(3 * 6)
  })
})

describe('a stroke', () => {
  it('is one commit of all its pixels, also of those painted twice', () => {
    const events = [down(pixel(1)), move(pixel(5)), move(pixel(2, 2)), up(pixel(2, 2))]
    const [stroke] = commits(events)
    const ways = [strokeRuns(pixel(1), pixel(5), 1, 10, 4), strokeRuns(pixel(5), pixel(2, 2), 1, 10, 4)]
    const expected = new Set(ways.flatMap(pixelsOf))
    expect(stroke?.kind).toBe('commit')
    expect(pixelsOf((stroke as Extract<BrushEffect, { kind: 'commit' }>).runs)).toEqual(
      [...expected].sort((a, b) => a - b),
    )
  })

  it('erases with Alt, with the right button and with the eraser', () => {
    const way = [move(pixel(4)), up(pixel(4))]
    const erased = [commit('remove', 1, 4)]
    expect(commits([down(pixel(1), { alt: true }), ...way])).toEqual(erased)
    expect(commits([down(pixel(1), { right: true }), ...way])).toEqual(erased)
    expect(commits([down(pixel(1)), ...way], brushIdle, { ...context, erases: true })).toEqual(erased)
  })

  it('with Shift begins with a straight line from the last dab', () => {
    const before = idleAt(pixel(1))
    expect(commits([down(pixel(6), { shift: true }), up(pixel(6))], before)).toEqual([commit('add', 1, 6)])
  })

  it('with Shift and no dab before is a dab', () => {
    expect(commits([down(pixel(6), { shift: true }), up(pixel(6))])).toEqual([commit('add', 6, 1)])
  })

  it('outside of the image commits nothing', () => {
    expect(commits([down(pixel(2, 40)), move(pixel(5, 40)), up(pixel(5, 40))])).toEqual([])
  })

  it('that is cancelled leaves the last dab where it was', () => {
    const before = idleAt(pixel(1))
    expect(play([down(pixel(6)), move(pixel(8)), cancel], before)[0]).toEqual(before)
    expect(play([down(pixel(6), { right: true }), move(pixel(9)), cancel], before)[0]).toEqual(before)
  })
})

describe('the size', () => {
  const sizeAfter = (size: number, turn: 'larger' | 'smaller', step: WheelStep = 'notch') =>
    stepBrush(brushIdle, wheel(turn, step), { ...context, size })[1]

  it('changes by a fifth and at least a pixel; with Alt by a pixel', () => {
    expect(sizeAfter(100, 'larger')).toEqual([{ kind: 'size', size: 120 }])
    expect(sizeAfter(120, 'smaller')).toEqual([{ kind: 'size', size: 100 }])
    expect(sizeAfter(2, 'smaller')).toEqual([{ kind: 'size', size: 1 }])
    expect(sizeAfter(100, 'larger', 'fine')).toEqual([{ kind: 'size', size: 101 }])
  })

  it('is no matter of cells', () => {
    expect(sizeAfter(100, 'larger', 'cell')).toEqual([])
  })

  it('stays between 1 and 512', () => {
    expect(sizeAfter(500, 'larger')).toEqual([{ kind: 'size', size: 512 }])
    expect(sizeAfter(512, 'larger')).toEqual([])
    expect(sizeAfter(1, 'smaller')).toEqual([])
  })
})

function pixelsOf(stroke: Uint32Array): number[] {
  const pixels: number[] = []
  for (let i = 0; i < stroke.length; i += 2) {
    for (let p = stroke[i]!; p < stroke[i]! + stroke[i + 1]!; p++) pixels.push(p)
  }
  return pixels
}
