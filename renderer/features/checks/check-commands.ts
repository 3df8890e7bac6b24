import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** What can be done about findings, while a label is drawn and while one is reviewed. */
export function checkCommands(actions: {
  hasLabel(): boolean
  hasFindings(): boolean
  hasActive(): boolean
  check(): void
  step(delta: 1 | -1): void
  dismiss(): void
}): readonly Command[] {
  const { group } = text
  return defineCommands([
    {
      id: 'checks.run',
      title: text.check,
      help: text.checkHelp,
      group,
      keys: ['Mod+F8'],
      enabled: actions.hasLabel,
      whyNot: text.nothingOpen,
      run: actions.check,
    },
    {
      id: 'checks.next',
      title: text.next,
      group,
      keys: ['F8'],
      repeats: true,
      enabled: actions.hasFindings,
      whyNot: text.noFinding,
      run: () => actions.step(1),
    },
    {
      id: 'checks.previous',
      title: text.previous,
      group,
      keys: ['Shift+F8'],
      repeats: true,
      enabled: actions.hasFindings,
      whyNot: text.noFinding,
      run: () => actions.step(-1),
    },
    {
      id: 'checks.dismiss',
      title: text.dismiss,
      help: text.dismissHelp,
      group,
      keys: ['Alt+F8'],
      enabled: actions.hasActive,
      whyNot: text.noFinding,
      run: actions.dismiss,
    },
  ])
}
