import { isJsonRecord, type Json, type JsonRecord } from '../base/exact-json.ts'
import { type AttributeValues, heldValues } from '../label/attributes.ts'
import { MAX_OBJECT_ID } from '../label/label-map.ts'
import {
  hasRightPoints,
  isNoShapes,
  type LabelShapes,
  type Shape,
  type ShapePoint,
  type ShapeType,
  shapeTypes,
} from '../label/shape.ts'

/**
 * The `attributes` of a label of Segments.ai for one image, as what Tessera keeps of it: objects of the mask in the label
 * file, image attributes on the card, and all the rest as shapes. Writing what was read gives it back as it came.
 */
export type SegmentsAnnotations = {
  /** Whether there is, or could be, a mask. */
  readonly kind: 'bitmap' | 'vector'
  /** Of the mask; none of a `vector`. */
  readonly objects: readonly SegmentsObject[]
  /** Null when the mask is empty or there is none. */
  readonly bitmapUrl: string | null
  /** Those that a card can hold. */
  readonly imageAttributes: AttributeValues
  /** Null when there is nothing else. */
  readonly shapes: LabelShapes | null
}
export type SegmentsObject = {
  readonly id: number
  readonly categoryId: number
  readonly attributes: AttributeValues
}

/** What the server sets, and what has a place of its own. The rest of a label is kept. */
const labelKeys: ReadonlySet<string> = new Set([
  'sample_uuid',
  'label_type',
  'label_status',
  'labelset',
  'attributes',
  'created_at',
  'created_by',
  'updated_at',
  'updated_by',
  'reviewed_at',
  'reviewed_by',
])

/**
 * Null for what is no label of one image: a sequence, a point cloud, a text. `label`: the label that `attributes` stand in,
 * for its score.
 */
export function readSegmentsAnnotations(
  attributes: Json,
  label: JsonRecord = {},
): SegmentsAnnotations | null {
  if (!isJsonRecord(attributes) || !isImageLabel(attributes)) return null
  const {
    annotations,
    segmentation_bitmap: bitmap,
    image_attributes,
    links,
    format_version,
    ...rest
  } = attributes
  const other: Record<string, Json> = rest
  if (format_version !== undefined && format_version !== '0.1') other.format_version = format_version
  const kind = bitmap === undefined ? 'vector' : 'bitmap'
  let bitmapUrl: string | null = null
  if (isJsonRecord(bitmap)) {
    const { url, signed_url: _, ...more } = bitmap
    if (typeof url === 'string' && url !== '') bitmapUrl = url
    else if (url !== undefined && url !== null && url !== '') other.segmentation_bitmap = bitmap
    if (Object.keys(more).length > 0) other.segmentation_bitmap = more
  }
  const { held, rest: unheld } = heldValues(isJsonRecord(image_attributes) ? image_attributes : {})
  if (image_attributes !== undefined && image_attributes !== null && !isJsonRecord(image_attributes)) {
    other.image_attributes = image_attributes
  }
  if (links !== undefined && links !== null && !Array.isArray(links)) other.links = links
  const shapes: Shape[] = []
  const unread: { at: number; annotation: Json }[] = []
  const objects: SegmentsObject[] = []
  const said = new Map<number, JsonRecord>()
  const seen = new Set<number>()
  for (const [at, annotation] of (annotations as readonly Json[]).entries()) {
    const shape = readShape(annotation)
    const object = kind === 'bitmap' && !shape ? readObject(annotation) : null
    if (object && !seen.has(object.object.id)) {
      seen.add(object.object.id)
      objects.push(object.object)
      if (Object.keys(object.more).length > 0) said.set(object.object.id, object.more)
    } else if (shape) shapes.push(shape)
    else unread.push({ at, annotation })
  }
  const kept: LabelShapes = {
    shapes,
    unread,
    imageAttributes: unheld,
    links: Array.isArray(links) ? links : [],
    objects: said,
    other,
    label: Object.fromEntries(
      Object.entries(label).filter(([key, value]) => !labelKeys.has(key) && value !== null),
    ),
  }
  return { kind, objects, bitmapUrl, imageAttributes: held, shapes: isNoShapes(kept) ? null : kept }
}

/**
 * The same as it goes back. Objects are those that the label has now: what else was said of one that is gone goes with it.
 * `label` has what stands beside the `attributes`.
 */
export function writeSegmentsAnnotations({
  kind,
  objects,
  bitmapUrl,
  imageAttributes,
  shapes,
}: SegmentsAnnotations): { attributes: JsonRecord; label: JsonRecord } {
  const annotations: Json[] = [
    ...(kind === 'bitmap'
      ? objects.map((object) => writeObject(object, shapes?.objects.get(object.id)))
      : []),
    ...(shapes?.shapes ?? []).map(writeShape),
  ]
  for (const { at, annotation } of shapes?.unread ?? []) {
    annotations.splice(Math.min(at, annotations.length), 0, annotation)
  }
  const image = { ...shapes?.imageAttributes, ...(imageAttributes as JsonRecord) }
  const { segmentation_bitmap: bitmap, ...other } = shapes?.other ?? {}
  return {
    attributes: {
      format_version: '0.1',
      annotations,
      ...(kind === 'bitmap' && {
        segmentation_bitmap: { url: bitmapUrl, ...(isJsonRecord(bitmap) ? bitmap : {}) },
      }),
      ...(Object.keys(image).length > 0 && { image_attributes: image }),
      ...(shapes && shapes.links.length > 0 && { links: shapes.links }),
      ...other,
    },
    label: shapes?.label ?? {},
  }
}

/** Of one image: not of frames, sensors, points in space or characters. */
function isImageLabel(attributes: JsonRecord): boolean {
  const { annotations } = attributes
  if (!Array.isArray(annotations)) return false
  if (['frames', 'sensors', 'point_annotations'].some((key) => attributes[key] !== undefined)) return false
  return !annotations.some(
    (each) =>
      isJsonRecord(each) &&
      (each.type === 'cuboid' ||
        each.type === 'cuboid-sync' ||
        (typeof each.start === 'number' && typeof each.end === 'number') ||
        (Array.isArray(each.points) &&
          each.points.some((point) => Array.isArray(point) && point.length === 3))),
  )
}

function readObject(annotation: Json): { object: SegmentsObject; more: JsonRecord } | null {
  if (!isJsonRecord(annotation)) return null
  const { id, track_id, category_id, attributes, ...more } = annotation
  const own = wholeNumber(track_id ?? id)
  const categoryId = wholeNumber(category_id)
  if (own === null || own < 1 || own > MAX_OBJECT_ID || categoryId === null) return null
  const { held, rest } = heldValues(isJsonRecord(attributes) ? attributes : {})
  const isStrange = attributes !== undefined && attributes !== null && !isJsonRecord(attributes)
  return {
    object: { id: own, categoryId, attributes: held },
    more: {
      ...more,
      ...(id !== undefined && wholeNumber(id) !== own && { id }),
      ...(Object.keys(rest).length > 0 && { attributes: rest }),
      ...(isStrange && { attributes }),
    },
  }
}

function writeObject({ id, categoryId, attributes }: SegmentsObject, said: JsonRecord = {}): JsonRecord {
  const { attributes: more, ...rest } = said
  const isStrange = more !== undefined && !isJsonRecord(more)
  const values = { ...(isJsonRecord(more) ? more : {}), ...(attributes as JsonRecord) }
  return {
    id,
    track_id: id,
    category_id: categoryId,
    attributes: isStrange && Object.keys(values).length === 0 ? more : values,
    ...rest,
  }
}

function readShape(annotation: Json): Shape | null {
  if (!isJsonRecord(annotation)) return null
  const { id, track_id, category_id, type, points, attributes, ...rest } = annotation
  const [own, categoryId] = [wholeNumber(id), wholeNumber(category_id)]
  if (own === null || own < 1 || categoryId === null) return null
  if (!shapeTypes.includes(type as ShapeType) || !Array.isArray(points)) return null
  if (!hasRightPoints(type as ShapeType, points.length) || !points.every(isPoint)) return null
  const other: Record<string, Json> = rest
  const trackId =
    typeof track_id === 'number' && Number.isSafeInteger(track_id) && track_id >= 1 ? track_id : null
  if (track_id !== undefined && trackId === null) other.track_id = track_id
  const given = isJsonRecord(attributes) ? attributes : null
  if (attributes !== undefined && given === null) other.attributes = attributes
  return {
    id: own,
    trackId,
    categoryId,
    type: type as ShapeType,
    points: points as unknown as ShapePoint[],
    attributes: given,
    other,
  }
}

function writeShape({ id, trackId, categoryId, type, points, attributes, other }: Shape): JsonRecord {
  return {
    id,
    ...(trackId !== null && { track_id: trackId }),
    category_id: categoryId,
    type,
    points,
    ...(attributes !== null && { attributes }),
    ...other,
  }
}

const isPoint = (point: Json) =>
  Array.isArray(point) && point.length === 2 && point.every((each) => typeof each === 'number')

/** Also one in a text, as older programs write them; null otherwise. */
function wholeNumber(value: Json | undefined): number | null {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}
