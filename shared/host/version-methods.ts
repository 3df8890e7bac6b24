import { z } from 'zod'
import { MAX_OBJECT_ID } from '../label/label-map.ts'
import { statusSchema } from '../label/status.ts'
import { epochMs, errorInfoSchema, method, none, sampleId, sha256 } from './method.ts'

/** What the door says of versions, their names, and what is done with them. */

export const md5Hex = z.string().regex(/^[0-9a-f]{32}$/)

export const countsSchema = z.object({
  samples: z.int(),
  labeled: z.int(),
  objects: z.int(),
  /** Labels with shapes beside the mask, and samples that are kept without being shown; left out for none. */
  shaped: z.int().optional(),
  carried: z.int().optional(),
})
export const changesSchema = z.object({
  added: z.int(),
  removed: z.int(),
  relabeled: z.int(),
  /** Samples with other tags, metadata, splits, priorities or issues than before. */
  recarded: z.int(),
  /** Kept samples that are not shown and came, changed or went; left out for none. */
  recarried: z.int().optional(),
  ontologyChanged: z.boolean(),
})

export const artifactRoleSchema = z.enum(['raw_data', 'labeled_data'])

export const versionSchema = z.object({
  id: sha256,
  /** 1, 2, 3 … in the order of commits. */
  number: z.int(),
  message: z.string(),
  author: z.string(),
  createdAt: epochMs,
  parents: z.array(sha256),
  counts: countsSchema,
  changes: changesSchema,
  /**
   * `index` counts the distinct manifests of that role in this library: 0, 1, … `digest` is W&B's artifact digest; null
   * until it is worked out, some time after the commit.
   */
  artifacts: z.array(
    z.object({
      role: artifactRoleSchema,
      index: z.int(),
      digest: md5Hex.nullable(),
      files: z.int(),
      bytes: z.number(),
    }),
  ),
})

/** A version as a person writes it: `7`, `v7`, the beginning of its id, a branch, an alias, `latest`. */
const versionText = z.string().trim().min(1).max(200)
const refName = z.string().trim().min(1).max(200)

export const jobKindSchema = z.enum(['restore', 'sample', 'switch', 'merge'])
const jobSchema = z.object({
  id: z.int(),
  kind: jobKindSchema,
  version: sha256,
  /** The branch that it leads to; null: the library stays on its own. */
  branch: z.string().nullable(),
  /** `stopped`: asked for again, it goes on. Until another one begins, it can be taken back. */
  state: z.enum(['running', 'stopped', 'done', 'undone']),
  author: z.string(),
  createdAt: epochMs,
})
const failedSchema = z
  .array(z.object({ id: sampleId.nullable(), name: z.string(), error: errorInfoSchema }))
  .readonly()
const jobResult = {
  /** What `versions.undo` takes back; null when nothing had to be done. */
  job: z.int().nullable(),
  /** Samples that are other than before. */
  changed: z.int(),
  failed: failedSchema,
  /** Left as they are, because somebody changed them while it ran; what was to be put there is in the version. */
  skipped: z.array(z.object({ id: sampleId.nullable(), name: z.string() })).readonly(),
  /** It was stopped on its way; asked for again, it goes on. */
  isStopped: z.boolean(),
  /** The version that was made of what was not committed. */
  committed: versionSchema.nullable(),
}
/** What becomes of changes that no version has; kept ones are saved states in the history of their samples. */
const uncommittedSchema = z.enum(['refuse', 'commit', 'keep']).default('refuse')

/** What two sides did to one label, and differently. Ids are those of the label that is shown; 0 is unlabeled. */
export const labelConflictSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pixels'), base: z.int(), mine: z.int(), theirs: z.int(), pixels: z.int() }),
  z.object({ kind: z.literal('locked'), object: z.int(), by: z.enum(['mine', 'theirs']), pixels: z.int() }),
  z.object({ kind: z.literal('deleted'), object: z.int(), by: z.enum(['mine', 'theirs']), pixels: z.int() }),
  z.object({
    kind: z.literal('field'),
    object: z.int(),
    field: z.string(),
    mine: z.unknown(),
    theirs: z.unknown(),
  }),
])
export const sampleConflictSchema = z.object({
  id: sampleId.nullable(),
  name: z.string(),
  /** Both labels are kept, and a person chooses; null: there was nothing to choose. */
  label: z.array(labelConflictSchema).readonly().nullable(),
  /** Fields of the card where mine stands. */
  card: z.array(z.string()).readonly(),
  /** One side removed it and the other one changed it: it stays. */
  isRemoved: z.boolean(),
})

export const mergeResultSchema = z.object({
  ...jobResult,
  /** `forward`: the branch had nothing of its own and stands on that version now. */
  kind: z.enum(['none', 'forward', 'merged']),
  version: versionSchema.nullable(),
  base: sha256.nullable(),
  otherBases: z.array(sha256).readonly(),
  /** Samples that only they changed, and labels that both changed and that were put together. */
  taken: z.int(),
  merged: z.int(),
  conflicts: z.array(sampleConflictSchema).readonly(),
  /** Fields of categories where mine stands. */
  categories: z
    .array(z.object({ id: z.int(), field: z.string(), mine: z.unknown(), theirs: z.unknown() }))
    .readonly(),
})

/** What a merge would remove and replace here, as somebody was told it. */
export const mergeScaleSchema = z.strictObject({
  /** Images that would go to the trash. */
  removed: z.int(),
  /** Images whose label here would be theirs, or be put together with theirs. */
  replaced: z.int(),
  /** The two have no version in common. */
  isUnrelated: z.boolean(),
})
/** True: whatever it does. With numbers: as long as it does no more than that, and asks again otherwise. */
export const confirmedSchema = z.union([z.boolean(), mergeScaleSchema]).optional()
/** What somebody is asked before it is done. `version` would be merged; null: labels of a dataset at Segments.ai come here. */
export const askedSchema = z.strictObject({ ...mergeScaleSchema.shape, version: sha256.nullable() })
/** The answer: as `confirmedSchema`, and with numbers good for what was asked about alone. */
export const consentSchema = z.union([z.boolean(), askedSchema])
export type Asked = z.infer<typeof askedSchema>
export type Consent = z.infer<typeof consentSchema>

export const mergePlanSchema = z.object({
  /** As `versions.merge` would answer. */
  kind: z.enum(['none', 'forward', 'merged']),
  base: sha256.nullable(),
  scale: mergeScaleSchema,
  /** Images that are here now. */
  images: z.int(),
  /** Images that come, and images that get their first label. */
  added: z.int(),
  labeled: z.int(),
  /** Of `replaced`: labels that both sides changed. Not all of them are in conflict. */
  both: z.int(),
  /** Images that get other tags, metadata or issues. */
  recarded: z.int(),
  /** One side removed it and the other one changed it: it stays. */
  kept: z.int(),
  /** What somebody has to be asked before it is done; null: nothing of it is unusual. */
  asks: errorInfoSchema.nullable(),
})

const branchSchema = z.object({ name: z.string(), version: sha256.nullable(), isCurrent: z.boolean() })
const aliasSchema = z.object({ name: z.string(), version: sha256 })
const versionTagSchema = z.object({ version: sha256, tag: z.string(), author: z.string(), at: epochMs })
const tagList = z.array(z.string().max(200)).max(100).default([])
const refMoveSchema = z.object({
  name: z.string(),
  kind: z.enum(['branch', 'alias']),
  from: sha256.nullable(),
  to: sha256.nullable(),
  renamedFrom: z.string().nullable(),
  author: z.string(),
  at: epochMs,
})

/** Objects of a label before and after, by id. */
const objectChangesSchema = z.object({
  added: z.int(),
  removed: z.int(),
  reclassified: z.int(),
  changed: z.int(),
})
const stateSchema = z.object({
  revision: sha256.nullable(),
  card: sha256.nullable(),
  status: statusSchema.nullable(),
})
const sampleDiffSchema = z.object({
  /** Null when it is not in the library any more. */
  id: sampleId.nullable(),
  name: z.string(),
  image: sha256,
  /** `replaced`: another image has its name now. */
  kind: z.enum(['added', 'removed', 'replaced', 'changed']),
  isRenamed: z.boolean(),
  isRelabeled: z.boolean(),
  isRecarded: z.boolean(),
  /** Of a label that differs: the shapes beside the mask differ too, or alone. Left out otherwise. */
  isReshaped: z.boolean().optional(),
  before: stateSchema.nullable(),
  after: stateSchema.nullable(),
  objects: objectChangesSchema,
})
const beforeAfter = { before: z.int(), after: z.int() }
export const comparisonSchema = z.object({
  /** Null: what is not committed. */
  before: sha256.nullable(),
  after: sha256.nullable(),
  counts: z.object({
    added: z.int(),
    removed: z.int(),
    replaced: z.int(),
    renamed: z.int(),
    relabeled: z.int(),
    recarded: z.int(),
    unchanged: z.int(),
  }),
  /** Objects of the samples that differ, by category; those of the others are the same on both sides. */
  categories: z.array(z.object({ id: z.int(), name: z.string(), ...beforeAfter })),
  /** How many objects are of another category now. */
  reclassified: z.array(z.object({ from: z.int(), to: z.int(), count: z.int() })),
  /** What a category is said to be, apart from its objects. */
  ontology: z.array(
    z.object({
      id: z.int(),
      kind: z.enum(['added', 'removed', 'changed']),
      name: z.string(),
      fields: z.array(z.string()),
    }),
  ),
  samples: z.array(sampleDiffSchema),
})

const between = z.strictObject({
  before: versionText,
  /** Left out: what is not committed. */
  after: versionText.nullable().default(null),
  /** False: objects and statuses are left out, so that no label is read; categories are then only as far as known. */
  objects: z.boolean().optional(),
})

const stateOfLabel = z.object({
  revision: sha256,
  author: z.string(),
  createdAt: epochMs,
  tool: z.string(),
  status: statusSchema,
  objectCount: z.int(),
  nextObjectId: z.int(),
})
const objectId = z.int().min(1).max(MAX_OBJECT_ID)
const choiceSchema = z.enum(['mine', 'theirs', 'both'])
const byKind = { added: z.int(), removed: z.int(), category: z.int() }
export const labelTotalsSchema = z.object({
  /** Changed pixels, as `diffKinds` has them. */
  pixels: z.object({ ...byKind, object: z.int() }),
  /** `reshaped`: the same category, other pixels. */
  objects: z.object({ ...byKind, reshaped: z.int() }),
  categories: z.array(
    z.object({
      categoryId: z.int(),
      objectsBefore: z.int(),
      objectsAfter: z.int(),
      pixelsBefore: z.int(),
      pixelsAfter: z.int(),
    }),
  ),
  /** Pixels of one category that are of another one now, most first; 0 is unlabeled. */
  moves: z.array(z.object({ from: z.int(), to: z.int(), pixels: z.int() })),
})

export const versionMethods = {
  /** Samples whose label has several newest states, by name. */
  'conflicts.list': method(
    none,
    z.array(
      z.object({
        sampleId,
        name: z.string(),
        image: sha256,
        width: z.int(),
        height: z.int(),
        head: sha256,
        /** How many lie beside the one that is shown. */
        others: z.int(),
      }),
    ),
  ),
  /**
   * The label that is shown (`mine`), the one beside it that is answered first, and what both come from; how they are to be
   * merged as `resolveLabel` does. `NOT_FOUND`: there is no question any more.
   */
  'conflicts.get': method(
    z.strictObject({ sampleId }),
    z.object({
      sampleId,
      base: stateOfLabel.nullable(),
      mine: stateOfLabel,
      theirs: stateOfLabel,
      others: z.int(),
      later: z.enum(['mine', 'theirs']),
      oneRegion: z.array(z.int()),
      isOneCounter: z.boolean(),
      /** Whose shapes beside the mask are taken; `both` changed them, and a person has to say. */
      shapes: z.enum(['mine', 'theirs', 'both']),
    }),
  ),
  /** Makes one label of two, with both as its parents. `CONFLICT` when one of them is not the newest any more. */
  'conflicts.resolve': method(
    z.strictObject({
      sampleId,
      mine: sha256,
      theirs: sha256,
      /** One label as a whole. */
      whole: z.enum(['mine', 'theirs']).nullable().default(null),
      /** By the keys of `groupConflicts`; all of them, unless one label is chosen as a whole. */
      answers: z
        .array(z.tuple([z.int(), choiceSchema]))
        .max(65_535)
        .default([]),
      /** Where both sides changed the shapes; `both`: mine, and what only theirs has. */
      shapes: z.enum(['mine', 'theirs', 'both']).nullable().default(null),
    }),
    z.object({ revision: sha256 }),
  ),
  /** Takes an answer back: both labels lie beside each other again. False when the label was changed since. */
  'conflicts.reopen': method(
    z.strictObject({ sampleId, revision: sha256 }),
    z.object({ reopened: z.boolean() }),
  ),
  /**
   * Exact numbers for pairs of saved labels; null stands for no label. Answers in the order asked; null where one cannot be
   * read. Counted once for each pair and then remembered.
   */
  'labels.differences': method(
    z.strictObject({
      pairs: z
        .array(z.strictObject({ before: sha256.nullable(), after: sha256.nullable() }))
        .min(1)
        .max(64),
    }),
    z.array(labelTotalsSchema.nullable()),
  ),
  /**
   * Gives one object of the label as it is now what it had in the state `before`: pixels, category, attributes; one that
   * was not there then goes. `object`: its id in both states that were compared. As a new state; choose the `former` one
   * to take it back. `revision` null: it is that already. `CONFLICT` when it is locked; other locked objects keep theirs.
   */
  'labels.restoreObject': method(
    z.strictObject({
      sampleId,
      before: sha256.nullable(),
      after: sha256.nullable(),
      object: z.strictObject({ before: objectId.nullable(), after: objectId.nullable() }),
    }),
    z.object({ revision: sha256.nullable(), former: sha256.nullable(), pixels: z.int() }),
  ),

  /** The last time that the working state was put to a version or merged with one. */
  'versions.job': method(none, jobSchema.nullable()),
  /** Puts everything to what a version holds, as new edits: nothing that was saved is lost. Stops when the call is given up. */
  'versions.restore': method(
    z.strictObject({ version: versionText, uncommitted: uncommittedSchema }),
    z.object(jobResult),
  ),
  'versions.restoreSample': method(z.strictObject({ version: versionText, sampleId }), z.object(jobResult)),
  /** Takes back the last job, except where somebody has changed something since. */
  'versions.undo': method(
    z.strictObject({ job: z.int() }),
    z.object({ restored: z.int(), skipped: z.int(), failed: failedSchema }),
  ),
  /** What `versions.merge` would do to what is here now, counted sample by sample. Changes nothing. */
  'versions.mergePlan': method(z.strictObject({ version: versionText }), mergePlanSchema),
  /**
   * Brings the changes of a version into the branch, and makes a version with two parents. `SYNC_FAILSAFE`: it would put
   * unusually many images into the trash or replace unusually many labels, or it comes from another dataset; `confirmed`
   * says that it may. One that was stopped asks again.
   */
  'versions.merge': method(
    z.strictObject({
      version: versionText,
      message: z.string().max(4000).default(''),
      uncommitted: z.enum(['refuse', 'commit']).default('refuse'),
      confirmed: confirmedSchema,
    }),
    mergeResultSchema,
  ),
  /** What differs between two versions, or between one and what is not committed. */
  'versions.compare': method(between, comparisonSchema),
  /** The versions in which a sample was added, changed or removed, newest first; before them what is not committed. */
  'samples.history': method(
    z.strictObject({ sampleId }),
    z.array(
      z.object({
        /** Null: what is not committed. */
        version: sha256.nullable(),
        number: z.int().nullable(),
        committedBy: z.string().nullable(),
        committedAt: epochMs.nullable(),
        kind: z.enum(['added', 'changed', 'removed']),
        isRelabeled: z.boolean(),
        isRecarded: z.boolean(),
        /** Who saved the label that it has there, when and how; null when it has none. */
        label: z
          .object({
            revision: sha256,
            author: z.string(),
            savedAt: epochMs,
            tool: z.string(),
            status: statusSchema,
            objectCount: z.int(),
          })
          .nullable(),
      }),
    ),
  ),

  'branches.list': method(none, z.array(branchSchema)),
  /** A branch at a version, else at the newest one of the branch the library is on. */
  'branches.create': method(z.strictObject({ name: refName, version: versionText.optional() }), branchSchema),
  'branches.switch': method(
    z.strictObject({ name: refName, uncommitted: uncommittedSchema }),
    z.object(jobResult),
  ),
  'branches.rename': method(z.strictObject({ name: refName, to: refName }), branchSchema),
  /** Removes the name. Versions that nothing else leads to are kept; they need `force` all the same. */
  'branches.delete': method(z.strictObject({ name: refName, force: z.boolean().default(false) }), none),

  'aliases.list': method(none, z.array(aliasSchema)),
  /** Makes an alias or moves it. */
  'aliases.set': method(z.strictObject({ name: refName, version: versionText }), aliasSchema),
  'aliases.remove': method(z.strictObject({ name: refName }), none),
  /** Where names stood, newest first; of one name, or of all. */
  'aliases.moves': method(z.strictObject({ name: refName.optional() }), z.array(refMoveSchema)),

  /** Words that versions are marked with, by version, the oldest first. */
  'versionTags.list': method(none, z.array(versionTagSchema)),
  /** Gives a version tags and takes others away; answers those that it has then. One in both lists is given. */
  'versionTags.change': method(
    z.strictObject({ version: versionText, add: tagList, remove: tagList }),
    z.object({ version: sha256, tags: z.array(z.string()) }),
  ),
} as const
