export const text = {
  palette: 'Command palette',
  paletteHelp: 'Find and run any command by its name.',
  placeholder: 'Type a command',
  none: 'No command of that name here.',
  sheet: 'Keyboard shortcuts',
  sheetHelp: 'The keys that act on this screen.',
  group: 'Application',
} as const
