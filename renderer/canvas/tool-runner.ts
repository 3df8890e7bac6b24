import type { Category } from '../../shared/label/ontology.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { pixelAt } from '../../shared/tools/segment.ts'
import type { ImagePoint, ShapeKey, ToolEvent } from '../../shared/tools/tool-event.ts'
import type { LabelSession } from '../stores/label-session.ts'
import type { ToolName } from '../stores/labeling.ts'
import { DRAG_DISTANCE } from './pointer.ts'
import { type Choice, paintTarget, removeTarget, type StrokeTarget } from './stroke-target.ts'
import { type StrokePorts, StrokeWriter } from './stroke-writer.ts'
import { BoxTool } from './tools/box.ts'
import { BrushTool } from './tools/brush.ts'
import type { CanvasTool, ToolDesk } from './tools/canvas-tool.ts'
import { FillTool } from './tools/fill.ts'
import { OutlineTool } from './tools/outline.ts'
import { MagicPen, polygonPen } from './tools/outline-pens.ts'
import { RulerTool } from './tools/ruler.ts'
import { SelectTool } from './tools/select.ts'
import { SuperpixelTool } from './tools/superpixel.ts'

export type ToolRunnerPorts = StrokePorts & {
  readonly view: ToolDesk['view']
  /** False: the library is open read-only, and nothing may be drawn. */
  mayEdit(): boolean
  categories(): readonly Category[]
  openMenu(at: ImagePoint): void
  pixels: ToolDesk['pixels']
}

/** Gives the active tool its events, and its strokes what they work on. */
export class ToolRunner {
  readonly #ports: ToolRunnerPorts
  readonly #strokes: StrokeWriter
  readonly #superpixel: SuperpixelTool
  readonly #tools: Readonly<Record<ToolName, CanvasTool>>
  #session: LabelSession | null = null
  #eraseHeld = false
  /** Whose press is under way: it gets all that follows, whatever tool is chosen meanwhile. */
  #pressed: CanvasTool | null = null

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
      pixels: (rect, most) => ports.pixels(rect, most),
      hides: (id) => ports.hides?.(id) ?? false,
    }
    this.#superpixel = new SuperpixelTool(desk)
    const brush = new BrushTool(desk)
    this.#tools = {
      select: new SelectTool(desk),
      superpixel: this.#superpixel,
      brush,
      eraser: brush,
      polygon: new OutlineTool(desk, polygonPen),
      magic: new OutlineTool(desk, new MagicPen()),
      box: new BoxTool(desk),
      fill: new FillTool(desk),
      ruler: new RulerTool(desk),
    }
  }

  /** Between images it is null. Strokes and shapes under way are dropped: they belong to the label that goes. */
  open(session: LabelSession | null): void {
    this.cancel()
    this.#session = session
    this.#strokes.open(session)
    for (const tool of this.#all) tool.opened?.(session)
    this.#tell()
  }

  /** A stroke over the superpixels of before is dropped. */
  setHierarchy(hierarchy: Hierarchy | null): void {
    if (this.holdsCells) this.cancel()
    for (const tool of this.#all) tool.setHierarchy?.(hierarchy)
  }

  get isDrawing(): boolean {
    return this.#strokes.target !== null
  }

  /** A stroke over superpixels is under way. */
  get holdsCells(): boolean {
    return this.isDrawing && this.#pressed === this.#superpixel
  }

  /** The erase key is held: brush and superpixels remove meanwhile. */
  set eraseHeld(held: boolean) {
    this.#eraseHeld = held
  }

  /** The label or the choice of what to paint is another one: what a hover shows is made anew with the next move. */
  forgetHover(): void {
    for (const tool of this.#all) tool.forgetHover?.()
  }

  /**
   * Takes back what the tools show; a stroke under way leaves no trace. Shapes stay. True when that was a stroke or a
   * measure: then the key that asked for it has done its work.
   */
  cancel(): boolean {
    const isSeen = this.isDrawing || this.#ports.labeling.getState().measure !== null
    for (const tool of this.#all) tool.cancel(this.#session)
    this.#pressed = null
    this.#strokes.end()
    this.#tell()
    return isSeen
  }

  /** Another tool is chosen. A stroke under way goes on to its end, and what is open between presses stays. */
  switched(): void {
    if (!this.#pressed) this.cancel()
    this.#tell()
  }

  send(event: ToolEvent): void {
    const session = this.#session
    if (!session) return
    const active = this.#active
    const tool = this.#pressed ?? active
    if (event.kind === 'down' && !this.#pressed) {
      if (tool.draws && !this.#ports.mayEdit()) return
      const shape = tool.finishes?.(event.at)
      const removes =
        event.button === 'secondary' || event.modifiers.alt || this.#erases || shape?.removes === true
      this.#begin(tool, this.#targetAt(shape?.at ?? event.at, removes, session))
    }
    tool.send(event, session)
    if (event.kind === 'up' || event.kind === 'cancel') {
      this.#pressed = null
      this.#strokes.end()
      if (tool !== active) tool.cancel(session)
    }
    this.#tell()
  }

  /** The active tool has a shape open between presses. */
  get hasShape(): boolean {
    return !!this.#active.shape
  }

  /** Gives a key to the shape of the active tool. False when there is none. */
  key(key: ShapeKey['kind'], removes = false): boolean {
    const session = this.#session
    const tool = this.#active
    const { shape } = tool
    if (!session || !shape) return false
    // In the middle of a press it has to wait, and must mean nothing else.
    if (this.#pressed) return true
    if (key !== 'finish') {
      tool.key?.({ kind: key }, session)
      this.#tell()
      return true
    }
    const takes = removes || this.#erases || shape.removes
    this.#begin(tool, this.#targetAt(shape.at, takes, session))
    tool.key?.({ kind: 'finish', removes: takes }, session)
    this.#pressed = null
    this.#strokes.end()
    this.#tell()
    return true
  }

  choose(id: number | null): void {
    this.#strokes.choose(id)
  }

  /** Says whether something is open that undo takes back before any step. */
  #tell(): void {
    const { labeling } = this.#ports
    const drawing = this.isDrawing || this.hasShape
    if (labeling.getState().drawing !== drawing) labeling.setState({ drawing })
  }

  /** Takes an object into the selection or out of it. */
  toggle(id: number): void {
    this.#strokes.toggle(id)
  }

  #choice(): Choice {
    const { categoryId, objectId } = this.#ports.labeling.getState()
    return { categories: this.#ports.categories(), categoryId, objectId }
  }

  get #all(): ReadonlySet<CanvasTool> {
    return new Set(Object.values(this.#tools))
  }

  get #active(): CanvasTool {
    return this.#tools[this.#ports.labeling.getState().tool]
  }

  get #erases(): boolean {
    return this.#eraseHeld || this.#ports.labeling.getState().tool === 'eraser'
  }

  #begin(tool: CanvasTool, target: StrokeTarget): void {
    this.#pressed = tool
    this.#strokes.begin(target, tool.draws ? () => tool.soFar() : null)
  }

  #targetAt(at: ImagePoint, removes: boolean, session: LabelSession): StrokeTarget {
    if (!removes) return paintTarget(session, this.#choice())
    const { width, height, ids } = session.doc.map
    const pixel = pixelAt(at, width, height)
    const isHidden = pixel !== null && this.#ports.hides?.(ids[pixel]!)
    return removeTarget(session, this.#choice(), isHidden ? null : pixel)
  }
}
