import { AppError } from '../../shared/base/app-error.ts'
import { mostShapesFileBytes } from '../../shared/formats/shapes-file.ts'
import { imageLimits } from '../../shared/image/limits.ts'
import { mostCacheFileBytes } from '../../shared/superpixel/cache-file.ts'

const mebibyte = 1024 * 1024
const limits: readonly { readonly path: RegExp; readonly bytes: number }[] = [
  { path: /^\/data\/import$/, bytes: imageLimits.fileBytes },
  // An archive may be as large as all that may wait.
  { path: /^\/data\/uploads\/[^/]+$/, bytes: 4096 * mebibyte },
  // The shapes of a label may come with it.
  { path: /^\/data\/samples\/[^/]+\/label$/, bytes: 64 * mebibyte + mostShapesFileBytes },
  // And the header of its frame.
  { path: /^\/data\/samples\/[^/]+\/shapes$/, bytes: mostShapesFileBytes + mebibyte },
  // One record of a journal holds at most 16 MiB; its header lists objects.
  { path: /^\/data\/samples\/[^/]+\/journal$/, bytes: 24 * mebibyte },
  { path: /^\/data\/superpixels\/[^/]+$/, bytes: mostCacheFileBytes },
]

/** The most bytes that a body sent to `path` may have. */
export function bodyLimit(path: string): number {
  return limits.find((each) => each.path.test(path))?.bytes ?? 64 * 1024
}

export function bodyTooBig(limit: number): AppError {
  const most = limit >= mebibyte ? `${limit / mebibyte} MiB` : `${limit / 1024} KiB`
  return new AppError('IN_TOO_BIG', `What was sent is larger than ${most}, the most that is accepted here.`, {
    remedy: 'Send a smaller file.',
  })
}
