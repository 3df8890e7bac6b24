import { counted, formatNumber } from '../../ui/text.ts'

const samples = (count: number) => counted(count, 'sample')

/** Words about samples that are kept without being shown. */
export const text = {
  group: 'Dataset',
  line: (count: number) => `${formatNumber(count)} kept but not shown`,
  onlyTrash: (count: number) => `${formatNumber(count)} kept in the trash`,
  show: 'Samples that are kept but not shown',
  showHelp: 'What a dataset holds that Tessera cannot show: it is kept whole.',
  whyNone: 'There are none in this library.',
  title: 'Kept but not shown',
  about:
    'Samples of another program that Tessera cannot show. They are kept whole, are in every version, and are sent back as they are.',
  name: 'Name',
  kind: 'Kind',
  status: 'Status',
  size: 'Size',
  list: 'Samples that are kept but not shown',
  noStatus: 'no label',
  save: (name: string) => `Save ${name} as JSON`,
  trash: (name: string) => `Move ${name} to the trash`,
  restore: (name: string) => `Restore ${name}`,
  trashed: (count: number) => `Moved ${samples(count)} to the trash.`,
  undo: 'Undo',
  inTrash: (count: number) => `In the trash (${formatNumber(count)})`,
  back: 'Back to the list',
  none: 'None.',
  empty: 'Empty the trash',
  emptied: (count: number) => `Removed ${samples(count)} for good. Versions that have them keep them.`,
}
