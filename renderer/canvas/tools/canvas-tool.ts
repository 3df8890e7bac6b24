import type { Rect } from '../../../shared/label/label-map.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import type { ColourWindow } from '../../../shared/superpixel/proposal.ts'
import type { ImagePoint, ShapeKey, ToolEvent } from '../../../shared/tools/tool-event.ts'
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
  /** Takes back what it shows; a stroke under way leaves no trace. What is open between presses stays. */
  cancel(session: LabelSession | null): void
  /** The stroke under way as it would be written now; null when there is none. */
  soFar(): StrokeSoFar | null
  /** What is open between presses: where it begins, and whether it takes away; null when nothing is. */
  readonly shape?: { readonly at: ImagePoint; readonly removes: boolean } | null
  /** The open shape, if a press there finishes it: it works on what the shape does, wherever it is. */
  finishes?(at: ImagePoint): CanvasTool['shape']
  /** Only while it has a shape. */
  key?(key: ShapeKey, session: LabelSession): void
  /** Another label is open, or none: nothing that it remembers holds any more. */
  opened?(session: LabelSession | null): void
  /** The label or the choice of what to paint is another one: what was shown of it is looked at again. */
  forgetHover?(): void
  /** Superpixels have come, or go. */
  setHierarchy?(hierarchy: Hierarchy | null): void
}

/** What tools work with. */
export type ToolDesk = {
  readonly view: Pick<CanvasView, 'ratio' | 'showHighlight' | 'previewStroke' | 'showSketch'> & {
    readonly camera: Pick<CanvasView['camera'], 'scale'>
  }
  readonly labeling: LabelingStore
  readonly strokes: StrokeWriter
  /** As `PhotoPixels` reads them. */
  pixels(rect: Rect, most: number): ColourWindow | null
  /** The object is not shown: the pointer does not meet it. */
  hides(id: number): boolean
  /** What the person has chosen to paint. */
  choice(): Choice
  /** See `isDrag`. */
  slop(): number
  /** The eraser is chosen, or its key is held: everything that is drawn removes. */
  erases(): boolean
  openMenu(at: ImagePoint): void
}
