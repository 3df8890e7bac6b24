import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { encode } from 'fast-png'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { appFolders } from '../../electron/adapters/app-folders.ts'
import { type Host, openHost } from '../../electron/host/host.ts'
import { becomeOwner } from '../../electron/transport/owner.ts'
import type { HostEvent, ImportOutcome } from '../../shared/host/host-api.ts'
import { maskFromIds } from '../../shared/label/masks.ts'
import { startWandbDouble } from '../servers/wandb/server.ts'
import { type CliWorld, createCliWorld } from '../support/cli-child.ts'

let world: CliWorld
let owner: Host
let ends: (() => Promise<unknown>)[] = []
const key = 'canary-0011223344556677889900112233445566778899'

beforeEach(async () => {
  world = createCliWorld()
  mkdirSync(world.path('images'))
  for (const [i, name] of ['a.png', 'b.png'].entries()) {
    const data = Uint8Array.from({ length: 12 * 8 * 3 }, (_, at) => (at * 37 + i * 11) % 256)
    writeFileSync(world.path('images', name), encode({ width: 12, height: 8, data, channels: 3, depth: 8 }))
  }
  const ids = Uint32Array.from({ length: 12 * 8 }, (_, at) => (at % 12 < 5 ? 1 : 0))
  writeFileSync(
    world.path('mask.png'),
    encode({ width: 12, height: 8, data: maskFromIds(ids), channels: 4, depth: 8 }),
  )
  const environment = { ...world.environment(), WANDB_API_KEY: key }
  owner = await openHost({
    folder: world.path('lib'),
    mode: 'write',
    create: true,
    door: 'browser',
    product: 'tessera/test',
    folders: appFolders(environment),
    log: () => {},
    environment,
    keyring: null,
  })
  ends = [() => owner.close()]
  // What is pushed here is pushed by hand.
  await owner.handlers['settings.set']({ wandb: { autoPush: false } }, new AbortController().signal)
})
afterEach(async () => {
  for (const end of ends.reverse()) await end()
  world.remove()
})

async function listen(): Promise<void> {
  const local = await becomeOwner(owner, { appVersion: 'test', launch: () => ({ kind: 'window' }) })
  ends.push(() => local.close())
}

it('hands every change to the window that has the library, which shows it at once', async () => {
  await listen()
  const events: HostEvent['type'][] = []
  owner.on((event) => events.push(event.type))
  writeFileSync(world.path('images', 'broken.png'), 'no picture')
  const lib = ['--library', world.path('lib'), '--json']
  const imported = await world.run(['import', 'images', ...lib])
  expect(imported.code, imported.err).toBe(1)
  const { outcomes } = imported.json as { outcomes: ImportOutcome[] }
  expect(outcomes.map(({ file, kind }) => [file, kind])).toEqual([
    ['a.png', 'added'],
    ['b.png', 'added'],
    ['broken.png', 'rejected'],
  ])
  const saved = await world.ok(['label', 'set', 'A.png', '--mask', 'mask.png', '--objects', '{"1":"car"}'])
  expect(owner.services.samples.find('a.png')).toMatchObject({
    headRevision: /saved (\w+)/.exec(saved.out)![1],
    objectCount: 1,
    labeledPixels: 40,
  })
  await world.ok(['config', 'set', 'author', 'Ada'])
  expect((await world.ok(['commit', '-m', 'through the window', '--json'])).json).toMatchObject({
    version: { number: 1, author: 'Ada' },
  })
  expect(new Set(events)).toEqual(
    new Set(['samples.changed', 'categories.changed', 'label.saved', 'settings.changed', 'versions.changed']),
  )
  // Reading goes past the owner, and sees what it wrote.
  expect((await world.ok(['log', '--json'])).json).toMatchObject({ versions: [{ number: 1 }] })
  const nowhere = await world.run([
    'label',
    'set',
    'c.png',
    '--mask',
    'mask.png',
    '--objects',
    '{"1":"x"}',
    ...lib,
  ])
  expect([nowhere.code, nowhere.json]).toMatchObject([1, { code: 'NOT_FOUND' }])
}, 60_000)

it('lets the window push, but not to another place than was asked for', async () => {
  const double = await startWandbDouble({ data: world.path('double'), apiKey: key })
  ends.push(() => double.close())
  await listen()
  const wandb = { baseUrl: double.url, entity: 'me', project: 'street' }
  await owner.handlers['settings.set']({ wandb }, new AbortController().signal)
  await world.ok(['import', 'images'])
  await world.ok(['commit', '-m', 'images'])
  for (const environment of [{ WANDB_PROJECT: 'elsewhere' }, { WANDB_API_KEY: 'z'.repeat(40) }] as Record<
    string,
    string
  >[]) {
    const other = await world.run(['push', '--json', '--library', world.path('lib')], { environment })
    expect([other.code, other.json]).toMatchObject([3, { code: 'LIB_BUSY' }])
  }
  expect(double.requests).toEqual([])
  const same = { WANDB_BASE_URL: `${double.url}/`, WANDB_PROJECT: 'street', WANDB_API_KEY: key }
  const pushed = await world.ok(['push', '--json'], { environment: same })
  expect(pushed.json).toMatchObject({ sent: [{ role: 'raw_data', delivery: { kind: 'sent' } }] })
  expect(pushed.err).toMatch(/files/)
}, 60_000)

it('says that the library is busy when its owner does not answer, and still reads', async () => {
  const lib = ['--library', world.path('lib'), '--json']
  const busy = await world.run(['commit', '-m', 'x', ...lib])
  expect([busy.code, busy.json]).toMatchObject([3, { code: 'LIB_BUSY', retry: 'manual' }])
  for (const argv of [['status'], ['log'], ['dump'], ['verify'], ['config', 'get']]) {
    const read = await world.run([...argv, ...lib])
    expect(read.code, `${argv}: ${read.out}`).toBe(0)
  }
  // Once the owner is gone nothing stands in the way.
  await owner.close()
  ends = []
  await world.ok(['import', 'images'])
}, 60_000)

const page = fileURLToPath(new URL('../../out/renderer/index.html', import.meta.url))
const built = existsSync(page)

it.skipIf(!built)(
  `serves the library until it is told to stop${built ? '' : ' [skipped: the page is not built]'}`,
  async () => {
    const served = world.path('served')
    let stop = () => {}
    let showLink: (link: string) => void = () => {}
    const link = new Promise<string>((done) => {
      showLink = done
    })
    const ended = world.run(['serve', '--library', served, '--no-open', '--json'], {
      started: (child) => {
        stop = () => void child.kill('SIGTERM')
        child.stdout!.once('data', (text) => showLink(JSON.parse(String(text)).link))
      },
    })
    expect(await link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#launch=/)
    // The command below finds the library taken, and its owner does the work.
    const imported = await world.run(['import', 'images', '--library', served, '--json'])
    expect(imported.json).toMatchObject({ added: 2 })
    stop()
    const { code, out, err } = await ended
    expect([code, out.trim().split('\n').length], err).toEqual([0, 1])
    const after = await world.run(['status', '--library', served, '--json'])
    expect(after.json).toMatchObject({ samples: { total: 2 } })
  },
  60_000,
)
