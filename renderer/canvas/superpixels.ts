import { AppError, type ErrorInfo } from '../../shared/base/app-error.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import type { SuperpixelAnswer } from '../workers/superpixel-worker.ts'

/** How far the superpixels of the image on the canvas are. */
export type SuperpixelBuild =
  | { readonly kind: 'none' }
  | { readonly kind: 'building'; readonly fraction: number }
  | { readonly kind: 'ready'; readonly hierarchy: Hierarchy }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }

/** Bytes of hierarchies kept for images seen before, so that stepping back and forth does not compute again. */
const KEPT_BYTES = 256 * 2 ** 20

/** Builds superpixels in a worker, one image at a time, and remembers the last ones by the digest of their image. */
export class SuperpixelBuilder {
  readonly #kept = new Map<string, Hierarchy>()
  #worker: Worker | null = null

  /** Calls `show` with each state until the build ends or another begins. Never blocks the window. */
  start(digest: string, blob: Blob, show: (build: SuperpixelBuild) => void): void {
    this.cancel()
    const known = this.#kept.get(digest)
    if (known) {
      this.#keep(digest, known)
      show({ kind: 'ready', hierarchy: known })
      return
    }
    show({ kind: 'building', fraction: 0 })
    const worker = new Worker(new URL('../workers/superpixel-worker.ts', import.meta.url), { type: 'module' })
    this.#worker = worker
    worker.onmessage = ({ data }: MessageEvent<SuperpixelAnswer>) => {
      if (this.#worker !== worker) return
      if (data.kind === 'progress') return show({ kind: 'building', fraction: data.fraction })
      this.cancel()
      if (data.kind === 'failed') return show(data)
      this.#keep(digest, data.hierarchy)
      show({ kind: 'ready', hierarchy: data.hierarchy })
    }
    worker.onerror = () => {
      if (this.#worker !== worker) return
      this.cancel()
      show({ kind: 'failed', error: buildFailed().toInfo() })
    }
    worker.postMessage(blob)
  }

  /** Ends the build under way, at once. */
  cancel(): void {
    this.#worker?.terminate()
    this.#worker = null
  }

  #keep(digest: string, hierarchy: Hierarchy): void {
    this.#kept.delete(digest)
    this.#kept.set(digest, hierarchy)
    let bytes = 0
    for (const [key, { leaf, parent, lo, hi, runs }] of [...this.#kept].reverse()) {
      bytes += 4 * (leaf.length + parent.length + lo.length + hi.length + runs.length)
      if (bytes > KEPT_BYTES && key !== digest) this.#kept.delete(key)
    }
  }
}

function buildFailed(): AppError {
  return new AppError('INTERNAL', 'The superpixels of this image could not be computed.', {
    remedy: 'Use the brush, or close other windows to free memory and open the image again.',
  })
}
