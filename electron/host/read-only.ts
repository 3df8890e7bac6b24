import { AppError } from '../../shared/base/app-error.ts'
import type { LibraryContext } from './library-context.ts'

/** What whoever wants to write is told. */
export function readOnlyError(): AppError {
  return new AppError('LIB_READ_ONLY', 'This library is open for reading only.', {
    remedy: 'Close the other window that holds it, then open it again.',
  })
}

/** Throws AppError `LIB_READ_ONLY` when this process may not write into the library. */
export function requireWritable(context: Pick<LibraryContext, 'readOnly'>): void {
  if (context.readOnly) throw readOnlyError()
}
