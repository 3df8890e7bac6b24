import type { LabelConflict } from '../../../shared/history/label-side.ts'
import type { Choice } from '../../../shared/history/resolve-label.ts'
import { counted, formatNumber } from '../../ui/text.ts'
import type { ConflictMode } from './conflict-store.ts'

export const conflictText = {
  group: 'Conflicts',
  list: 'Images in conflict',
  left: (count: number) => `${counted(count, 'image')} left`,
  doneTitle: 'Nothing is in conflict',
  doneBody:
    'When a merge finds labels that two sides changed differently, both are kept, and they wait here for an answer.',
  back: 'Back from the conflicts',
  loading: 'Reading both labels …',
  questions: 'What was changed on both sides',
  noQuestion: 'Nothing contradicts: saving puts both labels together.',
  answered: (done: number, total: number) => `${formatNumber(done)} of ${counted(total, 'answer')}`,
  mine: 'Mine',
  theirs: 'Theirs',
  choices: { mine: 'Mine', theirs: 'Theirs', both: 'Both' } satisfies Record<Choice, string>,
  shapes: 'Shapes beside the mask',
  shapesHelp: 'Both sides changed them. Both: mine, and what only theirs has.',
  bothHelp: 'Both objects stay; where both drew, mine is on top.',
  modes: {
    panes: 'Beside each other',
    base: 'Base',
    result: 'Result',
    mine: 'Mine',
    theirs: 'Theirs',
    difference: 'Difference',
    swipe: 'Swipe',
  } satisfies Record<ConflictMode, string>,
  view: 'View',
  besideCanvas: (side: string) => `Labels of the image: ${side}`,
  canvas: 'Both labels of the image',
  describe: (name: string, mode: string, questions: string) => `${name}, ${mode}. ${questions}`,
  by: (author: string, when: string) => (author ? `${author}, ${when}` : when),
  side: (name: string, objects: number) => `${name}: ${counted(objects, 'object')}`,
  others: (count: number) => `${counted(count, 'more state')} of this label comes after this one.`,
  next: 'Next image in conflict',
  previous: 'Previous image in conflict',
  nextQuestion: 'Next question',
  previousQuestion: 'Previous question',
  answerMine: 'Answer: mine',
  answerTheirs: 'Answer: theirs',
  answerBoth: 'Answer: both',
  allMine: 'All mine',
  allTheirs: 'All theirs',
  wholeMine: 'Keep only my label',
  wholeTheirs: 'Keep only their label',
  wholeHelp:
    'As a whole, also where nothing is in conflict. The other one stays in the history of the image.',
  save: 'Save and next',
  saveHelp: 'A new state of the label that comes from both. Neither of them is lost.',
  saved: (name: string) => `${name} is one label again.`,
  undo: 'Undo',
  reopened: 'Both labels are there again.',
  changedSince: 'The label was changed since, so it stays as it is.',
  edit: 'Paint both in the labeler',
  editShort: 'Open in the labeler',
  fit: 'Show both labels as a whole',
  fitShort: 'Fit',
  whyNotReady: 'Answer every question first.',
  whyNone: 'No image is in conflict.',
  object: (name: string, id: number) => `${name} ${id}`,
  unlabeled: 'unlabeled',
  gone: 'object',
  says: (conflict: LabelConflict, nameOf: (id: number) => string): string => {
    switch (conflict.kind) {
      case 'pixels':
        return `${formatNumber(conflict.pixels)} px: mine ${nameOf(conflict.mine)}, theirs ${nameOf(conflict.theirs)}`
      case 'locked':
        return `${formatNumber(conflict.pixels)} px of ${nameOf(conflict.object)}: ${conflict.by === 'mine' ? 'I' : 'they'} locked it, the other side changed it`
      case 'deleted':
        return `${nameOf(conflict.object)}: ${conflict.by === 'mine' ? 'I' : 'they'} deleted it, the other side changed it (${formatNumber(conflict.pixels)} px)`
      case 'field':
        return `${nameOf(conflict.object)}: other ${fieldName(conflict.field)}`
    }
  },
} as const

const fieldName = (field: string) =>
  field === 'categoryId' ? 'category' : field.startsWith('attributes.') ? `“${field.slice(11)}”` : field
