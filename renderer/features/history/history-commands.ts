import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** What can be done with the working copy. */
export function historyCommands(actions: { canCommit(): boolean; commit(): void }): readonly Command[] {
  return defineCommands([
    {
      id: 'history.commit',
      title: text.commit,
      help: text.commitHelp,
      group: text.group,
      keys: ['Mod+Enter'],
      inText: true,
      enabled: actions.canCommit,
      whyNot: text.whyNoCommit,
      run: actions.commit,
    },
  ])
}
