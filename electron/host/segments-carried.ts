import { AppError } from '../../shared/base/app-error.ts'
import { isJsonRecord, type JsonRecord } from '../../shared/base/exact-json.ts'
import type { JsonObject } from '../../shared/base/json.ts'
import type { CarriedRecord } from '../../shared/formats/carried-record.ts'
import { groundTruth, type SegmentsSample } from '../../shared/sync/segments-remote.ts'
import { freshRow, type SegmentsBook } from './segments-book.ts'
import { isSameSample } from './segments-carrier.ts'
import { fitsTask } from './segments-kind.ts'
import { failOne, type RunTools, type SegmentsCarrier } from './segments-tools.ts'

/** At most so many samples are made by one call. */
const perCall = 100

/** What goes from what is kept whole to a dataset, and what stays because the dataset is for something else. */
export async function planCarried(
  { carrier, book }: { readonly carrier: SegmentsCarrier | null; readonly book: Pick<SegmentsBook, 'rows'> },
  taskType: string,
  there: readonly SegmentsSample[],
): Promise<{ readonly sends: readonly CarriedRecord[]; readonly remarks: readonly string[] }> {
  if (!carrier) return { sends: [], remarks: [] }
  const byName = new Map(there.map((sample) => [sample.name, sample]))
  const uuids = new Set(there.map(({ uuid }) => uuid))
  const rows = book.rows()
  const known = new Set(rows.map(({ uuid }) => uuid))
  // Somebody removed it there: the run says so, and does not make it again.
  const gone = new Set(
    rows.flatMap(({ uuid, sampleId, name }) => (sampleId || uuids.has(uuid) ? [] : [name])),
  )
  const records = await carrier.records(
    (name) => !byName.get(name)?.label && (byName.has(name) || !gone.has(name)),
  )
  const sends: CarriedRecord[] = []
  const stay = new Map<string, number>()
  for (const record of records) {
    const sample = byName.get(record.name)
    // Of one that is there, only a label can still be missing, unless it is another one.
    if (sample && !labelOf(record) && (known.has(sample.uuid) || isOurs(record, sample))) continue
    if (isForTask(record, taskType)) sends.push(record)
    // What is kept beside an image stays with it, and the image goes as one.
    else if (!isImage(record)) stay.set(record.taskType, (stay.get(record.taskType) ?? 0) + 1)
  }
  const remarks = [...stay].map(
    ([kind, count]) =>
      `${count === 1 ? '1 sample that is' : `${count} samples that are`} kept whole (${kind || 'of no known kind'}) ${count === 1 ? 'stays' : 'stay'} here: the dataset is for ${taskType || 'no task'}.`,
  )
  return { sends, remarks }
}

function labelOf({ labels }: CarriedRecord): JsonRecord | null {
  const label = labels[groundTruth]
  return isJsonRecord(label) ? label : null
}

/** A label is for one task; a sample without one goes wherever its files fit. */
function isForTask(record: CarriedRecord, taskType: string): boolean {
  const { attributes } = record.sample
  if (!isJsonRecord(attributes)) return false
  return record.taskType === taskType || (!labelOf(record) && fitsTask(attributes, taskType))
}

const isImage = ({ sample }: CarriedRecord): boolean =>
  isJsonRecord(sample.attributes) && 'image' in sample.attributes

const isOurs = ({ sample }: CarriedRecord, there: SegmentsSample): boolean =>
  isSameSample(there.raw as JsonRecord, sample)

/** Sends what `planCarried` found, as it came. Asked again, it goes on where it was. */
export async function sendCarried(
  tools: Pick<RunTools, 'remote' | 'dataset' | 'signal' | 'tally' | 'advance' | 'say' | 'book' | 'context'>,
  records: readonly CarriedRecord[],
  there: readonly SegmentsSample[],
): Promise<void> {
  const { remote, dataset, signal, tally, book } = tools
  const known = new Map(there.map((sample) => [sample.name, sample]))
  for (let from = 0; from < records.length; from += perCall) {
    const batch = records.slice(from, from + perCall)
    const made = await makeThere(batch.filter(({ name }) => !known.has(name)))
    for (const record of batch) {
      try {
        const sample = known.get(record.name) ?? made.get(record.name)
        if (sample) await sendLabel(record, sample)
      } catch (error) {
        failOne(tools, { name: record.name, id: null }, error)
      }
    }
    tools.advance('Sending what is not shown', 0)
  }

  async function makeThere(fresh: readonly CarriedRecord[]): Promise<ReadonlyMap<string, SegmentsSample>> {
    const made = new Map<string, SegmentsSample>()
    const drafts = fresh.map(({ name, sample }) => ({
      name,
      attributes: sample.attributes as JsonObject,
      ...(isJsonRecord(sample.metadata) && { metadata: sample.metadata as JsonObject }),
      ...(typeof sample.priority === 'number' && { priority: sample.priority }),
      ...(typeof sample.readme === 'string' && { readme: sample.readme }),
    }))
    const add = async (some: typeof drafts) => {
      for (const [i, sample] of (await remote.addSamples(dataset, some, signal)).entries()) {
        made.set(some[i]!.name, sample)
        // One of that name that came in between is not ours, and no row says that it is.
        if (!isSameSample(sample.raw as JsonRecord, { attributes: some[i]!.attributes })) continue
        book.write(freshRow(null, sample))
        tally.sent.samples++
      }
    }
    if (drafts.length === 0) return made
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
    return made
  }

  async function sendLabel(record: CarriedRecord, sample: SegmentsSample) {
    if (book.row(sample.uuid) === null && !isOurs(record, sample)) {
      // What brings things here has said it.
      if (tally.failed.some(({ name, sampleId }) => sampleId === null && name === record.name)) return
      throw new AppError(
        'NAME_TAKEN',
        `The dataset has another sample called "${record.name.slice(0, 120)}".`,
        {
          remedy: 'Rename one of the two, then run it again.',
        },
      )
    }
    const label = labelOf(record)
    if (label === null) return
    const draft = {
      status: typeof label.label_status === 'string' ? label.label_status : 'PRELABELED',
      attributes: isJsonRecord(label.attributes) ? (label.attributes as JsonObject) : null,
      ...(typeof label.score === 'number' && { score: label.score }),
    }
    // Somebody may have labeled it meanwhile: that stays.
    const change = (now: unknown) => (now === null ? draft : null)
    if ((await remote.replaceLabel(sample.uuid, groundTruth, change, signal)) !== null) tally.sent.labels++
  }
}
