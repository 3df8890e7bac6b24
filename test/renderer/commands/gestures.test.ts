import { expect, it } from 'vitest'
import { catalogue } from '../../../renderer/app/catalogue.ts'
import { gestures, shownWay } from '../../../renderer/commands/gestures.ts'

const keys: Record<string, string> = {
  hand: 'Space',
  left: 'Mod+ArrowLeft',
  right: 'Mod+ArrowRight',
  one: 'Shift+1',
  ten: 'Shift+0',
}
const shown = (way: string, isMac = false) => shownWay(way, (id) => keys[id], isMac, new Map())

it('says the keys in force within words about the pointer, modifiers of a row once', () => {
  expect(shown('{hand} + drag')).toBe('Space + drag')
  expect(shown('{left} {right}')).toBe('Ctrl + ← →')
  expect(shown('{one} … {ten}', true)).toBe('⇧ + 1 … 0')
  expect(shown('{hand} {left}')).toBe('Space Ctrl + ←')
})

it('leaves out a way whose key is gone', () => {
  expect(shown('{gone} + drag')).toBeNull()
})

it('names only commands that there are', () => {
  const known = new Set(catalogue.map(({ id }) => id))
  const named = gestures.flatMap(({ ways }) =>
    ways.flatMap((way) => [...way.matchAll(/\{([^}]+)\}/g)].map(([, id]) => id!)),
  )
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((id) => !known.has(id))).toEqual([])
})
