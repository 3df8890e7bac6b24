import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import { isJsonObject, type JsonObject } from '../../shared/base/json.ts'
import type { BlobDigest, RevisionId } from '../../shared/dataset/digest.ts'
import { isMaskLabel, readSegmentsLabel, writeSegmentsLabel } from '../../shared/formats/segments-label.ts'
import { writeSegmentsStatus } from '../../shared/formats/segments-status.ts'
import type { AttributeValues } from '../../shared/label/attributes.ts'
import { cardFields, metadataOfNew } from '../../shared/sync/segments-card.ts'
import {
  imageUrlOf,
  isJudged,
  markThere,
  nameThere,
  wholeMarkThere,
} from '../../shared/sync/segments-decision.ts'
import {
  groundTruth,
  type SegmentsLabel,
  type SegmentsLabelDraft,
  type SegmentsSample,
} from '../../shared/sync/segments-remote.ts'
import { inLanes } from './lanes.ts'
import { type AgreedRow, freshRow, markHere, noFacts } from './segments-book.ts'
import { vectorAttributes } from './segments-carrier.ts'
import { hasMasks, type SampleHere, sampleMarkHere } from './segments-look.ts'
import { carryLabel, takeLabel } from './segments-take.ts'
import { failOne, lanes, type RunTools } from './segments-tools.ts'

/** Samples that are made there by one call. */
const perCall = 100
const uploadName = 'label.png'

/**
 * Makes samples there that are only here: images first, then the samples, a hundred a call. What has been sent is written
 * down at once, so going on after a stop sends the rest.
 */
export async function createThere(
  tools: RunTools,
  samples: readonly SampleHere[],
  metadataOf: (sample: SampleHere) => JsonObject,
): Promise<{ here: SampleHere; there: SegmentsSample; row: AgreedRow }[]> {
  const { book, remote, dataset, signal, tally } = tools
  const all: { here: SampleHere; there: SegmentsSample; row: AgreedRow }[] = []
  for (let from = 0; from < samples.length; from += perCall) {
    const batch = samples.slice(from, from + perCall)
    const ready = new Map<SampleHere, string>()
    await inLanes(batch, lanes, signal, async (here) => {
      try {
        ready.set(here, await imageThere(tools, here))
      } catch (error) {
        failOne(tools, here, error)
      }
    })
    const list = batch.filter((here) => ready.has(here))
    if (list.length === 0) continue
    const made = await remote.addSamples(
      dataset,
      list.map((here) => {
        const name = nameThere(here.name)
        const fields = cardFields(here.card)
        return {
          name,
          attributes: { image: { url: ready.get(here)! } },
          metadata: {
            ...metadataOfNew({ name: here.name, nameThere: name, image: here.image }, fields),
            ...metadataOf(here),
          },
          priority: here.card.priority,
        }
      }),
      signal,
    )
    for (const [i, there] of made.entries()) {
      const here = list[i]!
      const isOurs = imageUrlOf(there) === ready.get(here)
      const isSameImage =
        isOurs || (imageUrlOf(there) !== null && book.assetAt(imageUrlOf(there)!) === here.image)
      if (!isSameImage) {
        failOne(tools, here, taken(here.name))
        continue
      }
      const card = Object.fromEntries(cardFields(here.card))
      const row = { ...freshRow(here.id, there), facts: { ...noFacts, card: isOurs ? card : null } }
      book.write(row)
      if (isOurs) tally.sent.samples++
      all.push({ here, there, row })
    }
    tools.advance('Adding samples', 0)
  }
  return all
}

function taken(name: string): AppError {
  return new AppError('NAME_TAKEN', `The dataset has another image called "${name.slice(0, 120)}".`, {
    remedy: 'Rename one of the two, then run it again.',
  })
}

/** The address of an image there, sent if need be. */
async function imageThere(tools: RunTools, { image, name }: SampleHere): Promise<string> {
  const { book, context, remote, signal, tally } = tools
  const known = book.assetOf(image)
  if (known !== null) return known
  const ref = context.blobs.stat(image)
  if (!ref) {
    throw new AppError('MISSING_BLOB', `The image ${name} is missing from this library.`, {
      remedy: 'Run "tessera verify" to see what is affected.',
    })
  }
  const bytes = {
    size: ref.size,
    stream: () => context.blobs.read(image) as AsyncIterable<Uint8Array<ArrayBuffer>>,
  }
  const file = { name: nameThere(name).slice(-200), bytes }
  const { url } = await remote.upload(file, signal, (moved) => tools.advance('Sending images', 0, moved))
  book.keepAsset(url, image)
  tally.sent.images++
  return url
}

/**
 * Sends the label of a sample. Whatever stands there and is not what was agreed on is taken here first, as a conflict, and
 * nothing is sent; so it is with whatever came there when the server is asked anew. Rejects as the server does.
 */
export async function pushLabel(tools: RunTools, here: SampleHere, row: AgreedRow): Promise<void> {
  const { remote, book, signal, tally } = tools
  if (here.isOpen) {
    // Which of the two it is to be, somebody has to say first.
    tally.conflicts.push({ sampleId: here.id, name: here.name })
    return
  }
  if (here.head === null || here.label === null) return agreeOnValues(tools, here, row)
  const isMask = hasMasks(tools.taskType)
  if (isMask && book.assetOf(here.label.mask) === null) {
    // The mask is not sent in vain. That takes long enough for somebody to save there meanwhile.
    const now = await remote.label(row.uuid, groundTruth, signal)
    if (pushStep(tools, row, now) !== 'write') return settleOther(tools, here, row, now)
  }
  const make = isMask ? await makeMask(tools, here, row) : await makeShapes(tools, here)
  if (make === null) {
    tally.left.push(here.name)
    return
  }
  /** What the last look found, and what was written over it. */
  const last = { now: null as SegmentsLabel | null, draft: null as ReturnType<MakeDraft> | null }
  const change = (now: SegmentsLabel | null) => {
    last.now = now
    last.draft = pushStep(tools, row, now) === 'write' ? make(now) : null
    return last.draft && isSaid(now, last.draft) ? null : last.draft
  }
  let put = await remote.replaceLabel(row.uuid, groundTruth, change, signal)
  const { now, draft } = last
  if (draft === null) return settleOther(tools, here, row, now)
  if (put !== null) {
    if (isMask && !isWhatWasSent(put, draft)) {
      // An answer that leaves something out is no proof; the label itself is.
      put = await remote.label(row.uuid, groundTruth, signal)
      if (put === null || !isWhatWasSent(put, draft)) throw otherwise(here.name)
    }
    tally.sent.labels++
  }
  await agree(tools, here, row, put ?? now)
}

/** What is to be done about what stands there: only where it is `write`, something is written over it. */
function pushStep(
  { overwriteReviewed }: RunTools,
  row: AgreedRow,
  now: SegmentsLabel | null,
): 'write' | 'take' | 'carry' | 'hold' {
  // Gone there, it can be sent again: nothing is written over.
  if (now === null) return 'write'
  if (wholeMarkThere(now) !== row.thereMark) return 'take'
  if (!isMaskLabel(now.attributes)) return 'carry'
  return isJudged(now.status) && !overwriteReviewed ? 'hold' : 'write'
}

async function settleOther(
  tools: RunTools,
  here: SampleHere,
  row: AgreedRow,
  now: SegmentsLabel | null,
): Promise<void> {
  const step = pushStep(tools, row, now)
  if (step === 'take') await takeLabel(tools, here, row, now!, { onlySame: tools.mode === 'publish' })
  else if (step === 'carry') await carryLabel(tools, here, now!, undefined)
  else tools.tally.held.push(here.name)
}

/** What is written over what is there. */
type MakeDraft = (now: SegmentsLabel | null) => SegmentsLabelDraft & { readonly attributes: JsonObject }

async function makeMask(tools: RunTools, here: SampleHere, row: AgreedRow): Promise<MakeDraft> {
  const objects = await tools.labels.objects(here.id, here.head!)
  const bitmap = await maskThere(tools, here.label!.mask)
  return (now) => {
    const score = now?.score ?? null
    return {
      status: writeSegmentsStatus(here.label!.status, now?.status ?? null),
      attributes: writeSegmentsLabel({
        objects,
        bitmap,
        // What somebody said of the image there before anything was agreed on stays, where mine says nothing.
        imageValues: { ...(row.thereMark === null && valuesThere(now)), ...here.card.attributes },
        idThere: tools.ids.there,
        before: now?.attributes ?? null,
      }),
      ...(score !== null && { score }),
    }
  }
}

function valuesThere(now: SegmentsLabel | null): AttributeValues {
  const values = now?.attributes?.image_attributes
  return isJsonObject(values) ? (values as AttributeValues) : {}
}

/** Where a dataset is for shapes, those of the label go there as they came: they are not edited here. Null: it has none. */
async function makeShapes({ labels, ids }: RunTools, here: SampleHere): Promise<MakeDraft | null> {
  const shapes = await labels.shapes(here.head!)
  if (shapes === null) return null
  const attributes = vectorAttributes(shapes, here.card.attributes, ids.there) as JsonObject
  const { score } = shapes.label
  return (now) => ({
    status: writeSegmentsStatus(here.label!.status, now?.status ?? null),
    attributes,
    ...(typeof score === 'number' && { score }),
  })
}

const isSaid = (now: SegmentsLabel | null, { status, attributes }: ReturnType<MakeDraft>): boolean =>
  now !== null && now.status === status && canonicalJson(now.attributes) === canonicalJson(attributes)

function otherwise(name: string): AppError {
  return new AppError(
    'REMOTE_MISMATCH',
    `Segments.ai keeps the label of ${name} otherwise than it was sent.`,
    {
      remedy: 'Look at it there, then run it again. Nothing here was changed.',
    },
  )
}

/** The same objects, mask and status; what the service adds to them is its own. */
function isWhatWasSent(put: SegmentsLabel, { status, attributes: sent }: ReturnType<MakeDraft>): boolean {
  if (put.status !== status || put.attributes === null) return false
  const ids = new Map(
    [sent, put.attributes].flatMap(({ annotations }) =>
      (Array.isArray(annotations) ? annotations : []).flatMap((entry) => {
        const id = isJsonObject(entry) ? Number(entry.category_id) : Number.NaN
        return Number.isNaN(id) ? [] : [[id, Math.max(1, Math.min(4096, id + 1))] as const]
      }),
    ),
  )
  try {
    const [a, b] = [readSegmentsLabel(sent, ids), readSegmentsLabel(put.attributes, ids)]
    return canonicalJson(a) === canonicalJson(b)
  } catch {
    return false
  }
}

/** The address of a mask there, sent if need be. */
async function maskThere(tools: RunTools, mask: BlobDigest): Promise<string> {
  const { book, context, remote, signal } = tools
  const known = book.assetOf(mask)
  if (known !== null) return known
  const bytes = new Uint8Array(await context.blobs.get(mask))
  const { url } = await remote.upload({ name: uploadName, bytes }, signal, (moved) =>
    tools.advance('Sending labels', 0, moved),
  )
  book.keepAsset(url, mask)
  return url
}

/** Both sides say the same from here on. */
export async function agree(
  tools: Pick<RunTools, 'book' | 'context'>,
  here: SampleHere,
  row: AgreedRow,
  there: SegmentsLabel | null,
): Promise<void> {
  const { book, context } = tools
  const label = there && (await context.blobs.put(Buffer.from(canonicalJson(there.raw)))).digest
  book.write({
    ...row,
    hereMark: sampleMarkHere(here),
    revision: here.head as RevisionId | null,
    thereMark: markThere(there),
    label,
    facts: { ...row.facts, values: here.card.attributes as JsonObject },
  })
}

/** Attributes of an image that has no label cannot be sent alone: they go with its first one. */
async function agreeOnValues({ book }: RunTools, here: SampleHere, row: AgreedRow): Promise<void> {
  book.write({ ...row, hereMark: markHere(null, here.card.attributes) })
}
