import { createHash } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import { type ManifestEntry, manifestDigestText } from '../../shared/dataset/manifest.ts'
import {
  isLabeled,
  labeledDatasetText,
  labeledLayout,
  rawDatasetText,
  rawLayout,
} from '../../shared/formats/artifact-layout.ts'
import {
  type ManifestRecord,
  manifestPartText,
  manifestRecordSchema,
  parseManifestPart,
} from '../../shared/formats/manifest-record.ts'
import { ontologyFileText } from '../../shared/formats/ontology-file.ts'
import {
  parseSnapshotPart,
  type SnapshotRecord,
  snapshotPartText,
  snapshotRecordSchema,
} from '../../shared/formats/snapshot.ts'
import {
  parseVersionRecord,
  type VersionRecord,
  versionRecordText,
} from '../../shared/formats/version-record.ts'
import { compareSamples, isUnchanged, type SampleState } from '../../shared/history/changes.ts'
import { suggestedMessage } from '../../shared/history/suggested-message.ts'
import type { ArtifactRole, Version, VersionDraft } from '../../shared/host/host-api.ts'
import type { Categories } from './categories.ts'
import type { LibraryContext } from './library-context.ts'
import { getParts, getRecord, putParts } from './parted-list.ts'
import { requireWritable } from './read-only.ts'
import type { VersionSource } from './sync.ts'
import { createTimeSlice } from './time-slice.ts'
import { createVersionRows } from './version-rows.ts'
import { createWorkingCopy, type WorkingSample } from './working-copy.ts'

export type Versions = VersionSource & {
  /** What a commit would record now. */
  draft(): Promise<VersionDraft>
  /**
   * Records everything as it is now. Null when nothing changed since the last version; then nothing is written. An empty
   * message becomes the suggested one. Rejects with AppError `LIB_READ_ONLY`; `ROW_CORRUPT`, `MISSING_BLOB` or
   * `BLOB_CORRUPT` on a damaged library; `CONFLICT`; or what the disk says. Then no version was made.
   */
  commit(message: string, author: string): Promise<Version | null>
}

/** The last version, as far as the next one is compared with it. */
type Base = {
  readonly id: string | null
  readonly states: ReadonlyMap<string, SampleState>
  /** Digest of `ontology.json`; null before the first version. */
  readonly ontology: string | null
}

export function createVersions(
  context: LibraryContext,
  options: { readonly categories: Pick<Categories, 'list' | 'ontology'> },
): Versions {
  const { blobs } = context
  const { categories } = options
  const rows = createVersionRows(context)
  const working = createWorkingCopy(context)
  let base: Base = { id: null, states: new Map(), ontology: null }

  /** One at a time: a draft costs little, and a commit that ran beside another would only meet its version. */
  let tail: Promise<unknown> = Promise.resolve()
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = tail.then(work)
    tail = turn.catch(() => undefined)
    return turn
  }

  async function readBase(): Promise<Base> {
    const id = rows.main()?.id ?? null
    if (id === null || id === base.id) return base
    const { snapshot } = await getRecord(blobs, id, parseVersionRecord)
    const record = await getRecord(blobs, snapshot.digest, (text) =>
      snapshotRecordSchema.parse(JSON.parse(text)),
    )
    const states = new Map<string, SampleState>()
    const breathe = createTimeSlice()
    for (const { name, image, head } of await getParts(blobs, record.parts, parseSnapshotPart)) {
      states.set(name, { image, label: head && (working.labelOf(head) ?? head) })
      await breathe()
    }
    base = { id, states, ontology: record.ontology.digest }
    return base
  }

  function compare(before: Base, now: ReadonlyMap<string, SampleState>, ontology: string) {
    const ontologyChanged = before.ontology !== null && before.ontology !== ontology
    return { ...compareSamples(before.states, now), ontologyChanged }
  }

  async function putManifest(
    role: ArtifactRole,
    entries: readonly ManifestEntry[],
  ): Promise<VersionRecord['artifacts'][number]> {
    const parts = await putParts(blobs, entries, ({ path }) => path, manifestPartText)
    const record: ManifestRecord = { v: 1, kind: 'manifest', count: entries.length, parts }
    return {
      role,
      digest: artifactDigest(entries),
      manifest: await blobs.put(Buffer.from(canonicalJson(record))),
      files: entries.length,
      bytes: entries.reduce((sum, { size }) => sum + size, 0),
    }
  }

  async function putSnapshot(samples: readonly WorkingSample[], ontology: BlobRef): Promise<BlobRef> {
    const states = samples.map(({ name, id, image, head }) => ({ name, id, image: image.digest, head }))
    const parts = await putParts(blobs, states, ({ name }) => name, snapshotPartText)
    const record: SnapshotRecord = { v: 1, kind: 'snapshot', count: states.length, ontology, parts }
    return blobs.put(Buffer.from(canonicalJson(record)))
  }

  /** Throws AppError `MISSING_BLOB` when bytes that no version has named yet are gone. */
  async function assertPresent(samples: readonly WorkingSample[], before: Base): Promise<void> {
    const breathe = createTimeSlice()
    for (const { name, image, label } of samples) {
      const old = before.states.get(name)
      const fresh = [
        ...(old?.image === image.digest ? [] : [image]),
        ...(label === null || old?.label === labelKey(label) ? [] : [label.png, label.json]),
      ]
      for (const { digest } of fresh) {
        if (await blobs.has(digest)) continue
        throw new AppError(
          'MISSING_BLOB',
          `A stored file of "${name}" is missing (${digest.slice(0, 12)}).`,
          {
            remedy: 'No version was made. Run "tessera verify" to see what is affected.',
          },
        )
      }
      await breathe()
    }
  }

  async function commit(message: string, author: string): Promise<Version | null> {
    requireWritable(context)
    const before = await readBase()
    const samples = await working.samples()
    // Read after the samples: it knows every category that their labels name.
    const ontology = await categories.ontology()
    const states = new Map(samples.map((sample) => [sample.name, stateOf(sample)]))
    const changes = compare(before, states, ontology.digest)
    if (isUnchanged(changes) || (before.id === null && samples.length === 0)) return null
    await assertPresent(samples, before)

    const labeled = samples.filter(isLabeled)
    const raw = rawLayout(samples, await blobs.put(Buffer.from(rawDatasetText(samples))))
    const artifacts = [await putManifest('raw_data', raw)]
    if (labeled.length > 0) {
      const dataset = await blobs.put(Buffer.from(labeledDatasetText(labeled)))
      artifacts.push(await putManifest('labeled_data', labeledLayout(labeled, { dataset, ontology })))
    }
    const { addedLabeled: _, ...recorded } = changes
    const record: VersionRecord = {
      v: 1,
      kind: 'version',
      parents: before.id === null ? [] : [before.id],
      message: message.trim() || suggestedMessage(changes),
      author,
      createdAt: context.now(),
      deviceId: context.deviceId,
      artifacts,
      snapshot: await putSnapshot(samples, ontology),
      counts: {
        samples: samples.length,
        labeled: labeled.length,
        objects: labeled.reduce((sum, { label }) => sum + label.objectCount, 0),
      },
      changes: recorded,
    }
    const { digest: id } = await blobs.put(Buffer.from(versionRecordText(record)))
    const version = rows.add(id, record)
    base = { id, states, ontology: ontology.digest }
    context.log('info', 'versions', 'version made', { number: version.number, samples: samples.length })
    context.emit({ type: 'versions.changed' })
    return version
  }

  return {
    list: async () => rows.list(),

    async manifest(versionId, role) {
      const { digest, manifest } = rows.artifact(versionId, role)
      const record = await getRecord(blobs, manifest, (text) => manifestRecordSchema.parse(JSON.parse(text)))
      const entries = await getParts(blobs, record.parts, parseManifestPart)
      if (entries.length === record.count && artifactDigest(entries) === digest) return entries
      throw new AppError('BLOB_CORRUPT', 'The list of files of a version does not have its digest.', {
        remedy: 'Run "tessera verify" to see what is affected.',
      })
    },

    draft: () =>
      inTurn(async () => {
        const before = await readBase()
        const states = await working.states()
        const changes = compare(before, states, ontologyDigest(categories))
        const { addedLabeled: _, ...shown } = changes
        const counts = { samples: states.size, labeled: 0, objects: 0 }
        for (const { label, objectCount } of states.values()) {
          if (label !== null) counts.labeled++
          counts.objects += objectCount
        }
        const isEmpty = before.id === null && states.size === 0
        const canCommit = !context.readOnly && !isEmpty && !isUnchanged(changes)
        return { canCommit, counts, changes: shown, suggestedMessage: suggestedMessage(changes) }
      }),

    commit: (message, author) => inTurn(() => commit(message, author)),
  }
}

/** W&B's digest of the artifact with these files, in the order of a manifest. */
function artifactDigest(sorted: readonly ManifestEntry[]): string {
  return createHash('md5').update(manifestDigestText(sorted)).digest('hex')
}

/** What the blob of `ontology.json` would be called, without storing it. */
function ontologyDigest(categories: Pick<Categories, 'list'>): string {
  return createHash('sha256').update(ontologyFileText(categories.list())).digest('hex')
}

const labelKey = ({ png, json }: NonNullable<WorkingSample['label']>) => png.digest + json.digest

function stateOf({ image, label }: WorkingSample): SampleState {
  return { image: image.digest, label: label && labelKey(label) }
}
