import { isEnabled, type ScopedCommand } from './command.ts'
import { isCharacterKey, type KeyPress, matchesChord, matchesKeyOnly } from './key-chord.ts'
import type { CommandRegistry } from './registry.ts'

/** Longest press of a held key that still counts as a tap, in milliseconds. */
const tapMs = 250

export type KeymapOptions = {
  readonly isMac: boolean
  /** False: keys without Ctrl, Cmd or Alt do nothing. */
  readonly singleKeys: () => boolean
  readonly now?: () => number
}

/** Where the focus is, as far as keys care. */
export type KeyPlace = 'canvas or page' | 'text' | 'popup'

export function keyPlace(target: EventTarget | null): KeyPlace {
  if (!(target instanceof Element)) return 'canvas or page'
  // A closed choice keeps the focus after a choice was made, and must not keep the keys.
  const popup = target.closest(
    '[role=dialog],[role=alertdialog],[role=menu],[role=menubar],[role=listbox],[role=combobox][aria-expanded=true]',
  )
  // One that fades out no longer owns the keys: Esc and the next key may follow closely.
  if (popup) return popup.closest('[data-closed]') ? 'canvas or page' : 'popup'
  const isText =
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && !['range', 'checkbox', 'radio', 'button'].includes(target.type)) ||
    (target instanceof HTMLElement && target.isContentEditable)
  return isText ? 'text' : 'canvas or page'
}

/** The command a key press runs, or null. Scoped commands go before global ones. */
export function commandFor(
  commands: readonly ScopedCommand[],
  press: KeyPress & { readonly repeat: boolean },
  place: KeyPlace,
  options: KeymapOptions,
): ScopedCommand | null {
  if (place === 'popup') return null
  const fits = (command: ScopedCommand) =>
    (place !== 'text' || command.inText === true) &&
    isEnabled(command) &&
    (command.keys ?? []).some(
      (key) =>
        matchesChord(key, press, options.isMac) &&
        (place === 'text' ? !isCharacterKey(key) : options.singleKeys() || !isCharacterKey(key)),
    )
  const found = commands.filter(fits)
  return found.find(({ scope }) => scope !== 'global') ?? found[0] ?? null
}

/**
 * Turns key presses on `page` into commands. Every held key is let go when the window loses the focus or a pointer is
 * cancelled, so no mode stays on because its key-up went elsewhere. Returns the function that stops.
 */
export function installKeymap(registry: CommandRegistry, page: Window, options: KeymapOptions): () => void {
  const now = options.now ?? (() => performance.now())
  const held = new Map<string, { command: ScopedCommand; since: number; alone: boolean }>()

  function letGo(id: string, allowTap: boolean) {
    const entry = held.get(id)
    if (!entry) return
    held.delete(id)
    entry.command.hold?.end({ tap: allowTap && entry.alone && now() - entry.since < tapMs })
  }
  const letAllGo = () => {
    for (const id of [...held.keys()]) letGo(id, false)
  }
  const somethingElse = () => {
    for (const entry of held.values()) entry.alone = false
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.isComposing || event.defaultPrevented) return
    const command = commandFor(registry.store.getState(), event, keyPlace(event.target), options)
    if (!command) return somethingElse()
    // A button that has the focus keeps the keys that press it.
    const onControl =
      event.target instanceof Element && event.target.closest('button,a[href],summary,input,[role=tab]')
    if (onControl && (event.key === 'Enter' || event.key === ' ') && !event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    if (command.hold) {
      if (event.repeat || held.has(command.id)) return
      somethingElse()
      held.set(command.id, { command, since: now(), alone: true })
      command.hold.start()
      return
    }
    somethingElse()
    if (event.repeat && command.repeats !== true) return
    command.run(event)
  }
  function onKeyUp(event: KeyboardEvent) {
    for (const [id, { command }] of [...held])
      if (command.keys?.some((key) => matchesKeyOnly(key, event))) letGo(id, true)
  }
  function onVisibility() {
    if (page.document.visibilityState !== 'visible') letAllGo()
  }

  page.addEventListener('keydown', onKeyDown)
  page.addEventListener('keyup', onKeyUp)
  page.addEventListener('pointerdown', somethingElse, true)
  page.addEventListener('pointercancel', letAllGo, true)
  page.addEventListener('blur', letAllGo)
  page.document.addEventListener('visibilitychange', onVisibility)
  return () => {
    letAllGo()
    page.removeEventListener('keydown', onKeyDown)
    page.removeEventListener('keyup', onKeyUp)
    page.removeEventListener('pointerdown', somethingElse, true)
    page.removeEventListener('pointercancel', letAllGo, true)
    page.removeEventListener('blur', letAllGo)
    page.document.removeEventListener('visibilitychange', onVisibility)
  }
}
