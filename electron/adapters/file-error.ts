import { AppError } from '../../shared/base/app-error.ts'

/** Why a file that somebody named cannot be read, as something they can act on; other errors stay as they are. */
export function fileError(error: unknown): unknown {
  switch ((error as { code?: string } | null)?.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('IN_PATH', 'There is no such file.', { remedy: 'Check the path.', cause: error })
    case 'EISDIR':
      return new AppError('IN_PATH', 'This is a folder, not a file.', {
        remedy: 'Give the path of a file.',
        cause: error,
      })
    case 'EACCES':
    case 'EPERM':
      return new AppError('IN_PATH', 'The file may not be read.', {
        remedy: 'Change its permissions, then try again.',
        cause: error,
      })
    default:
      return error
  }
}
