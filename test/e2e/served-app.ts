import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const serve = fileURLToPath(new URL('../../electron/serve.ts', import.meta.url))

/** The real browser host in a process of its own, on a library in a temp folder that nothing else knows. */
export type ServedApp = {
  /** The library's folder, and its name as the page shows it. */
  readonly library: string
  readonly name: string
  readonly port: number
  readonly origin: string
  /** A link that is good for one page: the one printed at the start, later a fresh one from starting once more. */
  link(): Promise<string>
  /** Ends the process at once, as a crash or the end of power does. */
  kill(): Promise<void>
  /** Starts it again on the same library and port. */
  restart(): Promise<void>
  /** Stops it as Ctrl-C does, and removes every file it made. */
  close(): Promise<void>
}

export async function serveApp(
  options: {
    name?: string
    environment?: NodeJS.ProcessEnv
    arguments?: readonly string[]
    /** Called before the host starts, with where the library will be and where its cache. */
    prepare?: (library: string, cache: string) => Promise<void>
  } = {},
): Promise<ServedApp> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-e2e-'))
  const { name = 'street-scenes' } = options
  const library = join(folder, name)
  await options.prepare?.(library, join(folder, 'cache', 'tessera'))
  const port = await freePort()
  const environment = {
    ...withoutSecrets(process.env),
    // Nothing of the person who runs the tests is read or written.
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_RUNTIME_DIR: join(folder, 'run'),
    TESSERA_KEYRING: 'off',
    ...options.environment,
  }
  const args = ['--library', library, '--port', String(port), '--no-open', ...(options.arguments ?? [])]
  let child: ChildProcess
  let unused: string | null = null
  /** The host was told to go. */
  let isEnding = false

  const run = () =>
    spawn(process.execPath, [serve, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  async function start(): Promise<void> {
    const started = run()
    child = started
    let said = ''
    for (const stream of [started.stdout, started.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4000)
      })
    started.once('exit', (code, signal) => {
      if (!isEnding) console.error(`the browser host ended by itself (${code ?? signal}):\n${said}`)
    })
    isEnding = false
    unused = await printedLink(started)
  }
  async function end(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
    isEnding = true
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  // Whoever stops before `close` leaves no host behind.
  const orphaned = () => void child.kill('SIGKILL')
  process.once('exit', orphaned)
  await start()
  return {
    library,
    name,
    port,
    origin: `http://127.0.0.1:${port}`,
    async link() {
      const link = unused ?? (await printedLink(run()))
      unused = null
      return link
    },
    kill: () => end('SIGKILL'),
    restart: start,
    async close() {
      await end('SIGINT')
      process.off('exit', orphaned)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits for the link on standard output; rejects with what was printed when the process ends before. */
function printedLink(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const read = (chunk: Buffer) => {
      printed += chunk.toString()
      const link = /http:\/\/127\.0\.0\.1:\d+\/#launch=[\w-]+/.exec(printed)
      if (link) resolve(link[0])
    }
    child.stdout!.on('data', read)
    child.stderr!.on('data', read)
    child.once('exit', (code) => reject(new Error(`the browser host ended with ${code}:\n${printed}`)))
  })
}

/** A port that was free a moment ago. The same one is needed after a restart, so the host cannot choose. */
async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(WANDB|SEGMENTS|TESSERA)_/.test(name)),
  )
}
