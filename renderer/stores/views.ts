import { z } from 'zod'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { sampleFilterSchema, sampleSortSchema } from '../../shared/dataset/sample-filter.ts'
import type { KeyValue } from './preferences.ts'

const viewSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  filter: sampleFilterSchema,
  sort: sampleSortSchema,
  layout: z.enum(['grid', 'list']),
})
/** A way to look at the dataset, under a name. */
export type NamedView = z.infer<typeof viewSchema>

export const mostViews = 100
const fold = (name: string) => name.trim().normalize('NFC').toLowerCase()

/** In the order in which they were saved first. Kept on this computer, for each library by itself. */
export type ViewsStore = StoreApi<{ readonly list: readonly NamedView[] }> & {
  /** Whose views these are. */
  open(libraryId: string): void
  find(name: string): NamedView | undefined
  /** In the place of the one with that name, if there is one. False when there are too many or the name is empty. */
  save(view: NamedView): boolean
  /** False when the name is empty or another view has it. */
  rename(name: string, to: string): boolean
  /** Returns what puts it back where it was. */
  remove(name: string): () => void
}

export function createViewsStore(storage: KeyValue): ViewsStore {
  const store = createStore<{ list: readonly NamedView[] }>(() => ({ list: [] }))
  let key: string | null = null

  function set(list: readonly NamedView[]) {
    store.setState({ list })
    if (key === null) return
    try {
      storage.setItem(key, JSON.stringify(list))
    } catch {
      // A full or forbidden storage: the views last as long as the window.
    }
  }
  const list = () => store.getState().list
  const indexOf = (name: string) => list().findIndex((view) => fold(view.name) === fold(name))

  return {
    ...store,
    open(libraryId) {
      key = `tessera.views.${libraryId}`
      store.setState({ list: read(storage, key) })
    },
    find: (name) => list()[indexOf(name)],
    save(view) {
      const parsed = viewSchema.safeParse(view)
      if (!parsed.success) return false
      const at = indexOf(view.name)
      if (at < 0 && list().length >= mostViews) return false
      set(at < 0 ? [...list(), parsed.data] : list().with(at, parsed.data))
      return true
    },
    rename(name, to) {
      const at = indexOf(name)
      const other = indexOf(to)
      if (at < 0 || to.trim() === '' || to.trim().length > 100 || (other >= 0 && other !== at)) return false
      set(list().with(at, { ...list()[at]!, name: to.trim() }))
      return true
    },
    remove(name) {
      const at = indexOf(name)
      const gone = list()[at]
      if (!gone) return () => {}
      set(list().toSpliced(at, 1))
      return () => {
        if (indexOf(gone.name) < 0) set(list().toSpliced(at, 0, gone))
      }
    },
  }
}

/** What is kept and still means something; the rest of a damaged list stays. */
function read(storage: KeyValue, key: string): NamedView[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key) ?? '[]')
    if (!Array.isArray(kept)) return []
    return kept.slice(0, mostViews).flatMap((each) => {
      const parsed = viewSchema.safeParse(each)
      return parsed.success ? [parsed.data] : []
    })
  } catch {
    return []
  }
}
