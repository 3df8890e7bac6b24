import { z } from 'zod'
import { statusSchema } from '../label/status.ts'
import { epochMs, errorInfoSchema, method, none, sha256 } from './method.ts'

/** What the door says of labels that go to other programs and come from them: `docs/formats/exchange.md`. */

/** Name of a format, as `exchange.formats` lists it. */
const formatId = z.string().min(1).max(40)
/** A number, the beginning of an id, a branch or an alias; null: what is there now, committed or not. */
const version = z.string().min(1).max(200).nullable()

/** Whether boxes stay shapes beside the mask, or are filled as objects of it. */
const boxesWish = z.enum(['shapes', 'masks'])
const categoryMap = z.array(
  z.strictObject({ from: z.string().min(1).max(200), to: z.string().min(1).max(200) }),
)

/** What a format can hold of a label; `Holds` of `shared/formats/exchange/format.ts`. */
const holdsSchema = z.object({
  shape: z.enum(['pixels', 'boxes']),
  holes: z.enum(['yes', 'bridged', 'no']),
  parts: z.enum(['yes', 'bridged', 'no']),
  objects: z.enum(['kept', 'apart', 'no']),
  stuff: z.enum(['as objects', 'one']),
  void: z.enum(['class', 'merged', 'one']),
  attributes: z.boolean(),
  status: z.boolean(),
  most: z.object({ objects: z.int().nullable(), categories: z.int().nullable() }),
})

export const exchangeFormatSchema = z.object({
  id: formatId,
  title: z.string(),
  holds: holdsSchema,
  /** False: it is read only. */
  canWrite: z.boolean(),
  /** What becomes of its boxes unless the person says; null: it has none. */
  boxes: boxesWish.nullable(),
})

/** What of a version a format does not hold. `count` null: it is not counted, or not counted yet. */
export const exchangeLossSchema = z.object({
  text: z.string(),
  count: z.int().nullable(),
  unit: z.enum(['object', 'label', 'image', 'sample', 'category']),
})

const splitCounts = z.object({ train: z.int(), val: z.int(), test: z.int(), none: z.int() })

export const exchangePlanSchema = z.object({
  /** Id of the version that was meant; null: what is there now. */
  version: sha256.nullable(),
  labels: z.int(),
  /** Images without a label that somebody made: they are not written. */
  unlabeled: z.int(),
  objects: z.int(),
  /** Of all images, for the way there. */
  imageBytes: z.number(),
  splits: z.object({ card: splitCounts, tags: splitCounts }),
  formats: z.array(
    z.object({
      id: formatId,
      /** Holes and parts make a difference here, and `exchange.plan` with `shapes` counts them. */
      needsShapes: z.boolean(),
      losses: z.array(exchangeLossSchema),
      /** Why nothing of this version can be written so; null when it can. */
      refused: errorInfoSchema.nullable(),
    }),
  ),
})

export const exportReportSchema = z.object({
  version: sha256.nullable(),
  format: formatId,
  labels: z.int(),
  files: z.int(),
  bytes: z.number(),
  unlabeled: z.int(),
  splits: splitCounts,
  /** How many, and the first of them by name. */
  leftOut: z.object({
    count: z.int(),
    first: z.array(z.object({ name: z.string(), error: errorInfoSchema })),
  }),
  proof: z.object({
    labels: z.int(),
    missing: z.int(),
    pixels: z.number(),
    differing: z.number(),
    objects: z.int(),
    worstIou: z.number().nullable(),
    meanIou: z.number().nullable(),
  }),
  /** Everything came back as the format can hold it. */
  isProven: z.boolean(),
  remarks: z.array(z.string()),
  /** What the folder or the archive is called; its way stays with the host. */
  name: z.string(),
  /** Where the page fetches the archive (`exportPath` of `data-plane.ts`); null where it lies in a folder of the person. */
  download: z.string().nullable(),
})

const outcome = z.object({
  image: z.string(),
  file: z.string(),
  kind: z.enum(['new', 'replaced', 'taken', 'same', 'twice']),
  objects: z.int(),
  /** Beside the mask. */
  shapes: z.int(),
  remarks: z.array(z.string()),
})

export const importReportSchema = z.object({
  format: formatId,
  dryRun: z.boolean(),
  counts: z.object({
    new: z.int(),
    replaced: z.int(),
    taken: z.int(),
    same: z.int(),
    twice: z.int(),
    /** Objects of those that are new or replaced. */
    objects: z.int(),
    problems: z.int(),
    /** Samples that cannot be shown and are kept whole. */
    carried: z.int(),
    /** Photographs that came in with their labels, or would. */
    images: z.int(),
    newCategories: z.int(),
  }),
  /** Beside the masks of those that are new or replaced, by their kinds. */
  shapes: z.object({ bbox: z.int(), polygon: z.int(), polyline: z.int(), point: z.int() }),
  /** What of them is read otherwise than it stands there, or left out, and in how many labels. */
  remarks: z.array(z.object({ text: z.string(), labels: z.int() })),
  /** At most so many of each kind as a person reads. */
  labels: z.array(outcome),
  problems: z.array(z.object({ file: z.string(), image: z.string().nullable(), reason: z.string() })),
  /** Names that are not in the library yet. */
  newCategories: z.array(z.string()),
  /** Names of the files that became, or would become, categories of other names. */
  mapped: categoryMap,
  /** Names of what is kept and not shown. */
  carried: z.array(z.string()),
})

const job = z.object({
  /** One after the other. */
  id: z.int(),
  kind: z.enum(['plan', 'export', 'look', 'import labels']),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  step: z.enum(['reading', 'writing', 'proving', 'finishing']),
  done: z.int(),
  /** Null: not known yet. */
  total: z.int().nullable(),
  format: formatId.nullable(),
  startedAt: epochMs,
  error: errorInfoSchema.nullable(),
})
export const exchangeStatusSchema = z.object({
  /** What runs, or what was done last; null when nothing was. */
  job: job.nullable(),
  /** Of the last export and the last import of this session. */
  exported: exportReportSchema.nullable(),
  imported: importReportSchema.nullable(),
})

export const splitPlanSchema = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('card') }),
  z.strictObject({ by: z.literal('tags') }),
  z.strictObject({ by: z.literal('none') }),
  z.strictObject({
    by: z.literal('shares'),
    /** Train, val and test, as they are to one another. */
    shares: z.tuple([z.int().min(0).max(10_000), z.int().min(0).max(10_000), z.int().min(0).max(10_000)]),
    seed: z.int(),
  }),
])

export const exchangeMethods = {
  'exchange.formats': method(none, z.object({ formats: z.array(exchangeFormatSchema) })),
  /**
   * What a version has that formats cannot hold, before anything is written. With `shapes`, every mask is looked at for
   * holes and parts. It makes way for any other job, another plan too, and rejects with `CANCELLED` then; `CONFLICT` while
   * another job runs.
   */
  'exchange.plan': method(
    z.strictObject({ version: version.default(null), shapes: z.boolean().default(false) }),
    exchangePlanSchema,
  ),
  /** Where to write to, as the person says in a dialog of the system; null: they did not, or there is no such dialog here. */
  'exchange.choosePlace': method(
    z.strictObject({ kind: z.enum(['folder', 'zip']), name: z.string().min(1).max(200) }),
    z.object({ place: z.object({ id: z.uuid(), name: z.string(), path: z.string() }).nullable() }),
  ),
  /**
   * Writes the labels of a version, reads them back, and answers what came of it. `place`: of `exchange.choosePlace`; null:
   * an archive that the page fetches, kept until the next one. Goes on when the caller leaves; `exchange.stop` stops it,
   * and then nothing is left of it. `CONFLICT` while another job runs.
   */
  'exchange.export': method(
    z.strictObject({
      version: version.default(null),
      format: formatId,
      images: z.boolean().default(true),
      splits: splitPlanSchema.default({ by: 'card' }),
      place: z.uuid().nullable().default(null),
    }),
    exportReportSchema,
  ),
  /** Shows what was exported last in the file manager. `NOT_FOUND` where there is none, or nothing was. */
  'exchange.show': method(none, z.object({})),

  /**
   * Begins to take files of labels, which come by `uploadPath`; what an earlier beginning took goes. They are gone when
   * they are discarded, when the host ends, and, if it was killed, when it opens the next time.
   */
  'exchange.receive': method(none, z.object({ upload: z.uuid() })),
  'exchange.discard': method(z.strictObject({ upload: z.uuid() }), z.object({})),
  /** The formats that what was taken can be of. `problem`: why it is of none, as far as that can be told. */
  'exchange.recognise': method(
    z.strictObject({ upload: z.uuid() }),
    z.object({
      formats: z.array(formatId),
      files: z.int(),
      bytes: z.number(),
      problem: errorInfoSchema.nullable(),
    }),
  ),
  /**
   * Brings what was taken to the images of the library, with the photographs among it before, or with `dryRun` only says what would come. Otherwise as
   * `exchange.export`: what was brought when it is stopped stays.
   */
  'exchange.importLabels': method(
    z.strictObject({
      upload: z.uuid(),
      /** Null: found out from the files. */
      format: formatId.nullable().default(null),
      dryRun: z.boolean(),
      /** Also where an image has a label; what it was stays among its states. */
      replace: z.boolean().default(false),
      /** For labels of formats that do not say how far they have come. */
      status: statusSchema.default('in progress'),
      /** Null: as the format does it. */
      boxes: boxesWish.nullable().default(null),
      /** Names of the files, and the categories they are to become. `NOT_FOUND` where one is not there. */
      map: categoryMap.max(10_000).default([]),
    }),
    importReportSchema,
  ),

  'exchange.status': method(none, exchangeStatusSchema),
  'exchange.stop': method(none, exchangeStatusSchema),
} as const

export type ExchangeFormat = z.infer<typeof exchangeFormatSchema>
export type ExchangePlan = z.infer<typeof exchangePlanSchema>
export type ExchangeLoss = z.infer<typeof exchangeLossSchema>
export type ExchangeStatus = z.infer<typeof exchangeStatusSchema>
export type ExchangeJob = NonNullable<ExchangeStatus['job']>
export type ExportOutcome = z.infer<typeof exportReportSchema>
export type ImportOutcomes = z.infer<typeof importReportSchema>
