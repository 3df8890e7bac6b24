import { assertNever } from '../base/assert-never.ts'
import type { Runs } from '../image/runs.ts'
import { unionRuns } from '../label/region.ts'
import { clampBrush, strokeRuns } from './brush-shape.ts'
import { type ImagePoint, isDrag, type ToolEvent, type WheelStep, type WheelTurn } from './tool-event.ts'

export type BrushContext = {
  readonly width: number
  readonly height: number
  /** Diameter in image pixels, a whole number from 1 to 512. */
  readonly size: number
  /** True for the eraser, and while its key is held. */
  readonly erases: boolean
  /** See `isDrag`. */
  readonly slop: number
}

export type BrushMode = 'add' | 'remove'

export type BrushState =
  /** `lastDab` is where the last stroke ended: a stroke with Shift starts with a straight line from there. */
  | { readonly kind: 'idle'; readonly lastDab: ImagePoint | null }
  /** The right button, which opens the context menu unless it drags. */
  | { readonly kind: 'pressed'; readonly from: ImagePoint; readonly lastDab: ImagePoint | null }
  | {
      readonly kind: 'painting'
      readonly mode: BrushMode
      readonly last: ImagePoint
      /** Everything the stroke has covered so far. */
      readonly runs: Runs
      readonly lastDab: ImagePoint | null
    }

/**
 * What the canvas does, in order. It draws the size ring itself, from the pointer and the size.
 * - `paint`: show that the pixels of `runs`, which are new to the stroke or were in it before, are painted or erased.
 * - `commit`: one step of undo: write (`add`) or clear (`remove`) `runs` in the active object.
 * - `clear`: take back what `paint` showed.
 * - `size`: use this diameter from now on, and give it with the next event.
 * - `menu`: open the context menu at a point.
 */
export type BrushEffect =
  | { readonly kind: 'paint'; readonly runs: Runs; readonly mode: BrushMode }
  | { readonly kind: 'commit'; readonly runs: Runs; readonly mode: BrushMode }
  | { readonly kind: 'clear' }
  | { readonly kind: 'size'; readonly size: number }
  | { readonly kind: 'menu'; readonly at: ImagePoint }

export type BrushStep = readonly [BrushState, readonly BrushEffect[]]

export const brushIdle: BrushState = { kind: 'idle', lastDab: null }

/** One wheel notch: a fifth larger or smaller and at least a pixel; fine: one pixel. A brush knows no cells. */
const NOTCH = 1.2

/** Brush and eraser. Strokes are continuous; Alt and the right button erase; a cancelled stroke leaves no trace. */
export function stepBrush(state: BrushState, event: ToolEvent, context: BrushContext): BrushStep {
  if (event.kind === 'wheel') return [state, sizeEffects(context.size, event.turn, event.step)]
  switch (state.kind) {
    case 'idle':
      return stepIdle(state, event, context)
    case 'pressed':
      return stepPressed(state, event, context)
    case 'painting':
      return stepPainting(state, event, context)
    default:
      return assertNever(state)
  }
}

type WithoutWheel = Exclude<ToolEvent, { kind: 'wheel' }>
type Painting = Extract<BrushState, { kind: 'painting' }>

function stepIdle(
  state: Extract<BrushState, { kind: 'idle' }>,
  event: WithoutWheel,
  context: BrushContext,
): BrushStep {
  switch (event.kind) {
    case 'down': {
      const { lastDab } = state
      if (event.button === 'secondary') return [{ kind: 'pressed', from: event.at, lastDab }, []]
      const mode = context.erases || event.modifiers.alt ? 'remove' : 'add'
      const from = event.modifiers.shift && lastDab ? lastDab : event.at
      return paint(startOfStroke(mode, from, lastDab), event.at, context)
    }
    case 'move':
    case 'up':
    case 'leave':
    case 'cancel':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function stepPressed(
  state: Extract<BrushState, { kind: 'pressed' }>,
  event: WithoutWheel,
  context: BrushContext,
): BrushStep {
  const { from, lastDab } = state
  switch (event.kind) {
    case 'move':
      if (!isDrag(from, event.at, context.slop)) return [state, []]
      return paint(startOfStroke('remove', from, lastDab), event.at, context)
    case 'up': {
      if (!isDrag(from, event.at, context.slop)) {
        return [{ kind: 'idle', lastDab }, [{ kind: 'menu', at: event.at }]]
      }
      return stepPainting(startOfStroke('remove', from, lastDab), event, context)
    }
    case 'cancel':
      return [{ kind: 'idle', lastDab }, []]
    case 'down':
    case 'leave':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function stepPainting(state: Painting, event: WithoutWheel, context: BrushContext): BrushStep {
  switch (event.kind) {
    case 'move':
      return paint(state, event.at, context)
    case 'up': {
      const [{ runs, mode }] = paint(state, event.at, context)
      const idle: BrushState = { kind: 'idle', lastDab: event.at }
      return [
        idle,
        [{ kind: 'clear' }, ...(runs.length > 0 ? [{ kind: 'commit', runs, mode } as const] : [])],
      ]
    }
    case 'cancel':
      return [{ kind: 'idle', lastDab: state.lastDab }, [{ kind: 'clear' }]]
    case 'down':
    case 'leave':
      return [state, []]
    default:
      return assertNever(event)
  }
}

function startOfStroke(mode: BrushMode, from: ImagePoint, lastDab: ImagePoint | null): Painting {
  return { kind: 'painting', mode, last: from, runs: new Uint32Array(0), lastDab }
}

function paint(
  state: Painting,
  to: ImagePoint,
  { size, width, height }: BrushContext,
): readonly [Painting, readonly BrushEffect[]] {
  const stretch = strokeRuns(state.last, to, size, width, height)
  const next: Painting = { ...state, last: to, runs: unionRuns(state.runs, stretch, width) }
  return [next, stretch.length > 0 ? [{ kind: 'paint', runs: stretch, mode: state.mode }] : []]
}

function sizeEffects(size: number, turn: WheelTurn, step: WheelStep): BrushEffect[] {
  if (step === 'cell') return []
  const pixels =
    step === 'fine'
      ? 1
      : Math.max(1, Math.round(turn === 'larger' ? size * (NOTCH - 1) : size - size / NOTCH))
  const stepped = clampBrush(turn === 'larger' ? size + pixels : size - pixels)
  return stepped === size ? [] : [{ kind: 'size', size: stepped }]
}
