/** Image pixels, origin at the top left corner of the first pixel, before any camera transform. May lie outside. */
export type ImagePoint = { readonly x: number; readonly y: number }

export type Modifiers = { readonly shift: boolean; readonly alt: boolean }

/** `secondary`: the right button, a pen's barrel button or its eraser tip. Panning never reaches a tool. */
export type ToolButton = 'primary' | 'secondary'

/**
 * What a tool gets to know. Between `down` and its `up` or `cancel` the canvas captures the pointer and sends no event of
 * another pointer. It sends `cancel` for Escape, a lost pointer, an undo in mid-stroke and a change of sample or tool,
 * and `leave` when a pointer that is not down goes off the canvas.
 */
export type ToolEvent =
  | {
      readonly kind: 'down'
      readonly at: ImagePoint
      readonly button: ToolButton
      readonly modifiers: Modifiers
    }
  | { readonly kind: 'move'; readonly at: ImagePoint; readonly modifiers: Modifiers }
  | { readonly kind: 'up'; readonly at: ImagePoint }
  | { readonly kind: 'wheel'; readonly at: ImagePoint; readonly turn: WheelTurn; readonly step: WheelStep }
  | { readonly kind: 'leave' }
  | { readonly kind: 'cancel' }

/** Away from the person is `larger`: one event per notch, or per step of an accumulated trackpad scroll. */
export type WheelTurn = 'larger' | 'smaller'

/**
 * How far a turn goes: a notch is meant to be seen, `fine` is the smallest step of size there is, and `cell` changes
 * only what is under the pointer, for tools that have something there.
 */
export type WheelStep = 'notch' | 'fine' | 'cell'

/** Whether a press has moved far enough to be a drag. `slop`: image pixels, what 4 screen pixels are at this zoom. */
export function isDrag(from: ImagePoint, to: ImagePoint, slop: number): boolean {
  return Math.hypot(to.x - from.x, to.y - from.y) >= slop
}
