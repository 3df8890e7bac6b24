import { AppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import { isJsonObject, type JsonObject } from '../../shared/base/json.ts'
import type { BlobDigest, RevisionId } from '../../shared/dataset/digest.ts'
import { isMaskLabel, readSegmentsLabel, writeSegmentsLabel } from '../../shared/formats/segments-label.ts'
import { writeSegmentsStatus } from '../../shared/formats/segments-status.ts'
import { cardFields, metadataOfNew } from '../../shared/sync/segments-card.ts'
import {
  imageUrlOf,
  isJudged,
  markThere,
  nameThere,
  wholeMarkThere,
} from '../../shared/sync/segments-decision.ts'
import { groundTruth, type SegmentsLabel, type SegmentsSample } from '../../shared/sync/segments-remote.ts'
import { inLanes } from './lanes.ts'
import { maskRoom } from './room.ts'
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
 * Sends the label of a sample. Reads the one there just before: whatever stands there and is not what was agreed on is
 * taken here first, as a conflict, and nothing is sent. Rejects as the server does.
 */
export async function pushLabel(
  tools: RunTools,
  here: SampleHere,
  row: AgreedRow,
  isMaskThere = false,
): Promise<void> {
  const { remote, mode, overwriteReviewed, signal, tally } = tools
  if (here.isOpen) {
    // Which of the two it is to be, somebody has to say first.
    tally.conflicts.push({ sampleId: here.id, name: here.name })
    return
  }
  if (here.head === null || here.label === null) return agreeOnValues(tools, here, row)
  const fresh = await remote.label(row.uuid, groundTruth, signal)
  // Gone there, it can be sent again: nothing is written over.
  if (fresh !== null && wholeMarkThere(fresh) !== row.thereMark) {
    await takeLabel(tools, here, row, fresh, { onlySame: mode === 'publish' })
    return
  }
  if (fresh !== null && !isMaskLabel(fresh.attributes)) {
    await carryLabel(tools, here, fresh, undefined)
    return
  }
  if (!hasMasks(tools.taskType)) return pushShapes(tools, here, row)
  if (fresh !== null && isJudged(fresh.status) && !overwriteReviewed) {
    tally.held.push(here.name)
    return
  }
  if (!isMaskThere && tools.book.assetOf(here.label.mask) === null) {
    // Sending takes long enough for somebody to save there meanwhile: the label is looked at again.
    await maskThere(tools, here.label.mask)
    return pushLabel(tools, here, row, true)
  }
  const objects = await tools.labels.objects(here.id, here.head)
  const bitmap = await maskThere(tools, here.label.mask)
  const attributes = writeSegmentsLabel({
    objects,
    bitmap,
    imageValues: here.card.attributes,
    idThere: tools.ids.there,
    before: fresh?.attributes ?? null,
  })
  const status = writeSegmentsStatus(here.label.status, fresh?.status ?? null)
  const isThere =
    fresh !== null && fresh.status === status && canonicalJson(fresh.attributes) === canonicalJson(attributes)
  let put = fresh
  if (!isThere) {
    const score = fresh?.score ?? null
    const draft = { status, attributes, ...(score !== null && { score }) }
    put = await remote.putLabel(row.uuid, groundTruth, draft, fresh?.updatedAt ?? null, signal)
    if (!isWhatWasSent(put, status, attributes)) {
      // An answer that leaves something out is no proof; the label itself is.
      put = await remote.label(row.uuid, groundTruth, signal)
      if (put === null || !isWhatWasSent(put, status, attributes)) throw otherwise(here.name)
    }
    tally.sent.labels++
  }
  await agree(tools, here, row, put!)
}

/** Where a dataset is for shapes, those of the label go there as they came, once: they are not edited here. */
async function pushShapes(tools: RunTools, here: SampleHere, row: AgreedRow): Promise<void> {
  const { remote, signal, tally, ids } = tools
  const shapes = await tools.labels.shapes(here.head!)
  if (shapes === null) {
    tally.left.push(here.name)
    return
  }
  const attributes = vectorAttributes(shapes, here.card.attributes, ids.there)
  const status = writeSegmentsStatus(here.label!.status, null)
  const { score } = shapes.label
  const draft = { status, attributes, ...(typeof score === 'number' && { score }) }
  const put = await remote.putLabel(row.uuid, groundTruth, draft, null, signal)
  tally.sent.labels++
  await agree(tools, here, row, put)
}

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
function isWhatWasSent(put: SegmentsLabel, status: string, sent: JsonObject): boolean {
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
  // Once as it is read, once as it is sent.
  const { url } = await maskRoom(2 * (context.blobs.stat(mask)?.size ?? 0), async () => {
    const bytes = new Uint8Array(await context.blobs.get(mask))
    return remote.upload({ name: uploadName, bytes }, signal, (moved) =>
      tools.advance('Sending labels', 0, moved),
    )
  })
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
