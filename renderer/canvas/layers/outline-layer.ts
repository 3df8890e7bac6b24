import type { Rect } from '../../../shared/label/label-map.ts'
import { boundsOfRuns } from '../../../shared/label/region.ts'
import { CellMap } from '../../../shared/superpixel/cell-map.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { meanSide } from '../../../shared/superpixel/level.ts'
import { noSplits, type Splits } from '../../../shared/superpixel/refinement.ts'
import { leafRunsOf } from '../../../shared/superpixel/selection.ts'
import { screenRect } from '../camera.ts'
import {
  OUTLINE_TILE,
  outlineColors,
  outlineTileOrigin,
  type TileLeaves,
  tileLeaves,
} from './outline-tiles.ts'
import type { Context2d, View } from './view.ts'

/** Cells narrower than this on the screen would be drowned by their own borders. */
const NARROWEST_CELL = 5
/** Milliseconds of each frame that painting new tiles may take. */
const BUDGET_MS = 7
/** Half a megabyte each. More are kept only where more are in view, or they would be painted over and over. */
const CAPACITY = 120

type Tile = {
  /** Null: of other superpixels than there are now. */
  leaves: TileLeaves | null
  readonly context: OffscreenCanvasRenderingContext2D
  /** Shows cells as they were: better than nothing while there is no time, for borders of one level are among another's. */
  isStale: boolean
}

/** Borders of the superpixels of the current level, painted on demand for what is in view, some tiles a frame. */
export class OutlineLayer {
  #hierarchy: Hierarchy | null = null
  #count = 0
  #splits: Splits = noSplits
  #cells: CellMap | null = null
  /** The level that the map of cells is at. */
  #shownCount = 0
  #scale = 0
  readonly #tiles = new Map<string, Tile>()
  /** Of tiles that went: making one takes longer than painting it, and every step of a zoom needs all. */
  readonly #free: OffscreenCanvasRenderingContext2D[] = []
  readonly #image = new ImageData(OUTLINE_TILE, OUTLINE_TILE)
  readonly #colors = new Uint32Array(this.#image.data.buffer)

  clear(): void {
    this.#hierarchy = null
    this.#cells = null
    this.#tiles.clear()
    this.#free.length = 0
  }

  show(hierarchy: Hierarchy, count: number, splits: Splits): void {
    if (hierarchy !== this.#hierarchy) {
      this.#cells = null
      for (const tile of this.#tiles.values()) Object.assign(tile, { leaves: null, isStale: true })
    }
    this.#hierarchy = hierarchy
    if (count !== this.#count) for (const tile of this.#tiles.values()) tile.isStale = true
    this.#count = count
    this.#splits = splits
  }

  /** Draws what is ready and paints what fits into the frame. True when there is more to do: draw again next frame. */
  draw(context: Context2d, view: View): boolean {
    const { camera, size, image } = view
    const hierarchy = this.#hierarchy
    if (!hierarchy || meanSide(hierarchy, this.#count) * camera.scale < NARROWEST_CELL) return false
    const started = performance.now()
    if (this.#scale !== camera.scale) {
      this.#scale = camera.scale
      for (const { context: free } of this.#tiles.values()) this.#free.push(free)
      this.#tiles.clear()
    }
    const nodes = this.#nodesNow(hierarchy)
    const seen = screenRect(camera, { x0: 0, y0: 0, x1: image.width, y1: image.height }, size)
    const first = {
      column: Math.floor((seen.x0 - camera.x) / OUTLINE_TILE),
      row: Math.floor((seen.y0 - camera.y) / OUTLINE_TILE),
    }
    const across = Math.ceil((seen.x1 - camera.x) / OUTLINE_TILE) - first.column
    const down = Math.ceil((seen.y1 - camera.y) / OUTLINE_TILE) - first.row
    const capacity = Math.max(CAPACITY, across * down)
    let missing = false
    for (let row = first.row; row * OUTLINE_TILE + camera.y < seen.y1; row++) {
      for (let column = first.column; column * OUTLINE_TILE + camera.x < seen.x1; column++) {
        const key = `${column}:${row}`
        let tile = this.#tiles.get(key)
        if (!tile || tile.isStale) {
          if (performance.now() - started > BUDGET_MS) missing = true
          else {
            tile ??= this.#begin(key, capacity)
            tile.leaves ??= tileLeaves(hierarchy, camera.scale, column, row)
            this.#paint(tile, tile.leaves, nodes)
          }
        }
        if (!tile) continue
        const { x, y } = outlineTileOrigin(camera, column, row)
        context.drawImage(tile.context.canvas, x, y)
      }
    }
    return missing
  }

  /** The cell of every leaf now; tiles that show a cell which was split or joined since are painted again. */
  #nodesNow(hierarchy: Hierarchy): Uint32Array {
    this.#cells ??= new CellMap(hierarchy, this.#count)
    const isOneLevel = this.#shownCount === this.#count
    this.#cells.show(this.#count, this.#splits, (lo, hi) => {
      const bounds = isOneLevel && boundsOfRuns(leafRunsOf(hierarchy, lo, hi), hierarchy.width)
      if (bounds) this.#markStale(bounds)
    })
    this.#shownCount = this.#count
    return this.#cells.nodes
  }

  /** A border is drawn up to a device pixel beside its cell. */
  #markStale(bounds: Rect): void {
    const tileOf = (pixels: number) => Math.floor(pixels / OUTLINE_TILE)
    const scale = this.#scale
    for (let row = tileOf(bounds.y0 * scale - 2); row <= tileOf(bounds.y1 * scale + 2); row++) {
      for (let column = tileOf(bounds.x0 * scale - 2); column <= tileOf(bounds.x1 * scale + 2); column++) {
        const tile = this.#tiles.get(`${column}:${row}`)
        if (tile) tile.isStale = true
      }
    }
  }

  #paint(tile: Tile, leaves: TileLeaves, nodes: Uint32Array): void {
    outlineColors(leaves, nodes, this.#colors)
    tile.context.putImageData(this.#image, 0, 0)
    tile.isStale = false
  }

  #begin(key: string, capacity: number): Tile {
    const [oldest] = this.#tiles
    if (oldest && this.#tiles.size >= capacity) {
      this.#tiles.delete(oldest[0])
      this.#free.push(oldest[1].context)
    }
    const context = this.#free.pop() ?? new OffscreenCanvas(OUTLINE_TILE, OUTLINE_TILE).getContext('2d')!
    const tile = { leaves: null, context, isStale: true }
    this.#tiles.set(key, tile)
    return tile
  }
}
