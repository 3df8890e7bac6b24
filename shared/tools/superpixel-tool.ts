import { assertNever } from '../base/assert-never.ts'
import { endLeaf, firstLeaf, type Hierarchy } from '../superpixel/hierarchy.ts'
import { anchoredStep } from '../superpixel/level.ts'
import { joinCell, refinedNodeAt, type Splits, splitCell } from '../superpixel/refinement.ts'
import { holdsRange, type LeafRanges, noLeaves, rangeOfNode, unionRanges } from '../superpixel/selection.ts'
import { forEachPixelOnSegment, pixelAt } from './segment.ts'
import { type ImagePoint, isDrag, type ToolEvent } from './tool-event.ts'

/** Whether a cell is part of the active object: no pixel of it, some, or all. */
export type Coverage = 'none' | 'some' | 'all'

export type SuperpixelContext = {
  readonly hierarchy: Hierarchy
  /** How many superpixels the current level has. */
  readonly count: number
  /** Cells that were split where this level is too coarse. */
  readonly splits: Splits
  /** See `isDrag`. */
  readonly slop: number
  /** How much of leaves [lo, hi) the active object has; `none` when the next stroke starts a new one. */
  readonly coverage: (lo: number, hi: number) => Coverage
}

export type PickMode = 'add' | 'remove'

export type SuperpixelState =
  /**
   * `shown` is the node that the last preview showed, or null, and `removes` what it was asked for: a move within one
   * cell has nothing new to say, and looks at no pixel. `stale`: something is shown that may hold no more.
   */
  | { readonly kind: 'idle'; readonly shown: number | 'stale' | null; readonly removes: boolean }
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
 * - `preview`: show what releasing now would do to the pixels of `picks`; none of them: show nothing. `covered` is how
 *   much of the one cell hovered or pressed the object has; null for a stroke.
 * - `commit`: one step of undo: write (`add`) or clear (`remove`) the pixels of `picks` in the active object.
 * - `level`: show `count` superpixels from now on, and give that count with the next event.
 * - `splits`: the same for cells that were split or joined.
 * - `menu`: open the context menu at a point.
 */
export type SuperpixelEffect =
  | {
      readonly kind: 'preview'
      readonly picks: LeafRanges
      readonly mode: PickMode
      readonly covered: Coverage | null
    }
  | { readonly kind: 'commit'; readonly picks: LeafRanges; readonly mode: PickMode }
  | { readonly kind: 'level'; readonly count: number }
  | { readonly kind: 'splits'; readonly splits: Splits }
  | { readonly kind: 'menu'; readonly at: ImagePoint }

export type SuperpixelStep = readonly [SuperpixelState, readonly SuperpixelEffect[]]

export const superpixelIdle: SuperpixelState = { kind: 'idle', shown: null, removes: false }

/** The label, the cells or what is to be painted are others than before: the next move looks again. */
export function withoutHover(state: SuperpixelState): SuperpixelState {
  return state.kind === 'idle' && state.shown !== null ? { ...state, shown: 'stale' } : state
}

/**
 * A click toggles the cell under it: a cell that the object has wholly goes, any other is completed. A drag adds every
 * cell its path enters; with Alt or the right button clicks and drags remove. What a stroke does is fixed when the pointer
 * goes down, and the wheel in mid-stroke goes on with cells of another size. A turn by `cell` splits the cell under the
 * pointer or joins it to what it was split from. Leaves no trace when cancelled.
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
      const { effect, after } = turned(event, context)
      const [hovering, effects] = hover(state, event.at, state.removes, after)
      return [hovering, [...effect, ...effects]]
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
      const { effect, after } = turned(event, context)
      return [state, [...effect, pressPreview(state.from, state.intent, after)]]
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
      return [state, turned(event, context).effect]
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

const nothing: Preview = { kind: 'preview', picks: noLeaves, mode: 'add', covered: null }

function hover(
  state: Extract<SuperpixelState, { kind: 'idle' }>,
  at: ImagePoint,
  removes: boolean,
  context: SuperpixelContext,
): SuperpixelStep {
  const node = cellAt(at, context)
  if (node === null) return [superpixelIdle, state.shown === null ? [] : [nothing]]
  if (node === state.shown && removes === state.removes) return [state, []]
  return [{ kind: 'idle', shown: node, removes }, [cellPreview(node, removes, context)]]
}

function pressPreview(
  at: ImagePoint,
  intent: Extract<SuperpixelState, { kind: 'pressed' }>['intent'],
  context: SuperpixelContext,
): Preview {
  const node = cellAt(at, context)
  return node === null ? nothing : cellPreview(node, intent !== 'toggle', context)
}

/** A toggle takes away what the object has wholly, and completes anything less. */
function cellPreview(node: number, removes: boolean, { hierarchy, coverage }: SuperpixelContext): Preview {
  const covered = coverage(firstLeaf(hierarchy, node), endLeaf(hierarchy, node))
  const mode = removes || covered === 'all' ? 'remove' : 'add'
  return { kind: 'preview', picks: rangeOfNode(hierarchy, node), mode, covered }
}

function startOfDrag(state: Extract<SuperpixelState, { kind: 'pressed' }>): Dragging {
  const mode = state.intent === 'toggle' ? 'add' : 'remove'
  return { kind: 'dragging', last: state.from, mode, picks: noLeaves }
}

function drag(state: Dragging, at: ImagePoint, context: SuperpixelContext): SuperpixelStep {
  const next = pickAlong(state, at, context)
  const isNew = next.picks !== state.picks
  const { picks, mode } = next
  return [next, isNew ? [{ kind: 'preview', picks, mode, covered: null }] : []]
}

/** The stroke with every cell added that the way from its last point to `to` enters. */
function pickAlong(state: Dragging, to: ImagePoint, context: SuperpixelContext): Dragging {
  const { hierarchy, count, splits } = context
  let picks = state.picks
  let lo = 0
  let hi = 0
  forEachPixelOnSegment(state.last, to, hierarchy.width, hierarchy.height, (pixel) => {
    const leaf = hierarchy.leaf[pixel]!
    if (leaf >= lo && leaf < hi) return
    const node = refinedNodeAt(hierarchy, leaf, count, splits)
    lo = firstLeaf(hierarchy, node)
    hi = endLeaf(hierarchy, node)
    if (!holdsRange(picks, lo, hi)) picks = unionRanges(picks, rangeOfNode(hierarchy, node))
  })
  return { ...state, last: to, picks }
}

function cellAt(at: ImagePoint, { hierarchy, count, splits }: SuperpixelContext): number | null {
  const pixel = pixelAt(at, hierarchy.width, hierarchy.height)
  return pixel === null ? null : refinedNodeAt(hierarchy, hierarchy.leaf[pixel]!, count, splits)
}

/** What a turn of the wheel does to the cells, and what comes after it knows of them. */
function turned(
  { at, turn, step }: Extract<ToolEvent, { kind: 'wheel' }>,
  context: SuperpixelContext,
): { readonly effect: readonly SuperpixelEffect[]; readonly after: SuperpixelContext } {
  const { hierarchy: h, count, splits } = context
  const pixel = pixelAt(at, h.width, h.height)
  const leaf = pixel === null ? null : h.leaf[pixel]!
  if (step !== 'cell') {
    const stepped = anchoredStep(h, leaf, count, turn, step === 'fine', splits)
    return { effect: [{ kind: 'level', count: stepped }], after: { ...context, count: stepped } }
  }
  const change = turn === 'larger' ? joinCell : splitCell
  const changed = leaf === null ? splits : change(h, leaf, count, splits)
  if (changed === splits) return { effect: [], after: context }
  return { effect: [{ kind: 'splits', splits: changed }], after: { ...context, splits: changed } }
}
