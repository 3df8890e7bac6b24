import { AppError } from '../../shared/base/app-error.ts'
import type { HostArgs, HostOutput } from '../../shared/host/host-api.ts'
import type { Asked, Consent } from '../../shared/host/version-methods.ts'
import type { LibraryContext } from './library-context.ts'

/** What a merge removes and replaces of what is here. */
export type MergeScale = HostOutput<'versions.mergePlan'>['scale']
/** What somebody has said that a merge may do. */
export type Confirmed = HostArgs<'versions.merge'>['confirmed']

/** A merge that takes or replaces more images than both asks first: it may be an accident of somebody else. */
const mostImages = 20
const mostShare = 0.1

/** Says what would be done, and holds it for whoever answers. */
export class FailsafeError extends AppError {
  readonly asked: Asked

  constructor(message: string, remedy: string, asked: Asked) {
    super('SYNC_FAILSAFE', message, { remedy })
    this.asked = asked
  }
}
export const askedBy = (error: unknown): Asked | null => (error instanceof FailsafeError ? error.asked : null)

/** What an answer says of this version, or (null) of labels of a dataset: one to another question says nothing. */
export function consentTo(consent: Consent | undefined, version: string | null): Confirmed {
  if (typeof consent !== 'object') return consent
  const { version: asked, ...scale } = consent
  return asked === version ? scale : undefined
}

/** Why somebody has to be asked before a merge with the version called `name`; null when it does nothing unusual. */
export function unusual(
  { db }: Pick<LibraryContext, 'db'>,
  asked: Asked,
  name: string,
): FailsafeError | null {
  const { removed, replaced, isUnrelated } = asked
  const { images } = db.prepare('SELECT COUNT(*) AS images FROM samples WHERE trashed_at IS NULL').get()!
  const all = Number(images)
  const isMuch = removed + replaced > Math.max(mostImages, all * mostShare)
  if (!isMuch && !isUnrelated) return null
  const parts = [
    removed > 0 && `put ${removed} of ${all} images into the trash`,
    replaced > 0 && `change the labels of ${replaced}${removed > 0 ? '' : ` of ${all} images`}`,
  ].filter((part) => part !== false)
  const what = isUnrelated
    ? `${name[0]!.toUpperCase()}${name.slice(1)} is of another dataset: it has no version in common with this one.`
    : `Merging ${name} would ${parts.join(' and ')}.`
  const remedy = isUnrelated
    ? 'If both belong together all the same, choose "Merge anyway", or say it again with "--confirm". Else keep them in libraries and projects of their own.'
    : 'Compare the versions. If that is what you want, choose "Merge anyway", or say it again with "--confirm".'
  return new FailsafeError(`${what} Nothing was merged.`, remedy, asked)
}

/** Throws AppError `SYNC_FAILSAFE` for a merge that does something unusual, and more than was confirmed. */
export function requireConfirmed(
  context: Pick<LibraryContext, 'db'>,
  asked: Asked,
  confirmed: Confirmed,
  name: string,
): void {
  if (confirmed === true) return
  const isShown =
    typeof confirmed === 'object' &&
    asked.removed <= confirmed.removed &&
    asked.replaced <= confirmed.replaced &&
    (confirmed.isUnrelated || !asked.isUnrelated)
  const error = isShown ? null : unusual(context, asked, name)
  if (error) throw error
}
