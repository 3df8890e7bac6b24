import { type Command, defineCommands } from '../../commands/command.ts'
import type { DialogsStore } from '../../stores/dialogs.ts'
import { text } from './text.ts'

/** What can be done with categories from anywhere. */
export function categoryCommands(
  dialogs: Pick<DialogsStore, 'show'>,
  files: { choose(): void; save(): void },
): readonly Command[] {
  return defineCommands([
    {
      id: 'categories.add',
      title: text.add,
      help: text.addHelp,
      group: text.group,
      run: () => dialogs.show({ kind: 'category', id: null }),
    },
    {
      id: 'categories.manage',
      title: text.manage,
      help: text.manageHelp,
      group: text.group,
      run: () => dialogs.show({ kind: 'categories' }),
    },
    {
      id: 'categories.imageAttributes',
      title: text.imageAttributes,
      help: text.imageAttributesHelp,
      group: text.group,
      run: () => dialogs.show({ kind: 'image-attributes' }),
    },
    { id: 'categories.import', title: text.importCommand, group: text.group, run: () => files.choose() },
    { id: 'categories.export', title: text.exportCommand, group: text.group, run: () => files.save() },
  ])
}
