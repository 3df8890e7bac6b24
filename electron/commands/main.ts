import { appFolders } from '../adapters/app-folders.ts'
import { openLog } from '../adapters/log-file.ts'
import { appVersion } from '../adapters/product.ts'
import { createDoors } from './doors.ts'
import { runCommandLine } from './run.ts'
import { commands } from './table.ts'

const impatientMs = 500
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** Runs the command line this process was started with and answers its exit code. */
export async function main(): Promise<number> {
  const stop = new AbortController()
  let stoppedBy: number | null = null
  let stoppedAt = 0
  for (const [name, code] of Object.entries(signals)) {
    process.on(name, () => {
      // Somebody who asks twice does not want to wait; what was acknowledged is on disk. One Ctrl-C can arrive twice,
      // from the terminal and from the program that started this one.
      if (stoppedBy !== null && name === 'SIGINT' && performance.now() - stoppedAt > impatientMs)
        process.exit(code)
      if (stoppedBy === null) stoppedAt = performance.now()
      stoppedBy ??= code
      stop.abort()
    })
  }
  // Whoever reads the output has gone, as `head` does when it has enough.
  process.stdout.on('error', () => process.exit(stoppedBy ?? 1))
  process.stderr.on('error', () => {})

  const folders = appFolders()
  const log = openLog(folders.state)
  process.on('uncaughtExceptionMonitor', (error) => log('error', 'cli', error.stack ?? String(error)))
  const version = appVersion()
  const { signal } = stop
  const environment = process.env
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const exit = await runCommandLine(process.argv.slice(2), commands, {
    version,
    folder: process.cwd(),
    environment,
    input: process.stdin,
    print: (text) => new Promise((done) => process.stdout.write(text, () => done())),
    say,
    report: (error) => log('error', 'cli', error instanceof Error ? String(error.stack) : String(error)),
    signal,
    doors: createDoors({ version, folders, log, environment, say, signal }),
  })
  log.close()
  return exit === 0 ? 0 : (stoppedBy ?? exit)
}
