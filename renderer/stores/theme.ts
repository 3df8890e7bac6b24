import { createStore, type StoreApi } from 'zustand/vanilla'
import { type KeyValue, keepPreference, readPreference } from './preferences.ts'

export const themes = ['system', 'dark', 'light'] as const
export type Theme = (typeof themes)[number]
export type ThemeStore = StoreApi<Theme> & { set(theme: Theme): void }

const isTheme = (value: unknown): value is Theme => themes.includes(value as Theme)

/** `root` gets `data-theme`, from which the tokens choose their values. */
export function createThemeStore(storage: KeyValue, root: { dataset: DOMStringMap }): ThemeStore {
  const store = createStore<Theme>(() => readPreference(storage, 'theme', isTheme, 'system'))
  keepPreference(store, storage, 'theme', (theme) => theme)
  const apply = (theme: Theme) => {
    root.dataset.theme = theme
  }
  apply(store.getState())
  store.subscribe(apply)
  return { ...store, set: (theme) => store.setState(theme, true) }
}
