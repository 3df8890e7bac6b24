import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../electron/cli.ts', import.meta.url))

export type Ended = { code: number | null; out: string; err: string; ack: string; json: unknown }
export type ChildOptions = {
  environment?: Record<string, string>
  input?: string
  /** What the child does in the end is its own business; the test kills or signals it. */
  started?: (child: ChildProcess) => void
}

/** A computer of its own: folders for settings, caches and logs, and nothing of the person who runs the tests. */
export type CliWorld = ReturnType<typeof createCliWorld>

export function createCliWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-cli-'))
  const children = new Set<ChildProcess>()
  const environment = (more: Record<string, string> = {}) => ({
    PATH: process.env.PATH ?? '',
    TMPDIR: tmpdir(),
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_STATE_HOME: join(folder, 'state'),
    TESSERA_KEYRING: 'off',
    ...more,
  })
  const path = (...parts: string[]) => join(folder, ...parts)

  /** Runs the real command line in a process of its own. Descriptor 3 is a pipe whose text comes back as `ack`. */
  async function run(argv: readonly string[], options: ChildOptions = {}): Promise<Ended> {
    const child = spawn(process.execPath, [script, ...argv], {
      cwd: folder,
      env: environment(options.environment),
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    })
    children.add(child)
    options.started?.(child)
    child.stdin!.on('error', () => {})
    child.stdin!.end(options.input ?? '')
    const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)))
    const [out, err, ack] = await Promise.all([
      text(child.stdout!),
      text(child.stderr!),
      // A test may stop listening.
      text(child.stdio[3] as NodeJS.ReadableStream).catch(() => ''),
    ])
    const code = await ended
    children.delete(child)
    return { code, out, err, ack, json: parseOrUndefined(out) }
  }

  return {
    folder,
    path,
    environment,
    run,
    /** Runs with `--library lib`, and fails with what the command said unless it ends with 0. */
    async ok(argv: readonly string[], options: ChildOptions = {}): Promise<Ended> {
      const ended = await run([...argv, '--library', path('lib')], options)
      if (ended.code !== 0)
        throw new Error(`tessera ${argv.join(' ')} ended with ${ended.code}: ${ended.err}${ended.out}`)
      return ended
    },
    /** Every file of this computer that holds `needle`. */
    filesWith(needle: string): string[] {
      return readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => resolve(folder, name))
        .filter((name) => statSync(name).isFile() && readFileSync(name).includes(needle))
    },
    remove() {
      for (const child of children) child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function parseOrUndefined(out: string): unknown {
  try {
    return JSON.parse(out)
  } catch {
    return undefined
  }
}
