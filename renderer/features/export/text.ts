import type {
  ExchangeFormat,
  ExchangeJob,
  ExchangeLoss,
  ExportOutcome,
} from '../../../shared/host/exchange-methods.ts'
import { counted, formatBytes, formatNumber } from '../../ui/text.ts'

const unitWords: Record<ExchangeLoss['unit'], readonly [string, string]> = {
  object: ['object', 'objects'],
  label: ['label', 'labels'],
  image: ['image', 'images'],
  sample: ['sample', 'samples'],
  category: ['category', 'categories'],
}
type Splits = ExportOutcome['splits']
const splitList = ({ train, val, test, none }: Splits) =>
  [
    train > 0 && `${formatNumber(train)} train`,
    val > 0 && `${formatNumber(val)} val`,
    test > 0 && `${formatNumber(test)} test`,
    none > 0 && `${formatNumber(none)} in none`,
  ]
    .filter(Boolean)
    .join(', ')
const percent = (share: number) =>
  `${(share * 100).toLocaleString('en', { maximumFractionDigits: share > 0.9999 && share < 1 ? 4 : 2 })} %`

export const text = {
  group: 'Export',
  export: 'Export labels',
  exportHelp: 'For other programs: COCO, YOLO, Segments.ai and more; read back and proven.',
  show: 'Show the last export',
  showHelp: 'In the file manager of this computer.',
  title: 'Export labels',
  intro: 'What is written is read back and compared with the labels before you get it.',
  what: 'What',
  now: 'What is here now, committed or not',
  version: (number: number, message: string) => `v${number}${message === '' ? '' : ` · ${message}`}`,
  counts: (labels: number, objects: number, unlabeled: number) =>
    `${counted(labels, 'label')} with ${counted(objects, 'object')}${unlabeled > 0 ? `; ${counted(unlabeled, 'image')} without a label ${unlabeled === 1 ? 'is' : 'are'} left out` : ''}.`,
  noLabels: 'There is no label to export here.',
  planning: 'Looking what there is …',
  format: 'Format',
  holds({ holds }: ExchangeFormat): string {
    const { shape, holes, objects, attributes, status } = holds
    return [
      shape === 'boxes'
        ? 'boxes around objects'
        : holes === 'bridged'
          ? 'outlines of every pixel'
          : 'every pixel',
      objects === 'no'
        ? 'categories, no single objects'
        : objects === 'kept'
          ? 'objects with their ids'
          : 'objects',
      attributes && 'attributes',
      status && 'status',
    ]
      .filter(Boolean)
      .join(' · ')
  },
  losses: (format: string) => `What ${format} cannot hold of this`,
  noLoss: 'It holds everything that is there.',
  lossCount: ({ count, unit }: ExchangeLoss) => (count === null ? null : counted(count, ...unitWords[unit])),
  uncounted: 'not counted',
  countShapes: (labels: number) => `Count holes and parts in ${counted(labels, 'mask')}`,
  counting: (done: number, total: number | null) =>
    total === null ? 'Counting …' : `Counting: ${formatNumber(done)} of ${formatNumber(total)}`,
  splits: 'Splits',
  splitsBy: {
    card: (splits: Splits | null) => `As each image says${splits ? ` (${splitList(splits)})` : ''}`,
    tags: (splits: Splits | null) =>
      `By tags called train, val and test${splits ? ` (${splitList(splits)})` : ''}`,
    none: () => 'No splits',
    shares: () => 'Dealt out, each category alike',
  },
  share: { train: 'Train', val: 'Val', test: 'Test' },
  seed: 'Seed',
  seedHelp: 'The same seed deals the same images the same way.',
  badShares: 'Give whole numbers, one of them above 0.',
  images: 'With the images',
  imagesHelp: (bytes: number) => `As they were imported, ${formatBytes(bytes)}.`,
  place: 'Where to',
  archive: 'A zip archive that the browser saves',
  folder: 'A folder',
  folderHelp: 'You choose it next',
  zip: 'A zip archive',
  run: 'Export',
  steps: {
    reading: 'Looking at the labels',
    writing: 'Writing',
    proving: 'Reading back',
    finishing: 'Finishing',
  },
  progress: ({ step, done, total }: ExchangeJob) =>
    total === null || total === 0
      ? `${text.steps[step]} …`
      : `${text.steps[step]}: ${formatNumber(done)} of ${formatNumber(total)}`,
  left: (seconds: number) =>
    seconds < 90
      ? `about ${Math.max(1, Math.round(seconds))} s left`
      : `about ${Math.round(seconds / 60)} min left`,
  running: (format: string) => `Exporting ${format}`,
  runningHelp: 'You can close this and go on working.',
  stop: 'Stop',
  stopping: 'Stopping …',
  done: (format: string) => `Exported as ${format}`,
  proven(outcome: ExportOutcome, isBoxes: boolean): string {
    const { labels, missing, differing, pixels, objects, worstIou, meanIou } = outcome.proof
    if (labels === 0) return 'There was no label to write.'
    if (missing > 0) return `${counted(missing, 'label')} of ${formatNumber(labels)} did not come back.`
    if (isBoxes)
      return `Read back: the boxes of ${counted(objects, 'object')} in ${counted(labels, 'label')}.`
    const whole = `${formatNumber(differing)} of ${counted(pixels, 'pixel')} ${differing === 1 ? 'differs' : 'differ'} in ${counted(objects, 'object')}`
    const ious =
      differing > 0 && worstIou !== null && meanIou !== null
        ? ` Objects came back to ${percent(worstIou)} at least, ${percent(meanIou)} on average.`
        : ''
    return `Read back: ${whole}.${ious}`
  },
  written: ({ labels, files, bytes }: ExportOutcome) =>
    `${counted(labels, 'label')} in ${counted(files, 'file')}, ${formatBytes(bytes)}.`,
  dealt: (splits: Splits) => `Splits: ${splitList(splits)}.`,
  inFolder: (name: string) => `In “${name}”.`,
  leftOut: 'Left out',
  remarks: 'To know',
  save: 'Save the archive',
  showFolder: 'Show it',
  another: 'Another export',
  details: 'Details',
  more: (count: number) => `and ${formatNumber(count)} more`,
  failed: 'The export did not come to its end; nothing of it is left.',
} as const
