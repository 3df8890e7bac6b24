import { z } from 'zod'
import { epochMs, errorInfoSchema, method, none, sha256 } from './method.ts'
import {
  artifactRoleSchema,
  askedSchema,
  consentSchema,
  mergeResultSchema,
  versionSchema,
} from './version-methods.ts'

/** What the door says of what others keep on the server: looking at it, and bringing it here. */

const placeSchema = {
  entity: z.string().trim().min(1).max(200),
  project: z.string().trim().min(1).max(128),
}
/** Lists come in pages: `after` is `next` of the page before. */
const after = z.string().max(1000).nullable().default(null)
const next = z.string().nullable()
const title = z.string().trim().min(1).max(500)

export const remoteArtifactSchema = z.object({
  /** What the server calls it; the same for ever. */
  id: z.string(),
  entity: z.string(),
  project: z.string(),
  collection: z.string(),
  type: z.string(),
  /** `v3`. */
  version: z.string(),
  index: z.int(),
  digest: z.string(),
  /** Newest first is by `index`; `latest` may be elsewhere. */
  aliases: z.array(z.string()),
  tags: z.array(z.string()),
  description: z.string(),
  files: z.number(),
  bytes: z.number(),
  createdAt: epochMs,
  createdBy: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.literal('run'),
        name: z.string(),
        title: z.string(),
        jobType: z.string().nullable(),
        url: z.string(),
      }),
      z.object({ kind: z.literal('user'), name: z.string() }),
    ])
    .nullable(),
  /** Where a person looks at it. */
  url: z.string(),
  /** The version of this library that it is; null: it was not made or pulled here. */
  versionHere: sha256.nullable(),
})

/** By its id, or as W&B writes it: `collection:v3`, `project/collection:alias`, `entity/project/collection`. */
const which = z.strictObject({ artifact: z.string().trim().min(1).max(1000) })

export const remoteLookSchema = z.object({
  artifact: remoteArtifactSchema,
  /**
   * `version`: one of ours, which comes with its history. `dataset`: laid out as ours, made or changed by another program;
   * it becomes a version. `images`: images, with masks or without; they are added to the dataset. `none`: nothing of it can
   * be used.
   */
  kind: z.enum(['version', 'dataset', 'images', 'none']),
  role: z.enum(['raw_data', 'labeled_data', 'history']).nullable(),
  /** Who made it, as it says itself; null for what is not ours. */
  source: z
    .object({
      libraryId: z.string(),
      versionId: sha256,
      number: z.int(),
      deviceId: z.string(),
      isThisLibrary: z.boolean(),
    })
    .nullable(),
  files: z.number(),
  bytes: z.number(),
  /** Of these, what need not be downloaded. */
  here: z.object({ files: z.number(), bytes: z.number() }),
  images: z.int(),
  /** Images with a mask. */
  labels: z.int(),
  /** Files that lie elsewhere and are not fetched, as storage of the person's own. */
  outside: z.int(),
  /** Versions that come with it and are not here yet. */
  versions: z.int(),
  /** It is of another dataset: a merge would bring two together that have no version in common. */
  isUnrelated: z.boolean(),
  /** Why it cannot be pulled; null when it can. */
  refused: errorInfoSchema.nullable(),
})

export const pullStatusSchema = z.object({
  /** The pull that runs, or the last one; `stopped`: asked for again, it goes on where it was. */
  job: z
    .object({
      state: z.enum(['running', 'stopped', 'failed', 'done']),
      /** `entity/project/collection:v3`. */
      source: z.string(),
      /** What to ask for again. */
      artifact: z.string(),
      as: z.enum(['auto', 'images']).default('auto'),
      step: z.string(),
      filesDone: z.int(),
      filesTotal: z.int(),
      bytesDone: z.number(),
      bytesTotal: z.number(),
      error: errorInfoSchema.nullable(),
      /** What `error` asks, to be answered with `confirmed`; null: it asks nothing. */
      asks: askedSchema.nullable().default(null),
      startedAt: epochMs,
    })
    .nullable(),
})

export const pullResultSchema = z.object({
  /**
   * `clone`: the empty library is the dataset at that version. `merged`: their versions are in the branch, see `merge`.
   * `imported`: images were added, and no version made yet. `none`: everything was here already.
   */
  kind: z.enum(['clone', 'merged', 'imported', 'none']),
  downloaded: z.object({ files: z.int(), bytes: z.number() }),
  /** Versions that were not here. */
  versions: z.array(versionSchema),
  /** Where the branch stands. */
  version: versionSchema.nullable(),
  merge: mergeResultSchema.nullable(),
  imported: z
    .object({
      added: z.int(),
      duplicates: z.int(),
      labels: z.int(),
      /** What could not be used of it: images that are none, masks that do not fit. */
      refused: z.array(z.object({ file: z.string(), error: errorInfoSchema })),
    })
    .nullable(),
})

/** How the server stands to this library. */
export const remoteAheadSchema = z.object({
  /** When the server was last asked; null: not in this session. */
  checkedAt: epochMs.nullable(),
  /** Versions that others pushed and that are not here, newest last. */
  versions: z.array(
    z.object({
      /** Null: by another program. */
      versionId: sha256.nullable(),
      message: z.string(),
      author: z.string(),
      createdAt: epochMs,
      artifact: z.string(),
      collection: z.string(),
      remoteVersion: z.string(),
      /** Somebody is still sending it. */
      isUnfinished: z.boolean(),
      /** Of another dataset: it has no version in common with the branch. */
      isUnrelated: z.boolean(),
    }),
  ),
  collections: z.array(
    z.object({
      collection: z.string(),
      role: artifactRoleSchema.nullable(),
      /** The newest version there, and the newest there that is also here. */
      newest: z.string().nullable(),
      known: z.string().nullable(),
      isAhead: z.boolean(),
    }),
  ),
})

const uncommitted = z.enum(['refuse', 'commit']).default('refuse')
const message = z.string().max(4000).default('')
/** A merge may put unusually many images into the trash, replace unusually many labels, or join two datasets. */
const confirmed = consentSchema.optional()

export const pullMethods = {
  /** Whose projects the key may see, and what this library is linked to. Rejects like `wandb.check`. */
  'remote.entities': method(
    none,
    z.object({
      username: z.string(),
      entities: z.array(z.string()),
      linked: z.object({ entity: z.string(), project: z.string() }).nullable(),
    }),
  ),
  'remote.projects': method(
    z.strictObject({ entity: placeSchema.entity, after }),
    z.object({ projects: z.array(z.object({ name: z.string(), createdAt: epochMs })), next }),
  ),
  'remote.types': method(
    z.strictObject({ ...placeSchema, after }),
    z.object({ types: z.array(z.object({ name: z.string(), description: z.string() })), next }),
  ),
  'remote.collections': method(
    z.strictObject({ ...placeSchema, type: title, after }),
    z.object({
      collections: z.array(
        z.object({
          name: z.string(),
          type: z.string(),
          /** `links`: it holds versions that were born elsewhere. */
          kind: z.enum(['versions', 'links']),
          description: z.string(),
          tags: z.array(z.string()),
          createdAt: epochMs,
          updatedAt: epochMs.nullable(),
        }),
      ),
      next,
    }),
  ),
  /** Newest first. */
  'remote.versions': method(
    z.strictObject({ ...placeSchema, type: title, collection: title, after }),
    z.object({ versions: z.array(remoteArtifactSchema), next }),
  ),
  /** What a pull would bring, before anything is downloaded but lists. */
  'remote.look': method(which, remoteLookSchema),
  /**
   * Brings an artifact here; a second call for the same one joins the first. Goes on when the caller leaves; `pull.cancel`
   * stops it, and asked for again it goes on where it was. `CONFLICT`: another pull or job runs, or (told to `refuse`) there
   * is something that no version holds. `SYNC_FAILSAFE`: see `versions.merge`; the versions are here then, and not merged.
   */
  'remote.pull': method(
    z.strictObject({
      ...which.shape,
      /** `images`: adds images and labels to the dataset, whatever they come from. */
      as: z.enum(['auto', 'images']).default('auto'),
      uncommitted,
      message,
      confirmed,
    }),
    pullResultSchema,
  ),
  /** Brings everything here that others pushed to the linked project, and merges it. Otherwise as `remote.pull`. */
  'remote.pullAndMerge': method(z.strictObject({ uncommitted, message, confirmed }), pullResultSchema),
  'pull.status': method(none, pullStatusSchema),
  'pull.cancel': method(none, pullStatusSchema),
  /** What others pushed; `ask` asks the server, else what is known. */
  'remote.ahead': method(z.strictObject({ ask: z.boolean().default(false) }), remoteAheadSchema),
} as const

export type RemoteArtifact = z.infer<typeof remoteArtifactSchema>
export type RemoteLook = z.infer<typeof remoteLookSchema>
export type PullStatus = z.infer<typeof pullStatusSchema>
export type PullResult = z.infer<typeof pullResultSchema>
export type RemoteAhead = z.infer<typeof remoteAheadSchema>
