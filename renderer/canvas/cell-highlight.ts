import type { Rect } from '../../shared/label/label-map.ts'
import { boundsOfRuns } from '../../shared/label/region.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { differenceRanges, type LeafRanges, leafRunsOf, noLeaves } from '../../shared/superpixel/selection.ts'
import { unionRect } from './camera.ts'
import type { CanvasView } from './canvas-view.ts'
import type { MaskLook } from './layers/pixel-mask.ts'

/** What a click or a stroke would do to the pixels of its cells, by the object each belongs to. */
export type CellPaint = {
  readonly look: MaskLook
  readonly changes: (objectId: number) => boolean
  /** Pixels that stay as they are and are part of the pick all the same. */
  readonly keeps?: (objectId: number) => boolean
  /** Two paints with one key are the same: a stroke that grows then draws its newest cells alone. */
  readonly key: string
}

/** The highlighted superpixels. What showing more of them costs follows the new ones, not the image. */
export class CellHighlight {
  readonly #view: Pick<CanvasView, 'showHighlight'>
  #hierarchy: Hierarchy | null = null
  /** A byte per leaf: 1 for those shown. */
  #marks = new Uint8Array(0)
  #shown: LeafRanges = noLeaves
  #bounds: Rect | null = null
  #key = ''

  constructor(view: Pick<CanvasView, 'showHighlight'>) {
    this.#view = view
  }

  open(hierarchy: Hierarchy | null): void {
    this.#hierarchy = hierarchy
    this.#marks = new Uint8Array(hierarchy?.leafCount ?? 0)
    this.#shown = noLeaves
    this.#bounds = null
  }

  /** `ids`: the object of every pixel. */
  show(picks: LeafRanges, ids: Uint32Array, { look, changes, keeps, key }: CellPaint): void {
    const hierarchy = this.#hierarchy
    if (!hierarchy) return
    const isGrowth =
      key === this.#key && this.#shown.length > 0 && differenceRanges(this.#shown, picks).length === 0
    if (!isGrowth) this.#unmark()
    const added = differenceRanges(picks, this.#shown)
    let grown: Rect | null = null
    for (let i = 0; i < added.length; i += 2) {
      const [lo, hi] = [added[i]!, added[i + 1]!]
      this.#marks.fill(1, lo, hi)
      grown = unionRect(grown, boundsOfRuns(leafRunsOf(hierarchy, lo, hi), hierarchy.width))
    }
    this.#shown = picks
    this.#key = key
    this.#bounds = unionRect(this.#bounds, grown)
    if (!this.#bounds) {
      this.#view.showHighlight(null)
      return
    }
    if (isGrowth && !grown) return
    const { leaf } = hierarchy
    const marks = this.#marks
    const isPicked = (pixel: number) => marks[leaf[pixel]!] === 1
    const highlight = {
      bounds: this.#bounds,
      holds: (pixel: number) => isPicked(pixel) && changes(ids[pixel]!),
      ...(keeps && { keeps: (pixel: number) => isPicked(pixel) && keeps(ids[pixel]!) }),
      look,
    }
    if (isGrowth && grown) this.#view.showHighlight(highlight, grown)
    else this.#view.showHighlight(highlight)
  }

  clear(): void {
    this.#unmark()
    this.#view.showHighlight(null)
  }

  #unmark(): void {
    for (let i = 0; i < this.#shown.length; i += 2) this.#marks.fill(0, this.#shown[i]!, this.#shown[i + 1]!)
    this.#shown = noLeaves
    this.#bounds = null
  }
}
