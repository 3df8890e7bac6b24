import type { Rect } from '../../../shared/label/label-map.ts'
import { intersection, isEmptyRect } from '../camera.ts'

/** Levels of the pyramid: 1, 1/2, 1/4 and 1/8 of the image's size. */
export const LEVELS = 4
export const TILE = 512

/** One tile: its place in the grid of its level. */
export type TilePlace = { readonly level: number; readonly column: number; readonly row: number }

export function levelSize(pixels: number, level: number): number {
  return Math.ceil(pixels / 2 ** level)
}

/** The coarsest level whose pixels are still at least one device pixel large, so that nothing is drawn twice as fine as shown. */
export function levelForScale(scale: number): number {
  const wanted = Math.ceil(Math.log2(1 / scale) - 1e-9)
  return Math.min(LEVELS - 1, Math.max(0, wanted))
}

/** Column (or row) of the image that pixel `i` of a level shows: the middle of the square it stands for. */
export function samplePosition(i: number, level: number, pixels: number): number {
  return Math.min(pixels - 1, (i << level) + ((1 << level) >> 1))
}

/** `rect` of a level and the pixels that border on it: a pixel is drawn by itself and its right and lower neighbour. */
export function bordersOf(rect: Rect): Rect {
  if (isEmptyRect(rect)) return rect
  return { ...rect, x0: Math.max(0, rect.x0 - 1), y0: Math.max(0, rect.y0 - 1) }
}

/** The pixels of a level that show something of `rect` of the image, clipped to the level. */
export function levelRect(rect: Rect, level: number, width: number, height: number): Rect {
  const step = 2 ** level
  return {
    x0: Math.max(0, Math.floor(rect.x0 / step)),
    y0: Math.max(0, Math.floor(rect.y0 / step)),
    x1: Math.min(levelSize(width, level), Math.ceil(rect.x1 / step)),
    y1: Math.min(levelSize(height, level), Math.ceil(rect.y1 / step)),
  }
}

/** The pixels of its level that a tile covers. */
export function tileRect(place: TilePlace, width: number, height: number): Rect {
  const x0 = place.column * TILE
  const y0 = place.row * TILE
  return {
    x0,
    y0,
    x1: Math.min(levelSize(width, place.level), x0 + TILE),
    y1: Math.min(levelSize(height, place.level), y0 + TILE),
  }
}

/** The tiles of one level that `rect` (pixels of that level) touches, row by row. */
export function tilesTouching(rect: Rect, level: number): TilePlace[] {
  const places: TilePlace[] = []
  if (isEmptyRect(rect)) return places
  for (let row = Math.floor(rect.y0 / TILE); row * TILE < rect.y1; row++) {
    for (let column = Math.floor(rect.x0 / TILE); column * TILE < rect.x1; column++) {
      places.push({ level, column, row })
    }
  }
  return places
}

/** `rect` of a level, cut into the parts that lie in each tile. */
export function partsByTile(
  rect: Rect,
  level: number,
  width: number,
  height: number,
): { place: TilePlace; part: Rect }[] {
  return tilesTouching(rect, level).map((place) => ({
    place,
    part: intersection(rect, tileRect(place, width, height)),
  }))
}
