import { AppError } from '../../shared/base/app-error.ts'
import { type HostInput, type HostMethod, type HostOutput, hostMethods } from '../../shared/host/host-api.ts'
import type { FromHost, ToHost } from '../../shared/host/wire.ts'

type Pending = {
  method: HostMethod
  resolve(result: unknown): void
  reject(error: AppError): void
}

/** The calls one connection has under way: numbers them, matches answers, cancels by signal. Knows no transport. */
export class PendingCalls {
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  /** `send` carries one message to the host. Rejects with AppError, `CANCELLED` when `signal` aborts. */
  start<M extends HostMethod>(
    method: M,
    input: HostInput<M>,
    send: (message: ToHost) => void,
    signal?: AbortSignal,
  ): Promise<HostOutput<M>> {
    const id = ++this.#lastId
    return new Promise<HostOutput<M>>((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled())
      const cancel = () => {
        if (!this.#pending.delete(id)) return
        send({ kind: 'cancel', id })
        reject(cancelled())
      }
      const settled = () => signal?.removeEventListener('abort', cancel)
      signal?.addEventListener('abort', cancel, { once: true })
      this.#pending.set(id, {
        method,
        resolve: (result) => {
          settled()
          resolve(result as HostOutput<M>)
        },
        reject: (error) => {
          settled()
          reject(error)
        },
      })
      send({ kind: 'call', id, method, input })
    })
  }

  /** Answers nobody waits for any more (cancelled calls) are dropped. */
  settle(message: Exclude<FromHost, { kind: 'event' }>): void {
    const call = this.#pending.get(message.id)
    if (!call) return
    this.#pending.delete(message.id)
    if (message.kind === 'error') {
      call.reject(AppError.fromInfo(message.error))
      return
    }
    const parsed = hostMethods[call.method].output.safeParse(message.result)
    if (parsed.success) call.resolve(parsed.data)
    else call.reject(unreadableAnswer(call.method, parsed.error))
  }

  /** The connection broke: whether the host acted on these calls is not known. */
  rejectAll(error: AppError): void {
    const calls = [...this.#pending.values()]
    this.#pending.clear()
    for (const call of calls) call.reject(error)
  }
}

export function cancelled(): AppError {
  return new AppError('CANCELLED', 'Cancelled.', { remedy: 'Start it again when you want it.' })
}

function unreadableAnswer(method: HostMethod, cause: unknown): AppError {
  return new AppError('INTERNAL', `The answer to ${method} could not be read.`, {
    remedy: 'Reload the window. If it stays so, the page and the program are of different versions.',
    cause,
  })
}
