import type { CommandScope } from './command.ts'

/** What the pointer does, and keys that come in rows: the part of the input map that no single command owns. */
export type Gesture = {
  readonly scope: CommandScope
  readonly title: string
  /** Each a way of its own, as words on key caps. `Mod` is Cmd on a Mac, else Ctrl. */
  readonly ways: readonly string[]
}

export const gestures: readonly Gesture[] = [
  { scope: 'canvas', title: 'Size of cells or brush', ways: ['Wheel'] },
  { scope: 'canvas', title: 'Size in fine steps', ways: ['Alt + wheel'] },
  { scope: 'canvas', title: 'Split or join the cell under the pointer', ways: ['Alt + Shift + wheel'] },
  { scope: 'canvas', title: 'Add, complete or remove a cell', ways: ['Click'] },
  { scope: 'canvas', title: 'Add cells, paint', ways: ['Drag'] },
  { scope: 'canvas', title: 'Remove cells, erase', ways: ['Alt + drag', 'Right drag'] },
  { scope: 'canvas', title: 'Straight brush line', ways: ['Shift + click'] },
  { scope: 'canvas', title: 'Choose the object under the pointer', ways: ['Mod + click'] },
  { scope: 'canvas', title: 'Zoom at the pointer', ways: ['Mod + wheel', 'Pinch'] },
  { scope: 'canvas', title: 'Pan', ways: ['Space + drag', 'Middle drag', 'Mod + drag'] },
  { scope: 'canvas', title: 'Pan by keys, farther with Shift', ways: ['← ↑ ↓ →', 'Mod + ← ↑ ↓ →'] },
  { scope: 'canvas', title: 'Category 1 to 10', ways: ['1 … 0'] },
  { scope: 'canvas', title: 'Category 11 to 20', ways: ['Shift + 1 … 0'] },
  { scope: 'canvas', title: 'Menu', ways: ['Right click'] },
  { scope: 'grid', title: 'Open an image', ways: ['Double click', 'Enter'] },
  { scope: 'grid', title: 'Select several', ways: ['Mod + click', 'Shift + click', 'Space'] },
  { scope: 'grid', title: 'Select by a rectangle', ways: ['Drag beside images', 'Alt + drag'] },
  { scope: 'grid', title: 'Move without selecting', ways: ['Mod + ← ↑ ↓ →'] },
  { scope: 'grid', title: 'Menu: status of the selected', ways: ['Right click'] },
  { scope: 'global', title: 'Add images', ways: ['Drop files or folders', 'Paste'] },
]
