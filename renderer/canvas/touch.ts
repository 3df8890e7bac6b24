import type { ScreenPoint } from './camera.ts'

/** What fingers and the pen do on the canvas. `at` in device pixels, `time` in milliseconds. */
export type FingerEvent =
  /** `busy`: the mouse or the pen is in the middle of something. */
  | {
      readonly kind: 'down'
      readonly id: number
      readonly at: ScreenPoint
      readonly time: number
      readonly busy: boolean
    }
  | { readonly kind: 'move'; readonly id: number; readonly at: ScreenPoint }
  | { readonly kind: 'up'; readonly id: number }
  /** The system took the finger. */
  | { readonly kind: 'gone'; readonly id: number }
  /** `HOLD_MS` have gone by since this finger came. */
  | { readonly kind: 'held'; readonly id: number }
  /** Anything at all of a pen; `isDown`: it is on the canvas. */
  | { readonly kind: 'pen'; readonly time: number; readonly isDown: boolean }
  /** The window lost the focus. */
  | { readonly kind: 'lost' }

export type FingerEffect =
  /** One finger is the pointer. */
  | { readonly kind: 'press' | 'drag' | 'lift'; readonly at: ScreenPoint }
  /** What it began leaves no trace, and nothing is under a pointer any more. */
  | { readonly kind: 'takeBack' }
  | { readonly kind: 'rightClick'; readonly at: ScreenPoint }
  /** Two fingers have taken hold of the image at this place between them. */
  | { readonly kind: 'grip'; readonly at: ScreenPoint }
  /** They are there now, `spread` times as far apart as when they took hold. */
  | { readonly kind: 'pinch'; readonly at: ScreenPoint; readonly spread: number }

type Gesture =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'stroke'
      readonly id: number
      readonly from: ScreenPoint
      readonly since: number
      readonly isDrag: boolean
    }
  /** `apart`: how far the two fingers were when they took hold. */
  | { readonly kind: 'pinch'; readonly ids: readonly [number, number]; readonly apart: number }
  /** What these fingers were put down for is done; nothing comes of them until they are lifted, or two are there. */
  | { readonly kind: 'spent' }

export type Fingers = {
  /** Those that count, and where they are. A palm beside the pen and a third finger are none of them. */
  readonly places: ReadonlyMap<number, ScreenPoint>
  readonly gesture: Gesture
  readonly pen: { readonly isDown: boolean; readonly time: number }
}
export const noFingers: Fingers = {
  places: new Map(),
  gesture: { kind: 'none' },
  pen: { isDown: false, time: Number.NEGATIVE_INFINITY },
}

/** A second finger that comes this soon was meant with the first. */
const TOGETHER_MS = 150
export const HOLD_MS = 500
/** A hand rests beside the pen: its touches are not meant while the pen is there, nor this long after. */
const PALM_MS = 500
/** CSS pixels that a finger strays while it means to stay. */
const STRAY = 8
/** CSS pixels: nearer to each other than that, fingers say nothing certain about how far they are apart. */
const LEAST_APART = 16

/**
 * One finger is the pointer, two move and zoom the view, one that stays is a right click. A second finger takes the
 * first one's stroke back if that is young or has not moved; later it is not heeded. So a stroke is drawn whole, or
 * there was none. `ratio`: device pixels per CSS pixel.
 */
export function stepFingers(
  state: Fingers,
  event: FingerEvent,
  ratio: number,
): readonly [Fingers, readonly FingerEffect[]] {
  const { gesture, places, pen } = state
  switch (event.kind) {
    case 'pen': {
      const without = { ...noFingers, pen: { isDown: event.isDown, time: event.time } }
      return [without, gesture.kind === 'stroke' ? [{ kind: 'takeBack' }] : []]
    }
    case 'lost':
      return [{ ...noFingers, pen: { ...pen, isDown: false } }, []]
    case 'down':
      return pen.isDown || event.time - pen.time < PALM_MS ? [state, []] : down(state, event, ratio)
    case 'move': {
      if (!places.has(event.id)) return [state, []]
      const moved = { ...state, places: new Map(places).set(event.id, event.at) }
      if (gesture.kind === 'pinch') return [moved, pinched(moved.places, gesture, ratio)]
      if (gesture.kind !== 'stroke') return [moved, []]
      const isDrag = gesture.isDrag || distance(gesture.from, event.at) > STRAY * ratio
      return [{ ...moved, gesture: { ...gesture, isDrag } }, isDrag ? [{ kind: 'drag', at: event.at }] : []]
    }
    case 'up':
    case 'gone': {
      const at = places.get(event.id)
      if (!at) return [state, []]
      const rest = new Map(places)
      rest.delete(event.id)
      const after: Fingers = { ...state, places: rest, gesture: { kind: rest.size > 0 ? 'spent' : 'none' } }
      if (gesture.kind !== 'stroke') return [after, []]
      if (event.kind === 'gone') return [after, [{ kind: 'takeBack' }]]
      return [after, [{ kind: 'lift', at: gesture.isDrag ? at : gesture.from }]]
    }
    case 'held':
      if (gesture.kind !== 'stroke' || gesture.id !== event.id || gesture.isDrag) return [state, []]
      return [
        { ...state, gesture: { kind: 'spent' } },
        [{ kind: 'takeBack' }, { kind: 'rightClick', at: gesture.from }],
      ]
  }
}

function down(
  state: Fingers,
  { id, at, time, busy }: Extract<FingerEvent, { kind: 'down' }>,
  ratio: number,
): readonly [Fingers, readonly FingerEffect[]] {
  const { gesture } = state
  const places = new Map(state.places).set(id, at)
  if (gesture.kind === 'none') {
    if (busy) return [state, []]
    const stroke: Gesture = { kind: 'stroke', id, from: at, since: time, isDrag: false }
    return [{ ...state, places, gesture: stroke }, [{ kind: 'press', at }]]
  }
  const isLate = gesture.kind === 'stroke' && gesture.isDrag && time - gesture.since >= TOGETHER_MS
  if (isLate || places.size !== 2) return [state, []]
  const [one, other] = [...places.keys()] as [number, number]
  const apart = Math.max(LEAST_APART * ratio, distance(places.get(one)!, places.get(other)!))
  const grip: FingerEffect = { kind: 'grip', at: between(places.get(one)!, places.get(other)!) }
  return [
    { ...state, places, gesture: { kind: 'pinch', ids: [one, other], apart } },
    gesture.kind === 'stroke' ? [{ kind: 'takeBack' }, grip] : [grip],
  ]
}

function pinched(
  places: Fingers['places'],
  { ids, apart }: Extract<Gesture, { kind: 'pinch' }>,
  ratio: number,
): readonly FingerEffect[] {
  const [one, other] = [places.get(ids[0])!, places.get(ids[1])!]
  const now = Math.max(LEAST_APART * ratio, distance(one, other))
  return [{ kind: 'pinch', at: between(one, other), spread: now / apart }]
}

function distance(a: ScreenPoint, b: ScreenPoint): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

function between(a: ScreenPoint, b: ScreenPoint): ScreenPoint {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }
}
