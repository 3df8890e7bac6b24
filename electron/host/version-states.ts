import { AppError } from '../../shared/base/app-error.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { labelKey } from '../../shared/formats/artifact-layout.ts'
import { parseOntologyFile } from '../../shared/formats/ontology-file.ts'
import { parseRevisionRecord, type RevisionRecord } from '../../shared/formats/revision-record.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import type { NamedState } from '../../shared/history/sample-sets.ts'
import type { Ontology } from '../../shared/label/ontology.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord, type PartedList } from './parted-list.ts'
import { createVersionFiles, snapshotRows, type VersionFiles } from './version-files.ts'

/** A sample as a version has it; `head` is the revision of its label. */
export type VersionState = NamedState & {
  readonly head: string | null
  /** The id that the sample had there; left out for what is here now. */
  readonly id?: string
}

export type Snapshot = {
  readonly list: PartedList
  /** The blobs of its parts, in order. */
  readonly parts: readonly string[]
  readonly count: number
  readonly ontology: BlobDigest
}

/**
 * What versions say of samples, read from snapshots. Rejects with AppError `MISSING_BLOB`, `BLOB_CORRUPT`, `FMT_TOO_NEW`.
 */
export type VersionStates = {
  snapshot(version: string): Promise<Snapshot>
  /** The samples of some parts of a snapshot. */
  samples(parts: readonly string[]): Promise<SnapshotSample[]>
  /** Those with these names, as far as they are there. */
  named(list: PartedList, names: Iterable<string>): Promise<VersionState[]>
  /** The samples of some parts, with what their labels are; a label whose revision is in `known` is what it says there. */
  states(parts: readonly string[], known?: ReadonlyMap<string, string>): Promise<VersionState[]>
  /**
   * Samples of two snapshots that may differ: parts that both have are not read. Where both have the same revision, its
   * id stands for the label.
   */
  apart(a: PartedList, b: PartedList): Promise<[VersionState[], VersionState[]]>
  ontology(blob: string): Promise<Ontology>
  /** The record of a revision; null when it is not there. */
  revision(id: string): Promise<RevisionRecord | null>
}

export function createVersionStates(
  { blobs, db }: Pick<LibraryContext, 'blobs' | 'db'>,
  files: VersionFiles = createVersionFiles(blobs),
): VersionStates {
  const selectLabel = db.prepare(
    'SELECT png_digest AS png, json_digest AS json, shapes_digest AS shapes FROM revisions WHERE id = ?',
  )

  /** A sample that was removed for good has no rows; the record of its revision is kept for the version. */
  async function labelOf(head: string): Promise<string> {
    const row = selectLabel.get(head)
    const keyOf = (png: unknown, json: unknown, shapes: unknown) =>
      labelKey(png as BlobDigest, json as BlobDigest, (shapes ?? null) as BlobDigest | null)
    if (row) return keyOf(row.png, row.json, row.shapes)
    const record = await revision(head)
    const digest = (role: string) => record?.payloads.find((each) => each.role === role)?.digest
    // A revision that is lost is like no label that there is.
    return record ? keyOf(digest('mask'), digest('label'), digest('shapes')) : head
  }

  async function revision(id: string): Promise<RevisionRecord | null> {
    try {
      return await getRecord(blobs, id, parseRevisionRecord)
    } catch (error) {
      if (error instanceof AppError && error.code === 'MISSING_BLOB') return null
      throw error
    }
  }

  const samples = (parts: readonly string[]) => files.lists.rows(snapshotRows, parts)

  async function withLabels(
    list: readonly SnapshotSample[],
    known: ReadonlyMap<string, string> = new Map(),
  ): Promise<VersionState[]> {
    const states: VersionState[] = []
    for (const { name, id, image, head, card } of list) {
      const label = head === null ? null : (known.get(head) ?? (await labelOf(head)))
      states.push({ name, id, image, head, card, label })
    }
    return states
  }

  return {
    revision,
    samples,
    states: async (parts, known) => withLabels(await samples(parts), known),

    async named(list, names) {
      return withLabels([...(await files.lists.find(snapshotRows, list, names)).values()])
    },

    async snapshot(version) {
      const { snapshot } = await files.record(version)
      const { list, ontology } = await files.snapshot(snapshot.digest)
      const count = list.reduce((sum, { rows }) => sum + rows, 0)
      return { list, parts: list.map(({ blob }) => blob), count, ontology: ontology.digest }
    },

    async apart(a, b) {
      const [onlyA, onlyB] = files.lists.apart(a, b)
      const [left, right] = [await samples(onlyA), await samples(onlyB)]
      // What has the same head has the same label, whatever that is: it need not be looked up.
      const heads = new Map(left.map(({ image, head }) => [image, head]))
      const same = new Map(
        right.flatMap(({ image, head }) =>
          head !== null && heads.get(image) === head ? [[head, head]] : [],
        ),
      )
      return [await withLabels(left, same), await withLabels(right, same)]
    },

    ontology: (blob) => getRecord(blobs, blob, parseOntologyFile),
  }
}
