import { isMacPlatform } from '../commands/key-chord.ts'
import type { ScreenPoint } from './camera.ts'
import { FingerInput, type FingerPhase } from './finger-input.ts'
import { type CanvasAction, type PointerInput, type PointerInterpreter, pressOf } from './pointer.ts'

export type CanvasInputPorts = {
  readonly input: PointerInterpreter
  /** Device pixels per CSS pixel. */
  ratio(): number
  act(actions: readonly CanvasAction[]): void
  /** Alt went down or up without the pointer moving. */
  altChanged(): void
  /** Two clicks of the first button, with nothing held. */
  doubleClick(at: ScreenPoint): void
  /** The window lost the focus: no held key is known any more. */
  lost(): void
}

/** Reads the pointer, the wheel and the keys that go with them on `target`. Returns the function that stops. */
export function listenToCanvas(target: HTMLElement, ports: CanvasInputPorts): () => void {
  const { input, act } = ports
  const stop = new AbortController()
  const { signal } = stop
  const isMac = isMacPlatform()
  const fingers = new FingerInput({ input, ratio: ports.ratio, act })

  const at = (event: { clientX: number; clientY: number }): ScreenPoint => {
    const box = target.getBoundingClientRect()
    const ratio = ports.ratio()
    return { x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio }
  }
  const read = (event: PointerEvent): PointerInput => {
    const { pointerId, pointerType, buttons, altKey, shiftKey } = event
    return { at: at(event), pointerId, pointerType, buttons, altKey, shiftKey, ...pressOf(event, isMac) }
  }
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    handle: (event: HTMLElementEventMap[K]) => void,
    options: AddEventListenerOptions = {},
  ) => target.addEventListener(type, handle, { ...options, signal })

  let moved: ScreenPoint | null = null
  /** A wheel event rounds its place to whole CSS pixels; the pointer that turned it is known better. */
  const wheelAt = (event: WheelEvent): ScreenPoint => {
    const rough = at(event)
    const isSame = moved && Math.hypot(moved.x - rough.x, moved.y - rough.y) <= 1.5 * ports.ratio()
    return moved && isSame ? moved : rough
  }

  const pathOf = (event: PointerEvent) => (event.getCoalescedEvents?.() ?? []).map(at)
  /** True when it was a finger, which is no pointer by itself. */
  const isOfFinger = (phase: FingerPhase, event: PointerEvent): boolean => {
    if (event.pointerType === 'pen') fingers.penUsed(phase, event.timeStamp)
    if (event.pointerType !== 'touch') return false
    fingers.touched(phase, read(event), pathOf(event), event.timeStamp)
    return true
  }

  on('pointerdown', (event) => {
    if (isOfFinger('down', event)) return
    const actions = input.down(read(event))
    if (input.isBusy) capture(target, event.pointerId)
    act(actions)
  })
  on('pointermove', (event) => {
    if (isOfFinger('move', event)) return
    moved = at(event)
    act(input.move(read(event), pathOf(event)))
  })
  on('pointerup', (event) => {
    if (!isOfFinger('up', event)) act(input.up(read(event)))
  })
  on('pointercancel', (event) => {
    if (!isOfFinger('gone', event)) act(input.cancel())
  })
  // The click that a browser makes of a finger would close the menu that it opened.
  const noClick = (event: TouchEvent) => {
    if (event.cancelable && !fingers.wasPointer) event.preventDefault()
  }
  on('touchend', noClick, { passive: false })
  on('pointerleave', () => act(input.leave()))
  on('contextmenu', (event) => event.preventDefault())
  on('dblclick', (event) => {
    const { altKey, shiftKey, ctrlKey, metaKey } = event
    if (!altKey && !shiftKey && !ctrlKey && !metaKey && !input.spaceHeld) ports.doubleClick(at(event))
  })
  const wheel = (event: WheelEvent) => {
    event.preventDefault()
    const { deltaX, deltaY, deltaMode, altKey, shiftKey, ctrlKey, metaKey, timeStamp } = event
    act(
      input.wheel({
        at: wheelAt(event),
        deltaX,
        deltaY,
        deltaMode,
        altKey,
        shiftKey,
        ctrlKey,
        metaKey,
        timeStamp,
      }),
    )
  }
  on('wheel', wheel, { passive: false })

  const keys = (event: KeyboardEvent) => {
    input.ctrlHeld = event.ctrlKey || event.metaKey
    if (event.key !== 'Alt') return
    // A lone Alt would put the focus into the menu bar.
    if (target.matches(':hover, :focus')) event.preventDefault()
    input.altHeld = event.altKey
    ports.altChanged()
  }
  window.addEventListener('keydown', keys, { signal })
  window.addEventListener('keyup', keys, { signal })
  const lost = () => {
    act(input.cancel())
    fingers.lost()
    ports.lost()
  }
  window.addEventListener('blur', lost, { signal })
  return () => {
    fingers.stop()
    stop.abort()
  }
}

/** A pointer that is gone already cannot be captured, and need not be. */
function capture(target: HTMLElement, pointerId: number): void {
  try {
    target.setPointerCapture(pointerId)
  } catch {
    // The pointer left before we heard of it.
  }
}
