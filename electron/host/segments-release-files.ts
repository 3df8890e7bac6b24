import type { BlobRef } from '../../shared/dataset/blob-store.ts'
import { type Card, changeCard, emptyCard } from '../../shared/dataset/card.ts'
import { cardRecordText, parseCardRecord } from '../../shared/formats/card-record.ts'
import { besideImage, carriedPath, carriedRecordText } from '../../shared/formats/carried-record.ts'
import { labelFileText, parseLabelFile } from '../../shared/formats/label-file.ts'
import { parseRevisionRecord } from '../../shared/formats/revision-record.ts'
import { readSegmentsAnnotations } from '../../shared/formats/segments-annotations.ts'
import { readSegmentsLabel } from '../../shared/formats/segments-label.ts'
import { readSegmentsStatus } from '../../shared/formats/segments-status.ts'
import { shapesFileText } from '../../shared/formats/shapes-file.ts'
import type { SnapshotSample } from '../../shared/formats/snapshot.ts'
import type { AttributeValues } from '../../shared/label/attributes.ts'
import { isNoShapes } from '../../shared/label/shape.ts'
import { cardFields, fieldsThere, mergeCards } from '../../shared/sync/segments-card.ts'
import type { SegmentsRemote } from '../../shared/sync/segments-remote.ts'
import type { LabelCodec } from '../adapters/label-codec.ts'
import { noIds } from './label-moves.ts'
import type { LibraryContext } from './library-context.ts'
import { getRecord } from './parted-list.ts'
import type { AgreedRow, SegmentsBook } from './segments-book.ts'
import { withCategories } from './segments-carrier.ts'
import type { SampleHere } from './segments-look.ts'
import type { ReleasedSample } from './segments-releases.ts'
import { pixelsOf } from './segments-take.ts'

/** What a release says, as files of the artifact that its version is. Nothing here is changed by reading it. */
export function createReleaseFiles(tools: {
  readonly context: LibraryContext
  readonly remote: SegmentsRemote
  readonly book: SegmentsBook
  readonly codec: LabelCodec
  readonly signal: AbortSignal
  /** Ids of categories here by those there. */
  readonly idHere: ReadonlyMap<number, number>
  /** The sample of that name in the version that the release is laid over; null: it has none. */
  readonly former: (name: string) => SnapshotSample | null
}) {
  const { context, codec, idHere } = tools
  const { blobs } = context
  const files = new Map<string, BlobRef>()
  const counts = { samples: 0, labels: 0 }
  /** Samples that a sentence is about. */
  const said = { beside: 0, contested: 0, unread: 0 }
  const put = async (path: string, text: string) => files.set(path, await blobs.put(Buffer.from(text)))

  /** Rejects with `IN_FORMAT`, `IN_SIZE_MISMATCH` … for a label that cannot be read. */
  async function add(sample: ReleasedSample, here: SampleHere, row: AgreedRow): Promise<void> {
    files.set(`images/${here.name}`, blobs.stat(here.image)!)
    counts.samples++
    const was = tools.former(here.name)
    const before = was?.image === here.image ? was : null
    const old = before?.card ? await getRecord(blobs, before.card, parseCardRecord) : emptyCard
    let card = withFields(before ? old : here.card, sample, row)
    if (sample.label) {
      const values = await addLabel(here, before, sample.label)
      if (values !== null) counts.labels++
      card = withValues(card, values ?? {})
    }
    const text = cardRecordText(card)
    if (text !== cardRecordText(old)) await put(`samples/${here.name}.json`, text)
    await addBeside(sample, here.name)
  }

  /** What the release changed of its metadata since both sides agreed; what was also changed here stands. */
  function withFields(card: Card, { metadata, priority }: ReleasedSample, row: AgreedRow): Card {
    const { toHere, contested } = mergeCards({
      agreed: row.facts.card,
      here: cardFields(card),
      there: fieldsThere({ metadata, priority }),
      sends: false,
      takes: true,
    })
    if (contested.length > 0) said.contested++
    const hand = { author: '', at: 0 }
    return toHere.reduce((changed, change) => changeCard(changed, change, hand), card)
  }

  /** What is said of the image here stays; what only the release says comes. */
  function withValues(card: Card, values: AttributeValues): Card {
    const set = Object.fromEntries(
      Object.entries(values).filter(([key]) => !Object.hasOwn(card.attributes, key)),
    )
    return changeCard(card, { kind: 'attributes', set, remove: [] }, { author: '', at: 0 })
  }

  /** Answers what the label says of its image; null for a label of a kind that has no form here. */
  async function addLabel(
    here: SampleHere,
    before: SnapshotSample | null,
    label: NonNullable<ReleasedSample['label']>,
  ): Promise<AttributeValues | null> {
    const { width, height, name } = here
    const status = readSegmentsStatus(label.status) ?? 'in progress'
    const content = readSegmentsLabel(label.attributes, idHere)
    if (content.kind === 'bitmap') {
      const { objects } = content
      const ids = await pixelsOf({ ...tools, advance: () => {} }, here, content.bitmap)
      await putMask(
        here,
        ids,
        objects.map(({ id }) => id),
      )
      await put(`labels/${name}.json`, labelFileText({ width, height, status, objects }))
      return content.imageValues
    }
    const read = readSegmentsAnnotations(
      label.attributes!,
      label.score === null ? {} : { score: label.score },
    )
    if (read?.kind !== 'vector') {
      said.unread++
      return null
    }
    // As a pull does: the mask that was drawn here lies beside the shapes, and goes on lying there.
    const head = before?.head ? await getRecord(blobs, before.head, parseRevisionRecord) : null
    const drawn = (role: 'mask' | 'label') => head?.payloads.find((each) => each.role === role)
    const [mask, file] = [drawn('mask'), drawn('label')]
    if (mask && file) {
      const kept = await getRecord(blobs, file.digest, parseLabelFile)
      files.set(`labels/${name}.png`, { digest: mask.digest, md5: mask.md5, size: mask.size } as BlobRef)
      await put(`labels/${name}.json`, labelFileText({ ...kept, status }))
    } else {
      await putMask(here, noIds(here), [])
      await put(`labels/${name}.json`, labelFileText({ width, height, status, objects: [] }))
    }
    const shapes = read.shapes && withCategories(read.shapes, idHere)
    if (shapes && !isNoShapes(shapes)) await put(`shapes/${name}.json`, shapesFileText(shapes))
    return read.imageAttributes
  }

  async function putMask({ width, height, name }: SampleHere, ids: Uint8Array, listed: number[]) {
    const { png } = await codec.encode({ width, height, ids, listed }, async () => false)
    files.set(`labels/${name}.png`, await blobs.put(png!))
  }

  /** Labels of models and of other people beside the one that is shown: kept whole. */
  async function addBeside({ name: nameThere, others, whole }: ReleasedSample, name: string): Promise<void> {
    if (Object.keys(others).length === 0) return
    said.beside++
    const record = { name, taskType: besideImage, sample: { ...whole, name: nameThere }, labels: others }
    await put(carriedPath(name), carriedRecordText(record))
  }

  return { add, put, files, counts, remarks: () => remarksOf(said) }
}

function remarksOf({
  beside,
  contested,
  unread,
}: Readonly<Record<'beside' | 'contested' | 'unread', number>>) {
  const of = (count: number, one: string, more: string) =>
    count === 0 ? [] : [count === 1 ? one : `${count} ${more}`]
  return [
    ...of(
      beside,
      '1 image has labels in other labelsets: they are kept whole, and not shown.',
      'images have labels in other labelsets: they are kept whole, and not shown.',
    ),
    ...of(
      contested,
      '1 image has other metadata than the release says, changed here: that stands.',
      'images have other metadata than the release says, changed here: that stands.',
    ),
    ...of(
      unread,
      '1 label is of a kind that the version cannot hold: it has the one it had before.',
      'labels are of a kind that the version cannot hold: it has those it had before.',
    ),
  ]
}
