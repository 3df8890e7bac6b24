import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** What can be done with the past of the image on the canvas. */
export function sampleHistoryCommands(actions: { toggle(): void }): readonly Command[] {
  return defineCommands([
    {
      id: 'image.history',
      title: text.open,
      help: text.openHelp,
      group: text.group,
      keys: ['Alt+H'],
      run: actions.toggle,
    },
  ])
}
