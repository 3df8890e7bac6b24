import { createHash } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import type { SampleFiles } from '../../shared/formats/artifact-layout.ts'
import { cardRecordText, parseCardRecord } from '../../shared/formats/card-record.ts'
import {
  type CarriedRow,
  carriedRecordText,
  parseCarriedRecord,
} from '../../shared/formats/carried-record.ts'
import { type LabelFile, labelFileText, parseLabelFile } from '../../shared/formats/label-file.ts'
import { ontologyFileText, parseOntologyFile } from '../../shared/formats/ontology-file.ts'
import {
  parseRevisionRecord,
  type RevisionRecord,
  revisionRecordText,
} from '../../shared/formats/revision-record.ts'
import { parseShapesFile, shapesFileText } from '../../shared/formats/shapes-file.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import { type VersionRecord, versionRecordText } from '../../shared/formats/version-record.ts'
import { compareSamples, countRecarried, type SampleState } from '../../shared/history/changes.ts'
import type { ArtifactRole } from '../../shared/host/host-api.ts'
import { toSampleName } from '../../shared/image/sample-name.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import { isNoShapes } from '../../shared/label/shape.ts'
import type { RemoteItem } from '../../shared/sync/artifact-source.ts'
import { createLabelCodec } from '../adapters/label-codec.ts'
import { decodeMask } from '../adapters/mask-file.ts'
import { type Committed, type CommittedSample, UncountedError } from './committed.ts'
import { isNothing } from './label-moves.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { createTimeSlice } from './time-slice.ts'
import { type BuildStep, buildVersion } from './version-build.ts'
import { carriedRows } from './version-files.ts'
import type { Versions } from './versions.ts'
import { stateOf, type WorkingSample } from './working-copy.ts'

/** Stands for the installation of what another program made. */
const elsewhereUsually = 'wandb'

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
    readonly item: Pick<RemoteItem, 'collection' | 'index' | 'createdAt' | 'createdBy'>
    readonly role: ArtifactRole
    readonly blobs: ReadonlyMap<string, BlobRef>
    /** The version it came from; null for none. */
    readonly base: string | null
    /** What to call it, where the name of the artifact does not say it. */
    readonly message?: string
    /** Where it was made, where that is not W&B. */
    readonly place?: string
  },
): Promise<string | null> {
  const { blobs } = context
  const { item, place: elsewhere = elsewhereUsually } = input
  const author = item.createdBy?.kind === 'run' ? item.createdBy.name : (item.createdBy?.name ?? '')
  const codec = createLabelCodec()
  const breathe = createTimeSlice()
  let ontology: Promise<BlobRef> | undefined
  try {
    return await make()
  } finally {
    await codec.close()
  }

  async function make(): Promise<string | null> {
    const base = input.base === null ? null : await versions.at(input.base)
    const categories = await ontologyOf(base?.ontology ?? null)
    const names = namesOf()
    const before = base ? await formerOf(base, names) : new Map<string, CommittedSample | null>()
    const steps: BuildStep[] = []
    for (const name of names) {
      const was = before.get(name) ?? null
      const now = await sampleOf(name, was ? await known(was.sample) : undefined)
      if (now && !(was && isSame(was.state, stateOf(now)))) steps.push({ name, before: was, now })
      await breathe()
    }
    const old = steps.flatMap(({ name, before }) => (before ? [[name, before.state] as const] : []))
    const fresh = steps.flatMap(({ name, now }) => (now ? [[name, stateOf(now)] as const] : []))
    const { addedLabeled: _, ...counted } = compareSamples(new Map(old), new Map(fresh))
    const ontologyChanged = base !== null && base.ontology.digest !== categories.digest
    const carried = await carriedAfter(base)
    if (steps.length === 0 && !ontologyChanged && carried === null) return null
    const recarried = carried ? countRecarried(await carriedOf(base), carried) : 0
    const version: VersionRecord = {
      v: 1,
      kind: 'version',
      parents: base === null ? [] : [base.id],
      message: input.message ?? `${item.collection}:v${item.index}`,
      author,
      createdAt: item.createdAt,
      deviceId: elsewhere,
      ...(await buildVersion({ files: versions.files, blobs }, base, steps, categories, carried)),
      changes: { ...counted, ...(recarried > 0 && { recarried }), ontologyChanged },
    }
    const { digest: id } = await put(versionRecordText(version))
    await versions.adopt(id, {})
    return id
  }

  async function formerOf(base: Committed, names: ReadonlySet<string>) {
    try {
      return await base.samples(names)
    } catch (error) {
      if (error instanceof UncountedError) throw missing(base.id)
      throw error
    }
  }

  /** What the artifact says something of. */
  function namesOf(): Set<string> {
    const names = new Set<string>()
    for (const path of input.blobs.keys()) {
      const found =
        /^images\/(.+)$/.exec(path) ??
        /^labels\/(.+)\.(?:png|json)$/.exec(path) ??
        /^shapes\/(.+)\.json$/.exec(path) ??
        /^samples\/(.+)\.json$/.exec(path)
      if (found && toSampleName(found[1]!) === found[1]) names.add(found[1]!)
    }
    return names
  }

  /** Null for a label or a card of an image that nobody has. */
  async function sampleOf(name: string, was: WorkingSample | undefined): Promise<WorkingSample | null> {
    const image = input.blobs.get(`images/${name}`) ?? was?.image
    if (!image) return null
    const same = was?.image.digest === image.digest ? was : undefined
    const [png, json] = [input.blobs.get(`labels/${name}.png`), input.blobs.get(`labels/${name}.json`)]
    const cardBlob = input.blobs.get(`samples/${name}.json`)
    // A program that logs a label anew and knows nothing of shapes leaves them as they were.
    const shapesBlob = input.blobs.get(`shapes/${name}.json`)
    const id = same?.id ?? idOf(image.digest)
    const label =
      png && json
        ? await labelOf(name, id, { png, json, shapes: await shapesOf(name, shapesBlob, same) }, same)
        : shapesBlob && same?.label
          ? await labelOf(name, id, { ...same.label, shapes: await shapesOf(name, shapesBlob, same) }, same)
          : same && { head: same.head, files: same.label }
    const card = cardBlob ? await cardOf(name, cardBlob) : (same?.card ?? null)
    const files = label?.files ?? null
    return { name, id, image, head: files ? (label?.head ?? null) : null, label: files, card }
  }

  async function known({ name, id, image, head, card }: SnapshotSample): Promise<WorkingSample> {
    const revision = head === null ? null : await getRecord(blobs, head, parseRevisionRecord)
    return {
      name,
      id,
      head,
      image: requireRef(image),
      label: revision && filesOf(revision),
      card: card === null ? null : requireRef(card),
    }
  }

  function filesOf({ payloads, status, objectCount }: RevisionRecord): NonNullable<SampleFiles['label']> {
    const ref = (role: string) => requireRef(payloads.find((each) => each.role === role)?.digest ?? '')
    const shaped = payloads.some(({ role }) => role === 'shapes')
    return {
      png: ref('mask'),
      json: ref('label'),
      shapes: shaped ? ref('shapes') : null,
      status,
      objectCount,
    }
  }

  function requireRef(digest: string): BlobRef {
    const ref = blobs.stat(digest as BlobDigest)
    if (ref) return ref
    throw missing(digest)
  }

  /** Null for a label that says nothing. The same label as before is the same revision. */
  async function labelOf(
    name: string,
    sampleId: string,
    { png, json, shapes }: Pick<NonNullable<SampleFiles['label']>, 'png' | 'json' | 'shapes'>,
    was: WorkingSample | undefined,
  ): Promise<Labeled | null> {
    const same = was?.label
    const isAs = (mask: BlobRef, file: BlobRef) =>
      same?.png.digest === mask.digest &&
      same.json.digest === file.digest &&
      same.shapes?.digest === shapes?.digest
    if (same && isAs(png, json)) return { head: was.head!, files: same }
    const label = await parsed(name, 'label', json, parseLabelFile)
    const { width, height, status, objects } = label
    if (isNothing({ status, objectCount: objects.length, shapes: shapes?.digest ?? null })) return null
    const map = await decodeMask(await blobs.get(png.digest))
    if (map.width !== width || map.height !== height)
      throw wrong(`labels/${name}.png`, 'is not of the size of its label')
    const listed = objects.map(({ id }) => id)
    const encoded = await codec.encode({ width, height, ids: encodeIds(map.ids), listed }, async () => false)
    const before = was?.head ? await getRecord(blobs, was.head, parseRevisionRecord) : null
    const mask = encoded.png ? await blobs.put(encoded.png) : png
    const text = await put(labelFileText(label))
    if (same && isAs(mask, text)) return { head: was.head!, files: same }
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
        ...(shapes ? [{ role: 'shapes' as const, ...shapes }] : []),
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

  async function shapesOf(
    name: string,
    blob: BlobRef | undefined,
    was: WorkingSample | undefined,
  ): Promise<BlobRef | null> {
    if (!blob) return was?.label?.shapes ?? null
    const shapes = await parsed(name, 'file of shapes', blob, parseShapesFile)
    return isNoShapes(shapes) ? null : put(shapesFileText(shapes))
  }

  function carriedOf(base: Committed | null): Promise<CarriedRow[]> {
    const list = (base?.carried ?? []).map(({ blob }) => blob)
    return versions.files.lists.rows(carriedRows, list)
  }

  /** What is carried after it: what the artifact has, laid over what the base has. Null when that is the same. */
  async function carriedAfter(base: Committed | null): Promise<CarriedRow[] | null> {
    const before = await carriedOf(base)
    const after = new Map(before.map((row) => [row.name, row]))
    for (const [path, blob] of input.blobs) {
      if (!path.startsWith('carried/')) continue
      const record = await parsed(path, 'record', blob, parseCarriedRecord)
      const { digest } = await put(carriedRecordText(record))
      after.set(record.name, { name: record.name, record: digest })
      await breathe()
    }
    const rows = [...after.values()].sort((a, b) => compareCodePoints(a.name, b.name))
    return countRecarried(before, rows) === 0 ? null : rows
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

function missing(digest: string): AppError {
  return new AppError('MISSING_BLOB', `A stored file of a version is missing (${digest.slice(0, 12)}).`, {
    remedy: 'Run "tessera verify" to see what is affected.',
  })
}

const isSame = (a: SampleState, b: SampleState) =>
  a.image === b.image && a.label === b.label && a.card === b.card

function wrong(name: string, how: string, cause?: unknown): AppError {
  return new AppError('IN_FORMAT', `"${name.slice(0, 120)}" ${how}.`, {
    remedy: 'Nothing of this version was taken. Ask who made it.',
    cause,
  })
}
