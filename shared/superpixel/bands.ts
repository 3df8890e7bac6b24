/** Rows `top … bottom - 1` of an image. */
export type Band = { readonly top: number; readonly bottom: number }

/** A band's working arrays should stay in a core's own cache. */
const BAND_PIXELS = 262_144
/** Thinner bands would be all border. */
const THINNEST = 64

/**
 * The bands in which an image is divided into base regions: a function of its size alone, so that the result does not
 * depend on how many workers share them.
 */
export function bandsOf(
  width: number,
  height: number,
  rows = Math.max(THINNEST, BAND_PIXELS / width),
): Band[] {
  const count = Math.max(1, Math.floor(height / rows))
  return Array.from({ length: count }, (_, i) => ({
    top: Math.floor((i * height) / count),
    bottom: Math.floor(((i + 1) * height) / count),
  }))
}
