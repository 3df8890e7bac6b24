import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** What can be done with the images of the dataset. */
export function browserCommands(actions: {
  search(): void
  /** Whether an image is shown. */
  hasImages(): boolean
  startLabeling(): void
  selectAll(): void
}): readonly Command[] {
  return defineCommands([
    {
      id: 'grid.search',
      title: text.searchImages,
      help: text.searchHelp,
      group: text.group,
      keys: ['Mod+F', '/'],
      run: actions.search,
    },
    {
      id: 'grid.label',
      title: text.startLabeling,
      help: text.startHelp,
      group: text.group,
      keys: ['Mod+Enter'],
      enabled: actions.hasImages,
      whyNot: text.whyNoLabeling,
      run: actions.startLabeling,
    },
    {
      id: 'grid.selectAll',
      title: text.selectAll,
      group: text.group,
      keys: ['Mod+A'],
      run: actions.selectAll,
    },
  ])
}
