import { AppError } from '../../shared/base/app-error.ts'
import type { LibraryContext } from './library-context.ts'

/** A merge that puts more images than both into the trash asks first: it may be an accident of somebody else. */
const mostRemoved = 20
const mostShare = 0.1

/** Throws AppError `SYNC_FAILSAFE` for a merge that would remove unusually much. */
export function requireUsual({ db }: Pick<LibraryContext, 'db'>, removed: number, version: string): void {
  const { images } = db.prepare('SELECT COUNT(*) AS images FROM samples WHERE trashed_at IS NULL').get()!
  if (removed <= mostRemoved || removed <= Number(images) * mostShare) return
  throw new AppError(
    'SYNC_FAILSAFE',
    `Merging ${version} would put ${removed} of ${Number(images)} images into the trash. Nothing was merged.`,
    {
      remedy:
        'Compare the versions. If that is what you want, choose "Merge anyway", or merge or pull again with "--confirm".',
    },
  )
}
