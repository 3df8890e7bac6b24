import { Readable } from 'node:stream'
import type { Doors } from '../../electron/commands/command.ts'
import { runCommandLine } from '../../electron/commands/run.ts'
import { commands } from '../../electron/commands/table.ts'
import type { HostConnection } from '../../shared/host/host-api.ts'

export type Spoken = { exit: number; out: string; err: string; json: unknown; closed: number }

/** Runs a command line in this process, on a host that somebody else owns. */
export async function say(
  argv: readonly string[],
  options: {
    host?: HostConnection
    doors?: Partial<Doors>
    environment?: Record<string, string>
    input?: string
    folder?: string
    signal?: AbortSignal
  } = {},
): Promise<Spoken> {
  let [out, err, closed] = ['', '', 0]
  const link = async () => {
    if (!options.host) throw new Error('this command line should not have opened a library')
    return { connection: options.host, host: null, close: async () => void closed++ }
  }
  const exit = await runCommandLine(argv, commands, {
    version: '9.8.7',
    folder: options.folder ?? '/somewhere',
    environment: options.environment ?? {},
    input: Readable.from(options.input === undefined ? [] : [options.input]),
    print: async (text) => {
      out += text
    },
    say: (line) => {
      err += `${line}\n`
    },
    report: (error) => {
      throw error
    },
    signal: options.signal ?? new AbortController().signal,
    doors: {
      create: () => Promise.reject(new Error('this command line should not have made a library')),
      // Reading commands that need only the connection do not ask who is behind it.
      read: async () => (await link()) as never,
      write: link,
      serve: () => Promise.reject(new Error('this command line should not have served a library')),
      ...options.doors,
    },
  })
  let json: unknown
  try {
    json = JSON.parse(out)
  } catch {
    json = undefined
  }
  return { exit, out, err, json, closed }
}
