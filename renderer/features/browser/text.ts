import type { SampleSort } from '../../stores/sample-order.ts'
import { counted, formatNumber } from '../../ui/text.ts'

export const text = {
  grid: 'Images',
  group: 'Dataset',
  searchImages: 'Search images',
  searchHelp: 'Every word must occur in the name.',
  startLabeling: 'Start labeling',
  startHelp: 'Opens the first image here that is not labeled yet.',
  selectAll: 'Select all images shown',
  search: 'Search names',
  sort: 'Sort by',
  sorts: {
    added: 'Oldest first',
    newest: 'Newest first',
    name: 'Name',
    status: 'Status',
    objects: 'Most objects',
  } satisfies Record<SampleSort, string>,
  size: 'Thumbnail size',
  progress: 'Progress',
  all: 'All images',
  statusHint: 'Mod + click shows several together',
  clear: 'Clear filter',
  emptyTitle: 'Drop images here',
  emptyBody: (library: string) =>
    `Files or whole folders, anywhere on this window; pasting works too. They are copied into “${library}” as they are, and nothing leaves this computer.`,
  emptyHint: 'JPEG, PNG, WebP, TIFF, AVIF and GIF',
  emptyExamples: 'No images at hand?',
  steps: [
    {
      key: 'label',
      title: 'Label',
      body: 'Scroll to size the superpixels, click or drag to take them. A brush does the rest; every stroke is saved.',
    },
    {
      key: 'commit',
      title: 'Commit',
      body: 'A version keeps all images and labels exactly as they are. Later versions share what did not change.',
    },
    {
      key: 'send',
      title: 'Send',
      body: 'If you like, versions go to Weights & Biases as artifacts with their lineage. Offline they wait.',
    },
  ],
  apartTitle: 'Not connected',
  apartBody: 'The images show as soon as this window is connected again.',
  nothingTitle: 'No image matches',
  nothingBody: (words: string) => `Nothing in the library fits ${words}.`,
  objects: (count: number) => (count === 0 ? '' : counted(count, 'object')),
  shown: (shown: number, all: number) =>
    shown === all ? counted(all, 'image') : `${formatNumber(shown)} of ${counted(all, 'image')}`,
  selected: (count: number) => `${formatNumber(count)} selected`,
  hint: 'Enter or double-click opens',
  open: 'Open',
  setStatus: 'Set status',
  statusSet: (count: number, status: string) => `${counted(count, 'image')} set to “${status}”.`,
  undo: 'Undo',
  siblings: 'More than one saved state: open it to choose',
  noThumb: 'No preview',
  labeledShare: (done: number, all: number) => `${formatNumber(done)} of ${formatNumber(all)} labeled`,
} as const
