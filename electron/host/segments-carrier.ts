import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { Json, JsonRecord } from '../../shared/base/exact-json.ts'
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
import { fitsTask, kindOf } from './segments-kind.ts'
import { unsigned, wholeSample } from './segments-look.ts'
import { type SegmentsCarrier, segmentsTool } from './segments-tools.ts'

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

  /** One of another dataset that has the same name stays what it is. Rejects with `NAME_TAKEN`. Answers whether it is new. */
  async function keep(record: CarriedRecord, by: string): Promise<boolean> {
    const known = await carried.get(record.name).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'NOT_FOUND') return null
      throw error
    })
    if (known && known.sample.uuid !== record.sample.uuid && !isSameSample(known.sample, record.sample)) {
      throw new AppError('NAME_TAKEN', `Another sample is kept here as "${record.name.slice(0, 120)}".`, {
        remedy: 'Rename the one there, or bring it into another library.',
      })
    }
    return (await carried.put([record], by)).length > 0
  }

  const authorOf = (label: SegmentsLabel | null) => label?.updatedBy ?? label?.createdBy ?? ''

  return {
    async takeLabel(id, { sample, label, idHere, base }) {
      const said = label.score === null ? {} : { score: label.score }
      const read = label.attributes && readSegmentsAnnotations(label.attributes, said)
      // A label of an image that is none that can be shown: the sample and its label are kept whole.
      if (read?.kind !== 'vector') {
        if (label.attributes === null) return false
        await keep(recordOf(sample, label, ''), authorOf(label))
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

    takeSample: ({ sample, label, taskType }) => keep(recordOf(sample, label, taskType), authorOf(label)),

    names: () => new Set([...carried.list(), ...carried.list({ trashed: true })].map(({ name }) => name)),

    async records(wanted) {
      const found: CarriedRecord[] = []
      for (const { name } of carried.list()) if (wanted(name)) found.push(await carried.get(name))
      return found
    },
  }
}

function recordOf(sample: SegmentsSample, label: SegmentsLabel | null, taskType: string): CarriedRecord {
  return {
    name: sample.name,
    taskType:
      label?.labelType ?? (fitsTask(sample.attributes, taskType) ? taskType : kindOf(sample.attributes)),
    sample: wholeSample(sample),
    labels: { [groundTruth]: (label?.raw as Json | undefined) ?? null },
  }
}

/** Whether both are made of the same files; addresses that are signed anew with every look are no matter. */
export function isSameSample(a: JsonRecord, b: JsonRecord): boolean {
  const said = ({ attributes }: JsonRecord) => canonicalJson(unsigned(attributes ?? null))
  return said(a) === said(b)
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
