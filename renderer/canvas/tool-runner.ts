import type { Category } from '../../shared/label/ontology.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { pixelAt } from '../../shared/tools/segment.ts'
import type { ImagePoint, ToolEvent } from '../../shared/tools/tool-event.ts'
import type { LabelSession } from '../stores/label-session.ts'
import type { ToolName } from '../stores/labeling.ts'
import { DRAG_DISTANCE } from './pointer.ts'
import { type Choice, paintTarget, removeTarget, type StrokeTarget } from './stroke-target.ts'
import { type StrokePorts, StrokeWriter } from './stroke-writer.ts'
import { BrushTool } from './tools/brush.ts'
import type { CanvasTool, ToolDesk } from './tools/canvas-tool.ts'
import { SelectTool } from './tools/select.ts'
import { SuperpixelTool } from './tools/superpixel.ts'

export type ToolRunnerPorts = StrokePorts & {
  readonly view: ToolDesk['view']
  /** False: the library is open read-only, and nothing may be drawn. */
  mayEdit(): boolean
  categories(): readonly Category[]
  openMenu(at: ImagePoint): void
}

/** Gives the active tool its events, and its strokes what they work on. */
export class ToolRunner {
  readonly #ports: ToolRunnerPorts
  readonly #strokes: StrokeWriter
  readonly #superpixel: SuperpixelTool
  readonly #tools: Readonly<Record<ToolName, CanvasTool>>
  #session: LabelSession | null = null
  #eraseHeld = false

  constructor(ports: ToolRunnerPorts) {
    this.#ports = ports
    this.#strokes = new StrokeWriter(ports)
    const { view, labeling } = ports
    const desk: ToolDesk = {
      view,
      labeling,
      strokes: this.#strokes,
      choice: () => this.#choice(),
      slop: () => (DRAG_DISTANCE * view.ratio) / view.camera.scale,
      erases: () => this.#erases,
      openMenu: (at) => ports.openMenu(at),
    }
    this.#superpixel = new SuperpixelTool(desk)
    const brush = new BrushTool(desk)
    this.#tools = {
      select: new SelectTool(desk),
      superpixel: this.#superpixel,
      brush,
      eraser: brush,
    }
  }

  /** Between images both are null. A stroke under way is dropped: it belongs to the label that goes. */
  open(session: LabelSession | null): void {
    this.cancel()
    this.#session = session
    this.#strokes.open(session)
    for (const tool of Object.values(this.#tools)) tool.opened?.()
  }

  /** A stroke over the superpixels of before is dropped. */
  setHierarchy(hierarchy: Hierarchy | null): void {
    if (this.holdsCells) this.cancel()
    this.#superpixel.setHierarchy(hierarchy)
  }

  get isDrawing(): boolean {
    return this.#strokes.target !== null
  }

  /** A stroke over superpixels is under way. */
  get holdsCells(): boolean {
    return this.isDrawing && this.#ports.labeling.getState().tool === 'superpixel'
  }

  /** The erase key is held: brush and superpixels remove meanwhile. */
  set eraseHeld(held: boolean) {
    this.#eraseHeld = held
  }

  /** The label or the choice of what to paint is another one: what a hover shows is made anew with the next move. */
  forgetHover(): void {
    this.#superpixel.forgetHover()
  }

  /** Takes back what the tools show; a stroke under way leaves no trace. */
  cancel(): void {
    for (const tool of Object.values(this.#tools)) tool.cancel(this.#session)
    this.#strokes.end()
  }

  send(event: ToolEvent): void {
    const session = this.#session
    if (!session) return
    const tool = this.#tools[this.#ports.labeling.getState().tool]
    if (event.kind === 'down') {
      if (tool.draws && !this.#ports.mayEdit()) return
      this.#strokes.begin(this.#targetOf(event, session), tool.draws ? () => tool.soFar() : null)
    }
    tool.send(event, session)
    if (event.kind === 'up' || event.kind === 'cancel') this.#strokes.end()
  }

  choose(id: number | null): void {
    this.#strokes.choose(id)
  }

  #choice(): Choice {
    const { categoryId, objectId } = this.#ports.labeling.getState()
    return { categories: this.#ports.categories(), categoryId, objectId }
  }

  get #erases(): boolean {
    return this.#eraseHeld || this.#ports.labeling.getState().tool === 'eraser'
  }

  #targetOf(event: Extract<ToolEvent, { kind: 'down' }>, session: LabelSession): StrokeTarget {
    const removes = event.button === 'secondary' || event.modifiers.alt || this.#erases
    if (!removes) return paintTarget(session, this.#choice())
    const { width, height } = session.doc.map
    return removeTarget(session, this.#choice(), pixelAt(event.at, width, height))
  }
}
