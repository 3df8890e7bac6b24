import { counted, formatNumber } from '../../ui/text.ts'

export const text = {
  group: 'Import',
  choose: 'Add images',
  chooseHelp: 'Files are copied into the library; the originals stay where they are.',
  chooseFolder: 'Add a folder',
  chooseFolderHelp: 'With everything in its subfolders.',
  examples: 'Add sample scenes',
  examplesHelp: 'A few synthetic street scenes that come with Tessera.',
  examplesAdded: (count: number) =>
    count === 0 ? 'The sample scenes are already here.' : `${counted(count, 'sample scene')} added.`,
  dropTitle: (library: string) => `Add to “${library}”`,
  dropBody: 'Images, folders, and labels of other programs; what cannot be read is listed with its reason.',
  readingFolder: 'Reading the folder …',
  running: (done: number, total: number) => `Adding images: ${formatNumber(done)} of ${formatNumber(total)}`,
  done: 'Import finished',
  cancelled: 'Import cancelled',
  cancel: 'Cancel',
  report: 'Report',
  dismiss: 'Dismiss',
  retry: (count: number) => `Try ${counted(count, 'file')} again`,
  nothing: 'There is no file in what was dropped.',
  counts: (added: number, duplicates: number, rejected: number) =>
    [
      `${formatNumber(added)} added`,
      duplicates > 0 && `${counted(duplicates, 'duplicate')}`,
      rejected > 0 && `${formatNumber(rejected)} rejected`,
    ]
      .filter(Boolean)
      .join(' · '),
  reportTitle: 'Import report',
  summary: (settled: number, total: number) =>
    settled === total
      ? `${counted(total, 'file')} looked at.`
      : `${formatNumber(settled)} of ${counted(total, 'file')} looked at before it was cancelled; what was added stays.`,
  added: 'Added',
  renamed: 'Added under another name',
  duplicates: 'Already in the library (same bytes)',
  rejected: 'Not added',
  renamedFrom: (from: string, to: string) => `${from} → ${to}`,
  sameAs: (name: string) => `same as ${name}`,
  sameInTrash: (name: string) => `same bytes as ${name}, which is in the trash: restore it there`,
  more: (count: number) => `and ${formatNumber(count)} more`,
} as const
