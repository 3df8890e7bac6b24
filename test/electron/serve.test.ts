import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { packageFolder } from '../../electron/adapters/asset-folder.ts'
import { readOwnerNote } from '../../electron/host/owner-note.ts'
import { serve } from '../../electron/serve.ts'
import { connectLocalSocket } from '../../electron/transport/local-socket.ts'
import { ask, signIn, tokenOf, trade } from '../support/web-page.ts'

const program = fileURLToPath(new URL('../../electron/serve.ts', import.meta.url))
const built = existsSync(join(packageFolder(), 'out', 'renderer', 'index.html'))
if (!built) console.warn('skipped: the page is not built; "npm run build" builds it')
const root = mkdtempSync(join(tmpdir(), 'tessera-serve-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const environment = {
  PATH: process.env.PATH,
  HOME: root,
  XDG_CONFIG_HOME: join(root, 'config'),
  XDG_CACHE_HOME: join(root, 'cache'),
  XDG_STATE_HOME: join(root, 'state'),
  XDG_RUNTIME_DIR: root,
  TESSERA_KEYRING: 'off',
}
type Started = {
  readonly child: ChildProcess
  readonly out: () => string
  readonly said: () => string
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>
}
const started: Started[] = []
let library = ''
let libraries = 0
beforeEach(() => {
  library = join(root, `library-${++libraries}`)
})
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
})

function start(...args: string[]): Started {
  const child = spawn(process.execPath, [program, '--library', library, '--no-open', ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [out, said]: [string[], string[]] = [[], []]
  child.stdout.on('data', (part: Buffer) => out.push(part.toString()))
  child.stderr.on('data', (part: Buffer) => said.push(part.toString()))
  const ended = once(child, 'close').then(() => child.exitCode)
  const run = { child, out: () => out.join(''), said: () => said.join(''), ended }
  started.push(run)
  return run
}
const linkOf = ({ out }: Started) => /http:\/\/127\.0\.0\.1:\d+\/#launch=[\w-]{43}/.exec(out())?.[0]
async function ready(run: Started): Promise<{ link: string; port: number }> {
  await vi.waitFor(() => expect(linkOf(run)).toBeDefined(), { timeout: 20_000 })
  const link = linkOf(run)!
  return { link, port: Number(new URL(link).port) }
}

it.runIf(built)(
  'serves a library on the same port again, and on another while that one is taken',
  async () => {
    const first = start()
    const { port } = await ready(first)
    first.child.kill('SIGKILL')
    await first.ended
    const second = start()
    expect((await ready(second)).port).toBe(port)
    second.child.kill('SIGTERM')
    await second.ended
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    const third = start()
    expect((await ready(third)).port).not.toBe(port)
    other.close()
  },
)

it.runIf(built)('prints one link, which works once', async () => {
  const first = start()
  const { link, port } = await ready(first)
  expect(first.out()).toBe(`Tessera is at ${link}\n`)
  expect((await ask(port, '/')).body).toContain('<div id="root">')
  expect((await trade(port, tokenOf(link))).status).toBe(204)
  expect((await trade(port, tokenOf(link))).status).toBe(401)
})

it.runIf(built)('gives a fresh link of the running one when started again', async () => {
  const { link, port } = await ready(start())
  const second = start()
  expect(await second.ended).toBe(0)
  const fresh = linkOf(second)!
  expect(second.out()).toBe(`Tessera is at ${fresh}\n`)
  expect([Number(new URL(fresh).port), fresh === link]).toEqual([port, false])
  for (const each of [link, fresh]) expect((await trade(port, tokenOf(each))).status).toBe(204)
})

it.runIf(built).each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('closes cleanly on %s', async (signal) => {
  const first = start()
  const { port } = await ready(first)
  const { endpoint } = readOwnerNote(library)!
  first.child.kill(signal)
  expect(await first.ended).toBe(0)
  expect(first.said()).toContain('Closed. What was saved is kept.')
  expect([existsSync(endpoint!), readOwnerNote(library)]).toEqual([false, null])
  await expect(ask(port, '/')).rejects.toThrow('ECONNREFUSED')
})

it.runIf(built)('starts at once on a library whose owner was killed', async () => {
  const first = start()
  await ready(first)
  first.child.kill('SIGKILL')
  await first.ended
  const second = start()
  await ready(second)
  expect(second.said()).not.toContain('reading only')
})

it.runIf(built)(
  'opens for reading only beside an owner that does not answer, and never by force',
  async () => {
    const first = start()
    await ready(first)
    first.child.kill('SIGSTOP')
    const second = start()
    const { port } = await ready(second)
    expect(second.said()).toContain('for reading only')
    const cookie = await signIn({ port, launchLink: () => linkOf(second)! })
    expect((await ask(port, '/data/images/none', { headers: { cookie } })).status).toBe(404)
    first.child.kill('SIGCONT')
    const owner = connectLocalSocket(readOwnerNote(library)!.endpoint!)
    expect((await owner.call('app.info', {})).readOnly).toBe(false)
    owner.close()
  },
)

it.runIf(built)('begins an empty library with the sample images, and only an empty one', async () => {
  for (const remark of ['Adding the sample images', null]) {
    const run = start('--sample')
    await ready(run)
    const owner = connectLocalSocket(readOwnerNote(library)!.endpoint!)
    expect((await owner.call('samples.list', {})).total).toBe(4)
    owner.close()
    expect(run.said().includes('Adding the sample images')).toBe(remark !== null)
    run.child.kill('SIGTERM')
    await run.ended
  }
})

it.runIf(built)('says what is wrong with its options or its port, and ends', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  for (const [args, sentence] of [
    [['--port', String(port)], `Port ${port} is used by another program.`],
    [['--port', 'x'], '"x" is no port.'],
    [['--prot', '1'], "Unknown option '--prot'"],
  ] as const) {
    const run = start(...args)
    expect(await run.ended).toBe(1)
    expect([run.out(), run.said()]).toEqual(['', expect.stringContaining(sentence)])
  }
  taken.close()
})

it.runIf(built)('writes no token and no session anywhere', async () => {
  const run = start()
  const { link, port } = await ready(run)
  const cookie = await signIn({ port, launchLink: () => link })
  for (let i = 0; i < 10; i++) await trade(port, `wrong-${tokenOf(link)}`)
  await ask(port, `/data/images/none?launch=${tokenOf(link)}`, { headers: { cookie } })
  run.child.kill('SIGTERM')
  await run.ended
  const written = ['state', 'config', 'cache', `library-${libraries}`]
    .map((name) => join(root, name))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'reserve.bin')
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')),
    )
  expect(written.join()).toContain('ten wrong launch tokens')
  for (const secret of [tokenOf(link), cookie.split('=')[1]!]) {
    expect(written.filter((text) => text.includes(secret))).toEqual([])
    expect(run.said()).not.toContain(secret)
  }
})

it.runIf(built)('stops by itself when nobody is there, if asked to', async () => {
  const [print, say] = [vi.fn(), vi.fn()]
  const folders = { config: join(root, 'config'), cache: join(root, 'cache'), state: join(root, 'state') }
  await serve(
    { library, open: false, sample: false, exitWhenIdle: true },
    {
      version: '0.0.0',
      folders,
      log: () => undefined,
      environment,
      print,
      say,
      signal: new AbortController().signal,
      idleMs: 20,
    },
  )
  expect(say.mock.calls.flat().join(' ')).toContain('Nobody was here')
})
