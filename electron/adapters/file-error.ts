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
    case 'ENAMETOOLONG':
      return new AppError('IN_PATH', 'The path of the file is too long for this computer.', {
        remedy: 'Shorten it, or move the file, then try again.',
        cause: error,
      })
    case 'ELOOP':
      return new AppError('IN_PATH', 'The path of the file leads round in circles.', {
        remedy: 'Give the path of the file itself instead of a link.',
        cause: error,
      })
    case 'EBUSY':
      return new AppError('IN_PATH', 'Another program holds the file.', {
        remedy: 'Close that program, then try again.',
        cause: error,
      })
    case 'EIO':
      return new AppError('IN_PATH', 'The file cannot be read: the disk it is on reports an error.', {
        remedy: 'Take it from another copy, and look after that disk.',
        cause: error,
      })
    case 'EMFILE':
    case 'ENFILE':
      return new AppError(
        'IN_PATH',
        'The file cannot be read now: too many files are open on this computer.',
        {
          remedy: 'Close other programs and try again.',
          cause: error,
        },
      )
    default:
      return error
  }
}
