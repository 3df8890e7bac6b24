import type { CommandScope } from './command.ts'
import { type KeyChord, type KeyLayout, shownKeys, shownWords } from './key-chord.ts'

/** What the pointer does, and keys that come in rows: the part of the input map that no single command owns. */
export type Gesture = {
  readonly scope: CommandScope
  readonly title: string
  /**
   * Each a way of its own, as words on key caps. `Mod` is Cmd on a Mac, else Ctrl; `{canvas.hand}` is the key of that
   * command, and a way is left out while one of its commands has none.
   */
  readonly ways: readonly string[]
}

const arrows = (start: string) =>
  ['Left', 'Up', 'Down', 'Right'].map((way) => `{${start}Arrow${way}}`).join(' ')

export const gestures: readonly Gesture[] = [
  { scope: 'canvas', title: 'Size of cells or brush, tolerance of a fill', ways: ['Wheel'] },
  { scope: 'canvas', title: 'Size in fine steps', ways: ['Alt + wheel'] },
  { scope: 'canvas', title: 'Split or join the cell under the pointer', ways: ['Alt + Shift + wheel'] },
  { scope: 'canvas', title: 'Add, complete or remove a cell', ways: ['Click'] },
  { scope: 'canvas', title: 'Add cells, paint', ways: ['Drag'] },
  { scope: 'canvas', title: 'Add all cells inside a rectangle', ways: ['Shift + drag'] },
  { scope: 'canvas', title: 'Remove cells, erase', ways: ['Alt + drag', 'Right drag'] },
  { scope: 'canvas', title: 'Straight brush line', ways: ['Shift + click'] },
  { scope: 'canvas', title: 'Level or upright brush stroke', ways: ['Shift + drag'] },
  { scope: 'canvas', title: 'Corner of a polygon, at steps of 45°', ways: ['Click', 'Shift + click'] },
  { scope: 'canvas', title: 'Corner of a magic boundary, straight', ways: ['Click', 'Shift + click'] },
  { scope: 'canvas', title: 'Fill a polygon', ways: ['Enter', 'Double click', 'Click the first corner'] },
  { scope: 'canvas', title: 'Cut a polygon out', ways: ['Alt + Enter', 'Alt + click the first corner'] },
  { scope: 'canvas', title: 'Last corner of a polygon', ways: ['Backspace', 'Right click'] },
  { scope: 'canvas', title: 'Box around an object', ways: ['Drag', 'Click two corners'] },
  { scope: 'canvas', title: 'Cell of what a box proposes: add, remove', ways: ['Click', 'Alt + click'] },
  {
    scope: 'canvas',
    title: 'Fill a gap; show like colours, then fill them',
    ways: ['Click', 'Shift + click'],
  },
  { scope: 'canvas', title: 'Measure, at steps of 45°', ways: ['Drag', 'Shift + drag'] },
  { scope: 'canvas', title: 'Choose the object under the pointer', ways: ['Mod + click'] },
  { scope: 'canvas', title: 'Select more objects, or one less', ways: ['Shift + click', 'Mod + click'] },
  { scope: 'canvas', title: 'Select the objects in a rectangle', ways: ['Drag', 'Shift + drag'] },
  { scope: 'canvas', title: 'Zoom at the pointer', ways: ['Mod + wheel', 'Pinch'] },
  { scope: 'canvas', title: 'Pan', ways: ['{canvas.hand} + drag', 'Middle drag', 'Mod + drag'] },
  { scope: 'canvas', title: 'Pan by keys', ways: [arrows('canvas.pan.'), arrows('canvas.pan.always.')] },
  { scope: 'canvas', title: 'Pan farther by keys', ways: [arrows('canvas.pan.far.')] },
  { scope: 'canvas', title: 'Category 1 to 10', ways: ['{canvas.category.1} … {canvas.category.10}'] },
  { scope: 'canvas', title: 'Category 11 to 20', ways: ['{canvas.category.11} … {canvas.category.20}'] },
  { scope: 'canvas', title: 'Menu', ways: ['Right click'] },
  { scope: 'grid', title: 'Open an image', ways: ['Double click', 'Enter'] },
  { scope: 'grid', title: 'Select several', ways: ['Mod + click', 'Shift + click', 'Space'] },
  { scope: 'grid', title: 'Select by a rectangle', ways: ['Drag beside images', 'Alt + drag'] },
  { scope: 'grid', title: 'Move without selecting', ways: ['Mod + ← ↑ ↓ →'] },
  { scope: 'grid', title: 'Menu: status of the selected', ways: ['Right click'] },
  { scope: 'global', title: 'Add images', ways: ['Drop files or folders', 'Paste'] },
]

/** A way as this machine says it, with the keys in force; null while one of its commands has no key. */
export function shownWay(
  way: string,
  keyOf: (id: string) => KeyChord | undefined,
  isMac: boolean,
  layout: KeyLayout,
): string | null {
  const found = [...way.matchAll(/\{([^}]+)\}/g)].map(([, id]) => keyOf(id!))
  if (found.includes(undefined)) return null
  const caps = found.map((key) => shownKeys(key!, isMac, layout))
  // Modifiers that a row of keys shares are said once, before it.
  const shared = caps[0]?.slice(0, -1) ?? []
  const isRow = caps.length > 1 && caps.every((each) => each.slice(0, -1).join() === shared.join())
  let at = 0
  const words = way.replace(/\{[^}]+\}/g, () => {
    const each = caps[at++]!
    return isRow ? each.at(-1)! : each.join(' + ')
  })
  return shownWords(isRow && shared.length > 0 ? `${shared.join(' + ')} + ${words}` : words, isMac)
}
