import { createContext, useContext, useEffect } from 'react'
import { useStore } from 'zustand'
import type { Command, CommandScope, ScopedCommand } from './command.ts'
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
