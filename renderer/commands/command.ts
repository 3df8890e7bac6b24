import type { KeyChord } from './key-chord.ts'

/** Where a command's keys act. A key is unique within its scope plus `global`. */
export const commandScopes = [
  'canvas',
  'review',
  'grid',
  'history',
  'compare',
  'conflicts',
  'lineage',
  'sync',
  'pull',
  'segments',
  'global',
] as const
export type CommandScope = (typeof commandScopes)[number]

/** What a command is, apart from what it does: enough to list it where it cannot be run. */
export type CommandInfo = {
  /** Stable, `room.verb`: `grid.open`. */
  readonly id: string
  /** Imperative, as in a menu: "Fit image". */
  readonly title: string
  /** One line for the tooltip. */
  readonly help?: string
  /** Heading it stands under in the shortcut sheet. */
  readonly group: string
  /** The keys of the preset "Default"; in the registry and the catalogue those in force. The first is shown first; all act. */
  readonly keys?: readonly KeyChord[]
  /** True for keys that no one may move, as other habits stand on them (Esc). */
  readonly fixed?: boolean
  /** False keeps it out of the palette (arrow keys and the like). */
  readonly inPalette?: boolean
  /** False keeps it out of the shortcut sheet, where `gestures` says it in one line with its neighbours. */
  readonly inSheet?: boolean
  /** Acts again while the key repeats, at most once for every frame shown; without it a repeat does nothing. */
  readonly repeats?: boolean
  /** Acts while a text field has the focus too. Only for keys with Mod or for function keys. */
  readonly inText?: boolean
}

/** An action as data: what the keymap, the palette, the shortcut sheet, menus and tooltips are made of. */
export type Command = CommandInfo & {
  /** Left out: always. */
  readonly enabled?: () => boolean
  /** What it would do now, where that is more than its title: "Undo Brush on car 12". */
  readonly now?: () => string
  /** Why it cannot be run while `enabled` says so, as one sentence. Left out: a sentence of its scope. */
  readonly whyNot?: string
} & (
    | { readonly run: (event?: KeyboardEvent) => void; readonly hold?: never }
    | {
        /** Held keys. `end` always follows `start`, at the latest when the window loses the focus. */
        readonly hold: {
          start(): void
          /** True: pressing the key is the act, and letting it go at once is no other command's tap. */
          acts?(): boolean
          /** `tap`: let go within 250 ms and nothing else was pressed or clicked in between. */
          end(how: { readonly tap: boolean }): void
        }
        /** What the palette and buttons do, as they cannot hold. */
        readonly run?: () => void
      }
  )

export type ScopedCommand = Command & { readonly scope: CommandScope }
export type ScopedInfo = CommandInfo & {
  readonly scope: CommandScope
  /** Its key is held down to act. */
  readonly holds: boolean
}

export const titleNow = (command: Command): string => command.now?.() ?? command.title

export const isEnabled = (command: Command): boolean => command.enabled?.() ?? true

/** For lists of commands written as constants: checks the type and keeps it. */
export function defineCommands(commands: readonly Command[]): readonly Command[] {
  return commands
}

/** Whether keys of the two scopes can meet in one press. */
export const scopesMeet = (a: CommandScope, b: CommandScope): boolean =>
  a === b || a === 'global' || b === 'global'
