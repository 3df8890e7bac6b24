import type { Json, JsonRecord } from '../base/exact-json.ts'

export const shapeTypes = ['bbox', 'polygon', 'polyline', 'point'] as const
export type ShapeType = (typeof shapeTypes)[number]

/** Pixels of the image as displayed, from its top left corner; fractions are places within a pixel. */
export type ShapePoint = readonly [x: number, y: number]

/**
 * A box, polygon, line or point that another program drew, beside the mask of the label. Tessera shows it, keeps it and
 * gives it back as it came; it is not edited.
 */
export type Shape = {
  /** As it came: 1 or more. Two shapes may have the same. */
  readonly id: number
  /** Null: none is given. */
  readonly trackId: number | null
  readonly categoryId: number
  readonly type: ShapeType
  /** `bbox`: two opposite corners. `polygon`: three or more, the last joined to the first. `polyline`: two or more. `point`: one. */
  readonly points: readonly ShapePoint[]
  /** Null: none are given. */
  readonly attributes: JsonRecord | null
  /** What else the other program says of it. */
  readonly other: JsonRecord
}

/** What a label holds beside its mask, label file and ontology. */
export type LabelShapes = {
  readonly shapes: readonly Shape[]
  /** Annotations that are none of the shapes above, whole, each with its place in the list of annotations. */
  readonly unread: readonly { readonly at: number; readonly annotation: Json }[]
  /** Attributes of the image that no card can hold. */
  readonly imageAttributes: JsonRecord
  /** Links between objects. */
  readonly links: readonly Json[]
  /** What else is said of objects of the mask, by their id. */
  readonly objects: ReadonlyMap<number, JsonRecord>
  /** What else stands beside the annotations. */
  readonly other: JsonRecord
  /** What is said of the label as a whole: how sure a model was of it. */
  readonly label: JsonRecord
}

export const noShapes: LabelShapes = {
  shapes: [],
  unread: [],
  imageAttributes: {},
  links: [],
  objects: new Map(),
  other: {},
  label: {},
}

/** Whether nothing is to be kept. */
export function isNoShapes({
  shapes,
  unread,
  imageAttributes,
  links,
  objects,
  other,
  label,
}: LabelShapes): boolean {
  const lists = [shapes, unread, links, [...objects.keys()]]
  return (
    lists.every(({ length }) => length === 0) &&
    [imageAttributes, other, label].every((each) => Object.keys(each).length === 0)
  )
}

/** How many points a shape of a type has. */
export function hasRightPoints(type: ShapeType, count: number): boolean {
  if (type === 'bbox') return count === 2
  if (type === 'point') return count === 1
  return count >= (type === 'polygon' ? 3 : 2)
}

/** The smallest box around a shape; `x1` and `y1` are its far corner. */
export function shapeBounds({ points }: Pick<Shape, 'points'>): {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
} {
  let [x0, y0] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  let [x1, y1] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [x, y] of points) {
    if (x < x0) x0 = x
    if (x > x1) x1 = x
    if (y < y0) y0 = y
    if (y > y1) y1 = y
  }
  return { x0, y0, x1, y1 }
}

/** The corners of its area, in order; null for a line or a point, which have none. */
export function shapeRing({
  type,
  points,
}: Pick<Shape, 'type' | 'points'>): { x: number; y: number }[] | null {
  if (type === 'polygon') return points.map(([x, y]) => ({ x, y }))
  if (type !== 'bbox') return null
  const { x0, y0, x1, y1 } = shapeBounds({ points })
  return [
    { x: x0, y: y0 },
    { x: x1, y: y0 },
    { x: x1, y: y1 },
    { x: x0, y: y1 },
  ]
}
