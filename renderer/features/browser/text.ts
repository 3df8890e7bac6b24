import type { SampleSort } from '../../stores/sample-order.ts'
import { counted, formatNumber } from '../../ui/text.ts'

export const text = {
  grid: 'Images',
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
  clear: 'Clear filter',
  emptyTitle: 'Drop images here',
  emptyBody: (library: string) =>
    `“${library}” has no images yet. Drop files or a whole folder anywhere on this window, or paste an image. They are copied into the library as they are; everything stays on this computer.`,
  emptyHint:
    'JPEG, PNG, WebP, TIFF, AVIF and GIF. New here? Add the sample scenes and label your first car in a minute.',
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
  siblings: 'Two saved states: open it to choose',
  noThumb: 'No preview',
  labeledShare: (done: number, all: number) => `${formatNumber(done)} of ${formatNumber(all)} labeled`,
} as const
