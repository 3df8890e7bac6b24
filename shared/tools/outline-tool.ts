import { assertNever } from '../base/assert-never.ts'
import { type ImagePoint, isDrag, type ShapeKey, type ToolEvent } from './tool-event.ts'

/** A corner that a person has set, and how the line gets there. */
export type Anchor = {
  readonly at: ImagePoint
  /** From the anchor before, which is not among them, to this one, which is the last. The first anchor's is itself. */
  readonly way: readonly ImagePoint[]
}

export type OutlineContext = {
  /** See `isDrag`. */
  readonly slop: number
  /** Image pixels around the first anchor within which a press closes the line: half of its handle on the screen. */
  readonly reach: number
  /**
   * The anchor that a press at `at` sets after `from`, null for the first. `shift`: as the tool has it, at steps of 45°
   * or straight.
   */
  readonly next: (from: ImagePoint | null, at: ImagePoint, shift: boolean) => Anchor
}

export type OutlineState =
  | { readonly kind: 'idle' }
  /** Between presses. `rubber`: from the last anchor to the pointer. `closes`: a press there closes the line. */
  | {
      readonly kind: 'open'
      readonly anchors: readonly Anchor[]
      readonly rubber: readonly ImagePoint[]
      readonly closes: boolean
    }
  /** Down, and not yet a drag. `menu` is the right button. */
  | {
      readonly kind: 'pressed'
      readonly anchors: readonly Anchor[]
      readonly from: ImagePoint
      readonly intent: 'set' | 'close' | 'nothing' | 'menu'
      readonly shift: boolean
      readonly removes: boolean
    }
  /** Freehand: `way` is what has been drawn since `start`. */
  | {
      readonly kind: 'drawing'
      readonly anchors: readonly Anchor[]
      readonly start: Anchor
      readonly way: readonly ImagePoint[]
      readonly removes: boolean
    }

/**
 * What the canvas does, in order; the line it draws itself, from the state.
 * - `commit`: one step of undo: write or clear what lies inside of the closed line.
 * - `menu`: open the context menu at a point.
 */
export type OutlineEffect =
  | { readonly kind: 'commit'; readonly ring: readonly ImagePoint[]; readonly removes: boolean }
  | { readonly kind: 'menu'; readonly at: ImagePoint }

export type OutlineStep = readonly [OutlineState, readonly OutlineEffect[]]

export const outlineIdle: OutlineState = { kind: 'idle' }

/** Freehand points nearer to each other than this share of the slop are one. */
const SAME = 0.25

/**
 * A line around an object: clicks set anchors, drags draw freehand. It is closed by a click on its first anchor, by a
 * second one on its last (a double click), by `finish`, or by a freehand drag that ends where the line began; with Alt
 * what is inside is taken away. The right button and `back` take back the last anchor or stretch.
 */
export function stepOutline(
  state: OutlineState,
  event: ToolEvent | ShapeKey,
  context: OutlineContext,
): OutlineStep {
  switch (state.kind) {
    case 'idle':
      return stepIdle(state, event)
    case 'open':
      return stepOpen(state, event, context)
    case 'pressed':
      return stepPressed(state, event, context)
    case 'drawing':
      return stepDrawing(state, event, context)
    default:
      return assertNever(state)
  }
}

type Open = Extract<OutlineState, { kind: 'open' }>
type Pressed = Extract<OutlineState, { kind: 'pressed' }>
type Drawing = Extract<OutlineState, { kind: 'drawing' }>
type Down = Extract<ToolEvent, { kind: 'down' }>

function stepIdle(state: OutlineState, event: ToolEvent | ShapeKey): OutlineStep {
  switch (event.kind) {
    case 'down':
      return [pressed([], event, 'set'), []]
    case 'move':
    case 'up':
    case 'wheel':
    case 'leave':
    case 'cancel':
    case 'finish':
    case 'back':
    case 'drop':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function stepOpen(state: Open, event: ToolEvent | ShapeKey, context: OutlineContext): OutlineStep {
  const { anchors } = state
  switch (event.kind) {
    case 'down': {
      const isLast = !isDrag(lastOf(anchors).at, event.at, context.slop)
      const closes = canClose(anchors) && (isLast || isFirst(anchors, event.at, context))
      return [pressed(anchors, event, closes ? 'close' : isLast ? 'nothing' : 'set'), []]
    }
    case 'move': {
      const closes = canClose(anchors) && isFirst(anchors, event.at, context)
      const to = closes ? anchors[0]!.at : event.at
      const { way } = context.next(lastOf(anchors).at, to, event.modifiers.shift && !closes)
      return [{ ...state, rubber: way, closes }, []]
    }
    case 'leave':
    case 'cancel':
      return [open(anchors), []]
    case 'finish':
      return canClose(anchors) ? close(anchors, event.removes, context) : [state, []]
    case 'back':
      return [open(anchors.slice(0, -1)), []]
    case 'drop':
      return [outlineIdle, []]
    case 'up':
    case 'wheel':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function stepPressed(state: Pressed, event: ToolEvent | ShapeKey, context: OutlineContext): OutlineStep {
  const { anchors, from, intent } = state
  switch (event.kind) {
    case 'move': {
      const draws = intent === 'set' || intent === 'nothing'
      if (!draws || !isDrag(from, event.at, context.slop)) return [state, []]
      return [draw(startOf(state, context), event.at, context), []]
    }
    case 'up': {
      const isFar = isDrag(from, event.at, context.slop)
      switch (intent) {
        case 'menu':
          if (isFar) return [open(anchors), []]
          if (anchors.length > 0) return [open(anchors.slice(0, -1)), []]
          return [outlineIdle, [{ kind: 'menu', at: event.at }]]
        case 'close':
          return isFar ? [open(anchors), []] : close(anchors, state.removes, context)
        case 'set':
        case 'nothing': {
          if (isFar) return stepDrawing(startOf(state, context), event, context)
          if (intent === 'nothing') return [open(anchors), []]
          return [open([...anchors, anchorAfter(anchors, from, state.shift, context)]), []]
        }
        default:
          return assertNever(intent)
      }
    }
    case 'cancel':
      return [open(anchors), []]
    case 'drop':
      return [outlineIdle, []]
    case 'down':
    case 'wheel':
    case 'leave':
    case 'finish':
    case 'back':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function stepDrawing(state: Drawing, event: ToolEvent | ShapeKey, context: OutlineContext): OutlineStep {
  switch (event.kind) {
    case 'move':
      return [draw(state, event.at, context), []]
    case 'up': {
      const { anchors, start, way } = draw(state, event.at, context)
      const before = anchors.at(-1)?.at === start.at ? anchors : [...anchors, start]
      const drawn = [...before, { at: way.at(-1) ?? start.at, way }]
      const ends = isFirst(drawn, event.at, context) && way.length > 2
      return ends ? close(drawn, state.removes, context) : [open(drawn), []]
    }
    case 'cancel':
      return [open(state.anchors), []]
    case 'drop':
      return [outlineIdle, []]
    case 'down':
    case 'wheel':
    case 'leave':
    case 'finish':
    case 'back':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function pressed(anchors: readonly Anchor[], event: Down, intent: Pressed['intent']): Pressed {
  return {
    kind: 'pressed',
    anchors,
    from: event.at,
    intent: event.button === 'secondary' ? 'menu' : intent,
    shift: event.modifiers.shift,
    removes: event.modifiers.alt,
  }
}

/** Without an anchor there is no outline. */
function open(anchors: readonly Anchor[]): OutlineState {
  return anchors.length === 0 ? outlineIdle : { kind: 'open', anchors, rubber: [], closes: false }
}

function close(anchors: readonly Anchor[], removes: boolean, { next }: OutlineContext): OutlineStep {
  const first = anchors[0]!.at
  const { way } = next(lastOf(anchors).at, first, false)
  const ring = [...anchors.flatMap((anchor) => anchor.way), ...way.slice(0, -1)]
  return [outlineIdle, [{ kind: 'commit', ring, removes }]]
}

/** The press as the beginning of a freehand stretch: it sets an anchor first, unless it is on the last one. */
function startOf(state: Pressed, context: OutlineContext): Drawing {
  const { anchors, from, removes } = state
  const start =
    state.intent === 'nothing' ? lastOf(anchors) : anchorAfter(anchors, from, state.shift, context)
  return { kind: 'drawing', anchors, start, way: [], removes }
}

function draw(state: Drawing, to: ImagePoint, { slop }: OutlineContext): Drawing {
  const last = state.way.at(-1) ?? state.start.at
  return isDrag(last, to, slop * SAME) ? { ...state, way: [...state.way, to] } : state
}

function anchorAfter(
  anchors: readonly Anchor[],
  at: ImagePoint,
  shift: boolean,
  { next }: OutlineContext,
): Anchor {
  return next(anchors.at(-1)?.at ?? null, at, shift)
}

function lastOf(anchors: readonly Anchor[]): Anchor {
  return anchors.at(-1)!
}

function isFirst(anchors: readonly Anchor[], at: ImagePoint, { reach }: OutlineContext): boolean {
  const first = anchors[0]!.at
  return Math.hypot(at.x - first.x, at.y - first.y) <= reach
}

/** A line of two points goes round nothing. */
function canClose(anchors: readonly Anchor[]): boolean {
  return anchors.reduce((points, { way }) => points + way.length, 0) >= 3
}

/** The line as it is now, from its first anchor to where the pen is, without what would close it. */
export function lineOf(state: OutlineState): readonly ImagePoint[] {
  switch (state.kind) {
    case 'idle':
      return []
    case 'open':
    case 'pressed':
      return state.anchors.flatMap(({ way }) => way)
    case 'drawing':
      return [...state.anchors.flatMap(({ way }) => way), ...state.start.way, ...state.way]
    default:
      return assertNever(state)
  }
}

/** `at`, moved so that the line from `from` lies at a multiple of 45° and is as long as it can be before it. */
export function atSteps(from: ImagePoint, at: ImagePoint): ImagePoint {
  const [dx, dy] = [at.x - from.x, at.y - from.y]
  const [width, height] = [Math.abs(dx), Math.abs(dy)]
  // tan 22.5°: nearer to an axis than to a diagonal.
  const half = Math.SQRT2 - 1
  if (height <= width * half) return { x: at.x, y: from.y }
  if (width <= height * half) return { x: from.x, y: at.y }
  const side = (width + height) / 2
  return { x: from.x + Math.sign(dx) * side, y: from.y + Math.sign(dy) * side }
}
