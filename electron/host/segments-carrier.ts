import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import { isJsonRecord, type Json, type JsonRecord } from '../../shared/base/exact-json.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import type { CarriedRecord } from '../../shared/formats/carried-record.ts'
import {
  readSegmentsAnnotations,
  writeSegmentsAnnotations,
} from '../../shared/formats/segments-annotations.ts'
import { readSegmentsStatus } from '../../shared/formats/segments-status.ts'
import type { AttributeValues } from '../../shared/label/attributes.ts'
import type { LabelShapes } from '../../shared/label/shape.ts'
import { groundTruth, type SegmentsLabel, type SegmentsSample } from '../../shared/sync/segments-remote.ts'
import type { Cards } from './cards.ts'
import type { Carried } from './carried.ts'
import type { Labels } from './labels.ts'
import { freshRow } from './segments-book.ts'
import { failOne, type RunTools, type SegmentsCarrier, segmentsTool } from './segments-tools.ts'

/** Keeps what a dataset holds beside masks: shapes with the label of their image, everything else whole. */
export function createSegmentsCarrier(parts: {
  readonly carried: Pick<Carried, 'put' | 'list' | 'get'>
  readonly labels: Pick<Labels, 'setShapes'>
  readonly cards: Pick<Cards, 'get' | 'change'>
}): SegmentsCarrier {
  const { carried, labels, cards } = parts

  /** What is said of the image here stays; what is only said there comes. */
  async function takeValues(id: SampleId, values: AttributeValues): Promise<void> {
    const { attributes } = await cards.get(id)
    const set = Object.fromEntries(Object.entries(values).filter(([key]) => !Object.hasOwn(attributes, key)))
    if (Object.keys(set).length > 0) await cards.change([id], { kind: 'attributes', set, remove: [] })
  }

  /** One of another dataset that has the same name stays what it is. Rejects with `NAME_TAKEN`. */
  async function keep(record: CarriedRecord, by: string): Promise<void> {
    const known = await carried.get(record.name).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'NOT_FOUND') return null
      throw error
    })
    if (known && known.sample.uuid !== record.sample.uuid && !isSame(known.sample, record.sample)) {
      throw new AppError('NAME_TAKEN', `Another sample is kept here as "${record.name.slice(0, 120)}".`, {
        remedy: 'Rename the one there, or bring it into another library.',
      })
    }
    await carried.put([record], by)
  }

  const authorOf = (label: SegmentsLabel | null) => label?.updatedBy ?? label?.createdBy ?? ''

  return {
    async takeLabel(id, { sample, label, idHere, base }) {
      const said = label.score === null ? {} : { score: label.score }
      const read = label.attributes && readSegmentsAnnotations(label.attributes, said)
      // A label of an image that is none that can be shown: the sample and its label are kept whole.
      if (read?.kind !== 'vector') {
        if (label.attributes === null) return false
        await keep(recordOf(sample, label), authorOf(label))
        return true
      }
      await labels.setShapes(id, read.shapes && withCategories(read.shapes, idHere), {
        status: readSegmentsStatus(label.status) ?? 'in progress',
        author: authorOf(label),
        tool: segmentsTool,
        base,
      })
      await takeValues(id, read.imageAttributes)
      return true
    },

    async takeSample({ sample, label }) {
      await keep(recordOf(sample, label), authorOf(label))
      return true
    },

    async missing(there, taskType) {
      const found: CarriedRecord[] = []
      for (const entry of carried.list()) {
        if (entry.taskType === taskType && !there(entry.name)) found.push(await carried.get(entry.name))
      }
      return found
    },
  }
}

/** Without what the server sets anew with every look: the same sample is the same record. */
function recordOf(sample: SegmentsSample, label: SegmentsLabel | null): CarriedRecord {
  const { label: _label, issues: _issues, ...whole } = sample.raw as JsonRecord
  return {
    name: sample.name,
    taskType: label?.labelType ?? kindOf(sample),
    sample: whole,
    labels: { [groundTruth]: (label?.raw as Json | undefined) ?? null },
  }
}

/** Whether both are made of the same files; addresses that are signed anew with every look are no matter. */
function isSame(a: JsonRecord, b: JsonRecord): boolean {
  const said = ({ attributes }: JsonRecord) => canonicalJson(unsigned(attributes ?? null))
  return said(a) === said(b)
}
function unsigned(value: Json): Json {
  if (Array.isArray(value)) return value.map(unsigned)
  if (!isJsonRecord(value)) return value
  const kept = Object.entries(value).filter(([key]) => key !== 'signed_url')
  return Object.fromEntries(kept.map(([key, each]) => [key, unsigned(each as Json)]))
}

/** Where no label says what it is. */
function kindOf({ attributes }: SegmentsSample): string {
  if (!attributes) return ''
  const [key] = ['sensors', 'frames', 'pcd', 'text'].filter((each) => each in attributes)
  const kinds: Readonly<Record<string, string>> = {
    sensors: 'multisensor-sequence',
    frames: 'sequence',
    pcd: 'pointcloud',
    text: 'text',
  }
  return key === undefined ? '' : kinds[key]!
}

/** Shapes under the ids of another list; a category that it does not have keeps its own. */
export function withCategories(label: LabelShapes, ids: ReadonlyMap<number, number>): LabelShapes {
  const shapes = label.shapes.map((shape) => ({
    ...shape,
    categoryId: ids.get(shape.categoryId) ?? shape.categoryId,
  }))
  return { ...label, shapes }
}

/** What a label of shapes is there. */
export function vectorAttributes(
  shapes: LabelShapes | null,
  imageAttributes: AttributeValues,
  idThere: ReadonlyMap<number, number>,
): JsonRecord {
  const { attributes } = writeSegmentsAnnotations({
    kind: 'vector',
    objects: [],
    bitmapUrl: null,
    imageAttributes,
    shapes: shapes && withCategories(shapes, idThere),
  })
  return attributes
}

/** At most so many samples are made by one call. */
const perCall = 100

/** Samples that are carried and that the dataset does not have, as they came. Asked again, it goes on where it was. */
export async function sendCarried(
  tools: Pick<
    RunTools,
    'remote' | 'dataset' | 'carrier' | 'signal' | 'tally' | 'advance' | 'say' | 'book' | 'context'
  >,
  taskType: string,
  there: ReadonlyMap<string, SegmentsSample>,
): Promise<void> {
  const { remote, dataset, carrier, signal, tally, book } = tools
  const uuids = new Set([...there.values()].map(({ uuid }) => uuid))
  // Somebody removed it there: the run says so, and does not make it again.
  const gone = new Set(
    book.rows().flatMap(({ uuid, sampleId, name }) => (sampleId || uuids.has(uuid) ? [] : [name])),
  )
  const isThere = (name: string) => {
    const sample = there.get(name)
    return sample !== undefined && sample.label !== null
  }
  const records = (await carrier?.missing(isThere, taskType)) ?? []
  for (let from = 0; from < records.length; from += perCall) {
    const batch = records.slice(from, from + perCall).filter(({ sample }) => isJsonRecord(sample.attributes))
    if (batch.length === 0) continue
    const fresh = batch.filter(({ name }) => !there.has(name) && !gone.has(name))
    const made = new Map(batch.flatMap(({ name }) => there.get(name) ?? []).map((each) => [each.name, each]))
    if (fresh.length > 0) {
      const drafts = fresh.map(({ name, sample }) => ({
        name,
        attributes: sample.attributes as JsonRecord,
        ...(isJsonRecord(sample.metadata) && { metadata: sample.metadata }),
        ...(typeof sample.priority === 'number' && { priority: sample.priority }),
        ...(typeof sample.readme === 'string' && { readme: sample.readme }),
      }))
      const add = async (some: typeof drafts) => {
        for (const each of await remote.addSamples(dataset, some, signal)) {
          made.set(each.name, each)
          book.write(freshRow(null, each))
        }
        tally.sent.samples += some.length
      }
      try {
        await add(drafts)
      } catch {
        // One that is refused does not keep the others from being made.
        for (const draft of drafts) {
          try {
            await add([draft])
          } catch (error) {
            failOne(tools, { name: draft.name, id: null }, error)
          }
        }
      }
    }
    for (const record of batch) {
      try {
        const sample = made.get(record.name)
        if (sample) await sendLabel(record, sample)
      } catch (error) {
        failOne(tools, { name: record.name, id: null }, error)
      }
    }
    tools.advance('Sending what is not shown', 0)
  }

  async function sendLabel({ name, labels, sample: kept }: CarriedRecord, sample: SegmentsSample) {
    const label = labels[groundTruth]
    if (!isJsonRecord(label)) return
    if (book.row(sample.uuid) === null && !isSame(sample.raw as JsonRecord, kept as JsonRecord)) {
      throw new AppError('NAME_TAKEN', `The dataset has another sample called "${name.slice(0, 120)}".`, {
        remedy: 'Rename one of the two, then run it again.',
      })
    }
    // Somebody may have labeled it meanwhile: that stays.
    if ((await remote.label(sample.uuid, groundTruth, signal)) !== null) return
    const status = typeof label.label_status === 'string' ? label.label_status : 'PRELABELED'
    const draft = {
      status,
      attributes: isJsonRecord(label.attributes) ? label.attributes : null,
      ...(typeof label.score === 'number' && { score: label.score }),
    }
    await remote.putLabel(sample.uuid, groundTruth, draft, null, signal)
    tally.sent.labels++
  }
}
