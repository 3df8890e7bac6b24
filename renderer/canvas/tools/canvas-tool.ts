import type { ImagePoint, ToolEvent } from '../../../shared/tools/tool-event.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { LabelingStore } from '../../stores/labeling.ts'
import type { CanvasView } from '../canvas-view.ts'
import type { Choice } from '../stroke-target.ts'
import type { StrokeSoFar, StrokeWriter } from '../stroke-writer.ts'

/** A tool at work on the canvas: runs its state machine, shows its previews and hands over its strokes. */
export type CanvasTool = {
  /** Its presses change the label: refused where that may not be, and recorded while they last. */
  readonly draws: boolean
  send(event: ToolEvent, session: LabelSession): void
  /** Takes back what it shows; a stroke under way leaves no trace. */
  cancel(session: LabelSession | null): void
  /** The stroke under way as it would be written now; null when there is none. */
  soFar(): StrokeSoFar | null
  /** Another label is open, or none: nothing that it remembers holds any more. */
  opened?(): void
}

/** What tools work with. */
export type ToolDesk = {
  readonly view: Pick<CanvasView, 'ratio' | 'showHighlight' | 'previewStroke'> & {
    readonly camera: Pick<CanvasView['camera'], 'scale'>
  }
  readonly labeling: LabelingStore
  readonly strokes: StrokeWriter
  /** What the person has chosen to paint. */
  choice(): Choice
  /** See `isDrag`. */
  slop(): number
  /** The eraser is chosen, or its key is held: everything that is drawn removes. */
  erases(): boolean
  openMenu(at: ImagePoint): void
}
