import type { ErrorInfo } from '../../shared/base/app-error.ts'
import type { Hierarchy } from '../../shared/superpixel/hierarchy.ts'
import { HierarchyShelf } from './hierarchy-shelf.ts'
import {
  type JobPorts,
  keyOf,
  SuperpixelJob,
  type SuperpixelNews,
  type SuperpixelOrder,
  type SuperpixelStore,
} from './superpixel-job.ts'

/** How far the superpixels of the image on the canvas are. */
export type SuperpixelBuild =
  | { readonly kind: 'none' }
  | { readonly kind: 'building'; readonly fraction: number }
  | {
      readonly kind: 'ready'
      readonly hierarchy: Hierarchy
      /** Not null: these are of a small copy of the image. Others follow, or could not be made. */
      readonly rough: { readonly fraction: number } | { readonly error: ErrorInfo } | null
    }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }

/** Hierarchies in memory, so that stepping back and forth does not compute again. One of 20 megapixels takes 145 MB. */
const KEPT_BYTES = 256 * 2 ** 20
/** More would take the cores from the rest of the machine. */
const MOST_THREADS = 4

/**
 * Superpixels of the image on the canvas, and of those that may come next: from memory, from what was kept the last
 * time, or built in a worker. Never blocks the window.
 */
export class SuperpixelBuilder {
  readonly #store: SuperpixelStore
  readonly #startWorker: () => Worker
  readonly #shelf: HierarchyShelf
  #job: SuperpixelJob | null = null
  #prepared: SuperpixelJob | null = null

  constructor(
    store: SuperpixelStore,
    startWorker: () => Worker = startSuperpixelWorker,
    mostBytes: number = KEPT_BYTES,
  ) {
    this.#store = store
    this.#startWorker = startWorker
    this.#shelf = new HierarchyShelf(mostBytes)
  }

  /** Calls `show` with each state until the superpixels are there or another image or other options are asked for. */
  start(order: SuperpixelOrder, show: (build: SuperpixelBuild) => void): void {
    this.cancel()
    this.stopPreparing()
    const key = keyOf(order)
    const known = this.#shelf.use(key)
    if (known) {
      show({ kind: 'ready', hierarchy: known, rough: null })
      return
    }
    show({ kind: 'building', fraction: 0 })
    let rough: Hierarchy | null = null
    const threads = Math.min(navigator.hardwareConcurrency, MOST_THREADS)
    this.#job = new SuperpixelJob(order, this.#ports(threads, true), (news) => {
      switch (news.kind) {
        case 'progress':
          if (rough) show({ kind: 'ready', hierarchy: rough, rough: { fraction: news.fraction } })
          else show({ kind: 'building', fraction: news.fraction })
          return
        case 'rough':
          rough = news.hierarchy
          show({ kind: 'ready', hierarchy: rough, rough: { fraction: 0 } })
          return
        case 'built':
          // As large as what takes its place.
          rough = null
          this.#shelf.keep(key, news.hierarchy)
          show({ kind: 'ready', hierarchy: news.hierarchy, rough: null })
          return
        case 'failed':
          if (rough) show({ kind: 'ready', hierarchy: rough, rough: { error: news.error } })
          else show(news)
      }
    })
  }

  /** Ends the work for the image on the canvas, at once. */
  cancel(): void {
    this.#job?.end()
    this.#job = null
  }

  /**
   * Makes superpixels that may be wanted next, on one thread, and ends those under way. Resolves when the work is over,
   * whatever came of it: in memory if there is room beside the image on the canvas, and kept for the next time.
   */
  prepare(order: SuperpixelOrder): Promise<void> {
    this.stopPreparing()
    const key = keyOf(order)
    if (this.#shelf.has(key)) return Promise.resolve()
    return new Promise((resolve) => {
      const news = (news: SuperpixelNews) => {
        if (news.kind === 'built') this.#shelf.offer(key, news.hierarchy)
      }
      const reads = this.#shelf.hasRoomFor(order.width * order.height)
      this.#prepared = new SuperpixelJob(order, this.#ports(1, reads), news, resolve)
    })
  }

  /** Ends the work on what may be wanted next, at once. */
  stopPreparing(): void {
    this.#prepared?.end()
    this.#prepared = null
  }

  #ports(threads: number, reads: boolean): JobPorts {
    return { store: this.#store, startWorker: this.#startWorker, threads, reads }
  }
}

function startSuperpixelWorker(): Worker {
  return new Worker(new URL('../workers/superpixel-worker.ts', import.meta.url), { type: 'module' })
}
