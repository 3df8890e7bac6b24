import { AppError, type ErrorInfo } from '../../shared/base/app-error.ts'
import { ENGINE } from '../../shared/superpixel/build.ts'
import { type SuperpixelOptions, superpixelKey } from '../../shared/superpixel/cache-key.ts'
import type { RoughCopy, SuperpixelAnswer, SuperpixelRequest } from '../workers/superpixel-message.ts'

/** The image whose superpixels are wanted, and how they are to be made. */
export type SuperpixelOrder = {
  /** SHA-256 of the image's file. */
  readonly digest: string
  readonly width: number
  readonly height: number
  readonly options: SuperpixelOptions
  /** Asked for when the superpixels must be built. A rejection ends the work: whoever wanted the pixels tells why. */
  pixels(): Promise<{ readonly blob: Blob; readonly rough: RoughCopy | null }>
}

/** Where built superpixels are kept for the next time. */
export type SuperpixelStore = {
  /** Null when there is nothing, for whatever reason. */
  read(key: string): Promise<Blob | null>
  write(key: string, file: Blob): Promise<void>
}

export type SuperpixelNews = Extract<SuperpixelAnswer, { kind: 'progress' | 'rough' | 'built' }> | Failure
type Failure = { readonly kind: 'failed'; readonly error: ErrorInfo }

/** What a job needs to run. */
export type JobPorts = {
  readonly store: SuperpixelStore
  startWorker(): Worker
  readonly threads: number
  /** Whether what was kept is wanted in memory, or it is enough that it is kept. */
  readonly reads: boolean
}

/** Smaller images are built in about a tenth of a second. */
const LEAST_KEPT_PIXELS = 1_000_000

export function keyOf({ digest, options }: SuperpixelOrder): string {
  return superpixelKey(digest, ENGINE, options)
}

/**
 * Reads or builds the superpixels of one image in a worker of its own, and keeps what was built. `news` gets what comes
 * of it; `over` is called once when nothing more will, also after `end`, which ends the worker at once.
 */
export class SuperpixelJob {
  readonly #order: SuperpixelOrder
  readonly #ports: JobPorts
  readonly #news: (news: SuperpixelNews) => void
  readonly #over: () => void
  readonly #worker: Worker
  readonly #key: string
  #isBuilding = false
  #isBuilt = false
  #isOver = false

  constructor(
    order: SuperpixelOrder,
    ports: JobPorts,
    news: (news: SuperpixelNews) => void,
    over: () => void = () => {},
  ) {
    this.#order = order
    this.#ports = ports
    this.#news = news
    this.#over = over
    this.#key = keyOf(order)
    this.#worker = ports.startWorker()
    this.#worker.onmessage = ({ data }: MessageEvent<SuperpixelAnswer>) => this.#hear(data)
    this.#worker.onerror = () => this.#hear({ kind: 'failed', error: buildFailed().toInfo() })
    void this.#begin()
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#worker.terminate()
    this.#over()
  }

  get #isKept(): boolean {
    return this.#order.width * this.#order.height >= LEAST_KEPT_PIXELS
  }

  async #begin(): Promise<void> {
    const file = this.#isKept ? await this.#ports.store.read(this.#key).catch(() => null) : null
    if (this.#isOver) return
    if (!file) return this.#build()
    if (!this.#ports.reads) return this.end()
    const { width, height, options } = this.#order
    this.#ask({ kind: 'read', file, key: this.#key, width, height, options })
  }

  async #build(): Promise<void> {
    const { width, height, options } = this.#order
    try {
      const pixels = await this.#order.pixels()
      if (this.#isOver) return
      const key = this.#isKept ? this.#key : null
      this.#ask({ kind: 'build', ...pixels, width, height, options, threads: this.#ports.threads, key })
    } catch {
      this.end()
    }
  }

  #ask(request: SuperpixelRequest): void {
    this.#isBuilding = request.kind === 'build'
    this.#worker.postMessage(request)
  }

  #hear(answer: SuperpixelAnswer): void {
    if (this.#isOver) return
    switch (answer.kind) {
      case 'unreadable':
        void this.#build()
        return
      case 'packed':
        if (answer.file) void this.#ports.store.write(this.#key, new Blob([answer.file])).catch(() => {})
        this.end()
        return
      case 'failed':
        // Without a file nothing is lost but the time of building again.
        if (!this.#isBuilt) this.#news(answer)
        this.end()
        return
      case 'built':
        this.#isBuilt = true
        this.#news(answer)
        // What was read needs no packing.
        if (!this.#isBuilding) this.end()
        return
      default:
        this.#news(answer)
    }
  }
}

function buildFailed(): AppError {
  return new AppError('INTERNAL', 'The superpixels of this image could not be computed.', {
    remedy: 'Use the brush, or close other windows to free memory and open the image again.',
  })
}
