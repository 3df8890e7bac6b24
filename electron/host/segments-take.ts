import { createHash } from 'node:crypto'
import { closeSync } from 'node:fs'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import { canonicalJson } from '../../shared/base/canonical-json.ts'
import type { JsonObject } from '../../shared/base/json.ts'
import type { BlobDigest, SampleId } from '../../shared/dataset/digest.ts'
import { readSegmentsLabel } from '../../shared/formats/segments-label.ts'
import { readSegmentsStatus } from '../../shared/formats/segments-status.ts'
import { imageLimits } from '../../shared/image/limits.ts'
import type { AttributeValue, AttributeValues } from '../../shared/label/attributes.ts'
import { encodeIds } from '../../shared/label/id-runs.ts'
import type { ByteSink } from '../../shared/sync/artifact-source.ts'
import { imageUrlOf, markThere } from '../../shared/sync/segments-decision.ts'
import { groundTruth, type SegmentsLabel, type SegmentsSample } from '../../shared/sync/segments-remote.ts'
import { checkMask, decodeMask } from '../adapters/mask-file.ts'
import { noIds } from './label-moves.ts'
import type { SealedBlob } from './library-context.ts'
import { maskRoom } from './room.ts'
import { type AgreedRow, freshRow, markHere } from './segments-book.ts'
import { realName, type SampleHere, sampleMarkHere } from './segments-look.ts'
import { type RunTools, segmentsTool } from './segments-tools.ts'

type FetchTools = Pick<RunTools, 'book' | 'context' | 'remote' | 'codec' | 'signal' | 'advance'>

/** What an empty mask may take besides its pixels. */
const spareBytes = 1024 * 1024

/**
 * Brings the label of a sample here: as its label where nothing was changed here since both agreed, else beside it. With
 * `onlySame`, only where both say the same. Rejects with `IN_FORMAT`, `IN_SIZE_MISMATCH` … for one that cannot be read, and
 * then nothing here or there was changed.
 */
export async function takeLabel(
  tools: RunTools,
  here: SampleHere,
  row: AgreedRow,
  given?: SegmentsLabel,
  options: { readonly onlySame?: boolean; readonly there?: SegmentsSample } = {},
): Promise<void> {
  const { remote, book, context, signal, tally, ids } = tools
  const label = given ?? (await remote.label(row.uuid, groundTruth, signal))
  if (label === null) return
  const content = readSegmentsLabel(label.attributes, ids.here)
  if (content.kind === 'other') {
    if (!(await carryLabel(tools, here, label, options.there))) return
    // It is here beside whatever was drawn, which cannot go where something else stands.
    const after = (await tools.samplesHere.one(here.id))!
    const isDrawn = sampleMarkHere(here) !== row.hereMark
    const own = isDrawn ? {} : { hereMark: sampleMarkHere(after), revision: after.head }
    book.write({ ...row, sampleId: here.id, ...own, thereMark: markThere(label) })
    return
  }
  const pixels = await pixelsOf(tools, here, content.bitmap)
  const json = await context.blobs.put(Buffer.from(canonicalJson(label.raw)))
  const values = content.imageValues
  const kind = await tools.labels.arrivals.take(
    here.id,
    {
      status: readSegmentsStatus(label.status) ?? 'in progress',
      objects: content.objects,
      ids: pixels,
      author: label.updatedBy ?? label.createdBy ?? '',
      base: row.revision,
      place: segmentsTool,
    },
    ({ row: state }) => {
      book.write({
        ...row,
        sampleId: here.id,
        hereMark: markHere(state, values),
        revision: state.id,
        thereMark: markThere(label),
        label: json.digest,
        facts: { ...row.facts, values: values as JsonObject },
      })
      if (content.bitmap !== null) book.keepAsset(content.bitmap, state.mask)
    },
    options,
  )
  if (kind === 'other') {
    tally.held.push(here.name)
    return
  }
  await takeValues(tools, here, row, values)
  if (kind === 'same') tally.agreed++
  else if (kind === 'taken') tally.got.labels++
  else tally.conflicts.push({ sampleId: here.id, name: here.name })
}

/** Attributes of the image that were changed there alone; what was changed here stands, and goes with the next label. */
async function takeValues(
  { cards, mode }: RunTools,
  here: SampleHere,
  row: AgreedRow,
  there: Readonly<Record<string, AttributeValue>>,
): Promise<void> {
  if (mode === 'publish') return
  const [before, mine] = [row.facts.values as AttributeValues, here.card.attributes as AttributeValues]
  const isSame = (a: AttributeValue | undefined, b: AttributeValue | undefined) =>
    canonicalJson(a ?? null) === canonicalJson(b ?? null) && (a === undefined) === (b === undefined)
  const set: Record<string, AttributeValue> = {}
  const remove: string[] = []
  for (const key of new Set([...Object.keys(before), ...Object.keys(mine), ...Object.keys(there)])) {
    if (isSame(mine[key], there[key]) || !isSame(mine[key], before[key])) continue
    if (there[key] === undefined) remove.push(key)
    else set[key] = there[key]
  }
  if (Object.keys(set).length === 0 && remove.length === 0) return
  const { failed } = await cards.change([here.id], { kind: 'attributes', set, remove })
  if (failed[0]) throw AppError.fromInfo(failed[0].error)
}

/** A label that has no form here is kept whole, where that can be, and never written over. Answers whether it is. */
export async function carryLabel(
  { carrier, tally, ids }: RunTools,
  here: Pick<SampleHere, 'id' | 'name' | 'head'>,
  label: SegmentsLabel,
  there: SegmentsSample | undefined,
): Promise<boolean> {
  const isKept =
    there && carrier
      ? await carrier.takeLabel(here.id, { sample: there, label, idHere: ids.here, base: here.head })
      : false
  if (isKept) tally.got.carried++
  else tally.left.push(here.name)
  return isKept
}

/** The ids of its pixels, as `encodeIds` writes them. */
export async function pixelsOf(tools: FetchTools, here: SampleHere, url: string | null): Promise<Uint8Array> {
  const { book, context } = tools
  if (url === null) return noIds(here)
  const known = book.assetAt(url)
  const most = 5 * here.width * here.height + spareBytes
  return maskRoom(most, async () =>
    known !== null && (await context.blobs.has(known))
      ? decoded(tools, here, await context.blobs.get(known))
      : decoded(tools, here, await fetchBytes(tools, url, most)),
  )
}

async function decoded(
  { codec }: Pick<RunTools, 'codec'>,
  here: SampleHere,
  png: Uint8Array,
): Promise<Uint8Array> {
  const mask = await checkMask(png)
  if (mask.width !== here.width || mask.height !== here.height) {
    throw new AppError(
      'IN_SIZE_MISMATCH',
      `The mask has ${mask.width} × ${mask.height} pixels, its image ${here.width} × ${here.height}.`,
      { remedy: 'It stays as it is on Segments.ai, and nothing here was changed.' },
    )
  }
  if (mask.channels === 3) return encodeIds((await decodeMask(png)).ids)
  const { width, height } = mask
  return codec.decode({ width, height, png: mask.png })
}

async function fetchBytes(tools: FetchTools, url: string, most: number): Promise<Uint8Array> {
  let parts: Uint8Array[] = []
  const sink = {
    begin() {
      parts = []
    },
    take(part: Uint8Array) {
      parts.push(Buffer.from(part))
      tools.advance('Fetching labels', 0, part.length)
    },
  }
  await receive(tools, url, sink, most)
  return Buffer.concat(parts)
}

/** Files may lie with anybody: one that cannot be reached while the service can is about one sample, not about the network. */
async function receive(
  { remote, signal }: Pick<RunTools, 'remote' | 'signal'>,
  address: string,
  sink: ByteSink,
  most: number,
): Promise<void> {
  try {
    await remote.receive(address, sink, most, signal)
  } catch (thrown) {
    const error = toAppError(thrown)
    if (signal.aborted || !/^(NET_|TLS_)/.test(error.code)) throw thrown
    await remote.whoAmI(signal)
    throw new AppError('REMOTE_GONE', `Its file cannot be fetched. ${error.message}`, {
      remedy: 'Look whether its address opens in a browser, then run it again.',
      cause: thrown,
    })
  }
}

/**
 * Shows `work` the image of a sample there, as a file that lies in no shelf yet: what is no image leaves nothing behind.
 * Nothing is fetched that is known to be here.
 */
export async function withImage<T>(
  tools: RunTools,
  there: SegmentsSample,
  work: (image: { readonly digest: BlobDigest; readonly path: string }) => Promise<T> | T,
): Promise<T> {
  const { book, context } = tools
  const url = imageUrlOf(there)!
  const known = book.assetAt(url)
  if (known !== null && (await context.blobs.has(known)))
    return work({ digest: known, path: context.blobs.pathOf(known) })
  let draft = context.blobs.draft()
  let hash = createHash('md5')
  let size = 0
  const begin = () => {
    draft.drop()
    draft = context.blobs.draft()
    hash = createHash('md5')
    size = 0
  }
  let sealed: SealedBlob | null
  try {
    const take = (part: Uint8Array) => {
      draft.write(part)
      hash.update(part)
      size += part.length
      tools.advance('Fetching images', 0, part.length)
    }
    await receive(tools, await addressOf(tools, there, url), { begin, take }, imageLimits.fileBytes)
    sealed = draft.seal({ md5: hash.digest('base64'), size })
  } catch (error) {
    draft.drop()
    throw error
  }
  if (!sealed) throw new Error('bytes were written otherwise than they were hashed')
  const { ref, unpublished } = sealed
  try {
    return await work({
      digest: ref.digest,
      path: unpublished?.temporary ?? context.blobs.pathOf(ref.digest),
    })
  } finally {
    if (unpublished) closeSync(unpublished.fd)
    draft.drop()
  }
}

/** Files of a private bucket have an address that holds for a while only. */
async function addressOf({ remote, signal }: RunTools, there: SegmentsSample, url: string): Promise<string> {
  if (/^https?:/i.test(url)) return url
  const signed = await remote.sample(there.uuid, { isSigned: true }, signal)
  const image = signed?.attributes?.image as JsonObject | undefined
  return typeof image?.signed_url === 'string' ? image.signed_url : url
}

/**
 * The sample here for one that is only there: imported from its image, or the one that has these very bytes. Null when that
 * one lies in the trash. Rejects with what the importer refuses, and with `NAME_TAKEN` when the image is another sample's.
 */
export async function createHere(
  tools: RunTools,
  there: SegmentsSample,
  /** True for the one that asks first: no sample here is two there. */
  claim: (id: SampleId) => boolean,
): Promise<{ here: SampleHere; row: AgreedRow; isNew: boolean } | null> {
  const { context, imports, book, samplesHere, signal, tally } = tools
  const [image, outcome] = await withImage(tools, there, async ({ digest, path }) => [
    digest,
    await imports.importFile(path, realName(there), signal),
  ])
  signal.throwIfAborted()
  if (outcome.kind === 'rejected') throw AppError.fromInfo(outcome.error)
  const row = context.db
    .prepare('SELECT id, trashed_at AS trashed FROM samples WHERE image_digest = ?')
    .get(image)
  if (!row || row.trashed !== null) return null
  const here = (await samplesHere.one(row.id as SampleId))!
  if (!claim(here.id)) {
    throw new AppError(
      'NAME_TAKEN',
      `It has the same image as ${here.name}, which is another sample there.`,
      {
        remedy: 'Remove one of the two on Segments.ai. It stays as it is.',
      },
    )
  }
  const agreed = freshRow(here.id, there)
  // Only now is it known to be an image: what a network put in its place must be fetched again.
  book.keepAsset(imageUrlOf(there)!, image)
  book.write(agreed)
  if (outcome.kind === 'added') tally.got.samples++
  return { here, row: agreed, isNew: outcome.kind === 'added' }
}
