import type { CheckName, Reason } from '../../../shared/label/checks/finding.ts'
import { counted, formatNumber } from '../../ui/text.ts'

const px = (count: number) => `${formatNumber(count)} px`

export const text = {
  group: 'Checks',
  check: 'Check this label',
  checkHelp: 'Looks for islands, pinholes, slivers, tiny objects and things that may be one.',
  next: 'Next finding',
  previous: 'Previous finding',
  dismiss: 'Not a problem',
  dismissHelp: 'Is not told of again until the pixels of its objects change.',
  fix: 'Fix',
  fixHelp: 'Does what the button of the finding says. Undo takes it back.',
  fixes: {
    attributes: 'Fix: say it',
    islands: 'Fix: join',
    pinholes: 'Fix: fill',
    slivers: 'Fix: close',
    tiny: 'Fix: delete',
    parts: 'Fix: split',
    touching: 'Fix: merge',
  } satisfies Partial<Record<CheckName, string>>,
  fixHelps: {
    attributes: 'Goes to the field.',
    islands: 'The parts become pixels of the object that they have the longest border with.',
    pinholes: 'The holes become pixels of the object around them.',
    slivers: 'Each pixel goes to the nearer of the two.',
    tiny: 'Its pixels become unlabeled.',
    parts: 'An object for each part.',
    touching: 'The smaller becomes part of the larger.',
  } satisfies Partial<Record<CheckName, string>>,
  fixed: (title: string) => `${title}.`,
  notFixed: 'Nothing was changed: what would have to change is locked, or was changed since.',
  whyNoFix: 'This finding cannot be put right by one step, or the label may not be changed here.',
  title: 'Findings',
  count: (left: number) => (left === 0 ? 'Nothing to look at' : counted(left, 'finding')),
  running: (percent: number) => `Checking ${percent} %`,
  found: (left: number) =>
    left === 0 ? 'Checked: nothing to look at.' : `Checked: ${counted(left, 'finding')} to look at.`,
  dismissed: (count: number) => `${formatNumber(count)} dismissed before`,
  none: 'Nothing of what is looked for was found. That says nothing of categories and missing objects.',
  tooRagged: 'This label has too many separate pixels to be looked at part by part.',
  marked: 'The image is marked as labeled. Look at these, or go on.',
  close: 'Close',
  goOn: 'Next image',
  more: (count: number) => `${formatNumber(count)} more; deal with these first.`,
  kinds: {
    empty: 'No objects',
    attributes: 'Not said',
    islands: 'Island',
    pinholes: 'Pinhole',
    slivers: 'Sliver',
    tiny: 'Tiny object',
    parts: 'Far parts',
    touching: 'Touching',
    size: 'Unusual size',
  } satisfies Record<CheckName, string>,
  slip: 'Looks like a slip',
  question: 'Worth a look',
  image: 'The whole image',
  both: (a: string, b: string) => `${a} and ${b}`,
  undo: 'Undo',
  isDismissed: 'Not a problem, then. It comes back when its pixels change.',
  nothingOpen: 'No label is open.',
  noFinding: 'No finding is shown.',
} as const

/** Why something is a finding, in plain words and with its numbers. */
export function reasonText(reason: Reason): string {
  switch (reason.check) {
    case 'empty':
      return reason.onlyVoid
        ? 'The image is marked as labeled and has nothing but void.'
        : 'The image is marked as labeled and has no object.'
    case 'attributes':
      return `${reason.names.map((name) => `“${name}”`).join(', ')} must be said before the image is labeled.`
    case 'islands': {
      const { count, pixels, limit } = reason
      return count === 1
        ? `A part of ${px(pixels)} lies apart from the rest (below ${px(limit)}).`
        : `${formatNumber(count)} parts lie apart from the rest, ${px(pixels)} in all (each below ${px(limit)}).`
    }
    case 'pinholes': {
      const { count, pixels, limit } = reason
      return count === 1
        ? `A hole of ${px(pixels)} inside (below ${px(limit)}).`
        : `${formatNumber(count)} holes inside, ${px(pixels)} in all (each below ${px(limit)}).`
    }
    case 'slivers':
      return `${px(reason.pixels)} between them are unlabeled, nowhere wider than ${px(reason.width)}.`
    case 'tiny':
      return `It has ${px(reason.pixels)} in all (below ${px(reason.limit)}).`
    case 'parts':
      return `${formatNumber(reason.count)} parts; the farthest is ${px(reason.gap)} away from the largest, which is ${px(reason.side)} long.`
    case 'touching':
      return `They touch along ${px(reason.length)}, ${Math.round(reason.share * 100)} % of the shorter outline. One object in two?`
    case 'size': {
      const { times, pixels, outOf } = reason
      const how =
        times >= 1 ? `${factor(times)} times as large as` : `${factor(1 / times)} times smaller than`
      return `${px(pixels)}: ${how} the median of ${formatNumber(outOf)} objects of its category in this image.`
    }
  }
}

const factor = (times: number) => formatNumber(times >= 10 ? Math.round(times) : Math.round(times * 10) / 10)
