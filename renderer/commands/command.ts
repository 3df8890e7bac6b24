import type { KeyChord } from './key-chord.ts'

/** Where a command's keys act. A key is unique within its scope plus `global`; `grid` and `canvas` are never both there; with `review`, `canvas` only looks. */
export type CommandScope = 'global' | 'grid' | 'canvas' | 'review' | 'history' | 'sync'

/** An action as data: what the keymap, the palette, the shortcut sheet, menus and tooltips are made of. */
export type Command = {
  /** Stable, `room.verb`: `grid.open`. */
  readonly id: string
  /** Imperative, as in a menu: "Fit image". */
  readonly title: string
  /** One line for the tooltip. */
  readonly help?: string
  /** Heading it stands under in the shortcut sheet. */
  readonly group: string
  /** The first is shown first; all act. */
  readonly keys?: readonly KeyChord[]
  /** Left out: always. */
  readonly enabled?: () => boolean
  /** False keeps it out of the palette (arrow keys and the like). */
  readonly inPalette?: boolean
  /** False keeps it out of the shortcut sheet, where `gestures` says it in one line with its neighbours. */
  readonly inSheet?: boolean
  /** Acts again while the key repeats; without it a repeat does nothing. */
  readonly repeats?: boolean
  /** Acts while a text field has the focus too. Only for keys with Mod or for function keys. */
  readonly inText?: boolean
} & (
  | { readonly run: (event?: KeyboardEvent) => void; readonly hold?: never }
  | {
      /** Held keys. `end` always follows `start`, at the latest when the window loses the focus. */
      readonly hold: {
        start(): void
        /** `tap`: let go within 250 ms and nothing else was pressed or clicked in between. */
        end(how: { readonly tap: boolean }): void
      }
      /** What the palette and buttons do, as they cannot hold. */
      readonly run?: () => void
    }
)

export type ScopedCommand = Command & { readonly scope: CommandScope }

export const isEnabled = (command: Command): boolean => command.enabled?.() ?? true

/** For lists of commands written as constants: checks the type and keeps it. */
export function defineCommands(commands: readonly Command[]): readonly Command[] {
  return commands
}
