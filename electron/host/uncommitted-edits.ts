import { AppError } from '../../shared/base/app-error.ts'
import { type Changes, isUnchanged } from '../../shared/history/changes.ts'
import { isSame } from '../../shared/history/merge-fields.ts'
import type { Version } from '../../shared/host/host-api.ts'
import type { ChangeTools, Uncommitted } from './version-changes.ts'

/**
 * Does with edits that no version has what was wished; answers the version that was made of them. `before` says of that
 * version what came next. Rejects with `CONFLICT` when told to `refuse`, and as commits do.
 */
export function createSettleUncommitted({
  versions,
  states,
  categories,
  author,
}: Pick<ChangeTools, 'versions' | 'states' | 'categories' | 'author'>): (
  uncommitted: Uncommitted,
  before: string,
) => Promise<Version | null> {
  return settleUncommitted

  /** Categories that the last version does not have yet stay whatever is restored: nothing of them is passed over. */
  async function hasOnlyMoreCategories({ ontologyChanged, ...samples }: Changes): Promise<boolean> {
    const head = versions.head()
    if (!head || !ontologyChanged || !isUnchanged({ ...samples, ontologyChanged: false })) return false
    const now = new Map(categories.list().map((category) => [category.id, category]))
    const { categories: then, ...rules } = await states.ontology((await states.snapshot(head.id)).ontology)
    return (
      isSame(rules, categories.rules()) && then.every((category) => isSame(now.get(category.id), category))
    )
  }

  async function settleUncommitted(uncommitted: Uncommitted, before: string): Promise<Version | null> {
    if (uncommitted === 'keep') return null
    const draft = await versions.draft()
    if (!draft.canCommit || (await hasOnlyMoreCategories(draft.changes))) return null
    if (uncommitted === 'commit') return versions.commit(`Before ${before}`, author())
    const { added, removed, relabeled, recarded, recarried = 0, ontologyChanged } = draft.changes
    const count = added + removed + relabeled + recarded + recarried
    const what =
      count === 0 && ontologyChanged
        ? 'The categories have'
        : count === 1
          ? '1 image has'
          : `${count} images have`
    throw new AppError('CONFLICT', `${what} changes that no version holds.`, {
      remedy: 'Commit them first, or keep them as saved states in the history of their images.',
    })
  }
}
