import { beforeEach, expect, it } from 'vitest'
import { type Command, isEnabled, type ScopedCommand } from '../../../../renderer/commands/command.ts'
import type { KeyChord } from '../../../../renderer/commands/key-chord.ts'
import type { LabelerActions } from '../../../../renderer/features/labeler/labeler-actions.ts'
import { labelerCommands } from '../../../../renderer/features/labeler/labeler-commands.ts'
import { createLabelingStore, type LabelingStore } from '../../../../renderer/stores/labeling.ts'

const names = ['Sky', 'Road', 'Car', 'Person', 'Pole', 'Sign', 'Tree', 'Wall', 'Roof', 'Dog', 'Cat']
const categories = names.map((name, i) => ({ id: 100 + i, name, color: '#000000', hasInstances: i > 1 }))
let labeling: LabelingStore
let calls: unknown[][]
/** What the canvas says of an open shape. */
let hasShape: boolean
let run: (id: string, event?: Partial<KeyboardEvent>) => void
let find: (id: string) => Command

beforeEach(() => {
  labeling = createLabelingStore({ getItem: () => null, setItem() {} })
  calls = []
  hasShape = false
  const canvas = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...args: unknown[]) =>
          calls.push([name, ...args]) && hasShape && (name === 'shapeKey' || name === 'hasShape'),
    },
  )
  const list = labelerCommands({
    labeling,
    canvas: { current: canvas },
    session: () => null,
    cleanup: { getState: () => ({ open: null }) },
    categories: () => categories,
    step() {},
    canStep: (delta: 1 | -1) => delta < 0,
    markAndNext() {},
    setStatus() {},
    mayStartObject: () => true,
    saveNow() {},
  } as unknown as LabelerActions)
  find = (id) => list.find((command) => command.id === id)!
  run = (id, event) => find(id).run?.(event as KeyboardEvent)
})

/** Pairs of commands that own the same key within one scope plus global; must be empty. */
function keyClashes(commands: readonly ScopedCommand[]): readonly (readonly [string, string, KeyChord])[] {
  const clashes: [string, string, KeyChord][] = []
  commands.forEach((a, i) => {
    for (const b of commands.slice(i + 1)) {
      const meet = a.scope === b.scope || a.scope === 'global' || b.scope === 'global'
      for (const key of a.keys ?? []) if (meet && b.keys?.includes(key)) clashes.push([a.id, b.id, key])
    }
  })
  return clashes
}

it('gives no key to two commands, those of the whole window included', () => {
  const everywhere = ['Mod+K', '?', 'F1', 'Mod+O', 'Mod+,', 'Alt+1', 'Alt+2', 'Alt+3']
  const shared = {
    id: 'everywhere',
    title: '',
    group: '',
    keys: everywhere,
    run() {},
    scope: 'global',
  } as const
  const all = labelerCommands({ labeling } as LabelerActions).map((each) => ({
    ...each,
    scope: 'canvas' as const,
  }))
  expect(keyClashes([...all, shared])).toEqual([])
})

it('chooses the category by its place in the list, beyond ten with Shift', () => {
  run('canvas.category.3')
  expect(labeling.getState().categoryId).toBe(102)
  run('canvas.category.10')
  expect(labeling.getState().categoryId).toBe(109)
  run('canvas.category.11')
  expect(labeling.getState().categoryId).toBe(110)
  run('canvas.category.12')
  expect(labeling.getState().categoryId).toBe(110)
  expect([find('canvas.category.10').keys, find('canvas.category.11').keys]).toEqual([['0'], ['Shift+1']])
})

it('leads no farther than the first and the last image', () => {
  expect([isEnabled(find('canvas.previous')), isEnabled(find('canvas.next'))]).toEqual([true, false])
})

it('swaps between the last two categories', () => {
  run('canvas.category.1')
  run('canvas.category.2')
  run('canvas.swap')
  expect(labeling.getState().categoryId).toBe(100)
  run('canvas.swap')
  expect(labeling.getState().categoryId).toBe(101)
})

it('erases while E is held, and toggles the eraser by a tap', () => {
  const { hold } = find('canvas.tool.eraser')
  hold!.start()
  expect(labeling.getState().erases).toBe(true)
  hold!.end({ tap: false })
  expect(labeling.getState().erases).toBe(false)
  expect(calls).toEqual([
    ['setErase', true],
    ['setErase', false],
  ])
  expect(labeling.getState().tool).toBe('superpixel')
  hold!.start()
  hold!.end({ tap: true })
  expect(labeling.getState().tool).toBe('eraser')
  hold!.start()
  hold!.end({ tap: true })
  expect(labeling.getState().tool).toBe('superpixel')
})

it('makes Space the button of the pointer that keys move, and Enter finishes what there is', () => {
  const { hold } = find('canvas.hand')
  hold!.start()
  hold!.end({ tap: true })
  labeling.setState({ keyPointer: true })
  hold!.start()
  hold!.end({ tap: true })
  run('canvas.finish')
  expect(calls).toEqual([
    ['setSpace', true],
    ['setSpace', false],
    ['pressKeyPointer'],
    ['setSpace', false],
    ['shapeKey', 'finish'],
    ['choose', null],
  ])
})

it('pans by arrows, and moves the pointer of the keys while there is one', () => {
  run('canvas.pan.ArrowLeft')
  labeling.setState({ keyPointer: true })
  run('canvas.pan.ArrowLeft')
  run('canvas.pan.always.ArrowLeft')
  run('canvas.pan.far.ArrowLeft')
  expect(calls).toEqual([
    ['panStep', -1, 0, false],
    ['moveKeyPointer', { dx: -1, dy: 0 }],
    ['panStep', -1, 0, false],
    ['panStep', -1, 0, true],
  ])
})

it('goes down one rung with each Escape: pointer of the keys, object, tool', () => {
  labeling.setState({ keyPointer: true, objectId: 7, tool: 'brush' })
  run('canvas.escape')
  expect(calls.pop()).toEqual(['setKeyPointer', false])
  labeling.setState({ keyPointer: false })
  run('canvas.escape')
  expect(calls.pop()).toEqual(['choose', null])
  labeling.setState({ objectId: null })
  run('canvas.escape')
  expect(labeling.getState().tool).toBe('select')
})

it('keeps the opacity of labels between nothing and all', () => {
  for (let i = 0; i < 12; i++) run('canvas.opacity.up')
  expect(labeling.getState().opacity).toBe(1)
  for (let i = 0; i < 12; i++) run('canvas.opacity.down')
  expect(labeling.getState().opacity).toBe(0)
})

it('gives the keys of an outline to it first, as long as one is open', () => {
  const keys: [id: string, key: unknown[]][] = [
    ['canvas.finish', ['shapeKey', 'finish']],
    ['canvas.finish.removing', ['shapeKey', 'finish', true]],
    ['canvas.delete', ['shapeKey', 'back']],
    ['canvas.undo', ['shapeKey', 'back']],
    ['canvas.escape', ['shapeKey', 'drop']],
  ]
  labeling.setState({ objectId: 7, tool: 'polygon' })
  for (const [id, key] of keys) {
    hasShape = true
    run(id)
    expect(calls.at(-1)).toEqual(key)
  }
  expect(isEnabled(find('canvas.delete'))).toBe(true)
  expect(labeling.getState()).toMatchObject({ objectId: 7, tool: 'polygon' })
  run('canvas.redo')
  expect(calls.at(-1)).toEqual(['hasShape'])
})
