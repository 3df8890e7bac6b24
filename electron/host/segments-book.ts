import { createHash } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import { isJsonObject, type JsonObject } from '../../shared/base/json.ts'
import type { BlobDigest, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import { sha256Schema } from '../../shared/formats/blob-schema.ts'
import type { AgreedOntology } from '../../shared/formats/segments-ontology.ts'
import { segmentsNewSchema } from '../../shared/host/segments-methods.ts'
import type { AttributeValues } from '../../shared/label/attributes.ts'
import { imageUrlOf } from '../../shared/sync/segments-decision.ts'
import type { SegmentsSample } from '../../shared/sync/segments-remote.ts'
import { rowSum, rowSumHolds, type SqlValue } from '../adapters/sqlite/row-sum.ts'
import { isNothing } from './label-moves.ts'
import type { RevisionRow } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'

/** What both sides last agreed on, of one sample of the dataset. */
export type AgreedRow = {
  readonly uuid: string
  /** Null: it is none that can be shown here. */
  readonly sampleId: SampleId | null
  readonly name: string
  readonly imageUrl: string | null
  readonly hereMark: string | null
  readonly revision: RevisionId | null
  readonly thereMark: string | null
  readonly label: BlobDigest | null
  readonly facts: AgreedFacts
}

const json = z.custom<JsonObject>(isJsonObject)
const factsSchema = z.object({
  /** By key of `cardFields`: what both had. Null until cards were compared. */
  card: json.nullable().default(null),
  /** Attributes of the image, as the label there says them. */
  values: json.default({}),
  /** Issues by their ids here and there, and whether they were open. */
  issues: z.array(z.object({ here: z.string(), there: z.string(), isOpen: z.boolean() })).default([]),
  /** Blobs: metadata and priority there, whole, before both had changed them and mine went. Oldest first. */
  overwritten: z.array(sha256Schema.transform((text) => text as BlobDigest)).default([]),
})
export type AgreedFacts = z.infer<typeof factsSchema>
export const noFacts: AgreedFacts = factsSchema.parse({})

const ontologySchema = z.object({
  categories: z.array(
    z.object({ here: z.int(), there: z.int(), saidHere: z.string(), saidThere: z.string() }),
  ),
  images: z.object({ here: z.string(), there: z.string() }).nullable(),
})
const datasetSchema = z.object({
  create: z.boolean().default(false),
  ontology: ontologySchema.default({ categories: [], images: null }),
  syncedAt: z.number().nullable().default(null),
  /** What its labels are, as it was last seen. */
  taskType: z.string().nullable().default(null),
  /** How it is to be made, while it is not there. */
  as: segmentsNewSchema.prefault({}),
})
export type DatasetFacts = Omit<z.infer<typeof datasetSchema>, 'ontology'> & {
  readonly ontology: AgreedOntology
}

/**
 * What the index knows of one dataset. A damaged row counts as none: then what it was about is compared anew. `write` and the
 * other setters may be called inside a transaction and outside of one.
 */
export type SegmentsBook = {
  rows(): AgreedRow[]
  row(uuid: string): AgreedRow | null
  count(): number
  write(row: AgreedRow): void
  /** The content of a file there, where it is known. */
  assetAt(url: string): BlobDigest | null
  /** An address there of this content. */
  assetOf(digest: BlobDigest): string | null
  keepAsset(url: string, digest: BlobDigest): void
  facts(): DatasetFacts
  setFacts(change: Partial<DatasetFacts>): void
  /** Versions that were made of releases, by the uuid of the release. */
  releases(): ReadonlyMap<string, string>
  keepRelease(
    release: { readonly uuid: string; readonly name: string },
    version: string,
    facts: JsonObject,
  ): void
}

export function createSegmentsBook(context: LibraryContext, remote: string): SegmentsBook {
  const { db } = context
  const selectRows = db.prepare('SELECT * FROM segments_samples WHERE remote = ? ORDER BY uuid')
  const selectCount = db.prepare(
    'SELECT COUNT(*) AS count FROM segments_samples WHERE remote = ? AND sample_id IS NOT NULL',
  )
  const selectRow = db.prepare('SELECT * FROM segments_samples WHERE remote = ? AND uuid = ?')
  const putRow = db.prepare(
    'INSERT OR REPLACE INTO segments_samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const selectAt = db.prepare('SELECT * FROM segments_assets WHERE remote = ? AND url = ?')
  // Named, for SQLite would go through every file of the dataset in the order of their addresses.
  const selectOf = db.prepare(
    'SELECT * FROM segments_assets INDEXED BY segments_assets_by_digest WHERE remote = ? AND digest = ? ORDER BY url',
  )
  const putAsset = db.prepare('INSERT OR REPLACE INTO segments_assets VALUES (?, ?, ?, ?)')
  const selectFacts = db.prepare('SELECT * FROM segments_datasets WHERE remote = ?')
  const putFacts = db.prepare('INSERT OR REPLACE INTO segments_datasets VALUES (?, ?, ?)')
  const selectReleases = db.prepare('SELECT * FROM segments_releases WHERE remote = ? ORDER BY uuid')
  const putRelease = db.prepare('INSERT OR REPLACE INTO segments_releases VALUES (?, ?, ?, ?, ?, ?)')

  const inTransaction = (work: () => void) => (db.isTransaction ? work() : context.transaction(work))
  const summed = (values: readonly SqlValue[]): SqlValue[] => [...values, rowSum(values)]

  function facts(): DatasetFacts {
    const row = selectFacts.get(remote)
    const parsed =
      row && rowSumHolds(row) ? datasetSchema.safeParse(JSON.parse(String(row.facts))) : undefined
    if (row && !parsed?.success) context.log('warn', 'segments', 'what was agreed on of a dataset is damaged')
    return parsed?.success ? parsed.data : datasetSchema.parse({})
  }

  function toRow(row: Record<string, unknown>): AgreedRow | null {
    const parsed = rowSumHolds(row) ? factsSchema.safeParse(JSON.parse(String(row.facts))) : undefined
    if (!parsed?.success) {
      context.log('warn', 'segments', 'a row of what was agreed on is damaged, and is compared anew')
      return null
    }
    return {
      uuid: String(row.uuid),
      sampleId: row.sample_id as SampleId | null,
      name: String(row.name),
      imageUrl: row.image_url as string | null,
      hereMark: row.here_mark as string | null,
      revision: row.revision as RevisionId | null,
      thereMark: row.there_mark as string | null,
      label: row.label_digest as BlobDigest | null,
      facts: parsed.data,
    }
  }

  return {
    rows: () => selectRows.all(remote).flatMap((row) => toRow(row) ?? []),
    row(uuid) {
      const row = selectRow.get(remote, uuid)
      return row ? toRow(row) : null
    },
    count: () => Number(selectCount.get(remote)!.count),
    write(row) {
      const { uuid, sampleId, name, imageUrl, hereMark, revision, thereMark, label } = row
      const facts = canonicalJson(factsSchema.parse(row.facts))
      const values = [remote, uuid, sampleId, name, imageUrl, hereMark, revision, thereMark, label, facts]
      inTransaction(() => void putRow.run(...summed(values)))
    },

    assetAt(url) {
      const row = selectAt.get(remote, url)
      return row && rowSumHolds(row) ? (row.digest as BlobDigest) : null
    },
    assetOf(digest) {
      const row = selectOf.all(remote, digest).find(rowSumHolds)
      return row ? String(row.url) : null
    },
    keepAsset: (url, digest) => inTransaction(() => void putAsset.run(...summed([remote, url, digest]))),

    facts,
    setFacts(change) {
      const text = canonicalJson(datasetSchema.parse({ ...facts(), ...change }))
      inTransaction(() => void putFacts.run(...summed([remote, text])))
    },

    releases: () =>
      new Map(
        selectReleases
          .all(remote)
          .filter(rowSumHolds)
          .map((row) => [String(row.uuid), String(row.version_id)]),
      ),
    keepRelease: ({ uuid, name }, version, said) =>
      inTransaction(() => void putRelease.run(...summed([remote, name, uuid, version, canonicalJson(said)]))),
  }
}

type MarkedLabel = Pick<RevisionRow, 'identity' | 'label' | 'shapes' | 'status' | 'objectCount'>

/** The same text for the same label and the same values of the image; null when both say nothing. */
export function markHere(label: MarkedLabel | null, values: AttributeValues): string | null {
  const said =
    label && !isNothing(label)
      ? [label.identity, label.label, ...(label.shapes === null ? [] : [label.shapes])]
      : null
  if (said === null && Object.keys(values).length === 0) return null
  return createHash('sha256')
    .update(canonicalJson([said, values]))
    .digest('hex')
}

/** The row for a sample that both sides have, before anything of it was compared. */
export function freshRow(here: SampleId | null, there: SegmentsSample): AgreedRow {
  return {
    uuid: there.uuid,
    sampleId: here,
    name: there.name,
    imageUrl: imageUrlOf(there),
    hereMark: null,
    revision: null,
    thereMark: null,
    label: null,
    facts: noFacts,
  }
}

/** How rows of the index name a dataset. */
export const bookName = (baseUrl: string, dataset: string): string =>
  `segments:${baseUrl.replace(/\/+$/, '')}/${dataset}`
