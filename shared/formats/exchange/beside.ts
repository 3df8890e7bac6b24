import type { Json, JsonRecord } from '../../base/exact-json.ts'
import { jsonExcess } from '../../base/json.ts'
import type { AttributeValues } from '../../label/attributes.ts'
import type { Ring } from '../../label/polygon.ts'
import { isNoShapes, type LabelShapes, noShapes, type Shape, type ShapeType } from '../../label/shape.ts'
import type { FormatId, ReadCategory, ReadLabel } from './format.ts'
import { Unreadable } from './unreadable.ts'

/** What a file says of a shape besides where it is. */
export type Told = {
  /** The one object that these words stand for, of a mask. */
  readonly key?: string
  /** As the file numbers it; another one where that is taken, or none. */
  readonly id?: number
  /** What belongs together has the same number. */
  readonly group?: number
  readonly attributes?: AttributeValues
  /** As it stands in the file, which is kept whole with a shape. */
  readonly source?: unknown
}

const mostShapes = 65_535
const bounds = { depth: 32, nodes: 100_000 }
/** Beyond any image; what is further out is a damaged number. */
export const farthest = 1e7

/** Collects what lies beside the mask of one label. `format`: under whose name a file's own words are kept. */
export type Beside = {
  /** Throws Unreadable on what is no number, and when there are too many. */
  shape(type: ShapeType, category: ReadCategory, points: Ring, told: Told): void
  /** What else is said of an object of the mask. */
  sayOf(object: number, source: unknown): void
  /** What is no shape and has no pixels. */
  aside(source: unknown): void
  /** `taken`: ids of the objects that the label has. Undefined when there is nothing. */
  finish(taken: ReadonlySet<number>): ReadLabel['shapes']
}

export function createBeside(format: FormatId): Beside {
  const shapes: Omit<Shape, 'id'>[] = []
  const wished: (number | undefined)[] = []
  const categories = new Map<ReadCategory, number>()
  const objects = new Map<number, JsonRecord>()
  const others: Json[] = []
  return {
    shape(type, category, points, { id, group, attributes = {}, source }) {
      if (shapes.length >= mostShapes) throw new Unreadable(`It has more than ${mostShapes} shapes.`)
      for (const { x, y } of points) {
        if (!(Math.abs(x) <= farthest && Math.abs(y) <= farthest)) {
          throw new Unreadable(`A corner of a shape is at ${x}, ${y}.`)
        }
      }
      const categoryId = categories.get(category) ?? categories.size + 1
      categories.set(category, categoryId)
      wished.push(id)
      shapes.push({
        trackId: isId(group) ? group : null,
        categoryId,
        type,
        points: points.map(({ x, y }) => [x, y]),
        attributes: Object.keys(attributes).length > 0 ? (attributes as JsonRecord) : null,
        other: source === undefined ? {} : { [format]: checked(source) },
      })
    },
    sayOf(object, source) {
      objects.set(object, { [format]: checked(source) })
    },
    aside(source) {
      if (others.length >= mostShapes) throw new Unreadable(`It says more than ${mostShapes} other things.`)
      others.push(checked(source))
    },
    finish(taken) {
      // What is said of an object without pixels has only this place.
      for (const [id, said] of objects) if (!taken.has(id)) others.push(said[format]!)
      const present = new Map([...objects].filter(([id]) => taken.has(id)))
      const label: LabelShapes = {
        ...noShapes,
        shapes: numbered(shapes, wished, new Set(taken)),
        objects: present,
        other: others.length > 0 ? { [format]: others } : {},
      }
      if (isNoShapes(label)) return undefined
      return { label, categories: new Map([...categories].map(([category, id]) => [id, category])) }
    },
  }
}

/** Programs that take shapes tell all annotations of an image apart by their ids. */
function numbered(
  shapes: readonly Omit<Shape, 'id'>[],
  wished: readonly (number | undefined)[],
  taken: Set<number>,
): Shape[] {
  const given = wished.map((id) => {
    if (!isId(id) || taken.has(id)) return null
    taken.add(id)
    return id
  })
  let next = 1
  return shapes.map((shape, i) => {
    let id = given[i]
    if (id === null || id === undefined) {
      while (taken.has(next)) next++
      id = next
      taken.add(id)
    }
    return { ...shape, id }
  })
}

const isId = (id: number | undefined): id is number => Number.isSafeInteger(id) && id! >= 1

function checked(source: unknown): Json {
  const excess = jsonExcess(source, bounds)
  if (excess !== null) throw new Unreadable(`What is said of a shape has ${excess}.`)
  return source as Json
}
