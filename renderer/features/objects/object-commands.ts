import { type Command, defineCommands } from '../../commands/command.ts'
import type { ObjectReviewStore } from '../../stores/object-review.ts'
import { text } from './text.ts'

/** What the keys of the grid of objects do. */
export function objectCommands(actions: {
  readonly review: ObjectReviewStore
  show(): void
  addIssue(): void
  change(): void
  back(): void
}): readonly Command[] {
  const { review } = actions
  const { group } = text
  const hasMarked = () => review.getState().marked.size > 0
  const hasObject = () => review.getState().objects.length > 0
  return defineCommands([
    {
      id: 'objects.mark',
      title: text.mark,
      help: text.markHelp,
      group,
      keys: ['M'],
      enabled: hasObject,
      whyNot: text.noObject,
      run: () => review.toggle(review.getState().active),
    },
    {
      id: 'objects.show',
      title: text.show,
      group,
      keys: ['E'],
      enabled: hasObject,
      whyNot: text.noObject,
      run: actions.show,
    },
    {
      id: 'objects.issue',
      title: text.addIssue,
      help: text.addIssueHelp,
      group,
      keys: ['Shift+I'],
      enabled: hasMarked,
      whyNot: text.nothingMarked,
      run: actions.addIssue,
    },
    {
      id: 'objects.change',
      title: text.change,
      help: text.changeHelp,
      group,
      keys: ['C'],
      enabled: hasMarked,
      whyNot: text.nothingMarked,
      run: actions.change,
    },
    {
      id: 'objects.clear',
      title: text.clear,
      group,
      keys: ['Shift+M'],
      enabled: hasMarked,
      whyNot: text.nothingMarked,
      run: () => review.clear(),
    },
    { id: 'objects.back', title: text.back, group, inPalette: false, run: actions.back },
  ])
}
