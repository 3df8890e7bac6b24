import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

export const carriedCommands = (parts: { hasAny(): boolean; show(): void }): readonly Command[] =>
  defineCommands([
    {
      id: 'carried.show',
      title: text.show,
      help: text.showHelp,
      group: text.group,
      enabled: parts.hasAny,
      whyNot: text.whyNone,
      run: parts.show,
    },
  ])
