import { createStore, type StoreApi } from 'zustand/vanilla'
import { type KeyLayout, unknownLayout } from './key-chord.ts'

/** Not in every browser, and in none outside of a secure page. */
type WithKeyboard = {
  readonly keyboard?: { getLayoutMap?(): Promise<Iterable<readonly [string, string]>> }
}

/** What the keys of this computer print, for showing keys that are known by their place. */
export const keyLayout: StoreApi<KeyLayout> = createStore<KeyLayout>(() => unknownLayout)

/** Asks for the layout now and whenever the window is come back to, as it may have been changed meanwhile. */
export function watchKeyLayout(page: Window): void {
  const read = async () => {
    try {
      const layout = await (page.navigator as WithKeyboard).keyboard?.getLayoutMap?.()
      if (layout) keyLayout.setState(new Map(layout), true)
    } catch {
      // Then keys are shown as on the most common layout.
    }
  }
  void read()
  page.addEventListener('focus', () => void read())
}

/** True where no key prints `[` by itself, as on most European layouts; false while nothing is known. */
export function lacksBrackets(layout: KeyLayout): boolean {
  return layout.size > 0 && ![...layout.values()].includes('[')
}
