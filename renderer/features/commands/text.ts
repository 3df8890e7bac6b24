import type { CommandScope } from '../../commands/command.ts'

export const text = {
  palette: 'Command palette',
  paletteHelp: 'Find and run any command by its name.',
  placeholder: 'Type a command',
  none: 'No command of that name.',
  elsewhere: {
    canvas: 'Open an image first.',
    review: 'Open the review first.',
    grid: 'Go to the dataset first.',
    history: 'Go to the history first.',
    compare: 'Open a comparison of two versions first.',
    conflicts: 'Open the conflicts first.',
    lineage: 'Go to the lineage first.',
    sync: 'Go to sync first.',
    pull: 'Go to “Get data” first.',
    global: 'Not possible right now.',
  } satisfies Record<CommandScope, string>,
  notNow: 'Not possible with what is open and chosen now.',
  refused: (title: string, why: string) => `“${title}” cannot be run. ${why}`,
  sheet: 'Keyboard shortcuts',
  sheetHelp: 'What keys and pointer do.',
  sheetPreset: (preset: string, changed: string | null) =>
    `Preset ${preset}${changed ? `, ${changed} of your own` : ''}.`,
  charactersOff: 'Single-key shortcuts are off: only keys with Ctrl, Cmd or Alt act.',
  pointer: 'Pointer',
  rows: 'Rows of keys',
  range: '…',
  allScreens: 'All screens',
  change: 'Change keys',
  print: 'Print',
  group: 'Application',
} as const
