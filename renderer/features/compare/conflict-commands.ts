import { type Command, defineCommands } from '../../commands/command.ts'
import { type ConflictMode, conflictModes } from './conflict-store.ts'
import { conflictText as text } from './conflict-text.ts'

const modeKeys: Record<ConflictMode, string> = {
  panes: 'T',
  base: 'B',
  result: 'R',
  mine: 'Q',
  theirs: 'W',
  difference: 'X',
  swipe: 'S',
}

/** All that can be done with labels that two sides changed. */
export function conflictCommands(actions: {
  isOpen(): boolean
  canSave(): boolean
  back(): void
  step(delta: 1 | -1): void
  stepQuestion(delta: 1 | -1): void
  answer(choice: 'mine' | 'theirs' | 'both'): void
  answerAll(choice: 'mine' | 'theirs'): void
  show(mode: ConflictMode): void
  fit(): void
  edit(): void
  save(whole?: 'mine' | 'theirs'): void
}): readonly Command[] {
  const { group } = text
  const open = { group, enabled: actions.isOpen, whyNot: text.whyNone }
  return defineCommands([
    { id: 'conflicts.back', title: text.back, group, keys: ['Escape'], fixed: true, run: actions.back },
    { id: 'conflicts.next', title: text.next, ...open, keys: ['D'], run: () => actions.step(1) },
    { id: 'conflicts.previous', title: text.previous, ...open, keys: ['A'], run: () => actions.step(-1) },
    {
      id: 'conflicts.nextQuestion',
      title: text.nextQuestion,
      ...open,
      keys: ['.'],
      repeats: true,
      run: () => actions.stepQuestion(1),
    },
    {
      id: 'conflicts.previousQuestion',
      title: text.previousQuestion,
      ...open,
      keys: [','],
      repeats: true,
      run: () => actions.stepQuestion(-1),
    },
    { id: 'conflicts.mine', title: text.answerMine, ...open, keys: ['1'], run: () => actions.answer('mine') },
    {
      id: 'conflicts.theirs',
      title: text.answerTheirs,
      ...open,
      keys: ['2'],
      run: () => actions.answer('theirs'),
    },
    {
      id: 'conflicts.both',
      title: text.answerBoth,
      help: text.bothHelp,
      ...open,
      keys: ['3'],
      run: () => actions.answer('both'),
    },
    {
      id: 'conflicts.allMine',
      title: text.allMine,
      ...open,
      keys: ['Shift+1'],
      run: () => actions.answerAll('mine'),
    },
    {
      id: 'conflicts.allTheirs',
      title: text.allTheirs,
      ...open,
      keys: ['Shift+2'],
      run: () => actions.answerAll('theirs'),
    },
    {
      id: 'conflicts.wholeMine',
      title: text.wholeMine,
      help: text.wholeHelp,
      ...open,
      keys: ['Shift+Q'],
      run: () => actions.save('mine'),
    },
    {
      id: 'conflicts.wholeTheirs',
      title: text.wholeTheirs,
      help: text.wholeHelp,
      ...open,
      keys: ['Shift+W'],
      run: () => actions.save('theirs'),
    },
    ...conflictModes.map(
      (mode): Command => ({
        id: `conflicts.show-${mode}`,
        title: `${text.view}: ${text.modes[mode]}`,
        ...open,
        keys: [modeKeys[mode]],
        run: () => actions.show(mode),
      }),
    ),
    { id: 'conflicts.fit', title: text.fit, ...open, keys: ['F'], run: actions.fit },
    { id: 'conflicts.edit', title: text.edit, ...open, keys: ['E'], run: actions.edit },
    {
      id: 'conflicts.save',
      title: text.save,
      help: text.saveHelp,
      group,
      keys: ['Mod+Enter'],
      enabled: actions.canSave,
      whyNot: text.whyNotReady,
      run: () => actions.save(),
    },
  ])
}
