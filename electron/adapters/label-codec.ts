import { Worker } from 'node:worker_threads'
import { AppError } from '../../shared/base/app-error.ts'
import type { LabelIdentity } from '../../shared/dataset/digest.ts'
import type {
  CodecJob,
  CropsJob,
  DecodeJob,
  Difference,
  DifferInput,
  DifferJob,
  EncodedLabel,
  EncodeJob,
  FromCodec,
  MergedLabel,
  MergeInput,
  MergeJob,
  OverlayJob,
  ReplayedLabel,
  ReplayJob,
  ResolvedIds,
  ResolveJob,
  RestoredIds,
  RestoreJob,
  ToCodec,
  WholeInput,
} from './label-codec-message.ts'
import type { ObjectCrop } from './label-crops.ts'
import { siblingModule } from './sibling-module.ts'

/**
 * Labels between the forms they have: runs on the way to and from the face, PNG in the blob store, patches in the
 * journal. The work is done in one worker thread, one job after the other, so that the host goes on answering.
 * Every method rejects with AppError: `BAD_REQUEST` for bytes that are no such label, `BLOB_CORRUPT` for a PNG that is
 * none, `INTERNAL` when the worker died. The bytes given are copied.
 */
export interface LabelCodec {
  /**
   * Checks that every pixel's object is listed, names the pixels and makes their PNG. The PNG is left out when
   * `isKnown` says that it is there already.
   */
  encode(
    label: Omit<EncodeJob, 'kind'>,
    isKnown: (identity: LabelIdentity) => Promise<boolean>,
  ): Promise<EncodedLabel>
  /** The map of a PNG, as `encodeIds` writes it. */
  decode(label: Omit<DecodeJob, 'kind'>): Promise<Uint8Array>
  /** The map after the edits, as `encodeIds` writes it. */
  replay(label: Omit<ReplayJob, 'kind'>): Promise<ReplayedLabel>
  /** A PNG with alpha: the objects as they lie over a thumbnail of the image. */
  overlay(label: Omit<OverlayJob, 'kind'>): Promise<Uint8Array>
  /** What two sides made of a label, as one. Also `IN_TOO_BIG` when it would have more objects than ids. */
  merge(labels: Omit<MergeJob, 'kind'>): Promise<MergedLabel>
  /** One label of two, as answers have it. Rejects like `merge`. */
  resolve(labels: Omit<ResolveJob, 'kind'>): Promise<ResolvedIds>
  /** What two states of a label differ in. */
  differ(labels: Omit<DifferJob, 'kind'>): Promise<Difference>
  /** One object as it was; null when it is that already. All states are of one size. */
  restore(labels: Omit<RestoreJob, 'kind'>): Promise<RestoredIds>
  /** The objects of `ids` that have pixels, by id. */
  crops(label: Omit<CropsJob, 'kind'>): Promise<ObjectCrop[]>
  /** Ends the worker after what was asked for. */
  close(): Promise<void>
}

/** A worker that has held maps of so many pixels, twice 4 bytes each and more, is replaced when it has been idle so long. */
const LARGE_PIXELS = 4_000_000
const IDLE_MS = 2000

export type StartCodecWorker = () => Worker

export const startCodecWorker: StartCodecWorker = () => {
  return new Worker(siblingModule('./label-codec-worker', import.meta.url), { env: {} })
}

export function createLabelCodec(start: StartCodecWorker = startCodecWorker): LabelCodec {
  let worker: Worker | null = null
  let last: Promise<unknown> = Promise.resolve()
  let ending: ReturnType<typeof setTimeout> | null = null

  /** Runs after all that was asked for before. `T` is the job's own result. */
  function enqueue<T>(job: CodecJob, isKnown?: (identity: LabelIdentity) => Promise<boolean>): Promise<T> {
    const result = last.then(() => perform<T>(job, isKnown))
    last = result.catch(() => undefined)
    return result
  }

  function perform<T>(job: CodecJob, isKnown?: (identity: LabelIdentity) => Promise<boolean>): Promise<T> {
    if (ending !== null) clearTimeout(ending)
    ending = null
    worker ??= begin()
    const current = worker
    return new Promise<T>((resolve, reject) => {
      const settle = () => {
        current.off('message', onMessage)
        current.off('error', onDeath)
        current.off('exit', onDeath)
        current.unref()
        if (job.width * job.height >= LARGE_PIXELS) ending = setTimeout(replace, IDLE_MS, current).unref()
      }
      const onMessage = (message: FromCodec) => {
        if (message.kind === 'identity') {
          isKnown!(message.identity).then(
            (known) => post(current, { kind: 'answer', encode: !known }),
            (error) => {
              settle()
              // The worker waits for an answer that will not come: the next job gets another one.
              discard(current)
              reject(error)
            },
          )
          return
        }
        settle()
        if (message.kind === 'failed') reject(AppError.fromInfo(message.error))
        else resolve(message.result as T)
      }
      const onDeath = (cause: unknown) => {
        settle()
        discard(current)
        reject(
          new AppError('INTERNAL', 'The part of Tessera that encodes labels stopped.', {
            remedy: 'Try again. Nothing was changed.',
            cause,
          }),
        )
      }
      current.on('message', onMessage)
      current.on('error', onDeath)
      current.on('exit', onDeath)
      // At work it must be waited for; idle it must not keep a command from ending.
      current.ref()
      try {
        post(current, { kind: 'job', job })
      } catch (error) {
        settle()
        reject(error)
      }
    })
  }

  /** Its memory goes with it; waiting for its garbage collector would take as long as it pleases. The next is there at once. */
  function replace(idle: Worker): void {
    discard(idle)
    worker = begin()
    worker.unref()
  }

  function begin(): Worker {
    const fresh = start()
    // One that dies between jobs is no news: the next job starts another.
    fresh.on('error', () => undefined)
    fresh.on('exit', () => discard(fresh))
    return fresh
  }

  function discard(dead: Worker): void {
    if (worker === dead) worker = null
    void dead.terminate()
  }

  return {
    encode: ({ width, height, ids, listed }, isKnown) =>
      enqueue({ kind: 'encode', width, height, ids: copy(ids), listed }, isKnown),
    decode: ({ width, height, png }) => enqueue({ kind: 'decode', width, height, png: copy(png) }),
    replay: ({ width, height, png, patches }) =>
      enqueue({
        kind: 'replay',
        width,
        height,
        png: png && copy(png),
        patches: patches.map(copy),
      }),
    merge: (labels) => enqueue({ ...labels, ...sidesOf(labels), kind: 'merge' }),
    resolve: (labels) => enqueue({ ...labels, ...sidesOf(labels), kind: 'resolve' }),
    differ: ({ width, height, before, after, side }) => {
      const copied = ({ png, objects }: DifferInput) => ({ png: png && copy(png), objects })
      return enqueue({ kind: 'differ', width, height, before: copied(before), after: copied(after), side })
    },
    overlay: ({ width, height, png, side, objects, categories }) =>
      enqueue({ kind: 'overlay', width, height, png: copy(png), side, objects: objects.slice(), categories }),
    restore: ({ before, after, now, ...rest }) => {
      const copied = ({ png, objects }: WholeInput) => ({ png: png && copy(png), objects })
      const states = { before: copied(before), after: copied(after), now: copied(now) }
      return enqueue({ ...rest, ...states, kind: 'restore' })
    },
    crops: ({ width, height, png, ids, side }) =>
      enqueue({ kind: 'crops', width, height, png: copy(png), ids, side }),
    async close() {
      await last
      if (ending !== null) clearTimeout(ending)
      await worker?.terminate()
    },
  }
}

/** Bytes that can be handed over whole: what is given may be part of something larger, and a Buffer's slice is no copy. */
const copy = (bytes: Uint8Array) => new Uint8Array(bytes)

function sidesOf({ base, mine, theirs }: Pick<MergeJob, 'base' | 'mine' | 'theirs'>) {
  const copied = (side: MergeInput): MergeInput => ({ ...side, png: side.png && copy(side.png) })
  return { base: copied(base), mine: copied(mine), theirs: copied(theirs) }
}

function post(worker: Worker, message: ToCodec): void {
  worker.postMessage(message, message.kind === 'job' ? buffersOf(message.job) : [])
}

function buffersOf(job: CodecJob): ArrayBuffer[] {
  switch (job.kind) {
    case 'encode':
      return [job.ids.buffer as ArrayBuffer]
    case 'decode':
    case 'overlay':
    case 'crops':
      return [job.png.buffer as ArrayBuffer]
    case 'differ':
      return [job.before, job.after].flatMap(({ png }) => (png ? [png.buffer as ArrayBuffer] : []))
    case 'restore':
      return [job.before, job.after, job.now].flatMap(({ png }) => (png ? [png.buffer as ArrayBuffer] : []))
    case 'merge':
    case 'resolve':
      return [job.base, job.mine, job.theirs].flatMap(({ png }) => (png ? [png.buffer as ArrayBuffer] : []))
    case 'replay':
      return [...(job.png ? [job.png] : []), ...job.patches].map((bytes) => bytes.buffer as ArrayBuffer)
  }
}
