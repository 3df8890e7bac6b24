import { useMemo } from 'react'
import { defineCommands } from '../../commands/command.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { useStores } from '../../stores/stores.ts'
import { CommandPalette } from './command-palette.tsx'
import { ShortcutSheet } from './shortcut-sheet.tsx'
import { text } from './text.ts'

/** The palette and the shortcut sheet, with the keys that open them. */
export function CommandDialogs() {
  const { dialogs } = useStores()
  const commands = useMemo(
    () =>
      defineCommands([
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
      ]),
    [dialogs],
  )
  useCommands('global', commands)
  return (
    <>
      <CommandPalette />
      <ShortcutSheet />
    </>
  )
}
