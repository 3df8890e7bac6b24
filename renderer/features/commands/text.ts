export const text = {
  palette: 'Command palette',
  paletteHelp: 'Find and run any command by its name.',
  placeholder: 'Type a command',
  none: 'No command of that name here.',
  sheet: 'Keyboard shortcuts',
  sheetHelp: 'What keys and pointer do on this screen.',
  pointer: 'Pointer and rows of keys',
  group: 'Application',
} as const
