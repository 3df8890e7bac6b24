import { z } from 'zod'
import { epochMs, errorInfoSchema, method, none, sampleId } from './method.ts'
import { syncLineSchema } from './sync-line.ts'
import { askedSchema, consentSchema, versionSchema } from './version-methods.ts'

/**
 * What the door says of a Segments.ai dataset: the link to it, what a run would do, runs, releases, and the ways from and
 * to W&B. The key is no part of it. Errors of the network are those of W&B: `NET_…`, `AUTH_…`, `REMOTE_…`, `TLS_BAD`.
 */

/** `owner/name`, as the service writes it. */
export const datasetNameSchema = z
  .string()
  .trim()
  .regex(/^[\w.@+-]{1,200}\/[\w.-]{1,200}$/, 'is no owner/name')

/** `publish` never touches what is here, `pull` never writes there. */
export const segmentsModeSchema = z.enum(['publish', 'pull', 'both'])

/**
 * What becomes of one sample. `create there`, `push`: it goes there; `create here`, `pull`: it comes here. `conflict`: both
 * labels were changed, or an earlier conflict has no answer yet. `gone there`, `gone here`: it (or its label) was there and
 * is not any more; nothing is removed because of that. `carried`: it cannot be shown, and is kept as it is.
 */
export const segmentsFateSchema = z.enum([
  'unchanged',
  'push',
  'pull',
  'conflict',
  'create there',
  'create here',
  'gone there',
  'gone here',
  'carried',
])
export const segmentsFates = segmentsFateSchema.options

/** What a dataset that is made here can be for: one label for each image. The first takes masks, as Tessera makes them. */
export const segmentsTaskTypes = [
  'segmentation-bitmap',
  'segmentation-bitmap-highres',
  'vector',
  'bboxes',
] as const
/** What the service files datasets under; it knows more. */
export const segmentsTopics = [
  'other',
  'street_scenery',
  'garden',
  'agriculture',
  'satellite',
  'people',
  'medical',
  'fruit',
] as const
/** A dataset that is still to be made. */
export const segmentsNewSchema = z.strictObject({
  taskType: z.enum(segmentsTaskTypes).default('segmentation-bitmap'),
  category: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'is no category of datasets')
    .default('other'),
})

export const segmentsDatasetSchema = z.object({
  /** `owner/name`. */
  name: z.string(),
  description: z.string(),
  taskType: z.string(),
  samples: z.int().nullable(),
  isPublic: z.boolean(),
  createdAt: z.string(),
  /** What the key may do there, where the service says it. */
  role: z.string().nullable(),
  /** Where a person looks at it. */
  url: z.string(),
})

const namesSchema = z.array(z.string())
const planItemSchema = z.object({
  /** As it is called here, or, when it is not here, there. */
  name: z.string(),
  sampleId: sampleId.nullable(),
  /** The service's id; null: it is not there. */
  uuid: z.string().nullable(),
  fate: segmentsFateSchema,
  /** Whether this mode does something about it. */
  isDone: z.boolean(),
  /** Status of the label there, as the service spells it; null: no label. */
  statusThere: z.string().nullable(),
  /** A label that somebody reviewed or verified there would be written over. */
  overwritesReviewed: z.boolean(),
  /** More about it, as one sentence; empty for none. */
  note: z.string(),
})

export const segmentsPlanSchema = z.object({
  mode: segmentsModeSchema,
  /** Null: there is none of that name yet, and a run that sends makes it. */
  dataset: segmentsDatasetSchema.nullable(),
  /** How many samples have each fate; those without are left out. */
  counts: z.partialRecord(segmentsFateSchema, z.int()),
  /** Everything but what is unchanged, by name; at most 10,000. */
  items: z.array(planItemSchema),
  /** Of these, how many the list leaves out. */
  left: z.int(),
  categories: z.object({
    /** Names of categories that would be made, and sentences about those that would be changed. */
    newThere: namesSchema,
    newHere: namesSchema,
    changes: namesSchema,
    /** What was read otherwise than it stands there, or stays different. */
    remarks: namesSchema,
  }),
  /** Cards whose metadata, priority or issues differ from what was agreed on. */
  cards: z.object({ push: z.int(), pull: z.int() }),
  /** Samples and labels that cannot be shown: those that go there as they came, and those that are new or changed there. */
  kept: z.object({ send: z.int(), take: z.int() }),
  /** Labels that were reviewed or verified there and that only a run with `overwriteReviewed` writes over. */
  reviewed: z.int(),
  /** Labels here that another one would take the place of; with many of them, a run has to be `confirmed`. */
  replaced: z.int(),
  needsConfirmation: z.boolean(),
})

const failureSchema = z.object({ name: z.string(), sampleId: sampleId.nullable(), error: errorInfoSchema })

export const segmentsResultSchema = z.object({
  mode: segmentsModeSchema,
  dataset: z.string(),
  /** What was written there. */
  sent: z.object({
    isDatasetNew: z.boolean(),
    images: z.int(),
    samples: z.int(),
    labels: z.int(),
    cards: z.int(),
    categories: z.int(),
    issues: z.int(),
  }),
  /** What came here. */
  got: z.object({
    samples: z.int(),
    labels: z.int(),
    cards: z.int(),
    categories: z.int(),
    issues: z.int(),
    /** Samples and labels that cannot be shown, and are kept. */
    carried: z.int(),
  }),
  /** Both had changed and said the same. */
  agreed: z.int(),
  /** Samples whose two labels lie beside each other until somebody answers: see `conflicts.get`. */
  conflicts: z.array(z.object({ sampleId, name: z.string() })),
  /** Not sent: somebody reviewed or verified what is there, or (publishing) changed it. */
  held: namesSchema,
  /** Of a kind that cannot be shown and is not kept here: it stays there, and nothing is written over it. */
  left: namesSchema,
  goneThere: namesSchema,
  goneHere: namesSchema,
  failed: z.array(failureSchema),
  /** Sentences about what a person may want to know. */
  remarks: namesSchema,
})

export const segmentsStatusSchema = z.object({
  /** Null: the library is linked to no dataset. */
  link: z
    .object({
      baseUrl: z.string(),
      dataset: z.string(),
      /** Where a person looks at it. */
      url: z.string(),
      /** A run that sends makes the dataset when it is not there. */
      create: z.boolean(),
      /** What its labels are, or will be; null until a run or linking has seen it. */
      taskType: z.string().nullable(),
    })
    .nullable(),
  /** Samples that both sides are known to have, and when the last run ended well. */
  known: z.object({ samples: z.int(), syncedAt: epochMs.nullable() }),
  /** What runs, or what ran last in this session; `stopped`: asked for again, it goes on. */
  job: z
    .object({
      kind: z.enum(['publish', 'pull', 'both', 'release', 'fromArtifact', 'toArtifact']),
      state: z.enum(['running', 'stopped', 'failed', 'done']),
      step: z.string(),
      done: z.int(),
      /** 0 until it is known. */
      total: z.int(),
      bytesDone: z.number(),
      error: errorInfoSchema.nullable(),
      /** What `error` asks, to be answered with `confirmed`; null: it asks nothing. */
      asks: askedSchema.nullable(),
      result: segmentsResultSchema.nullable(),
      startedAt: epochMs,
      endedAt: epochMs.nullable(),
    })
    .nullable(),
})

export const segmentsReleaseSchema = z.object({
  uuid: z.string(),
  name: z.string(),
  description: z.string(),
  status: z.enum(['PENDING', 'SUCCEEDED', 'FAILED']),
  createdAt: z.string(),
  samples: z.int(),
  /** The version of this library that was made of it; null: none. */
  version: z.string().nullable(),
})

const run = z.strictObject({
  mode: segmentsModeSchema,
  /** Writes also over labels that somebody reviewed or verified there. What was there stays among the states of its sample. */
  overwriteReviewed: z.boolean().default(false),
  /** Takes another label also for unusually many samples. */
  confirmed: consentSchema.default(false),
})
const releaseName = z.string().trim().min(1).max(200)

export const segmentsMethods = {
  /** What is known without asking the service. */
  'segments.status': method(none, segmentsStatusSchema),
  /** Datasets that the key takes part in, or those of `owner`, by name. */
  'segments.datasets': method(
    z.strictObject({ owner: z.string().trim().min(1).max(200).nullable().default(null) }),
    z.object({ datasets: z.array(segmentsDatasetSchema) }),
  ),
  /**
   * Links the library to a dataset, instead of the one before; what is known of that stays. `create`: it need not be there,
   * and the first run that sends makes it. `NOT_FOUND`, `NAME_TAKEN` for `create` when it is there; `CONFLICT` while a run
   * lasts; `LIB_READ_ONLY`.
   */
  'segments.link': method(
    z.strictObject({
      dataset: datasetNameSchema,
      create: z.boolean().default(false),
      /** Of a dataset that is made. */
      as: segmentsNewSchema.prefault({}),
    }),
    segmentsStatusSchema,
  ),
  /** Ends the link. Nothing is removed, here or there. `CONFLICT` while a run lasts. */
  'segments.unlink': method(none, segmentsStatusSchema),
  /** Looks at both sides and says what a run would do. Writes nothing, there or here. */
  'segments.plan': method(z.strictObject({ mode: segmentsModeSchema }), segmentsPlanSchema),
  /**
   * Sends, brings here, or both. The same call joins a run of the same mode; it goes on when the caller leaves, and
   * `segments.cancel` stops it. Stopped or cut off at any moment, the next run goes on. What one sample refuses does not stop
   * the others. `CONFLICT`: another run lasts. `SYNC_FAILSAFE`: without `confirmed`, for unusually many labels.
   */
  'segments.run': method(run, segmentsResultSchema),
  /** Stops what runs; resolves when it has. */
  'segments.cancel': method(none, segmentsStatusSchema),
  /** What happened, newest last. */
  'segments.log': method(
    z.strictObject({ limit: z.int().min(1).max(5000).default(1000) }),
    z.object({ lines: z.array(syncLineSchema) }),
  ),
  /** Samples with a label that came from the dataset and lies beside the one here: `conflicts.get` and `.resolve` answer them. */
  'segments.conflicts': method(
    none,
    z.object({ samples: z.array(z.object({ sampleId, name: z.string() })) }),
  ),
  /** Newest first. */
  'segments.releases': method(none, z.object({ releases: z.array(segmentsReleaseSchema) })),
  /**
   * Makes a release, or finds the one of that name, and waits until the service has built it: at most 10 minutes, then it
   * answers `PENDING`, and asked again it goes on waiting. `REMOTE_REFUSED` when building failed.
   */
  'segments.release': method(
    z.strictObject({ name: releaseName, description: z.string().max(4000).default('') }),
    segmentsReleaseSchema,
  ),
  /**
   * A W&B artifact to a dataset: brings it here (as `remote.pull`), links the library to the dataset, makes that where it is
   * missing, and publishes. The dataset and its samples say what they came from.
   */
  'segments.fromArtifact': method(
    z.strictObject({
      artifact: z.string().trim().min(1).max(1000),
      dataset: datasetNameSchema,
      as: segmentsNewSchema.prefault({}),
      overwriteReviewed: run.shape.overwriteReviewed,
    }),
    segmentsResultSchema,
  ),
  /**
   * A release to a version, whose artifact `labeled_data` says which dataset and release it is. Its labels are those of the
   * release; merged into the branch like a version of somebody else. The usual push sends it. `NOT_FOUND`, `CONFLICT` for
   * edits that no version holds when told to `refuse`. `SYNC_FAILSAFE`: without `confirmed`, for unusually many labels.
   */
  'segments.toArtifact': method(
    z.strictObject({
      release: releaseName,
      message: z.string().max(4000).default(''),
      uncommitted: z.enum(['refuse', 'commit']).default('refuse'),
      confirmed: run.shape.confirmed,
    }),
    z.object({
      release: segmentsReleaseSchema,
      /** Null: the library is at that already. */
      version: versionSchema.nullable(),
      taken: z.int(),
      conflicts: z.int(),
      failed: z.array(failureSchema),
      /** Sentences about what a person may want to know. */
      remarks: namesSchema,
    }),
  ),
} as const

export type SegmentsMode = z.infer<typeof segmentsModeSchema>
export type SegmentsFate = z.infer<typeof segmentsFateSchema>
export type SegmentsDatasetView = z.infer<typeof segmentsDatasetSchema>
export type SegmentsNew = z.infer<typeof segmentsNewSchema>
export type SegmentsPlan = z.infer<typeof segmentsPlanSchema>
export type SegmentsPlanItem = z.infer<typeof planItemSchema>
export type SegmentsResult = z.infer<typeof segmentsResultSchema>
/** How the library stands to its dataset. */
export type SegmentsState = z.infer<typeof segmentsStatusSchema>
export type SegmentsReleaseView = z.infer<typeof segmentsReleaseSchema>
