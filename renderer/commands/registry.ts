import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Command, CommandScope, ScopedCommand } from './command.ts'

/** Gives commands the keys in force. */
export type BindKeys = (commands: readonly ScopedCommand[]) => readonly ScopedCommand[]

/** The commands that can be run now: those of the screens and panels that are mounted, with the keys in force. */
export type CommandRegistry = {
  readonly store: StoreApi<readonly ScopedCommand[]>
  /** Returns the function that takes them out again. A later command replaces an earlier one of the same id. */
  register(scope: CommandScope, commands: readonly Command[]): () => void
  find(id: string): ScopedCommand | undefined
  /** From now on `bind` says which keys commands have; until the first call each has its own. */
  rebind(bind: BindKeys): void
}

export function createCommandRegistry(): CommandRegistry {
  const groups = new Set<readonly ScopedCommand[]>()
  const store = createStore<readonly ScopedCommand[]>(() => [])
  let bindKeys: BindKeys = (commands) => commands
  const publish = () => {
    const byId = new Map<string, ScopedCommand>()
    for (const group of groups) for (const command of group) byId.set(command.id, command)
    store.setState(bindKeys([...byId.values()]), true)
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
    rebind(bind) {
      bindKeys = bind
      publish()
    },
  }
}
