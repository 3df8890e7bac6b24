import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Anchor,
  atSteps,
  lineOf,
  type OutlineContext,
  type OutlineEffect,
  type OutlineState,
  type OutlineStep,
  outlineIdle,
  stepOutline,
} from '../../../shared/tools/outline-tool.ts'
import type { ImagePoint, ShapeKey, ToolEvent } from '../../../shared/tools/tool-event.ts'

/** Straight lines; with Shift level ones. */
const context: OutlineContext = {
  slop: 2,
  reach: 3,
  next: (from, at, shift) => {
    const set = shift && from ? { x: at.x, y: from.y } : at
    return { at: set, way: [set] }
  },
}
const point = (x: number, y: number): ImagePoint => ({ x, y })
const [a, b, c] = [point(10, 10), point(30, 10), point(30, 30)]
const anchor = (at: ImagePoint): Anchor => ({ at, way: [at] })
type How = { alt?: boolean; shift?: boolean; right?: boolean }
const down = (at: ImagePoint, { alt = false, shift = false, right = false }: How = {}): ToolEvent => ({
  kind: 'down',
  at,
  button: right ? 'secondary' : 'primary',
  modifiers: { alt, shift },
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
const finish: ShapeKey = { kind: 'finish', removes: false }
const back: ShapeKey = { kind: 'back' }
const drop: ShapeKey = { kind: 'drop' }

type Open = Extract<OutlineState, { kind: 'open' }>
type Pressed = Extract<OutlineState, { kind: 'pressed' }>
type Drawing = Extract<OutlineState, { kind: 'drawing' }>
const open = (points: ImagePoint[], rubber: ImagePoint[] = [], closes = false): Open => ({
  kind: 'open',
  anchors: points.map(anchor),
  rubber,
  closes,
})
const pressed = (points: ImagePoint[], from: ImagePoint, rest: Partial<Pressed> = {}): Pressed => ({
  kind: 'pressed',
  anchors: points.map(anchor),
  from,
  intent: 'set',
  shift: false,
  removes: false,
  ...rest,
})
const drawing = (points: ImagePoint[], start: ImagePoint, way: ImagePoint[]): Drawing => ({
  kind: 'drawing',
  anchors: points.map(anchor),
  start: anchor(start),
  way,
  removes: false,
})
const commit = (ring: ImagePoint[], removes = false): OutlineEffect => ({ kind: 'commit', ring, removes })

const far = point(60, 60)
const three = open([a, b, c])
const third = pressed([a, b], c)
const drawn = drawing([a], b, [c])

type Cell = [name: string, state: OutlineState, event: ToolEvent | ShapeKey, step: OutlineStep]
const same = (name: string, state: OutlineState, events: readonly (ToolEvent | ShapeKey)[]): Cell[] =>
  events.map((event) => [`${name} + ${event.kind}: nothing`, state, event, [state, []]])

const table: Cell[] = [
  ['idle + down: waits for the first anchor', outlineIdle, down(a), [pressed([], a), []]],
  ['idle + down, right', outlineIdle, down(a, { right: true }), [pressed([], a, { intent: 'menu' }), []]],
  ...same('idle', outlineIdle, [move(a), up(a), wheel, leave, cancel, finish, back, drop]),

  ['open + down elsewhere: waits', open([a, b]), down(c), [third, []]],
  [
    'open + down on the first anchor: closes when let go',
    three,
    down(point(12, 11)),
    [pressed([a, b, c], point(12, 11), { intent: 'close' }), []],
  ],
  [
    'open + down on the last anchor again, as a double click does',
    three,
    down(c, { alt: true }),
    [pressed([a, b, c], c, { intent: 'close', removes: true }), []],
  ],
  [
    'open + down on the last of two: there is nothing to close',
    open([a, b]),
    down(b),
    [pressed([a, b], b, { intent: 'nothing' }), []],
  ],
  ['open + move: the line follows', open([a, b]), move(c), [open([a, b], [c]), []]],
  ['open + move with Shift', open([a, b]), move(c, true), [open([a, b], [point(30, 10)]), []]],
  [
    'open + move over the first anchor: says that it closes',
    three,
    move(point(11, 9)),
    [open([a, b, c], [a], true), []],
  ],
  ['open + leave: no line to the pointer', open([a, b], [c]), leave, [open([a, b]), []]],
  ['open + cancel: the outline stays', open([a, b], [c]), cancel, [open([a, b]), []]],
  ['open + finish: one commit', three, finish, [outlineIdle, [commit([a, b, c])]]],
  [
    'open + finish, removing',
    three,
    { kind: 'finish', removes: true },
    [outlineIdle, [commit([a, b, c], true)]],
  ],
  ['open + finish of two: nothing', open([a, b]), finish, [open([a, b]), []]],
  ['open + back: one anchor less', three, back, [open([a, b]), []]],
  ['open + back from the first: no outline', open([a]), back, [outlineIdle, []]],
  ['open + drop: no outline', three, drop, [outlineIdle, []]],
  ...same('open', three, [up(a), wheel]),

  ['pressed + move within the slop: nothing', third, move(point(31, 30)), [third, []]],
  ['pressed + move: draws freehand from an anchor there', third, move(far), [drawing([a, b], c, [far]), []]],
  [
    'pressed on the last anchor + move: draws from it',
    pressed([a, b], b, { intent: 'nothing' }),
    move(far),
    [drawing([a, b], b, [far]), []],
  ],
  [
    'pressed to close + move: moving off is how to think better of it',
    pressed([a, b, c], a, { intent: 'close' }),
    move(far),
    [pressed([a, b, c], a, { intent: 'close' }), []],
  ],
  ['pressed + up: an anchor', third, up(c), [three, []]],
  [
    'pressed with Shift + up: at a step',
    pressed([a, b], point(50, 14), { shift: true }),
    up(point(50, 14)),
    [open([a, b, point(50, 10)]), []],
  ],
  [
    'pressed to close + up: one commit',
    pressed([a, b, c], a, { intent: 'close', removes: true }),
    up(a),
    [outlineIdle, [commit([a, b, c], true)]],
  ],
  [
    'pressed to close + up far away: still open',
    pressed([a, b, c], a, { intent: 'close' }),
    up(far),
    [three, []],
  ],
  ['pressed + up far away: a freehand stretch', pressed([], a), up(far), [open([a, far]), []]],
  ['pressed on the last + up: nothing', pressed([a, b], b, { intent: 'nothing' }), up(b), [open([a, b]), []]],
  ['pressed right + up: one anchor less', pressed([a, b], far, { intent: 'menu' }), up(far), [open([a]), []]],
  [
    'pressed right + up without an outline: the menu',
    pressed([], far, { intent: 'menu' }),
    up(far),
    [outlineIdle, [{ kind: 'menu', at: far }]],
  ],
  [
    'pressed right + up far away: nothing',
    pressed([a, b], far, { intent: 'menu' }),
    up(a),
    [open([a, b]), []],
  ],
  ['pressed + cancel: without this press', third, cancel, [open([a, b]), []]],
  ['pressed + cancel of the first', pressed([], a), cancel, [outlineIdle, []]],
  ['pressed + drop: no outline', third, drop, [outlineIdle, []]],
  ...same('pressed', third, [down(a), wheel, leave, finish, back]),

  ['drawing + move: farther', drawn, move(far), [drawing([a], b, [c, far]), []]],
  ['drawing + move by nothing', drawn, move(point(30.1, 30)), [drawn, []]],
  [
    'drawing + up: the stretch is one step of the outline',
    drawn,
    up(far),
    [{ ...open([a, b]), anchors: [anchor(a), anchor(b), { at: far, way: [c, far] }] }, []],
  ],
  [
    'drawing + up where the line began: one commit',
    drawing([a], b, [c, point(10, 30)]),
    up(point(9, 10)),
    [outlineIdle, [commit([a, b, c, point(10, 30), point(9, 10)])]],
  ],
  ['drawing + cancel: without the stretch', drawn, cancel, [open([a]), []]],
  ['drawing + cancel of the first: no outline', drawing([], a, [b]), cancel, [outlineIdle, []]],
  ['drawing + drop: no outline', drawn, drop, [outlineIdle, []]],
  ...same('drawing', drawn, [down(a), wheel, leave, finish, back]),
]

describe('an outline, state by event', () => {
  it.each(table)('%s', (_, state, event, step) => {
    expect(stepOutline(state, event, context)).toEqual(step)
  })

  it('has a case for every cell of the table', () => {
    const kinds = new Set(table.map(([, state, event]) => `${state.kind} ${event.kind}`))
    expect(kinds.size).toBe(4 * 9)
  })
})

function play(events: readonly (ToolEvent | ShapeKey)[]): OutlineStep {
  let state: OutlineState = outlineIdle
  const effects: OutlineEffect[] = []
  for (const event of events) {
    const [next, done] = stepOutline(state, event, context)
    state = next
    effects.push(...done)
  }
  return [state, effects]
}
const click = (at: ImagePoint, how: How = {}) => [down(at, how), up(at)]

describe('a line', () => {
  it('of clicks and a freehand stretch is closed as one commit of all its points', () => {
    const events = [...click(a), ...click(b), down(c), move(far), move(point(10, 50)), up(point(10, 50))]
    const ring = [a, b, c, far, point(10, 50)]
    expect(play([...events, ...click(a)])).toEqual([outlineIdle, [commit(ring)]])
    expect(lineOf(play(events)[0])).toEqual(ring)
  })

  it('drawn freehand in one drag that comes back closes itself', () => {
    const way = [point(40, 10), point(40, 40), point(10, 40)]
    const [state, effects] = play([down(a), ...way.map((at) => move(at)), up(point(10, 11))])
    expect([state, effects]).toEqual([outlineIdle, [commit([a, ...way, point(10, 11)])]])
  })

  it('takes back a freehand stretch as one step, and then the anchor it began at', () => {
    const events = [...click(a), down(b), move(c), move(far), up(far)]
    expect(lineOf(play([...events, back])[0])).toEqual([a, b])
    expect(lineOf(play([...events, back, back])[0])).toEqual([a])
    expect(play([...events, back, back, back])[0]).toEqual(outlineIdle)
  })

  it('is never left half done: whatever comes, dropping it leaves no outline and writes nothing', () => {
    const somewhere = fc.record({ x: fc.integer({ min: 0, max: 40 }), y: fc.integer({ min: 0, max: 40 }) })
    const anything = fc.oneof(
      somewhere.map((at) => down(at)),
      somewhere.map((at) => down(at, { right: true })),
      somewhere.map((at) => move(at)),
      somewhere.map(up),
      fc.constantFrom(leave, cancel, back, finish, wheel),
    )
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 30 }), (events) => {
        const [state, effects] = play(events)
        for (const effect of effects)
          if (effect.kind === 'commit') expect(effect.ring.length).toBeGreaterThan(2)
        expect(stepOutline(state, drop, context)).toEqual([outlineIdle, []])
      }),
    )
  })
})

describe('steps of 45°', () => {
  it('keep the nearest of the eight directions', () => {
    expect(atSteps(a, point(40, 14))).toEqual(point(40, 10))
    expect(atSteps(a, point(14, -20))).toEqual(point(10, -20))
    expect(atSteps(a, point(30, 26))).toEqual(point(28, 28))
    expect(atSteps(a, point(-10, 30))).toEqual(point(-10, 30))
    expect(atSteps(a, a)).toEqual(a)
  })
})
