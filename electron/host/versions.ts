import { createHash } from 'node:crypto'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import {
  isDescribed,
  isLabeled,
  labeledDatasetText,
  labeledLayout,
  rawDatasetText,
  rawLayout,
} from '../../shared/formats/artifact-layout.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import {
  parseVersionRecord,
  type VersionRecord,
  versionRecordText,
} from '../../shared/formats/version-record.ts'
import { compareSamples, isUnchanged, type SampleState } from '../../shared/history/changes.ts'
import { suggestedMessage } from '../../shared/history/suggested-message.ts'
import { findVersion } from '../../shared/history/version-name.ts'
import type { Version, VersionDraft } from '../../shared/host/host-api.ts'
import type { Categories } from './categories.ts'
import { createLastVersion, type LastVersion } from './last-version.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { requireWritable } from './read-only.ts'
import { createRefs, type Refs } from './refs.ts'
import type { VersionSource } from './sync.ts'
import { createTimeSlice } from './time-slice.ts'
import { createTurns } from './turns.ts'
import { createVersionFiles, type VersionFiles } from './version-files.ts'
import { historyFiles } from './version-history.ts'
import { createVersionRows } from './version-rows.ts'
import { createWorkingCopy, stateOf, type WorkingSample, type WorkingState } from './working-copy.ts'

export type Versions = VersionSource & {
  /** What a commit would record now. */
  draft(): Promise<VersionDraft>
  /**
   * Records everything as it is now. Null when nothing changed since the last version; then nothing is written. An empty
   * message becomes the suggested one. Rejects with AppError `LIB_READ_ONLY`; `ROW_CORRUPT`, `MISSING_BLOB` or
   * `BLOB_CORRUPT` on a damaged library; `CONFLICT`; or what the disk says. Then no version was made.
   */
  commit(message: string, author: string, merge?: MergeCommit): Promise<Version | null>
  /** Takes a version of another library, whose blobs are all here; no name moves. `FMT_TOO_NEW`, `MISSING_BLOB`. */
  adopt(id: string): Promise<Version>
  readonly refs: Refs
  /** The version that a text means: a number, an id, a name. Throws AppError `NOT_FOUND`, `BAD_REQUEST`. */
  find(text: string): Version
  /** The newest version of the branch the library is on. */
  head(): Version | null
  /** What a commit would record of every sample now. */
  working(): Promise<NamedWorkingState[]>
  readonly files: VersionFiles
  /** The samples of a version, of the last one for null; null when there is no such version. Rejects like `manifest`. */
  snapshot(number: number | null): Promise<readonly SnapshotSample[] | null>
  /** Runs `work` while no version is made, with every blob that one needs; null when not all of them can be read. */
  beside<T>(work: (needed: ReadonlySet<string> | null) => T): Promise<T>
  /** Resolves when no commit is under way. */
  settled(): Promise<void>
}

/** A sample as it is now. */
export type NamedWorkingState = WorkingState & { readonly name: string }

/** A commit that has a second parent: it is made even if nothing changed. */
export type MergeCommit = {
  readonly parent: string
  /** Done in the transaction that makes the version count. */
  readonly also: () => void
}

export function createVersions(
  context: LibraryContext,
  options: { readonly categories: Pick<Categories, 'text' | 'ontology'> },
): Versions {
  const { blobs } = context
  const { categories } = options
  const refs = createRefs(context)
  const rows = createVersionRows(context, refs)
  const files = createVersionFiles(blobs)
  const working = createWorkingCopy(context)
  const last = createLastVersion({ context, rows, files, working })

  const turns = createTurns()
  // A commit that ran beside another would only meet its version.
  const inTurn = <T>(work: () => Promise<T>) => turns.take('main', work)

  function compare(before: LastVersion, now: ReadonlyMap<string, SampleState>, ontology: string) {
    const ontologyChanged = before.ontology !== null && before.ontology !== ontology
    const { addedLabeled, ...samples } = compareSamples(before.states, now)
    const changes = { ...samples, ontologyChanged }
    const isEmpty = before.id === null && now.size === 0
    return {
      changes,
      hasNews: !isEmpty && !isUnchanged(changes),
      message: suggestedMessage({ ...changes, addedLabeled }),
    }
  }

  /** Throws AppError `MISSING_BLOB` when bytes that no version has named yet are gone. */
  async function assertPresent(samples: readonly WorkingSample[], before: LastVersion): Promise<void> {
    const breathe = createTimeSlice()
    for (const sample of samples) {
      const { name, image, label, card } = sample
      const old = before.states.get(name)
      const fresh = [
        ...(old?.image === image.digest ? [] : [image]),
        ...(label === null || old?.label === stateOf(sample).label ? [] : [label.png, label.json]),
        ...(card === null || old?.card === card.digest ? [] : [card]),
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

  async function commit(message: string, author: string, merge?: MergeCommit): Promise<Version | null> {
    requireWritable(context)
    const breathe = createTimeSlice()
    const samples = await working.samples()
    // Read after the samples: it knows every category that their labels name.
    const ontology = await categories.ontology()
    await breathe()
    const states = new Map(samples.map((sample) => [sample.name, stateOf(sample)]))
    await breathe()
    const before = await last.read(states)
    const { changes, hasNews, message: suggested } = compare(before, states, ontology.digest)
    if (!hasNews && !merge) return null
    await breathe()
    await assertPresent(samples, before)

    await breathe()
    const dataset = await blobs.put(Buffer.from(rawDatasetText(samples)))
    const artifacts = [await files.putManifest('raw_data', rawLayout(samples, dataset))]
    const labeled = samples.filter(isLabeled)
    if (samples.some(isDescribed)) {
      await breathe()
      const shared = { dataset: await blobs.put(Buffer.from(labeledDatasetText(labeled))), ontology }
      await breathe()
      artifacts.push(await files.putManifest('labeled_data', labeledLayout(samples, shared)))
    }
    const kept = samples.map(({ name, id, image, head, card }) => ({
      name,
      id,
      image: image.digest,
      head,
      card: card?.digest ?? null,
    }))
    const record: VersionRecord = {
      v: 1,
      kind: 'version',
      parents: [...(before.id === null ? [] : [before.id]), ...(merge ? [merge.parent] : [])],
      message: message.trim() || suggested,
      author,
      createdAt: context.now(),
      deviceId: context.deviceId,
      artifacts,
      snapshot: await files.putSnapshot(kept, ontology),
      counts: {
        samples: samples.length,
        labeled: labeled.length,
        objects: labeled.reduce((sum, { label }) => sum + label.objectCount, 0),
      },
      changes,
    }
    const { digest: id } = await blobs.put(Buffer.from(versionRecordText(record)))
    const version = rows.add(id, record, merge?.also)
    last.replace({ id, states, ontology: ontology.digest })
    context.log('info', 'versions', 'version made', { number: version.number, samples: samples.length })
    context.emit({ type: 'versions.changed' })
    return version
  }

  /** One is kept: lists ask for the same again and again. */
  let known: { readonly id: string; readonly samples: readonly SnapshotSample[] } | null = null

  async function snapshot(number: number | null): Promise<readonly SnapshotSample[] | null> {
    const list = rows.list()
    const version = number === null ? rows.head() : list.find((each) => each.number === number)
    if (!version) return null
    if (known?.id === version.id) return known.samples
    const record = await getRecord(blobs, version.id, parseVersionRecord)
    const { samples } = await files.getSnapshot(record.snapshot.digest)
    known = { id: version.id, samples }
    return samples
  }

  /** Rejects when a version cannot be read. */
  async function neededBlobs(): Promise<ReadonlySet<string>> {
    const needed = new Set<string>()
    for (const { id, artifacts } of rows.list()) {
      const record = await getRecord(blobs, id, parseVersionRecord)
      const { samples } = await files.getSnapshot(record.snapshot.digest)
      for (const { image, head, card } of samples) {
        for (const digest of [image, head, card]) if (digest !== null) needed.add(digest)
      }
      for (const { role } of artifacts) {
        const { manifest, digest } = rows.artifact(id, role)
        for (const { blob } of await files.getManifest(manifest, digest)) needed.add(blob)
      }
    }
    return needed
  }

  return {
    list: async () => rows.list(),
    snapshot,
    refs,
    files,
    head: () => rows.head(),
    find: (text) => findVersion(text, rows.list(), refs.list(), refs.head()),

    async working() {
      const states = await working.states()
      return [...states].map(([name, state]) => ({ ...state, name }))
    },

    beside: (work) =>
      inTurn(async () => {
        let needed: ReadonlySet<string> | null = null
        try {
          needed = await neededBlobs()
        } catch (error) {
          context.log('warn', 'versions', `not all versions can be read: ${toAppError(error).code}`)
        }
        return work(needed)
      }),

    async manifest(versionId, role) {
      const { manifest, digest } = rows.artifact(versionId, role)
      return files.getManifest(manifest, digest)
    },

    adopt: (id) =>
      inTurn(async () => {
        const version = rows.adopt(id, await getRecord(blobs, id, parseVersionRecord))
        context.emit({ type: 'versions.changed' })
        return version
      }),
    history: (versionId) => historyFiles(context, versionId),

    draft: () =>
      inTurn(async () => {
        const states = await working.states()
        const before = await last.read(states)
        const { changes, hasNews, message } = compare(before, states, ontologyDigest(categories))
        const counts = { samples: states.size, labeled: 0, objects: 0 }
        for (const { label, objectCount } of states.values()) {
          if (label !== null) counts.labeled++
          counts.objects += objectCount
        }
        return { canCommit: hasNews && !context.readOnly, counts, changes, suggestedMessage: message }
      }),

    commit: (message, author, merge) => inTurn(() => commit(message, author, merge)),
    settled: () => turns.idle(),
  }
}

/** What the blob of `ontology.json` would be called, without storing it. */
function ontologyDigest(categories: Pick<Categories, 'text'>): string {
  return createHash('sha256').update(categories.text()).digest('hex')
}
