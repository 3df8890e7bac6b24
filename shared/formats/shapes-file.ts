import { z } from 'zod'
import { canonicalJson } from '../base/canonical-json.ts'
import { isJsonRecord, type Json, type JsonRecord, parseExactJson } from '../base/exact-json.ts'
import { hasRightPoints, type LabelShapes, type Shape, type ShapePoint, shapeTypes } from '../label/shape.ts'

const json = z.unknown().transform((value) => value as Json)
const record = z.custom<JsonRecord>(isJsonRecord, 'is no object')
const id = z.int().min(1)

/** The most that the file of one label may be where it is sent. */
export const mostShapesFileBytes = 64 * 1024 * 1024

/**
 * `shapes/<name>.json` of an artifact, and a payload of a revision: what a label holds beside its mask and its label file.
 * Everything but `shapes` is left out when it is empty. The format page is `docs/formats/label.md`.
 */
export const shapesFileSchema = z.strictObject({
  format: z.literal('tessera-shapes'),
  format_version: z.literal(1),
  shapes: z.array(
    z
      .strictObject({
        id,
        track_id: id.optional(),
        category_id: z.int(),
        type: z.enum(shapeTypes),
        points: z.array(z.tuple([z.number(), z.number()])),
        attributes: record.optional(),
        other: record.optional(),
      })
      .refine(({ type, points }) => hasRightPoints(type, points.length), 'has the wrong number of points'),
  ),
  /** Place in the list of annotations, and the annotation. */
  unread: z.array(z.tuple([z.int().min(0), json])).optional(),
  image_attributes: record.optional(),
  links: z.array(json).optional(),
  /** By id of the object. */
  objects: z.record(z.string().regex(/^[1-9][0-9]*$/), record).optional(),
  other: record.optional(),
  label: record.optional(),
})

/** The file's text; the same shapes in the same order give the same text. */
export function shapesFileText(label: LabelShapes): string {
  const { shapes, unread, imageAttributes, links, objects, other } = label
  const some = (value: JsonRecord) => Object.keys(value).length > 0
  const file = {
    format: 'tessera-shapes',
    format_version: 1,
    shapes: shapes.map((shape) => ({
      id: shape.id,
      ...(shape.trackId !== null && { track_id: shape.trackId }),
      category_id: shape.categoryId,
      type: shape.type,
      points: shape.points,
      ...(shape.attributes !== null && { attributes: shape.attributes }),
      ...(some(shape.other) && { other: shape.other }),
    })),
    ...(unread.length > 0 && { unread: unread.map(({ at, annotation }) => [at, annotation]) }),
    ...(some(imageAttributes) && { image_attributes: imageAttributes }),
    ...(links.length > 0 && { links }),
    ...(objects.size > 0 && { objects: Object.fromEntries(objects) }),
    ...(some(other) && { other }),
    ...(some(label.label) && { label: label.label }),
  }
  return canonicalJson(file)
}

/** Throws ZodError or SyntaxError on what is no such file of ours. */
export function parseShapesFile(text: string): LabelShapes {
  const file = shapesFileSchema.parse(parseExactJson(text))
  return {
    shapes: file.shapes.map(
      (shape): Shape => ({
        id: shape.id,
        trackId: shape.track_id ?? null,
        categoryId: shape.category_id,
        type: shape.type,
        points: shape.points as ShapePoint[],
        attributes: shape.attributes ?? null,
        other: shape.other ?? {},
      }),
    ),
    unread: (file.unread ?? []).map(([at, annotation]) => ({ at, annotation })),
    imageAttributes: file.image_attributes ?? {},
    links: file.links ?? [],
    objects: new Map(Object.entries(file.objects ?? {}).map(([key, each]) => [Number(key), each])),
    other: file.other ?? {},
    label: file.label ?? {},
  }
}
