import type { LabelStatus } from './status.ts'

type Saved = {
  readonly revision: string
  readonly parents: readonly string[]
  readonly status: LabelStatus
  readonly isHead: boolean
}

const verdicts: ReadonlySet<LabelStatus> = new Set(['reviewed', 'rejected'])

/**
 * The last saved state, before the one shown, in which somebody judged the label: accepted or rejected it. States that
 * were drawn on after a rejection keep that status and are no verdict. `revisions` newest first; null when there is none.
 */
export function lastVerdict<T extends Saved>(revisions: readonly T[]): T | null {
  const byId = new Map(revisions.map((each) => [each.revision, each]))
  const isVerdict = ({ status, parents }: T) =>
    verdicts.has(status) && parents.every((parent) => byId.get(parent)?.status !== status)
  return revisions.find((each) => !each.isHead && isVerdict(each)) ?? null
}
