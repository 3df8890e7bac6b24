import type { WheelStep } from '../../shared/tools/tool-event.ts'
import type { ScreenPoint } from './camera.ts'

/** What the person wants of the canvas, freed of buttons and devices. Points are device pixels of the canvas. */
export type CanvasAction =
  /** `at` null: the pointer left the canvas. */
  | {
      readonly kind: 'hover'
      readonly at: ScreenPoint | null
      readonly removes: boolean
      readonly shift: boolean
    }
  | {
      readonly kind: 'down'
      readonly at: ScreenPoint
      /** The tool decides between its drag and the context menu. */
      readonly secondary: boolean
      readonly removes: boolean
      readonly shift: boolean
    }
  /** All points since the last event, in order: a fast stroke has several per frame. */
  | { readonly kind: 'move'; readonly path: readonly ScreenPoint[]; readonly shift: boolean }
  | { readonly kind: 'up'; readonly at: ScreenPoint }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  | { readonly kind: 'zoom'; readonly at: ScreenPoint; readonly factor: number }
  /** Two fingers take hold of what is between them. */
  | { readonly kind: 'grip'; readonly at: ScreenPoint }
  /** They have it there now, `spread` times as far apart. */
  | { readonly kind: 'pinch'; readonly at: ScreenPoint; readonly spread: number }
  /** Positive: larger. */
  | { readonly kind: 'size'; readonly steps: number; readonly step: WheelStep; readonly at: ScreenPoint }
  /** Choose the object under the pointer without leaving the tool. */
  | { readonly kind: 'pick'; readonly at: ScreenPoint }

/** What is read of a pointer event; `at` in device pixels. */
export type PointerInput = {
  readonly at: ScreenPoint
  readonly pointerId: number
  readonly pointerType: string
  readonly button: number
  readonly buttons: number
  readonly altKey: boolean
  readonly shiftKey: boolean
  /** Ctrl, or Cmd on a Mac. */
  readonly modKey: boolean
}

/** Which button was pressed, and whether with our modifier. On a Mac Ctrl + click is a right click, and Cmd the modifier. */
export function pressOf(
  { button, ctrlKey, metaKey }: Pick<PointerEvent, 'button' | 'ctrlKey' | 'metaKey'>,
  isMac: boolean,
): Pick<PointerInput, 'button' | 'modKey'> {
  if (!isMac) return { button, modKey: ctrlKey || metaKey }
  return { button: ctrlKey && button === LEFT ? RIGHT : button, modKey: metaKey }
}

export type WheelInput = {
  readonly at: ScreenPoint
  readonly deltaX: number
  readonly deltaY: number
  /** 0 pixels, 1 lines, 2 pages, as in `WheelEvent`. */
  readonly deltaMode: number
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly timeStamp: number
}

/** Movement in device pixels that makes a press a drag. */
export const DRAG_DISTANCE = 4
/** Scrolled pixels of a trackpad that make one step of size. */
const PIXELS_PER_STEP = 40
const ZOOM_STEP = 1.2
const LEFT = 0
const MIDDLE = 1
const RIGHT = 2
const PEN_BARREL = 2
const PEN_ERASER = 32

type Gesture =
  | { readonly kind: 'none' }
  | { readonly kind: 'stroke'; readonly pointerId: number }
  | { readonly kind: 'pan'; readonly pointerId: number; readonly last: ScreenPoint }
  /** Pressed with Ctrl, and not yet known whether it is a click or a drag. */
  | { readonly kind: 'pressed'; readonly pointerId: number; readonly start: ScreenPoint }

/**
 * Turns pointer and wheel input into actions, after the input map. Holds what a gesture needs to know and nothing of
 * the document; one instance per canvas.
 */
export class PointerInterpreter {
  /** Space is down: dragging pans. */
  spaceHeld = false
  /** The erase key is down: everything the pointer does removes. */
  eraseHeld = false
  /** The active tool has a size, which the plain wheel changes; otherwise the wheel moves the view. */
  toolHasSize = true
  /** Alt is down: what the pointer rests on would be removed by a click. */
  altHeld = false
  /** Ctrl is down on the keyboard; a wheel event that claims Ctrl without it is a pinch. */
  ctrlHeld = false
  #gesture: Gesture = { kind: 'none' }
  #scrolled = 0
  #lastWheelAt = 0
  #lastMagnitude = 0
  #shrinking = 0
  #isTrackpad = false

  get isBusy(): boolean {
    return this.#gesture.kind !== 'none'
  }

  get isPanning(): boolean {
    return this.#gesture.kind === 'pan' || (this.spaceHeld && this.#gesture.kind === 'none')
  }

  /** What a click would do now, with nothing else pressed. */
  get removes(): boolean {
    return this.eraseHeld || this.altHeld
  }

  down(input: PointerInput): CanvasAction[] {
    this.altHeld = input.altKey
    if (this.#gesture.kind === 'stroke' && input.pointerId === this.#gesture.pointerId) return []
    if (this.#gesture.kind !== 'none') return []
    const { at, pointerId } = input
    if (input.button === MIDDLE || (input.button === LEFT && this.spaceHeld)) {
      this.#gesture = { kind: 'pan', pointerId, last: at }
      return []
    }
    const isPen = input.pointerType === 'pen'
    const penRemoves = isPen && (input.buttons & (PEN_BARREL | PEN_ERASER)) !== 0
    if (input.button === LEFT && input.modKey && !penRemoves) {
      this.#gesture = { kind: 'pressed', pointerId, start: at }
      return []
    }
    const secondary = input.button === RIGHT && !isPen
    if (input.button !== LEFT && !secondary && !penRemoves) return []
    this.#gesture = { kind: 'stroke', pointerId }
    const removes = this.#removes(input) || penRemoves
    return [{ kind: 'down', at, secondary, removes, shift: input.shiftKey }]
  }

  /** `path`: the coalesced points of the event, the last of which is `input.at`. */
  move(input: PointerInput, path: readonly ScreenPoint[]): CanvasAction[] {
    this.altHeld = input.altKey
    const gesture = this.#gesture
    if (gesture.kind === 'none')
      return [{ kind: 'hover', at: input.at, removes: this.#removes(input), shift: input.shiftKey }]
    if (input.pointerId !== gesture.pointerId) return []
    switch (gesture.kind) {
      case 'stroke':
        return [{ kind: 'move', path: path.length > 0 ? path : [input.at], shift: input.shiftKey }]
      case 'pan':
        this.#gesture = { ...gesture, last: input.at }
        return [panned(gesture.last, input.at)]
      case 'pressed': {
        const moved = Math.hypot(input.at.x - gesture.start.x, input.at.y - gesture.start.y)
        if (moved < DRAG_DISTANCE) return []
        this.#gesture = { kind: 'pan', pointerId: gesture.pointerId, last: input.at }
        return [panned(gesture.start, input.at)]
      }
    }
  }

  up(input: PointerInput): CanvasAction[] {
    const gesture = this.#gesture
    if (gesture.kind === 'none' || input.pointerId !== gesture.pointerId) return []
    this.#gesture = { kind: 'none' }
    switch (gesture.kind) {
      case 'stroke':
        return [{ kind: 'up', at: input.at }]
      case 'pan':
        return []
      case 'pressed':
        return [{ kind: 'pick', at: input.at }]
    }
  }

  /** The pointer left without a button down. */
  leave(): CanvasAction[] {
    return this.#gesture.kind === 'none' ? [{ kind: 'hover', at: null, removes: false, shift: false }] : []
  }

  /** The system took the pointer, the window lost the focus, or Esc was pressed: the stroke leaves no trace. */
  cancel(): CanvasAction[] {
    const gesture = this.#gesture
    this.#gesture = { kind: 'none' }
    return gesture.kind === 'stroke' ? [{ kind: 'cancel' }] : []
  }

  /** Forgets held keys: a lost key-up must not leave a mode on. */
  releaseKeys(): void {
    this.spaceHeld = false
    this.eraseHeld = false
    this.altHeld = false
    this.ctrlHeld = false
  }

  wheel(input: WheelInput): CanvasAction[] {
    const scale = input.deltaMode === 1 ? PIXELS_PER_STEP : input.deltaMode === 2 ? 400 : 1
    const dx = input.deltaX * scale
    const dy = input.deltaY * scale
    this.#noteDevice(input, dx, dy)
    const { at } = input
    if (input.ctrlKey || input.metaKey) {
      const isPinch = input.ctrlKey && !this.ctrlHeld && this.#isTrackpad
      const notches = this.#isTrackpad ? dy / 100 : Math.sign(dy)
      const factor = isPinch ? Math.exp(-dy * 0.01) : ZOOM_STEP ** -notches
      return factor === 1 ? [] : [{ kind: 'zoom', at, factor }]
    }
    // Browsers turn Shift + wheel into a horizontal delta; some systems leave it vertical.
    if (input.shiftKey && input.altKey && this.toolHasSize) {
      const steps = this.#sizeSteps(input, dy || dx)
      return steps === 0 ? [] : [{ kind: 'size', steps, step: 'cell', at }]
    }
    if (input.shiftKey) return [{ kind: 'pan', dx: -(dx || dy), dy: 0 }]
    if (!this.toolHasSize) {
      if (this.#isTrackpad) return [{ kind: 'pan', dx: -dx, dy: -dy }]
      return dy === 0 ? [] : [{ kind: 'zoom', at, factor: ZOOM_STEP ** -Math.sign(dy) }]
    }
    const steps = this.#sizeSteps(input, dy)
    return steps === 0 ? [] : [{ kind: 'size', steps, step: input.altKey ? 'fine' : 'notch', at }]
  }

  /** Wheel away from the person is larger. */
  #sizeSteps(input: WheelInput, dy: number): number {
    if (!this.#isTrackpad) return -Math.sign(dy)
    const paused = input.timeStamp - this.#lastWheelAt > 80
    this.#lastWheelAt = input.timeStamp
    const magnitude = Math.abs(dy)
    if (paused) {
      this.#scrolled = 0
      this.#shrinking = 0
    } else {
      this.#shrinking = magnitude <= this.#lastMagnitude ? this.#shrinking + 1 : 0
    }
    this.#lastMagnitude = magnitude
    // Fingers never slow down this evenly: what follows is inertia, and would jump ten levels.
    if (this.#shrinking > 10) return 0
    this.#scrolled -= dy
    const steps = Math.trunc(this.#scrolled / PIXELS_PER_STEP)
    this.#scrolled -= steps * PIXELS_PER_STEP
    return steps
  }

  /** A mouse sends whole notches on one axis; a trackpad sends many small deltas, often on both. */
  #noteDevice(input: WheelInput, dx: number, dy: number): void {
    if (input.deltaMode !== 0) {
      this.#isTrackpad = false
      return
    }
    const delta = Math.max(Math.abs(dx), Math.abs(dy))
    const looksLikeTrackpad = (dx !== 0 && dy !== 0) || !Number.isInteger(delta) || delta < 40
    if (looksLikeTrackpad) this.#isTrackpad = true
    // A fast flick on a trackpad has large deltas too, but they do not start from rest.
    else if (input.timeStamp - this.#lastWheelAt > 80) this.#isTrackpad = false
    if (!this.toolHasSize || input.ctrlKey || input.shiftKey) this.#lastWheelAt = input.timeStamp
  }

  #removes(input: PointerInput): boolean {
    const penErases = input.pointerType === 'pen' && (input.buttons & PEN_ERASER) !== 0
    return input.altKey || this.eraseHeld || penErases
  }
}

function panned(from: ScreenPoint, to: ScreenPoint): CanvasAction {
  return { kind: 'pan', dx: to.x - from.x, dy: to.y - from.y }
}
