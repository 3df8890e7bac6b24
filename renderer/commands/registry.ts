import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Command, CommandScope, ScopedCommand } from './command.ts'

/** The commands that can be run now: those of the screens and panels that are mounted. */
export type CommandRegistry = {
  readonly store: StoreApi<readonly ScopedCommand[]>
  /** Returns the function that takes them out again. A later command replaces an earlier one of the same id. */
  register(scope: CommandScope, commands: readonly Command[]): () => void
  find(id: string): ScopedCommand | undefined
}

export function createCommandRegistry(): CommandRegistry {
  const groups = new Set<readonly ScopedCommand[]>()
  const store = createStore<readonly ScopedCommand[]>(() => [])
  const publish = () => {
    const byId = new Map<string, ScopedCommand>()
    for (const group of groups) for (const command of group) byId.set(command.id, command)
    store.setState([...byId.values()], true)
  }
  return {
    store,
    register(scope, commands) {
      const group = commands.map((command) => ({ ...command, scope }))
      groups.add(group)
      publish()
      return () => {
        groups.delete(group)
        publish()
      }
    },
    find: (id) => store.getState().find((command) => command.id === id),
  }
}
