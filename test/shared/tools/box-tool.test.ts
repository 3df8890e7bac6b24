import { describe, expect, it } from 'vitest'
import {
  type BoxEffect,
  type BoxSeed,
  type BoxState,
  type BoxStep,
  boxIdle,
  stepBox,
} from '../../../shared/tools/box-tool.ts'
import type { ImagePoint, ShapeKey, ToolEvent } from '../../../shared/tools/tool-event.ts'

const context = { slop: 2 }
const [a, b, c] = [
  { x: 10.5, y: 10.5 },
  { x: 30.2, y: 25.8 },
  { x: 20, y: 20 },
]
const box = { x0: 10, y0: 10, x1: 31, y1: 26 }
const down = (at: ImagePoint, how: { alt?: boolean; right?: boolean } = {}): ToolEvent => ({
  kind: 'down',
  at,
  button: how.right ? 'secondary' : 'primary',
  modifiers: { alt: how.alt ?? false, shift: false },
})
const move = (at: ImagePoint): ToolEvent => ({ kind: 'move', at, modifiers: { alt: false, shift: false } })
const up = (at: ImagePoint): ToolEvent => ({ kind: 'up', at })
const wheel: ToolEvent = { kind: 'wheel', at: a, turn: 'larger', step: 'notch' }
const leave: ToolEvent = { kind: 'leave' }
const cancel: ToolEvent = { kind: 'cancel' }
const finish: ShapeKey = { kind: 'finish', removes: false }
const back: ShapeKey = { kind: 'back' }
const drop: ShapeKey = { kind: 'drop' }

type Of<K> = Extract<BoxState, { kind: K }>
const cornered = (to: ImagePoint): Of<'cornered'> => ({ kind: 'cornered', from: a, to, removes: false })
const proposed = (...seeds: BoxSeed[]): Of<'proposed'> => ({ kind: 'proposed', box, seeds, removes: false })
const seed: BoxSeed = { at: c, adds: true }
const pressed = (before: Of<'pressed'>['before'], from: ImagePoint, rest: Partial<Of<'pressed'>> = {}) =>
  ({ kind: 'pressed', before, from, alt: false, opensMenu: false, ...rest }) satisfies BoxState
const boxing: Of<'boxing'> = { kind: 'boxing', before: boxIdle, from: a, to: c, removes: false }
const commit = (seeds: BoxSeed[], removes = false): BoxEffect => ({ kind: 'commit', box, seeds, removes })

type Cell = [name: string, state: BoxState, event: ToolEvent | ShapeKey, step: BoxStep]
const same = (state: BoxState, events: readonly (ToolEvent | ShapeKey)[]): Cell[] =>
  events.map((event) => [`${state.kind} + ${event.kind}: nothing`, state, event, [state, []]])

const table: Cell[] = [
  ['idle + down: waits', boxIdle, down(a), [pressed(boxIdle, a), []]],
  ...same(boxIdle, [move(a), up(a), wheel, leave, cancel, finish, back, drop]),

  ['cornered + down: waits', cornered(c), down(b), [pressed(cornered(c), b), []]],
  ['cornered + move: the box follows', cornered(a), move(b), [cornered(b), []]],
  ['cornered + back: no box', cornered(b), back, [boxIdle, []]],
  ['cornered + drop: no box', cornered(b), drop, [boxIdle, []]],
  ...same(cornered(b), [up(b), wheel, leave, cancel, finish]),

  ['proposed + down: waits', proposed(), down(c, { alt: true }), [pressed(proposed(), c, { alt: true }), []]],
  ['proposed + finish: one commit', proposed(seed), finish, [boxIdle, [commit([seed])]]],
  [
    'proposed + finish, removing',
    proposed(),
    { kind: 'finish', removes: true },
    [boxIdle, [commit([], true)]],
  ],
  [
    'proposed to be taken away + finish',
    { ...proposed(), removes: true },
    finish,
    [boxIdle, [commit([], true)]],
  ],
  ['proposed + back: one click less', proposed(seed), back, [proposed(), []]],
  ['proposed + back from none: no box', proposed(), back, [boxIdle, []]],
  ['proposed + drop: no box', proposed(seed), drop, [boxIdle, []]],
  ...same(proposed(seed), [move(a), up(a), wheel, leave, cancel]),

  [
    'pressed + move within the slop: nothing',
    pressed(boxIdle, a),
    move({ x: 11, y: 11 }),
    [pressed(boxIdle, a), []],
  ],
  ['pressed + move: draws a box', pressed(boxIdle, a), move(c), [boxing, []]],
  [
    'pressed right + move: nothing',
    pressed(boxIdle, a, { opensMenu: true }),
    move(c),
    [pressed(boxIdle, a, { opensMenu: true }), []],
  ],
  ['pressed + up: the first corner', pressed(boxIdle, a), up(a), [cornered(a), []]],
  ['pressed on the second corner + up: proposes', pressed(cornered(c), b), up(b), [proposed(), []]],
  ['pressed on a proposal + up: a seed', pressed(proposed(), c), up(c), [proposed(seed), []]],
  [
    'pressed with Alt on a proposal + up: a seed against',
    pressed(proposed(seed), a, { alt: true }),
    up(a),
    [proposed(seed, { at: a, adds: false }), []],
  ],
  ['pressed + up far away: a box after all', pressed(boxIdle, a), up(b), [proposed(), []]],
  [
    'pressed right + up: the menu',
    pressed(proposed(seed), a, { opensMenu: true }),
    up(a),
    [proposed(seed), [{ kind: 'menu', at: a }]],
  ],
  [
    'pressed right + up far away: nothing',
    pressed(proposed(seed), a, { opensMenu: true }),
    up(b),
    [proposed(seed), []],
  ],
  ['pressed + cancel: as before', pressed(proposed(seed), a), cancel, [proposed(seed), []]],
  ['pressed + drop: no box', pressed(proposed(seed), a), drop, [boxIdle, []]],
  ...same(pressed(boxIdle, a), [down(b), wheel, leave, finish, back]),

  ['boxing + move: the box follows', boxing, move(b), [{ ...boxing, to: b }, []]],
  ['boxing + up: proposes', boxing, up(b), [proposed(), []]],
  [
    'boxing + cancel: what was proposed before is there again',
    { ...boxing, before: proposed(seed) },
    cancel,
    [proposed(seed), []],
  ],
  ['boxing + drop: no box', boxing, drop, [boxIdle, []]],
  ...same(boxing, [down(b), wheel, leave, finish, back]),
]

describe('a box, state by event', () => {
  it.each(table)('%s', (_, state, event, step) => {
    expect(stepBox(state, event, context)).toEqual(step)
  })

  it('has a case for every cell of the table', () => {
    const kinds = new Set(table.map(([, state, event]) => `${state.kind} ${event.kind}`))
    expect(kinds.size).toBe(5 * 9)
  })
})

it('draws another box over one that is proposed, and forgets its clicks', () => {
  let state: BoxState = proposed(seed)
  for (const event of [down(a), move(c), up(b)]) state = stepBox(state, event, context)[0]
  expect(state).toEqual(proposed())
})
