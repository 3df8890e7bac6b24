import { z } from 'zod'
import { cardChangeSchema, cardSchema, splitSchema } from '../dataset/card.ts'
import { sampleFilterSchema, sampleSortSchema } from '../dataset/sample-filter.ts'
import { attributesSchema } from '../label/attributes.ts'
import {
  categoryNameSchema,
  categorySchema,
  colorSchema,
  datasetRulesSchema,
  descriptionSchema,
  labelObjectSchema,
  ontologySchema,
} from '../label/ontology.ts'
import { statusSchema } from '../label/status.ts'
import { carriedMethods } from './carried-methods.ts'
import { exchangeMethods, exchangeStatusSchema } from './exchange-methods.ts'
import { lineageMethods, lineageProgressSchema } from './lineage-methods.ts'
import { epochMs, errorInfoSchema, method, none, sampleId, sha256 } from './method.ts'
import { pullMethods, pullStatusSchema, remoteAheadSchema } from './pull-methods.ts'
import { segmentsAccountMethods, segmentsSettingsSchema } from './segments-account-methods.ts'
import { segmentsMethods, segmentsStatusSchema } from './segments-methods.ts'
import { keyStateSchema, networkSchema, routeSchema } from './server-schemas.ts'
import { syncLineSchema } from './sync-line.ts'
import {
  artifactRoleSchema,
  changesSchema,
  countsSchema,
  jobKindSchema,
  md5Hex,
  versionMethods,
  versionSchema,
} from './version-methods.ts'

export { artifactRoleSchema, errorInfoSchema, syncLineSchema, versionSchema }

/**
 * The only door between the face and the host: every method with the schema of its input and of its answer.
 * Inputs are parsed by the host on every call. Everything here survives JSON.
 * Pixels, thumbnails and label maps go through the data plane (`data-plane.ts`).
 */

/** Something the person should know though nothing they asked for failed. `key` is stable, so the same one shows once. */
export const noticeSchema = z.object({
  key: z.string(),
  severity: z.enum(['info', 'warning', 'error']),
  error: errorInfoSchema,
})

export const sampleSchema = z.object({
  id: sampleId,
  /** Unique in the library; may hold `/` when a folder was imported. */
  name: z.string(),
  /** Pixels as displayed: EXIF orientation applied. */
  width: z.int(),
  height: z.int(),
  format: z.enum(['jpeg', 'png', 'webp', 'tiff', 'avif', 'gif']),
  bytes: z.int(),
  imageDigest: sha256,
  status: statusSchema,
  objectCount: z.int(),
  labeledPixels: z.int(),
  headRevision: sha256.nullable(),
  /** Saved states that no longer descend from one another: more than one head needs a person. */
  hasSiblings: z.boolean(),
  addedAt: epochMs,
  /** When label or card last changed. */
  modifiedAt: epochMs,
  /** Who saved the label that is shown, and when; null when nothing was saved. */
  savedBy: z.string().nullable(),
  savedAt: epochMs.nullable(),
  /** Of its card, as far as a list shows it. */
  tags: z.array(z.string()),
  split: splitSchema.nullable(),
  priority: z.int(),
  issues: z.int(),
  openIssues: z.int(),
  cardDigest: sha256.nullable(),
  trashedAt: epochMs.nullable(),
})

export const labelStateSchema = z.object({
  sampleId,
  /** The revision the state was read from; null when nothing was ever saved. Its pixels: `labelPixelsPath`. */
  revision: sha256.nullable(),
  width: z.int(),
  height: z.int(),
  status: statusSchema,
  objects: z.array(labelObjectSchema),
  nextObjectId: z.int(),
  /** Boxes, polygons, lines and points beside the mask; left out when there are none. They are at `labelShapesPath`. */
  shapes: sha256.optional(),
  /** Edits that a crash had left in the journal and that this revision brought back. */
  restoredEdits: z.int(),
  /** Saved states beside this one that it does not descend from, newest first. A person has to choose between them. */
  siblings: z.array(
    z.object({ revision: sha256, createdAt: epochMs, tool: z.string(), status: statusSchema }),
  ),
})

export const saveResultSchema = z.object({
  /** `sibling`: the head had moved, so this state was kept beside it and a person has to choose. */
  kind: z.enum(['saved', 'unchanged', 'sibling']),
  revision: sha256,
  head: sha256,
  savedAt: epochMs,
})

/** What can be done to many samples at once. */
export const sampleChangeSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('status'), status: statusSchema }),
  z.strictObject({ kind: z.literal('card'), change: cardChangeSchema }),
  z.strictObject({ kind: z.literal('trash') }),
  z.strictObject({ kind: z.literal('restore') }),
])
export type SampleChange = z.infer<typeof sampleChangeSchema>

export const importOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('added'),
    file: z.string(),
    sample: sampleSchema,
    renamedFrom: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('duplicate'),
    file: z.string(),
    existing: z.string(),
    /** The one that is there lies in the trash. */
    inTrash: z.boolean().optional(),
  }),
  z.object({ kind: z.literal('rejected'), file: z.string(), error: errorInfoSchema }),
])

/** Where one artifact of one version stands on its way to the remote. */
export const deliverySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('waiting'),
    failures: z.int(),
    notBefore: epochMs,
    lastError: errorInfoSchema.nullable(),
  }),
  z.object({ kind: z.literal('sending') }),
  z.object({
    kind: z.literal('sent'),
    remoteVersion: z.string(),
    url: z.string().nullable(),
    sentAt: epochMs,
  }),
  /** Goes only when a person says so: after an error, or because they set it aside (then without one). */
  z.object({ kind: z.literal('parked'), error: errorInfoSchema.nullable() }),
])
export const outboxEntrySchema = z.object({
  version: sha256,
  versionNumber: z.int(),
  role: artifactRoleSchema,
  /** Null until it is worked out; nothing is sent before. */
  digest: md5Hex.nullable(),
  /** All of it; what the server has already is not sent. */
  files: z.int(),
  bytes: z.number(),
  /** Waits for this one before it: order within a kind, images before labels. */
  behind: z.object({ versionNumber: z.int(), role: artifactRoleSchema }).nullable(),
  delivery: deliverySchema,
})

export const syncStatusSchema = z.object({
  /** False until base URL, entity, project and a key are known. */
  configured: z.boolean(),
  online: z.enum(['unknown', 'online', 'offline']),
  /** A person holds sending: what runs waits where it is, and nothing begins by itself. */
  paused: z.boolean(),
  running: z
    .object({
      version: sha256,
      role: artifactRoleSchema,
      step: z.string(),
      filesDone: z.int(),
      filesTotal: z.int(),
      bytesDone: z.number(),
      bytesTotal: z.number(),
    })
    .nullable(),
  entries: z.array(outboxEntrySchema),
  /** What happens by itself next, and when; null when nothing does. */
  next: z.object({ at: epochMs, what: z.enum(['probe', 'retry', 'schedule']) }).nullable(),
  /** Newest last, at most 200. More are on disk: `sync.log`. */
  log: z.array(syncLineSchema),
})

export const settingsSchema = z.object({
  author: z.string().max(200),
  wandb: z.object({
    baseUrl: z.string().max(2000),
    entity: z.string().max(200),
    project: z.string().max(128),
    /** Push by itself after a commit and when a connection comes back. */
    autoPush: z.boolean(),
    /** Send the images of labeled data as bytes, not as references into raw data. The digest is the same. */
    embedImages: z.boolean(),
    /** Send what waits at such distances too, whether or not `autoPush`. */
    every: z.enum(['off', '15min', 'hour', 'day']),
    /** The person agrees that key and data go unencrypted to a server that is not this computer. */
    allowHttp: z.boolean(),
  }),
  segments: segmentsSettingsSchema,
  network: networkSchema,
})
const settingsAnswer = z.object({ settings: settingsSchema, wandbKey: keyStateSchema, route: routeSchema })
const placeSchema = settingsSchema.shape.wandb.pick({ baseUrl: true, entity: true, project: true })

/** One change of the objects of a category over many samples. */
export const categoryJobSchema = z.object({
  id: z.int(),
  from: z.object({ id: z.int(), name: z.string() }),
  /** Null: the pixels became unlabeled. */
  to: z.object({ id: z.int(), name: z.string() }).nullable(),
  remove: z.boolean(),
  /** `stopped`: can be finished. `undoing`: is being taken back, or that was stopped and can be gone on with. */
  state: z.enum(['running', 'stopped', 'done', 'undoing', 'undone']),
  /** Samples looked at, of how many, in this run. */
  done: z.int(),
  total: z.int(),
  /** Samples with another label now; after `takeBack`, samples put back. */
  changed: z.int(),
  /** Only of the run that just ended: objects that were locked and stay, samples that failed, samples left as they are. */
  locked: z.array(z.object({ sampleId, name: z.string(), objects: z.int() })),
  failed: z.array(z.object({ sampleId, error: errorInfoSchema })),
  left: z.int(),
  /** The category is out of use. */
  removed: z.boolean(),
  author: z.string(),
  createdAt: epochMs,
})

/** What can be said of a category besides its name. */
const categoryFields = {
  color: colorSchema.optional(),
  hasInstances: z.boolean().optional(),
  description: descriptionSchema.optional(),
  isVoid: z.boolean().optional(),
  attributes: attributesSchema.optional(),
}

export const hostMethods = {
  'app.info': method(
    none,
    z.object({
      version: z.string(),
      host: z.enum(['desktop', 'browser']),
      /** Name of the library's folder, without its path. */
      libraryName: z.string(),
      libraryId: z.string(),
      readOnly: z.boolean(),
      notices: z.array(noticeSchema),
    }),
  ),

  /** In the order of adding. `after` is the last id of the page before. */
  'samples.list': method(
    z.strictObject({
      after: sampleId.nullable().default(null),
      limit: z.int().min(1).max(5000).default(1000),
    }),
    z.object({ samples: z.array(sampleSchema), total: z.int(), byStatus: z.record(z.string(), z.int()) }),
  ),
  /**
   * Fixes the order of the samples that a filter lets through; windows of it are read by position. It stays as it is,
   * whatever happens to the samples, until many other queries were asked.
   */
  'samples.query': method(
    z.strictObject({
      filter: sampleFilterSchema.default([]),
      sort: sampleSortSchema.default({ by: 'added', reversed: false }),
      /** What is in the trash, instead of what is not. */
      trash: z.boolean().default(false),
      /** What is selected: samples, or all of an earlier query. The answer says how many the filter hides. */
      selected: z
        .union([
          z.strictObject({ ids: z.array(sampleId).max(5000) }),
          z.strictObject({ query: z.string().max(100) }),
        ])
        .optional(),
    }),
    z.object({
      query: z.string(),
      total: z.int(),
      /** All samples, or all in the trash. */
      outOf: z.int(),
      /** How many in the trash. */
      trashed: z.int(),
      /** How many of `selected` are not among them. */
      hidden: z.int(),
      /** Of those that the filter without its conditions about the status lets through. */
      byStatus: z.record(z.string(), z.int()),
    }),
  ),
  /** The samples from a position on; null stands for one that was removed for good. `NOT_FOUND`: ask the query again. */
  'samples.window': method(
    z.strictObject({ query: z.string().max(100), from: z.int().min(0), limit: z.int().min(1).max(500) }),
    z.object({ samples: z.array(sampleSchema.nullable()) }),
  ),
  /** The ids from a position on: for a selection that is larger than what is shown. */
  'samples.ids': method(
    z.strictObject({ query: z.string().max(100), from: z.int().min(0), limit: z.int().min(1).max(20_000) }),
    z.object({ ids: z.array(sampleId) }),
  ),
  /**
   * Objects of a category over the samples of a query, from a position on; as many as were found in a moment. `next` is
   * the position to go on from, null at the end.
   */
  'objects.list': method(
    z.strictObject({ query: z.string().max(100), categoryId: z.int().min(1), from: z.int().min(0) }),
    z.object({
      objects: z.array(
        z.object({
          sampleId,
          revision: sha256,
          name: z.string(),
          imageDigest: sha256,
          /** Pixels as displayed. */
          image: z.object({ width: z.int(), height: z.int() }),
          id: z.int(),
          pixels: z.int(),
          /** x0, y0, x1, y1 in image pixels, the last two exclusive. */
          bounds: z.tuple([z.int(), z.int(), z.int(), z.int()]),
          /** The object within its bounds: bits row by row, most significant first, in base64. */
          mask: z.object({ width: z.int(), height: z.int(), bits: z.string() }),
        }),
      ),
      next: z.int().nullable(),
    }),
  ),
  /** How samples stand to the last version: what it does not have is new. Empty while there is no version. */
  'samples.marks': method(
    z.strictObject({ ids: z.array(sampleId).max(500) }),
    z.object({ marks: z.array(z.enum(['new', 'changed', 'same'])) }),
  ),
  /** Where a sample stands in a query; null when it does not. */
  'samples.position': method(
    z.strictObject({ query: z.string().max(100), id: sampleId }),
    z.object({ position: z.int().nullable() }),
  ),
  /**
   * Does one thing to many samples. What fails for one does not stop the others; `undo` takes back what was done, as long
   * as nobody else has changed the same since.
   */
  'samples.change': method(
    z.strictObject({ ids: z.array(sampleId).min(1).max(1000), change: sampleChangeSchema }),
    z.object({
      changed: z.int(),
      failed: z.array(z.object({ id: sampleId, error: errorInfoSchema })),
      undo: z.string().nullable(),
    }),
  ),
  'samples.undo': method(
    z.strictObject({ undo: z.string().max(100) }),
    z.object({ restored: z.int(), skipped: z.int() }),
  ),
  /** Removes what is in the trash for good; without `ids`, all of it. Bytes that a version needs stay. */
  'trash.empty': method(
    z.strictObject({ ids: z.array(sampleId).max(1000).optional() }),
    z.object({ removed: z.int(), bytes: z.number() }),
  ),
  /** Tags and keys of metadata that are in use, most used first. */
  'cards.words': method(
    none,
    z.object({
      tags: z.array(z.object({ tag: z.string(), count: z.int() })),
      keys: z.array(z.object({ key: z.string(), count: z.int() })),
    }),
  ),
  'cards.get': method(z.strictObject({ sampleId }), cardSchema),
  'cards.change': method(z.strictObject({ sampleId, change: cardChangeSchema }), cardSchema),
  'samples.get': method(z.strictObject({ id: sampleId }), sampleSchema),
  /** `review`: by somebody who judges the label and did not draw it. */
  'samples.setStatus': method(
    z.strictObject({ id: sampleId, status: statusSchema, review: z.boolean().optional() }),
    saveResultSchema,
  ),
  /** Puts the sample images that come with Tessera into the library. */
  'samples.addExamples': method(none, z.object({ outcomes: z.array(importOutcomeSchema) })),

  /** In the order of the number keys. */
  'categories.list': method(none, z.array(categorySchema)),
  'categories.create': method(
    z.strictObject({ name: categoryNameSchema, ...categoryFields, hasInstances: z.boolean().default(true) }),
    categorySchema,
  ),
  /** An empty description or list of attributes takes it away; so does `isVoid: false`. */
  'categories.update': method(
    z.strictObject({ id: z.int(), name: categoryNameSchema.optional(), ...categoryFields }),
    categorySchema,
  ),
  /** Puts these first, in this order; the others follow as they are. */
  'categories.order': method(
    z.strictObject({ ids: z.array(z.int()).min(1).max(4096) }),
    z.array(categorySchema),
  ),
  'ontology.rules': method(none, datasetRulesSchema),
  'ontology.setRules': method(z.strictObject(datasetRulesSchema.partial().shape), datasetRulesSchema),
  /** `ontology.json` as it is now. */
  'ontology.text': method(none, z.object({ text: z.string() })),
  /** What the categories of a file would bring; with `apply`, they are there. `mode`: whose word counts for those that are there by name. */
  'ontology.add': method(
    z.strictObject({
      text: z.string().max(1024 * 1024),
      mode: z.enum(['keep', 'update']).default('keep'),
      apply: z.boolean(),
    }),
    z.object({
      added: z.array(categorySchema),
      changed: z.array(z.object({ category: categorySchema, fields: z.array(z.string()) })),
      kept: z.array(z.string()),
      rules: datasetRulesSchema,
      imageAttributes: z.array(z.string()),
      remarks: z.array(z.string()),
    }),
  ),
  /**
   * Takes back what changed an ontology from `before` to `after`. What was changed again since stays, and so does a
   * category that has objects by now: `left` names them.
   */
  'ontology.restore': method(
    z.strictObject({ before: ontologySchema, after: ontologySchema }),
    z.object({ restored: z.int(), left: z.array(z.string()) }),
  ),

  /** How many samples have how many objects of a category, those in the trash too. */
  'categories.uses': method(
    z.strictObject({ id: z.int() }),
    z.object({ samples: z.int(), objects: z.int() }),
  ),
  /**
   * Gives all objects of `from` another category, or makes their pixels unlabeled (`to` null), on every sample or on those
   * of `only`; with `remove` the category goes when none is left. Answers when it is done or was stopped, and goes on when
   * the caller leaves. `CONFLICT` while another job runs.
   */
  'categories.move': method(
    z.strictObject({
      from: z.int(),
      to: z.int().nullable(),
      remove: z.boolean().default(false),
      /** There are no objects of it, as far as who asks knows; `CONFLICT` when there are, and nothing is changed. */
      unused: z.boolean().optional(),
      only: z.strictObject({ ids: z.array(sampleId).min(1).max(100_000) }).optional(),
    }),
    categoryJobSchema,
  ),
  /** The latest first: those that can be finished or taken back. */
  'categories.jobs': method(none, z.array(categoryJobSchema)),
  /** Does what is left of a job that was stopped. Answers like `categories.move`. */
  'categories.finish': method(z.strictObject({ job: z.int() }), categoryJobSchema),
  /** Puts every label that a job changed back to what it was, where nobody changed it since. Answers like `categories.move`. */
  'categories.takeBack': method(z.strictObject({ job: z.int() }), categoryJobSchema),
  /** Stops what runs after the sample it is at. */
  'categories.stop': method(none, z.object({})),

  /**
   * Replays a journal first, if a crash left one. `peek`: the label is not shown to anybody, so that who opens it next is
   * still told of the edits that came back.
   */
  'label.open': method(z.strictObject({ sampleId, peek: z.boolean().optional() }), labelStateSchema),
  /** The saved states of a sample, newest first; `isHead` marks the one shown. */
  'label.revisions': method(
    z.strictObject({ sampleId }),
    z.array(
      z.object({
        revision: sha256,
        parents: z.array(sha256),
        createdAt: epochMs,
        tool: z.string(),
        author: z.string(),
        status: statusSchema,
        isHead: z.boolean(),
      }),
    ),
  ),
  /** The objects of one of the saved states; its pixels: `labelPixelsPath`. */
  'label.objects': method(
    z.strictObject({ sampleId, revision: sha256 }),
    z.object({ objects: z.array(labelObjectSchema) }),
  ),
  /** Settles siblings: makes the chosen state the head, as a new revision whose parents are all of them. */
  'label.choose': method(z.strictObject({ sampleId, revision: sha256 }), saveResultSchema),

  'versions.list': method(none, z.array(versionSchema)),
  /** What a commit would record now. */
  'versions.draft': method(
    none,
    z.object({
      canCommit: z.boolean(),
      counts: countsSchema,
      changes: changesSchema,
      suggestedMessage: z.string(),
    }),
  ),
  /** `version` is null, and nothing is written, when nothing changed since the last one. */
  'versions.commit': method(
    z.strictObject({ message: z.string().max(4000) }),
    z.object({ version: versionSchema.nullable() }),
  ),

  ...versionMethods,
  ...pullMethods,
  ...carriedMethods,
  ...lineageMethods,
  ...segmentsMethods,
  ...segmentsAccountMethods,
  ...exchangeMethods,

  'settings.get': method(none, settingsAnswer),
  'settings.set': method(
    z.strictObject({
      author: settingsSchema.shape.author.optional(),
      wandb: settingsSchema.shape.wandb.partial().optional(),
      segments: segmentsSettingsSchema.partial().optional(),
      network: settingsSchema.shape.network.partial().optional(),
    }),
    settingsAnswer,
  ),
  /** For the server of the settings; another server never gets it. The key goes in here and never comes out. `keep`: until the app closes, in the system's keyring, or in a 0600 file. */
  'secrets.setWandbKey': method(
    z.strictObject({ key: z.string().trim().min(1).max(4000), keep: z.enum(['session', 'keyring', 'file']) }),
    keyStateSchema,
  ),
  'secrets.clearWandbKey': method(none, keyStateSchema),
  /** Asks the server who the key belongs to. `draft` is used for this one call and stored nowhere; without a key, the stored one. */
  'wandb.check': method(
    z.strictObject({
      draft: z
        .strictObject({
          ...placeSchema.shape,
          allowHttp: z.boolean().optional(),
          network: settingsSchema.shape.network.optional(),
          key: z.string().trim().min(1).max(4000).optional(),
        })
        .optional(),
    }),
    z.object({ username: z.string(), entity: z.string().nullable(), teams: z.array(z.string()) }),
  ),
  /** What a link to another place would mean: what is there already by our receipts, and what would be owed. Asks no server. */
  'wandb.plan': method(
    z.strictObject(placeSchema.shape),
    z.object({
      isCurrent: z.boolean(),
      /** Artifacts that this place confirmed. */
      sent: z.int(),
      owed: z.object({
        artifacts: z.int(),
        /** Different contents; each is sent once. `isExact` is false when there were too many to count: then at most. */
        files: z.int(),
        bytes: z.number(),
        isExact: z.boolean(),
      }),
      /** Whether there is a key for that server. */
      hasKey: z.boolean(),
    }),
  ),
  /** Ends the link: sending stops and the key may go. Versions, labels and receipts stay. */
  'wandb.unlink': method(
    z.strictObject({ forgetKey: z.boolean() }),
    z.object({ receipts: z.int(), keySource: keyStateSchema.shape.source }),
  ),

  'sync.status': method(none, syncStatusSchema),
  /** Sends what is owed, or joins the push that runs. Answers when nothing more can be sent now; goes on when the caller leaves. */
  'sync.push': method(none, syncStatusSchema),
  'sync.cancel': method(none, syncStatusSchema),
  /** Holds sending where it is, until `sync.resume` or `sync.push`; also when the library is opened again. */
  'sync.pause': method(none, syncStatusSchema),
  'sync.resume': method(none, syncStatusSchema),
  /** Makes a parked delivery wait again. */
  'sync.retry': method(z.strictObject({ version: sha256, role: artifactRoleSchema }), syncStatusSchema),
  /** Sets one aside until `sync.retry`. `CONFLICT` while it is being sent. */
  'sync.park': method(z.strictObject({ version: sha256, role: artifactRoleSchema }), syncStatusSchema),
  /** The network may have changed: looks whether the server can be reached, if anything is sent by itself at all. */
  'sync.hint': method(none, z.object({})),
  /** What happened, newest last, as far as it is kept. */
  'sync.log': method(
    z.strictObject({ limit: z.int().min(1).max(5000).default(1000) }),
    z.object({ lines: z.array(syncLineSchema) }),
  ),
} as const

export type HostMethod = keyof typeof hostMethods
/** What a caller writes (defaults may be left out). */
export type HostInput<M extends HostMethod> = z.input<(typeof hostMethods)[M]['input']>
/** What a handler receives (parsed). */
export type HostArgs<M extends HostMethod> = z.output<(typeof hostMethods)[M]['input']>
export type HostOutput<M extends HostMethod> = z.output<(typeof hostMethods)[M]['output']>
export type HostHandlers = {
  [M in HostMethod]: (args: HostArgs<M>, signal: AbortSignal) => Promise<HostOutput<M>>
}

/** News from the host. Stores refresh what they show; no event carries what a method would refuse. */
export const hostEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('samples.changed') }),
  z.object({ type: z.literal('card.changed'), sampleId }),
  z.object({ type: z.literal('label.saved'), sampleId, revision: sha256 }),
  z.object({ type: z.literal('categories.changed') }),
  z.object({ type: z.literal('categories.job'), job: categoryJobSchema }),
  z.object({ type: z.literal('versions.changed') }),
  /** How far restoring, switching or merging has come, in samples. */
  z.object({
    type: z.literal('versions.progress'),
    job: z.int(),
    kind: jobKindSchema,
    done: z.int(),
    total: z.int(),
  }),
  /** What is known of lineage grew, or asking the server went on; null: it is not being asked. */
  z.object({ type: z.literal('lineage.changed'), running: lineageProgressSchema.nullable() }),
  z.object({ type: z.literal('settings.changed') }),
  z.object({ type: z.literal('sync.changed'), status: syncStatusSchema }),
  z.object({ type: z.literal('pull.changed'), status: pullStatusSchema }),
  z.object({ type: z.literal('remote.changed'), ahead: remoteAheadSchema }),
  z.object({ type: z.literal('segments.changed'), status: segmentsStatusSchema }),
  z.object({ type: z.literal('exchange.changed'), status: exchangeStatusSchema }),
  z.object({ type: z.literal('notice'), notice: noticeSchema }),
])
export type HostEvent = z.infer<typeof hostEventSchema>

export type Sample = z.infer<typeof sampleSchema>
export type LabelState = z.infer<typeof labelStateSchema>
export type SaveResult = z.infer<typeof saveResultSchema>
export type CategoryJob = z.infer<typeof categoryJobSchema>
export type ImportOutcome = z.infer<typeof importOutcomeSchema>
export type Version = z.infer<typeof versionSchema>
export type VersionDraft = HostOutput<'versions.draft'>
export type Delivery = z.infer<typeof deliverySchema>
export type OutboxEntry = z.infer<typeof outboxEntrySchema>
export type ArtifactRole = z.infer<typeof artifactRoleSchema>
export type SyncStatus = z.infer<typeof syncStatusSchema>
export type Settings = z.infer<typeof settingsSchema>
export type SyncLine = z.infer<typeof syncLineSchema>
export type RouteState = z.infer<typeof routeSchema>
export type KeyState = z.infer<typeof keyStateSchema>
export type { PullResult, PullStatus, RemoteAhead, RemoteArtifact, RemoteLook } from './pull-methods.ts'
export type Notice = z.infer<typeof noticeSchema>

/** What the face holds of its host, whatever carries it. */
export interface HostConnection {
  call<M extends HostMethod>(method: M, input: HostInput<M>, signal?: AbortSignal): Promise<HostOutput<M>>
  /** Returns the function that stops listening. */
  on(listener: (event: HostEvent) => void): () => void
  /** Data plane: `path` is one of `data-plane.ts`, relative to the page's origin. Rejects with AppError. */
  fetchData(
    path: string,
    init?: { method?: 'GET' | 'PUT' | 'POST'; body?: Blob; signal?: AbortSignal },
  ): Promise<Blob>
}
