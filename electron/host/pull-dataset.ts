import { createHash } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { labelKey, type SampleFiles } from '../../shared/formats/artifact-layout.ts'
import { cardRecordText, parseCardRecord } from '../../shared/formats/card-record.ts'
import { type LabelFile, labelFileText, parseLabelFile } from '../../shared/formats/label-file.ts'
import { ontologyFileText, parseOntologyFile } from '../../shared/formats/ontology-file.ts'
import {
  parseRevisionRecord,
  type RevisionRecord,
  revisionRecordText,
} from '../../shared/formats/revision-record.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import { type VersionRecord, versionRecordText } from '../../shared/formats/version-record.ts'
import { compareSamples, type SampleState } from '../../shared/history/changes.ts'
import type { ArtifactRole } from '../../shared/host/host-api.ts'
import { toSampleName } from '../../shared/image/sample-name.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import type { RemoteItem } from '../../shared/sync/artifact-source.ts'
import { createLabelCodec } from '../adapters/label-codec.ts'
import { decodeMask } from '../adapters/mask-file.ts'
import { isNothing } from './label-moves.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { createTimeSlice } from './time-slice.ts'
import { buildVersion } from './version-build.ts'
import type { Versions } from './versions.ts'

/** Stands for the installation of what another program made. */
const elsewhere = 'wandb'

type Sample = SnapshotSample & { readonly files: SampleFiles; readonly objects: number }
type Labeled = { readonly head: string; readonly files: NonNullable<SampleFiles['label']> }

/**
 * A version of what another program logged in the layout of ours: what it says of images, labels, cards and categories laid
 * over the version that it came from; what it does not mention stays, for a program may log a part. Made of the artifact and
 * that version alone, so that whoever pulls it has the same version. Returns its id; null when it says nothing new. Rejects
 * with `IN_FORMAT` for files that are not as they should be.
 */
export async function versionOfDataset(
  context: LibraryContext,
  versions: Versions,
  input: {
    readonly item: RemoteItem
    readonly role: ArtifactRole
    readonly blobs: ReadonlyMap<string, BlobRef>
    /** The version it came from; null for none. */
    readonly base: string | null
  },
): Promise<string | null> {
  const { blobs } = context
  const { item, base } = input
  const author = item.createdBy?.kind === 'run' ? item.createdBy.title : (item.createdBy?.name ?? '')
  const codec = createLabelCodec()
  const breathe = createTimeSlice()
  let ontology: Promise<BlobRef> | undefined
  try {
    return await make()
  } finally {
    await codec.close()
  }

  async function make(): Promise<string | null> {
    const record = base === null ? null : await versions.files.record(base)
    const before = record ? await versions.files.getSnapshot(record.snapshot.digest) : null
    const old = new Map<string, Sample>()
    for (const sample of before?.samples ?? []) old.set(sample.name, await known(sample))
    const categories = await ontologyOf(before?.ontology ?? null)
    const now = new Map(old)
    for (const name of namesOf()) {
      const sample = await sampleOf(name, old.get(name))
      if (sample) now.set(name, sample)
      await breathe()
    }
    const states = (samples: ReadonlyMap<string, Sample>) =>
      new Map(
        [...samples].map(([name, { image, card, files }]): [string, SampleState] => {
          const label = files.label && labelKey(files.label.png.digest, files.label.json.digest)
          return [name, { image, card, label }]
        }),
      )
    const { addedLabeled: _, ...counted } = compareSamples(states(old), states(now))
    const ontologyChanged = before !== null && before.ontology.digest !== categories.digest
    const isSame = !ontologyChanged && Object.values(counted).every((count) => count === 0)
    if (isSame) return null
    const samples = [...now.values()].sort((a, b) => compareCodePoints(a.name, b.name))
    const steps = samples.map(({ name, id, head, files }) => ({
      name,
      before: null,
      now: { ...files, id, head },
    }))
    const build = await buildVersion({ files: versions.files, blobs }, null, steps, categories)
    const version: VersionRecord = {
      v: 1,
      kind: 'version',
      parents: base === null ? [] : [base],
      message: item.description || `${item.collection}:v${item.index}`,
      author,
      createdAt: item.createdAt,
      deviceId: elsewhere,
      ...build,
      changes: { ...counted, ontologyChanged },
    }
    const { digest: id } = await put(versionRecordText(version))
    await versions.adopt(id, {})
    return id
  }

  /** What the artifact says something of. */
  function namesOf(): Set<string> {
    const names = new Set<string>()
    for (const path of input.blobs.keys()) {
      const found =
        /^images\/(.+)$/.exec(path) ??
        /^labels\/(.+)\.(?:png|json)$/.exec(path) ??
        /^samples\/(.+)\.json$/.exec(path)
      if (found && toSampleName(found[1]!) === found[1]) names.add(found[1]!)
    }
    return names
  }

  /** Null for a label or a card of an image that nobody has. */
  async function sampleOf(name: string, was: Sample | undefined): Promise<Sample | null> {
    const image = input.blobs.get(`images/${name}`) ?? was?.files.image
    if (!image) return null
    const same = was?.image === image.digest ? was : undefined
    const [png, json] = [input.blobs.get(`labels/${name}.png`), input.blobs.get(`labels/${name}.json`)]
    const cardBlob = input.blobs.get(`samples/${name}.json`)
    const id = same?.id ?? idOf(image.digest)
    const label =
      png && json
        ? await labelOf(name, id, png, json, same)
        : same && { head: same.head, files: same.files.label }
    const card = cardBlob ? await cardOf(name, cardBlob) : (same?.files.card ?? null)
    const files: SampleFiles = { name, image, label: label?.files ?? null, card }
    return {
      name,
      id,
      image: image.digest,
      head: files.label ? (label?.head ?? null) : null,
      card: card?.digest ?? null,
      files,
      objects: files.label?.objectCount ?? 0,
    }
  }

  async function known(sample: SnapshotSample): Promise<Sample> {
    const head = sample.head === null ? null : await getRecord(blobs, sample.head, parseRevisionRecord)
    const files = {
      name: sample.name,
      image: requireRef(sample.image),
      label: head && filesOf(head),
      card: sample.card === null ? null : requireRef(sample.card),
    }
    return { ...sample, files, objects: head?.objectCount ?? 0 }
  }

  function filesOf({ payloads, status, objectCount }: RevisionRecord): NonNullable<SampleFiles['label']> {
    const ref = (role: string) => requireRef(payloads.find((each) => each.role === role)?.digest ?? '')
    return { png: ref('mask'), json: ref('label'), status, objectCount }
  }

  function requireRef(digest: string): BlobRef {
    const ref = blobs.stat(digest as BlobDigest)
    if (ref) return ref
    throw new AppError('MISSING_BLOB', `A stored file of a version is missing (${digest.slice(0, 12)}).`, {
      remedy: 'Run "tessera verify" to see what is affected.',
    })
  }

  /** Null for a label that says nothing. The same label as before is the same revision. */
  async function labelOf(
    name: string,
    sampleId: string,
    png: BlobRef,
    json: BlobRef,
    was: Sample | undefined,
  ): Promise<Labeled | null> {
    const same = was?.files.label
    if (same && same.png.digest === png.digest && same.json.digest === json.digest)
      return { head: was.head!, files: same }
    const label = await parsed(name, 'label', json, parseLabelFile)
    const { width, height, status, objects } = label
    if (isNothing({ status, objectCount: objects.length })) return null
    const map = await decodeMask(await blobs.get(png.digest))
    if (map.width !== width || map.height !== height)
      throw wrong(`labels/${name}.png`, 'is not of the size of its label')
    const listed = objects.map(({ id }) => id)
    const encoded = await codec.encode({ width, height, ids: encodeIds(map.ids), listed }, async () => false)
    const before = was?.head ? await getRecord(blobs, was.head, parseRevisionRecord) : null
    const mask = encoded.png ? await blobs.put(encoded.png) : png
    const text = await put(labelFileText(label))
    if (same && same.png.digest === mask.digest && same.json.digest === text.digest)
      return { head: was.head!, files: same }
    const revision: RevisionRecord = {
      v: 1,
      kind: 'revision',
      sampleId,
      parents: was?.head ? [was.head] : [],
      identity: encoded.identity,
      payloads: [
        { role: 'mask', ...mask },
        { role: 'label', ...text },
        { role: 'ontology', ...(await ontologyOf(null)) },
      ],
      status,
      objectCount: objects.length,
      labeledPixels: encoded.labeledPixels,
      nextObjectId: Math.max(before?.nextObjectId ?? 1, ...listed.map((id) => id + 1)),
      tool: elsewhere,
      author,
      createdAt: item.createdAt,
      deviceId: elsewhere,
      seq: 1,
    }
    const { digest: head } = await put(revisionRecordText(revision))
    requireCategories(name, label, await categoryIds())
    return { head, files: filesOf(revision) }
  }

  function requireCategories(name: string, { objects }: LabelFile, categories: ReadonlySet<number>): void {
    const stray = objects.find(({ categoryId }) => !categories.has(categoryId))
    if (stray)
      throw wrong(
        `labels/${name}.json`,
        `names category ${stray.categoryId}, which ontology.json does not have`,
      )
  }

  async function categoryIds(): Promise<ReadonlySet<number>> {
    const { categories } = await getRecord(blobs, (await ontologyOf(null)).digest, parseOntologyFile)
    return new Set(categories.map(({ id }) => id))
  }

  /** Of the artifact if it has one, else as before. */
  async function ontologyOf(before: BlobRef | null): Promise<BlobRef> {
    const own = input.blobs.get('ontology.json')
    ontology ??= own
      ? put(ontologyFileText(await parsed('ontology.json', 'list of categories', own, parseOntologyFile)))
      : before
        ? Promise.resolve(before)
        : put(
            ontologyFileText(
              parseOntologyFile('{"categories":[],"format":"tessera-ontology","format_version":1}'),
            ),
          )
    return ontology
  }

  async function cardOf(name: string, blob: BlobRef): Promise<BlobRef> {
    return put(cardRecordText(await parsed(name, 'card', blob, parseCardRecord)))
  }

  async function parsed<T>(
    name: string,
    what: string,
    { digest }: BlobRef,
    parse: (text: string) => T,
  ): Promise<T> {
    const text = Buffer.from(await blobs.get(digest)).toString('utf8')
    try {
      return parse(text)
    } catch (cause) {
      throw wrong(name, `has a ${what} that cannot be read`, cause)
    }
  }

  function put(text: string): Promise<BlobRef> {
    return blobs.put(Buffer.from(text))
  }
}

/** The id of a sample that no library made: the same wherever its image is. */
function idOf(image: string): string {
  const hex = createHash('sha256').update(`tessera-sample:${image}`).digest('hex')
  const variant = ((Number.parseInt(hex[16]!, 16) & 3) | 8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function wrong(name: string, how: string, cause?: unknown): AppError {
  return new AppError('IN_FORMAT', `"${name.slice(0, 120)}" ${how}.`, {
    remedy: 'Nothing of this version was taken. Ask who made it.',
    cause,
  })
}
