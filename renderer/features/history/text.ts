import type { VersionDraft } from '../../../shared/host/host-api.ts'
import { counted, formatNumber } from '../../ui/text.ts'

export const text = {
  title: 'Versions',
  group: 'History',
  workingCopy: 'Working copy',
  sinceLast: (number: number, changed: boolean) => `${changed ? 'Changes since' : 'Same as'} v${number}`,
  firstVersion: 'Nothing committed yet',
  message: 'Message',
  messageHelp: 'What changed and why; it goes with the version wherever it is sent.',
  commit: 'Commit',
  commitHelp: 'Records images and labels as they are now, as one version that never changes.',
  committed: (number: number) => `Committed as v${number}.`,
  commitSaved: 'Commit what is saved',
  notSaved: 'Nothing was committed: a label is not saved yet, and the version would hold an older one.',
  nothingNew: 'Nothing had changed since the last version, so none was made.',
  clean: (number: number) =>
    `Everything is in v${number}. There is nothing to commit until an image, a label or a category changes.`,
  emptyLibrary: 'A version records images and labels. Add images first.',
  none: 'No version yet. A commit keeps the whole dataset as it is now; later versions share what did not change.',
  counts: (counts: VersionDraft['counts']) =>
    `${counted(counts.samples, 'image')} · ${formatNumber(counts.labeled)} with labels · ${counted(counts.objects, 'object')}`,
  added: (count: number) => `${counted(count, 'image')} added`,
  removed: (count: number) => `${counted(count, 'image')} removed`,
  relabeled: (count: number) => `${formatNumber(count)} relabeled`,
  recarded: (count: number) => `${formatNumber(count)} with other tags or issues`,
  ontology: 'categories changed',
  noMessage: 'No message',
  by: (author: string) => (author === '' ? 'unknown author' : author),
  files: (files: number) => counted(files, 'file'),
  digest: (digest: string) => `W&B digest ${digest}`,
  noDigest: 'digest follows',
  copy: 'Copy digest',
  copied: 'Digest copied.',
  unsaved: 'Some labels are not saved yet; they are saved first.',
  whyNoCommit: 'Nothing has changed since the last version.',
} as const
