import type { ServedHost } from '../../electron/transport/dispatch.ts'
import {
  type HostEvent,
  type HostHandlers,
  type HostMethod,
  hostMethods,
} from '../../shared/host/host-api.ts'

export type LogLine = { readonly level: string; readonly area: string; readonly message: string }

/** A host without a library: what it does is what the test says. */
export type FakeServedHost = ServedHost & {
  /** Methods that were reached, in order. */
  readonly reached: HostMethod[]
  readonly logged: LogLine[]
  emit(event: HostEvent): void
  /** Listeners there are now. */
  listening(): number
}

/** `handlers` answers what the test is about; every other method answers `undefined`, which no schema accepts. */
export function createServedHost(
  parts: { handlers?: Partial<HostHandlers>; handle?: (request: Request) => Promise<Response> } = {},
): FakeServedHost {
  const reached: HostMethod[] = []
  const logged: LogLine[] = []
  const listeners = new Set<(event: HostEvent) => void>()
  const handlers = Object.fromEntries(
    (Object.keys(hostMethods) as HostMethod[]).map((method) => [
      method,
      async (args: never, signal: AbortSignal) => {
        reached.push(method)
        const handler = parts.handlers?.[method] as
          | ((args: never, signal: AbortSignal) => unknown)
          | undefined
        return handler?.(args, signal)
      },
    ]),
  ) as HostHandlers
  return {
    handlers,
    handle: parts.handle ?? (async () => new Response(null, { status: 404 })),
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    services: { context: { log: (level, area, message) => void logged.push({ level, area, message }) } },
    reached,
    logged,
    emit(event) {
      for (const listener of [...listeners]) listener(event)
    },
    listening: () => listeners.size,
  }
}
