import { coverageOfRuns } from '../../../shared/label/region.ts'
import { boxesOfCells, type CellBoxes, cellsWithin } from '../../../shared/superpixel/cell-boxes.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import type { Splits } from '../../../shared/superpixel/refinement.ts'
import { type LeafRanges, leafRunsOf, runsOfRanges } from '../../../shared/superpixel/selection.ts'
import { boxBetween, type PixelBox } from '../../../shared/tools/pixel-box.ts'
import {
  type PickMode,
  type SuperpixelEffect,
  type SuperpixelState,
  stepSuperpixel,
  superpixelIdle,
  withoutHover,
} from '../../../shared/tools/superpixel-tool.ts'
import type { ImagePoint, ToolEvent } from '../../../shared/tools/tool-event.ts'
import type { LabelSession } from '../../stores/label-session.ts'
import type { CellUnderPointer } from '../../stores/labeling.ts'
import { CellHighlight, type CellPaint } from '../cell-highlight.ts'
import type { MaskLook } from '../layers/pixel-mask.ts'
import { boxLine } from '../layers/sketch.ts'
import { addLook, REMOVE_LOOK } from '../mask-looks.ts'
import { FIRST_COLOR } from '../object-color.ts'
import { changesOf, type StrokeTarget, targetId } from '../stroke-target.ts'
import type { StrokeSoFar } from '../stroke-writer.ts'
import type { CanvasTool, ToolDesk } from './canvas-tool.ts'

/** A cell that the object has already: a click would take it, but most people just rest there after adding it. */
const TOGGLE_LOOK: MaskLook = { fill: 0x24ffffff, line: 0xffffffff, halo: 0x99000000 }

/** Takes whole cells, and gives them back. */
export class SuperpixelTool implements CanvasTool {
  readonly draws = true
  readonly #desk: ToolDesk
  readonly #highlight: CellHighlight
  #hierarchy: Hierarchy | null = null
  /** Of the level that a rectangle was last drawn at. */
  #boxes: CellBoxes | null = null
  #state: SuperpixelState = superpixelIdle
  /** The last event asked for removing, by key or button. */
  #asksRemove = false
  #pointer: ImagePoint | null = null

  constructor(desk: ToolDesk) {
    this.#desk = desk
    this.#highlight = new CellHighlight(desk.view)
  }

  setHierarchy(hierarchy: Hierarchy | null): void {
    this.#state = superpixelIdle
    this.#hierarchy = hierarchy
    this.#boxes = null
    this.#highlight.open(hierarchy)
  }

  /** What the last preview said may hold no more: the next move looks again. */
  forgetHover(): void {
    this.#state = withoutHover(this.#state)
  }

  send(event: ToolEvent, session: LabelSession): void {
    const hierarchy = this.#hierarchy
    const { labeling, strokes, slop } = this.#desk
    const { cellCount, splits } = labeling.getState()
    if (!hierarchy || cellCount === null) return
    if (event.kind === 'move' && !strokes.target) this.#asksRemove = event.modifiers.alt
    if (event.kind === 'down') this.#asksRemove = event.button === 'secondary' || event.modifiers.alt
    if ('at' in event) this.#pointer = event.at
    const { object } = this.#target(session)
    const [state, effects] = stepSuperpixel(this.#state, event, {
      hierarchy,
      count: cellCount,
      splits,
      slop: slop(),
      coverage: (lo, hi) =>
        object && session.index.has(object.id)
          ? coverageOfRuns(session.doc.map, leafRunsOf(hierarchy, lo, hi), object.id)
          : 'none',
      cellsIn: (rect, count, splits) => this.#cellsIn(hierarchy, rect, count, splits),
    })
    this.#state = state
    this.#showFrame()
    for (const effect of effects) this.#do(effect, hierarchy, session)
  }

  cancel(session: LabelSession | null): void {
    if (session) this.send({ kind: 'cancel' }, session)
    this.#state = superpixelIdle
    this.#showFrame()
    this.#highlight.clear()
    this.#say(null)
  }

  soFar(): StrokeSoFar | null {
    const state = this.#state
    if ((state.kind !== 'dragging' && state.kind !== 'framing') || !this.#hierarchy) return null
    return strokeOf(state.picks, state.mode, this.#hierarchy)
  }

  #cellsIn(hierarchy: Hierarchy, rect: PixelBox, count: number, splits: Splits): LeafRanges {
    if (this.#boxes?.count !== count || this.#boxes.splits !== splits)
      this.#boxes = boxesOfCells(hierarchy, count, splits)
    return cellsWithin(this.#boxes, rect)
  }

  #showFrame(): void {
    const state = this.#state
    if (state.kind !== 'framing') {
      this.#desk.view.showSketch('Superpixels', null)
      return
    }
    const lines = [boxLine(boxBetween(state.from, state.to), true)]
    this.#desk.view.showSketch('Superpixels', { lines, handles: [] })
  }

  /** Without an active object a removing click takes from whatever lies there; so does its preview. */
  #target(session: LabelSession): StrokeTarget {
    const { strokes, target } = this.#desk
    return strokes.target ?? target(this.#pointer, this.#asksRemove, session)
  }

  #do(effect: SuperpixelEffect, hierarchy: Hierarchy, session: LabelSession): void {
    switch (effect.kind) {
      case 'preview': {
        const target = this.#target(session)
        this.#highlight.show(effect.picks, session.doc.map.ids, this.#paint(effect.mode, target))
        const { covered } = effect
        this.#say(covered && { covered, objectId: target.object?.id ?? null })
        return
      }
      case 'commit':
        this.#desk.strokes.commit(strokeOf(effect.picks, effect.mode, hierarchy))
        return
      case 'level':
        this.#desk.labeling.setState({ cellCount: effect.count })
        return
      case 'splits':
        this.#desk.labeling.setState({ splits: effect.splits })
        return
      case 'menu':
        this.#desk.openMenu(effect.at)
        return
    }
  }

  #paint(pick: PickMode, target: StrokeTarget): CellPaint {
    const removes = pick === 'remove'
    const objectId = removes ? (target.object?.id ?? -1) : targetId(target)
    const mode = this.#desk.strokes.mode(removes)
    const changes = changesOf(target, mode)
    const key = `${mode}:${objectId}:${target.category?.id}:${this.#asksRemove}`
    if (removes) return { look: this.#asksRemove ? REMOVE_LOOK : TOGGLE_LOOK, changes, key }
    const look = addLook(target.category?.color ?? FIRST_COLOR)
    return { look, changes, keeps: (id) => id === objectId, key }
  }

  #say(cell: CellUnderPointer | null): void {
    const { labeling } = this.#desk
    const before = labeling.getState().cell
    if (before?.covered === cell?.covered && before?.objectId === cell?.objectId) return
    labeling.setState({ cell })
  }
}

function strokeOf(picks: LeafRanges, mode: PickMode, hierarchy: Hierarchy): StrokeSoFar {
  return { tool: 'Superpixels', runs: runsOfRanges(hierarchy, picks), removes: mode === 'remove' }
}
