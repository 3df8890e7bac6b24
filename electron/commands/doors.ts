import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../shared/base/app-error.ts'
import type { HostConnection, Settings } from '../../shared/host/host-api.ts'
import { type AppFolders, readDeviceId } from '../adapters/app-folders.ts'
import { productName } from '../adapters/product.ts'
import { createOsKeyring } from '../adapters/secrets/os-keyring.ts'
import type { Log } from '../host/library-context.ts'
import { readOwnerNote } from '../host/owner-note.ts'
import type { Doors, Link, OwnLink } from './command.ts'

/** How long the owner of a library may take to answer, and how long a library may stay busy. */
const patienceMs = 5000
const pauseMs = 100

/**
 * The ways from the command line to a library: a host in this process, or the process that has it open. The host is loaded
 * when it is needed, so that help and mistakes are told at once.
 */
export function createDoors(surroundings: {
  readonly version: string
  readonly folders: AppFolders
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly say: (line: string) => void
  readonly signal: AbortSignal
  readonly patienceMs?: number
}): Doors {
  const { version, folders, log, environment } = surroundings
  const product = productName(version)
  const patience = surroundings.patienceMs ?? patienceMs
  // The keyring of a system may ask a person; whoever runs this unattended can switch it off.
  const keyring = environment.TESSERA_KEYRING === 'off' ? null : createOsKeyring()

  async function open(
    folder: string,
    mode: 'read' | 'write',
    settingsOverride?: Partial<Settings['wandb']>,
  ): Promise<OwnLink> {
    const { openHost } = await import('../host/host.ts')
    const { connectDirect } = await import('../transport/direct-connection.ts')
    const host = await openHost({
      folder,
      mode,
      door: 'cli',
      product,
      folders,
      log,
      environment,
      keyring,
      progressMetrics: true,
      ...(settingsOverride && { settingsOverride }),
    })
    return { connection: connectDirect(host), host, close: () => host.close() }
  }

  /** The owner, if it answers before `deadline`. */
  async function reachOwner(folder: string, deadline: number): Promise<Link | null> {
    const endpoint = readOwnerNote(folder)?.endpoint
    if (!endpoint) return null
    const { connectLocalSocket } = await import('../transport/local-socket.ts')
    const connection = connectLocalSocket(endpoint)
    const signal = AbortSignal.timeout(Math.max(1, deadline - Date.now()))
    try {
      await answered(connection, signal)
      return { connection, host: null, close: async () => connection.close() }
    } catch (error) {
      log('info', 'cli', `the owner of the library did not answer: ${String(error)}`)
      connection.close()
      return null
    }
  }

  return {
    async create(folder) {
      const { createLibrary } = await import('../host/library.ts')
      return createLibrary(folder, { deviceId: readDeviceId(folders.config), log })
    },

    read: (folder) => open(folder, 'read'),

    async write(folder, { settingsOverride } = {}) {
      const deadline = Date.now() + patience
      for (;;) {
        try {
          return await open(folder, 'write', settingsOverride)
        } catch (error) {
          if (!(error instanceof AppError && error.code === 'LIB_BUSY')) throw error
          // Another command may be done in a moment; a window stays, and does the work for us.
          const owner = await reachOwner(folder, deadline)
          if (owner) return owner
          if (Date.now() + pauseMs >= deadline) throw busy(error)
          await sleep(pauseMs)
        }
      }
    },

    async serve(options, print) {
      const { serve } = await import('../serve.ts')
      await serve(options, { ...surroundings, print })
    },
  }
}

async function answered(connection: HostConnection, signal: AbortSignal): Promise<void> {
  await connection.call('app.info', {}, signal)
}

function busy(cause: unknown): AppError {
  return new AppError('LIB_BUSY', 'Another program has this library open and does not answer.', {
    remedy: 'Close it, or wait until it is done, then try again. Commands that only read work meanwhile.',
    cause,
  })
}
