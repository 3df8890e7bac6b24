import { PLANE_SCALE, type Planes } from './colour.ts'
import { costTable } from './merge-cost-table.ts'

/** The colour that an image takes for grey: a and b in plane units, integers. */
export type Grey = { readonly a: number; readonly b: number }

export const GAIN = Math.fround(costTable.gain)
/** Per plane unit. */
export const SHRINK = Math.fround(costTable.shrink / PLANE_SCALE)

const round = Math.fround

/** The mean chroma of `planes`. */
export function greyOf([, a, b]: Planes): Grey {
  const mean = (plane: Int16Array) => {
    let sum = 0
    for (const value of plane) sum += value
    return Math.floor(sum / plane.length + 0.5)
  }
  return { a: mean(a), b: mean(b) }
}

/**
 * Sees chroma from `grey` and compresses it, in place: C becomes gain · C / (1 + shrink · C). Eyes adapt to the light of
 * a scene, and tell strong colours apart less finely than weak ones (CIE94 divides by 1 + 0.045 · C); plain CIELAB gives
 * the pieces of a red roof more weight than the roof's edge against the sky.
 */
export function adapt([, a, b]: Planes, grey: Grey): void {
  for (let p = 0; p < a.length; p++) {
    const redGreen = a[p]! - grey.a
    const yellowBlue = b[p]! - grey.b
    const chroma = round(Math.sqrt(round(redGreen * redGreen + yellowBlue * yellowBlue)))
    const factor = round(GAIN / round(1 + round(chroma * SHRINK)))
    a[p] = Math.floor(round(round(redGreen * factor) + 0.5))
    b[p] = Math.floor(round(round(yellowBlue * factor) + 0.5))
  }
}
