import { AppError, type ErrorInfo } from '../../shared/base/app-error.ts'
import { compareCodePoints } from '../../shared/base/canonical-json.ts'
import type { Card } from '../../shared/dataset/card.ts'
import type { BlobDigest } from '../../shared/dataset/digest.ts'
import { parseCardRecord } from '../../shared/formats/card-record.ts'
import type { CarriedRow } from '../../shared/formats/carried-record.ts'
import { type LabelFile, parseLabelFile } from '../../shared/formats/label-file.ts'
import { type Category, type Ontology, underTask } from '../../shared/label/ontology.ts'
import { createCarriedRows } from './carried.ts'
import { inOrder } from './in-order.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import { createTimeSlice } from './time-slice.ts'
import { carriedRows, createVersionFiles } from './version-files.ts'
import { createVersionStates } from './version-states.ts'
import type { Versions } from './versions.ts'
import { createWorkingCopy } from './working-copy.ts'

/** A label that somebody made, and its image. */
export type Labeled = {
  readonly name: string
  readonly mask: BlobDigest
  /** What lies beside it; null for nothing. */
  readonly shapes: BlobDigest | null
  readonly file: LabelFile
  readonly image: BlobDigest
}

export type ExportContent = {
  /** The version; null: what is there now. */
  readonly id: string | null
  readonly categories: readonly Category[]
  /** In order of their names. */
  readonly labeled: readonly Labeled[]
  /** Images without a label that somebody made. */
  readonly unlabeled: number
  readonly cards: ReadonlyMap<string, Card>
  /** Labels whose image is turned by its EXIF. */
  readonly turned: number
  /** Labels that cannot be read. */
  readonly leftOut: readonly { readonly name: string; readonly error: ErrorInfo }[]
  /** Samples that cannot be shown, by name. */
  readonly carried: readonly CarriedRow[]
}

export type ContentTools = { readonly versions: Pick<Versions, 'find'>; readonly ontology: () => Ontology }

const ahead = { most: 16, room: 16, weigh: () => 1 }

/**
 * What there is to export of a version as `versions.find` takes it, or (null) of what is there now. Rejects with
 * `NOT_FOUND`, `MISSING_BLOB` and the like, and with the signal's reason.
 */
export async function readExportContent(
  context: LibraryContext,
  { versions, ontology }: ContentTools,
  version: string | null,
  signal: AbortSignal,
  report: (done: number, total: number) => void = () => {},
): Promise<ExportContent> {
  const { blobs, db } = context
  const states = createVersionStates(context)

  async function workingSamples() {
    const { samples } = await createWorkingCopy(context).allStates()
    return [...samples]
      .flatMap(([name, state]) => (state ? [{ ...state, name }] : []))
      .sort((a, b) => compareCodePoints(a.name, b.name))
  }

  async function contentOf() {
    if (version === null) {
      const carried = createCarriedRows(context)()
      return { id: null, samples: await workingSamples(), ontology: ontology(), carried }
    }
    const { id } = versions.find(version)
    const files = createVersionFiles(blobs)
    const list = await files.carried(await files.record(id))
    const carried = await files.lists.rows(
      carriedRows,
      list.map(({ blob }) => blob),
    )
    const { parts, ontology: blob } = await states.snapshot(id)
    return { id, samples: await states.samples(parts), ontology: await states.ontology(blob), carried }
  }

  async function labelFile(head: string): Promise<Pick<Labeled, 'mask' | 'file' | 'shapes'>> {
    const record = await states.revision(head)
    const digest = (role: string) => record?.payloads.find((each) => each.role === role)?.digest
    if (!record) {
      throw new AppError('MISSING_BLOB', 'The saved label is lost.', { remedy: 'Run "tessera verify".' })
    }
    const file = await getRecord(blobs, digest('label')!, parseLabelFile)
    return {
      mask: digest('mask') as BlobDigest,
      shapes: (digest('shapes') ?? null) as BlobDigest | null,
      file,
    }
  }

  const content = await contentOf()
  const breathe = createTimeSlice()
  const turnedImage = db.prepare('SELECT 1 FROM samples WHERE image_digest = ? AND orientation <> 1')
  const cards = new Map<string, Card>()
  const labeled: Labeled[] = []
  const leftOut: { name: string; error: ErrorInfo }[] = []
  let [unlabeled, turned, done] = [0, 0, 0]
  const read = async ({ head, card }: (typeof content.samples)[number]) => ({
    card: card === null ? null : await getRecord(blobs, card, parseCardRecord),
    label: head === null ? null : await labelFile(head).catch(onlyKnown),
  })
  for await (const { item, result } of inOrder(content.samples, read, ahead)) {
    signal.throwIfAborted()
    const { name, image } = item
    const { card, label } = await result
    if (card) cards.set(name, card)
    if (label instanceof AppError) leftOut.push({ name, error: label.toInfo() })
    else {
      if (!label || ['unlabeled', 'skipped'].includes(label.file.status)) unlabeled++
      else labeled.push({ name, image: image as BlobDigest, ...label })
      if (label && turnedImage.get(image)) turned++
    }
    report(++done, content.samples.length)
    await breathe()
  }
  labeled.sort((a, b) => compareCodePoints(a.name, b.name))
  return {
    id: content.id,
    categories: content.ontology.categories.map((each) => underTask(each, content.ontology.task)),
    labeled,
    unlabeled,
    cards,
    turned,
    leftOut,
    carried: content.carried,
  }
}

function onlyKnown(error: unknown): AppError {
  if (error instanceof AppError) return error
  throw error
}
