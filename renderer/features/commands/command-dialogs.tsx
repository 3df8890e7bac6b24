import { useMemo } from 'react'
import { useCommands } from '../../commands/use-commands.ts'
import { useStores } from '../../stores/stores.ts'
import { CommandPalette } from './command-palette.tsx'
import { dialogCommands } from './dialog-commands.ts'
import { ShortcutSheet } from './shortcut-sheet.tsx'

/** The palette and the shortcut sheet, with the keys that open them. */
export function CommandDialogs() {
  const { dialogs } = useStores()
  const commands = useMemo(() => dialogCommands(dialogs), [dialogs])
  useCommands('global', commands)
  return (
    <>
      <CommandPalette />
      <ShortcutSheet />
    </>
  )
}
