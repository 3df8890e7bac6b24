import { type AppError, type ErrorCode, toAppError } from '../../shared/base/app-error.ts'
import { MAX_STEPS_AT_ONCE, type StepBatch, type StepEntry } from '../../shared/host/label-steps.ts'

export type StepPorts = {
  /** Resolves once the host has written them. Rejects with AppError. */
  send(batch: StepBatch, bodies: readonly Uint8Array[]): Promise<void>
  /** Bodies as far as they can be had. Rejects with AppError. */
  read(keys: readonly string[]): Promise<(Uint8Array | null)[]>
  /** The host cannot keep steps any more. */
  refused(error: AppError): void
  /** Runs `run` later and returns what takes that back. */
  after(ms: number, run: () => void): () => void
}

/** A step goes at once, so that closing the window on it does not lose it; those that come meanwhile go together. */
const GATHER_MS = 0
const RETRY_MS = { line: 2000, disk: 30_000 } as const
const MAX_BATCH_BYTES = 8 * 1024 * 1024

/** What is refused so is refused again: the library is only read, the image is gone. */
const finalCodes: readonly ErrorCode[] = ['BAD_REQUEST', 'NOT_FOUND', 'LIB_READ_ONLY']

type Waiting = { readonly entry: StepEntry; readonly body: Uint8Array }

/** Takes the steps of one label to the host in their order. Labels are saved without it; it never holds anything up. */
export class StepSender {
  readonly #ports: StepPorts
  readonly #kept: (keys: readonly string[]) => void
  #queue: Waiting[] = []
  #place: string | null | undefined
  #sending: Promise<void> | null = null
  #cancelTimer: (() => void) | null = null
  #isTold = false
  #isLeft = false

  /** `kept` learns of the steps that the host has. */
  constructor(ports: StepPorts, kept: (keys: readonly string[]) => void) {
    this.#ports = ports
    this.#kept = kept
  }

  /** Everything is with the host. */
  get isDone(): boolean {
    return this.#queue.length === 0 && this.#place === undefined && this.#sending === null
  }

  add(entry: StepEntry, body: Uint8Array): void {
    this.#queue.push({ entry, body })
    this.#place = undefined
    this.#wake(GATHER_MS)
  }

  /** Steps were taken back or made again: the last one that is done now. */
  moveTo(place: string | null): void {
    this.#place = place
    this.#wake(GATHER_MS)
  }

  /** Steps that are not to be sent any more. */
  drop(keys: ReadonlySet<string>): void {
    this.#queue = this.#queue.filter(({ entry }) => !keys.has(entry.key))
  }

  /** Sends what there is now. Resolves when that is done or has failed; what failed is tried again later. */
  async flush(): Promise<void> {
    this.#cancel()
    await this.#sending
    if (!this.isDone) await this.#start()
  }

  /** The window leaves this label: what cannot be sent is not tried for ever. */
  leave(): void {
    this.#isLeft = true
  }

  comeBack(): void {
    this.#isLeft = false
    if (!this.isDone) this.#wake(GATHER_MS)
  }

  #wake(ms: number): void {
    this.#cancelTimer ??= this.#ports.after(ms, () => {
      this.#cancelTimer = null
      if (!this.#sending) void this.#start()
    })
  }

  #cancel(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }

  #start(): Promise<void> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null
    })
    return this.#sending
  }

  async #send(): Promise<void> {
    while (this.#queue.length > 0 || this.#place !== undefined) {
      const part = this.#next()
      const place = part.length === this.#queue.length ? this.#place : undefined
      try {
        const steps = part.map(({ entry }) => entry)
        await this.#ports.send(
          { steps, ...(place !== undefined && { place }) },
          part.map(({ body }) => body),
        )
        this.#isTold = false
        const keys = new Set(steps.map(({ key }) => key))
        this.#queue = this.#queue.filter(({ entry }) => !keys.has(entry.key))
        if (this.#place === place) this.#place = undefined
        this.#kept([...keys])
      } catch (reason) {
        this.#failed(toAppError(reason), part)
        return
      }
    }
  }

  #next(): Waiting[] {
    let bytes = 0
    let count = 0
    for (const { entry } of this.#queue) {
      bytes += entry.bytes
      if (count > 0 && (bytes > MAX_BATCH_BYTES || count >= MAX_STEPS_AT_ONCE)) break
      count++
    }
    return this.#queue.slice(0, count)
  }

  #failed(error: AppError, part: readonly Waiting[]): void {
    if (finalCodes.includes(error.code)) {
      // They stay in this window.
      this.drop(new Set(part.map(({ entry }) => entry.key)))
      this.#place = undefined
      return
    }
    const isLine = error.code === 'HOST_GONE'
    if (!isLine && !this.#isTold) {
      this.#isTold = true
      this.#ports.refused(error)
    }
    if (!this.#isLeft) this.#wake(isLine ? RETRY_MS.line : RETRY_MS.disk)
  }
}
