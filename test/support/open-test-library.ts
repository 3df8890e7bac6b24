import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Library, type OpenOptions, openLibrary } from '../../electron/host/library.ts'
import type { HostEvent } from '../../shared/host/host-api.ts'

const prefix = 'tessera-library-'

export type TestLibrary = Library & {
  readonly folder: string
  /** What was emitted and logged so far; a log line as one string of JSON. */
  readonly events: HostEvent[]
  readonly logs: string[]
  /** Closes the library and removes its folder. */
  cleanup(): Promise<void>
}

/**
 * A new, empty library in a temporary folder, or the one in `folder` opened again. It keeps no space back for a full
 * disk unless `reserveBytes` says so: the file takes longer to write than most tests run.
 */
export async function openTestLibrary(
  options: Partial<OpenOptions> & { readonly folder?: string } = {},
): Promise<TestLibrary> {
  const { folder = join(mkdtempSync(join(tmpdir(), prefix)), 'library'), ...rest } = options
  const events: HostEvent[] = []
  const logs: string[] = []
  const library = await openLibrary(folder, {
    mode: 'write',
    create: true,
    deviceId: '4f1a6c52-7b1d-4f0e-9c3a-2f6b8d0e1a77',
    log: (level, area, message, ids) => void logs.push(JSON.stringify({ level, area, message, ids })),
    emit: (event) => void events.push(event),
    reserveBytes: 0,
    ...rest,
  })
  return {
    ...library,
    folder,
    events,
    logs,
    async cleanup() {
      await library.close()
      // A library that was opened again lies in the folder that its first opening made; a copy beside it goes alone.
      const parent = dirname(folder)
      const isOurs = basename(parent).startsWith(prefix) && basename(folder) === 'library'
      rmSync(isOurs ? parent : folder, { recursive: true, force: true })
    },
  }
}
