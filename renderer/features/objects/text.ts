import type { SuspicionReason } from '../../../shared/dataset/suspicion.ts'
import type { ObjectOrder, ReviewedObject } from '../../stores/object-review.ts'
import { counted, formatNumber } from '../../ui/text.ts'

const reasons: Record<SuspicionReason, string> = {
  larger: 'larger',
  smaller: 'smaller',
  wider: 'wider',
  taller: 'taller',
  place: 'elsewhere',
  sparse: 'sparse in its box',
}
const why = ({ reason, score, pixels }: ReviewedObject) =>
  reason === null ? `${formatNumber(pixels)} px` : `${reasons[reason]}, ${score.toFixed(1)}`

export const text = {
  group: 'Review of objects',
  grid: 'Objects',
  category: 'Category',
  order: 'Sort by',
  orders: {
    suspicion: 'Most unusual first',
    size: 'Largest first',
    image: 'By image',
  } satisfies Record<ObjectOrder, string>,
  back: 'Back to the dataset',
  means:
    'The number says how far an object lies from the middle of its category in size, shape or place, in standard deviations. It ranks what to look at; it does not say that anything is wrong.',
  tooFew: (count: number) =>
    `With ${counted(count, 'object')}, nothing is unusual yet: from 20 on they are ranked.`,
  count: (count: number) => counted(count, 'object'),
  scanned: (done: number, total: number) =>
    `${formatNumber(done)} of ${formatNumber(total)} images looked at`,
  marked: (count: number) => `${formatNumber(count)} marked as wrong`,
  noneTitle: 'No object of this category',
  noneBody: 'The images of the list have none. Choose another category, or go back and clear the filter.',
  noCategory: 'There is no category yet',
  wrong: 'wrong',
  why,
  tile: (object: ReviewedObject) => `${object.name}, object ${object.id}, ${why(object)}`,
  mark: 'Mark as wrong',
  markHelp: 'Space does the same. Click marks too.',
  clear: 'Mark nothing',
  show: 'Open at the object',
  addIssue: 'Add an issue to each',
  addIssueHelp: 'The same words on every marked object.',
  issueWords: 'What is wrong?',
  issueDefault: 'Wrong category?',
  add: 'Add issues',
  change: 'Change category',
  changeHelp: 'Of everything marked, as one saved state for each image.',
  changeNow: 'Change',
  issued: (count: number) => `${counted(count, 'issue')} added.`,
  changed: (count: number, name: string, left: number) =>
    `${counted(count, 'object')} changed to ${name}.${left > 0 ? ` ${formatNumber(left)} left as they are: locked, or gone.` : ''}`,
  undo: 'Undo',
  undone: (count: number) => `Taken back on ${counted(count, 'image')}.`,
  nothingMarked: 'Nothing is marked.',
  noObject: 'There is no object here.',
  failed: (count: number) => `${counted(count, 'image')} could not be changed.`,
} as const
