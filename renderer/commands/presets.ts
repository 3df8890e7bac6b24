import type { KeyTable } from './bindings.ts'
import type { CommandScope } from './command.ts'

export const presetNames = ['default', 'segments-ai', 'cvat'] as const
export type PresetName = (typeof presetNames)[number]

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0']

/**
 * What differs from the commands' own keys, by scope. Only keys that the other program documents and that mean the same
 * here; `docs/guide/keys.md` says what is left out and why.
 */
export const presets: Readonly<Record<PresetName, Readonly<Partial<Record<CommandScope, KeyTable>>>>> = {
  default: {},
  'segments-ai': {
    canvas: {
      'canvas.finish': ['Tap+Space', 'N', 'Enter'],
      // "A" and "D" are tools there.
      'canvas.previous': ['PageUp'],
      'canvas.next': ['PageDown'],
      'canvas.redo': ['Mod+Y', 'Mod+Shift+Z'],
    },
  },
  cvat: {
    canvas: {
      'canvas.previous': ['D', 'PageUp'],
      'canvas.next': ['F', 'PageDown'],
      'canvas.fit': ['Shift+F'],
      'canvas.tool.brush': ['Shift+1', 'B'],
      'canvas.tool.eraser': ['Shift+2', 'E'],
      'canvas.tool.polygon': ['Shift+3', 'G'],
      'canvas.actual': ['Alt+0'],
      'canvas.lock': ['L'],
      'canvas.labelsOnly': ['Shift+L'],
      // Joining masks is "J" there; "M" merges tracks.
      'canvas.merge': ['J', 'M'],
      'canvas.keyPointer': ['Shift+J'],
      'canvas.duplicateNext': ['Mod+B', 'Mod+Shift+D'],
      ...Object.fromEntries(digits.map((digit, index) => [`canvas.category.${index + 1}`, [`Mod+${digit}`]])),
      ...Object.fromEntries(
        digits.map((digit, index) => [`canvas.category.${index + 11}`, [`Mod+Shift+${digit}`]]),
      ),
    },
    review: {
      'review.issue': ['N', 'Shift+I'],
      'review.reject': ['Shift+N'],
    },
    global: {
      'app.settings': ['F2', 'Mod+,'],
      'app.shortcuts': ['F1', '?'],
    },
  },
}
