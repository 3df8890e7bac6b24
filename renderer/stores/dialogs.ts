import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Category } from '../../shared/label/ontology.ts'

/** The one dialog that is open. Screens ask for a dialog here, so that no feature needs to know another. */
export type OpenDialog =
  | { readonly kind: 'settings'; readonly page: 'general' | 'keyboard' | 'wandb' }
  | { readonly kind: 'palette' }
  | { readonly kind: 'shortcuts' }
  /** `id` null: a new category. `onSaved` hears what was created or changed. */
  | { readonly kind: 'category'; readonly id: number | null; readonly onSaved?: (category: Category) => void }
  | { readonly kind: 'import-report'; readonly jobId: number }

export type DialogsStore = StoreApi<{ readonly open: OpenDialog | null }> & {
  show(dialog: OpenDialog): void
  close(): void
}

export function createDialogsStore(): DialogsStore {
  const store = createStore<{ readonly open: OpenDialog | null }>(() => ({ open: null }))
  return {
    ...store,
    show: (open) => store.setState({ open }),
    close: () => store.setState({ open: null }),
  }
}
