import { assertNever } from '../base/assert-never.ts'
import { type ImagePoint, isDrag, type ToolEvent } from './tool-event.ts'

export type SelectContext = {
  /** The object that a point hits; null for unlabeled and hidden pixels and outside of the image. */
  readonly objectAt: (at: ImagePoint) => number | null
  /** See `isDrag`. */
  readonly slop: number
}

export type SelectState =
  | { readonly kind: 'idle'; readonly hovered: number | null }
  | { readonly kind: 'pressed'; readonly from: ImagePoint; readonly opensMenu: boolean }

/**
 * What the canvas does, in order:
 * - `hover`: lighten this object, or none.
 * - `select`: make this object the active one, or none.
 * - `menu`: open the context menu at a point; a `select` of what lies there comes first.
 */
export type SelectEffect =
  | { readonly kind: 'hover' | 'select'; readonly object: number | null }
  | { readonly kind: 'menu'; readonly at: ImagePoint }

export type SelectStep = readonly [SelectState, readonly SelectEffect[]]

export const selectIdle: SelectState = { kind: 'idle', hovered: null }

/** A click picks the object under it; a press that moves away picks nothing. The wheel zooms and never gets here. */
export function stepSelect(state: SelectState, event: ToolEvent, context: SelectContext): SelectStep {
  switch (state.kind) {
    case 'idle':
      switch (event.kind) {
        case 'down':
          return [{ kind: 'pressed', from: event.at, opensMenu: event.button === 'secondary' }, []]
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
      switch (event.kind) {
        case 'up':
          return release(state, event.at, context)
        case 'cancel':
          return [selectIdle, [{ kind: 'hover', object: null }]]
        case 'down':
        case 'move':
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

function release(
  state: Extract<SelectState, { kind: 'pressed' }>,
  at: ImagePoint,
  context: SelectContext,
): SelectStep {
  const object = context.objectAt(at)
  const idle: SelectState = { kind: 'idle', hovered: object }
  const effects: SelectEffect[] = [{ kind: 'hover', object }]
  if (isDrag(state.from, at, context.slop)) return [idle, effects]
  effects.push({ kind: 'select', object: context.objectAt(state.from) })
  if (state.opensMenu) effects.push({ kind: 'menu', at })
  return [idle, effects]
}

function hover(before: number | null, after: number | null): SelectStep {
  return [{ kind: 'idle', hovered: after }, before === after ? [] : [{ kind: 'hover', object: after }]]
}
