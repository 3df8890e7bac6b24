import type { Dice } from './dice.ts'
import type { Field } from './texture.ts'

export type Point = readonly [x: number, y: number]
export type Box = {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}
type Inside = (x: number, y: number) => boolean

/** `drawn`: what a person would draw round it, where that is simpler than the thing itself. */
export type Shape = { readonly box: Box; readonly contains: Inside; readonly drawn?: Inside }

/** A closed line that waves around an ellipse. `waves`: how far from it, as a share of the radius. */
export function blob(dice: Dice, [cx, cy]: Point, rx: number, ry: number, waves: number, angle = 0): Shape {
  const reach = blobReach(dice, waves)
  const [c, s] = [Math.cos(angle), Math.sin(angle)]
  const most = Math.max(rx, ry) * (1 + 2.5 * waves)
  return {
    box: { left: cx - most, top: cy - most, right: cx + most, bottom: cy + most },
    contains: (x, y) => {
      const u = (c * (x - cx) + s * (y - cy)) / rx
      const v = (c * (y - cy) - s * (x - cx)) / ry
      const squared = u * u + v * v
      return squared < 0.1 || squared < reach(u, v) ** 2
    },
  }
}

function blobReach(dice: Dice, waves: number): (u: number, v: number) => number {
  const terms = Array.from({ length: 6 }, (_, i) => ({
    times: i + 2,
    size: (waves * dice.normal()) / (i + 1) ** 0.9,
    phase: dice.between(0, 2 * Math.PI),
  }))
  if (waves === 0) return () => 1
  return (u, v) => {
    const angle = Math.atan2(v, u)
    let reach = 1
    for (const { times, size, phase } of terms) reach += size * Math.cos(times * angle + phase)
    return Math.max(0.35, reach)
  }
}

/** A blob with a ragged edge and holes near it, as crowns of trees and bushes have; people draw the blob. */
export function crown(
  dice: Dice,
  noise: Field,
  [cx, cy]: Point,
  rx: number,
  ry: number,
  grain: number,
): Shape {
  const reach = blobReach(dice, 0.13)
  const offset = dice.between(0, 99)
  const ragged = dice.between(0.06, 0.2)
  const distance = (x: number, y: number) => {
    const [u, v] = [(x - cx) / rx, (y - cy) / ry]
    return Math.hypot(u, v) / reach(u, v)
  }
  const reachMost = 1.75
  return {
    box: {
      left: cx - rx * reachMost,
      top: cy - ry * reachMost,
      right: cx + rx * reachMost,
      bottom: cy + ry * reachMost,
    },
    contains: (x, y) => {
      const d = distance(x, y)
      if (d > reachMost) return false
      const coarse = noise(x / (4 * grain) + offset, y / (4 * grain))
      return d + ragged * (0.6 * noise(x / grain + offset, y / grain) + 0.7 * coarse) < 1
    },
    drawn: (x, y) => distance(x, y) + ragged * 0.7 * noise(x / (4 * grain) + offset, y / (4 * grain)) < 1,
  }
}

export function polygon(points: readonly Point[]): Shape {
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  return {
    box: { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) },
    contains: (x, y) => {
      let isInside = false
      for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
        const [x0, y0] = points[i]!
        const [x1, y1] = points[j]!
        if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) isInside = !isInside
      }
      return isInside
    },
  }
}

export function box(left: number, top: number, right: number, bottom: number): Shape {
  return {
    box: { left, top, right, bottom },
    contains: (x, y) => x >= left && x < right && y >= top && y < bottom,
  }
}

/** A polygon whose corners lie around an ellipse: stones, leaves, sheets. */
export function shard(dice: Dice, [cx, cy]: Point, rx: number, ry: number, corners: number): Shape {
  const turn = dice.between(0, 2 * Math.PI)
  return polygon(
    Array.from({ length: corners }, (_, i): Point => {
      const angle = turn + ((i + dice.between(-0.3, 0.3)) / corners) * 2 * Math.PI
      const reach = dice.between(0.7, 1.15)
      return [cx + rx * reach * Math.cos(angle), cy + ry * reach * Math.sin(angle)]
    }),
  )
}

/** A line from point to point with round ends, `from` wide (as a radius) at its start and `to` at its end. */
export function limb(points: readonly Point[], from: number, to: number): Shape {
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const most = Math.max(from, to)
  const count = points.length - 1
  return {
    box: {
      left: Math.min(...xs) - most,
      top: Math.min(...ys) - most,
      right: Math.max(...xs) + most,
      bottom: Math.max(...ys) + most,
    },
    contains: (x, y) => {
      for (let i = 0; i < count; i++) {
        const [x0, y0] = points[i]!
        const [x1, y1] = points[i + 1]!
        const [dx, dy] = [x1 - x0, y1 - y0]
        const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)))
        const radius = from + ((to - from) * (i + t)) / count
        if ((x - x0 - t * dx) ** 2 + (y - y0 - t * dy) ** 2 < radius * radius) return true
      }
      return false
    },
  }
}

/** Everything below a line from left to right, given by its height at each column. */
export function below(height: (x: number) => number, width: number, bottom: number): Shape {
  let top = bottom
  for (let x = 0; x <= width; x++) top = Math.min(top, height(x))
  return {
    box: { left: 0, top: top - 2, right: width, bottom },
    contains: (x, y) => y >= height(x),
  }
}

export function union(shapes: readonly Shape[]): Shape {
  const boxes = shapes.map((shape) => shape.box)
  const has = (x: number, y: number, inside: (shape: Shape) => Inside) =>
    shapes.some((shape) => {
      const { left, top, right, bottom } = shape.box
      return x >= left && x <= right && y >= top && y <= bottom && inside(shape)(x, y)
    })
  return {
    box: {
      left: Math.min(...boxes.map(({ left }) => left)),
      top: Math.min(...boxes.map(({ top }) => top)),
      right: Math.max(...boxes.map(({ right }) => right)),
      bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
    },
    contains: (x, y) => has(x, y, (shape) => shape.contains),
    drawn: (x, y) => has(x, y, (shape) => shape.drawn ?? shape.contains),
  }
}

/** What of `shape` lies on `ground`. */
export function within(shape: Shape, ground: Shape): Shape {
  return { box: shape.box, contains: (x, y) => shape.contains(x, y) && ground.contains(x, y) }
}

/** The shadow of something that stands at height `base`, lying on the ground before or beside it. */
export function shadowOf(
  { box: { left, top, right, bottom }, contains }: Shape,
  slant: number,
  flatness: number,
): Shape {
  const length = (bottom - top) * flatness
  const reach = (bottom - top) * slant
  return {
    box: {
      left: left + Math.min(0, reach),
      top: bottom - 2,
      right: right + Math.max(0, reach),
      bottom: bottom + length,
    },
    contains: (x, y) => {
      const up = (y - bottom) / flatness
      return up > -2 && contains(x - slant * up, bottom - up)
    },
  }
}
