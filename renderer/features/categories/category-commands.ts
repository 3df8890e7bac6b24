import { type Command, defineCommands } from '../../commands/command.ts'
import type { DialogsStore } from '../../stores/dialogs.ts'
import { text } from './text.ts'

/** What can be done with categories from anywhere. */
export function categoryCommands(dialogs: Pick<DialogsStore, 'show'>): readonly Command[] {
  return defineCommands([
    {
      id: 'categories.add',
      title: text.add,
      help: text.addHelp,
      group: text.group,
      run: () => dialogs.show({ kind: 'category', id: null }),
    },
  ])
}
