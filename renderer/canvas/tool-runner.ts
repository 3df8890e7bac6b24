import type { Runs } from '../../shared/image/runs.ts'
import type { LabelEdit } from '../../shared/label/edit.ts'
import type { Rect } from '../../shared/label/label-map.ts'
import { strokeTitle } from '../../shared/label/objects.ts'
import type { Category, LabelObject } from '../../shared/label/ontology.ts'
import { type PaintMode, paintEdit } from '../../shared/label/paint.ts'
import { boundsOfRuns, coverageOfRuns } from '../../shared/label/region.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import {
  differenceRanges,
  type LeafRanges,
  leafRunsOf,
  noLeaves,
  runsOfRanges,
} from '../../shared/superpixel/selection.ts'
import { type BrushEffect, type BrushState, brushIdle, stepBrush } from '../../shared/tools/brush-tool.ts'
import { pixelAt } from '../../shared/tools/segment.ts'
import { type SelectState, selectIdle, stepSelect } from '../../shared/tools/select-tool.ts'
import {
  type SuperpixelEffect,
  type SuperpixelState,
  stepSuperpixel,
  superpixelIdle,
} from '../../shared/tools/superpixel-tool.ts'
import type { ImagePoint, ToolEvent } from '../../shared/tools/tool-event.ts'
import type { LabelSession } from '../stores/label-session.ts'
import type { LabelingStore } from '../stores/labeling.ts'
import { unionRect } from './camera.ts'
import type { CanvasView } from './canvas-view.ts'
import type { MaskLook } from './layers/pixel-mask.ts'
import { channels, packed } from './object-color.ts'
import { DRAG_DISTANCE } from './pointer.ts'
import {
  type Choice,
  changesPixel,
  paintTarget,
  removeTarget,
  type StrokeTarget,
  targetId,
} from './stroke-target.ts'

export type ToolRunnerPorts = {
  readonly view: Pick<CanvasView, 'ratio' | 'showHighlight' | 'previewStroke'> & {
    readonly camera: Pick<CanvasView['camera'], 'scale'>
  }
  readonly labeling: LabelingStore
  /** False: the library is open read-only, and nothing may be drawn. */
  mayEdit(): boolean
  categories(): readonly Category[]
  /** The category of the very first stroke. Rejects with AppError when it cannot be made. */
  firstCategory(): Promise<Category>
  openMenu(at: ImagePoint): void
  /** A stroke took the last pixels of these objects. */
  vanished(session: LabelSession, objects: readonly LabelObject[]): void
  failed(error: unknown): void
}

/** How often a stroke under way is recorded: a crash must not take more than a second of it. */
const DRAFT_MS = 500
/** Colour of what is painted before the first category exists. */
const FIRST_COLOR = '#e69f00'
/** Removing on purpose (Alt, right button, erase key). */
const REMOVE_LOOK: MaskLook = { fill: 0x801e1ef0, line: 0xff5a5aff, halo: 0xb0000000 }
/** A cell that the object has already: a click would take it, but most people just rest there after adding it. */
const TOGGLE_LOOK: MaskLook = { fill: 0x24ffffff, line: 0xffffffff, halo: 0x99000000 }

/** Runs the active tool: gives it events, shows its previews and turns its commits into edits. */
export class ToolRunner {
  readonly #ports: ToolRunnerPorts
  #session: LabelSession | null = null
  #hierarchy: Hierarchy | null = null
  #superpixel: SuperpixelState = superpixelIdle
  #brush: BrushState = brushIdle
  #select: SelectState = selectIdle
  /** What the stroke under way works on; null between strokes. */
  #target: StrokeTarget | null = null
  #drafts: ReturnType<typeof setInterval> | null = null
  /** Leaves shown as highlighted, and which. */
  #marks = new Uint8Array(0)
  #shown: LeafRanges = noLeaves
  #shownBounds: Rect | null = null
  #shownLook = ''
  #strokeBounds: Rect | null = null
  #eraseHeld = false
  /** The last event asked for removing, by key or button. */
  #asksRemove = false

  constructor(ports: ToolRunnerPorts) {
    this.#ports = ports
  }

  /** Between images both are null. A stroke under way is dropped: it belongs to the label that goes. */
  open(session: LabelSession | null): void {
    this.cancel()
    this.#session = session
    this.#brush = brushIdle
  }

  setHierarchy(hierarchy: Hierarchy | null): void {
    if (hierarchy === this.#hierarchy) return
    if (this.#ports.labeling.getState().tool === 'superpixel') this.cancel()
    this.#hierarchy = hierarchy
    this.#marks = new Uint8Array(hierarchy?.leafCount ?? 0)
    this.#shown = noLeaves
    this.#shownBounds = null
  }

  get isDrawing(): boolean {
    return this.#target !== null
  }

  /** The erase key is held: brush and superpixels remove meanwhile. */
  set eraseHeld(held: boolean) {
    this.#eraseHeld = held
  }

  /** Takes back what the tools show; a stroke under way leaves no trace. */
  cancel(): void {
    this.#superpixelStep({ kind: 'cancel' })
    this.#brushStep({ kind: 'cancel' })
    this.#selectStep({ kind: 'cancel' })
    this.#endStroke()
    this.#clearCells()
  }

  send(event: ToolEvent): void {
    if (!this.#session) return
    const isStroke = event.kind === 'down' && this.#ports.labeling.getState().tool !== 'select'
    if (isStroke && !this.#ports.mayEdit()) return
    if (event.kind === 'move' && !this.#target) this.#hoverAsks(event.modifiers.alt)
    if (event.kind === 'down') {
      this.#asksRemove = event.button === 'secondary' || event.modifiers.alt
      this.#target = this.#targetAt(event)
      if (isStroke) this.#drafts ??= setInterval(() => this.#draft(), DRAFT_MS)
    }
    switch (this.#ports.labeling.getState().tool) {
      case 'superpixel':
        this.#superpixelStep(event)
        break
      case 'brush':
      case 'eraser':
        this.#brushStep(event)
        break
      case 'select':
        this.#selectStep(event)
        break
    }
    if (event.kind === 'up' || event.kind === 'cancel') this.#endStroke()
  }

  /** What was recorded of the stroke goes, unless the stroke has been written. */
  #endStroke(): void {
    if (this.#drafts !== null) clearInterval(this.#drafts)
    this.#drafts = null
    const target = this.#target
    this.#target = null
    target?.session.draft(null)
  }

  /** Records the stroke under way as it would be written now. The very first one of a library has no category yet. */
  #draft(): void {
    const target = this.#target
    const stroke = this.#strokeSoFar()
    if (!target || !stroke) return
    target.session.draft(this.#editOf(stroke.tool, stroke.runs, stroke.removes, target))
  }

  #strokeSoFar(): { readonly tool: string; readonly runs: Runs; readonly removes: boolean } | null {
    if (this.#ports.labeling.getState().tool !== 'superpixel') {
      if (this.#brush.kind !== 'painting') return null
      const removes = this.#brush.mode === 'remove'
      return { tool: removes ? 'Eraser' : 'Brush', runs: this.#brush.runs, removes }
    }
    if (this.#superpixel.kind !== 'dragging' || !this.#hierarchy) return null
    const { picks, mode } = this.#superpixel
    return { tool: 'Superpixels', runs: runsOfRanges(this.#hierarchy, picks), removes: mode === 'remove' }
  }

  /** The tool sees no difference between a toggle and a removal of the same cell; the person does. */
  #hoverAsks(removes: boolean): void {
    if (removes === this.#asksRemove) return
    this.#asksRemove = removes
    if (this.#superpixel.kind === 'idle') this.#superpixel = superpixelIdle
  }

  #choice(): Choice {
    const { categoryId, objectId } = this.#ports.labeling.getState()
    return { categories: this.#ports.categories(), categoryId, objectId }
  }

  #targetAt(event: Extract<ToolEvent, { kind: 'down' }>): StrokeTarget {
    const session = this.#session!
    const removes =
      event.button === 'secondary' ||
      event.modifiers.alt ||
      this.#eraseHeld ||
      this.#ports.labeling.getState().tool === 'eraser'
    if (!removes) return paintTarget(session, this.#choice())
    const { width, height } = session.doc.map
    return removeTarget(session, this.#choice(), pixelAt(event.at, width, height))
  }

  #slop(): number {
    const { view } = this.#ports
    return (DRAG_DISTANCE * view.ratio) / view.camera.scale
  }

  #mode(removes: boolean): PaintMode {
    if (removes) return 'remove'
    return this.#ports.labeling.getState().protects ? 'protect' : 'claim'
  }

  // --- superpixels

  #superpixelStep(event: ToolEvent): void {
    const hierarchy = this.#hierarchy
    const session = this.#session
    const count = this.#ports.labeling.getState().cellCount
    if (!hierarchy || !session || count === null) return
    const target = this.#target ?? paintTarget(session, this.#choice())
    const coverage = (lo: number, hi: number) =>
      target.object
        ? coverageOfRuns(session.doc.map, leafRunsOf(hierarchy, lo, hi), target.object.id)
        : 'none'
    const [state, effects] = stepSuperpixel(this.#superpixel, event, {
      hierarchy,
      count,
      slop: this.#slop(),
      coverage,
    })
    this.#superpixel = state
    for (const effect of effects) this.#superpixelEffect(effect, hierarchy, session)
  }

  #superpixelEffect(effect: SuperpixelEffect, hierarchy: Hierarchy, session: LabelSession): void {
    switch (effect.kind) {
      case 'preview': {
        const removes = effect.mode === 'remove'
        this.#showCells(effect.picks, removes, hierarchy, session)
        return
      }
      case 'commit':
        this.#commit('Superpixels', runsOfRanges(hierarchy, effect.picks), effect.mode === 'remove')
        return
      case 'level':
        this.#ports.labeling.setState({ cellCount: effect.count })
        return
      case 'menu':
        this.#ports.openMenu(effect.at)
        return
    }
  }

  #showCells(picks: LeafRanges, removes: boolean, hierarchy: Hierarchy, session: LabelSession): void {
    const target = this.#target ?? this.#hoverTarget(session, removes, picks, hierarchy)
    const objectId = removes ? (target.object?.id ?? -1) : targetId(target)
    const mode = this.#mode(removes)
    const lookKey = `${mode}:${objectId}:${this.#asksRemove}`
    const isGrowth =
      lookKey === this.#shownLook &&
      this.#shown.length > 0 &&
      differenceRanges(this.#shown, picks).length === 0
    if (!isGrowth) this.#unmark()
    const added = differenceRanges(picks, this.#shown)
    let grown: Rect | null = null
    for (let i = 0; i < added.length; i += 2) {
      this.#marks.fill(1, added[i]!, added[i + 1]!)
      grown = unionRect(grown, boundsOfRuns(leafRunsOf(hierarchy, added[i]!, added[i + 1]!), hierarchy.width))
    }
    this.#shown = picks
    this.#shownLook = lookKey
    this.#shownBounds = unionRect(this.#shownBounds, grown)
    if (!this.#shownBounds) {
      this.#ports.view.showHighlight(null)
      return
    }
    if (isGrowth && !grown) return
    const { ids } = session.doc.map
    const { leaf } = hierarchy
    const marks = this.#marks
    const changes = changesPixel(mode, objectId)
    const removeLook = this.#asksRemove ? REMOVE_LOOK : TOGGLE_LOOK
    const look = removes ? removeLook : addLook(target.category?.color ?? FIRST_COLOR)
    const holds = (pixel: number) => marks[leaf[pixel]!] === 1 && changes(ids[pixel]!)
    const highlight = { bounds: this.#shownBounds, holds, look }
    if (isGrowth && grown) this.#ports.view.showHighlight(highlight, grown)
    else this.#ports.view.showHighlight(highlight)
  }

  /** Without an active object a removing click would take from whatever lies there; so would the preview. */
  #hoverTarget(
    session: LabelSession,
    removes: boolean,
    picks: LeafRanges,
    hierarchy: Hierarchy,
  ): StrokeTarget {
    if (!removes) return paintTarget(session, this.#choice())
    const first = picks.length > 0 ? (leafRunsOf(hierarchy, picks[0]!, picks[1]!)[0] ?? null) : null
    return removeTarget(session, this.#choice(), first)
  }

  #unmark(): void {
    for (let i = 0; i < this.#shown.length; i += 2) this.#marks.fill(0, this.#shown[i]!, this.#shown[i + 1]!)
    this.#shown = noLeaves
    this.#shownBounds = null
  }

  #clearCells(): void {
    this.#unmark()
    this.#ports.view.showHighlight(null)
  }

  // --- brush and eraser

  #brushStep(event: ToolEvent): void {
    const session = this.#session
    if (!session) return
    const { tool, brushSize } = this.#ports.labeling.getState()
    const { width, height } = session.doc.map
    const erases = tool === 'eraser' || this.#eraseHeld
    const [state, effects] = stepBrush(this.#brush, event, {
      width,
      height,
      size: brushSize,
      erases,
      slop: this.#slop(),
    })
    this.#brush = state
    for (const effect of effects) this.#brushEffect(effect, session)
  }

  #brushEffect(effect: BrushEffect, session: LabelSession): void {
    switch (effect.kind) {
      case 'paint':
        this.#previewStroke(effect.runs, effect.mode === 'remove', session)
        return
      case 'clear': {
        const bounds = this.#strokeBounds
        this.#strokeBounds = null
        if (bounds) this.#ports.view.previewStroke(null, bounds)
        return
      }
      case 'commit':
        this.#commit(effect.mode === 'remove' ? 'Eraser' : 'Brush', effect.runs, effect.mode === 'remove')
        return
      case 'size':
        this.#ports.labeling.setState({ brushSize: effect.size })
        return
      case 'menu':
        this.#ports.openMenu(effect.at)
        return
    }
  }

  #previewStroke(added: Runs, removes: boolean, session: LabelSession): void {
    const dirty = boundsOfRuns(added, session.doc.map.width)
    if (!dirty || this.#brush.kind !== 'painting' || !this.#target) return
    this.#strokeBounds = unionRect(this.#strokeBounds, dirty)
    const target = this.#target
    const objectId = removes ? (target.object?.id ?? -1) : targetId(target)
    const color = removes ? 0 : packed(channels(target.category?.color ?? FIRST_COLOR))
    const changes = changesPixel(this.#mode(removes), objectId)
    this.#ports.view.previewStroke({ runs: this.#brush.runs, color, changes }, dirty)
  }

  // --- select

  #selectStep(event: ToolEvent): void {
    const session = this.#session
    if (!session) return
    const { map } = session.doc
    const objectAt = (at: ImagePoint) => {
      const pixel = pixelAt(at, map.width, map.height)
      return pixel === null ? null : map.ids[pixel]! || null
    }
    const [state, effects] = stepSelect(this.#select, event, { objectAt, slop: this.#slop() })
    this.#select = state
    for (const effect of effects) {
      if (effect.kind === 'select') this.choose(effect.object)
      else if (effect.kind === 'menu') this.#ports.openMenu(effect.at)
      else this.#hoverObject(effect.object, session)
    }
  }

  #hoverObject(id: number | null, session: LabelSession): void {
    const extent = id === null ? undefined : session.index.get(id)
    if (!extent) {
      this.#ports.view.showHighlight(null)
      return
    }
    const { ids } = session.doc.map
    this.#ports.view.showHighlight({
      bounds: extent.bounds,
      holds: (pixel) => ids[pixel] === id,
      look: { fill: 0x38ffffff, line: 0xffffffff, halo: 0x99000000 },
    })
  }

  /** Makes an object the one that strokes paint, and its category the active one; null: the next stroke is a new object. */
  choose(id: number | null): void {
    const object = id === null ? undefined : this.#session?.doc.objects.get(id)
    const { labeling } = this.#ports
    labeling.setState(object ? { objectId: object.id, categoryId: object.categoryId } : { objectId: null })
  }

  // --- commits

  #commit(tool: string, runs: Runs, removes: boolean): void {
    const target = this.#target
    if (!target) return
    if (removes || target.category) {
      this.#write(tool, runs, removes, target)
      return
    }
    // The very first stroke: it waits for its category, and stays with the label it was drawn on.
    this.#ports.firstCategory().then(
      (category) => {
        const object = { id: target.session.doc.nextObjectId, categoryId: category.id, attributes: {} }
        this.#write(tool, runs, false, { ...target, category, object })
      },
      (error: unknown) => this.#ports.failed(error),
    )
  }

  /** Null when it would change nothing, or has nothing to work on. */
  #editOf(tool: string, runs: Runs, removes: boolean, target: StrokeTarget): LabelEdit | null {
    const { session, category, object } = target
    if (!object) return null
    const title = category ? strokeTitle(tool, object, category, removes) : `${tool} on object ${object.id}`
    return paintEdit(session.doc, session.index, { runs, object, mode: this.#mode(removes), title })
  }

  #write(tool: string, runs: Runs, removes: boolean, target: StrokeTarget): void {
    const { session, object } = target
    const edit = this.#editOf(tool, runs, removes, target)
    if (!edit || !object) return
    session.apply(edit)
    const gone = edit.objects.flatMap(({ before, after }) => (before && !after ? [before] : []))
    if (session === this.#session) {
      const { objectId } = this.#ports.labeling.getState()
      if (!removes) this.choose(object.id)
      else if (objectId !== null && gone.some(({ id }) => id === objectId)) this.choose(null)
    }
    if (gone.length > 0) this.#ports.vanished(session, gone)
  }
}

function addLook(color: string): MaskLook {
  return { fill: packed(channels(color), 120), line: 0xffffffff, halo: 0xb0000000 }
}
