import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { useRef } from 'react'
import { useStore } from 'zustand'
import { isEnabled, type ScopedCommand } from '../../commands/command.ts'
import { useCommandRegistry } from '../../commands/use-commands.ts'
import { useStores } from '../../stores/stores.ts'
import { Kbd } from '../../ui/kbd.tsx'
import styles from './commands.module.css'
import { text } from './text.ts'

/** Every command that can be run now, found by typing. */
export function CommandPalette() {
  const { dialogs } = useStores()
  const isOpen = useStore(dialogs, (state) => state.open?.kind === 'palette')
  return (
    <Dialog.Root open={isOpen} onOpenChange={() => dialogs.close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.palette}>
          <Dialog.Title className={styles.hidden}>{text.palette}</Dialog.Title>
          <PaletteList />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function PaletteList() {
  const { dialogs } = useStores()
  const commands = useStore(useCommandRegistry().store)
  const chosen = useRef<ScopedCommand | null>(null)
  const items = commands
    .filter((command) => command.inPalette !== false && command.run && isEnabled(command))
    .toSorted((a, b) => a.title.localeCompare(b.title, 'en'))

  function run(command: ScopedCommand) {
    if (chosen.current) return
    chosen.current = command
    dialogs.close()
    // After the dialog has given the focus back, so that the command may move it.
    setTimeout(() => command.run?.(), 0)
  }

  return (
    <Autocomplete.Root
      open
      inline
      items={items}
      autoHighlight="always"
      keepHighlight
      itemToStringValue={(command: ScopedCommand) => `${command.title} ${command.group}`}
    >
      <Autocomplete.Input
        className={styles.input}
        placeholder={text.placeholder}
        aria-label={text.placeholder}
      />
      <Autocomplete.Empty className={styles.empty}>{text.none}</Autocomplete.Empty>
      <Autocomplete.List className={styles.list} aria-label={text.palette}>
        {(command: ScopedCommand) => (
          <Autocomplete.Item
            key={command.id}
            value={command}
            className={styles.item}
            onClick={() => run(command)}
          >
            <span>{command.title}</span>
            <span className={styles.group}>{command.group}</span>
            {command.keys?.[0] && <Kbd keys={command.keys[0]} />}
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  )
}
