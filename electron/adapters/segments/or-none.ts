import { RemoteError } from '../../../shared/sync/remote-error.ts'

/** Null in place of "it is not there". */
export async function orNone<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof RemoteError && error.code === 'REMOTE_GONE') return null
    throw error
  }
}
