import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import type { LabelIdentity } from '../../shared/dataset/digest.ts'
import type { LabelSide } from '../../shared/history/label-side.ts'
import { emptyRuns, encodeRuns, runsOfIds } from '../../shared/history/map-runs.ts'
import { mergeLabel } from '../../shared/history/merge-label.ts'
import { resolveLabel } from '../../shared/history/resolve-label.ts'
import { restoreObject, type WholeLabel } from '../../shared/history/restore-object.ts'
import { diffLabels } from '../../shared/label/diff.ts'
import { totalsOf } from '../../shared/label/diff-totals.ts'
import { decodeIds, decodePatch, encodeIds } from '../../shared/label/id-runs.ts'
import { identityBytes } from '../../shared/label/identity.ts'
import { emptyLabelMap, type LabelMap, UNLABELED } from '../../shared/label/label-map.ts'
import { requireListed } from '../../shared/label/masks.ts'
import { applyPatch } from '../../shared/label/patch.ts'
import { VarintReader } from '../../shared/label/varint.ts'
import { drawChanges } from './label-changes.ts'
import type {
  CodecJob,
  CodecResult,
  Difference,
  DifferInput,
  DifferJob,
  EncodedLabel,
  EncodeJob,
  FromCodec,
  MergedLabel,
  MergeInput,
  MergeJob,
  ReplayedLabel,
  ReplayJob,
  ResolvedIds,
  ResolveJob,
  RestoredIds,
  RestoreJob,
  ToCodec,
  WholeInput,
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
    case 'merge': {
      const merged = merge(job)
      return [merged, [merged.ids.buffer as ArrayBuffer]]
    }
    case 'resolve': {
      const resolved = resolve(job)
      return [resolved, [resolved.ids.buffer as ArrayBuffer]]
    }
    case 'differ': {
      const difference = differ(job)
      return [difference, [difference.picture.buffer as ArrayBuffer]]
    }
    case 'restore': {
      const restored = restore(job)
      return [restored, restored && restored !== 'locked' ? [restored.ids.buffer as ArrayBuffer] : []]
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

function merge(job: MergeJob): MergedLabel {
  const [base, mine, theirs] = sidesOf(job)
  return withinIds(() => {
    const { runs, ...merged } = mergeLabel(base, mine, theirs, optionsOf(job))
    return { ...merged, ids: encodeRuns(runs) }
  })
}

function resolve(job: ResolveJob): ResolvedIds {
  const [base, mine, theirs] = sidesOf(job)
  return withinIds(() => {
    const answers = new Map(job.answers)
    const {
      runs,
      groups,
      renumbered: _,
      ...label
    } = resolveLabel(base, mine, theirs, { ...optionsOf(job), answers })
    const unanswered = groups.filter(({ key, choices }) => {
      const answer = answers.get(key)
      return answer === undefined || !choices.includes(answer)
    })
    return { ...label, ids: encodeRuns(runs), unanswered: unanswered.length }
  })
}

type Merging = MergeJob | ResolveJob
const optionsOf = ({ later, isOneCounter, oneRegion }: Merging) => ({
  later,
  isOneCounter,
  oneRegion: new Set(oneRegion),
})
function sidesOf({ width, height, base, mine, theirs }: Merging): [LabelSide, LabelSide, LabelSide] {
  const sideOf = ({ png, ...rest }: MergeInput): LabelSide => ({
    ...rest,
    runs: png ? runsOfIds(decodeLabelPng(png, width, height).ids) : emptyRuns(width * height),
  })
  return [sideOf(base), sideOf(mine), sideOf(theirs)]
}

function withinIds<T>(work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new AppError('IN_TOO_BIG', 'The merged label would have more objects than there are ids.', {
      remedy: 'Both labels are kept. Choose one of them.',
      cause,
    })
  }
}

function restore({ width, height, object, nextObjectId, oneRegion, ...states }: RestoreJob): RestoredIds {
  const whole = ({ png, objects }: WholeInput): WholeLabel => ({
    map: png ? decodeLabelPng(png, width, height) : emptyLabelMap(width, height),
    objects: new Map(objects.map((each) => [each.id, each])),
  })
  const [before, after, now] = [whole(states.before), whole(states.after), whole(states.now)]
  const options = { nextObjectId, oneRegion: new Set(oneRegion) }
  const restored = restoreObject({ before, after, now }, object, options)
  return restored && restored !== 'locked' ? { ...restored, ids: encodeIds(restored.ids) } : restored
}

function differ({ width, height, before, after, side }: DifferJob): Difference {
  const sideOf = ({ png, objects }: DifferInput) => ({
    map: png ? decodeLabelPng(png, width, height) : emptyLabelMap(width, height),
    objects: new Map(objects.map((object) => [object.id, object])),
  })
  const steps = diffLabels(sideOf(before), sideOf(after))
  let step = steps.next()
  while (!step.done) step = steps.next()
  return { ...totalsOf(step.value), picture: drawChanges(step.value, { width, height }, side) }
}
