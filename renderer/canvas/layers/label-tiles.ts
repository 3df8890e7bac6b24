import { type LabelMap, type Rect, UNLABELED } from '../../../shared/label/label-map.ts'
import { markChannels, PATTERN_PERIOD, type PatternRows } from '../../../shared/label/pattern.ts'
import { isEmptyRect } from '../camera.ts'
import { buildPyramid, type IndexPyramid, levelIds, updatePyramid } from './index-pyramid.ts'
import {
  bordersOf,
  LEVELS,
  levelRect,
  levelSize,
  partsByTile,
  samplePosition,
  type TilePlace,
  tileRect,
} from './tile-grid.ts'

/** What a tile is painted on; an `OffscreenCanvas` in the page, a counter in tests. */
export interface TileSurface {
  /** Puts `width * height` colours (RGBA bytes, as a little-endian u32 each) at (x, y) of the tile. */
  put(colors: Uint32Array<ArrayBuffer>, x: number, y: number, width: number, height: number): void
}

/** Colour of an object id, alpha in the top byte; 0 shows nothing. */
export type Palette = (id: number) => number

/** What is drawn over the colour of an object id; null: nothing. */
export type PatternOf = (id: number) => PatternRows | null
export const plain: PatternOf = () => null

/** Pixels that a stroke in progress would change; nothing of it is in the map yet. */
export type StrokePreview = {
  /** Sorted and disjoint, each within one row, as in `shared/label/region.ts`. */
  readonly runs: Uint32Array
  readonly color: number
  /** Whether painting would change a pixel that now has this id. */
  readonly changes: (id: number) => boolean
}

/** `pixels`: colours looked up. A whole repaint costs the map's size, a stroke only its own rectangle. */
export type TileWork = { pixels: number; puts: number; created: number }

/** The bits of a coordinate that say where in a pattern it is. */
const WITHIN_PERIOD = PATTERN_PERIOD - 1

type Tile<S> = { readonly surface: S | null }

/**
 * The label as coloured tiles. Tiles are made when somebody looks at them, cost nothing where nothing is labeled, and
 * are repainted only inside the rectangle that an edit changed.
 */
export class LabelTiles<S extends TileSurface> {
  readonly work: TileWork = { pixels: 0, puts: 0, created: 0 }
  readonly #pyramid: IndexPyramid
  readonly #create: (width: number, height: number) => S
  readonly #capacity: number
  /** In order of use, the latest last. A tile without a surface is known to be empty. */
  readonly #tiles = new Map<string, Tile<S>>()
  #palette: Palette
  #patternOf: PatternOf
  #preview: StrokePreview | null = null

  constructor(options: {
    map: LabelMap
    palette: Palette
    patternOf?: PatternOf
    create: (width: number, height: number) => S
    /** Live tiles kept; one takes a mebibyte. */
    capacity?: number
  }) {
    this.#pyramid = buildPyramid(options.map)
    this.#palette = options.palette
    this.#patternOf = options.patternOf ?? plain
    this.#create = options.create
    this.#capacity = options.capacity ?? 96
  }

  /** The tile has been painted, or is known to be empty. */
  isReady(place: TilePlace): boolean {
    return this.#tiles.has(keyOf(place))
  }

  /** The tile, painted; null when nothing in it is labeled. */
  surface(place: TilePlace): S | null {
    const key = keyOf(place)
    let tile = this.#tiles.get(key)
    if (tile) {
      this.#tiles.delete(key)
    } else {
      tile = { surface: this.#paintNew(place) }
      this.#dropOldest()
    }
    this.#tiles.set(key, tile)
    return tile.surface
  }

  /** The map has changed inside `dirty`: repaints that part of the live tiles. */
  update(dirty: Rect): void {
    updatePyramid(this.#pyramid, dirty)
    this.#repaint(dirty, bordersOf)
  }

  /** Shows a stroke in progress, or its end (null). `dirty` holds every pixel whose look this changes. */
  showPreview(preview: StrokePreview | null, dirty: Rect): void {
    this.#preview = preview
    this.#repaint(dirty)
  }

  /** Every colour may be another: drops the tiles, to be painted again when looked at. */
  recolor(palette: Palette, patternOf = plain): void {
    this.#palette = palette
    this.#patternOf = patternOf
    this.#tiles.clear()
  }

  #repaint(dirty: Rect, grown = (rect: Rect) => rect): void {
    const { width, height } = this.#pyramid.map
    for (let level = 0; level < LEVELS; level++) {
      const rect = grown(levelRect(dirty, level, width, height))
      for (const { place, part } of partsByTile(rect, level, width, height)) {
        const key = keyOf(place)
        const tile = this.#tiles.get(key)
        if (!tile) continue
        if (tile.surface) this.#paint(tile.surface, place, part)
        // Known to be empty until now: looked at again, it is painted anew and only if something is in it.
        else this.#tiles.delete(key)
      }
    }
  }

  #paintNew(place: TilePlace): S | null {
    const { width, height } = this.#pyramid.map
    const rect = tileRect(place, width, height)
    const colors = this.#colors(rect, place.level)
    if (!colors) return null
    this.work.created++
    this.work.puts++
    const surface = this.#create(rect.x1 - rect.x0, rect.y1 - rect.y0)
    surface.put(colors, 0, 0, rect.x1 - rect.x0, rect.y1 - rect.y0)
    return surface
  }

  #paint(surface: S, place: TilePlace, part: Rect): void {
    if (isEmptyRect(part)) return
    const { width, height } = this.#pyramid.map
    const origin = tileRect(place, width, height)
    const size = { width: part.x1 - part.x0, height: part.y1 - part.y0 }
    const colors = this.#colors(part, place.level) ?? new Uint32Array(size.width * size.height)
    this.work.puts++
    surface.put(colors, part.x0 - origin.x0, part.y0 - origin.y0, size.width, size.height)
  }

  /**
   * Colours of `rect` of a level, darker where an object meets the next; null when all are transparent. Patterns are
   * counted in pixels of the level, from its corner: as large at every level, and the same on both sides of a tile's edge.
   */
  #colors(rect: Rect, level: number): Uint32Array<ArrayBuffer> | null {
    const { map } = this.#pyramid
    const ids = levelIds(this.#pyramid, level)
    const width = levelSize(map.width, level)
    const height = levelSize(map.height, level)
    const columns = rect.x1 - rect.x0
    const colors = new Uint32Array(columns * (rect.y1 - rect.y0))
    // Neighbours mostly share their id, so the palette is asked once per stretch.
    let lastId = UNLABELED
    let lastColor = this.#palette(UNLABELED) | 0
    let lastRows: PatternRows | null = null
    /** The bits in which a mark differs from the colour. */
    let toMark = 0
    let any = false
    for (let y = rect.y0, out = 0; y < rect.y1; y++) {
      const lastOfRow = y * width + width - 1
      const below = y + 1 < height ? width : 0
      const row = y & WITHIN_PERIOD
      let bits = lastRows === null ? 0 : lastRows[row]!
      for (let at = y * width + rect.x0, end = at + columns, x = rect.x0; at < end; at++, out++, x++) {
        const id = ids[at]!
        if (id !== lastId) {
          lastId = id
          lastColor = this.#palette(id) | 0
          lastRows = lastColor === 0 ? null : this.#patternOf(id)
          bits = lastRows === null ? 0 : lastRows[row]!
          if (lastRows !== null) toMark = lastColor ^ marked(lastColor)
        }
        if (lastColor !== 0) {
          const right = at < lastOfRow ? ids[at + 1]! : id
          const under = ids[at + below]!
          const isBorder = (right !== id && right !== UNLABELED) || (under !== id && under !== UNLABELED)
          // No question is asked at every pixel of a pattern: the processor would guess the answer wrong too often.
          const isMark = -((bits >>> (x & WITHIN_PERIOD)) & 1)
          colors[out] = isBorder ? darkened(lastColor) : lastColor ^ (toMark & isMark)
          any = true
        }
      }
    }
    this.work.pixels += colors.length
    if (this.#preview) any = this.#colorPreview(this.#preview, colors, rect, level) || any
    return any ? colors : null
  }

  #colorPreview(preview: StrokePreview, colors: Uint32Array, rect: Rect, level: number): boolean {
    const { map } = this.#pyramid
    const { runs } = preview
    const columns = rect.x1 - rect.x0
    const half = (1 << level) >> 1
    let any = false
    for (let y = rect.y0; y < rect.y1; y++) {
      const rowStart = samplePosition(y, level, map.height) * map.width
      const rowEnd = rowStart + map.width
      for (let i = firstRunEndingAfter(runs, rowStart); i < runs.length && runs[i]! < rowEnd; i += 2) {
        const from = runs[i]! - rowStart
        const to = from + runs[i + 1]!
        // Pixels of the level whose sample lies in [from, to); the last column's sample may have been moved inwards.
        const first = Math.max(rect.x0, ((from - half + (1 << level) - 1) >> level) - 1)
        for (let x = first; x < rect.x1; x++) {
          const column = samplePosition(x, level, map.width)
          if (column < from) continue
          if (column >= to) break
          if (!preview.changes(map.ids[rowStart + column]!)) continue
          colors[(y - rect.y0) * columns + x - rect.x0] = preview.color
          any = true
        }
      }
    }
    return any
  }

  #dropOldest(): void {
    while (this.#tiles.size >= this.#capacity) {
      const oldest = this.#tiles.keys().next().value
      if (oldest === undefined) return
      this.#tiles.delete(oldest)
    }
  }
}

/** A quarter as bright, as opaque: seen at half opacity between shades of one hue. */
function darkened(color: number): number {
  return ((color & 0xff000000) | ((color >>> 2) & 0x003f3f3f)) >>> 0
}

/** The colour of a pattern's marks on another, as opaque. */
function marked(color: number): number {
  const [r, g, b] = markChannels(color & 0xff, (color >>> 8) & 0xff, (color >>> 16) & 0xff)
  return ((color & 0xff000000) | (b << 16) | (g << 8) | r) >>> 0
}

function keyOf({ level, column, row }: TilePlace): string {
  return `${level}:${column}:${row}`
}

/** Index of the first pair in `runs` that reaches past pixel `from`. */
function firstRunEndingAfter(runs: Uint32Array, from: number): number {
  let low = 0
  let high = runs.length / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if (runs[2 * middle]! + runs[2 * middle + 1]! <= from) low = middle + 1
    else high = middle
  }
  return 2 * low
}
