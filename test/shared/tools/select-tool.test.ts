import { describe, expect, it } from 'vitest'
import {
  type SelectContext,
  type SelectState,
  type SelectStep,
  selectIdle,
  stepSelect,
} from '../../../shared/tools/select-tool.ts'
import type { ImagePoint, ToolEvent } from '../../../shared/tools/tool-event.ts'

/** Object 7 lies right of x = 10, nothing lies left of it. */
const context: SelectContext = { objectAt: ({ x }) => (x >= 10 ? 7 : null), slop: 4 }
const on: ImagePoint = { x: 12, y: 3 }
const off: ImagePoint = { x: 2, y: 3 }
const modifiers = { shift: false, alt: false }
const down = (at: ImagePoint, button: 'primary' | 'secondary' = 'primary'): ToolEvent => ({
  kind: 'down',
  at,
  button,
  modifiers,
})
const shiftDown = (at: ImagePoint): ToolEvent => ({
  kind: 'down',
  at,
  button: 'primary',
  modifiers: { shift: true, alt: false },
})
const move = (at: ImagePoint): ToolEvent => ({ kind: 'move', at, modifiers })
const up = (at: ImagePoint): ToolEvent => ({ kind: 'up', at })
const wheel: ToolEvent = { kind: 'wheel', at: on, turn: 'larger', step: 'notch' }
const leave: ToolEvent = { kind: 'leave' }
const cancel: ToolEvent = { kind: 'cancel' }

const hovering: SelectState = { kind: 'idle', hovered: 7 }
const pressed: SelectState = { kind: 'pressed', from: on, opensMenu: false, adds: false }
const pressedOff: SelectState = { kind: 'pressed', from: off, opensMenu: false, adds: false }
const rightPressed: SelectState = { kind: 'pressed', from: on, opensMenu: true, adds: false }
const addPressed: SelectState = { kind: 'pressed', from: on, opensMenu: false, adds: true }
const banding: SelectState = { kind: 'banding', from: on, opensMenu: false, adds: false }
const box = { x0: 2, y0: 3, x1: 12, y1: 4 }
const noBand = { kind: 'band', box: null } as const
const hover = (object: number | null) => ({ kind: 'hover', object }) as const
const select = (object: number | null) => ({ kind: 'select', object }) as const

const table: [name: string, state: SelectState, event: ToolEvent, step: SelectStep][] = [
  ['idle + down: pressed', selectIdle, down(on), [pressed, []]],
  ['idle + down, right button: will open the menu', selectIdle, down(on, 'secondary'), [rightPressed, []]],
  ['idle + move onto an object: lightens it', selectIdle, move(on), [hovering, [hover(7)]]],
  ['idle + move on the same object: nothing new', hovering, move({ x: 15, y: 9 }), [hovering, []]],
  ['idle + move off it: lightens none', hovering, move(off), [selectIdle, [hover(null)]]],
  ['idle + up: nothing', hovering, up(on), [hovering, []]],
  ['idle + wheel: nothing', hovering, wheel, [hovering, []]],
  ['idle + leave: lightens none', hovering, leave, [selectIdle, [hover(null)]]],
  ['idle + cancel: lightens none', hovering, cancel, [selectIdle, [hover(null)]]],

  ['pressed + down: nothing', pressed, down(off), [pressed, []]],
  ['pressed + move a little: nothing', pressed, move({ x: 13, y: 3 }), [pressed, []]],
  ['pressed + move far: a rectangle', pressed, move(off), [banding, [hover(null), { kind: 'band', box }]]],
  ['pressed + move far, right button: nothing', rightPressed, move(off), [rightPressed, []]],
  ['pressed + up: picks the object', pressed, up(on), [hovering, [hover(7), select(7)]]],
  ['pressed + up on nothing: picks none', pressedOff, up(off), [selectIdle, [hover(null), select(null)]]],
  [
    'pressed + up far away: selects inside',
    pressed,
    up(off),
    [selectIdle, [hover(null), { kind: 'select inside', box, adds: false }]],
  ],
  ['pressed + up far away, right button: picks nothing', rightPressed, up(off), [selectIdle, [hover(null)]]],
  ['idle + down, Shift: will add', selectIdle, shiftDown(on), [addPressed, []]],
  [
    'pressed + up, Shift: toggles the object',
    addPressed,
    up(on),
    [hovering, [hover(7), { kind: 'toggle', object: 7 }]],
  ],
  [
    'pressed + up on nothing, Shift: keeps what is selected',
    { ...pressedOff, adds: true } as SelectState,
    up(off),
    [selectIdle, [hover(null)]],
  ],
  [
    'pressed + up, right button: the menu of the object',
    rightPressed,
    up(on),
    [hovering, [hover(7), { kind: 'menu', at: on, object: 7 }]],
  ],
  ['pressed + wheel: nothing', pressed, wheel, [pressed, []]],
  ['pressed + leave: nothing', pressed, leave, [pressed, []]],
  ['pressed + cancel: no trace', pressed, cancel, [selectIdle, [hover(null)]]],

  ['banding + down: nothing', banding, down(off), [banding, []]],
  ['banding + move: another rectangle', banding, move(off), [banding, [{ kind: 'band', box }]]],
  [
    'banding + up: selects inside',
    banding,
    up(off),
    [selectIdle, [hover(null), noBand, { kind: 'select inside', box, adds: false }]],
  ],
  [
    'banding + up where it began: selects inside of what is left',
    { ...banding, adds: true } as SelectState,
    up(on),
    [
      hovering,
      [hover(7), noBand, { kind: 'select inside', box: { x0: 12, y0: 3, x1: 13, y1: 4 }, adds: true }],
    ],
  ],
  ['banding + wheel: nothing', banding, wheel, [banding, []]],
  ['banding + leave: nothing', banding, leave, [banding, []]],
  ['banding + cancel: no trace', banding, cancel, [selectIdle, [hover(null), noBand]]],
]

describe('the select tool, state by event', () => {
  it.each(table)('%s', (_, state, event, step) => {
    expect(stepSelect(state, event, context)).toEqual(step)
  })

  it('has a case for every cell of the table', () => {
    const kinds = new Set(table.map(([, state, event]) => `${state.kind} ${event.kind}`))
    expect(kinds.size).toBe(3 * 6)
  })
})
