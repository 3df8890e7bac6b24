import { createHash } from 'node:crypto'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import type { CarriedRow } from '../../shared/formats/carried-record.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import { type VersionRecord, versionRecordText } from '../../shared/formats/version-record.ts'
import {
  compareSamples,
  countRecarried,
  isUnchanged,
  type SampleState,
} from '../../shared/history/changes.ts'
import { suggestedMessage } from '../../shared/history/suggested-message.ts'
import { findVersion } from '../../shared/history/version-name.ts'
import type { ArtifactRole, Version, VersionDraft } from '../../shared/host/host-api.ts'
import { createArtifactDigests } from './artifact-digests.ts'
import { createCarriedRows } from './carried.ts'
import type { Categories } from './categories.ts'
import { type Committed, createCommitted, isDamage, UncountedError } from './committed.ts'
import type { LibraryContext } from './library-context.ts'
import { requireWritable } from './read-only.ts'
import { createRefs, type Refs } from './refs.ts'
import type { VersionSource } from './sync.ts'
import { createTimeSlice } from './time-slice.ts'
import { createTurns } from './turns.ts'
import { type BuildStep, buildVersion } from './version-build.ts'
import {
  carriedRows,
  createVersionFiles,
  damagedList,
  manifestRows,
  snapshotRows,
  type VersionFiles,
} from './version-files.ts'
import { historyFiles } from './version-history.ts'
import { createVersionRows } from './version-rows.ts'
import { createVersionStates, type VersionState } from './version-states.ts'
import { createVersionTags, type VersionTags } from './version-tags.ts'
import {
  createWorkingCopy,
  type Seen,
  stateOf,
  type WorkingSample,
  type WorkingState,
} from './working-copy.ts'

export type Versions = VersionSource & {
  /** What a commit would record now. */
  draft(): Promise<VersionDraft>
  /**
   * Records everything as it is now. Null when nothing changed since the last version; then nothing is written. An empty
   * message becomes the suggested one. Rejects with AppError `LIB_READ_ONLY`; `ROW_CORRUPT`, `MISSING_BLOB` or
   * `BLOB_CORRUPT` on a damaged library; `CONFLICT`; or what the disk says. Then no version was made.
   */
  commit(message: string, author: string, merge?: MergeCommit): Promise<Version | null>
  /**
   * Takes a version of another library, whose blobs are all here; no name moves. `known`: digests of its artifacts, as far as
   * they were worked out. `isWhole` is awaited while nothing is emptied from the trash, and rejects when they are not here.
   * `FMT_TOO_NEW`, `MISSING_BLOB`.
   */
  adopt(
    id: string,
    known: Readonly<{ [role in ArtifactRole]?: string | undefined }>,
    isWhole?: () => Promise<void>,
  ): Promise<Version>
  /** A version as what another one is made from. Rejects as `manifest` does. */
  at(id: string): Promise<Committed>
  readonly refs: Refs
  readonly tags: VersionTags
  /** The version that a text means: a number, an id, a name. Throws AppError `NOT_FOUND`, `BAD_REQUEST`. */
  find(text: string): Version
  /** The newest version of the branch the library is on. */
  head(): Version | null
  /**
   * What a commit would record of samples now, beside what a version has of them. Samples that are certainly alike on both
   * sides are in neither list. `total`: how many samples there are now.
   */
  workingBeside(version: string): Promise<{
    readonly before: readonly VersionState[]
    readonly now: readonly VersionState[]
    readonly total: number
  }>
  /** What it would record of the samples with these images, as far as they are there. */
  workingOf(images: Iterable<string>): Promise<VersionState[]>
  readonly files: VersionFiles
  /** The samples of a version, of the last one for null; null when there is no such version. Rejects like `manifest`. */
  snapshot(number: number | null): Promise<readonly SnapshotSample[] | null>
  /** Runs `work` while no version is made, with every blob that one needs; null when not all of them can be read. */
  beside<T>(work: (needed: ReadonlySet<string> | null) => T): Promise<T>
  /** Resolves when W&B's digests of all versions are known that can be. A commit begins it and does not wait for it. */
  digested(): Promise<void>
  /** Goes on with digests that an earlier run did not come to. */
  start(): void
  /** Resolves when no commit is under way, and nothing is worked out any more. */
  settled(): Promise<void>
}

/** A commit that has a second parent: it is made even if nothing changed. */
export type MergeCommit = {
  readonly parent: string
  /** Done in the transaction that makes the version count. */
  readonly also: () => void
}

/** What would be committed now. */
type Look<T> = {
  readonly parent: string | null
  /** What lists are made from; null: from nothing. */
  readonly base: Committed | null
  /** Samples that may differ, in the last version and now. */
  readonly steps: readonly {
    readonly name: string
    readonly before: BuildStep['before']
    readonly now: T | null
  }[]
  /** `ontology.json` of the last version; null when it is not known. */
  readonly ontology: string | null
  readonly upTo: number
  /** When there is no base: what the last version has of every sample. */
  readonly former: ReadonlyMap<string, SampleState>
  /** What is carried, in the last version and now. */
  readonly carried: { readonly before: readonly CarriedRow[]; readonly now: readonly CarriedRow[] }
}

export function createVersions(
  context: LibraryContext,
  options: { readonly categories: Pick<Categories, 'text' | 'ontology'> },
): Versions {
  const { blobs } = context
  const { categories } = options
  const refs = createRefs(context)
  const tags = createVersionTags(context)
  const rows = createVersionRows(context, refs)
  const files = createVersionFiles(blobs)
  const states = createVersionStates(context, files)
  const working = createWorkingCopy(context)
  const committed = createCommitted({ context, rows, files, states })
  const carriedNow = createCarriedRows(context)
  const digests = createArtifactDigests(context, { rows, files })

  const turns = createTurns()
  // A commit that ran beside another would only meet its version.
  const inTurn = <T>(work: () => Promise<T>) => turns.take('main', work)

  /** Names that differ between the version that `uncommitted` was last emptied for and the one that is now built on. */
  let apart: { readonly from: string | null; readonly to: string; readonly names: readonly string[] } | null =
    null
  async function namesSince(base: Committed): Promise<readonly string[]> {
    const from = working.since()
    if (from === base.id) return []
    if (apart?.from !== from || apart.to !== base.id) {
      const before =
        from === null ? [] : (await files.snapshot((await files.record(from)).snapshot.digest)).list
      const parts = files.lists.apart(before, base.snapshot)
      const samples = await files.lists.rows(snapshotRows, [...parts[0], ...parts[1]])
      apart = { from, to: base.id, names: [...new Set(samples.map(({ name }) => name))] }
    }
    return apart.names
  }

  type Reader<T> = {
    changed(more: Iterable<string>): Promise<Seen<T>>
    all(): Promise<Seen<T>>
  }
  const inFull: Reader<WorkingSample> = working
  const inBrief: Reader<WorkingState> = { changed: working.changedStates, all: working.allStates }

  /** One list is kept: drafts ask for the same again and again. */
  let carriedBefore: { readonly version: string; readonly rows: readonly CarriedRow[] } | null = null
  async function lookAtCarried(
    head: Version | null,
    base: Committed | null,
  ): Promise<Look<unknown>['carried']> {
    if (head && carriedBefore?.version !== head.id) {
      try {
        const list = base?.carried ?? (await files.carried(await files.record(head.id)))
        const blobs = list.map(({ blob }) => blob)
        carriedBefore = { version: head.id, rows: await files.lists.rows(carriedRows, blobs) }
      } catch (error) {
        // Damage to one old list must not stop the next version, which will store it anew.
        if (!isDamage(error)) throw error
        carriedBefore = { version: head.id, rows: [] }
      }
    }
    return { before: head ? carriedBefore!.rows : [], now: carriedNow() }
  }

  async function look<T>(from: Reader<T>): Promise<Look<T>> {
    const head = rows.head()
    try {
      const base = await committed.read()
      const carried = await lookAtCarried(head, base)
      const found = base && (await lookAtChanges(from, base, carried))
      if (found) return found
    } catch (error) {
      if (!isDamage(error) && !(error instanceof UncountedError)) throw error
    }
    const { states: former, ontology } = head
      ? await committed.everything(head)
      : { states: new Map<string, SampleState>(), ontology: null }
    const carried = await lookAtCarried(head, null)
    const { samples, upTo } = await from.all()
    const steps = [...samples].map(([name, now]) => ({ name, before: null, now }))
    return { parent: head?.id ?? null, base: null, steps, ontology, upTo, former, carried }
  }

  /** Null when the table of changes cannot be all there is to it. */
  async function lookAtChanges<T>(
    from: Reader<T>,
    base: Committed,
    carried: Look<T>['carried'],
  ): Promise<Look<T> | null> {
    const seen = await from.changed(await namesSince(base))
    const count = working.count()
    const before = await base.samples(seen.samples.keys())
    const steps = [...seen.samples].map(([name, now]) => ({ name, before: before.get(name) ?? null, now }))
    let expected = base.record.counts.samples
    for (const { name, before, now } of steps) {
      expected += (now ? 1 : 0) - (before ? 1 : 0)
      // A name that nothing has had: another one may be missing in its place.
      if (!before && seen.gone.has(name)) return null
    }
    if (expected !== count) return null
    const { id: parent, ontology } = base
    return { parent, base, steps, ontology: ontology.digest, upTo: seen.upTo, former: new Map(), carried }
  }

  function compare<T>(
    { parent, base, steps, former, carried, ...look }: Look<T>,
    stateOf: (sample: T) => SampleState,
    ontology: string,
  ) {
    const ontologyChanged = look.ontology !== null && look.ontology !== ontology
    const before = base
      ? new Map(steps.flatMap(({ name, before }) => (before ? [[name, before.state] as const] : [])))
      : former
    const now = new Map(steps.flatMap(({ name, now }) => (now ? [[name, stateOf(now)] as const] : [])))
    const { addedLabeled, ...samples } = compareSamples(before, now)
    const recarried = countRecarried(carried.before, carried.now)
    const changes = { ...samples, ...(recarried > 0 && { recarried }), ontologyChanged }
    const isEmpty = parent === null && now.size === 0 && recarried === 0
    return {
      before,
      changes,
      hasNews: !isEmpty && !isUnchanged(changes),
      message: suggestedMessage({ ...changes, addedLabeled }),
    }
  }

  /** Throws AppError `MISSING_BLOB` when bytes that no version has named yet are gone. */
  async function assertPresent(
    samples: readonly WorkingSample[],
    before: ReadonlyMap<string, SampleState>,
  ): Promise<void> {
    const breathe = createTimeSlice()
    for (const sample of samples) {
      const { name, image, label, card } = sample
      const old = before.get(name)
      const fresh = [
        ...(old?.image === image.digest ? [] : [image]),
        ...(label === null || old?.label === stateOf(sample).label
          ? []
          : [label.png, label.json, ...(label.shapes ? [label.shapes] : [])]),
        ...(card === null || old?.card === card.digest ? [] : [card]),
      ]
      for (const { digest } of fresh) {
        if (await blobs.has(digest)) continue
        throw missing(name, digest)
      }
      await breathe()
    }
  }

  async function commit(message: string, author: string, merge?: MergeCommit): Promise<Version | null> {
    requireWritable(context)
    const found = await look(inFull)
    // Read after the samples: it knows every category that their labels name.
    const ontology = await categories.ontology()
    const { before, changes, hasNews, message: suggested } = compare(found, stateOf, ontology.digest)
    if (!hasNews && !merge) return null
    const { parent, base, steps, upTo, carried } = found
    await assertPresent(
      steps.flatMap(({ now }) => now ?? []),
      before,
    )
    for (const { name, record } of carried.now) {
      if (!(await blobs.has(record as BlobDigest))) throw missing(name, record)
    }
    const build = await buildVersion({ files, blobs }, base, steps, ontology, carried.now)
    const record: VersionRecord = {
      v: 1,
      kind: 'version',
      parents: [...(parent === null ? [] : [parent]), ...(merge ? [merge.parent] : [])],
      message: message.trim() || suggested,
      author,
      createdAt: context.now(),
      deviceId: context.deviceId,
      ...build,
      changes,
    }
    const { digest: id } = await blobs.put(Buffer.from(versionRecordText(record)))
    const version = rows.add(id, record, () => {
      working.settle(id, upTo)
      merge?.also()
    })
    const { samples } = build.counts
    context.log('info', 'versions', 'version made', { number: version.number, samples, read: steps.length })
    context.emit({ type: 'versions.changed' })
    digests.start()
    return version
  }

  async function draft(): Promise<VersionDraft> {
    const found = await look(inBrief)
    const { changes, hasNews, message } = compare(found, (state) => state, ontologyDigest(categories))
    const counts: VersionRecord['counts'] = {
      ...(found.base?.record.counts ?? { samples: 0, labeled: 0, objects: 0 }),
    }
    const { length: carries } = found.carried.now
    delete counts.carried
    if (carries > 0) counts.carried = carries
    for (const { before, now } of found.steps) {
      counts.samples += (now ? 1 : 0) - (before ? 1 : 0)
      counts.labeled += (now?.label ? 1 : 0) - (before?.label ? 1 : 0)
      counts.objects += (now?.objectCount ?? 0) - (before?.label?.objectCount ?? 0)
    }
    return { canCommit: hasNews && !context.readOnly, counts, changes, suggestedMessage: message }
  }

  async function workingBeside(version: string) {
    const there = await states.snapshot(version)
    const { base, steps } = await look(inBrief)
    const now = new Map<string, VersionState>()
    const then = new Map<string, VersionState>()
    const keep = (list: readonly VersionState[], into: Map<string, VersionState>) => {
      for (const state of list) into.set(state.name, state)
    }
    if (base) {
      // What did not change since the last version is what that says.
      const [mine, theirs] = await states.apart(base.snapshot, there.list)
      keep(mine, now)
      keep(theirs, then)
      const changed = steps.map(({ name }) => name)
      keep(await states.named(there.list, changed), then)
    } else keep(await states.states(there.parts), then)
    for (const { name, now: state } of steps) {
      if (state) now.set(name, { ...state, name })
      else now.delete(name)
    }
    return { before: [...then.values()], now: [...now.values()], total: working.count() }
  }

  /** One is kept: lists ask for the same again and again. */
  let known: { readonly id: string; readonly samples: readonly SnapshotSample[] } | null = null

  async function snapshot(number: number | null): Promise<readonly SnapshotSample[] | null> {
    const list = rows.list()
    const version = number === null ? rows.head() : list.find((each) => each.number === number)
    if (!version) return null
    if (known?.id === version.id) return known.samples
    const { samples } = await files.getSnapshot((await files.record(version.id)).snapshot.digest)
    known = { id: version.id, samples }
    return samples
  }

  /** Rejects when a version cannot be read. Parts that versions share are read once. */
  async function neededBlobs(): Promise<ReadonlySet<string>> {
    const needed = new Set<string>()
    const seen = new Set<string>()
    const fresh = (list: readonly { readonly blob: string }[]) => {
      const parts = list.map(({ blob }) => blob).filter((blob) => !seen.has(blob))
      for (const part of parts) seen.add(part)
      return parts
    }
    for (const { id } of rows.list()) {
      const { snapshot, artifacts } = await files.record(id)
      const { list } = await files.snapshot(snapshot.digest)
      for (const { image, head, card } of await files.lists.rows(snapshotRows, fresh(list))) {
        for (const digest of [image, head, card]) if (digest !== null) needed.add(digest)
      }
      for (const { manifest } of artifacts) {
        const parts = fresh(await files.manifest(manifest.digest))
        for (const { blob } of await files.lists.rows(manifestRows, parts)) needed.add(blob)
      }
    }
    return needed
  }

  return {
    list: async () => rows.list(),
    snapshot,
    refs,
    tags,
    files,
    head: () => rows.head(),
    find: (text) => findVersion(text, rows.list(), refs.list(), refs.head()),
    workingBeside: (version) => inTurn(() => workingBeside(version)),
    workingOf: (images) => working.ofImages(images),

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

    async names() {
      const aliases = Map.groupBy(
        refs.list().filter(({ kind }) => kind === 'alias'),
        ({ version }) => version,
      )
      return [...aliases].map(([versionId, its]) => ({
        versionId,
        aliases: its.map(({ name }) => name),
      }))
    },

    async manifest(versionId, role) {
      const { manifest, digest } = rows.artifact(versionId, role)
      const entries = await files.getManifest(manifest, digest)
      // A damaged record does not hide the files of its version.
      const record = await files.record(versionId).catch((error: unknown) => {
        if (!isDamage(error)) throw error
      })
      const named = record?.artifacts.find((artifact) => artifact.role === role)?.manifest.digest
      if (record && named !== manifest) throw damagedList()
      return entries
    },

    at: (id) => committed.at(id),
    adopt: (id, known, isWhole) =>
      inTurn(async () => {
        await isWhole?.()
        const record = await files.record(id)
        for (const { role, manifest } of record.artifacts) {
          const digest = known[role]
          if (digest !== undefined) rows.addDigest(manifest.digest, digest)
        }
        const version = rows.adopt(id, record)
        context.emit({ type: 'versions.changed' })
        digests.start()
        return version
      }),
    async history(id) {
      const version = rows.list().find((one) => one.id === id)
      return version ? historyFiles({ blobs, files }, version) : []
    },

    draft: () => inTurn(draft),
    commit: (message, author, merge) => inTurn(() => commit(message, author, merge)),
    digested: () => digests.complete(),
    start: () => digests.start(),
    async settled() {
      await turns.idle()
      await digests.stop()
    },
  }
}

function missing(name: string, digest: string): AppError {
  return new AppError('MISSING_BLOB', `A stored file of "${name}" is missing (${digest.slice(0, 12)}).`, {
    remedy: 'No version was made. Run "tessera verify" to see what is affected.',
  })
}

/** What the blob of `ontology.json` would be called, without storing it. */
function ontologyDigest(categories: Pick<Categories, 'text'>): string {
  return createHash('sha256').update(categories.text()).digest('hex')
}
