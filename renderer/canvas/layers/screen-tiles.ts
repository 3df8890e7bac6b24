import type { Rect } from '../../../shared/label/label-map.ts'
import { intersection, isEmptyRect, screenRect, unionRect } from '../camera.ts'
import type { FrameBudget } from './frame-budget.ts'
import type { Context2d, View } from './view.ts'

/** Device pixels each way: a tile is painted in about a millisecond. */
export const SCREEN_TILE = 256

/** One tile: device pixels [column, column + 1) × SCREEN_TILE to the right of the image's left edge, whatever the pan. */
export type ScreenTilePlace = { readonly column: number; readonly row: number }

type Tile<Data> = {
  readonly canvas: OffscreenCanvas
  data: Data
  /** What of it shows things as they were, in pixels of the tile; null: nothing. */
  stale: Rect | null
  /** Nothing is drawn on it. */
  isBlank: boolean
}

export type ScreenTileOptions<Data> = {
  readonly budget: FrameBudget
  /** A quarter of a megabyte each. More are kept only where more are in view, or they would be painted over and over. */
  readonly capacity: number
  begin(): Data
  /** Paints `part` of a tile, in its own pixels. False: nothing was drawn there. */
  paint(
    context: OffscreenCanvasRenderingContext2D,
    place: ScreenTilePlace,
    part: Rect,
    tile: { data: Data },
  ): boolean
  /** While the zoom changes, the tiles of before are shown enlarged until others are there. */
  readonly bridges?: boolean
  /** Draws all of it in its place at once, less well: shown where tiles are not there yet, and while the zoom changes. */
  readonly standIn?: (context: Context2d, view: View) => void
}

const WHOLE: Rect = { x0: 0, y0: 0, x1: SCREEN_TILE, y1: SCREEN_TILE }

/**
 * Something drawn over the image in device pixels, kept as tiles of one zoom: panning only moves them, an edit paints
 * anew what it touched, and what is not there yet is painted some tiles a frame.
 */
export class ScreenTiles<Data> {
  readonly #options: ScreenTileOptions<Data>
  /** In order of use, the latest last. */
  #tiles = new Map<string, Tile<Data>>()
  #scale = 0
  /** The last zoom at which everything in view was there. */
  #former: { readonly scale: number; readonly tiles: ReadonlyMap<string, Tile<Data>> } | null = null
  #isWhole = false
  /** Of tiles that went: making one takes longer than painting it, and every step of a zoom needs all. */
  readonly #free: OffscreenCanvas[] = []

  constructor(options: ScreenTileOptions<Data>) {
    this.#options = options
  }

  clear(): void {
    this.#tiles.clear()
    this.#former = null
    this.#isWhole = false
    this.#free.length = 0
  }

  /** Every tile shows things as they were, and goes on doing so until it is painted anew. */
  markAll(change?: (tile: { data: Data }) => void): void {
    for (const tile of this.#tiles.values()) {
      tile.stale = WHOLE
      change?.(tile)
    }
  }

  /** Tiles show this part of the image as it was, and `around` device pixels beside it. */
  mark(part: Rect, around: number): void {
    const scale = this.#scale
    const x0 = Math.floor(part.x0 * scale) - around
    const y0 = Math.floor(part.y0 * scale) - around
    const x1 = Math.ceil(part.x1 * scale) + around
    const y1 = Math.ceil(part.y1 * scale) + around
    for (let row = Math.floor(y0 / SCREEN_TILE); row * SCREEN_TILE < y1; row++) {
      for (let column = Math.floor(x0 / SCREEN_TILE); column * SCREEN_TILE < x1; column++) {
        const tile = this.#tiles.get(`${column}:${row}`)
        if (!tile) continue
        const [left, top] = [column * SCREEN_TILE, row * SCREEN_TILE]
        const stale = {
          x0: Math.max(0, x0 - left),
          y0: Math.max(0, y0 - top),
          x1: Math.min(SCREEN_TILE, x1 - left),
          y1: Math.min(SCREEN_TILE, y1 - top),
        }
        if (!isEmptyRect(stale)) tile.stale = unionRect(tile.stale, stale)
      }
    }
  }

  /**
   * Draws what is ready and paints what fits into the frame, inside `part` of the canvas. True when there is more to do:
   * draw again next frame.
   */
  draw(context: Context2d, view: View, part?: Rect): boolean {
    const { camera, size, image } = view
    const { budget, capacity, bridges, standIn } = this.#options
    if (this.#scale !== camera.scale) {
      const isBridge = bridges === true && this.#isWhole
      this.#recycle(isBridge ? this.#former?.tiles : this.#tiles)
      if (isBridge) this.#former = { scale: this.#scale, tiles: this.#tiles }
      this.#tiles = new Map()
      this.#scale = camera.scale
      this.#isWhole = false
    }
    const whole = screenRect(camera, { x0: 0, y0: 0, x1: image.width, y1: image.height }, size)
    const seen = part ? intersection(whole, part) : whole
    if (isEmptyRect(seen)) return false
    const first = {
      column: Math.floor((seen.x0 - camera.x) / SCREEN_TILE),
      row: Math.floor((seen.y0 - camera.y) / SCREEN_TILE),
    }
    const across = Math.ceil((seen.x1 - camera.x) / SCREEN_TILE) - first.column
    const down = Math.ceil((seen.y1 - camera.y) / SCREEN_TILE) - first.row
    const most = Math.max(capacity, across * down)
    const holds = budget.holds && (this.#former !== null || standIn !== undefined)
    // What is in view has been used last: only what is out of sight makes room for a new tile.
    for (let row = first.row; row < first.row + down; row++)
      for (let column = first.column; column < first.column + across; column++) this.#use(`${column}:${row}`)
    const ready: { tile: Tile<Data>; place: ScreenTilePlace }[] = []
    const absent: ScreenTilePlace[] = []
    let missing = false
    for (let row = first.row; row < first.row + down; row++) {
      for (let column = first.column; column < first.column + across; column++) {
        const place = { column, row }
        const key = `${column}:${row}`
        let tile = this.#tiles.get(key)
        if (!tile || tile.stale) {
          if (holds || budget.isSpent) missing = true
          else {
            tile ??= this.#begin(key, most)
            this.#paint(tile, place)
          }
        }
        if (tile && !tile.isBlank) ready.push({ tile, place })
        else if (!tile) absent.push(place)
      }
    }
    if (absent.length > 0 && (this.#former || standIn)) {
      context.save()
      if (ready.length > 0) clipTo(context, view, absent)
      if (this.#former) drawFormer(context, view, this.#former)
      else standIn?.(context, view)
      context.restore()
    }
    for (const { tile, place } of ready) {
      const x = camera.x + place.column * SCREEN_TILE
      const y = camera.y + place.row * SCREEN_TILE
      context.drawImage(tile.canvas, x, y)
    }
    if (!missing && !part) {
      this.#isWhole = true
      this.#recycle(this.#former?.tiles)
      this.#former = null
    }
    return missing && !holds
  }

  #use(key: string): void {
    const tile = this.#tiles.get(key)
    if (!tile) return
    this.#tiles.delete(key)
    this.#tiles.set(key, tile)
  }

  #paint(tile: Tile<Data>, place: ScreenTilePlace): void {
    const part = tile.stale ?? WHOLE
    const isDrawn = this.#options.paint(tile.canvas.getContext('2d')!, place, part, tile)
    const isWhole = part.x1 - part.x0 === SCREEN_TILE && part.y1 - part.y0 === SCREEN_TILE
    tile.isBlank = !isDrawn && (isWhole || tile.isBlank)
    tile.stale = null
  }

  #begin(key: string, most: number): Tile<Data> {
    const tile: Tile<Data> = {
      data: this.#options.begin(),
      canvas: this.#free.pop() ?? new OffscreenCanvas(SCREEN_TILE, SCREEN_TILE),
      stale: WHOLE,
      isBlank: true,
    }
    this.#tiles.set(key, tile)
    const [oldest] = this.#tiles
    if (this.#tiles.size > most && oldest) {
      this.#tiles.delete(oldest[0])
      this.#recycle([oldest])
    }
    return tile
  }

  #recycle(tiles: Iterable<readonly [string, Tile<Data>]> | undefined): void {
    for (const [, { canvas }] of tiles ?? []) {
      if (this.#free.length === this.#options.capacity) return
      canvas.getContext('2d')!.clearRect(0, 0, SCREEN_TILE, SCREEN_TILE)
      this.#free.push(canvas)
    }
  }
}

function clipTo(context: Context2d, { camera }: View, places: readonly ScreenTilePlace[]): void {
  context.beginPath()
  for (const { column, row } of places)
    context.rect(camera.x + column * SCREEN_TILE, camera.y + row * SCREEN_TILE, SCREEN_TILE, SCREEN_TILE)
  context.clip()
}

function drawFormer<Data>(
  context: Context2d,
  { camera, size }: View,
  former: { readonly scale: number; readonly tiles: ReadonlyMap<string, Tile<Data>> },
): void {
  const side = (SCREEN_TILE * camera.scale) / former.scale
  context.imageSmoothingEnabled = false
  for (const [key, { canvas, isBlank }] of former.tiles) {
    if (isBlank) continue
    const [column, row] = key.split(':').map(Number) as [number, number]
    const x = camera.x + column * side
    const y = camera.y + row * side
    if (x + side <= 0 || y + side <= 0 || x >= size.width || y >= size.height) continue
    context.drawImage(canvas, x, y, side, side)
  }
}
