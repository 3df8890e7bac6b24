import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { fileURLToPath } from 'node:url'
import { decode, encode } from 'fast-png'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ImportOutcome, OutboxEntry, Version } from '../../shared/host/host-api.ts'
import { maskFromIds } from '../../shared/label/masks.ts'
import { startWandbDouble, type WandbDouble } from '../servers/wandb/server.ts'
import { type CliWorld, createCliWorld } from '../support/cli-child.ts'

let world: CliWorld
let double: WandbDouble | null = null
beforeEach(() => {
  world = createCliWorld()
})
afterEach(async () => {
  await double?.close()
  double = null
  world.remove()
})

const sample = (name: string) => fileURLToPath(new URL(`../../assets/samples/${name}`, import.meta.url))
const key = 'canary-9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c'
const [width, height] = [40, 30]

/** A small image whose left part is object 1 and whose right part is object 70000; the top row is unlabeled. */
function drawMask(split: number): Uint32Array {
  return Uint32Array.from({ length: width * height }, (_, i) =>
    i < width ? 0 : i % width < split ? 1 : 70_000,
  )
}

function writeImage(path: string, seed: number): void {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 31 + seed * 97) % 251)
  writeFileSync(path, encode({ width, height, data, channels: 3, depth: 8 }))
}

function writeMask(name: string, ids: Uint32Array, size = { width, height }): string {
  const path = world.path(name)
  writeFileSync(path, encode({ ...size, data: maskFromIds(ids), channels: 4, depth: 8 }))
  return path
}

const objects = '{"1":"car","70000":{"category":"tree","attributes":{"leaves":true}}}'

async function smallLibrary(library = 'lib'): Promise<void> {
  mkdirSync(world.path('images'), { recursive: true })
  for (const [i, name] of ['a.png', 'b.png', 'c.png'].entries()) writeImage(world.path('images', name), i)
  const made = await world.run(['init', world.path(library)])
  expect(made.code, made.err).toBe(0)
  const imported = await world.run(['import', 'images', '--library', world.path(library)])
  expect(imported.code, imported.err).toBe(0)
}

async function startDouble(): Promise<Record<string, string>> {
  double = await startWandbDouble({ data: world.path('double'), apiKey: key })
  return {
    WANDB_BASE_URL: double.url,
    WANDB_ENTITY: 'me',
    WANDB_PROJECT: 'street',
    WANDB_API_KEY: key,
  }
}

it('goes the whole way from an empty folder to versions on a server', async () => {
  const environment = await startDouble()
  const made = await world.run(['init', 'lib', '--json'])
  expect(made.json).toMatchObject({
    folder: world.path('lib'),
    libraryId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  })

  const imported = await world.ok(['import', sample('street-1.jpg'), sample('street-2.jpg'), '--json'])
  expect(imported.json).toMatchObject({ added: 2, duplicates: 0, rejected: 0 })
  expect((await world.ok(['status', '--json'])).json).toMatchObject({
    samples: { total: 2, byStatus: { unlabeled: 2 } },
    uncommitted: true,
    versions: 0,
    sync: { configured: false },
  })

  const truth = JSON.parse(readFileSync(sample('truth/street-1.json'), 'utf8')) as {
    objects: Record<string, string>
  }
  const set = ['label', 'set', 'street-1.jpg', '--mask', sample('truth/street-1.png'), '--status', 'labeled']
  const saved = await world.ok([...set, '--objects', JSON.stringify(truth.objects), '--ack-fd', '3'])
  expect(saved.out).toMatch(/^saved [0-9a-f]{64}\n$/)
  expect(saved.ack).toBe(saved.out.replace('saved', 'ACK'))

  const got = await world.ok(['label', 'get', 'STREET-1.jpg', '--out', 'got.png', '--json'])
  expect(decode(readFileSync(world.path('got.png'))).data).toEqual(
    decode(readFileSync(sample('truth/street-1.png'))).data,
  )
  const label = got.json as { objects: { id: number; category: string }[]; status: string }
  expect(label.status).toBe('labeled')
  expect(Object.fromEntries(label.objects.map(({ id, category }) => [id, category]))).toEqual(truth.objects)

  const first = (await world.ok(['commit', '-m', 'two streets', '--json'])).json as { version: Version }
  expect(first.version).toMatchObject({ number: 1, counts: { samples: 2, labeled: 1 } })
  expect((await world.ok(['commit', '-m', 'again', '--json'])).json).toEqual({ version: null })
  const log = (await world.ok(['log', '--json'])).json as { versions: Version[] }
  // The digests came after the commit.
  const [logged] = log.versions
  expect({ ...logged, artifacts: [] }).toEqual({ ...first.version, artifacts: [] })
  expect(logged!.artifacts).toMatchObject(first.version.artifacts.map(({ digest: _, ...rest }) => rest))
  expect((await world.ok(['log'])).out).toMatch(/version 1 .*\n {4}two streets\n.*2 images, 1 labeled/)

  const pushed = await world.ok(['push', '--json'], { environment })
  const { sent } = pushed.json as { sent: OutboxEntry[] }
  expect(sent.map(({ role, delivery }) => [role, delivery.kind])).toEqual([
    ['raw_data', 'sent'],
    ['labeled_data', 'sent'],
  ])
  const [now] = ((await world.ok(['log', '--json'])).json as { versions: Version[] }).versions
  const raw = now!.artifacts.find(({ role }) => role === 'raw_data')!
  expect(raw.digest).toMatch(/^[0-9a-f]{32}$/)
  expect(double!.store.versions('me', 'street', 'raw_data').map(({ digest }) => digest)).toEqual([raw.digest])
  const puts = double!.count('put')
  const again = await world.ok(['push'], { environment })
  expect(again.out).toBe('nothing to send, all is there\n')
  // Beside raw and labeled data the history of the version.
  expect([double!.count('put'), double!.store.state.artifacts.length]).toEqual([puts, 3])

  // Another computer.
  const elsewhere = world.path('elsewhere')
  expect((await world.run(['init', elsewhere])).code).toBe(0)
  const there = async (...argv: string[]) => {
    const ended = await world.run([...argv, '--library', elsewhere], { environment })
    expect(ended.code, ended.err).toBe(0)
    return ended
  }
  const list = await there('remote', 'list', 'me/street/labeled_data')
  expect(list.out).toMatch(/^v0 .* 5 files.*\(latest\)/)
  const look = await there('remote', 'show', 'labeled_data', '--json')
  expect(look.json).toMatchObject({ kind: 'version', images: 1, labels: 1, versions: 1, refused: null })
  expect((await there('remote', 'show')).out).toContain('two streets')
  const pulled = await there('pull', '--json')
  expect(pulled.json).toMatchObject({ kind: 'clone', version: { id: first.version.id } })
  expect((await there('pull')).out).toMatch(/^nothing new/)
  expect((await there('verify', '--json')).json).toMatchObject({ clean: true, findings: [] })
  const copy = (await there('log', '--json')).json as { versions: Version[] }
  expect(copy.versions).toEqual([first.version])

  // What the environment said stays out of the library.
  const settings = (await world.ok(['config', 'get', '--json'])).json
  expect(settings).toMatchObject({ 'wandb.base-url': 'https://api.wandb.ai', 'wandb.project': '' })
  expect((await world.ok(['verify', '--json'])).json).toMatchObject({ clean: true, findings: [] })
}, 120_000)

it('dumps two libraries with equal content as equal bytes', async () => {
  const [one, other] = ['lib', 'other']
  const mask = writeMask('mask.png', drawMask(9))
  for (const library of [one, other]) {
    await smallLibrary(library)
    const at = ['--library', world.path(library)]
    await world.run(['config', 'set', 'author', 'Ada', ...at])
    const set = await world.run(['label', 'set', 'b.png', '--mask', mask, '--objects', objects, ...at])
    expect(set.code, set.err).toBe(0)
    await world.run(['commit', '-m', 'same', ...at])
  }
  const dump = (library: string, ...more: string[]) =>
    world.run(['dump', '--library', world.path(library), ...more])
  const [plain, twin] = [await dump(one), await dump(other)]
  expect(plain.out).toBe(twin.out)
  expect(plain.json).toMatchObject({
    categories: [{ name: 'car' }, { name: 'tree' }],
    samples: [{ name: 'a.png', head: null }, { name: 'b.png', head: 0, tips: [0] }, { name: 'c.png' }],
    versions: [{ number: 1, author: 'Ada', message: 'same' }],
    refs: { main: 1 },
  })
  const all = await dump(one, '--all')
  expect(all.out).not.toBe((await dump(other, '--all')).out)
  expect(all.json).toMatchObject({ samples: [{ id: expect.any(String) }, {}, {}], receipts: [] })
}, 120_000)

it('has a label that was called saved, though it is killed right then', async () => {
  await smallLibrary()
  const mask = writeMask('mask.png', drawMask(20))
  const set = ['label', 'set', 'a.png', '--mask', mask, '--objects', objects, '--library', world.path('lib')]
  const killed = await world.run(set, {
    started: (child) => child.stdout!.once('data', () => child.kill('SIGKILL')),
  })
  expect(killed.code).toBeNull()
  const revision = /^saved ([0-9a-f]{64})\n$/.exec(killed.out)![1]
  const got = await world.ok(['label', 'get', 'a.png', '--out', 'got.png', '--json'])
  expect(got.json).toMatchObject({ revision })
  expect(decode(readFileSync(world.path('got.png'))).data).toEqual(maskFromIds(drawMask(20)))
  expect((await world.ok(['verify', '--json'])).json).toMatchObject({ clean: true })
  // The next writer finds a free lock and goes on where that one was.
  expect((await world.ok(set.slice(0, -2))).out).toBe(`saved ${revision}\n`)
}, 60_000)

it('says that a label is saved even if nobody listens to the acknowledgement any more', async () => {
  await smallLibrary()
  const mask = writeMask('mask.png', drawMask(20))
  const set = ['label', 'set', 'a.png', '--mask', mask, '--objects', objects, '--ack-fd', '3']
  const deaf = await world.ok(set, {
    started: (child) => (child.stdio[3] as NodeJS.ReadableStream & { destroy(): void }).destroy(),
  })
  expect(deaf.out).toMatch(/^saved [0-9a-f]{64}\n$/)
  expect(deaf.err).toMatch(/acknowledgement could not be written \(EPIPE\)/)
}, 60_000)

describe('bad input', () => {
  beforeEach(() => smallLibrary())
  const lib = () => ['--library', world.path('lib')]

  it('names every file it could not import, takes the rest, and fails', async () => {
    mkdirSync(world.path('more'))
    writeImage(world.path('more', 'new.png'), 8)
    copyFileSync(world.path('images', 'a.png'), world.path('more', 'twin.png'))
    writeFileSync(world.path('more', 'broken.jpg'), 'no picture')
    const ended = await world.run(['import', 'more', 'nowhere.png', '--json', ...lib()])
    expect(ended.code).toBe(1)
    const { outcomes } = ended.json as { outcomes: ImportOutcome[] }
    const summary = outcomes.map((outcome) => [
      outcome.file,
      outcome.kind,
      outcome.kind === 'rejected' ? outcome.error.code : null,
    ])
    expect(summary).toEqual([
      ['broken.jpg', 'rejected', 'IN_FORMAT'],
      ['new.png', 'added', null],
      ['twin.png', 'duplicate', null],
      ['nowhere.png', 'rejected', 'IN_PATH'],
    ])
  })

  it('refuses a folder that is not empty, and leaves it alone', async () => {
    const before = readdirSync(world.path('images'))
    const ended = await world.run(['init', 'images', '--json'])
    expect([ended.code, ended.json]).toMatchObject([3, { code: 'LIB_NOT_EMPTY' }])
    expect(readdirSync(world.path('images'))).toEqual(before)
  })

  it('says that there is no library, whatever was asked', async () => {
    const nowhere = ['--json', '--library', world.path('nowhere')]
    const asked = [['status'], ['log'], ['dump'], ['verify'], ['config', 'get'], ['label', 'get', 'a.png']]
    const wrote = [['commit', '-m', 'x'], ['push'], ['import', 'images'], ['config', 'set', 'author', 'A']]
    for (const argv of [...asked, ...wrote]) {
      const ended = await world.run([...argv, ...nowhere])
      expect([ended.code, ended.json], argv.join(' ')).toMatchObject([3, { code: 'LIB_MISSING' }])
      expect(ended.err).toBe('')
    }
    expect(existsSync(world.path('nowhere'))).toBe(false)
  }, 60_000)

  it('refuses labels that cannot be, and keeps the one that is there', async () => {
    const good = writeMask('good.png', drawMask(7))
    const set = ['label', 'set', 'a.png', ...lib(), '--json']
    await world.ok([...set.slice(0, 3), '--mask', good, '--objects', objects])
    const before = (await world.ok(['dump'])).out
    const turned = writeMask('turned.png', drawMask(7), { width: height, height: width })
    writeFileSync(world.path('text.png'), 'no picture')
    for (const [argv, code, error] of [
      [['--mask', turned, '--objects', objects], 1, 'IN_SIZE_MISMATCH'],
      [['--mask', 'text.png', '--objects', objects], 1, 'IN_FORMAT'],
      [['--mask', good, '--objects', '{"1":"boat"}'], 1, 'BAD_REQUEST'],
      [['--mask', good, '--objects', '{"1":'], 2, 'BAD_REQUEST'],
      [['--mask', good, '--objects', objects, '--ack-fd', '77'], 2, 'BAD_REQUEST'],
    ] as const) {
      const ended = await world.run([...set, ...argv])
      expect([ended.code, ended.json], argv.join(' ')).toMatchObject([code, { code: error }])
    }
    expect((await world.ok(['dump'])).out).toBe(before)
  }, 60_000)

  it('writes no mask where it must not, and none of an image without one', async () => {
    await world.ok(['label', 'set', 'a.png', '--mask', writeMask('m.png', drawMask(3)), '--objects', objects])
    const inside = ['label', 'get', 'a.png', '--json', ...lib(), '--out', world.path('lib', 'library.db')]
    expect((await world.run(inside)).json).toMatchObject({ code: 'IN_PATH' })
    const nowhere = ['label', 'get', 'a.png', '--json', ...lib(), '--out', 'none/of/these.png']
    expect((await world.run(nowhere)).json).toMatchObject({ code: 'IN_PATH' })
    const none = await world.run(['label', 'get', 'b.png', '--json', ...lib(), '--out', 'b.png'])
    expect([none.code, none.json]).toMatchObject([1, { code: 'NOT_FOUND' }])
    expect(existsSync(world.path('b.png'))).toBe(false)
    expect((await world.ok(['verify', '--json'])).json).toMatchObject({ clean: true })
  }, 60_000)
})

it('finds every damage, and only looks', async () => {
  await smallLibrary()
  await world.ok(['label', 'set', 'b.png', '--mask', writeMask('m.png', drawMask(5)), '--objects', objects])
  await world.ok(['commit', '-m', 'whole'])
  const dump = (await world.ok(['dump', '--json'])).json as {
    samples: { name: string; image: { digest: string }; revisions: { mask: string }[] }[]
  }
  const blob = (digest: string) => world.path('lib', 'blobs', 'sha256', digest.slice(0, 2), digest)
  const mask = blob(dump.samples[1]!.revisions[0]!.mask)
  const bytes = readFileSync(mask)
  bytes[bytes.length >> 1]! ^= 1
  const { chmodSync, rmSync } = await import('node:fs')
  chmodSync(mask, 0o600)
  writeFileSync(mask, bytes)
  rmSync(blob(dump.samples[2]!.image.digest))
  const stamp = () => statSync(mask).mtimeMs
  const before = stamp()
  const ended = await world.run(['verify', '--json', '--library', world.path('lib')])
  expect(ended.code).toBe(2)
  const { findings } = ended.json as { findings: { code: string; affects: string[] }[] }
  expect(findings.map(({ code, affects }) => [code, affects])).toEqual(
    expect.arrayContaining([
      ['BLOB_CORRUPT', ['b.png']],
      ['MISSING_BLOB', ['c.png']],
    ]),
  )
  expect([stamp(), readdirSync(world.path('lib', 'quarantine'))]).toEqual([before, []])

  writeFileSync(world.path('lib', 'library.db'), 'this was a database')
  const gone = await world.run(['verify', '--library', world.path('lib')])
  expect([gone.code, gone.out]).toEqual([2, expect.stringMatching(/DB_UNREADABLE.*BLOB_CORRUPT/s)])
  const nowhere = await world.run(['verify', '--library', world.path('nowhere')])
  expect(nowhere.code).toBe(3)
}, 60_000)

it('says what could not be sent and why, and sends it the next time', async () => {
  const environment = await startDouble()
  await smallLibrary()
  await world.ok(['commit', '-m', 'images'])
  const lib = ['--json', '--library', world.path('lib')]
  const nobody = await world.run(['push', ...lib])
  expect([nobody.code, nobody.json]).toMatchObject([1, { code: 'REMOTE_NOT_SET' }])
  const wrong = await world.run(['push', ...lib], {
    environment: { ...environment, WANDB_API_KEY: 'x'.repeat(40) },
  })
  expect([wrong.code, wrong.json]).toMatchObject([1, { code: 'AUTH_REVOKED' }])
  double!.fail({ on: 'createArtifact', action: { kind: 'status', status: 403 }, times: 9 })
  const refused = await world.run(['push', ...lib], { environment })
  expect([refused.code, refused.json]).toMatchObject([
    1,
    { code: 'OUTBOX_PARKED', entries: [{ role: 'raw_data', delivery: { kind: 'parked' } }] },
  ])
  const told = await world.run(['push', '--library', world.path('lib')], { environment })
  expect(told.err).toMatch(/OUTBOX_PARKED.*version 1 raw_data parked: .*\[REMOTE_FORBIDDEN\]/s)
  double!.fail({ on: 'createArtifact', action: { kind: 'drop-before-effect' }, times: 0 })
  await double!.close()
  double = await startWandbDouble({ data: world.path('double'), apiKey: key })
  const retried = await world.run(['push', '--retry', ...lib], {
    environment: { ...environment, WANDB_BASE_URL: double.url },
  })
  expect([retried.code, retried.json]).toMatchObject([0, { sent: [{ role: 'raw_data' }] }])
}, 120_000)

it('stops cleanly when asked to, and goes on the next time', async () => {
  const environment = await startDouble()
  await smallLibrary()
  await world.ok(['commit', '-m', 'images'])
  double!.fail({ on: 'put', action: { kind: 'slow', ms: 1500 }, times: 3 })
  const stopped = await world.run(['push', '--library', world.path('lib')], {
    environment,
    started: (child) => {
      const timer = setInterval(() => {
        if (double!.count('put') > 0) {
          clearInterval(timer)
          child.kill('SIGINT')
        }
      }, 20)
      child.once('exit', () => clearInterval(timer))
    },
  })
  expect(stopped.code, stopped.err).toBe(130)
  expect((await world.ok(['push'], { environment })).out).toMatch(/version 1 raw_data sent as/)
  expect(double!.store.versions('me', 'street', 'raw_data')).toHaveLength(1)
}, 120_000)

it('lets the key appear nowhere', async () => {
  const environment = await startDouble()
  await smallLibrary()
  await world.ok(['commit', '-m', 'images'])
  const said: string[] = []
  const hear = async (argv: string[], options = {}) => {
    const { out, err, ack } = await world.run([...argv, '--library', world.path('lib')], options)
    said.push(out, err, ack)
  }
  await hear(['config', 'set', 'wandb.api-key', key])
  // A key is for the server that is set.
  await hear(['config', 'set', 'wandb.base-url', double!.url])
  await hear(['config', 'set', 'wandb.api-key', '-', '--keep', 'file'], { input: `${key}\n` })
  await hear(['config', 'set', 'wandb.entity', 'me'])
  await hear(['config', 'set', 'wandb.project', 'street'])
  await hear(['config', 'get', '--json'])
  double!.fail({ on: 'put', action: { kind: 'status', status: 500, body: `no, ${key}` }, times: 1 })
  await hear(['push', '--json'])
  await hear(['push'], { environment })
  await hear(['status'])
  await hear(['sync', '--all', '--json'])
  await hear(['sync', 'log', '--json'])
  await hear(['account', '--check', '--json'])
  await hear(['dump', '--all'])
  await hear(['verify', '--json'])
  const forms = [key, Buffer.from(key).toString('base64'), Buffer.from(`api:${key}`).toString('base64')]
  for (const form of [...forms, Buffer.from(key).toString('hex')]) {
    expect(said.join('\n')).not.toContain(form)
    expect(double!.requests.map(({ path }) => path).join('\n')).not.toContain(form)
  }
  // The one file that the person asked for, readable by nobody else, and not in the library.
  const [file, ...others] = forms.flatMap((form) => world.filesWith(form))
  expect([file, others]).toEqual([world.path('config', 'tessera', 'secrets.json'), []])
  expect(statSync(file!).mode & 0o777).toBe(0o600)
  expect(said.join('\n')).toContain('Replace that key')
  expect(double!.store.versions('me', 'street', 'raw_data')).toHaveLength(1)
}, 120_000)
