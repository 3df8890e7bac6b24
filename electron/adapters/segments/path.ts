import { AppError } from '../../../shared/base/app-error.ts'

/** A text as one part of a path. Throws AppError `BAD_REQUEST` for what would lead elsewhere. */
export function part(text: string): string {
  if (text !== '' && !/^\.+$/.test(text)) return query(text)
  throw new AppError('BAD_REQUEST', `"${text}" cannot be a name at Segments.ai.`, {
    remedy: 'Choose one with a letter or a digit.',
  })
}

/** A text as a value of a query. */
export const query = (text: string): string => encodeURIComponent(text.toWellFormed())
