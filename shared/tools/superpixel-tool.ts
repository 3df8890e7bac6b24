import { assertNever } from '../base/assert-never.ts'
import { nodeAt } from '../superpixel/cut.ts'
import { endLeaf, firstLeaf, type Hierarchy } from '../superpixel/hierarchy.ts'
import { anchoredStep } from '../superpixel/level.ts'
import { holdsRange, type LeafRanges, noLeaves, rangeOfNode, unionRanges } from '../superpixel/selection.ts'
import { forEachPixelOnSegment, pixelAt } from './segment.ts'
import { type ImagePoint, isDrag, type ToolEvent } from './tool-event.ts'

/** Whether a cell is part of the active object: no pixel of it, some, or all. */
export type Coverage = 'none' | 'some' | 'all'

export type SuperpixelContext = {
  readonly hierarchy: Hierarchy
  /** How many superpixels the current level has. */
  readonly count: number
  /** See `isDrag`. */
  readonly slop: number
  /** How much of leaves [lo, hi) the active object has; `none` when the next stroke starts a new one. */
  readonly coverage: (lo: number, hi: number) => Coverage
}

export type PickMode = 'add' | 'remove'

export type SuperpixelState =
  /** `shown` is the node that the last preview showed, or null: a move within one cell has nothing new to say. */
  | { readonly kind: 'idle'; readonly shown: number | null; readonly mode: PickMode }
  /**
   * Down, and not yet a drag. `toggle` decides by the cell; `menu` is the right button, which opens the context menu
   * unless it drags.
   */
  | { readonly kind: 'pressed'; readonly from: ImagePoint; readonly intent: 'toggle' | 'remove' | 'menu' }
  | {
      readonly kind: 'dragging'
      readonly last: ImagePoint
      readonly mode: PickMode
      readonly picks: LeafRanges
    }

/**
 * What the canvas does, in order:
 * - `preview`: show what releasing now would do to the pixels of `picks`; none of them: show nothing.
 * - `commit`: one step of undo: write (`add`) or clear (`remove`) the pixels of `picks` in the active object.
 * - `level`: show `count` superpixels from now on, and give that count with the next event.
 * - `menu`: open the context menu at a point.
 */
export type SuperpixelEffect =
  | { readonly kind: 'preview'; readonly picks: LeafRanges; readonly mode: PickMode }
  | { readonly kind: 'commit'; readonly picks: LeafRanges; readonly mode: PickMode }
  | { readonly kind: 'level'; readonly count: number }
  | { readonly kind: 'menu'; readonly at: ImagePoint }

export type SuperpixelStep = readonly [SuperpixelState, readonly SuperpixelEffect[]]

export const superpixelIdle: SuperpixelState = { kind: 'idle', shown: null, mode: 'add' }

/**
 * A click toggles the cell under it: a cell that the object has wholly goes, any other is completed. A drag adds every
 * cell its path enters; with Alt or the right button clicks and drags remove. What a stroke does is fixed when the pointer
 * goes down, and the wheel in mid-stroke goes on with cells of another size. Leaves no trace when cancelled.
 */
export function stepSuperpixel(
  state: SuperpixelState,
  event: ToolEvent,
  context: SuperpixelContext,
): SuperpixelStep {
  switch (state.kind) {
    case 'idle':
      return stepIdle(state, event, context)
    case 'pressed':
      return stepPressed(state, event, context)
    case 'dragging':
      return stepDragging(state, event, context)
    default:
      return assertNever(state)
  }
}

function stepIdle(
  state: Extract<SuperpixelState, { kind: 'idle' }>,
  event: ToolEvent,
  context: SuperpixelContext,
): SuperpixelStep {
  switch (event.kind) {
    case 'down': {
      const intent = event.button === 'secondary' ? 'menu' : event.modifiers.alt ? 'remove' : 'toggle'
      const pressed: SuperpixelState = { kind: 'pressed', from: event.at, intent }
      return [pressed, [pressPreview(event.at, intent, context)]]
    }
    case 'move':
      return hover(state, event.at, event.modifiers.alt, context)
    case 'wheel': {
      const count = countAfter(event, context)
      // Alt makes a step fine, and it makes a click remove.
      const [hovering, effects] = hover(state, event.at, event.fine, { ...context, count })
      return [hovering, [{ kind: 'level', count }, ...effects]]
    }
    case 'leave':
    case 'cancel':
      return [superpixelIdle, state.shown === null ? [] : [nothing]]
    case 'up':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function stepPressed(
  state: Extract<SuperpixelState, { kind: 'pressed' }>,
  event: ToolEvent,
  context: SuperpixelContext,
): SuperpixelStep {
  switch (event.kind) {
    case 'move':
      return isDrag(state.from, event.at, context.slop)
        ? drag(startOfDrag(state), event.at, context)
        : [state, []]
    case 'up': {
      if (isDrag(state.from, event.at, context.slop)) {
        const [dragging] = drag(startOfDrag(state), event.at, context)
        return stepSuperpixel(dragging, event, context)
      }
      if (state.intent === 'menu') return [superpixelIdle, [nothing, { kind: 'menu', at: event.at }]]
      const { picks, mode } = pressPreview(state.from, state.intent, context)
      if (picks.length === 0) return [superpixelIdle, [nothing]]
      return [superpixelIdle, [nothing, { kind: 'commit', picks, mode }]]
    }
    case 'wheel': {
      const count = countAfter(event, context)
      const preview = pressPreview(state.from, state.intent, { ...context, count })
      return [state, [{ kind: 'level', count }, preview]]
    }
    case 'cancel':
      return [superpixelIdle, [nothing]]
    case 'down':
    case 'leave':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function stepDragging(
  state: Extract<SuperpixelState, { kind: 'dragging' }>,
  event: ToolEvent,
  context: SuperpixelContext,
): SuperpixelStep {
  switch (event.kind) {
    case 'move':
      return drag(state, event.at, context)
    case 'up': {
      const isStill = event.at.x === state.last.x && event.at.y === state.last.y
      const { picks, mode } = isStill ? state : pickAlong(state, event.at, context)
      return [superpixelIdle, picks.length === 0 ? [nothing] : [nothing, { kind: 'commit', picks, mode }]]
    }
    // The next move picks cells of the new size: a scroll alone must not swallow what lies around the pointer.
    case 'wheel':
      return [state, [{ kind: 'level', count: countAfter(event, context) }]]
    case 'cancel':
      return [superpixelIdle, [nothing]]
    case 'down':
    case 'leave':
      return [state, []]
    default:
      return assertNever(event)
  }
}

type Preview = Extract<SuperpixelEffect, { kind: 'preview' }>
type Dragging = Extract<SuperpixelState, { kind: 'dragging' }>

const nothing: Preview = { kind: 'preview', picks: noLeaves, mode: 'add' }

function hover(
  state: Extract<SuperpixelState, { kind: 'idle' }>,
  at: ImagePoint,
  removes: boolean,
  context: SuperpixelContext,
): SuperpixelStep {
  const node = cellAt(at, context)
  if (node === null) return [superpixelIdle, state.shown === null ? [] : [nothing]]
  const mode = removes ? 'remove' : toggleMode(node, context)
  if (node === state.shown && mode === state.mode) return [state, []]
  const picks = rangeOfNode(context.hierarchy, node)
  return [{ kind: 'idle', shown: node, mode }, [{ kind: 'preview', picks, mode }]]
}

function pressPreview(
  at: ImagePoint,
  intent: Extract<SuperpixelState, { kind: 'pressed' }>['intent'],
  context: SuperpixelContext,
): Preview {
  const node = cellAt(at, context)
  if (node === null) return nothing
  const mode = intent === 'toggle' ? toggleMode(node, context) : 'remove'
  return { kind: 'preview', picks: rangeOfNode(context.hierarchy, node), mode }
}

function startOfDrag(state: Extract<SuperpixelState, { kind: 'pressed' }>): Dragging {
  const mode = state.intent === 'toggle' ? 'add' : 'remove'
  return { kind: 'dragging', last: state.from, mode, picks: noLeaves }
}

function drag(state: Dragging, at: ImagePoint, context: SuperpixelContext): SuperpixelStep {
  const next = pickAlong(state, at, context)
  const isNew = next.picks !== state.picks
  return [next, isNew ? [{ kind: 'preview', picks: next.picks, mode: next.mode }] : []]
}

/** The stroke with every cell added that the way from its last point to `to` enters. */
function pickAlong(state: Dragging, to: ImagePoint, context: SuperpixelContext): Dragging {
  const { hierarchy, count } = context
  let picks = state.picks
  let lo = 0
  let hi = 0
  forEachPixelOnSegment(state.last, to, hierarchy.width, hierarchy.height, (pixel) => {
    const leaf = hierarchy.leaf[pixel]!
    if (leaf >= lo && leaf < hi) return
    const node = nodeAt(hierarchy, leaf, count)
    lo = firstLeaf(hierarchy, node)
    hi = endLeaf(hierarchy, node)
    if (!holdsRange(picks, lo, hi)) picks = unionRanges(picks, rangeOfNode(hierarchy, node))
  })
  return { ...state, last: to, picks }
}

function toggleMode(node: number, { hierarchy, coverage }: SuperpixelContext): PickMode {
  return coverage(firstLeaf(hierarchy, node), endLeaf(hierarchy, node)) === 'all' ? 'remove' : 'add'
}

function cellAt(at: ImagePoint, { hierarchy, count }: SuperpixelContext): number | null {
  const pixel = pixelAt(at, hierarchy.width, hierarchy.height)
  return pixel === null ? null : nodeAt(hierarchy, hierarchy.leaf[pixel]!, count)
}

function countAfter(
  event: Extract<ToolEvent, { kind: 'wheel' }>,
  { hierarchy, count }: SuperpixelContext,
): number {
  const pixel = pixelAt(event.at, hierarchy.width, hierarchy.height)
  const leaf = pixel === null ? null : hierarchy.leaf[pixel]!
  return anchoredStep(hierarchy, leaf, count, event.turn, event.fine)
}
