import { z } from 'zod'
import { AppError } from '../base/app-error.ts'
import { isJsonObject, type JsonObject, jsonExcess } from '../base/json.ts'
import type {
  SegmentsDataset,
  SegmentsIssue,
  SegmentsLabel,
  SegmentsLabelset,
  SegmentsRelease,
  SegmentsSample,
  SegmentsUser,
} from './segments-remote.ts'

/**
 * Answers of Segments.ai as objects. What is asked of them is what the documents promise and we need; whatever else is there
 * is kept in `raw`. Throws AppError `REMOTE_CORRUPT` with the name of the field that is not as it should be.
 */

const mostText = 1_000_000
const text = z.string().max(mostText)
const name = z.string().min(1).max(10_000)
/** What stands for an object in addresses. */
const uuid = z.string().regex(/^[\w-]{1,100}$/)
const orEmpty = text.nullish().transform((value) => value ?? '')
const orNull = text.nullish().transform((value) => value ?? null)
/** Users come as names, and as objects with one. */
const person = z
  .union([text, z.looseObject({ username: text }).transform(({ username }) => username)])
  .nullish()
  .transform((value) => value ?? null)
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false)
/** Also written as text. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d{1,15}(\.\d{1,15})?$/)
    .transform(Number),
])
const numberOrNull = number.nullish().transform((value) => value ?? null)
const object = z.custom<JsonObject>(isJsonObject, 'is no object')
const objectOrNull = object.nullish().transform((value) => value ?? null)
const objectOrEmpty = object.nullish().transform((value) => value ?? {})

const userSchema = z.object({
  username: name,
  email: orNull,
  is_organization: flag,
  organizations: z
    .array(person)
    .nullish()
    .transform((list) => (list ?? []).filter((one) => one !== null)),
})

const datasetSchema = z.object({
  name,
  full_name: text.nullish(),
  owner: person,
  description: orEmpty,
  readme: orEmpty,
  task_type: orEmpty,
  public: flag,
  archived: flag,
  task_attributes: objectOrNull,
  metadata: objectOrEmpty,
  samples_count: numberOrNull,
  label_stats: objectOrEmpty,
  role: orNull,
  created_at: orEmpty,
})

const labelSchema = z.object({
  sample_uuid: orEmpty,
  labelset: orEmpty,
  label_type: orEmpty,
  label_status: name,
  attributes: objectOrNull,
  created_at: orEmpty,
  created_by: person,
  updated_at: orEmpty,
  updated_by: person,
  reviewed_at: orNull,
  reviewed_by: person,
  score: numberOrNull,
  rating: numberOrNull,
})
const summarySchema = z.object({
  label_status: name,
  updated_at: orNull,
  created_by: person,
  reviewed_by: person,
  score: numberOrNull,
})

const sampleSchema = z.object({
  uuid,
  name,
  attributes: objectOrNull,
  metadata: objectOrEmpty,
  priority: number.nullish().transform((value) => value ?? 0),
  readme: orEmpty,
  assigned_labeler: person,
  assigned_reviewer: person,
  created_at: orEmpty,
  created_by: person,
  dataset_full_name: orNull,
  label: objectOrNull,
})

const labelsetSchema = z.object({ name, description: orEmpty, is_groundtruth: flag })

const issueSchema = z.object({
  uuid,
  description: orEmpty,
  status: name,
  comments: z
    .array(z.object({ text: orEmpty, created_at: orEmpty, created_by: person }))
    .nullish()
    .transform((list) => list ?? []),
  anchor: objectOrNull,
  sample_uuid: uuid,
  sample_name: orEmpty,
  created_at: orEmpty,
  created_by: person,
  updated_at: orEmpty,
  updated_by: person,
})

const releaseSchema = z.object({
  uuid: orEmpty,
  name,
  description: orEmpty,
  status: name,
  attributes: z
    .object({ url: orNull, signed_url: orNull })
    .nullish()
    .transform((value) => value ?? { url: null, signed_url: null }),
  created_at: orEmpty,
  samples_count: numberOrNull,
})

const fileSchema = z.object({
  uuid: orEmpty,
  filename: orEmpty,
  url: name.max(8192),
  presignedPostFields: z.object({
    url: name.max(8192),
    /** All of them go out again, in this order. */
    fields: z.custom<Record<string, string>>(
      (value) =>
        isJsonObject(value) &&
        Object.keys(value).length <= 64 &&
        Object.entries(value).every(
          ([key, field]) => key.length <= 200 && typeof field === 'string' && field.length <= 65_536,
        ),
      'is no form',
    ),
  }),
})

export function readUser(value: unknown): SegmentsUser {
  const { username, email, is_organization, organizations } = read(userSchema, value, 'user')
  return { username, email, isOrganization: is_organization, organizations, raw: value as JsonObject }
}

export function readDataset(value: unknown): SegmentsDataset {
  const its = read(datasetSchema, value, 'dataset')
  const owner = its.owner ?? its.full_name?.split('/')[0] ?? ''
  return {
    name: its.name,
    fullName: its.full_name ?? `${owner}/${its.name}`,
    owner,
    description: its.description,
    readme: its.readme,
    taskType: its.task_type,
    isPublic: its.public,
    isArchived: its.archived,
    taskAttributes: its.task_attributes,
    metadata: its.metadata,
    samplesCount: its.samples_count,
    labelStats: Object.fromEntries(
      Object.entries(its.label_stats).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number',
      ),
    ),
    role: its.role,
    createdAt: its.created_at,
    raw: value as JsonObject,
  }
}

export function readSample(value: unknown): SegmentsSample {
  const its = read(sampleSchema, value, 'sample')
  const summary = its.label && read(summarySchema, its.label, 'label of a sample')
  // A summary says neither when it was made nor what it holds.
  const isWhole = its.label !== null && 'attributes' in its.label && 'updated_at' in its.label
  const whole = isWhole ? readLabel(its.label) : null
  return {
    uuid: its.uuid,
    name: its.name,
    attributes: its.attributes,
    metadata: its.metadata,
    priority: its.priority,
    readme: its.readme,
    assignedLabeler: its.assigned_labeler,
    assignedReviewer: its.assigned_reviewer,
    createdAt: its.created_at,
    createdBy: its.created_by,
    dataset: its.dataset_full_name,
    label: summary && {
      status: summary.label_status,
      updatedAt: summary.updated_at,
      createdBy: summary.created_by,
      reviewedBy: summary.reviewed_by,
      score: summary.score,
    },
    fullLabel: whole && { ...whole, sampleUuid: whole.sampleUuid || its.uuid },
    raw: value as JsonObject,
  }
}

export function readLabel(value: unknown): SegmentsLabel {
  const its = read(labelSchema, value, 'label')
  // The platform's own client stumbles over an empty one; to us it says the same as none.
  const isEmpty = its.attributes !== null && Object.keys(its.attributes).length === 0
  return {
    sampleUuid: its.sample_uuid,
    labelset: its.labelset,
    labelType: its.label_type,
    status: its.label_status,
    attributes: isEmpty ? null : its.attributes,
    createdAt: its.created_at,
    createdBy: its.created_by,
    updatedAt: its.updated_at,
    updatedBy: its.updated_by,
    reviewedAt: its.reviewed_at,
    reviewedBy: its.reviewed_by,
    score: its.score,
    rating: its.rating,
    raw: value as JsonObject,
  }
}

export function readLabelset(value: unknown): SegmentsLabelset {
  const its = read(labelsetSchema, value, 'labelset')
  return {
    name: its.name,
    description: its.description,
    isGroundTruth: its.is_groundtruth || its.name === 'ground-truth',
    raw: value as JsonObject,
  }
}

export function readIssue(value: unknown): SegmentsIssue {
  const its = read(issueSchema, value, 'issue')
  return {
    uuid: its.uuid,
    description: its.description,
    status: its.status,
    comments: its.comments.map((one) => ({
      text: one.text,
      createdAt: one.created_at,
      createdBy: one.created_by ?? '',
    })),
    anchor: its.anchor,
    sampleUuid: its.sample_uuid,
    sampleName: its.sample_name,
    createdAt: its.created_at,
    createdBy: its.created_by,
    updatedAt: its.updated_at,
    updatedBy: its.updated_by,
    raw: value as JsonObject,
  }
}

export function readRelease(value: unknown): SegmentsRelease {
  const its = read(releaseSchema, value, 'release')
  return {
    uuid: its.uuid,
    name: its.name,
    description: its.description,
    status: its.status,
    url: its.attributes.signed_url ?? its.attributes.url,
    createdAt: its.created_at,
    samplesCount: its.samples_count,
    raw: value as JsonObject,
  }
}

/** Where a file is to be sent, and where it can be had then. */
export function readUploadForm(value: unknown) {
  const { uuid, filename, url, presignedPostFields } = read(fileSchema, value, 'file')
  return {
    asset: { uuid, filename, url },
    target: presignedPostFields.url,
    fields: presignedPostFields.fields,
  }
}

/** A list of what `item` reads. */
export function readList<T>(value: unknown, item: (one: unknown) => T): T[] {
  if (!Array.isArray(value)) throw corrupt('list', 'it is none')
  return value.map(item)
}

function read<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const excess = jsonExcess(value)
  if (excess !== null) throw corrupt(what, `it holds ${excess}`)
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw corrupt(what, `"${issue?.path.map(String).join('.') || 'it'}" is not as it should be`)
}

function corrupt(what: string, why: string): AppError {
  return new AppError(
    'REMOTE_CORRUPT',
    `Segments.ai answered with a ${what} that Tessera cannot read: ${why.slice(0, 200)}.`,
    { remedy: 'Nothing was taken from it. Try again later; a newer Tessera may know it.' },
  )
}
