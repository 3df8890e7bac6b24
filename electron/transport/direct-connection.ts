import { AppError, toAppError } from '../../shared/base/app-error.ts'
import {
  errorInfoSchema,
  type HostConnection,
  type HostMethod,
  type HostOutput,
  hostMethods,
} from '../../shared/host/host-api.ts'
import { requestHeader } from '../../shared/host/wire.ts'
import { createDispatch, type ServedHost } from './dispatch.ts'

/**
 * A connection to a host in this process, under the rules of every other door: inputs are parsed, answers are parsed
 * and are copies, errors arrive without their cause. Closing it is closing the host.
 */
export function connectDirect(host: ServedHost): HostConnection {
  const dispatch = createDispatch(host)
  return {
    async call(method, input, signal = new AbortController().signal) {
      try {
        const answer = await orAborted(dispatch(method, input, signal), signal)
        return parseResult(method, structuredClone(answer))
      } catch (error) {
        throw signal.aborted ? cancelled() : AppError.fromInfo(toAppError(error).toInfo())
      }
    },
    on: (listener) => host.on((event) => listener(structuredClone(event))),
    async fetchData(path, init = {}) {
      const response = await host.handle(
        new Request(new URL(path, 'http://localhost'), {
          method: init.method ?? 'GET',
          headers: { [requestHeader]: '1' },
          ...(init.body && { body: init.body }),
          ...(init.signal && { signal: init.signal }),
        }),
      )
      return readData(response)
    },
  }
}

/** Settles like `work`, or rejects as soon as `signal` aborts: whoever cancels does not wait for the host to notice. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(cancelled())
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

export function cancelled(): AppError {
  return new AppError('CANCELLED', 'Cancelled.', { remedy: 'Start it again when you want it.' })
}

/** The body of a data-plane answer. Rejects with the AppError that a refusal carries. */
export async function readData(response: Response): Promise<Blob> {
  if (response.ok) return response.blob()
  const info = errorInfoSchema.safeParse(await response.json().catch(() => null))
  if (info.success) throw AppError.fromInfo(info.data)
  throw new AppError('INTERNAL', `The host answered ${response.status} without saying why.`, {
    remedy: 'Try again. If it happens again, report it with the log.',
  })
}

/** What the caller was promised, or AppError `INTERNAL` when the answer is something else. */
export function parseResult<M extends HostMethod>(method: M, result: unknown): HostOutput<M> {
  const parsed = hostMethods[method].output.safeParse(result)
  if (parsed.success) return parsed.data as HostOutput<M>
  throw new AppError('INTERNAL', `The answer to ${method} could not be read.`, {
    remedy: 'Try again. If it stays so, the two programs are of different versions.',
    cause: parsed.error,
  })
}
