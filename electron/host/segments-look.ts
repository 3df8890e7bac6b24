import { createHash } from 'node:crypto'
import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import { isJsonRecord, type Json, type JsonRecord } from '../../shared/base/exact-json.ts'
import type { Card } from '../../shared/dataset/card.ts'
import type { BlobDigest, LabelIdentity, RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import type { SegmentsFate } from '../../shared/host/segments-methods.ts'
import { foldName } from '../../shared/image/sample-name.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { ownKeys } from '../../shared/sync/segments-card.ts'
import {
  fateOf,
  imageUrlOf,
  markThere,
  nameFromThere,
  type SideThere,
} from '../../shared/sync/segments-decision.ts'
import {
  groundTruth,
  type SegmentsDataset,
  type SegmentsRemote,
  type SegmentsSample,
} from '../../shared/sync/segments-remote.ts'
import type { Cards } from './cards.ts'
import type { LibraryContext } from './library-context.ts'
import { type AgreedRow, markHere, type SegmentsBook } from './segments-book.ts'

/** A sample here, as far as a dataset is about it. */
export type SampleHere = {
  readonly id: SampleId
  readonly name: string
  readonly image: BlobDigest
  readonly width: number
  readonly height: number
  readonly head: RevisionId | null
  readonly label: {
    readonly identity: LabelIdentity
    readonly label: BlobDigest
    readonly mask: BlobDigest
    readonly shapes: BlobDigest | null
    readonly status: LabelStatus
    readonly objectCount: number
  } | null
  readonly isOpen: boolean
  readonly inTrash: boolean
  readonly card: Card
}

/** One sample on its two sides, with what both had last. */
export type Pair = {
  readonly here: SampleHere | null
  readonly there: SegmentsSample | null
  readonly agreed: AgreedRow | null
  /** Of what is there: its label, and all of a sample that cannot be shown. */
  readonly mark: string | null
  readonly fate: SegmentsFate
  /** Here and there by its name alone: whether it is the same image is still to be seen. */
  readonly isByName: boolean
}
export const nameOf = ({ here, there, agreed }: Pick<Pair, 'here' | 'there' | 'agreed'>): string =>
  here?.name ?? (there ? realName(there) : nameFromThere(agreed?.name ?? ''))

/** Whether what cannot be shown was taken already, as it is there. `names`: of all samples that are kept whole. */
export const isKept = ({ fate, here, there, agreed, mark }: Pair, names: ReadonlySet<string>): boolean =>
  fate === 'carried' &&
  agreed !== null &&
  mark === agreed.thereMark &&
  (here !== null || names.has(there!.name))

export const sampleMarkHere = ({ label, card }: SampleHere): string | null => markHere(label, card.attributes)

/** Reads all samples here, in the trash too. */
export function createSamplesHere(
  { db }: Pick<LibraryContext, 'db'>,
  cards: Pick<Cards, 'get'>,
): { all(): Promise<SampleHere[]>; one(id: SampleId): Promise<SampleHere | null> } {
  const columns = `SELECT s.id, s.name, s.image_digest AS image, s.width, s.height, s.head_revision AS head,
      s.trashed_at AS trashed, r.identity, r.json_digest AS label, r.png_digest AS mask, r.shapes_digest AS shapes, r.status,
      r.object_count AS objectCount, (SELECT COUNT(*) FROM tips t WHERE t.sample_id = s.id) AS tips
    FROM samples s LEFT JOIN revisions r ON r.id = s.head_revision`
  const selectAll = db.prepare(`${columns} ORDER BY s.seq`)
  const selectOne = db.prepare(`${columns} WHERE s.id = ?`)

  async function read(row: Record<string, unknown>): Promise<SampleHere> {
    const id = row.id as SampleId
    return {
      id,
      name: String(row.name),
      image: row.image as BlobDigest,
      width: Number(row.width),
      height: Number(row.height),
      head: row.head as RevisionId | null,
      label:
        row.head === null
          ? null
          : {
              identity: row.identity as LabelIdentity,
              label: row.label as BlobDigest,
              mask: row.mask as BlobDigest,
              shapes: row.shapes as BlobDigest | null,
              status: row.status as LabelStatus,
              objectCount: Number(row.objectCount),
            },
      isOpen: Number(row.tips) > 1,
      inTrash: row.trashed !== null,
      card: await cards.get(id),
    }
  }
  return {
    async all() {
      const found: SampleHere[] = []
      for (const row of selectAll.all()) found.push(await read(row))
      return found
    },
    async one(id) {
      const row = selectOne.get(id)
      return row ? read(row) : null
    },
  }
}

/** What a person calls it, or called it where it came from. */
export function realName({ name, metadata }: Pick<SegmentsSample, 'name' | 'metadata'>): string {
  const own = metadata[ownKeys.name]
  return typeof own === 'string' && own !== '' ? own : nameFromThere(name)
}

const maskTasks: ReadonlySet<string> = new Set(['segmentation-bitmap', 'segmentation-bitmap-highres'])
export const hasMasks = (taskType: string): boolean => maskTasks.has(taskType)

/** All samples there, with the status of their labels. Rejects as the server does. */
export async function samplesThere(
  remote: SegmentsRemote,
  dataset: string,
  signal: AbortSignal,
  onPage: (count: number) => void = () => {},
): Promise<SegmentsSample[]> {
  const found: SegmentsSample[] = []
  for await (const page of remote.samples(dataset, { labelset: groundTruth }, signal)) {
    found.push(...page)
    onPage(found.length)
  }
  return found
}

/** Puts both sides together. A sample is known by what was agreed on, else by its name. */
export async function pairSamples(input: {
  readonly dataset: Pick<SegmentsDataset, 'taskType'> | null
  readonly here: readonly SampleHere[]
  readonly there: readonly SegmentsSample[]
  readonly book: Pick<SegmentsBook, 'rows' | 'assetAt'>
  /** The whole label of a sample whose list does not say when it was written. */
  readonly markOf: (sample: SegmentsSample) => Promise<string | null>
}): Promise<Pair[]> {
  const { dataset, here, there, book, markOf } = input
  const rows = new Map(book.rows().map((row) => [row.uuid, row]))
  const byId = new Map(here.map((sample) => [sample.id, sample]))
  const agreedHere = new Set([...rows.values()].map(({ sampleId }) => sampleId))
  const byName = new Map(
    here.filter(({ id }) => !agreedHere.has(id)).map((sample) => [foldName(sample.name), sample]),
  )
  const pairs: Pair[] = []
  const paired = new Set<SampleId>()
  const make = (pair: Omit<Pair, 'fate' | 'mark'>, sideThere: SideThere | null) => {
    const { here: own, agreed } = pair
    const sideHere = own
      ? own.inTrash
        ? ({ kind: 'gone' } as const)
        : ({ kind: 'shown', label: sampleMarkHere(own), isOpen: own.isOpen } as const)
      : null
    const marks = agreed && { here: agreed.hereMark, there: agreed.thereMark }
    const mark = sideThere?.label ?? null
    pairs.push({ ...pair, mark, fate: fateOf({ agreed: marks, here: sideHere, there: sideThere }) })
    if (own) paired.add(own.id)
  }
  for (const sample of there) {
    const agreed = rows.get(sample.uuid) ?? null
    rows.delete(sample.uuid)
    const carried = carriedOf(sample, dataset?.taskType ?? '')
    let own = agreed?.sampleId ? (byId.get(agreed.sampleId) ?? null) : null
    let isByName = false
    if (!agreed && carried !== 'sample') {
      const named = byName.get(foldName(realName(sample)))
      if (named && !paired.has(named.id)) {
        const known = isKnownImage(sample, named, book)
        if (known !== false) own = named
        isByName = known === null
      }
    }
    const mark = await markOf(sample)
    const label = carried === 'sample' ? `${mark ?? ''} ${sampleMark(sample)}` : mark
    make({ here: own, there: sample, agreed, isByName }, { label, carried })
  }
  for (const agreed of rows.values()) {
    const own = agreed.sampleId ? (byId.get(agreed.sampleId) ?? null) : null
    // Made anew there under another id, it is not gone.
    if (own && paired.has(own.id)) continue
    make({ here: own, there: null, agreed, isByName: false }, null)
  }
  for (const own of here) {
    if (paired.has(own.id) || own.inTrash) continue
    make({ here: own, there: null, agreed: null, isByName: false }, null)
  }
  return pairs
}

/** Whether the image there is the one here; null: it has to be fetched to be seen. */
function isKnownImage(
  sample: SegmentsSample,
  here: SampleHere,
  book: Pick<SegmentsBook, 'assetAt'>,
): boolean | null {
  const url = imageUrlOf(sample)
  const known = url === null ? null : book.assetAt(url)
  if (known !== null) return known === here.image
  return sample.metadata[ownKeys.image] === here.image ? true : null
}

function carriedOf(sample: SegmentsSample, taskType: string): SideThere['carried'] {
  if (imageUrlOf(sample) === null) return 'sample'
  return hasMasks(taskType) ? 'nothing' : 'label'
}

/** What is said of a sample without its label and without what the server sets anew with every look. */
export function wholeSample({ raw }: Pick<SegmentsSample, 'raw'>): JsonRecord {
  const { label: _label, issues: _issues, ...whole } = raw as JsonRecord
  return whole
}
/** Without addresses that are signed anew with every look. */
export function unsigned(value: Json): Json {
  if (Array.isArray(value)) return value.map(unsigned)
  if (!isJsonRecord(value)) return value
  const kept = Object.entries(value).filter(([key]) => key !== 'signed_url')
  return Object.fromEntries(kept.map(([key, each]) => [key, unsigned(each as Json)]))
}
const sampleMark = (sample: SegmentsSample): string =>
  createHash('sha256')
    .update(canonicalJson(unsigned(wholeSample(sample))))
    .digest('hex')

/** The mark of the label of a sample in a list; asks for the label where the list does not say enough. */
export async function markOfSample(
  remote: SegmentsRemote,
  { uuid, label }: SegmentsSample,
  signal: AbortSignal,
): Promise<string | null> {
  if (label === null || label.updatedAt !== null || label.status === 'UNLABELED') return markThere(label)
  return markThere(await remote.label(uuid, groundTruth, signal))
}

export function requireDataset(dataset: SegmentsDataset | null, name: string): SegmentsDataset {
  if (dataset) return dataset
  throw new AppError('NOT_FOUND', `There is no dataset ${name} that this key may see.`, {
    remedy: 'Check owner and name, or link the library anew and let Tessera make the dataset.',
  })
}
