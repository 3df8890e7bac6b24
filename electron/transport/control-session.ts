import { AppError, type ErrorInfo, toAppError } from '../../shared/base/app-error.ts'
import { type FromHost, toHostSchema } from '../../shared/host/wire.ts'
import { createDispatch, describe, type ServedHost } from './dispatch.ts'

/** One connection's side of the control plane; knows no transport. */
export interface ControlSession {
  /**
   * Takes one message as it arrived. False when it is no message of `wire.ts` at all: nobody can be answered then,
   * and the door may close the connection.
   */
  receive(raw: unknown): boolean
  /** Ends the calls under way; nothing is sent any more. */
  close(): void
}

/** Calls that may be under way on one connection. The page has at most a few dozen. */
const maxCalls = 1000

/**
 * Answers calls through `send` and forwards every event of the host. `send` may throw for a result that its transport
 * cannot carry: the caller is then told so, instead of waiting for ever.
 */
export function openControlSession(host: ServedHost, send: (message: FromHost) => void): ControlSession {
  const { log } = host.services.context
  const dispatch = createDispatch(host)
  const calls = new Map<number, AbortController>()
  let closed = false

  function deliver(message: FromHost): void {
    if (closed) return
    try {
      send(message)
    } catch (cause) {
      log('error', 'door', `a message could not be sent: ${describe(cause)}`)
      if (message.kind === 'result') send(refusal(message.id, toAppError(cause)))
    }
  }
  const stopListening = host.on((event) => deliver({ kind: 'event', event }))

  async function run(id: number, method: string, input: unknown): Promise<void> {
    const call = new AbortController()
    calls.set(id, call)
    try {
      const result = await dispatch(method, input, call.signal)
      deliver({ kind: 'result', id, result })
    } catch (error) {
      deliver(refusal(id, toAppError(error)))
    } finally {
      calls.delete(id)
    }
  }

  return {
    receive(raw) {
      if (closed) return true
      const message = toHostSchema.safeParse(raw)
      if (!message.success) return false
      const { data } = message
      if (data.kind === 'cancel') calls.get(data.id)?.abort()
      else if (calls.has(data.id)) deliver(refusal(data.id, reused(data.id)))
      else if (calls.size >= maxCalls) deliver(refusal(data.id, tooMany()))
      else void run(data.id, data.method, data.input)
      return true
    },
    close() {
      if (closed) return
      closed = true
      stopListening()
      for (const call of calls.values()) call.abort()
    },
  }
}

function refusal(id: number, error: AppError): FromHost {
  return { kind: 'error', id, error: error.toInfo() satisfies ErrorInfo }
}

function reused(id: number): AppError {
  return new AppError('BAD_REQUEST', `A call numbered ${id} is still under way.`, {
    remedy: 'Reload the window.',
  })
}

function tooMany(): AppError {
  return new AppError('BAD_REQUEST', `More than ${maxCalls} calls are under way.`, {
    remedy: 'Wait until they are answered, or reload the window.',
  })
}
