import { assertNever } from '../base/assert-never.ts'
import {
  type ImagePoint,
  isDrag,
  type ShapeKey,
  type ToolEvent,
  type WheelStep,
  type WheelTurn,
} from './tool-event.ts'

/** Where a fill begins and how it spreads. `diagonal`: over corners too. */
export type FillSource = { readonly at: ImagePoint; readonly diagonal: boolean }

export type FillContext = {
  /** See `isDrag`. */
  readonly slop: number
  /** How much the colours of a fill may differ from the first one's, 0 … 255 in each channel. */
  readonly tolerance: number
  /** Whether the place lies in an unlabeled gap that labels enclose. */
  readonly isGap: (source: FillSource) => boolean
  /** Whether a fill from `source`, as it is now, holds the place. */
  readonly holds: (source: FillSource, at: ImagePoint) => boolean
}

/** A fill by colour is shown first, and waits for an answer. */
type Waiting =
  | { readonly kind: 'idle' }
  | { readonly kind: 'previewed'; readonly source: FillSource; readonly removes: boolean }

export type FillState =
  | Waiting
  /** `opensMenu`: by the right button. */
  | {
      readonly kind: 'pressed'
      readonly before: Waiting
      readonly source: FillSource
      readonly removes: boolean
      readonly opensMenu: boolean
    }

/**
 * What the canvas does, in order; what would be filled it shows itself, from the state.
 * - `commit`: one step of undo: write or clear the gap, or all of like colour, that `source` lies in.
 * - `tolerance`: use this one from now on, and give it with the next event.
 * - `menu`: open the context menu at a point.
 */
export type FillEffect =
  | {
      readonly kind: 'commit'
      readonly source: FillSource
      readonly fills: 'gap' | 'colour'
      readonly removes: boolean
    }
  | { readonly kind: 'tolerance'; readonly tolerance: number }
  | { readonly kind: 'menu'; readonly at: ImagePoint }

export type FillStep = readonly [FillState, readonly FillEffect[]]

export const fillIdle: Waiting = { kind: 'idle' }

/** One wheel notch, and the smallest step. */
const NOTCH = 4
const FINE = 1
export const MOST_TOLERANCE = 255

/**
 * A click in an enclosed gap fills it. Elsewhere it shows what is of like colour and hangs together with the place, with
 * Shift over corners too; a click in that, or `finish`, fills it. With Alt it is taken away. The wheel changes how much
 * colours may differ.
 */
export function stepFill(state: FillState, event: ToolEvent | ShapeKey, context: FillContext): FillStep {
  if (event.kind === 'wheel') return [state, toleranceEffects(context.tolerance, event.turn, event.step)]
  switch (state.kind) {
    case 'idle':
    case 'previewed':
      return stepWaiting(state, event)
    case 'pressed':
      return stepPressed(state, event, context)
    default:
      return assertNever(state)
  }
}

type WithoutWheel = Exclude<ToolEvent, { kind: 'wheel' }> | ShapeKey
type Pressed = Extract<FillState, { kind: 'pressed' }>

function stepWaiting(state: Waiting, event: WithoutWheel): FillStep {
  switch (event.kind) {
    case 'down': {
      const { at, button, modifiers } = event
      const source = { at, diagonal: modifiers.shift }
      const opensMenu = button === 'secondary'
      return [{ kind: 'pressed', before: state, source, removes: modifiers.alt, opensMenu }, []]
    }
    case 'finish': {
      if (state.kind !== 'previewed') return [state, []]
      const removes = state.removes || event.removes
      return [fillIdle, [{ kind: 'commit', source: state.source, fills: 'colour', removes }]]
    }
    case 'back':
    case 'drop':
      return [fillIdle, []]
    case 'move':
    case 'up':
    case 'leave':
    case 'cancel':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function stepPressed(state: Pressed, event: WithoutWheel, context: FillContext): FillStep {
  const { before, source, removes } = state
  switch (event.kind) {
    case 'up': {
      const isFar = isDrag(source.at, event.at, context.slop)
      if (state.opensMenu) return [before, isFar ? [] : [{ kind: 'menu', at: event.at }]]
      // Moving off is how to think better of it.
      if (isFar) return [before, []]
      if (before.kind === 'previewed' && context.holds(before.source, source.at)) {
        return stepWaiting(before, { kind: 'finish', removes })
      }
      if (!removes && context.isGap(source)) {
        return [fillIdle, [{ kind: 'commit', source, fills: 'gap', removes }]]
      }
      return [{ kind: 'previewed', source, removes }, []]
    }
    case 'cancel':
      return [before, []]
    case 'drop':
      return [fillIdle, []]
    case 'down':
    case 'move':
    case 'leave':
    case 'finish':
    case 'back':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function toleranceEffects(tolerance: number, turn: WheelTurn, step: WheelStep): FillEffect[] {
  if (step === 'cell') return []
  const by = (step === 'fine' ? FINE : NOTCH) * (turn === 'larger' ? 1 : -1)
  const stepped = Math.min(MOST_TOLERANCE, Math.max(0, tolerance + by))
  return stepped === tolerance ? [] : [{ kind: 'tolerance', tolerance: stepped }]
}
