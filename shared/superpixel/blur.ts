/**
 * Weight of a pixel's two neighbours, in 1/32768: a pixel becomes itself plus this share of the difference between both
 * neighbours and twice itself.
 */
export type Softness = number

/** A Gaussian of σ ≈ 0.5 px: takes out sensor noise and leaves edges where they are. */
export const LIGHT_BLUR: Softness = 3456
/** 1-2-1: on top of the light one, for gradients and against noise. */
export const STRONG_BLUR: Softness = 8192

/** How often to blur strongly after the light blur, for a σ of about 1 and 2 pixels. */
const SOFTENINGS = { 0.5: 0, 1: 2, 2: 8 } as const

/** Softness of the image before anything is decided by it: σ in pixels. More is for noise and coarse JPEG. */
export type Smoothing = keyof typeof SOFTENINGS

export function softeningsOf({ smoothing = 0.5 }: { readonly smoothing?: Smoothing | undefined }): number {
  return SOFTENINGS[smoothing]
}

/** Blurs `plane` in place, along rows and columns; pixels past the border repeat those on it. Values within ±8191. */
export function blur(plane: Int16Array, width: number, height: number, softness: Softness): void {
  let above = new Int16Array(width)
  let here = new Int16Array(width)
  let below = new Int16Array(width)
  blurRow(plane, 0, width, softness, here)
  above.set(here)
  for (let y = 0; y < height; y++) {
    if (y + 1 < height) blurRow(plane, (y + 1) * width, width, softness, below)
    else below.set(here)
    const row = y * width
    for (let x = 0; x < width; x++) plane[row + x] = soft(here[x]!, above[x]!, below[x]!, softness)
    const free = above
    above = here
    here = below
    below = free
  }
}

function blurRow(plane: Int16Array, start: number, width: number, softness: Softness, out: Int16Array): void {
  let left = plane[start]!
  let here = left
  for (let x = 0; x < width; x++) {
    const right = x + 1 < width ? plane[start + x + 1]! : here
    out[x] = soft(here, left, right, softness)
    left = here
    here = right
  }
}

/** Rounded as the kernel's one multiplication of 16-bit fractions does. */
function soft(here: number, before: number, after: number, softness: Softness): number {
  return here + (((before + after - 2 * here) * softness + 0x4000) >> 15)
}
