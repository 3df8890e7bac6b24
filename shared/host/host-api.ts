import { z } from 'zod'
import { cardChangeSchema, cardSchema, splitSchema } from '../dataset/card.ts'
import { sampleFilterSchema, sampleSortSchema } from '../dataset/sample-filter.ts'
import { categoryNameSchema, categorySchema, colorSchema, labelObjectSchema } from '../label/ontology.ts'
import { statusSchema } from '../label/status.ts'
import { epochMs, errorInfoSchema, method, none, sampleId, sha256 } from './method.ts'
import {
  artifactRoleSchema,
  changesSchema,
  countsSchema,
  jobKindSchema,
  md5Hex,
  versionMethods,
  versionSchema,
} from './version-methods.ts'

export { artifactRoleSchema, errorInfoSchema, versionSchema }

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
  z.object({ kind: z.literal('parked'), error: errorInfoSchema }),
])
export const outboxEntrySchema = z.object({
  version: sha256,
  versionNumber: z.int(),
  role: artifactRoleSchema,
  digest: md5Hex,
  delivery: deliverySchema,
})

export const syncStatusSchema = z.object({
  /** False until base URL, entity, project and a key are known. */
  configured: z.boolean(),
  online: z.enum(['unknown', 'online', 'offline']),
  running: z
    .object({
      step: z.string(),
      filesDone: z.int(),
      filesTotal: z.int(),
      bytesDone: z.number(),
      bytesTotal: z.number(),
    })
    .nullable(),
  entries: z.array(outboxEntrySchema),
  /** Newest last; plain sentences, at most 200. */
  log: z.array(z.object({ at: epochMs, text: z.string() })),
})

export const settingsSchema = z.object({
  author: z.string().max(200),
  wandb: z.object({
    baseUrl: z.string().max(2000),
    entity: z.string().max(200),
    project: z.string().max(128),
    /** Push by itself after a commit and when a connection comes back. */
    autoPush: z.boolean(),
  }),
})
export const keyStateSchema = z.object({
  /** Where the key lives: `memory` is gone when the app closes; `file` only when the person asked for it. */
  source: z.enum(['none', 'environment', 'keyring', 'memory', 'file']),
  last4: z.string().nullable(),
})

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

  'categories.list': method(none, z.array(categorySchema)),
  'categories.create': method(
    z.strictObject({
      name: categoryNameSchema,
      color: colorSchema.optional(),
      hasInstances: z.boolean().default(true),
    }),
    categorySchema,
  ),
  'categories.update': method(
    z.strictObject({
      id: z.int(),
      name: categoryNameSchema.optional(),
      color: colorSchema.optional(),
      hasInstances: z.boolean().optional(),
    }),
    categorySchema,
  ),

  /** Replays a journal first, if a crash left one. */
  'label.open': method(z.strictObject({ sampleId }), labelStateSchema),
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

  'settings.get': method(none, z.object({ settings: settingsSchema, wandbKey: keyStateSchema })),
  'settings.set': method(
    z.strictObject({
      author: settingsSchema.shape.author.optional(),
      wandb: settingsSchema.shape.wandb.partial().optional(),
    }),
    z.object({ settings: settingsSchema, wandbKey: keyStateSchema }),
  ),
  /** The key goes in here and never comes out. `keep`: until the app closes, in the system's keyring, or in a 0600 file. */
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
          ...settingsSchema.shape.wandb.omit({ autoPush: true }).shape,
          key: z.string().trim().min(1).max(4000).optional(),
        })
        .optional(),
    }),
    z.object({ username: z.string(), entity: z.string().nullable(), teams: z.array(z.string()) }),
  ),

  'sync.status': method(none, syncStatusSchema),
  /** Sends what is owed, or joins the push that runs. Answers when nothing more can be sent now; goes on when the caller leaves. */
  'sync.push': method(none, syncStatusSchema),
  'sync.cancel': method(none, syncStatusSchema),
  /** Makes a parked delivery wait again. */
  'sync.retry': method(z.strictObject({ version: sha256, role: artifactRoleSchema }), syncStatusSchema),
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
  z.object({ type: z.literal('versions.changed') }),
  /** How far restoring, switching or merging has come, in samples. */
  z.object({
    type: z.literal('versions.progress'),
    job: z.int(),
    kind: jobKindSchema,
    done: z.int(),
    total: z.int(),
  }),
  z.object({ type: z.literal('settings.changed') }),
  z.object({ type: z.literal('sync.changed'), status: syncStatusSchema }),
  z.object({ type: z.literal('notice'), notice: noticeSchema }),
])
export type HostEvent = z.infer<typeof hostEventSchema>

export type Sample = z.infer<typeof sampleSchema>
export type LabelState = z.infer<typeof labelStateSchema>
export type SaveResult = z.infer<typeof saveResultSchema>
export type ImportOutcome = z.infer<typeof importOutcomeSchema>
export type Version = z.infer<typeof versionSchema>
export type VersionDraft = HostOutput<'versions.draft'>
export type Delivery = z.infer<typeof deliverySchema>
export type OutboxEntry = z.infer<typeof outboxEntrySchema>
export type ArtifactRole = z.infer<typeof artifactRoleSchema>
export type SyncStatus = z.infer<typeof syncStatusSchema>
export type Settings = z.infer<typeof settingsSchema>
export type KeyState = z.infer<typeof keyStateSchema>
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
