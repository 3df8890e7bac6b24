import { AppError } from '../base/app-error.ts'
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts'
import { type AttributeValue, attributeValueSchema, valuesSchema } from '../label/attributes.ts'
import { MAX_OBJECT_ID } from '../label/label-map.ts'
import type { LabelObject } from '../label/ontology.ts'

/**
 * The `attributes` of a label on Segments.ai, and what they say here. Only image segmentation is a label of ours; everything
 * else is told apart and kept whole by whoever asks. What only the service knows goes back as it came.
 */
export type SegmentsLabelContent =
  | {
      readonly kind: 'bitmap'
      readonly objects: readonly LabelObject[]
      /** Where the mask is; null: there is none, and no pixel is labeled. */
      readonly bitmap: string | null
      /** What is said of the image as a whole, as far as it can be said here. */
      readonly imageValues: Readonly<Record<string, AttributeValue>>
    }
  /** Shapes, sequences, point clouds …: `what` names it. */
  | { readonly kind: 'other'; readonly what: string }

const mostObjects = 65_535

/**
 * `attributes`: null for a label that has a status and nothing else. `idHere`: ids of categories here by ids there. Throws
 * AppError `IN_FORMAT`, `IN_TOO_BIG` for image segmentation that does not hold together: then nothing of it is to be used.
 */
export function readSegmentsLabel(
  attributes: JsonObject | null,
  idHere: ReadonlyMap<number, number>,
): SegmentsLabelContent {
  if (attributes === null) return { kind: 'bitmap', objects: [], bitmap: null, imageValues: {} }
  const what = otherKind(attributes)
  if (what !== null) return { kind: 'other', what }
  const bitmap = isJsonObject(attributes.segmentation_bitmap) ? attributes.segmentation_bitmap : {}
  // The signed address, where there is one, can be fetched; the other one is the same file by its lasting name.
  const url = bitmap.url ?? bitmap.signed_url ?? null
  if (url !== null && typeof url !== 'string') throw refused('The address of its mask is no text.')
  const annotations = attributes.annotations ?? []
  if (!Array.isArray(annotations)) throw refused('Its annotations are no list.')
  if (annotations.length > mostObjects) {
    throw new AppError('IN_TOO_BIG', `It has ${annotations.length} objects; a label can have 65,535.`, {
      remedy: 'It stays as it is on Segments.ai.',
    })
  }
  const seen = new Set<number>()
  const objects = (annotations as readonly Json[]).map((entry): LabelObject => {
    if (!isJsonObject(entry)) throw refused('An annotation is no object.')
    const id = annotationId(entry)
    if (id === null || id < 1 || id > MAX_OBJECT_ID)
      throw refused('An annotation has no id that a mask can hold.')
    if (seen.has(id)) throw refused(`Object ${id} is listed twice.`)
    seen.add(id)
    const category = wholeNumber(entry.category_id)
    const categoryId = category === null ? undefined : idHere.get(category)
    if (categoryId === undefined) {
      throw refused(`Object ${id} is of category ${String(category)}, which its dataset does not list.`)
    }
    return { id, categoryId, attributes: valuesOf(entry.attributes) }
  })
  objects.sort((a, b) => a.id - b.id)
  return { kind: 'bitmap', objects, bitmap: url, imageValues: valuesOf(attributes.image_attributes) }
}

/** Whether it is image segmentation, or says nothing: whatever else it is must not be written over. */
export const isMaskLabel = (attributes: JsonObject | null): boolean =>
  attributes === null || otherKind(attributes) === null

/** Null for image segmentation. */
function otherKind(attributes: JsonObject): string | null {
  if ('sensors' in attributes) return 'multi-sensor'
  if ('frames' in attributes) return 'sequence'
  if ('point_annotations' in attributes) return 'point cloud'
  if ('segmentation_bitmap' in attributes) return null
  const annotations = Array.isArray(attributes.annotations) ? (attributes.annotations as readonly Json[]) : []
  const hasGeometry = annotations.some(
    (entry) =>
      isJsonObject(entry) &&
      ('points' in entry || 'position' in entry || 'start' in entry || 'type' in entry),
  )
  if (hasGeometry) return 'shapes'
  return annotations.length > 0 ? 'annotations without a mask' : null
}

/** `id` is an older name of the same. */
const annotationId = (entry: JsonObject): number | null => wholeNumber(entry.track_id ?? entry.id)

function wholeNumber(value: Json | undefined): number | null {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}

/** Values that can be said here; others stay where they are: see `valuesBack`. */
function valuesOf(given: Json | undefined): Record<string, AttributeValue> {
  if (!isJsonObject(given)) return {}
  const entries = Object.entries(given).flatMap(([key, value]) => {
    const parsed = attributeValueSchema.safeParse(value)
    return parsed.success && key !== '__proto__' && key.length <= 200 ? [[key, parsed.data] as const] : []
  })
  const values = Object.fromEntries(entries)
  return valuesSchema.safeParse(values).success ? values : {}
}

/** Ours, and of what stands there everything that could not be said here. */
function valuesBack(values: Readonly<Record<string, AttributeValue>>, before: Json | undefined): JsonObject {
  const readable = valuesOf(before)
  const kept = Object.entries(isJsonObject(before) ? before : {}).filter(
    ([key]) => !Object.hasOwn(readable, key),
  )
  return { ...Object.fromEntries(kept), ...(values as JsonObject) }
}

/**
 * The `attributes` that say this label. `before`: those that stand there. Throws AppError `BAD_REQUEST` for an object of a
 * category that is not there.
 */
export function writeSegmentsLabel(label: {
  readonly objects: readonly LabelObject[]
  readonly bitmap: string
  readonly imageValues: Readonly<Record<string, AttributeValue>>
  readonly idThere: ReadonlyMap<number, number>
  readonly before: JsonObject | null
}): JsonObject {
  const { objects, bitmap, imageValues, idThere } = label
  const before = label.before !== null && otherKind(label.before) === null ? label.before : {}
  const listed = Array.isArray(before.annotations) ? (before.annotations as readonly Json[]) : []
  const known = new Map<number | null, JsonObject>(
    listed.filter(isJsonObject).map((entry) => [annotationId(entry), entry]),
  )
  const annotations = objects.map(({ id, categoryId, attributes }): JsonObject => {
    const category = idThere.get(categoryId)
    if (category === undefined) {
      throw new AppError('BAD_REQUEST', `Its object ${id} is of a category that the dataset does not have.`, {
        remedy: 'Publish, which makes the category there first.',
      })
    }
    const was = known.get(id)
    const values = valuesBack(attributes, was?.attributes)
    const { attributes: _, ...rest } = was ?? {}
    return {
      ...rest,
      id,
      track_id: id,
      category_id: category,
      ...((Object.keys(values).length > 0 || was?.attributes !== undefined) && { attributes: values }),
    }
  })
  const images = valuesBack(imageValues, before.image_attributes)
  const { image_attributes: _, ...rest } = before
  return {
    format_version: '0.1',
    ...rest,
    annotations,
    segmentation_bitmap: { url: bitmap },
    ...((Object.keys(images).length > 0 || before.image_attributes !== undefined) && {
      image_attributes: images,
    }),
  }
}

function refused(what: string): AppError {
  return new AppError('IN_FORMAT', `The label cannot be read. ${what}`, {
    remedy: 'It stays as it is on Segments.ai, and nothing here was changed.',
  })
}
