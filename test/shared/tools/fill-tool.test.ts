import { describe, expect, it } from 'vitest'
import {
  type FillContext,
  type FillEffect,
  type FillState,
  type FillStep,
  fillIdle,
  stepFill,
} from '../../../shared/tools/fill-tool.ts'
import type { ImagePoint, ShapeKey, ToolEvent, WheelStep } from '../../../shared/tools/tool-event.ts'

const a = { x: 5.5, y: 5.5 }
const near = { x: 7.5, y: 5.5 }
const far = { x: 40, y: 5.5 }
const gap = { x: 90, y: 90 }
/** There is one gap; a fill holds what is within 10 pixels. */
const context: FillContext = {
  slop: 2,
  tolerance: 20,
  isGap: ({ at }) => at === gap,
  holds: ({ at }, other) => Math.hypot(at.x - other.x, at.y - other.y) < 10,
}
type How = { alt?: boolean; shift?: boolean; right?: boolean }
const down = (at: ImagePoint, how: How = {}): ToolEvent => ({
  kind: 'down',
  at,
  button: how.right ? 'secondary' : 'primary',
  modifiers: { alt: how.alt ?? false, shift: how.shift ?? false },
})
const move = (at: ImagePoint): ToolEvent => ({ kind: 'move', at, modifiers: { alt: false, shift: false } })
const up = (at: ImagePoint): ToolEvent => ({ kind: 'up', at })
const wheel = (turn: 'larger' | 'smaller', step: WheelStep = 'notch'): ToolEvent => ({
  kind: 'wheel',
  at: a,
  turn,
  step,
})
const leave: ToolEvent = { kind: 'leave' }
const cancel: ToolEvent = { kind: 'cancel' }
const finish: ShapeKey = { kind: 'finish', removes: false }
const back: ShapeKey = { kind: 'back' }
const drop: ShapeKey = { kind: 'drop' }

type Of<K> = Extract<FillState, { kind: K }>
const previewed = (at: ImagePoint, rest: Partial<Of<'previewed'>> = {}) =>
  ({ kind: 'previewed', source: { at, diagonal: false }, removes: false, ...rest }) satisfies FillState
const pressed = (before: Of<'pressed'>['before'], at: ImagePoint, rest: Partial<Of<'pressed'>> = {}) =>
  ({
    kind: 'pressed',
    before,
    source: { at, diagonal: false },
    removes: false,
    opensMenu: false,
    ...rest,
  }) satisfies FillState
const commit = (fills: 'gap' | 'colour', at: ImagePoint, removes = false): FillEffect => ({
  kind: 'commit',
  source: { at, diagonal: false },
  fills,
  removes,
})
const tolerance = (value: number): FillEffect => ({ kind: 'tolerance', tolerance: value })

type Cell = [name: string, state: FillState, event: ToolEvent | ShapeKey, step: FillStep]
const same = (state: FillState, events: readonly (ToolEvent | ShapeKey)[]): Cell[] =>
  events.map((event) => [`${state.kind} + ${event.kind}: nothing`, state, event, [state, []]])

const table: Cell[] = [
  ['idle + down: waits', fillIdle, down(a), [pressed(fillIdle, a), []]],
  [
    'idle + down with Shift: over corners',
    fillIdle,
    down(a, { shift: true }),
    [pressed(fillIdle, a, { source: { at: a, diagonal: true } }), []],
  ],
  ['idle + wheel: another tolerance', fillIdle, wheel('larger'), [fillIdle, [tolerance(24)]]],
  ...same(fillIdle, [move(a), up(a), leave, cancel, finish, back, drop]),

  ['previewed + down: waits', previewed(a), down(far), [pressed(previewed(a), far), []]],
  ['previewed + wheel: another tolerance', previewed(a), wheel('smaller'), [previewed(a), [tolerance(16)]]],
  ['previewed + finish: one commit', previewed(a), finish, [fillIdle, [commit('colour', a)]]],
  [
    'previewed + finish, removing',
    previewed(a),
    { kind: 'finish', removes: true },
    [fillIdle, [commit('colour', a, true)]],
  ],
  ['previewed + back: nothing is shown', previewed(a), back, [fillIdle, []]],
  ['previewed + drop: nothing is shown', previewed(a), drop, [fillIdle, []]],
  ...same(previewed(a), [move(far), up(a), leave, cancel]),

  ['pressed + up: shows what is of like colour', pressed(fillIdle, a), up(a), [previewed(a), []]],
  ['pressed in a gap + up: fills it', pressed(fillIdle, gap), up(gap), [fillIdle, [commit('gap', gap)]]],
  [
    'pressed with Alt in a gap + up: there is nothing to take away, so by colour',
    pressed(fillIdle, gap, { removes: true }),
    up(gap),
    [previewed(gap, { removes: true }), []],
  ],
  [
    'pressed in what is shown + up: fills it',
    pressed(previewed(a), near),
    up(near),
    [fillIdle, [commit('colour', a)]],
  ],
  [
    'pressed with Alt in what is shown + up: takes it away',
    pressed(previewed(a), near, { removes: true }),
    up(near),
    [fillIdle, [commit('colour', a, true)]],
  ],
  ['pressed elsewhere + up: shows that', pressed(previewed(a), far), up(far), [previewed(far), []]],
  ['pressed + up far away: nothing', pressed(previewed(a), near), up(far), [previewed(a), []]],
  [
    'pressed right + up: the menu',
    pressed(previewed(a), far, { opensMenu: true }),
    up(far),
    [previewed(a), [{ kind: 'menu', at: far }]],
  ],
  [
    'pressed right + up far away: nothing',
    pressed(fillIdle, far, { opensMenu: true }),
    up(a),
    [fillIdle, []],
  ],
  [
    'pressed + wheel: another tolerance',
    pressed(fillIdle, a),
    wheel('larger'),
    [pressed(fillIdle, a), [tolerance(24)]],
  ],
  ['pressed + cancel: as before', pressed(previewed(a), far), cancel, [previewed(a), []]],
  ['pressed + drop: nothing is shown', pressed(previewed(a), far), drop, [fillIdle, []]],
  ...same(pressed(fillIdle, a), [down(far), move(far), leave, finish, back]),
]

describe('the fill bucket, state by event', () => {
  it.each(table)('%s', (_, state, event, step) => {
    expect(stepFill(state, event, context)).toEqual(step)
  })

  it('has a case for every cell of the table', () => {
    const kinds = new Set(table.map(([, state, event]) => `${state.kind} ${event.kind}`))
    expect(kinds.size).toBe(3 * 9)
  })
})

describe('the tolerance', () => {
  const stepped = (value: number, turn: 'larger' | 'smaller', step: WheelStep = 'notch') =>
    stepFill(fillIdle, wheel(turn, step), { ...context, tolerance: value })[1]

  it('goes by four, with Alt by one, from nothing to everything', () => {
    expect(stepped(20, 'larger', 'fine')).toEqual([tolerance(21)])
    expect(stepped(2, 'smaller')).toEqual([tolerance(0)])
    expect(stepped(0, 'smaller')).toEqual([])
    expect(stepped(254, 'larger')).toEqual([tolerance(255)])
    expect(stepped(255, 'larger')).toEqual([])
    expect(stepped(20, 'larger', 'cell')).toEqual([])
  })
})
