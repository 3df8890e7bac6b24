import { assertNever } from '../base/assert-never.ts'
import { boxBetween, type PixelBox } from './pixel-box.ts'
import { type ImagePoint, isDrag, type ToolEvent } from './tool-event.ts'

export type SelectContext = {
  /** The object that a point hits; null for unlabeled and hidden pixels and outside of the image. */
  readonly objectAt: (at: ImagePoint) => number | null
  /** See `isDrag`. */
  readonly slop: number
}

type Pressed = {
  readonly from: ImagePoint
  readonly opensMenu: boolean
  /** Shift: what is meant comes to what is selected already. */
  readonly adds: boolean
}

export type SelectState =
  | { readonly kind: 'idle'; readonly hovered: number | null }
  | ({ readonly kind: 'pressed' } & Pressed)
  /** A rectangle is being drawn around objects. */
  | ({ readonly kind: 'banding' } & Pressed)

/**
 * What the canvas does, in order:
 * - `hover`: lighten this object, or none.
 * - `select`: make this object the only selected one, or none.
 * - `toggle`: take this object into the selection, or out of it.
 * - `band`: show a rectangle under way, or none.
 * - `select inside`: select all objects that lie inside of a rectangle, besides those selected already if it `adds`.
 * - `menu`: open the context menu at a point, on the selection if `object` is part of it, else on that alone.
 */
export type SelectEffect =
  | { readonly kind: 'hover' | 'select'; readonly object: number | null }
  | { readonly kind: 'toggle'; readonly object: number }
  | { readonly kind: 'band'; readonly box: PixelBox | null }
  | { readonly kind: 'select inside'; readonly box: PixelBox; readonly adds: boolean }
  | { readonly kind: 'menu'; readonly at: ImagePoint; readonly object: number | null }

export type SelectStep = readonly [SelectState, readonly SelectEffect[]]

export const selectIdle: SelectState = { kind: 'idle', hovered: null }

/** A click picks the object under it, a drag those in its rectangle. The wheel zooms and never gets here. */
export function stepSelect(state: SelectState, event: ToolEvent, context: SelectContext): SelectStep {
  switch (state.kind) {
    case 'idle':
      switch (event.kind) {
        case 'down': {
          const opensMenu = event.button === 'secondary'
          return [{ kind: 'pressed', from: event.at, opensMenu, adds: event.modifiers.shift }, []]
        }
        case 'move':
          return hover(state.hovered, context.objectAt(event.at))
        case 'leave':
        case 'cancel':
          return hover(state.hovered, null)
        case 'up':
        case 'wheel':
          return [state, []]
        default:
          return assertNever(event)
      }
    case 'pressed':
    case 'banding':
      switch (event.kind) {
        case 'move':
          return draw(state, event.at, context)
        case 'up':
          return release(state, event.at, context)
        case 'cancel':
          return [selectIdle, [{ kind: 'hover', object: null }, ...endOf(state)]]
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

type Held = Extract<SelectState, { kind: 'pressed' | 'banding' }>

const endOf = (state: Held): SelectEffect[] => (state.kind === 'banding' ? [{ kind: 'band', box: null }] : [])

function draw(state: Held, at: ImagePoint, { slop }: SelectContext): SelectStep {
  const { from, opensMenu, adds } = state
  if (opensMenu || (state.kind === 'pressed' && !isDrag(from, at, slop))) return [state, []]
  const effects: SelectEffect[] = state.kind === 'pressed' ? [{ kind: 'hover', object: null }] : []
  return [
    { kind: 'banding', from, opensMenu, adds },
    [...effects, { kind: 'band', box: boxBetween(from, at) }],
  ]
}

function release(state: Held, at: ImagePoint, context: SelectContext): SelectStep {
  const { from, opensMenu, adds } = state
  const object = context.objectAt(at)
  const idle: SelectState = { kind: 'idle', hovered: object }
  const effects: SelectEffect[] = [{ kind: 'hover', object }, ...endOf(state)]
  if (state.kind === 'banding' || isDrag(from, at, context.slop)) {
    if (!opensMenu) effects.push({ kind: 'select inside', box: boxBetween(from, at), adds })
    return [idle, effects]
  }
  const under = context.objectAt(from)
  if (opensMenu) effects.push({ kind: 'menu', at, object: under })
  else if (!adds) effects.push({ kind: 'select', object: under })
  else if (under !== null) effects.push({ kind: 'toggle', object: under })
  return [idle, effects]
}

function hover(before: number | null, after: number | null): SelectStep {
  return [{ kind: 'idle', hovered: after }, before === after ? [] : [{ kind: 'hover', object: after }]]
}
