import { boundsOfRuns } from '../../../shared/label/region.ts'
import { CellMap } from '../../../shared/superpixel/cell-map.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { meanSide } from '../../../shared/superpixel/level.ts'
import { noSplits, type Splits } from '../../../shared/superpixel/refinement.ts'
import { leafRunsOf } from '../../../shared/superpixel/selection.ts'
import type { FrameBudget } from './frame-budget.ts'
import { OUTLINE_TILE, outlineColors, type TileLeaves, tileLeaves } from './outline-tiles.ts'
import { ScreenTiles } from './screen-tiles.ts'
import type { Context2d, View } from './view.ts'

/** Cells narrower than this on the screen would be drowned by their own borders. */
const NARROWEST_CELL = 5
/** Half a megabyte each at most. More are kept only where more are in view, or they would be painted over and over. */
const CAPACITY = 120

/** Borders of the superpixels of the current level, painted on demand for what is in view, some tiles a frame. */
export class OutlineLayer {
  #hierarchy: Hierarchy | null = null
  #count = 0
  #splits: Splits = noSplits
  #cells: CellMap | null = null
  /** The level that the map of cells is at. */
  #shownCount = 0
  #scale = 1
  #nodes: Uint32Array = new Uint32Array()
  /** Null: the leaves of other superpixels than there are now. A tile is painted whole. */
  readonly #tiles: ScreenTiles<TileLeaves | null>
  readonly #image = new ImageData(OUTLINE_TILE, OUTLINE_TILE)
  readonly #colors = new Uint32Array(this.#image.data.buffer)

  constructor(budget: FrameBudget) {
    this.#tiles = new ScreenTiles<TileLeaves | null>({
      budget,
      capacity: CAPACITY,
      bridges: true,
      begin: () => null,
      paint: (context, { column, row }, _part, tile) => {
        tile.data ??= tileLeaves(this.#hierarchy!, this.#scale, column, row)
        outlineColors(tile.data, this.#nodes, this.#colors)
        context.putImageData(this.#image, 0, 0)
        return true
      },
    })
  }

  clear(): void {
    this.#hierarchy = null
    this.#cells = null
    this.#tiles.clear()
  }

  show(hierarchy: Hierarchy, count: number, splits: Splits): void {
    if (hierarchy !== this.#hierarchy) {
      this.#cells = null
      this.#tiles.markAll((tile) => {
        tile.data = null
      })
    }
    this.#hierarchy = hierarchy
    // Better than nothing while there is no time: borders of one level are among another's.
    if (count !== this.#count) this.#tiles.markAll()
    this.#count = count
    this.#splits = splits
  }

  /** Draws what is ready and paints what fits into the frame. True when there is more to do: draw again next frame. */
  draw(context: Context2d, view: View): boolean {
    const { scale } = view.camera
    const hierarchy = this.#hierarchy
    if (!hierarchy || meanSide(hierarchy, this.#count) * scale < NARROWEST_CELL) return false
    this.#scale = scale
    this.#nodes = this.#nodesNow(hierarchy)
    return this.#tiles.draw(context, view)
  }

  /** The cell of every leaf now; tiles that show a cell which was split or joined since are painted again. */
  #nodesNow(hierarchy: Hierarchy): Uint32Array {
    this.#cells ??= new CellMap(hierarchy, this.#count)
    const isOneLevel = this.#shownCount === this.#count
    this.#cells.show(this.#count, this.#splits, (lo, hi) => {
      const bounds = isOneLevel && boundsOfRuns(leafRunsOf(hierarchy, lo, hi), hierarchy.width)
      // A border is drawn up to a device pixel beside its cell.
      if (bounds) this.#tiles.mark(bounds, 2)
    })
    this.#shownCount = this.#count
    return this.#cells.nodes
  }
}
