import { vi } from 'vitest'
import type { KeyPress } from '../../../renderer/commands/key-chord.ts'

export type FakePress = Partial<KeyPress> & {
  readonly key: string
  readonly repeat?: boolean
  readonly isComposing?: boolean
  /** Another listener has used it already. */
  readonly taken?: boolean
}

/** As much of a window as keys need: no element ever has the focus. Counts frames and time by hand. */
export function fakePage() {
  vi.stubGlobal('Element', class {})
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  const page = Object.assign(new EventTarget(), { document })
  const frames: (() => void)[] = []
  let time = 0
  const send = (type: string, press: FakePress) => {
    const code = /^[a-z]$/i.test(press.key) ? `Key${press.key.toUpperCase()}` : press.key
    const none = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, repeat: false }
    const event = Object.assign(new Event(type, { cancelable: true }), { code, ...none, ...press })
    if (press.taken) event.preventDefault()
    page.dispatchEvent(event)
    return event
  }
  return {
    page: page as unknown as Window,
    down: (press: FakePress) => send('keydown', press),
    up: (press: FakePress) => send('keyup', press),
    /** Something of the window itself: `blur`, `pointerdown`, `pointercancel`. */
    happen: (type: string) => page.dispatchEvent(new Event(type)),
    pointerMoves: (movementX: number, movementY: number) =>
      page.dispatchEvent(Object.assign(new Event('pointermove'), { movementX, movementY })),
    hide() {
      document.visibilityState = 'hidden'
      document.dispatchEvent(new Event('visibilitychange'))
    },
    wait(ms: number) {
      time += ms
    },
    now: () => time,
    afterFrame: (shown: () => void) => void frames.push(shown),
    /** The screen shows what was done so far. */
    showFrame() {
      for (const shown of frames.splice(0)) shown()
    },
  }
}
