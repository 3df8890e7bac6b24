import { describe, expect, it } from 'vitest'
import {
  type FingerEffect,
  type FingerEvent,
  HOLD_MS,
  noFingers,
  stepFingers,
} from '../../../renderer/canvas/touch.ts'

/** Fingers on a canvas of one device pixel per CSS pixel; each call gives what came of it. */
function hand(ratio = 1) {
  let state = noFingers
  let clock = 10_000
  const send = (event: FingerEvent): readonly FingerEffect[] => {
    const [next, effects] = stepFingers(state, event, ratio)
    state = next
    return effects
  }
  return {
    wait: (ms: number) => {
      clock += ms
    },
    down: (id: number, x: number, y: number, busy = false) =>
      send({ kind: 'down', id, at: { x, y }, time: clock, busy }),
    move: (id: number, x: number, y: number) => send({ kind: 'move', id, at: { x, y } }),
    up: (id: number) => send({ kind: 'up', id }),
    gone: (id: number) => send({ kind: 'gone', id }),
    held: (id: number) => send({ kind: 'held', id }),
    pen: (isDown: boolean) => send({ kind: 'pen', time: clock, isDown }),
    lost: () => send({ kind: 'lost' }),
    fingers: () => state.places.size,
  }
}
const kinds = (effects: readonly FingerEffect[]) => effects.map(({ kind }) => kind)

describe('one finger', () => {
  it('presses, drags and lifts as a pointer does', () => {
    const { down, move, up, fingers } = hand()
    expect(down(1, 10, 10)).toEqual([{ kind: 'press', at: { x: 10, y: 10 } }])
    expect(move(1, 40, 10)).toEqual([{ kind: 'drag', at: { x: 40, y: 10 } }])
    expect(move(1, 41, 10)).toEqual([{ kind: 'drag', at: { x: 41, y: 10 } }])
    expect(up(1)).toEqual([{ kind: 'lift', at: { x: 41, y: 10 } }])
    expect(fingers()).toBe(0)
  })

  it('stays where it was put down while it only strays, which is more device pixels on a finer display', () => {
    const { down, move, up } = hand(2)
    down(1, 10, 10)
    expect(move(1, 24, 10)).toEqual([])
    expect(up(1)).toEqual([{ kind: 'lift', at: { x: 10, y: 10 } }])
  })

  it('is a right click when it stays, and nothing more until it is lifted', () => {
    const { down, move, up, held } = hand()
    down(1, 10, 10)
    move(1, 13, 10)
    expect(held(1)).toEqual([{ kind: 'takeBack' }, { kind: 'rightClick', at: { x: 10, y: 10 } }])
    expect([...held(1), ...move(1, 90, 90), ...up(1)]).toEqual([])
    expect(kinds(down(2, 5, 5))).toEqual(['press'])
  })

  it('is no right click once it has moved, or for a finger that is gone', () => {
    const { down, move, up, held } = hand()
    down(1, 10, 10)
    move(1, 30, 10)
    expect(held(1)).toEqual([])
    up(1)
    expect(held(1)).toEqual([])
    down(2, 10, 10)
    expect(held(1)).toEqual([])
    expect(HOLD_MS).toBeGreaterThan(300)
  })

  it('leaves no stroke when the system takes it', () => {
    const { down, move, gone, fingers } = hand()
    down(1, 10, 10)
    move(1, 50, 10)
    expect(gone(1)).toEqual([{ kind: 'takeBack' }])
    expect(fingers()).toBe(0)
  })

  it('does nothing while the mouse draws', () => {
    const { down, move, up, fingers } = hand()
    expect([...down(1, 10, 10, true), ...move(1, 60, 10), ...up(1)]).toEqual([])
    expect(fingers()).toBe(0)
  })
})

describe('two fingers', () => {
  it('take a young stroke back, hold what is between them, and say how far apart they are', () => {
    const { down, move, wait } = hand()
    down(1, 100, 100)
    move(1, 120, 100)
    wait(100)
    expect(down(2, 220, 100)).toEqual([{ kind: 'takeBack' }, { kind: 'grip', at: { x: 170, y: 100 } }])
    expect(move(2, 320, 100)).toEqual([{ kind: 'pinch', at: { x: 220, y: 100 }, spread: 2 }])
    expect(move(1, 270, 100)).toEqual([{ kind: 'pinch', at: { x: 295, y: 100 }, spread: 0.5 }])
  })

  it('take back a press that has not moved, however old', () => {
    const { down, move, wait } = hand()
    down(1, 100, 100)
    move(1, 104, 100)
    wait(400)
    expect(kinds(down(2, 200, 100))).toEqual(['takeBack', 'grip'])
  })

  it('let a stroke go on to its end that was drawn before the second came', () => {
    const { down, move, up, wait } = hand()
    down(1, 100, 100)
    move(1, 140, 100)
    wait(151)
    expect(down(2, 200, 100)).toEqual([])
    expect(move(2, 300, 100)).toEqual([])
    expect(kinds(move(1, 160, 100))).toEqual(['drag'])
    expect(up(2)).toEqual([])
    expect(kinds(up(1))).toEqual(['lift'])
    expect(kinds(down(3, 1, 1))).toEqual(['press'])
  })

  it('draw nothing with the one that stays, and hold again when another comes', () => {
    const { down, move, up } = hand()
    down(1, 100, 100)
    down(2, 200, 100)
    expect(up(1)).toEqual([])
    expect(move(2, 250, 100)).toEqual([])
    expect(down(3, 350, 100)).toEqual([{ kind: 'grip', at: { x: 300, y: 100 } }])
    expect(up(3)).toEqual([])
    expect(up(2)).toEqual([])
    expect(kinds(down(4, 1, 1))).toEqual(['press'])
  })

  it('do not heed a third, and end as one of them is taken', () => {
    const { down, move, gone, fingers } = hand()
    down(1, 100, 100)
    down(2, 200, 100)
    expect([...down(3, 300, 100), ...move(3, 400, 100)]).toEqual([])
    expect(gone(2)).toEqual([])
    expect(move(1, 300, 100)).toEqual([])
    expect(fingers()).toBe(1)
  })

  it('on one place give no endless zoom', () => {
    const { down, move } = hand()
    down(1, 100, 100)
    down(2, 100, 100)
    expect(move(2, 100, 132)).toEqual([{ kind: 'pinch', at: { x: 100, y: 116 }, spread: 2 }])
    expect(move(2, 100, 100)).toEqual([{ kind: 'pinch', at: { x: 100, y: 100 }, spread: 1 }])
  })
})

describe('a hand beside the pen', () => {
  it('is not heeded while the pen is down and half a second after', () => {
    const { down, move, up, pen, wait } = hand()
    pen(true)
    wait(3000)
    expect([...down(1, 10, 10), ...move(1, 60, 10), ...up(1)]).toEqual([])
    pen(false)
    wait(499)
    expect([...down(2, 10, 10), ...up(2)]).toEqual([])
    wait(1)
    expect(kinds(down(3, 10, 10))).toEqual(['press'])
  })

  it('that came before the pen leaves no stroke and no hold', () => {
    const { down, move, pen, fingers } = hand()
    down(1, 10, 10)
    move(1, 60, 10)
    expect(pen(false)).toEqual([{ kind: 'takeBack' }])
    expect(move(1, 90, 10)).toEqual([])
    expect(fingers()).toBe(0)
  })
})

it('forgets all fingers when the window loses the focus', () => {
  const { down, move, lost, pen, wait } = hand()
  down(1, 10, 10)
  lost()
  expect(move(1, 60, 10)).toEqual([])
  pen(true)
  lost()
  wait(600)
  expect(kinds(down(2, 10, 10))).toEqual(['press'])
})

it('never ends a stroke that it did not begin, whatever fingers do', () => {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return Math.floor((seed / 2 ** 31) * below)
  }
  const { down, move, up, gone, held, pen, lost, wait } = hand()
  let isOpen = false
  const seen = new Set<string>()
  for (let i = 0; i < 20_000; i++) {
    const [id, x, y] = [1 + random(4), random(400), random(400)]
    wait(random(120))
    const acts = [
      () => down(id, x, y),
      () => move(id, x, y),
      () => move(id, x, y),
      () => up(id),
      () => gone(id),
      () => held(id),
      () => (random(20) === 0 ? pen(random(2) === 0) : []),
    ]
    for (const { kind } of acts[random(acts.length)]!()) {
      seen.add(kind)
      if (kind === 'press') expect(isOpen).toBe(false)
      if (kind === 'drag' || kind === 'lift' || kind === 'takeBack') expect(isOpen).toBe(true)
      if (kind === 'grip' || kind === 'pinch' || kind === 'rightClick') expect(isOpen).toBe(false)
      if (kind === 'press') isOpen = true
      if (kind === 'lift' || kind === 'takeBack') isOpen = false
    }
    // The canvas takes back by itself what is open then.
    if (random(200) === 0) {
      lost()
      isOpen = false
    }
  }
  expect([...seen].sort()).toEqual(['drag', 'grip', 'lift', 'pinch', 'press', 'rightClick', 'takeBack'])
})
