import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { LabelIdentity } from '../../shared/dataset/digest.ts'
import type { LabelSide } from '../../shared/history/label-side.ts'
import { countRuns, emptyRuns, encodeRuns, runsOfIds } from '../../shared/history/map-runs.ts'
import { mergeLabel } from '../../shared/history/merge-label.ts'
import { decodeIds, decodePatch, encodeIds } from '../../shared/label/id-runs.ts'
import { identityBytes } from '../../shared/label/identity.ts'
import { emptyLabelMap, type LabelMap, UNLABELED } from '../../shared/label/label-map.ts'
import { requireListed } from '../../shared/label/masks.ts'
import { applyPatch } from '../../shared/label/patch.ts'
import { VarintReader } from '../../shared/label/varint.ts'
import type {
  CodecJob,
  CodecResult,
  EncodedLabel,
  EncodeJob,
  FromCodec,
  MergedLabel,
  MergeInput,
  MergeJob,
  ReplayedLabel,
  ReplayJob,
  ToCodec,
} from './label-codec-message.ts'
import { cropObjects } from './label-crops.ts'
import { drawOverlay } from './label-overlay.ts'
import { decodeLabelPng, encodeLabelPng } from './label-png.ts'

// Runs in a worker thread: everything that looks at each pixel of a label is here. See label-codec.ts.
const port = parentPort!
let answered: (encode: boolean) => void = () => undefined

port.on('message', (message: ToCodec) => {
  if (message.kind === 'answer') answered(message.encode)
  else void run(message.job)
})

async function run(job: CodecJob): Promise<void> {
  try {
    const [result, transfer] = await work(job)
    send({ kind: 'done', result }, transfer)
  } catch (error) {
    send({ kind: 'failed', error: toAppError(error).toInfo() })
  }
}

function send(message: FromCodec, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}

async function work(job: CodecJob): Promise<[CodecResult, ArrayBuffer[]]> {
  switch (job.kind) {
    case 'encode': {
      const encoded = await encode(job)
      return [encoded, encoded.png ? [encoded.png.buffer as ArrayBuffer] : []]
    }
    case 'decode': {
      const ids = encodeIds(decodeLabelPng(job.png, job.width, job.height).ids)
      return [ids, [ids.buffer]]
    }
    case 'overlay': {
      const picture = drawOverlay(decodeLabelPng(job.png, job.width, job.height), job)
      return [picture, [picture.buffer as ArrayBuffer]]
    }
    case 'count':
      return [countRuns(runsOfIds(decodeLabelPng(job.png, job.width, job.height).ids)), []]
    case 'merge': {
      const merged = merge(job)
      return [merged, [merged.ids.buffer as ArrayBuffer]]
    }
    case 'crops':
      return [cropObjects(decodeLabelPng(job.png, job.width, job.height), new Set(job.ids), job.side), []]
    case 'replay': {
      const replayed = replay(job)
      return [replayed, [replayed.ids.buffer as ArrayBuffer]]
    }
  }
}

async function encode({ width, height, ids, listed }: EncodeJob): Promise<EncodedLabel> {
  const map = readMap(ids, width, height)
  const pixels = pixelsById(ids, width * height)
  requireListed(pixels, listed)
  const hash = createHash('sha256')
  for (const bytes of identityBytes(map)) hash.update(bytes)
  const identity = hash.digest('hex') as LabelIdentity
  let labeledPixels = 0
  for (const count of pixels.values()) labeledPixels += count
  const { promise, resolve } = Promise.withResolvers<boolean>()
  answered = resolve
  send({ kind: 'identity', identity })
  const png = (await promise) ? await encodeLabelPng(map) : null
  return { identity, labeledPixels, png }
}

function readMap(bytes: Uint8Array, width: number, height: number): LabelMap {
  try {
    return { width, height, ids: decodeIds(bytes, width * height) }
  } catch (cause) {
    throw new AppError(
      'BAD_REQUEST',
      `The pixels are not those of a label of ${width} × ${height}: ${cause instanceof Error ? cause.message : 'unreadable'}.`,
      { remedy: 'Keep the window open and save again; nothing was changed.', cause },
    )
  }
}

/** Pixels of each object, from runs that `decodeIds` has read: a label has far fewer runs than pixels. */
function pixelsById(bytes: Uint8Array, pixelCount: number): Map<number, number> {
  const reader = new VarintReader(bytes)
  const pixels = new Map<number, number>()
  for (let left = pixelCount; left > 0; ) {
    const id = reader.read()
    const length = reader.read()
    if (id !== UNLABELED) pixels.set(id, (pixels.get(id) ?? 0) + length)
    left -= length
  }
  return pixels
}

function replay({ width, height, png, patches }: ReplayJob): ReplayedLabel {
  const map = png ? decodeLabelPng(png, width, height) : emptyLabelMap(width, height)
  let applied = 0
  for (const bytes of patches) {
    if (bytes.length > 0) {
      try {
        const { runs, after } = decodePatch(bytes, width * height)
        // What was there before the edit is of no use here: nothing takes it back.
        applyPatch(map, { runs, after, before: after })
      } catch (error) {
        if (error instanceof RangeError) break
        throw error
      }
    }
    applied++
  }
  return { ids: encodeIds(map.ids), applied }
}

function merge({ width, height, base, mine, theirs, later, ...rest }: MergeJob): MergedLabel {
  const sideOf = ({ png, ...rest }: MergeInput): LabelSide => ({
    ...rest,
    runs: png ? runsOfIds(decodeLabelPng(png, width, height).ids) : emptyRuns(width * height),
  })
  try {
    const { isOneCounter } = rest
    const options = { later, isOneCounter, oneRegion: new Set(rest.oneRegion) }
    const { runs, ...merged } = mergeLabel(sideOf(base), sideOf(mine), sideOf(theirs), options)
    return { ...merged, ids: encodeRuns(runs) }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new AppError('IN_TOO_BIG', 'The merged label would have more objects than there are ids.', {
      remedy: 'Both labels are kept. Choose one of them.',
      cause,
    })
  }
}
