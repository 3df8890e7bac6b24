/** Corners in image pixels, as SVG writes them: `x,y x,y …`. */
export type Polygon = string
/** A straight stroke along one row, ends included. */
export type Stroke = { readonly y: number; readonly x0: number; readonly x1: number }

export const cornersOf = (polygon: Polygon): [x: number, y: number][] =>
  polygon
    .trim()
    .split(/\s+/)
    .map((corner) => corner.split(',').map(Number) as [number, number])

/** Strokes that cover the inside of a polygon, `spacing` rows apart (even-odd), each `inset` pixels short of its border. */
export function sweepPolygon(polygon: Polygon, spacing: number, inset: number): Stroke[] {
  const corners = cornersOf(polygon)
  const ys = corners.map(([, y]) => y)
  const strokes: Stroke[] = []
  for (let y = Math.ceil(Math.min(...ys)) + inset; y <= Math.max(...ys) - inset; y += spacing) {
    const crossings = corners
      .flatMap(([xa, ya], i) => {
        const [xb, yb] = corners[(i + 1) % corners.length]!
        return ya <= y === yb <= y ? [] : [xa + ((y - ya) / (yb - ya)) * (xb - xa)]
      })
      .sort((a, b) => a - b)
    for (let i = 0; i + 1 < crossings.length; i += 2)
      push(strokes, y, crossings[i]! + inset, crossings[i + 1]! - inset)
  }
  return strokes
}

/** The same for the pixels of one object of an id map (row-major). */
export function sweepObject(
  map: { readonly width: number; readonly height: number; readonly ids: ArrayLike<number> },
  id: number,
  spacing: number,
  inset: number,
): Stroke[] {
  const strokes: Stroke[] = []
  for (let y = Math.floor(spacing / 2); y < map.height; y += spacing) {
    for (let x = 0; x < map.width; x++) {
      if (map.ids[y * map.width + x] !== id) continue
      const start = x
      while (x < map.width && map.ids[y * map.width + x] === id) x++
      // What is this thin would be drawn past its edges.
      if (x - start > 2 * inset + 8) push(strokes, y, start + inset, x - 1 - inset)
    }
  }
  return strokes
}

/** Shorter movements are clicks, which toggle. */
const shortest = 14

function push(strokes: Stroke[], y: number, x0: number, x1: number): void {
  if (x1 < x0) return
  const spare = Math.max(0, (shortest - (x1 - x0)) / 2)
  strokes.push({ y, x0: Math.round(x0 - spare), x1: Math.round(x1 + spare) })
}
