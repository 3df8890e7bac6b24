import type { LabelMap, Rect } from '../../../shared/label/label-map.ts'
import type { Camera } from '../camera.ts'

/** How the outline of one object looks: colours as little-endian RGBA, 0 for none. */
export type ContourLook = {
  readonly line: number
  readonly halo: number
  /** Over the pixels inside of the line. */
  readonly fill: number
}

/** Null: an object without an outline, as unlabeled pixels are. */
export type ContourLooks = (id: number) => ContourLook | null

/** Widths in device pixels, which may be fractions. */
export type ContourWidths = { readonly line: number; readonly halo: number }

/** In CSS pixels. */
export const CONTOUR: ContourWidths = { line: 1.5, halo: 1 }

/** Distances are counted in thirds of a pixel: 3 to a neighbour beside, 4 to one across a corner. */
const BESIDE = 3
const ACROSS = 4

/** Device pixels around a place that its colour depends on. */
export function contourReach({ line, halo }: ContourWidths): number {
  return Math.ceil(line + halo) + 1
}

/** Object ids under device pixels, `columns × rows`, with `reach` more on every side; 0 beside the image. */
export type SampledIds = {
  readonly ids: Uint32Array
  readonly columns: number
  readonly rows: number
  readonly reach: number
}

/** The ids under the device pixels `part`, counted from the image's left top corner at this zoom, whatever the pan. */
export function sampleIds(map: LabelMap, scale: Camera['scale'], part: Rect, reach: number): SampledIds {
  const columns = part.x1 - part.x0
  const rows = part.y1 - part.y0
  const span = columns + 2 * reach
  const ids = new Uint32Array(span * (rows + 2 * reach))
  const xs = Int32Array.from({ length: span }, (_, i) => Math.floor((part.x0 - reach + i + 0.5) / scale))
  let from = 0
  while (from < span && xs[from]! < 0) from++
  let to = span
  while (to > from && xs[to - 1]! >= map.width) to--
  let lastY = -1
  for (let j = 0; j < rows + 2 * reach; j++) {
    const y = Math.floor((part.y0 - reach + j + 0.5) / scale)
    if (y < 0 || y >= map.height) continue
    const into = j * span
    if (y === lastY) {
      ids.copyWithin(into, into - span, into)
      continue
    }
    lastY = y
    const start = y * map.width
    for (let i = from; i < to; i++) ids[into + i] = map.ids[start + xs[i]!]!
  }
  return { ids, columns, rows, reach }
}

/**
 * Outlines of objects as colours of device pixels: a line along the border, inside of the object and as wide at every
 * zoom, with a dark halo on both sides of it. Outside, the halo lies only on pixels without an outline of their own, so
 * that two objects that touch show both lines whole. Null: nothing is drawn here.
 */
export function contourColors(
  { ids, columns, rows, reach }: SampledIds,
  looks: ContourLooks,
  widths: ContourWidths,
): Uint32Array<ArrayBuffer> | null {
  const span = columns + 2 * reach
  const shades = new Map<number, Uint32Array | null>()
  const farthest = BESIDE * reach
  let lastId = -1
  let lastShades: Uint32Array | null = null
  const shadesOf = (id: number): Uint32Array | null => {
    if (id === lastId) return lastShades
    let known = shades.get(id)
    if (known === undefined) {
      const look = looks(id)
      known = look && shadesByDistance(look, widths, farthest)
      shades.set(id, known)
    }
    lastId = id
    lastShades = known
    return known
  }
  let isDrawn = false
  let before = -1
  for (const id of ids) {
    if (id === before) continue
    before = id
    if (shadesOf(id)) isDrawn = true
  }
  if (!isDrawn) return null
  const distances = borderDistances(ids, span, rows + 2 * reach, farthest)
  const colors = new Uint32Array(columns * rows)
  const outer = Math.max(1, Math.round(widths.halo))
  for (let j = 0, out = 0; j < rows; j++) {
    for (let i = 0, at = (j + reach) * span + reach; i < columns; i++, at++, out++) {
      const distance = distances[at]!
      const own = shadesOf(ids[at]!)
      if (own) colors[out] = own[distance]!
      else if (distance <= BESIDE * outer) {
        // Only beside an object that has an outline.
        for (let step = 1; step <= outer; step++) {
          const neighbour =
            shadesOf(ids[at - step]!) ??
            shadesOf(ids[at + step]!) ??
            shadesOf(ids[at - step * span]!) ??
            shadesOf(ids[at + step * span]!)
          if (!neighbour) continue
          colors[out] = neighbour[0]!
          break
        }
      }
    }
  }
  return colors
}

/** The colour at each distance from the border, in thirds of a pixel; at 0 that of the halo outside. */
function shadesByDistance(
  { line, halo, fill }: ContourLook,
  widths: ContourWidths,
  farthest: number,
): Uint32Array {
  const shades = new Uint32Array(farthest + 1)
  shades[0] = halo
  for (let distance = 1; distance <= farthest; distance++) {
    // The pixel covers this stretch of the way inwards.
    const from = Math.max(0, distance / BESIDE - 1)
    const share = (start: number, end: number) => Math.max(0, Math.min(from + 1, end) - Math.max(from, start))
    const ofLine = share(0, widths.line)
    const ofHalo = share(widths.line, widths.line + widths.halo)
    shades[distance] = mixed(line, ofLine, halo, ofHalo, fill, 1 - ofLine - ofHalo)
  }
  return shades
}

function mixed(a: number, ofA: number, b: number, ofB: number, c: number, ofC: number): number {
  const alphaA = (a >>> 24) * ofA
  const alphaB = (b >>> 24) * ofB
  const alphaC = (c >>> 24) * Math.max(0, ofC)
  const alpha = alphaA + alphaB + alphaC
  if (alpha < 0.5) return 0
  const channel = (shift: number) =>
    Math.round(
      (((a >>> shift) & 255) * alphaA + ((b >>> shift) & 255) * alphaB + ((c >>> shift) & 255) * alphaC) /
        alpha,
    )
  return ((Math.round(alpha) << 24) | (channel(16) << 16) | (channel(8) << 8) | channel(0)) >>> 0
}

/** How far every pixel is from the nearest one with another id, in thirds of a pixel and at most `farthest`. */
function borderDistances(ids: Uint32Array, span: number, rows: number, farthest: number): Uint8Array {
  const distances = new Uint8Array(span * rows).fill(farthest)
  const last = span * rows - 1
  // Inside one object the way leads over neighbours of the same id, so two sweeps see all of it.
  for (let at = 0; at <= last; at++) {
    const id = ids[at]!
    const x = at % span
    let least = farthest
    if (x > 0) least = nearer(least, ids[at - 1] === id, distances[at - 1]!, BESIDE)
    if (at >= span) {
      least = nearer(least, ids[at - span] === id, distances[at - span]!, BESIDE)
      if (x > 0) least = nearer(least, ids[at - span - 1] === id, distances[at - span - 1]!, ACROSS)
      if (x < span - 1) least = nearer(least, ids[at - span + 1] === id, distances[at - span + 1]!, ACROSS)
    }
    distances[at] = least
  }
  for (let at = last; at >= 0; at--) {
    const id = ids[at]!
    const x = at % span
    let least = distances[at]!
    if (x < span - 1) least = nearer(least, ids[at + 1] === id, distances[at + 1]!, BESIDE)
    if (at + span <= last) {
      least = nearer(least, ids[at + span] === id, distances[at + span]!, BESIDE)
      if (x < span - 1) least = nearer(least, ids[at + span + 1] === id, distances[at + span + 1]!, ACROSS)
      if (x > 0) least = nearer(least, ids[at + span - 1] === id, distances[at + span - 1]!, ACROSS)
    }
    distances[at] = least
  }
  return distances
}

function nearer(least: number, isSame: boolean, beyond: number, step: number): number {
  return Math.min(least, isSame ? beyond + step : step)
}
