import { assertNever } from '../base/assert-never.ts'
import { boxBetween, type PixelBox } from './pixel-box.ts'
import { type ImagePoint, isDrag, type ShapeKey, type ToolEvent } from './tool-event.ts'

/** A place that belongs to the object, or does not. */
export type BoxSeed = { readonly at: ImagePoint; readonly adds: boolean }

export type BoxContext = {
  /** See `isDrag`. */
  readonly slop: number
}

/** What a press leaves as it was until it is let go. */
type BetweenPresses =
  | { readonly kind: 'idle' }
  /** A click has set one corner; the next sets the one across. */
  | {
      readonly kind: 'cornered'
      readonly from: ImagePoint
      readonly to: ImagePoint
      readonly removes: boolean
    }
  /** The object inside of the box is shown, and waits for more seeds or for an answer. */
  | {
      readonly kind: 'proposed'
      readonly box: PixelBox
      readonly seeds: readonly BoxSeed[]
      readonly removes: boolean
    }

export type BoxState =
  | BetweenPresses
  /** Down, and not yet a drag. `opensMenu`: by the right button. */
  | {
      readonly kind: 'pressed'
      readonly before: BetweenPresses
      readonly from: ImagePoint
      readonly alt: boolean
      readonly opensMenu: boolean
    }
  | {
      readonly kind: 'boxing'
      readonly before: BetweenPresses
      readonly from: ImagePoint
      readonly to: ImagePoint
      readonly removes: boolean
    }

/**
 * What the canvas does, in order; box and proposal it shows itself, from the state.
 * - `commit`: one step of undo: write or clear what is proposed for the box with these seeds.
 * - `menu`: open the context menu at a point.
 */
export type BoxEffect =
  | {
      readonly kind: 'commit'
      readonly box: PixelBox
      readonly seeds: readonly BoxSeed[]
      readonly removes: boolean
    }
  | { readonly kind: 'menu'; readonly at: ImagePoint }

export type BoxStep = readonly [BoxState, readonly BoxEffect[]]

export const boxIdle: BetweenPresses = { kind: 'idle' }

/**
 * A box by a drag, or by a click on each of two corners, proposes the object inside of it. Clicks then say which cells
 * belong to it, with Alt which do not, and a drag draws another box instead. `finish` accepts, `back` takes the last
 * click back, `drop` all. With Alt from the beginning, what is proposed is to be taken away.
 */
export function stepBox(state: BoxState, event: ToolEvent | ShapeKey, context: BoxContext): BoxStep {
  switch (state.kind) {
    case 'idle':
    case 'cornered':
    case 'proposed':
      return stepBetween(state, event)
    case 'pressed':
      return stepPressed(state, event, context)
    case 'boxing':
      return stepBoxing(state, event)
    default:
      return assertNever(state)
  }
}

type Pressed = Extract<BoxState, { kind: 'pressed' }>
type Boxing = Extract<BoxState, { kind: 'boxing' }>

function stepBetween(state: BetweenPresses, event: ToolEvent | ShapeKey): BoxStep {
  switch (event.kind) {
    case 'down': {
      const { at, button, modifiers } = event
      const opensMenu = button === 'secondary'
      return [{ kind: 'pressed', before: state, from: at, alt: modifiers.alt, opensMenu }, []]
    }
    case 'move':
      return [state.kind === 'cornered' ? { ...state, to: event.at } : state, []]
    case 'finish': {
      if (state.kind !== 'proposed') return [state, []]
      const { box, seeds } = state
      return [boxIdle, [{ kind: 'commit', box, seeds, removes: state.removes || event.removes }]]
    }
    case 'back': {
      if (state.kind !== 'proposed' || state.seeds.length === 0) return [boxIdle, []]
      return [{ ...state, seeds: state.seeds.slice(0, -1) }, []]
    }
    case 'drop':
      return [boxIdle, []]
    case 'up':
    case 'wheel':
    case 'leave':
    case 'cancel':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function stepPressed(state: Pressed, event: ToolEvent | ShapeKey, { slop }: BoxContext): BoxStep {
  const { before, from, alt, opensMenu } = state
  switch (event.kind) {
    case 'move':
      if (opensMenu || !isDrag(from, event.at, slop)) return [state, []]
      return [{ kind: 'boxing', before, from, to: event.at, removes: alt }, []]
    case 'up': {
      const isFar = isDrag(from, event.at, slop)
      if (opensMenu) return [before, isFar ? [] : [{ kind: 'menu', at: event.at }]]
      return [isFar ? proposed(from, event.at, alt) : clicked(before, event.at, alt), []]
    }
    case 'cancel':
      return [before, []]
    case 'drop':
      return [boxIdle, []]
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

function stepBoxing(state: Boxing, event: ToolEvent | ShapeKey): BoxStep {
  switch (event.kind) {
    case 'move':
      return [{ ...state, to: event.at }, []]
    case 'up':
      return [proposed(state.from, event.at, state.removes), []]
    case 'cancel':
      return [state.before, []]
    case 'drop':
      return [boxIdle, []]
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

function clicked(before: BetweenPresses, at: ImagePoint, alt: boolean): BetweenPresses {
  switch (before.kind) {
    case 'idle':
      return { kind: 'cornered', from: at, to: at, removes: alt }
    case 'cornered':
      return proposed(before.from, at, before.removes)
    case 'proposed':
      return { ...before, seeds: [...before.seeds, { at, adds: !alt }] }
    default:
      return assertNever(before)
  }
}

function proposed(from: ImagePoint, to: ImagePoint, removes: boolean): BetweenPresses {
  return { kind: 'proposed', box: boxBetween(from, to), seeds: [], removes }
}
