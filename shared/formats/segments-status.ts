import type { LabelStatus } from '../label/status.ts'

/** How Segments.ai spells how far a label has come. */

const read: Readonly<Record<string, LabelStatus>> = {
  UNLABELED: 'unlabeled',
  PRELABELED: 'prelabeled',
  LABELING_IN_PROGRESS: 'in progress',
  LABELED: 'labeled',
  REVIEWED: 'reviewed',
  REVIEWING_IN_PROGRESS: 'labeled',
  REJECTED: 'rejected',
  SKIPPED: 'skipped',
  VERIFIED: 'reviewed',
}
const written: Readonly<Record<LabelStatus, string>> = {
  unlabeled: 'UNLABELED',
  prelabeled: 'PRELABELED',
  'in progress': 'LABELING_IN_PROGRESS',
  labeled: 'LABELED',
  reviewed: 'REVIEWED',
  rejected: 'REJECTED',
  skipped: 'SKIPPED',
}

/** Null for a word that is not known. */
export function readSegmentsStatus(word: string): LabelStatus | null {
  const upper = word.toUpperCase()
  return Object.hasOwn(read, upper) ? read[upper]! : null
}

/** `before`: the word that stands there; it stays where it says the same, as VERIFIED does for `reviewed`. */
export function writeSegmentsStatus(status: LabelStatus, before: string | null = null): string {
  return before !== null && readSegmentsStatus(before) === status ? before : written[status]
}
