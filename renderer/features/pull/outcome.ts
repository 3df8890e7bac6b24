import type { PullResult } from '../../../shared/host/host-api.ts'
import type { PullState } from '../../stores/pull.ts'
import { text } from './text.ts'

/** What a pull came to, as sentences. */
export function outcomeWords(result: PullResult): readonly string[] {
  const { kind, version, imported, downloaded } = result
  const number = version?.number ?? null
  const said =
    kind === 'imported' && imported
      ? text.outcome.imported(imported.added, imported.labels, imported.duplicates)
      : kind === 'clone'
        ? text.outcome.clone(number)
        : kind === 'merged'
          ? text.outcome.merged(number)
          : text.outcome.none
  const open = openConflicts(result)
  const refused = imported?.refused ?? []
  return [
    said,
    ...(open > 0 ? [text.outcome.conflicts(open)] : []),
    text.outcome.brought(downloaded.files, downloaded.bytes),
    ...(refused[0]
      ? [text.outcome.refused(refused.length, `${refused[0].file}: ${refused[0].error.message}`)]
      : []),
  ]
}

/** Labels of which a person has to make one out of two. */
export const openConflicts = ({ merge }: PullResult): number =>
  merge?.conflicts.filter(({ label }) => label !== null).length ?? 0

/** Something that others pushed is whole, and nothing else is on its way. */
export const canMerge = ({ ahead, behind, job }: Pick<PullState, 'ahead' | 'behind' | 'job'>): boolean =>
  job?.state !== 'running' && (behind !== null || ahead.versions.some(({ isUnfinished }) => !isUnfinished))
