import { nodesOfLeaves } from '../../../shared/superpixel/cut.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { meanSide } from '../../../shared/superpixel/level.ts'
import { screenRect } from '../camera.ts'
import { OUTLINE_TILE, outlineColors, outlineTileOrigin } from './outline-tiles.ts'
import type { Context2d, View } from './view.ts'

/** Cells narrower than this on the screen would be drowned by their own borders. */
const NARROWEST_CELL = 5
/** Milliseconds of each frame that painting new tiles may take. */
const BUDGET_MS = 7
const CAPACITY = 160

type Tile = { readonly canvas: OffscreenCanvas }

/** Borders of the superpixels of the current level, painted on demand for what is in view, some tiles a frame. */
export class OutlineLayer {
  #hierarchy: Hierarchy | null = null
  #count = 0
  #nodes: Uint32Array | null = null
  #scale = 0
  readonly #tiles = new Map<string, Tile>()

  show(hierarchy: Hierarchy | null, count: number): void {
    if (hierarchy === this.#hierarchy && count === this.#count) return
    this.#hierarchy = hierarchy
    this.#count = count
    this.#nodes = null
    this.#tiles.clear()
  }

  /** Draws what is ready and paints what fits into the frame. True when there is more to do: draw again next frame. */
  draw(context: Context2d, view: View): boolean {
    const { camera, size, image } = view
    const hierarchy = this.#hierarchy
    if (!hierarchy || meanSide(hierarchy, this.#count) * camera.scale < NARROWEST_CELL) return false
    const started = performance.now()
    this.#nodes ??= nodesOfLeaves(hierarchy, this.#count)
    if (this.#scale !== camera.scale) {
      this.#scale = camera.scale
      this.#tiles.clear()
    }
    const seen = screenRect(camera, { x0: 0, y0: 0, x1: image.width, y1: image.height }, size)
    const first = {
      column: Math.floor((seen.x0 - camera.x) / OUTLINE_TILE),
      row: Math.floor((seen.y0 - camera.y) / OUTLINE_TILE),
    }
    let missing = false
    for (let row = first.row; row * OUTLINE_TILE + camera.y < seen.y1; row++) {
      for (let column = first.column; column * OUTLINE_TILE + camera.x < seen.x1; column++) {
        const key = `${column}:${row}`
        let tile = this.#tiles.get(key)
        if (!tile) {
          if (performance.now() - started > BUDGET_MS) {
            missing = true
            continue
          }
          tile = paint(outlineColors(hierarchy, this.#nodes, camera.scale, column, row))
          this.#keep(key, tile)
        }
        const { x, y } = outlineTileOrigin(camera, column, row)
        context.drawImage(tile.canvas, x, y)
      }
    }
    return missing
  }

  #keep(key: string, tile: Tile): void {
    this.#tiles.set(key, tile)
    const oldest = this.#tiles.keys().next().value
    if (this.#tiles.size > CAPACITY && oldest !== undefined) this.#tiles.delete(oldest)
  }
}

function paint(colors: Uint32Array<ArrayBuffer>): Tile {
  const canvas = new OffscreenCanvas(OUTLINE_TILE, OUTLINE_TILE)
  const bytes = new Uint8ClampedArray(colors.buffer)
  canvas.getContext('2d')!.putImageData(new ImageData(bytes, OUTLINE_TILE, OUTLINE_TILE), 0, 0)
  return { canvas }
}
