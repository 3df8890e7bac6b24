import { assertNever } from '../base/assert-never.ts'
import { atSteps } from './outline-tool.ts'
import { type ImagePoint, isDrag, type ToolEvent } from './tool-event.ts'

export type RulerLine = { readonly from: ImagePoint; readonly to: ImagePoint }

export type RulerContext = {
  /** See `isDrag`. */
  readonly slop: number
}

type Lying =
  /** `line`: the last one that was measured; it stays in sight. */
  | { readonly kind: 'idle'; readonly line: RulerLine | null }
  /** A click has set one end; the next sets the other. */
  | { readonly kind: 'anchored'; readonly line: RulerLine }

export type RulerState =
  | Lying
  /** Down, and not yet a drag. `opensMenu`: by the right button. */
  | {
      readonly kind: 'pressed'
      readonly before: Lying
      readonly from: ImagePoint
      readonly shift: boolean
      readonly opensMenu: boolean
    }
  | { readonly kind: 'stretching'; readonly line: RulerLine }

/** `menu`: open the context menu at a point. Nothing is ever written; the line the canvas shows from the state. */
export type RulerEffect = { readonly kind: 'menu'; readonly at: ImagePoint }

export type RulerStep = readonly [RulerState, readonly RulerEffect[]]

export const rulerIdle: RulerState = { kind: 'idle', line: null }

/** A line by a drag, or by a click on each end; with Shift at steps of 45°. A cancel takes it away. */
export function stepRuler(state: RulerState, event: ToolEvent, { slop }: RulerContext): RulerStep {
  switch (state.kind) {
    case 'idle':
    case 'anchored':
      switch (event.kind) {
        case 'down': {
          const { at, button, modifiers } = event
          const opensMenu = button === 'secondary'
          return [{ kind: 'pressed', before: state, from: at, shift: modifiers.shift, opensMenu }, []]
        }
        case 'move':
          if (state.kind === 'idle') return [state, []]
          return [{ ...state, line: lineTo(state.line.from, event.at, event.modifiers.shift) }, []]
        case 'cancel':
          return [rulerIdle, []]
        case 'up':
        case 'leave':
        case 'wheel':
          return [state, []]
        default:
          return assertNever(event)
      }
    case 'pressed':
      switch (event.kind) {
        case 'move':
          if (state.opensMenu || !isDrag(state.from, event.at, slop)) return [state, []]
          return [{ kind: 'stretching', line: lineTo(state.from, event.at, event.modifiers.shift) }, []]
        case 'up': {
          const isFar = isDrag(state.from, event.at, slop)
          if (state.opensMenu) return [state.before, isFar ? [] : [{ kind: 'menu', at: event.at }]]
          if (isFar) return [{ kind: 'idle', line: { from: state.from, to: event.at } }, []]
          if (state.before.kind === 'anchored') {
            return [{ kind: 'idle', line: lineTo(state.before.line.from, state.from, state.shift) }, []]
          }
          return [{ kind: 'anchored', line: { from: state.from, to: state.from } }, []]
        }
        case 'cancel':
          return [state.before, []]
        case 'down':
        case 'leave':
        case 'wheel':
          return [state, []]
        default:
          return assertNever(event)
      }
    case 'stretching':
      switch (event.kind) {
        case 'move':
          return [{ ...state, line: lineTo(state.line.from, event.at, event.modifiers.shift) }, []]
        // Where the last move left it: letting go says nothing of Shift.
        case 'up':
          return [{ kind: 'idle', line: state.line }, []]
        case 'cancel':
          return [rulerIdle, []]
        case 'down':
        case 'leave':
        case 'wheel':
          return [state, []]
        default:
          return assertNever(event)
      }
    default:
      return assertNever(state)
  }
}

function lineTo(from: ImagePoint, at: ImagePoint, shift: boolean): RulerLine {
  return { from, to: shift ? atSteps(from, at) : at }
}

export type Measure = {
  /** Image pixels. */
  readonly distance: number
  /** Degrees from the right, against the clock, 0 … 360. */
  readonly angle: number
  /** Of the box that has the line as its diagonal, in image pixels and square pixels. */
  readonly width: number
  readonly height: number
  readonly area: number
}

export function measureOf({ from, to }: RulerLine): Measure {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const [width, height] = [Math.abs(dx), Math.abs(dy)]
  const angle = (Math.atan2(-dy, dx) * 180) / Math.PI
  return { distance: Math.hypot(dx, dy), angle: (angle + 360) % 360, width, height, area: width * height }
}
