import { createStore, type StoreApi } from 'zustand/vanilla'
import type { KeyBindings, KeyTable } from '../commands/bindings.ts'
import type { KeyChord } from '../commands/key-chord.ts'
import { keptTable } from '../commands/key-file.ts'
import { type PresetName, presetNames } from '../commands/presets.ts'
import { type KeyValue, keepPreference, readPreference } from './preferences.ts'

export type ShortcutsState = {
  /** Whether keys without Ctrl, Cmd or Alt act (WCAG 2.1.4: a person who dictates needs to turn them off). */
  readonly singleKeys: boolean
  readonly preset: PresetName
  /** What the person changed on top of each preset. */
  readonly changes: Readonly<Record<PresetName, KeyTable>>
}
export type ShortcutsStore = StoreApi<ShortcutsState> & {
  setSingleKeys(on: boolean): void
  setPreset(preset: PresetName): void
  /** Gives commands keys of their own on top of the preset; null gives back the preset's. */
  setKeys(keys: Readonly<Record<string, readonly KeyChord[] | null>>): void
  /** Takes over all of another's keys. */
  replace(bindings: KeyBindings): void
}

const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isPreset = (value: unknown): value is PresetName => presetNames.some((name) => name === value)
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

export function createShortcutsStore(storage: KeyValue): ShortcutsStore {
  const store = createStore<ShortcutsState>(() => {
    const kept = readPreference(storage, 'keys', isObject, {})
    return {
      singleKeys: readPreference(storage, 'single-keys', isBoolean, true),
      preset: readPreference(storage, 'key-preset', isPreset, 'default'),
      changes: Object.fromEntries(presetNames.map((name) => [name, keptTable(kept[name])])) as Record<
        PresetName,
        KeyTable
      >,
    }
  })
  keepPreference(store, storage, 'single-keys', (state) => state.singleKeys)
  keepPreference(store, storage, 'key-preset', (state) => state.preset)
  keepPreference(store, storage, 'keys', (state) => state.changes)
  const setChanges = (preset: PresetName, changes: KeyTable) =>
    store.setState(({ changes: all }) => ({ preset, changes: { ...all, [preset]: changes } }))
  return {
    ...store,
    setSingleKeys: (singleKeys) => store.setState({ singleKeys }),
    setPreset: (preset) => store.setState({ preset }),
    setKeys(keys) {
      const { preset, changes } = store.getState()
      const next = { ...changes[preset] }
      for (const [id, list] of Object.entries(keys)) {
        if (list) next[id] = list
        else delete next[id]
      }
      setChanges(preset, next)
    },
    replace: ({ preset, changes }) => setChanges(preset, changes),
  }
}

/** The bindings of a state, for `commands/bindings.ts`. */
export const bindingsOf = ({ preset, changes }: ShortcutsState): KeyBindings => ({
  preset,
  changes: changes[preset],
})
