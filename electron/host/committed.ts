import { AppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { labelKey, samplesOfLayouts } from '../../shared/formats/artifact-layout.ts'
import { parseDatasetFile } from '../../shared/formats/dataset-file.ts'
import type { PartRef } from '../../shared/formats/part-index.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import type { VersionRecord } from '../../shared/formats/version-record.ts'
import type { SampleState } from '../../shared/history/changes.ts'
import type { ArtifactRole, Version } from '../../shared/host/host-api.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { rowSumHolds } from '../adapters/sqlite/row-sum.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord, type PartedList } from './parted-list.ts'
import { manifestRows, snapshotRows, type VersionFiles } from './version-files.ts'
import type { VersionRows } from './version-rows.ts'
import type { VersionStates } from './version-states.ts'

/** A sample as the newest version has it. */
export type CommittedSample = {
  readonly sample: SnapshotSample
  readonly state: SampleState
  readonly label: CountedLabel | null
}
/** What a label adds to the totals of a version. */
export type CountedLabel = {
  readonly status: LabelStatus
  readonly objectCount: number
  readonly isShaped: boolean
}

/** The newest version of the branch the library is on, as what the next one is made from. */
export type Committed = {
  readonly id: string
  readonly record: VersionRecord
  readonly snapshot: PartedList
  readonly ontology: BlobRef
  /** Those of these names that it has. Rejects with `UncountedError` when nobody knows any more what a label of one was. */
  samples(names: Iterable<string>): Promise<ReadonlyMap<string, CommittedSample | null>>
  /** What it carries. */
  readonly carried: PartedList
  /** The files of an artifact, an empty list when it has none. */
  manifest(role: ArtifactRole): Promise<PartedList>
  /** Labels by status. */
  statuses(): Promise<ReadonlyMap<LabelStatus, number>>
}

/** Both the row and the record of a revision are lost: totals have to be counted anew. */
export class UncountedError extends Error {}

/**
 * Reads the newest version, and keeps it until there is a newer one. Rejects with what `VersionFiles` rejects with.
 */
export function createCommitted(tools: {
  readonly context: Pick<LibraryContext, 'blobs' | 'db' | 'log'>
  readonly rows: VersionRows
  readonly files: VersionFiles
  readonly states: Pick<VersionStates, 'revision'>
}): {
  /** Null before the first version. */
  read(): Promise<Committed | null>
  /** Any other version, as what one is made from. */
  at(id: string): Promise<Committed>
  /**
   * What of every sample it records, and its `ontology.json`, null when that is not known. Damage to the snapshot does not
   * hinder: the manifests tell the same. Rejects when they are damaged too.
   */
  everything(version: Version): Promise<{ states: Map<string, SampleState>; ontology: string | null }>
} {
  const { context, rows, files, states } = tools
  const { blobs, db } = context
  const selectRevision = db.prepare('SELECT * FROM revisions WHERE id = ?')
  let known: Committed | null = null

  async function labelOf(head: string): Promise<(CountedLabel & { readonly key: string }) | null> {
    const row = selectRevision.get(head)
    if (row && rowSumHolds(row)) {
      return {
        key: labelKey(
          row.png_digest as BlobDigest,
          row.json_digest as BlobDigest,
          row.shapes_digest as BlobDigest | null,
        ),
        status: row.status as LabelStatus,
        objectCount: Number(row.object_count),
        isShaped: row.shapes_digest !== null,
      }
    }
    // A sample that was removed for good has no rows; the record of its revision is kept for the version.
    const record = await states.revision(head)
    if (!record) return null
    const digest = (role: string) => record.payloads.find((each) => each.role === role)?.digest as BlobDigest
    const { status, objectCount } = record
    const shapes = digest('shapes') ?? null
    const key = labelKey(digest('mask'), digest('label'), shapes)
    return { key, status, objectCount, isShaped: shapes !== null }
  }

  async function stateOf(sample: SnapshotSample): Promise<CommittedSample> {
    const { image, head, card } = sample
    const label = head === null ? null : await labelOf(head)
    if (head !== null && !label) throw new UncountedError()
    const state = { image, label: label?.key ?? null, card }
    return { sample, state, label }
  }

  async function open(id: string): Promise<Committed> {
    const record = await files.record(id)
    const { list: snapshot, ontology } = await files.snapshot(record.snapshot.digest)
    const carried = await files.carried(record)
    const samples = new Map<string, CommittedSample | null>()
    const manifests = new Map<ArtifactRole, PartRef[]>()

    async function manifest(role: ArtifactRole) {
      const ref = record.artifacts.find((each) => each.role === role)?.manifest ?? null
      const list = manifests.get(role) ?? (ref === null ? [] : await files.manifest(ref.digest))
      manifests.set(role, list)
      return list
    }

    return {
      id,
      record,
      snapshot,
      ontology,
      carried,
      manifest,

      async samples(names) {
        const fresh = new Set(names)
        for (const name of fresh) if (samples.has(name)) fresh.delete(name)
        const found = await files.lists.find(snapshotRows, snapshot, fresh)
        for (const name of fresh) {
          const sample = found.get(name)
          samples.set(name, sample ? await stateOf(sample) : null)
        }
        return samples
      },

      async statuses() {
        const list = await manifest('labeled_data')
        const file = (await files.lists.find(manifestRows, list, ['dataset.json'])).get('dataset.json')
        if (!file) return new Map()
        const said = await getRecord(blobs, file.blob, parseDatasetFile)
        return new Map(
          said.role === 'labeled_data'
            ? (Object.entries(said.counts.statuses) as [LabelStatus, number][])
            : [],
        )
      },
    }
  }

  async function fromSnapshot(id: string) {
    const { snapshot } = await files.record(id)
    const { samples, ontology } = await files.getSnapshot(snapshot.digest)
    const found = new Map<string, SampleState>()
    for (const { name, image, head, card } of samples) {
      // A revision that is lost is like no label that is there now.
      const label = head === null ? null : ((await labelOf(head))?.key ?? head)
      found.set(name, { image, label, card })
    }
    return { states: found, ontology: ontology.digest as string }
  }

  async function fromManifests({ id, artifacts }: Version) {
    const entriesOf = async (role: ArtifactRole) =>
      artifacts.some((artifact) => artifact.role === role)
        ? files.getManifest(rows.artifact(id, role).manifest, null)
        : []
    const labeled = await entriesOf('labeled_data')
    const found = new Map<string, SampleState>()
    for (const [name, { image, label, card }] of samplesOfLayouts(await entriesOf('raw_data'), labeled)) {
      found.set(name, { image, label: label && labelKey(label.png, label.json, label.shapes), card })
    }
    const ontology = labeled.find(({ path }) => path === 'ontology.json')?.blob ?? null
    return { states: found, ontology: ontology as string | null }
  }

  return {
    async read() {
      const version = rows.head()
      if (version === null) return null
      if (known?.id !== version.id) known = await open(version.id)
      return known
    },

    at: async (id) => (known?.id === id ? known : open(id)),

    async everything(version) {
      try {
        return await fromSnapshot(version.id)
      } catch (error) {
        if (!isDamage(error)) throw error
        // Damage to one old list must not stop the next version, which will store it anew.
        context.log('warn', 'versions', `the snapshot is damaged: ${error.code}`, { version: version.number })
        return fromManifests(version)
      }
    },
  }
}

/** Damage of blobs, which the next version can do without. */
export function isDamage(error: unknown): error is AppError {
  return error instanceof AppError && ['BLOB_CORRUPT', 'MISSING_BLOB'].includes(error.code)
}
