import { clampCount } from '../../shared/superpixel/cut.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { countOfSide, meanSide } from '../../shared/superpixel/level.ts'
import { noSplits } from '../../shared/superpixel/refinement.ts'
import type { LabelingStore } from '../stores/labeling.ts'
import type { CanvasView } from './canvas-view.ts'
import type { ToolRunner } from './tool-runner.ts'

type Parts = {
  readonly view: Pick<CanvasView, 'showCells'>
  readonly labeling: LabelingStore
  readonly runner: Pick<ToolRunner, 'setHierarchy' | 'holdsCells' | 'forgetHover'>
}

/** Superpixels when nobody has chosen a size yet. */
const FIRST_COUNT = 900

/**
 * Keeps what is shown and picked by in step with the superpixels that are there and the level that is chosen. New
 * superpixels, of another image or made anew, show cells of the size that the ones before had.
 */
export class CellLevel {
  readonly #parts: Parts
  #hierarchy: Hierarchy | null = null

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Follows the store; to be called again when a stroke has ended. */
  follow(): void {
    const { labeling, runner, view } = this.#parts
    const { build } = labeling.getState()
    const hierarchy = build.kind === 'ready' ? build.hierarchy : null
    // A stroke goes on with the cells it began on.
    const waits = hierarchy !== null && this.#hierarchy !== null && runner.holdsCells
    if (hierarchy !== this.#hierarchy && !waits) {
      this.#hierarchy = hierarchy
      runner.setHierarchy(hierarchy)
      if (hierarchy) this.#begin(hierarchy)
    }
    const { cellCount: count, splits } = labeling.getState()
    runner.forgetHover()
    const shown = this.#hierarchy
    view.showCells(shown && count !== null ? { hierarchy: shown, count, splits } : null)
  }

  /** The person has chosen another level of what is shown. */
  chosen(): void {
    const { cellCount, tool } = this.#parts.labeling.getState()
    if (!this.#hierarchy || cellCount === null || tool !== 'superpixel') return
    this.#parts.labeling.setState({ cellSide: meanSide(this.#hierarchy, cellCount) })
  }

  #begin(hierarchy: Hierarchy): void {
    const { cellSide } = this.#parts.labeling.getState()
    const count = cellSide === null ? clampCount(hierarchy, FIRST_COUNT) : countOfSide(hierarchy, cellSide)
    this.#parts.labeling.setState({ cellCount: count, splits: noSplits })
  }
}
