import { createStore, type StoreApi } from 'zustand/vanilla'
import type { SegmentsMode } from '../../shared/host/segments-methods.ts'
import type { Category } from '../../shared/label/ontology.ts'

export type SettingsPage = 'general' | 'keyboard' | 'wandb' | 'segments' | 'network'

/** The one dialog that is open. Screens ask for a dialog here, so that no feature needs to know another. */
export type OpenDialog =
  | { readonly kind: 'settings'; readonly page: SettingsPage }
  /** Ends the link to W&B, after saying what that means. */
  | { readonly kind: 'unlink'; readonly back?: OpenDialog }
  | { readonly kind: 'palette' }
  | { readonly kind: 'shortcuts' }
  /** `id` null: a new category. `onSaved` hears what was created or changed. */
  | {
      readonly kind: 'category'
      readonly id: number | null
      readonly onSaved?: (category: Category) => void
      readonly back?: OpenDialog
    }
  | { readonly kind: 'categories' }
  | { readonly kind: 'image-attributes'; readonly back?: OpenDialog }
  /** The categories of a file or of a preset, to look at before they are taken over. */
  | { readonly kind: 'ontology'; readonly title: string; readonly text: string; readonly back?: OpenDialog }
  /** `merge` and `delete` are about all images, `assign` about those that are selected. */
  | {
      readonly kind: 'category-move'
      readonly purpose: 'merge' | 'delete' | 'assign'
      readonly from: number | null
      readonly back?: OpenDialog
    }
  /** Before labels are written over that somebody reviewed on Segments.ai, or unusually many here get another one. */
  | { readonly kind: 'segments-ask'; readonly mode: SegmentsMode }
  | { readonly kind: 'segments-unlink' | 'segments-release' | 'segments-log' }
  /** A version of this library is made of a release of its dataset. */
  | { readonly kind: 'segments-version'; readonly release: string }
  /** A W&B artifact is published to Segments.ai. */
  | { readonly kind: 'segments-artifact'; readonly artifact: string }
  | { readonly kind: 'import-report'; readonly jobId: number }
  /** Labels for other programs; `version` null: what is there now. */
  | { readonly kind: 'export'; readonly version: string | null }
  /** Labels that were dropped or chosen. */
  | { readonly kind: 'import-labels' }

export type DialogsStore = StoreApi<{ readonly open: OpenDialog | null }> & {
  show(dialog: OpenDialog): void
  /** Back to the dialog that this one was opened from, if there was one. */
  close(): void
}

export function createDialogsStore(): DialogsStore {
  const store = createStore<{ readonly open: OpenDialog | null }>(() => ({ open: null }))
  return {
    ...store,
    show: (open) => store.setState({ open }),
    close() {
      const { open } = store.getState()
      store.setState({ open: (open && 'back' in open && open.back) || null })
    },
  }
}
