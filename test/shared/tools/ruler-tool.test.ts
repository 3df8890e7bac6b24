import { describe, expect, it } from 'vitest'
import {
  measureOf,
  type RulerLine,
  type RulerState,
  type RulerStep,
  rulerIdle,
  stepRuler,
} from '../../../shared/tools/ruler-tool.ts'
import type { ImagePoint, ToolEvent } from '../../../shared/tools/tool-event.ts'

const context = { slop: 2 }
const [a, b, c] = [
  { x: 10, y: 10 },
  { x: 40, y: 12 },
  { x: 20, y: 50 },
]
const down = (at: ImagePoint, how: { shift?: boolean; right?: boolean } = {}): ToolEvent => ({
  kind: 'down',
  at,
  button: how.right ? 'secondary' : 'primary',
  modifiers: { alt: false, shift: how.shift ?? false },
})
const move = (at: ImagePoint, shift = false): ToolEvent => ({
  kind: 'move',
  at,
  modifiers: { alt: false, shift },
})
const up = (at: ImagePoint): ToolEvent => ({ kind: 'up', at })
const wheel: ToolEvent = { kind: 'wheel', at: a, turn: 'larger', step: 'notch' }
const leave: ToolEvent = { kind: 'leave' }
const cancel: ToolEvent = { kind: 'cancel' }

type Of<K> = Extract<RulerState, { kind: K }>
const line = (from: ImagePoint, to: ImagePoint): RulerLine => ({ from, to })
const measured = (to: ImagePoint): Of<'idle'> => ({ kind: 'idle', line: line(a, to) })
const anchored = (to: ImagePoint): Of<'anchored'> => ({ kind: 'anchored', line: line(a, to) })
const stretching = (to: ImagePoint): RulerState => ({ kind: 'stretching', line: line(a, to) })
const none: Of<'idle'> = { kind: 'idle', line: null }
const pressed = (before: Of<'pressed'>['before'], from: ImagePoint, rest: Partial<Of<'pressed'>> = {}) =>
  ({ kind: 'pressed', before, from, shift: false, opensMenu: false, ...rest }) satisfies RulerState

type Cell = [name: string, state: RulerState, event: ToolEvent, step: RulerStep]
const same = (state: RulerState, events: readonly ToolEvent[]): Cell[] =>
  events.map((event) => [`${state.kind} + ${event.kind}: nothing`, state, event, [state, []]])

const table: Cell[] = [
  ['idle + down: waits', none, down(a), [pressed(none, a), []]],
  ['idle + cancel: no line any more', measured(b), cancel, [rulerIdle, []]],
  ...same(measured(b), [move(c), up(c), leave, wheel]),

  ['anchored + down: waits', anchored(c), down(b), [pressed(anchored(c), b), []]],
  ['anchored + move: the line follows', anchored(a), move(b), [anchored(b), []]],
  ['anchored + move with Shift', anchored(a), move(b, true), [anchored({ x: 40, y: 10 }), []]],
  ['anchored + cancel: no line', anchored(b), cancel, [rulerIdle, []]],
  ...same(anchored(b), [up(b), leave, wheel]),

  [
    'pressed + move within the slop: nothing',
    pressed(none, a),
    move({ x: 11, y: 10 }),
    [pressed(none, a), []],
  ],
  ['pressed + move: a line', pressed(none, a), move(b), [stretching(b), []]],
  [
    'pressed right + move: nothing',
    pressed(none, a, { opensMenu: true }),
    move(b),
    [pressed(none, a, { opensMenu: true }), []],
  ],
  ['pressed + up: one end', pressed(none, a), up(a), [anchored(a), []]],
  ['pressed on the other end + up: measured', pressed(anchored(c), b), up(b), [measured(b), []]],
  [
    'pressed on the other end with Shift + up: at a step',
    pressed(anchored(c), b, { shift: true }),
    up(b),
    [measured({ x: 40, y: 10 }), []],
  ],
  ['pressed + up far away: measured', pressed(none, a), up(b), [measured(b), []]],
  [
    'pressed right + up: the menu',
    pressed(measured(b), c, { opensMenu: true }),
    up(c),
    [measured(b), [{ kind: 'menu', at: c }]],
  ],
  ['pressed right + up far away: nothing', pressed(none, c, { opensMenu: true }), up(a), [none, []]],
  ['pressed + cancel: as before', pressed(measured(b), c), cancel, [measured(b), []]],
  ...same(pressed(none, a), [down(b), leave, wheel]),

  ['stretching + move: the line follows', stretching(b), move(c), [stretching(c), []]],
  ['stretching + move with Shift', stretching(c), move(b, true), [stretching({ x: 40, y: 10 }), []]],
  ['stretching + up: measured', stretching(b), up(c), [measured(b), []]],
  ['stretching + cancel: no line', stretching(b), cancel, [rulerIdle, []]],
  ...same(stretching(b), [down(c), leave, wheel]),
]

describe('the ruler, state by event', () => {
  it.each(table)('%s', (_, state, event, step) => {
    expect(stepRuler(state, event, context)).toEqual(step)
  })

  it('has a case for every cell of the table', () => {
    const kinds = new Set(table.map(([, state, event]) => `${state.kind} ${event.kind}`))
    expect(kinds.size).toBe(4 * 6)
  })
})

it('measures length, direction and the box around the line', () => {
  expect(measureOf(line(a, { x: 13, y: 14 }))).toMatchObject({ distance: 5, width: 3, height: 4, area: 12 })
  const angles = [
    [20, 10],
    [20, 0],
    [10, 0],
    [0, 10],
    [10, 20],
  ].map(([x, y]) => measureOf(line(a, { x: x!, y: y! })).angle)
  expect(angles).toEqual([0, 45, 90, 180, 270])
  expect(measureOf(line(a, a))).toEqual({ distance: 0, angle: 0, width: 0, height: 0, area: 0 })
})
