/** Weights of a pixel's two neighbours and of itself, in 1/256; 2·side + centre = 256. */
export type Kernel = { readonly side: number; readonly centre: number }

/** Gaussian of σ ≈ 0.5 px: takes out sensor noise and leaves edges where they are. */
export const LIGHT_BLUR: Kernel = { side: 27, centre: 202 }
/** 1-2-1: on top of the light one, for gradients. */
export const GRADIENT_BLUR: Kernel = { side: 64, centre: 128 }

/** Blurs `plane` in place, along rows and columns; pixels past the border repeat those on it. */
export function blur(plane: Int16Array, width: number, height: number, kernel: Kernel): void {
  const { side, centre } = kernel
  let above = new Int16Array(width)
  let here = new Int16Array(width)
  let below = new Int16Array(width)
  blurRow(plane, 0, width, kernel, here)
  above.set(here)
  for (let y = 0; y < height; y++) {
    if (y + 1 < height) blurRow(plane, (y + 1) * width, width, kernel, below)
    else below.set(here)
    const row = y * width
    for (let x = 0; x < width; x++) {
      plane[row + x] = (side * (above[x]! + below[x]!) + centre * here[x]! + 128) >> 8
    }
    const free = above
    above = here
    here = below
    below = free
  }
}

function blurRow(plane: Int16Array, start: number, width: number, kernel: Kernel, out: Int16Array): void {
  const { side, centre } = kernel
  let left = plane[start]!
  let here = left
  for (let x = 0; x < width; x++) {
    const right = x + 1 < width ? plane[start + x + 1]! : here
    out[x] = (side * (left + right) + centre * here + 128) >> 8
    left = here
    here = right
  }
}
