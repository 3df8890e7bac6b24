import { AppError } from '../../shared/base/app-error.ts'
import { errorInfoSchema, type HostConnection } from '../../shared/host/host-api.ts'
import { requestHeader } from '../../shared/host/wire.ts'
import { cancelled } from './pending-calls.ts'

/** One request on the data plane, the same for every host. Rejects with AppError. */
export const requestData: HostConnection['fetchData'] = async (path, init = {}) => {
  try {
    const response = await fetch(path, {
      method: init.method ?? 'GET',
      headers: { [requestHeader]: '1' },
      credentials: 'same-origin',
      ...(init.body && { body: init.body }),
      ...(init.signal && { signal: init.signal }),
    })
    if (!response.ok) throw await readError(response)
    return await response.blob()
  } catch (error) {
    if (error instanceof AppError) throw error
    if (init.signal?.aborted) throw cancelled()
    throw hostGone(error)
  }
}

export function hostGone(cause?: unknown): AppError {
  return new AppError('HOST_GONE', 'The program behind this window does not answer.', {
    remedy: 'Keep the window open: it reconnects by itself, and what is not saved yet is kept here.',
    cause,
  })
}

/** The AppError in a refusal; one of our own making when something else answered. */
export async function readError(response: Response): Promise<AppError> {
  const body: unknown = await response.json().catch(() => null)
  const info = errorInfoSchema.safeParse(body)
  if (info.success) return AppError.fromInfo(info.data)
  return new AppError('INTERNAL', `The host answered ${response.status} without saying why.`, {
    remedy: 'Try again. If it happens again, report it with the log.',
  })
}
