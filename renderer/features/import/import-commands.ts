import { type Command, defineCommands } from '../../commands/command.ts'
import { labelText } from './label-text.ts'
import { text } from './text.ts'

/** What brings images and labels in. */
export function importCommands(actions: {
  chooseFiles(): void
  chooseFolder(): void
  addExamples(): void
  chooseLabels(): void
  chooseLabelFolder(): void
}): readonly Command[] {
  return defineCommands([
    {
      id: 'import.choose',
      title: text.choose,
      help: text.chooseHelp,
      group: text.group,
      keys: ['Mod+O'],
      run: () => actions.chooseFiles(),
    },
    {
      id: 'import.chooseFolder',
      title: text.chooseFolder,
      help: text.chooseFolderHelp,
      group: text.group,
      run: () => actions.chooseFolder(),
    },
    {
      id: 'import.addExamples',
      title: text.examples,
      help: text.examplesHelp,
      group: text.group,
      run: () => actions.addExamples(),
    },
    {
      id: 'import.labels',
      title: labelText.choose,
      help: labelText.chooseHelp,
      group: text.group,
      keys: ['Mod+Alt+O'],
      run: () => actions.chooseLabels(),
    },
    {
      id: 'import.labelFolder',
      title: labelText.chooseFolder,
      help: labelText.chooseFolderHelp,
      group: text.group,
      run: () => actions.chooseLabelFolder(),
    },
  ])
}
