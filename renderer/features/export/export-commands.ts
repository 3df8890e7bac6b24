import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** What brings labels to other programs. */
export function exportCommands(actions: {
  export(): void
  hasShown(): boolean
  show(): void
}): readonly Command[] {
  return defineCommands([
    {
      id: 'exchange.export',
      title: text.export,
      help: text.exportHelp,
      group: text.group,
      keys: ['Mod+Shift+E'],
      run: () => actions.export(),
    },
    {
      id: 'exchange.show',
      title: text.show,
      help: text.showHelp,
      group: text.group,
      enabled: () => actions.hasShown(),
      run: () => actions.show(),
    },
  ])
}
