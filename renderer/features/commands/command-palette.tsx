import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { withKeys } from '../../commands/bindings.ts'
import { useCatalogue, useCommandRegistry } from '../../commands/use-commands.ts'
import { bindingsOf } from '../../stores/shortcuts.ts'
import { useStores } from '../../stores/stores.ts'
import { Kbd } from '../../ui/kbd.tsx'
import { scopeText } from '../../ui/text.ts'
import styles from './commands.module.css'
import { type PaletteItem, paletteItems } from './palette-items.ts'
import { text } from './text.ts'

/** Every command, found by typing: what can be run here, and where the others can. */
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
  const { dialogs, shortcuts } = useStores()
  const here = useStore(useCommandRegistry().store)
  const keys = useStore(shortcuts)
  const catalogue = useCatalogue(true)
  const [query, setQuery] = useState('')
  /** What was chosen though it cannot be run now. */
  const [refused, setRefused] = useState('')
  const chosen = useRef(false)
  const elsewhere = useMemo(
    () => withKeys(catalogue ?? [], bindingsOf(keys), keys.singleKeys),
    [catalogue, keys],
  )
  const items = useMemo(() => paletteItems(query, here, elsewhere), [query, here, elsewhere])

  function choose(item: PaletteItem) {
    if (chosen.current) return
    const { run } = item
    if (!run) return setRefused(text.refused(item.command.title, item.whyNot ?? ''))
    chosen.current = true
    dialogs.close()
    // After the dialog has given the focus back, so that the command may move it.
    setTimeout(run, 0)
  }

  return (
    <Autocomplete.Root
      open
      inline
      mode="none"
      items={items}
      value={query}
      onValueChange={(next, details) => {
        // Choosing an item is no typing.
        if (details.reason === 'item-press') return
        setQuery(next)
        setRefused('')
      }}
      autoHighlight="always"
      keepHighlight
      itemToStringValue={(item: PaletteItem) => item.command.title}
    >
      <Autocomplete.Input
        className={styles.input}
        placeholder={text.placeholder}
        aria-label={text.placeholder}
      />
      <Autocomplete.Empty className={styles.empty}>{text.none}</Autocomplete.Empty>
      <Autocomplete.List className={styles.list} aria-label={text.palette}>
        {(item: PaletteItem) => (
          <Autocomplete.Item
            key={item.command.id}
            value={item}
            className={styles.item}
            aria-disabled={item.run === null || undefined}
            onClick={() => choose(item)}
          >
            <span className={styles.words}>
              <span>
                <Marked words={item.command.title} at={item.at} />
              </span>
              {item.whyNot && <span className={styles.reason}>{item.whyNot}</span>}
            </span>
            <span className={styles.group}>
              {scopeText[item.command.scope]}
              {item.command.group !== scopeText[item.command.scope] && ` · ${item.command.group}`}
            </span>
            {item.command.keys?.[0] && <Kbd keys={item.command.keys[0]} />}
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
      <p className={styles.refused} role="status">
        {refused}
      </p>
    </Autocomplete.Root>
  )
}

/** `words` with the characters at `at` set off. */
function Marked({ words, at }: { readonly words: string; readonly at: readonly number[] }) {
  if (at.length === 0) return words
  const parts: { text: string; met: boolean }[] = []
  ;[...words].forEach((char, index) => {
    const met = at.includes(index)
    const last = parts.at(-1)
    if (last && last.met === met) last.text += char
    else parts.push({ text: char, met })
  })
  return parts.map(({ text: part, met }, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, which change together
    met ? <b key={index}>{part}</b> : <span key={index}>{part}</span>,
  )
}
