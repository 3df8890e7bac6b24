import { type CommandScope, isEnabled, type ScopedCommand } from './command.ts'
import {
  isCharacterKey,
  isComposing,
  type KeyPress,
  matchesChord,
  matchesKeyOnly,
  parseChord,
} from './key-chord.ts'
import type { CommandRegistry } from './registry.ts'

/** Longest press of a held key that still counts as a tap, in milliseconds. */
const tapMs = 250
/** Farthest way of the pointer during a tap, in CSS pixels. */
const tapReach = 4

export type KeymapOptions = {
  readonly isMac: boolean
  readonly now?: () => number
  /** Calls back once what is now on its way is on the screen. */
  readonly afterFrame?: (shown: () => void) => void
}

/** Who goes first where two scopes know the same key: what lies on top. */
const order: readonly CommandScope[] = [
  'review',
  'canvas',
  'grid',
  'history',
  'compare',
  'conflicts',
  'lineage',
  'sync',
  'pull',
  'segments',
  'global',
]

/** Where the focus is, as far as keys care. */
export type KeyPlace = 'canvas or page' | 'text' | 'popup'

export function keyPlace(target: EventTarget | null): KeyPlace {
  if (!(target instanceof Element)) return 'canvas or page'
  // A closed choice keeps the focus after a choice was made, and must not keep the keys.
  const popup = target.closest(
    '[role=dialog],[role=alertdialog],[role=menu],[role=menubar],[role=listbox],[role=combobox][aria-expanded=true]',
  )
  // One that fades out no longer owns the keys: Esc and the next key may follow closely.
  if (popup) return popup.closest('[data-closed],[data-ending-style]') ? 'canvas or page' : 'popup'
  const isText =
    target instanceof HTMLTextAreaElement ||
    (target instanceof HTMLInputElement && !['range', 'checkbox', 'radio', 'button'].includes(target.type)) ||
    (target instanceof HTMLElement && target.isContentEditable)
  return isText ? 'text' : 'canvas or page'
}

const pressed =
  'button,a[href],summary,input,[role=tab],[role=switch],[role=checkbox],[role=radio],[role=option]'
const moved = 'input[type=range],[role=slider],[role=spinbutton]'
const moving = /^(Arrow(Left|Right|Up|Down)|Home|End|PageUp|PageDown)$/

/** A control that has the focus keeps the keys that press or move it. */
function belongsToControl(event: KeyboardEvent): boolean {
  if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.altKey) return false
  if (event.key === 'Enter' || event.key === ' ') return event.target.closest(pressed) !== null
  return moving.test(event.key) && event.target.closest(moved) !== null
}

/**
 * The command a key press runs, or null; of a tapped key with `tap`. Scoped commands go before global ones, and
 * commands that can be run before those that cannot.
 */
export function commandFor(
  commands: readonly ScopedCommand[],
  press: KeyPress,
  place: KeyPlace,
  isMac: boolean,
  tap = false,
): ScopedCommand | null {
  if (place === 'popup') return null
  const fits = (command: ScopedCommand) =>
    (place !== 'text' || command.inText === true) &&
    isEnabled(command) &&
    (command.keys ?? []).some(
      (key) =>
        parseChord(key).tap === tap &&
        matchesChord(key, press, isMac) &&
        !(place === 'text' && isCharacterKey(key)),
    )
  const found = commands.filter(fits)
  return found.toSorted((a, b) => order.indexOf(a.scope) - order.indexOf(b.scope))[0] ?? null
}

/** A key that is down and does something when it is let go: ends what it holds, or was tapped. */
type Held = {
  /** Null: the key is only good for a tap. */
  readonly command: ScopedCommand | null
  readonly tapped: ScopedCommand | null
  readonly key: string
  readonly since: number
  /** Nothing else was pressed or clicked since. */
  alone: boolean
  /** Way of the pointer since, CSS pixels. */
  moved: number
}

/**
 * Turns key presses on `page` into commands. Every held key is let go when the window loses the focus or a pointer is
 * cancelled, so no mode stays on because its key-up went elsewhere. Returns the function that stops.
 */
export function installKeymap(registry: CommandRegistry, page: Window, options: KeymapOptions): () => void {
  const { isMac } = options
  const now = options.now ?? (() => performance.now())
  const afterFrame = options.afterFrame ?? ((shown) => void page.requestAnimationFrame(shown))
  const held = new Map<string, Held>()
  /** A repeat was run whose result is not on the screen yet. */
  let isBehind = false

  function letGo(key: string, allowTap: boolean) {
    const entry = held.get(key)
    if (!entry) return
    held.delete(key)
    const tap = allowTap && entry.alone && now() - entry.since < tapMs
    entry.command?.hold?.end({ tap })
    if (tap && entry.moved <= tapReach) entry.tapped?.run?.()
  }
  const letAllGo = () => {
    for (const key of [...held.keys()]) letGo(key, false)
  }
  const somethingElse = () => {
    for (const entry of held.values()) entry.alone = false
  }

  function onKeyDown(event: KeyboardEvent) {
    if (isComposing(event) || event.defaultPrevented) return
    const commands = registry.store.getState()
    const place = keyPlace(event.target)
    const command = commandFor(commands, event, place, isMac)
    const tapped = command?.hold?.acts?.() ? null : commandFor(commands, event, place, isMac, true)
    if (!command && !tapped) return somethingElse()
    if (belongsToControl(event)) return
    event.preventDefault()
    if (command?.hold || (!command && tapped)) {
      const key = parseChord(heldChord(command ?? tapped!, event, isMac)).key
      if (event.repeat || held.has(key)) return
      somethingElse()
      held.set(key, { command, tapped, key, since: now(), alone: true, moved: 0 })
      command?.hold?.start()
      return
    }
    somethingElse()
    if (!event.repeat) return command?.run?.(event)
    if (command?.repeats !== true || isBehind) return
    isBehind = true
    afterFrame(() => {
      isBehind = false
    })
    command.run?.(event)
  }
  function onKeyUp(event: KeyboardEvent) {
    for (const key of [...held.keys()]) if (matchesKeyOnly(key, event)) letGo(key, true)
  }
  function onPointerMove(event: PointerEvent) {
    for (const entry of held.values()) entry.moved += Math.hypot(event.movementX, event.movementY)
  }
  function onVisibility() {
    if (page.document.visibilityState !== 'visible') letAllGo()
  }

  page.addEventListener('keydown', onKeyDown)
  page.addEventListener('keyup', onKeyUp)
  page.addEventListener('pointerdown', somethingElse, true)
  page.addEventListener('pointermove', onPointerMove, true)
  page.addEventListener('pointercancel', letAllGo, true)
  page.addEventListener('blur', letAllGo)
  page.document.addEventListener('visibilitychange', onVisibility)
  return () => {
    letAllGo()
    page.removeEventListener('keydown', onKeyDown)
    page.removeEventListener('keyup', onKeyUp)
    page.removeEventListener('pointerdown', somethingElse, true)
    page.removeEventListener('pointermove', onPointerMove, true)
    page.removeEventListener('pointercancel', letAllGo, true)
    page.removeEventListener('blur', letAllGo)
    page.document.removeEventListener('visibilitychange', onVisibility)
  }
}

/** The binding of `command` that was pressed. */
const heldChord = (command: ScopedCommand, press: KeyPress, isMac: boolean): string =>
  command.keys!.find((key) => matchesChord(key, press, isMac))!
