import { type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'

/** How far a store has come with reading its part from the host. Data stays shown while `failed` after a first reading. */
export type Loading =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: ErrorInfo }

export const errorInfo = (error: unknown): ErrorInfo => toAppError(error).toInfo()

export const failed = (error: unknown): Loading => ({ kind: 'failed', error: errorInfo(error) })
