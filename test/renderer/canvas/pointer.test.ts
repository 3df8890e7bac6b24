import { describe, expect, it } from 'vitest'
import {
  type PointerInput,
  PointerInterpreter,
  pressOf,
  type WheelInput,
} from '../../../renderer/canvas/pointer.ts'

const pointer = (x: number, y: number, more: Partial<PointerInput> = {}): PointerInput => ({
  at: { x, y },
  pointerId: 1,
  pointerType: 'mouse',
  button: 0,
  buttons: 1,
  altKey: false,
  shiftKey: false,
  modKey: false,
  ...more,
})

let clock = 0
const wheel = (deltaY: number, more: Partial<WheelInput> = {}): WheelInput => {
  clock += 500
  return {
    at: { x: 50, y: 60 },
    deltaX: 0,
    deltaY,
    deltaMode: 0,
    altKey: false,
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    timeStamp: clock,
    ...more,
  }
}

const move = (input: PointerInterpreter, x: number, y: number, more: Partial<PointerInput> = {}) =>
  input.move(pointer(x, y, more), [])

describe('buttons', () => {
  it('takes Ctrl + click for a right click on a Mac, and Cmd for the modifier', () => {
    const ctrl = { button: 0, ctrlKey: true, metaKey: false }
    const cmd = { button: 0, ctrlKey: false, metaKey: true }
    expect(pressOf(ctrl, true)).toEqual({ button: 2, modKey: false })
    expect(pressOf(cmd, true)).toEqual({ button: 0, modKey: true })
    expect(pressOf(ctrl, false)).toEqual({ button: 0, modKey: true })
    expect(pressOf({ ...ctrl, button: 1 }, true)).toEqual({ button: 1, modKey: false })
  })

  it('paints with the left button from the first point on', () => {
    const input = new PointerInterpreter()
    expect(input.down(pointer(10, 10))).toEqual([
      { kind: 'down', at: { x: 10, y: 10 }, secondary: false, removes: false, shift: false },
    ])
    expect(move(input, 20, 10)).toEqual([{ kind: 'move', path: [{ x: 20, y: 10 }], shift: false }])
    expect(input.up(pointer(20, 10))).toEqual([{ kind: 'up', at: { x: 20, y: 10 } }])
  })

  it('passes on every point the browser gathered since the last event', () => {
    const input = new PointerInterpreter()
    input.down(pointer(0, 0))
    const path = [
      { x: 3, y: 0 },
      { x: 6, y: 1 },
      { x: 9, y: 3 },
    ]
    expect(input.move(pointer(9, 3), path)).toEqual([{ kind: 'move', path, shift: false }])
  })

  it('removes with Alt, and while the erase key is held', () => {
    const withAlt = new PointerInterpreter()
    expect(withAlt.down(pointer(1, 1, { altKey: true }))).toMatchObject([
      { kind: 'down', removes: true, shift: false },
    ])
    const held = new PointerInterpreter()
    held.eraseHeld = true
    expect(held.down(pointer(1, 1))).toMatchObject([{ kind: 'down', removes: true, shift: false }])
  })

  it('gives the right button to the tool, which knows a drag from a click', () => {
    const input = new PointerInterpreter()
    expect(input.down(pointer(10, 10, { button: 2, buttons: 2 }))).toMatchObject([
      { kind: 'down', at: { x: 10, y: 10 }, secondary: true },
    ])
    expect(move(input, 15, 10, { button: -1, buttons: 2 })).toMatchObject([{ kind: 'move' }])
    expect(input.up(pointer(15, 10, { button: 2, buttons: 0 }))).toMatchObject([{ kind: 'up' }])
  })

  it.each([
    ['the middle button', { button: 1, buttons: 4 }, false],
    ['Space and the left button', {}, true],
  ])('pans with %s', (_, more, space) => {
    const input = new PointerInterpreter()
    input.spaceHeld = space
    expect(input.down(pointer(10, 10, more))).toEqual([])
    expect(move(input, 14, 7)).toEqual([{ kind: 'pan', dx: 4, dy: -3 }])
    expect(move(input, 15, 7)).toEqual([{ kind: 'pan', dx: 1, dy: 0 }])
    expect(input.up(pointer(15, 7))).toEqual([])
  })

  it('pans with Ctrl and a drag, and picks the object under a Ctrl click', () => {
    const input = new PointerInterpreter()
    input.down(pointer(10, 10, { modKey: true }))
    expect(move(input, 20, 10, { modKey: true })).toEqual([{ kind: 'pan', dx: 10, dy: 0 }])
    expect(input.up(pointer(20, 10))).toEqual([])
    input.down(pointer(10, 10, { modKey: true }))
    expect(input.up(pointer(10, 10))).toEqual([{ kind: 'pick', at: { x: 10, y: 10 } }])
  })

  it('removes with the eraser tip and the barrel button of a pen', () => {
    for (const [button, buttons] of [
      [5, 32],
      [2, 2],
    ] as const) {
      const input = new PointerInterpreter()
      expect(input.down(pointer(1, 1, { pointerType: 'pen', button, buttons }))).toMatchObject([
        { kind: 'down', removes: true },
      ])
    }
  })

  it('keeps one stroke when another finger or button comes down', () => {
    const input = new PointerInterpreter()
    input.down(pointer(0, 0))
    expect(input.down(pointer(5, 5, { pointerId: 2 }))).toEqual([])
    expect(input.move(pointer(6, 6, { pointerId: 2 }), [])).toEqual([])
    expect(input.up(pointer(6, 6, { pointerId: 2 }))).toEqual([])
    expect(input.up(pointer(1, 1))).toMatchObject([{ kind: 'up' }])
  })

  it('cancels a stroke, and says nothing when there is none', () => {
    const input = new PointerInterpreter()
    expect(input.cancel()).toEqual([])
    input.down(pointer(0, 0))
    expect(input.cancel()).toEqual([{ kind: 'cancel' }])
    expect(input.up(pointer(0, 0))).toEqual([])
  })

  it('leaves no mode on when the key-up was lost', () => {
    const input = new PointerInterpreter()
    input.spaceHeld = true
    input.eraseHeld = true
    input.releaseKeys()
    expect(input.down(pointer(1, 1))).toMatchObject([{ kind: 'down', removes: false, shift: false }])
  })
})

it('knows what a click would do while the pointer rests, until the keys are lost', () => {
  const input = new PointerInterpreter()
  expect(input.removes).toBe(false)
  move(input, 5, 5, { altKey: true })
  expect(input.removes).toBe(true)
  input.releaseKeys()
  expect(input.removes).toBe(false)
  input.eraseHeld = true
  expect(input.removes).toBe(true)
})

describe('wheel', () => {
  it('changes the size by one step a notch, larger when turned away', () => {
    const input = new PointerInterpreter()
    expect(input.wheel(wheel(-120))).toEqual([
      { kind: 'size', steps: 1, step: 'notch', at: { x: 50, y: 60 } },
    ])
    expect(input.wheel(wheel(100))).toMatchObject([{ kind: 'size', steps: -1 }])
    expect(input.wheel(wheel(3, { deltaMode: 1 }))).toMatchObject([{ kind: 'size', steps: -1 }])
  })

  it('makes fine steps with Alt', () => {
    expect(new PointerInterpreter().wheel(wheel(-120, { altKey: true }))).toMatchObject([
      { kind: 'size', steps: 1, step: 'fine' },
    ])
  })

  it('changes only the cell under the pointer with Alt and Shift, whichever axis the browser reports', () => {
    const held = { altKey: true, shiftKey: true }
    expect(new PointerInterpreter().wheel(wheel(-120, held))).toMatchObject([
      { kind: 'size', steps: 1, step: 'cell' },
    ])
    expect(new PointerInterpreter().wheel(wheel(0, { ...held, deltaX: 120 }))).toMatchObject([
      { kind: 'size', steps: -1, step: 'cell' },
    ])
    const select = new PointerInterpreter()
    select.toolHasSize = false
    expect(select.wheel(wheel(120, held))).toMatchObject([{ kind: 'pan' }])
  })

  it('zooms with Ctrl in every tool, by 1.2 a notch', () => {
    for (const toolHasSize of [true, false]) {
      const input = new PointerInterpreter()
      input.toolHasSize = toolHasSize
      input.ctrlHeld = true
      const [zoom] = input.wheel(wheel(-120, { ctrlKey: true }))
      expect(zoom).toMatchObject({ kind: 'zoom' })
      expect(zoom?.kind === 'zoom' && zoom.factor).toBeCloseTo(1.2)
    }
  })

  it('takes a pinch as a zoom in proportion', () => {
    const input = new PointerInterpreter()
    const [zoom] = input.wheel(wheel(-2.5, { ctrlKey: true }))
    expect(zoom?.kind === 'zoom' && zoom.factor).toBeCloseTo(Math.exp(0.025))
  })

  it('steps a size once per forty pixels of a trackpad', () => {
    const input = new PointerInterpreter()
    let at = 10_000
    const scroll = (deltaY: number) => {
      at += 16
      return input.wheel(wheel(deltaY, { timeStamp: at }))
    }
    const steps = [6, 8, 10, 12, 14, 16, 18].flatMap(scroll)
    expect(steps).toMatchObject([
      { kind: 'size', steps: -1 },
      { kind: 'size', steps: -1 },
    ])
  })

  it('does not let the inertia of a flick run through all sizes', () => {
    const input = new PointerInterpreter()
    let steps = 0
    for (let i = 0, delta = 38.5; i < 120; i++, delta *= 0.97) {
      for (const action of input.wheel(wheel(-delta, { timeStamp: 10_000 + 16 * i }))) {
        if (action.kind === 'size') steps += action.steps
      }
    }
    expect(steps).toBeLessThan(12)
  })

  it('zooms with a mouse and pans with a trackpad in a tool without a size', () => {
    const mouse = new PointerInterpreter()
    mouse.toolHasSize = false
    expect(mouse.wheel(wheel(-120))).toMatchObject([{ kind: 'zoom' }])
    const trackpad = new PointerInterpreter()
    trackpad.toolHasSize = false
    expect(trackpad.wheel(wheel(4, { deltaX: 3 }))).toEqual([{ kind: 'pan', dx: -3, dy: -4 }])
  })

  it('pans sideways with Shift', () => {
    expect(new PointerInterpreter().wheel(wheel(120, { shiftKey: true }))).toEqual([
      { kind: 'pan', dx: -120, dy: 0 },
    ])
  })
})
