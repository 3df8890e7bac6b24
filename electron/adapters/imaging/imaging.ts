import { AppError } from '../../../shared/base/app-error.ts'
import { imageLimits } from '../../../shared/image/limits.ts'
import type { ImageFormat } from '../../../shared/image/sniff.ts'
import {
  type DecoderAnswer,
  type DecoderRequest,
  type Inspected,
  OVER_MEMORY_EXIT,
  type SampleFile,
} from './decoder-message.ts'
import { type DecoderProcess, type StartDecoder, startNodeDecoder } from './decoder-process.ts'

/** Decoding of untrusted pictures, in other processes with limits of time and memory. */
export interface Imaging {
  /**
   * Decodes the whole file at `path`, so that a damaged one is found now and not when somebody opens it.
   * `format` is what its first bytes said. Rejects with AppError `IN_FORMAT`, `IN_TOO_BIG`, `IN_TIMEOUT`, `CANCELLED`.
   */
  inspect(path: string, format: ImageFormat, signal?: AbortSignal): Promise<Inspected>
  /** Writes the picture upright, sRGB, 8 bits a channel as PNG to `out`. Rejects like `inspect`. */
  convert(path: string, format: ImageFormat, out: string, signal?: AbortSignal): Promise<void>
  /** Writes the picture's samples to `out`, with all the bits they have. Rejects like `inspect`. */
  sample(path: string, format: ImageFormat, out: string, signal?: AbortSignal): Promise<SampleFile>
  /**
   * The same of a picture of 16 bits a channel only; of others `out` is not written. Rejects like `inspect`, and with
   * `IN_TOO_BIG` when that were more than `most` bytes.
   */
  sampleDeep(path: string, format: ImageFormat, out: string, most: number): Promise<SampleFile>
  /** Ends the decoders; what was under way rejects with `CANCELLED`. */
  close(): void
}

type Job = {
  readonly request: DecoderRequest
  readonly resolve: (answer: DecoderAnswer) => void
  readonly reject: (error: AppError) => void
  crashes: number
}
type Slot = { decoder: DecoderProcess; job: Job | undefined; timer: NodeJS.Timeout | undefined }

/**
 * At most `decoders` processes, started when first needed and again after one died. A picture that ends two decoders
 * is rejected: the first time it may have been the victim of something else.
 * `start` is how a process comes to be; `timeoutMs` bounds one picture from the outside, should the decoder hang.
 */
export function createImaging(
  options: { start?: StartDecoder; decoders?: number; timeoutMs?: number } = {},
): Imaging {
  const start = options.start ?? startNodeDecoder
  const decoders = options.decoders ?? 2
  const timeoutMs = options.timeoutMs ?? (imageLimits.decodeSeconds + 5) * 1000
  const slots: Slot[] = []
  const queue: Job[] = []
  let closed = false

  function pump(): void {
    while (queue.length > 0) {
      const slot =
        slots.find((each) => each.job === undefined) ?? (slots.length < decoders ? open() : undefined)
      if (!slot) return
      run(slot, queue.shift()!)
    }
  }

  function open(): Slot {
    const slot: Slot = { decoder: start(), job: undefined, timer: undefined }
    slot.decoder.onAnswer((answer) => {
      const job = slot.job
      release(slot)
      job?.resolve(answer)
      pump()
    })
    slot.decoder.onExit((code) => {
      const job = slot.job
      release(slot)
      remove(slot)
      if (job) afterCrash(job, code)
      pump()
    })
    slots.push(slot)
    return slot
  }

  function run(slot: Slot, job: Job): void {
    slot.job = job
    slot.decoder.keepAlive(true)
    slot.timer = setTimeout(() => {
      release(slot)
      remove(slot)
      slot.decoder.kill()
      job.reject(tookTooLong())
      pump()
    }, timeoutMs)
    slot.decoder.send(job.request)
  }

  function release(slot: Slot): void {
    clearTimeout(slot.timer)
    slot.job = undefined
    slot.decoder.keepAlive(false)
  }

  function remove(slot: Slot): void {
    const at = slots.indexOf(slot)
    if (at >= 0) slots.splice(at, 1)
  }

  function afterCrash(job: Job, code: number | null): void {
    if (code === OVER_MEMORY_EXIT) {
      job.reject(
        new AppError('IN_TOO_BIG', 'Decoding the image needs more memory than it may have.', {
          remedy: 'Save it smaller or in another format.',
        }),
      )
    } else if (job.crashes > 0) {
      job.reject(
        new AppError('IN_FORMAT', 'The image is damaged: the decoder stopped working on it, twice.', {
          remedy: 'Export it again, or save it in another format.',
        }),
      )
    } else {
      job.crashes++
      queue.unshift(job)
    }
  }

  function ask(request: DecoderRequest, signal: AbortSignal | undefined): Promise<DecoderAnswer> {
    return new Promise((resolve, reject) => {
      if (closed || signal?.aborted) return reject(cancelled())
      const job: Job = {
        request,
        crashes: 0,
        resolve: (answer) => {
          signal?.removeEventListener('abort', onAbort)
          resolve(answer)
        },
        reject: (error) => {
          signal?.removeEventListener('abort', onAbort)
          reject(error)
        },
      }
      // A picture that is being decoded is left to its decoder: a second or so, and cheaper than a new process.
      const onAbort = () => {
        const at = queue.indexOf(job)
        if (at >= 0) queue.splice(at, 1)
        job.reject(cancelled())
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      queue.push(job)
      pump()
    })
  }

  return {
    async inspect(path, format, signal) {
      const answer = await ask({ kind: 'inspect', path, format }, signal)
      return expected(answer, 'inspected').value
    },
    async convert(path, format, out, signal) {
      expected(await ask({ kind: 'convert', path, format, out }, signal), 'converted')
    },
    async sample(path, format, out, signal) {
      return expected(await ask({ kind: 'sample', path, format, out }, signal), 'sampled').value
    },
    async sampleDeep(path, format, out, most) {
      const request = { kind: 'sample', path, format, out, deepUpTo: most } as const
      return expected(await ask(request, undefined), 'sampled').value
    },
    close() {
      closed = true
      for (const job of queue.splice(0)) job.reject(cancelled())
      for (const slot of slots.splice(0)) {
        const job = slot.job
        release(slot)
        slot.decoder.kill()
        job?.reject(cancelled())
      }
    },
  }
}

/** The answer to what was asked. Throws what the decoder says otherwise. */
function expected<K extends DecoderAnswer['kind']>(
  answer: DecoderAnswer,
  kind: K,
): Extract<DecoderAnswer, { kind: K }> {
  if (answer.kind === 'failed') throw new AppError(answer.code, answer.message, { remedy: answer.remedy })
  if (answer.kind !== kind) throw new Error('the decoder answered another question')
  return answer as Extract<DecoderAnswer, { kind: K }>
}

function cancelled(): AppError {
  return new AppError('CANCELLED', 'Reading the image was cancelled.', { remedy: 'Import it again.' })
}

function tookTooLong(): AppError {
  return new AppError('IN_TIMEOUT', `Decoding took longer than ${imageLimits.decodeSeconds} seconds.`, {
    remedy: 'Try again when the computer is less busy, or save the image in another format.',
  })
}
