import { type Command, defineCommands } from '../../commands/command.ts'
import type { DialogsStore } from '../../stores/dialogs.ts'
import { text } from './text.ts'

/** What opens the palette and the shortcut sheet. */
export function dialogCommands(dialogs: Pick<DialogsStore, 'show'>): readonly Command[] {
  return defineCommands([
    {
      id: 'app.palette',
      title: text.palette,
      help: text.paletteHelp,
      group: text.group,
      keys: ['Mod+K'],
      inText: true,
      inPalette: false,
      run: () => dialogs.show({ kind: 'palette' }),
    },
    {
      id: 'app.shortcuts',
      title: text.sheet,
      help: text.sheetHelp,
      group: text.group,
      keys: ['?', 'F1'],
      run: () => dialogs.show({ kind: 'shortcuts' }),
    },
  ])
}
