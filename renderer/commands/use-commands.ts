import { createContext, useContext, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { Command, CommandScope, ScopedCommand, ScopedInfo } from './command.ts'
import type { KeyChord } from './key-chord.ts'
import { type CommandRegistry, createCommandRegistry } from './registry.ts'

export const CommandsContext = createContext<CommandRegistry>(createCommandRegistry())

export const useCommandRegistry = (): CommandRegistry => useContext(CommandsContext)

/** Puts `commands` in force while the component is mounted. Pass a constant or a memoised list. */
export function useCommands(scope: CommandScope, commands: readonly Command[]): void {
  const registry = useCommandRegistry()
  useEffect(() => registry.register(scope, commands), [registry, scope, commands])
}

/** The command with this id, for a button or menu item made from it; undefined while nobody offers it. */
export function useCommand(id: string): ScopedCommand | undefined {
  return useStore(useCommandRegistry().store, (commands) => commands.find((command) => command.id === id))
}

/** The key to show for a command: the first in force; undefined where it has none or nobody offers the command. */
export const useKey = (id: string | undefined): KeyChord | undefined => useCommand(id ?? '')?.keys?.[0]

/** Loads every command of every screen with its own keys; the screens themselves are not loaded. */
export type LoadCatalogue = () => Promise<readonly ScopedInfo[]>
export const CatalogueContext = createContext<LoadCatalogue>(async () => [])

/** The catalogue, from the first moment it is wanted; null until it is there. */
export function useCatalogue(wanted: boolean): readonly ScopedInfo[] | null {
  const load = useContext(CatalogueContext)
  const [catalogue, setCatalogue] = useState<readonly ScopedInfo[] | null>(null)
  useEffect(() => {
    if (wanted) void load().then(setCatalogue)
  }, [load, wanted])
  return catalogue
}
