import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '../../shared/base/app-error.ts'
import { type Host, type HostOptions, openHost } from '../host/host.ts'
import { readOwnerNote, writeOwnerNote } from '../host/owner-note.ts'
import { localEndpoint } from './local-endpoint.ts'
import { type LocalServer, openLocalServer } from './local-server.ts'
import { connectLocalSocket, type Launch } from './local-socket.ts'

export type Opened =
  /** This process has the library, for reading only when `host.services.context.readOnly`. */
  | { readonly kind: 'opened'; readonly host: Host }
  /** Another process has it and showed itself. */
  | { readonly kind: 'shown'; readonly launch: Launch }

/** How long a library may stay busy before it is opened for reading only. */
const patienceMs = 5000
const pauseMs = 200

/**
 * Opens a library for a window, making it when the folder is missing or empty. When another process holds it, that one
 * is asked to show itself; a command that is nearly done is waited for; an owner that does not answer leaves reading.
 * Nothing is ever taken by force. Rejects like `openHost`.
 */
export async function openOrAsk(
  options: Omit<HostOptions, 'mode' | 'create'>,
  patience = patienceMs,
): Promise<Opened> {
  const deadline = Date.now() + patience
  for (;;) {
    try {
      return { kind: 'opened', host: await openHost({ ...options, mode: 'write', create: true }) }
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'LIB_BUSY')) throw error
    }
    const launch = await askOwner(options.folder)
    if (launch) return { kind: 'shown', launch }
    if (Date.now() >= deadline) return { kind: 'opened', host: await openHost({ ...options, mode: 'read' }) }
    await pause(pauseMs)
  }
}

async function askOwner(folder: string): Promise<Launch | null> {
  const endpoint = readOwnerNote(folder)?.endpoint
  if (!endpoint) return null
  const owner = connectLocalSocket(endpoint)
  try {
    return await owner.launch()
  } catch {
    // A stale note, or an owner that is just closing.
    return null
  } finally {
    owner.close()
  }
}

/**
 * Makes this process reachable for whoever opens the same library later, and says where in the library's `host.json`.
 * A host that only reads owns nothing. That nobody can reach us is no reason not to work: it is logged.
 */
export async function becomeOwner(
  host: Host,
  options: { appVersion: string; launch: () => Launch | Promise<Launch> },
): Promise<Pick<LocalServer, 'close'>> {
  const { folder, readOnly, log } = host.services.context
  if (readOnly) return { close: async () => undefined }
  try {
    const server = await openLocalServer(host, { endpoint: localEndpoint(folder), launch: options.launch })
    writeOwnerNote(folder, {
      pid: process.pid,
      appVersion: options.appVersion,
      endpoint: server.endpoint,
    })
    return server
  } catch (error) {
    log('warn', 'door', `other programs cannot reach this one: ${String(error)}`)
    return { close: async () => undefined }
  }
}
