/** A rectangle of an image: columns `left … right - 1` of rows `top … bottom - 1`. */
export type Tile = {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/**
 * Longest side. What a tile needs while it is built stays in a core's own cache, and sums of the planes over all of a
 * tile fit 31 bits.
 */
const SIDE = 556

export type Tiling = { readonly columns: number; readonly rows: number; readonly tiles: readonly Tile[] }

/**
 * The tiles, row by row, in which an image is divided into leaves: a function of its size alone, so that the
 * result does not depend on how many workers share them.
 */
export function tilesOf(width: number, height: number, side = SIDE): Tiling {
  const columns = Math.ceil(width / side)
  const rows = Math.ceil(height / side)
  const tiles = Array.from({ length: columns * rows }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)]
    return {
      left: Math.floor((column * width) / columns),
      top: Math.floor((row * height) / rows),
      right: Math.floor(((column + 1) * width) / columns),
      bottom: Math.floor(((row + 1) * height) / rows),
    }
  })
  return { columns, rows, tiles }
}

export function widthOf({ left, right }: Tile): number {
  return right - left
}

export function pixelCountOf({ left, top, right, bottom }: Tile): number {
  return (right - left) * (bottom - top)
}

/** Index in the image of pixel `p` of the tile. */
export function pixelOf({ left, top, right }: Tile, imageWidth: number, p: number): number {
  const width = right - left
  return (top + Math.floor(p / width)) * imageWidth + left + (p % width)
}

/** Pixels of a tile next to another one, as indices within the tile. */
export function seamsOf(
  { left, top, right, bottom }: Tile,
  imageWidth: number,
  imageHeight: number,
): number[] {
  const width = right - left
  const count = width * (bottom - top)
  const pixels: number[] = []
  for (let x = 0; x < width; x++) {
    if (top > 0) pixels.push(x)
    if (bottom < imageHeight) pixels.push(count - width + x)
  }
  for (let p = 0; p < count; p += width) {
    if (left > 0) pixels.push(p)
    if (right < imageWidth) pixels.push(p + width - 1)
  }
  return pixels
}
