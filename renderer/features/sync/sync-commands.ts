import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** What can be done with what waits to be sent. */
export function syncCommands(actions: { canPush(): boolean; push(): void }): readonly Command[] {
  return defineCommands([
    {
      id: 'sync.push',
      title: text.push,
      help: text.pushHelp,
      group: text.group,
      keys: ['Mod+Enter'],
      enabled: actions.canPush,
      whyNot: text.whyNoPush,
      run: actions.push,
    },
  ])
}
