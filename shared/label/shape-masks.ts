import { heldValues } from './attributes.ts'
import type { LabelDocument, LabelEdit } from './edit.ts'
import { nameOfAll } from './many-objects.ts'
import { type ObjectClip, pasteObjects } from './object-clip.ts'
import type { ObjectIndex } from './object-index.ts'
import type { Category } from './ontology.ts'
import { runsOfRings } from './polygon.ts'
import { type Shape, shapeRing } from './shape.ts'

export type ShapeMasks = {
  /** Null when no pixel would change. */
  readonly edit: LabelEdit | null
  /** The objects that are there then. */
  readonly ids: readonly number[]
  /** Pixels that other objects keep, locked or protected. */
  readonly kept: number
  /** Shapes that become nothing: lines and points have no area; of no category that there is; without a pixel for them. */
  readonly flat: number
  readonly stray: number
  readonly empty: number
}

/**
 * Fills boxes and polygons as objects of their categories, with the attributes that an object can have. Where shapes lie
 * over one another the later one has the pixel. Stuff joins the one region of its category. The shapes themselves stay as
 * they are. Throws AppError `IN_TOO_BIG`.
 */
export function masksOfShapes(
  doc: LabelDocument,
  index: ObjectIndex,
  shapes: readonly Shape[],
  options: { readonly categories: readonly Category[]; readonly protects: boolean },
): ShapeMasks {
  const { width, height } = doc.map
  const known = new Set(options.categories.map(({ id }) => id))
  let [flat, stray, empty] = [0, 0, 0]
  // Of two that want a pixel the first one gets it.
  const objects = shapes.toReversed().flatMap((shape): ObjectClip['objects'][number][] => {
    const ring = shapeRing(shape)
    if (!ring) flat++
    else if (!known.has(shape.categoryId)) stray++
    else {
      const runs = runsOfRings([ring], width, height)
      const { held: attributes } = heldValues(shape.attributes ?? {})
      if (runs.length > 0)
        return [{ object: { id: shape.id, categoryId: shape.categoryId, attributes }, runs }]
      empty++
    }
    return []
  })
  const clip: ObjectClip = { width, height, sampleId: '', name: '', objects }
  const made = objects.length > 0 ? pasteObjects(doc, index, clip, { ...options, sampleId: 'here' }) : null
  if (!made) return { edit: null, ids: [], kept: 0, flat, stray, empty: empty + objects.length }
  const there = made.edit.objects.flatMap(({ after }) => after ?? [])
  const what = there.length > 0 ? nameOfAll(there, options.categories) : 'shape'
  return {
    edit: { ...made.edit, title: `Turn shapes into ${what}` },
    ids: made.ids,
    kept: made.kept,
    flat,
    stray,
    // Stuff is one region, however many shapes it comes from.
    empty,
  }
}
