import { AppError } from '../../shared/base/app-error.ts'

/** A file system's refusal as something a person can act on; other errors stay as they are. */
export function diskError(error: unknown): unknown {
  const code = (error as { code?: string } | null)?.code
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('DISK_FULL', 'The disk is full. What was there before is unharmed.', {
        remedy: 'Free some space. Your last edits are kept and will be saved then.',
        cause: error,
      })
    case 'EIO':
      return new AppError('DISK_FAILING', 'The disk reports an error.', {
        remedy: 'Copy the library to another disk soon.',
        cause: error,
      })
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new AppError('DISK_READONLY', 'The library’s folder cannot be written to.', {
        remedy: 'Make the folder writable, or save a copy elsewhere.',
        cause: error,
      })
    default:
      return error
  }
}
