import { expect, it } from 'vitest'
import { bindingsOf, createShortcutsStore } from '../../../renderer/stores/shortcuts.ts'

function device(kept: Record<string, string> = {}) {
  const values = new Map(Object.entries(kept))
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  }
}

it('keeps preset and changes on the device, each preset with changes of its own', () => {
  const storage = device()
  const store = createShortcutsStore(storage)
  store.setKeys({ 'canvas.fit': ['Q'] })
  store.setPreset('cvat')
  expect(bindingsOf(store.getState())).toEqual({ preset: 'cvat', changes: {} })
  store.setKeys({ 'canvas.fit': ['W'] })
  const again = createShortcutsStore(storage)
  expect(bindingsOf(again.getState())).toEqual({ preset: 'cvat', changes: { 'canvas.fit': ['W'] } })
  again.setPreset('default')
  expect(bindingsOf(again.getState()).changes).toEqual({ 'canvas.fit': ['Q'] })
  again.setKeys({ 'canvas.fit': null })
  expect(bindingsOf(createShortcutsStore(storage).getState()).changes).toEqual({})
})

it.each([
  ['nonsense', '{'],
  ['a list', '[]'],
  ['keys that are none', '{"default":{"canvas.fit":["Hyper+Q"]}}'],
  ['a table of something else', '{"default":{"canvas.fit":7}}'],
])('starts with the keys of the preset when the device kept %s', (_, keys) => {
  const store = createShortcutsStore(device({ 'tessera.keys': keys, 'tessera.key-preset': '"vim"' }))
  const { preset, changes } = bindingsOf(store.getState())
  expect(preset).toBe('default')
  expect(Object.values(changes).flat()).toEqual([])
})
