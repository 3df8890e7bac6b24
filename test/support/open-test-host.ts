import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Host, type HostOptions, openHost } from '../../electron/host/host.ts'
import type { HostEvent } from '../../shared/host/host-api.ts'

export type TestHost = Host & {
  readonly root: string
  readonly events: HostEvent[]
  readonly logs: string[]
  /** Closes the host and removes everything it made. */
  cleanup(): Promise<void>
}

/** A real host on a new library, with all its folders below one temporary folder, or in `root` opened again. */
export async function openTestHost(
  options: Partial<HostOptions> & { readonly root?: string } = {},
): Promise<TestHost> {
  const { root = mkdtempSync(join(tmpdir(), 'tessera-host-')), ...rest } = options
  const logs: string[] = []
  const host = await openHost({
    folder: join(root, 'library'),
    mode: 'write',
    create: true,
    door: 'cli',
    product: 'tessera/0.0.0-test',
    folders: { config: join(root, 'config'), cache: join(root, 'cache'), state: join(root, 'state') },
    log: (level, area, message, ids) => void logs.push(JSON.stringify({ level, area, message, ids })),
    environment: {},
    keyring: null,
    ...rest,
  })
  const events: HostEvent[] = []
  host.on((event) => void events.push(event))
  return {
    ...host,
    root,
    events,
    logs,
    async cleanup() {
      await host.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
