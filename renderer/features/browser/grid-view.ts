import { createStore, type StoreApi } from 'zustand/vanilla'
import { keepPreference, readPreference } from '../../stores/preferences.ts'

/** How somebody likes to look at images; kept from one opening to the next. */
export type GridView = {
  /** Width of a tile in CSS pixels. */
  readonly size: number
  readonly layout: 'grid' | 'list'
  readonly overlay: boolean
  readonly info: boolean
  /** Which dialog about named views is open. */
  readonly dialog: 'none' | 'save' | 'views'
}
export type GridViewStore = StoreApi<GridView>

const isSize = (value: unknown): value is number => typeof value === 'number' && value >= 100 && value <= 400
const isLayout = (value: unknown): value is GridView['layout'] => value === 'grid' || value === 'list'
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'

let made: GridViewStore | null = null

export function gridView(): GridViewStore {
  if (made) return made
  const store = createStore<GridView>(() => ({
    size: readPreference(localStorage, 'grid-size', isSize, 200),
    layout: readPreference(localStorage, 'grid-layout', isLayout, 'grid'),
    overlay: readPreference(localStorage, 'grid-overlay', isBoolean, true),
    info: readPreference(localStorage, 'grid-info', isBoolean, false),
    dialog: 'none',
  }))
  keepPreference(store, localStorage, 'grid-size', (state) => state.size)
  keepPreference(store, localStorage, 'grid-layout', (state) => state.layout)
  keepPreference(store, localStorage, 'grid-overlay', (state) => state.overlay)
  keepPreference(store, localStorage, 'grid-info', (state) => state.info)
  made = store
  return store
}
