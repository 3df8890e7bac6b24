import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorInfo } from '../../shared/base/app-error.ts'
import { uploadPath } from '../../shared/host/data-plane.ts'
import type {
  ExchangeFormat,
  ExchangeJob,
  ExchangePlan,
  ExportOutcome,
  ImportOutcomes,
} from '../../shared/host/exchange-methods.ts'
import type { HostConnection, HostInput } from '../../shared/host/host-api.ts'
import type { LabelStatus } from '../../shared/label/status.ts'
import { flushSaves } from './autosave.ts'
import type { ImportFile, ImportsStore } from './imports.ts'
import { errorInfo } from './loading.ts'

export type ExportWish = HostInput<'exchange.export'>
/** Files of labels that were dropped or chosen, and how far they have come. */
export type LabelDrop = {
  /** What it is called: the folder or the file. */
  readonly name: string
  readonly files: number
  /** Photographs among them, which come in first: labels are for images that are there. */
  readonly images: number
  readonly imported: number
  readonly step: 'images' | 'sending' | 'looking' | 'looked' | 'importing' | 'done' | 'failed'
  readonly sent: number
  /** Formats that it can be of. */
  readonly formats: readonly string[]
  readonly wish: {
    readonly format: string | null
    readonly replace: boolean
    readonly status: LabelStatus
    /** Null: as the format does it. */
    readonly boxes: 'shapes' | 'masks' | null
    /** Categories of the files that are to become others, which are here. */
    readonly map: readonly { readonly from: string; readonly to: string }[]
  }
  readonly report: ImportOutcomes | null
  readonly error: ErrorInfo | null
}

export type ExchangeState = {
  readonly formats: readonly ExchangeFormat[]
  /** What runs, or ran last, whoever asked for it. */
  readonly job: ExchangeJob | null
  /** Of the export that this window asked for; null when it was read and put away. */
  readonly exported: ExportOutcome | null
  readonly failed: ErrorInfo | null
  readonly drop: LabelDrop | null
}

/** Labels to and from other programs. Jobs end in the state and never reject. */
export type ExchangeStore = StoreApi<ExchangeState> & {
  refresh(): Promise<void>
  /** Rejects with AppError. */
  plan(version: string | null, shapes: boolean): Promise<ExchangePlan>
  export(wish: ExportWish): Promise<void>
  stop(): Promise<void>
  /** Puts away what is said of the last export. */
  putAway(): void
  /** Begins with files that were dropped: sends them, and looks what they would bring. Takes the place of an earlier drop. */
  take(name: string, labels: readonly ImportFile[], images: readonly ImportFile[]): Promise<void>
  /** Looks again, otherwise. */
  look(wish: Partial<LabelDrop['wish']>): Promise<void>
  /** What a category of the files becomes; null: one of its own. What would come in is the same otherwise. */
  mapCategory(from: string, to: string | null): void
  bringIn(): Promise<void>
  /** Forgets the drop; what runs of it is stopped. */
  leave(): Promise<void>
}

/** Files that are sent at once: small ones mostly wait for the disk. */
const atOnce = 4

export function createExchangeStore(
  host: HostConnection,
  imports: Pick<ImportsStore, 'start' | 'cancel' | 'getState' | 'subscribe'>,
  flush: () => Promise<void> = flushSaves,
): ExchangeStore {
  const store = createStore<ExchangeState>(() => ({
    formats: [],
    job: null,
    exported: null,
    failed: null,
    drop: null,
  }))
  /** Of the drop that is under way; another one ends it. */
  let current: { readonly stop: AbortController; upload: string | null } | null = null

  host.on((event) => {
    if (event.type === 'exchange.changed') store.setState({ job: event.status.job })
  })

  const patch = (news: Partial<LabelDrop>) =>
    store.setState(({ drop }) => ({ drop: drop && { ...drop, ...news } }))

  async function sendAll(upload: string, files: readonly ImportFile[], signal: AbortSignal): Promise<void> {
    let sent = 0
    const queue = files.values()
    const worker = async () => {
      for (const { name, file } of queue) {
        signal.throwIfAborted()
        await host.fetchData(uploadPath(upload, name), { method: 'POST', body: file, signal })
        patch({ sent: ++sent })
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
  }

  /** Resolves when every image is in or refused. */
  function bringImages(files: readonly ImportFile[], signal: AbortSignal): Promise<void> {
    const id = imports.start(files)
    return new Promise((resolve) => {
      const look = () => {
        const job = imports.getState().jobs.find((each) => each.id === id)
        patch({ imported: job?.outcomes.length ?? files.length })
        if (job?.state === 'running') return
        unsubscribe()
        resolve()
      }
      const unsubscribe = imports.subscribe(look)
      signal.addEventListener('abort', () => imports.cancel(id), { once: true })
      look()
    })
  }

  async function lookNow(upload: string, signal: AbortSignal): Promise<void> {
    const { drop } = store.getState()
    if (!drop) return
    patch({ step: 'looking', error: null })
    const wish = { ...drop.wish, map: [...drop.wish.map] }
    const report = await host.call('exchange.importLabels', { upload, ...wish, dryRun: true })
    if (!signal.aborted) patch({ step: 'looked', report })
  }

  async function attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const mine = current
    if (!mine) return
    try {
      await work(mine.stop.signal)
    } catch (error) {
      if (current === mine && !mine.stop.signal.aborted) patch({ step: 'failed', error: errorInfo(error) })
    }
  }

  async function leave(): Promise<void> {
    const { drop } = store.getState()
    const old = current
    current = null
    old?.stop.abort()
    store.setState({ drop: null })
    if (drop?.step === 'looking' || drop?.step === 'importing') {
      await host.call('exchange.stop', {}).catch(() => {})
    }
    if (old?.upload) await host.call('exchange.discard', { upload: old.upload }).catch(() => {})
  }

  return {
    ...store,
    async refresh() {
      const [{ formats }, { job }] = await Promise.all([
        host.call('exchange.formats', {}),
        host.call('exchange.status', {}),
      ])
      store.setState({ formats, job })
    },
    plan: async (version, shapes) => {
      // What is not saved yet in this window is part of what is there now.
      await flush()
      return host.call('exchange.plan', { version, shapes })
    },
    async export(wish) {
      store.setState({ exported: null, failed: null })
      try {
        await flush()
        store.setState({ exported: await host.call('exchange.export', wish) })
      } catch (error) {
        const info = errorInfo(error)
        if (info.code !== 'CANCELLED') store.setState({ failed: info })
      }
    },
    async stop() {
      const { job } = await host.call('exchange.stop', {})
      store.setState({ job })
    },
    putAway: () => store.setState({ exported: null, failed: null }),

    async take(name, labels, images) {
      await leave()
      const mine = { stop: new AbortController(), upload: null as string | null }
      current = mine
      store.setState({
        drop: {
          name,
          files: labels.length,
          images: images.length,
          imported: 0,
          step: images.length > 0 ? 'images' : 'sending',
          sent: 0,
          formats: [],
          wish: { format: null, replace: false, status: 'in progress', boxes: null, map: [] },
          report: null,
          error: null,
        },
      })
      await attempt(async (signal) => {
        if (images.length > 0) await bringImages(images, signal)
        signal.throwIfAborted()
        patch({ step: 'sending' })
        const { upload } = await host.call('exchange.receive', {})
        mine.upload = upload
        await sendAll(upload, labels, signal)
        patch({ step: 'looking' })
        const found = await host.call('exchange.recognise', { upload })
        if (signal.aborted) return
        const { drop } = store.getState()
        const format = found.formats.length === 1 ? found.formats[0]! : null
        patch({ formats: found.formats, wish: { ...drop!.wish, format } })
        if (format !== null) return lookNow(upload, signal)
        // None or several: the person says which.
        patch({ step: 'looked', error: found.problem })
      })
    },
    look: (wish) =>
      attempt(async (signal) => {
        const { drop } = store.getState()
        if (!drop || !current?.upload) return
        patch({ wish: { ...drop.wish, ...wish } })
        await lookNow(current.upload, signal)
      }),
    mapCategory(from, to) {
      const { drop } = store.getState()
      if (!drop) return
      const others = drop.wish.map.filter((each) => each.from !== from)
      patch({ wish: { ...drop.wish, map: to === null ? others : [...others, { from, to }] } })
    },
    bringIn: () =>
      attempt(async (signal) => {
        const { drop } = store.getState()
        if (!drop || !current?.upload) return
        const { upload } = current
        patch({ step: 'importing', error: null })
        await flush()
        const wish = { ...drop.wish, map: [...drop.wish.map] }
        const report = await host.call('exchange.importLabels', { upload, ...wish, dryRun: false })
        if (signal.aborted) return
        patch({ step: 'done', report })
        current.upload = null
        await host.call('exchange.discard', { upload })
      }),
    leave,
  }
}
