import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import { type Suspicion, suspicions } from '../../shared/dataset/suspicion.ts'
import type { HostConnection, HostOutput } from '../../shared/host/host-api.ts'
import type { Category } from '../../shared/label/ontology.ts'
import { flushSaves } from './autosave.ts'
import { recategorize } from './recategorize.ts'
import type { SamplesStore } from './samples.ts'

export type FoundObject = HostOutput<'objects.list'>['objects'][number]
export type ReviewedObject = FoundObject & Suspicion & { readonly key: string }
export type ObjectOrder = 'suspicion' | 'size' | 'image'

export type ObjectReviewState = {
  readonly categoryId: number | null
  /** Images looked at so far, of how many; null when all were. */
  readonly scanned: { readonly done: number; readonly total: number } | null
  readonly error: ErrorInfo | null
  /** In the order that is shown. */
  readonly objects: readonly ReviewedObject[]
  readonly order: ObjectOrder
  readonly marked: ReadonlySet<string>
  readonly active: number
  /** Something is being done to what is marked. */
  readonly busy: boolean
}

export type ObjectReviewStore = StoreApi<ObjectReviewState> & {
  /** Reads all objects of a category over the images that the list shows. */
  start(categoryId: number): void
  /** Reads them again; what is marked stays. */
  refresh(): void
  setOrder(order: ObjectOrder): void
  setActive(index: number): void
  toggle(index: number): void
  clear(): void
  /** One issue on each marked object. Resolves to how many; rejects with AppError. */
  addIssues(text: string): Promise<number>
  /** One saved state for each image. Rejects with AppError when the first fails. */
  recategorize(
    category: Category,
  ): Promise<{ changed: number; left: number; failed: ErrorInfo[]; undo: () => Promise<number> }>
}

const empty: ObjectReviewState = {
  categoryId: null,
  scanned: null,
  error: null,
  objects: [],
  order: 'suspicion',
  marked: new Set(),
  active: 0,
  busy: false,
}
const keyOf = (object: FoundObject) => `${object.sampleId} ${object.id}`

export function createObjectReviewStore(host: HostConnection, samples: SamplesStore): ObjectReviewStore {
  const store = createStore<ObjectReviewState>(() => empty)
  let under = new AbortController()
  /** As they were found: by image. */
  let found: FoundObject[] = []

  function publish(more: Partial<ObjectReviewState> = {}) {
    const { order, objects, active } = { ...store.getState(), ...more }
    const scores = suspicions(found)
    const all = found.map((object, i): ReviewedObject => ({ ...object, ...scores[i]!, key: keyOf(object) }))
    if (order === 'suspicion') all.sort((a, b) => b.score - a.score)
    if (order === 'size') all.sort((a, b) => b.pixels - a.pixels)
    // Whoever has moved already stays on the object.
    const key = active > 0 ? objects[active]?.key : undefined
    const at = key === undefined ? 0 : all.findIndex((each) => each.key === key)
    store.setState({ ...more, objects: all, active: Math.max(0, at) })
  }

  /** `quiet`: what stands there stays until all is read anew. */
  async function read(categoryId: number, signal: AbortSignal, quiet: boolean): Promise<void> {
    const { filter, sort } = samples.getState()
    const next: FoundObject[] = quiet ? [] : found
    try {
      await flushSaves().catch(() => {})
      const { query, total } = await host.call('samples.query', { filter, sort }, signal)
      for (let from: number | null = 0; from !== null; ) {
        const answer: HostOutput<'objects.list'> = await host.call(
          'objects.list',
          { query, categoryId, from },
          signal,
        )
        if (signal.aborted) return
        next.push(...answer.objects)
        from = answer.next
        if (!quiet) publish({ scanned: from === null ? null : { done: from, total } })
      }
      if (!quiet) return
      found = next
      publish({ error: null })
    } catch (error) {
      if (!signal.aborted) store.setState({ scanned: null, error: toAppError(error).toInfo() })
    }
  }

  function refresh() {
    const { categoryId, scanned } = store.getState()
    // What is still being read is read to its end.
    if (categoryId === null || scanned !== null) return
    under.abort()
    under = new AbortController()
    void read(categoryId, under.signal, true)
  }

  const markedObjects = () => {
    const { objects, marked } = store.getState()
    return objects.filter(({ key }) => marked.has(key))
  }

  async function busily<T>(work: () => Promise<T>): Promise<T> {
    store.setState({ busy: true })
    try {
      return await work()
    } finally {
      store.setState({ busy: false })
    }
  }

  function start(categoryId: number) {
    under.abort()
    under = new AbortController()
    found = []
    const { order } = store.getState()
    store.setState({ ...empty, order, categoryId, scanned: { done: 0, total: 0 } }, true)
    void read(categoryId, under.signal, false)
  }

  return {
    ...store,
    start,
    refresh,
    setOrder(order) {
      publish({ order, active: 0 })
    },
    setActive: (active) => store.setState({ active }),
    toggle(index) {
      const object = store.getState().objects[index]
      if (!object) return
      const marked = new Set(store.getState().marked)
      if (!marked.delete(object.key)) marked.add(object.key)
      store.setState({ marked })
    },
    clear: () => store.setState({ marked: new Set() }),
    addIssues: (text) =>
      busily(async () => {
        const objects = markedObjects()
        for (const { sampleId, id, bounds } of objects) {
          const [x0, y0, x1, y1] = bounds
          const at = { x: (x0 + x1) / 2, y: (y0 + y1) / 2 }
          const change = { kind: 'issue', id: crypto.randomUUID(), at, objectId: id, text } as const
          await host.call('cards.change', { sampleId, change })
        }
        store.setState({ marked: new Set() })
        return objects.length
      }),
    recategorize: (category) =>
      busily(async () => {
        const bySample = Map.groupBy(markedObjects(), ({ sampleId }) => sampleId)
        await flushSaves()
        const undos: (() => Promise<boolean>)[] = []
        const failed: ErrorInfo[] = []
        let [changed, left] = [0, 0]
        for (const [sampleId, objects] of bySample) {
          try {
            const ids = objects.map(({ id }) => id)
            const result = await recategorize(host, sampleId, ids, category)
            changed += result.changed
            left += result.left
            if (result.undo) undos.push(result.undo)
          } catch (error) {
            failed.push(toAppError(error).toInfo())
          }
        }
        const { categoryId } = store.getState()
        const again = () => {
          const now = store.getState().categoryId
          if (now !== null && now === categoryId) start(now)
        }
        again()
        const undo = async () => {
          let restored = 0
          for (const each of undos) if (await each()) restored++
          again()
          return restored
        }
        return { changed, left, failed, undo }
      }),
  }
}
