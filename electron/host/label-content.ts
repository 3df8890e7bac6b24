import { AppError } from '../../shared/base/app-error.ts'
import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import type { BlobDigest, LabelIdentity } from '../../shared/dataset/digest.ts'
import { labelFileText, parseLabelFile } from '../../shared/formats/label-file.ts'
import { parseShapesFile, shapesFileText } from '../../shared/formats/shapes-file.ts'
import { MAX_OBJECT_ID } from '../../shared/label/label-map.ts'
import type { LabelObject } from '../../shared/label/ontology.ts'
import { isNoShapes, type LabelShapes } from '../../shared/label/shape.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import type { LabelCodec } from '../adapters/label-codec.ts'
import type { Categories } from './categories.ts'
import { damaged, type LabeledSample, type LabelRows, type RevisionRow } from './label-rows.ts'
import type { LibraryContext } from './library-context.ts'
import { countObjects, type ObjectCounts } from './listing.ts'

/** A whole label as it comes in. `ids` as `encodeIds` writes them. */
export type LabelInput = {
  readonly status: LabelStatus
  readonly objects: readonly LabelObject[]
  readonly nextObjectId: number
  readonly ids: Uint8Array
  /** What `putShapes` stored, or what another revision has; null for nothing. */
  readonly shapes: BlobDigest | null
}

/** A whole label as blobs that are durable. */
export type LabelContent = {
  readonly identity: LabelIdentity
  readonly mask: BlobRef
  readonly label: BlobRef
  readonly ontology: BlobRef
  readonly shapes: BlobRef | null
  readonly status: LabelStatus
  readonly objectCount: number
  readonly labeledPixels: number
  readonly nextObjectId: number
  /** How many objects of each category. */
  readonly objectCounts: ObjectCounts
  /** How many shapes of each category. */
  readonly shapeCounts: ObjectCounts
}

/** Labels to blobs and back. Nothing here moves a head. */
export type LabelContents = {
  /**
   * Checks what a label means and stores it. Rejects with AppError `BAD_REQUEST` for pixels of another size, objects that
   * are not listed, listed twice or of no category, and with what the disk says.
   */
  store(sample: LabeledSample, input: LabelInput): Promise<LabelContent>
  /**
   * A revision once more, with another status or what else its objects are now said to be. Rejects as `objects` does when
   * it cannot be read.
   */
  again(
    sample: LabeledSample,
    row: RevisionRow,
    status?: LabelStatus,
    objects?: readonly LabelObject[],
  ): Promise<LabelContent>
  /** Objects in order of id. Rejects with `BLOB_CORRUPT`, `MISSING_BLOB`, and `ROW_CORRUPT` when it is another label. */
  objects(sample: LabeledSample, row: RevisionRow): Promise<readonly LabelObject[]>
  /** Null when nothing is to be kept. Rejects with what the disk says. */
  putShapes(shapes: LabelShapes): Promise<BlobDigest | null>
  /** Rejects with `BLOB_CORRUPT`, `MISSING_BLOB`, `FMT_TOO_NEW`. */
  shapes(digest: BlobDigest | null): Promise<LabelShapes | null>
}

export function createLabelContents(
  context: Pick<LibraryContext, 'blobs'>,
  parts: {
    readonly rows: LabelRows
    readonly codec: LabelCodec
    readonly categories: Pick<Categories, 'ids' | 'revive' | 'ontology'>
  },
): LabelContents {
  const { blobs } = context
  const { rows, codec, categories } = parts

  /** The PNG of the same pixels that is there already, when it is whole. */
  async function storedMask(identity: LabelIdentity): Promise<BlobRef | undefined> {
    const digest = rows.maskOf(identity)
    const ref = digest && blobs.stat(digest)
    if (!ref) return undefined
    try {
      await blobs.get(ref.digest)
      return ref
    } catch (error) {
      // Lost or damaged: the pixels are at hand, so encoding them again brings it back.
      if (error instanceof AppError && ['BLOB_CORRUPT', 'MISSING_BLOB'].includes(error.code)) return undefined
      throw error
    }
  }

  function requireRef(digest: BlobDigest): BlobRef {
    const ref = blobs.stat(digest)
    if (!ref) throw damaged('A saved label')
    return ref
  }

  async function objects(sample: LabeledSample, row: RevisionRow): Promise<readonly LabelObject[]> {
    const bytes = await blobs.get(row.label)
    try {
      const file = parseLabelFile(Buffer.from(bytes).toString())
      if (file.width === sample.width && file.height === sample.height && file.status === row.status) {
        return file.objects
      }
    } catch (cause) {
      throw damaged(`The saved label of ${sample.name}`, cause)
    }
    throw damaged(`The saved label of ${sample.name}`)
  }

  async function shapes(digest: BlobDigest | null): Promise<LabelShapes | null> {
    if (digest === null) return null
    const bytes = await blobs.get(digest)
    try {
      return parseShapesFile(Buffer.from(bytes).toString())
    } catch (cause) {
      // The bytes are what was once written, so it is this program that does not know them.
      throw new AppError('FMT_TOO_NEW', 'The shapes of a label are written in an unknown way.', {
        remedy: 'Update Tessera.',
        cause,
      })
    }
  }

  /** Every save of a label counts them, and edits of the mask leave them as they are. */
  const counted = new Map<BlobDigest, ObjectCounts>()
  async function countShapes(digest: BlobDigest | null): Promise<ObjectCounts> {
    if (digest === null) return new Map()
    const known = counted.get(digest) ?? countObjects((await shapes(digest))?.shapes ?? [])
    counted.delete(digest)
    counted.set(digest, known)
    if (counted.size > 256) counted.delete(counted.keys().next().value!)
    return known
  }

  async function keptShapes(digest: BlobDigest | null) {
    const shapeCounts = await countShapes(digest)
    // A revision that is acknowledged can be read.
    if (digest !== null) await blobs.get(digest)
    return { shapes: digest === null ? null : requireRef(digest), shapeCounts }
  }

  const putLabelFile = ({ width, height }: LabeledSample, input: Pick<LabelInput, 'status' | 'objects'>) =>
    blobs.put(Buffer.from(labelFileText({ width, height, status: input.status, objects: input.objects })))

  return {
    async store(sample, input) {
      checkObjects(input, categories.ids())
      let known: BlobRef | undefined
      const { width, height } = sample
      const listed = input.objects.map(({ id }) => id)
      const encoded = await codec.encode({ width, height, ids: input.ids, listed }, async (identity) => {
        known = await storedMask(identity)
        return known !== undefined
      })
      const mask = known ?? (await blobs.put(encoded.png!))
      const objectCounts = countObjects(input.objects)
      const kept = await keptShapes(input.shapes)
      categories.revive([...objectCounts.keys(), ...kept.shapeCounts.keys()])
      return {
        ...kept,
        identity: encoded.identity,
        mask,
        label: await putLabelFile(sample, input),
        ontology: await categories.ontology(),
        status: input.status,
        objectCount: listed.length,
        labeledPixels: encoded.labeledPixels,
        nextObjectId: input.nextObjectId,
        objectCounts,
      }
    },

    async again(sample, row, status = row.status, others) {
      const { identity, objectCount, labeledPixels, nextObjectId } = row
      // A revision that is acknowledged can be read, also when only its status is new.
      await blobs.get(row.mask)
      const list = others ?? (await objects(sample, row))
      const label = await putLabelFile(sample, { status, objects: list })
      const objectCounts = countObjects(list)
      const kept = await keptShapes(row.shapes)
      categories.revive([...objectCounts.keys(), ...kept.shapeCounts.keys()])
      const ontology = await categories.ontology()
      const mask = requireRef(row.mask)
      return {
        ...kept,
        identity,
        mask,
        label,
        ontology,
        status,
        objectCount,
        labeledPixels,
        nextObjectId,
        objectCounts,
      }
    },

    objects,
    shapes,
    putShapes: async (label) =>
      isNoShapes(label) ? null : (await blobs.put(Buffer.from(shapesFileText(label)))).digest,
  }
}

function checkObjects({ objects, nextObjectId }: LabelInput, known: ReadonlySet<number>): void {
  const seen = new Set<number>()
  if (objects.length > 65_535)
    throw refused(`A label can have 65,535 objects; this one has ${objects.length}.`)
  for (const { id, categoryId } of objects) {
    if (seen.has(id)) throw refused(`Object ${id} is listed twice.`)
    seen.add(id)
    if (!known.has(categoryId)) {
      throw refused(`Object ${id} is of category ${categoryId}, which does not exist.`)
    }
    if (id >= nextObjectId) throw refused(`The next object would be ${nextObjectId}, but there is one ${id}.`)
  }
  if (nextObjectId > MAX_OBJECT_ID + 1) throw refused(`Object ids end at ${MAX_OBJECT_ID}.`)
}

function refused(message: string): AppError {
  return new AppError('BAD_REQUEST', message, {
    remedy: 'Nothing was changed. Reload the label, or correct the list of objects.',
  })
}
