import { type Command, defineCommands } from '../../commands/command.ts'
import { text } from './text.ts'

/** What can be done with the issues of an image, whether it is labeled or reviewed. */
const ofIssues = ['review.issue', 'review.nextIssue']

/** All that a review can do. */
export function reviewCommands(actions: {
  hasOpenIssue(): boolean
  addIssue(): void
  nextIssue(): void
  accept(): void
  reject(): void
  skip(): void
  edit(): void
  backToReview(): void
  compare: {
    isPossible(): boolean
    mayBlink(): boolean
    hasChanges(): boolean
    hold(shows: 'changes' | 'before'): { start(): void; end(how: { readonly tap: boolean }): void }
    toggle(shows: 'changes' | 'before'): void
    blink(): void
    step(delta: 1 | -1): void
  }
}): readonly Command[] {
  const { group } = text
  const { compare } = actions
  return defineCommands([
    {
      id: 'review.accept',
      title: text.accept,
      help: text.acceptHelp,
      group,
      keys: ['Y'],
      run: actions.accept,
    },
    {
      id: 'review.reject',
      title: text.reject,
      help: text.rejectHelp,
      group,
      keys: ['N'],
      run: actions.reject,
    },
    { id: 'review.skip', title: text.skip, group, keys: ['K'], run: actions.skip },
    { id: 'review.edit', title: text.edit, help: text.editHelp, group, keys: ['E'], run: actions.edit },
    { id: 'review.back', title: text.backToReview, group, run: actions.backToReview },
    {
      id: 'review.issue',
      title: text.addIssue,
      help: text.addIssueHelp,
      group,
      keys: ['Shift+I'],
      run: actions.addIssue,
    },
    {
      id: 'review.nextIssue',
      title: text.nextIssue,
      group,
      keys: ['J'],
      enabled: actions.hasOpenIssue,
      whyNot: text.whyNoIssue,
      run: actions.nextIssue,
    },
    {
      id: 'review.compare',
      title: text.compare,
      help: text.compareHelp,
      group,
      keys: ['B'],
      enabled: compare.isPossible,
      whyNot: text.whyNotJudged,
      hold: compare.hold('changes'),
      run: () => compare.toggle('changes'),
    },
    {
      id: 'review.before',
      title: text.before,
      help: text.beforeHelp,
      group,
      keys: ['Shift+B'],
      enabled: compare.isPossible,
      whyNot: text.whyNotJudged,
      hold: compare.hold('before'),
      run: () => compare.toggle('before'),
    },
    {
      id: 'review.blink',
      title: text.blinkTitle,
      help: text.blinkHelp,
      group,
      keys: ['Alt+B'],
      enabled: compare.mayBlink,
      whyNot: text.whyNoBlink,
      run: compare.blink,
    },
    {
      id: 'review.nextChange',
      title: text.nextChange,
      group,
      keys: ['.'],
      repeats: true,
      enabled: compare.hasChanges,
      whyNot: text.whyNoChanges,
      run: () => compare.step(1),
    },
    {
      id: 'review.previousChange',
      title: text.previousChange,
      group,
      keys: [','],
      repeats: true,
      enabled: compare.hasChanges,
      whyNot: text.whyNoChanges,
      run: () => compare.step(-1),
    },
  ])
}

/** Those of `commands` that go with what is done now; the keys of the canvas go before where it is drawn on. */
export function commandsFor(
  commands: readonly Command[],
  doing: 'label' | 'review' | 'edit',
): readonly Command[] {
  return commands.flatMap((command): Command[] => {
    const { id } = command
    const isOfIssues = ofIssues.includes(id)
    if (doing === 'review') return id === 'review.back' ? [] : [command]
    if (!isOfIssues && !(doing === 'edit' && id === 'review.back')) return []
    if (id !== 'review.nextIssue') return [command]
    const { keys: _, ...rest } = command
    return [rest as Command]
  })
}
