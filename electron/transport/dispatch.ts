import type { z } from 'zod'
import { AppError, toAppError } from '../../shared/base/app-error.ts'
import { type HostEvent, type HostHandlers, hostMethods } from '../../shared/host/host-api.ts'
import type { LibraryContext, Log } from '../host/library-context.ts'
import { checkInputBounds } from './input-bounds.ts'

/** What every door opens onto: the part of `Host` (`electron/host/host.ts`) that may be reached from outside. */
export type ServedHost = {
  readonly handlers: HostHandlers
  /** The data plane. Never rejects: errors are `ErrorInfo` JSON. */
  handle(request: Request): Promise<Response>
  on(listener: (event: HostEvent) => void): () => void
  readonly services: { readonly context: Pick<LibraryContext, 'log'> }
}

/** Runs one method. Rejects with AppError only; `signal` ends the work. */
export type Dispatch = (method: string, input: unknown, signal: AbortSignal) => Promise<unknown>

/** The one place where a call from outside is looked up, checked and answered, whichever door it came through. */
export function createDispatch({ handlers, services }: Pick<ServedHost, 'handlers' | 'services'>): Dispatch {
  return async (method, input, signal) => {
    // `constructor` and its like are inherited by every object and must not be found.
    if (!isMethod(method)) throw unknownMethod(method)
    try {
      checkInputBounds(input)
      const parsed = hostMethods[method].input.safeParse(input)
      if (!parsed.success) throw badInput(method, parsed.error)
      signal.throwIfAborted()
      const handler = handlers[method] as (args: unknown, signal: AbortSignal) => Promise<unknown>
      return await handler(parsed.data, signal)
    } catch (thrown) {
      throw explain(thrown, method, signal, services.context.log)
    }
  }
}

/** What a throw becomes outside. A mistake of ours is logged with its cause, which nobody outside gets to see. */
function explain(thrown: unknown, method: string, signal: AbortSignal, log: Log): AppError {
  if (signal.aborted && !(thrown instanceof AppError)) {
    return new AppError('CANCELLED', 'Cancelled.', { remedy: 'Start it again when you want it.' })
  }
  const error = toAppError(thrown)
  if (error.code === 'INTERNAL') log('error', 'door', `${method} failed: ${describe(error.cause ?? error)}`)
  return error
}

export function describe(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? `${cause.name}: ${cause.message}`) : String(cause)
}

function isMethod(method: string): method is keyof typeof hostMethods {
  return Object.hasOwn(hostMethods, method)
}

function unknownMethod(method: string): AppError {
  return new AppError('BAD_REQUEST', `There is no method "${method.slice(0, 100)}".`, {
    remedy: 'Reload the window: the page and the program may be of different versions.',
  })
}

function badInput(method: string, error: z.ZodError): AppError {
  const issue = error.issues[0]
  const field = issue?.path.map(String).join('.')
  const where = field ? `the field "${field}" of ${method}` : `the input of ${method}`
  return new AppError(
    'BAD_REQUEST',
    `Wrong value in ${where}: ${issue?.message ?? 'not what is expected'}.`,
    {
      remedy: 'Correct it and try again.',
      cause: error,
    },
  )
}
