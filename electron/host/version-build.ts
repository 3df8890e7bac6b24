import { AppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import type { ManifestEntry } from '../../shared/dataset/manifest.ts'
import { fileEntry, labeledChanges, rawChanges } from '../../shared/formats/artifact-layout.ts'
import { type CarriedRow, carriedPath } from '../../shared/formats/carried-record.ts'
import { datasetFileText } from '../../shared/formats/dataset-file.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import type { VersionRecord } from '../../shared/formats/version-record.ts'
import type { ArtifactRole } from '../../shared/host/host-api.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import type { Committed, CommittedSample, CountedLabel } from './committed.ts'
import type { FileBlobStore } from './library-context.ts'
import { createTimeSlice } from './time-slice.ts'
import { carriedRows, manifestRows, snapshotRows, type VersionFiles } from './version-files.ts'
import type { WorkingSample } from './working-copy.ts'

/** A sample that may not be what it was. */
export type BuildStep = {
  readonly name: string
  /** As the version that is built on has it; null when it does not. */
  readonly before: Pick<CommittedSample, 'state' | 'label'> | null
  readonly now: WorkingSample | null
}

export type Build = Pick<VersionRecord, 'artifacts' | 'snapshot' | 'counts' | 'carried'>

/**
 * Stores the lists of a version: those of `base`, with the samples of `steps` as they are now; without a base, those of
 * `steps` alone. Reads and writes the parts around what changed, and the result is what all samples without a base would
 * give.
 */
export async function buildVersion(
  tools: { readonly files: VersionFiles; readonly blobs: Pick<FileBlobStore, 'put' | 'stat'> },
  base: Committed | null,
  steps: readonly BuildStep[],
  ontology: BlobRef,
  /** What is carried now; null: as in the base. */
  kept: readonly CarriedRow[] | null = null,
): Promise<Build> {
  const { files, blobs } = tools
  const breathe = createTimeSlice()
  const totals = await totalsAfter(base, steps)

  const snapshot = new Map<string, SnapshotSample | null>()
  const raw = new Map<string, ManifestEntry | null>()
  const labeled = new Map<string, ManifestEntry | null>()
  for (const { name, before, now } of steps) {
    const sample = now && {
      name,
      id: now.id,
      image: now.image.digest,
      head: now.head,
      card: now.card?.digest ?? null,
    }
    snapshot.set(name, sample)
    for (const [path, entry] of rawChanges(name, before?.state ?? null, now)) raw.set(path, entry)
    for (const [path, entry] of labeledChanges(name, before?.state ?? null, now)) labeled.set(path, entry)
    await breathe()
  }

  const before = await files.lists.rows(
    carriedRows,
    (base?.carried ?? []).map(({ blob }) => blob),
  )
  const carried = new Map(
    kept === null ? [] : before.map(({ name }): [string, CarriedRow | null] => [name, null]),
  )
  for (const row of kept ?? []) carried.set(row.name, row)
  for (const { name, record } of kept === null ? [] : before) {
    if (carried.get(name)?.record === record) carried.delete(name)
  }
  for (const [name, row] of carried) {
    labeled.set(carriedPath(name), row && fileEntry(carriedPath(name), requireRef(row)))
  }

  function requireRef({ name, record }: CarriedRow): BlobRef {
    const ref = blobs.stat(record as BlobDigest)
    if (ref) return ref
    throw new AppError('MISSING_BLOB', `What is kept of "${name.slice(0, 120)}" is missing.`, {
      remedy: 'No version was made. Run "tessera verify" to see what is affected.',
    })
  }

  async function artifact(
    role: ArtifactRole,
    changes: Map<string, ManifestEntry | null>,
    dataset: string,
  ): Promise<VersionRecord['artifacts'][number]> {
    const old = base?.record.artifacts.find((each) => each.role === role)
    if (old && changes.size === 0) return old
    changes.set('dataset.json', fileEntry('dataset.json', await blobs.put(Buffer.from(dataset))))
    const { list, before } = await files.lists.change(
      manifestRows,
      (await base?.manifest(role)) ?? [],
      changes,
    )
    let [count, bytes] = [0, old?.bytes ?? 0]
    for (const { rows } of list) count += rows
    for (const { size } of before.values()) bytes -= size
    for (const entry of changes.values()) bytes += entry?.size ?? 0
    return { role, manifest: await files.putManifest(list), files: count, bytes }
  }

  const { samples, labels, objects, cards, statuses, shaped } = totals
  const carries = (kept ?? before).length
  const more = { ...(shaped > 0 && { shaped }), ...(carries > 0 && { carried: carries }) }
  const artifacts = [
    await artifact('raw_data', raw, datasetFileText({ role: 'raw_data', counts: { images: samples } })),
  ]
  if (labels > 0 || cards > 0 || carries > 0) {
    const isThere = base?.record.artifacts.some(({ role }) => role === 'labeled_data')
    if (!isThere || base?.ontology.digest !== ontology.digest) {
      labeled.set('ontology.json', fileEntry('ontology.json', ontology))
    }
    const counts = { images: labels, objects, statuses: Object.fromEntries(statuses), ...more }
    artifacts.push(await artifact('labeled_data', labeled, datasetFileText({ role: 'labeled_data', counts })))
  }
  const { list } = await files.lists.change(snapshotRows, base?.snapshot ?? [], snapshot)
  const { list: carriedList } = await files.lists.change(carriedRows, base?.carried ?? [], carried)
  return {
    ...(carries > 0 && { carried: await files.putCarried(carriedList) }),
    artifacts,
    snapshot: await files.putSnapshot(list, ontology),
    counts: { samples, labeled: labels, objects, ...more },
  }
}

/** What `dataset.json` and the record count, without looking at what did not change. */
async function totalsAfter(base: Committed | null, steps: readonly BuildStep[]) {
  const old: VersionRecord['counts'] = base?.record.counts ?? { samples: 0, labeled: 0, objects: 0 }
  const described = base?.record.artifacts.find(({ role }) => role === 'labeled_data')
  const statuses = new Map<LabelStatus, number>(base ? await base.statuses() : [])
  // Besides cards, labeled_data has two files of its own, three of each label, its shapes, and what is carried.
  let shaped = old.shaped ?? 0
  let cards = described ? described.files - 2 - 3 * old.labeled - shaped - (old.carried ?? 0) : 0
  let { samples, labeled: labels, objects } = old
  const count = (sign: 1 | -1, label: CountedLabel | null, card: unknown) => {
    samples += sign
    if (card !== null) cards += sign
    if (!label) return
    labels += sign
    objects += sign * label.objectCount
    if (label.isShaped) shaped += sign
    const left = (statuses.get(label.status) ?? 0) + sign
    if (left === 0) statuses.delete(label.status)
    else statuses.set(label.status, left)
  }
  for (const { before, now } of steps) {
    if (before) count(-1, before.label, before.state.card)
    if (now) count(1, now.label && { ...now.label, isShaped: now.label.shapes !== null }, now.card)
  }
  return { samples, labels, objects, cards, statuses, shaped }
}
