import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exitCodes } from '../../../electron/commands/command.ts'
import { commands } from '../../../electron/commands/table.ts'
import { connectDirect } from '../../../electron/transport/direct-connection.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import { emptyCard } from '../../../shared/dataset/card.ts'
import { saveHeaderSchema, unframe } from '../../../shared/host/data-plane.ts'
import type {
  HostArgs,
  HostHandlers,
  HostOutput,
  RouteState,
  Sample,
  Settings,
} from '../../../shared/host/host-api.ts'
import { decodeIds } from '../../../shared/label/id-runs.ts'
import { maskFromIds } from '../../../shared/label/masks.ts'
import { defaultRules } from '../../../shared/label/ontology.ts'
import { say } from '../../support/command-line.ts'
import { createServedHost } from '../../support/served-host.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-commands-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const revision = 'ab'.repeat(32)
const library = ['--library', 'lib']
const sample: Sample = {
  id: '11111111-2222-4333-8444-555555555555',
  name: 'Street/1.jpg',
  width: 3,
  height: 2,
  format: 'jpeg',
  bytes: 10,
  imageDigest: 'cd'.repeat(32),
  status: 'unlabeled',
  objectCount: 0,
  labeledPixels: 0,
  headRevision: null,
  hasSiblings: false,
  addedAt: 1,
  modifiedAt: 1,
  savedBy: null,
  savedAt: null,
  tags: [],
  split: null,
  priority: 0,
  issues: 0,
  openIssues: 0,
  cardDigest: null,
  trashedAt: null,
}

function hostWith(handlers: Partial<HostHandlers>, handle?: (request: Request) => Promise<Response>) {
  return connectDirect(createServedHost({ handlers, ...(handle && { handle }) }))
}

describe('every command', () => {
  it.each(commands.map((command) => [command.name, command] as const))(
    '%s explains itself',
    async (name, command) => {
      const { exit, out, err } = await say([...name.split(' '), '--help'])
      expect([exit, err]).toEqual([0, ''])
      expect(out).toContain(`Usage: tessera ${name}`)
      for (const option of Object.keys(command.options)) expect(out).toContain(`--${option}`)
      expect(out).toContain('--json')
      for (const code of Object.keys(exitCodes)) expect(out).toMatch(new RegExp(`^ +${code} +\\S`, 'm'))
      for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(104)
    },
  )

  const needing = commands.filter((command) => command.needsLibrary)
  it.each(needing.map(({ name }) => name))('%s asks for a library', async (name) => {
    const needed: Record<string, string[]> = {
      import: ['x.png'],
      'config set': ['author', 'A'],
      'categories import': ['theirs.json'],
      'label set': ['a', '--mask', join(folder, 'm.png'), '--objects', '{}'],
      'label get': ['a'],
      'import-labels': ['x'],
      export: ['--format', 'coco', '--out', 'x'],
      commit: ['-m', 'x'],
      tag: ['a', '--add', 'x'],
      history: ['a'],
      'sync park': ['1'],
      restore: ['v1'],
      'branch switch': ['a'],
      'branch rename': ['a', 'b'],
      'branch delete': ['a'],
      'alias remove': ['a'],
      'versions tag add': ['v1', 'x'],
      'versions tag remove': ['v1', 'x'],
      merge: ['a'],
      'segments link': ['a/b'],
      'segments release': ['a'],
      'segments from-artifact': ['a:v0', 'a/b'],
      'segments to-artifact': ['a'],
    }
    writeFileSync(
      join(folder, 'm.png'),
      encode({ width: 1, height: 1, data: maskFromIds(new Uint32Array(1)) }),
    )
    const { exit, err } = await say([...name.split(' '), ...(needed[name] ?? [])])
    expect(err).toMatch(/needs a library.*\[BAD_REQUEST\]\n {2}Give --library DIR, or set .*TESSERA_LIBRARY/)
    expect(exit).toBe(name === 'verify' ? 3 : 2)
  })

  it('answers with one JSON document, for mistakes too', async () => {
    const unknown = await say(['nothing', '--json'])
    expect(unknown.json).toMatchObject({ code: 'BAD_REQUEST', retry: 'never' })
    expect([unknown.exit, unknown.err]).toEqual([2, ''])
    const help = await say(['--help', '--json'])
    expect((help.json as { commands: unknown[] }).commands).toHaveLength(commands.length)
    expect((await say(['--version', '--json'])).json).toEqual({ version: '9.8.7' })
  })

  it('tells a library that cannot be used from other failures', async () => {
    const failing = (code: 'LIB_BUSY' | 'LIB_MISSING' | 'DISK_FULL') => ({
      write: () => Promise.reject(new AppError(code, 'It is so.', { remedy: 'Change it.' })),
    })
    const commit = ['commit', '-m', 'x', ...library]
    expect((await say(commit, { doors: failing('LIB_BUSY') })).exit).toBe(3)
    expect((await say(commit, { doors: failing('LIB_MISSING') })).exit).toBe(3)
    const full = await say(commit, { doors: failing('DISK_FULL') })
    expect([full.exit, full.out, full.err]).toEqual([1, '', 'tessera: It is so. [DISK_FULL]\n  Change it.\n'])
  })

  it('lets go of the library, and says so when that fails', async () => {
    const host = hostWith({ 'versions.commit': async () => ({ version: null }) })
    expect((await say(['commit', '-m', 'x', ...library], { host })).closed).toBe(1)
    const close = () => Promise.reject(new Error('no'))
    const doors = { write: async () => ({ connection: host, host: null, close }) }
    const stuck = await say(['commit', '-m', 'x', ...library], { doors })
    expect(stuck.out).toBe('nothing changed since the last version\n')
    expect([stuck.exit, stuck.err]).toEqual([1, expect.stringContaining('did not close cleanly')])
  })

  it('takes the library from the environment, and paths from where the person is', async () => {
    const asked: string[] = []
    const host = hostWith({ 'versions.commit': async () => ({ version: null }) })
    const doors = {
      write: async (path: string) => {
        asked.push(path)
        return { connection: host, host: null, close: async () => {} }
      },
    }
    const environment = { TESSERA_LIBRARY: 'from/environment' }
    await say(['commit', '-m', 'x'], { doors, environment, folder })
    await say(['commit', '-m', 'x', '--library', '../here'], { doors, environment, folder: '/a/b' })
    expect(asked).toEqual([join(folder, 'from/environment'), '/a/here'])
  })
})

describe('commit', () => {
  it('wants a message', async () => {
    expect(await say(['commit', ...library])).toMatchObject({ exit: 2 })
    expect(await say(['commit', '-m', '  ', ...library])).toMatchObject({ exit: 2 })
  })

  it('says when nothing changed, and that is no failure', async () => {
    const host = hostWith({ 'versions.commit': async () => ({ version: null }) })
    const { exit, json } = await say(['commit', '-m', 'again', '--json', ...library], { host })
    expect([exit, json]).toEqual([0, { version: null }])
  })
})

describe('config', () => {
  const settings: Settings = {
    author: 'A',
    wandb: {
      baseUrl: 'https://api.wandb.ai',
      entity: '',
      project: '',
      autoPush: true,
      embedImages: false,
      every: 'off',
      allowHttp: false,
    },
    segments: { baseUrl: 'https://api.segments.ai', allowHttp: false },
    network: { proxy: '', noProxy: '', caFile: '' },
  }
  const route: RouteState = {
    proxy: null,
    proxyFrom: 'none',
    authorities: 0,
    authoritiesFrom: 'none',
    problem: null,
  }
  const key = 'canary-0123456789abcdef0123456789abcdef01234567'

  it('changes one setting', async () => {
    const changes: HostArgs<'settings.set'>[] = []
    const host = hostWith({
      'settings.set': async (change) => {
        changes.push(change)
        const { autoPush = true, project = '' } = change.wandb ?? {}
        return {
          settings: { ...settings, wandb: { ...settings.wandb, autoPush, project } },
          wandbKey: { source: 'none', last4: null },
          route,
        }
      },
    })
    const project = await say(['config', 'set', 'wandb.project', 'street', '--json', ...library], { host })
    expect(project.json).toEqual({ key: 'wandb.project', value: 'street' })
    await say(['config', 'set', 'wandb.auto-push', 'off', ...library], { host })
    expect(changes).toEqual([{ wandb: { project: 'street' } }, { wandb: { autoPush: false } }])
  })

  it('refuses settings that do not exist, or make no sense', async () => {
    for (const argv of [
      ['config', 'set', 'wandb.colour', 'red'],
      ['config', 'set', 'constructor', 'x'],
      ['config', 'set', 'author'],
      ['config', 'set', 'author', 'A', '--keep', 'file'],
      ['config', 'set', 'wandb.auto-push', 'perhaps'],
      ['config', 'set', 'wandb.api-key', '-', '--keep', 'attic'],
      ['config', 'set', 'wandb.api-key', '-'],
      ['config', 'get', 'wandb.colour'],
    ]) {
      expect(await say([...argv, ...library]), argv.join(' ')).toMatchObject({ exit: 2, out: '' })
    }
  })

  it('takes the API key from standard input only, and never shows it', async () => {
    const kept: HostArgs<'secrets.setWandbKey'>[] = []
    const host = hostWith({
      'secrets.setWandbKey': async (input) => {
        kept.push(input)
        return { source: 'file', last4: '4567' }
      },
    })
    const refused = await say(['config', 'set', 'wandb.api-key', key, ...library], { host })
    expect([refused.exit, refused.err]).toEqual([
      2,
      expect.stringMatching(/every program.*Replace that key/s),
    ])
    const set = await say(['config', 'set', 'wandb.api-key', '-', '--keep', 'file', ...library], {
      host,
      input: `${key}\n`,
    })
    expect(set.out).toBe('wandb.api-key …4567, in a file that only you can read\n')
    expect(kept).toEqual([{ key, keep: 'file' }])
    for (const text of [refused.out, refused.err, set.out, set.err]) expect(text).not.toContain('canary')
  })

  it('shows settings, and of the key only its end', async () => {
    const host = hostWith({
      'settings.get': async () => ({ settings, wandbKey: { source: 'keyring', last4: '4567' }, route }),
    })
    const all = await say(['config', 'get', ...library], { host })
    expect(all.out).toContain('wandb.api-key …4567, in the keyring\n')
    expect(all.out).toContain('wandb.auto-push on\n')
    const one = await say(['config', 'get', 'author', '--json', ...library], { host })
    expect(one.json).toEqual({ key: 'author', value: 'A' })
  })
})

describe('label set', () => {
  const ids = Uint32Array.of(0, 1, 1, 300, 300, 0)
  const categories: HostOutput<'categories.list'> = [
    { id: 1, name: 'Car', color: '#ff0000', hasInstances: true },
  ]

  function mask(width = 3, height = 2, values = ids): string {
    const path = join(folder, 'mask.png')
    writeFileSync(path, encode({ width, height, data: maskFromIds(values), channels: 4, depth: 8 }))
    return path
  }

  /** A host with one sample whose label stands at `base`; remembers what was saved. */
  function labelHost(
    base: string | null,
    kind: 'saved' | 'sibling' = 'saved',
    raced: ((known: HostOutput<'categories.list'>) => void) | null = null,
  ) {
    const known = structuredClone(categories)
    const saved: { header: unknown; ids: Uint32Array; path: string }[] = []
    const host = hostWith(
      {
        'samples.list': async () => ({ samples: [sample], total: 1, byStatus: {} }),
        'categories.list': async () => known,
        'categories.create': async ({ name, hasInstances }) => {
          if (raced) {
            raced(known)
            throw new AppError('NAME_TAKEN', 'It is there.', { remedy: 'Use it.' })
          }
          const category = { id: known.length + 1, name, color: '#00ff00', hasInstances }
          known.push(category)
          return category
        },
        'ontology.rules': async () => defaultRules,
        'cards.get': async () => emptyCard,
        'label.open': async ({ sampleId }) => ({
          sampleId,
          revision: base,
          width: 3,
          height: 2,
          status: base ? 'reviewed' : 'unlabeled',
          objects: [],
          nextObjectId: base ? 500 : 1,
          restoredEdits: 0,
          siblings: [],
        }),
      },
      async (request) => {
        const { header, body } = unframe(new Uint8Array(await request.arrayBuffer()))
        const path = new URL(request.url).pathname
        saved.push({ header: saveHeaderSchema.parse(header), ids: decodeIds(body, 6), path })
        return Response.json({ kind, revision, head: revision, savedAt: 1 })
      },
    )
    return { host, saved, known }
  }
  const set = (...more: string[]) => ['label', 'set', 'street/1.JPG', ...library, ...more]

  it('saves the mask with its objects and makes the categories that are missing', async () => {
    const { host, saved, known } = labelHost(null)
    const objects = '{"300":{"category":"tree","attributes":{"leaves":true}},"1":"car"}'
    const { exit, out, err } = await say(set('--mask', mask(), '--objects', objects), { host })
    expect([exit, out, err]).toEqual([0, `saved ${revision}\n`, 'made the category "tree"\n'])
    expect(known.map(({ name }) => name)).toEqual(['Car', 'tree'])
    expect(saved).toEqual([
      {
        path: `/data/samples/${sample.id}/label`,
        ids,
        header: {
          base: null,
          status: 'in progress',
          objects: [
            { id: 1, categoryId: 1, attributes: {} },
            { id: 300, categoryId: 2, attributes: { leaves: true } },
          ],
          nextObjectId: 301,
          tool: 'cli',
          journal: null,
        },
      },
    ])
  })

  it('takes a long list of objects from a file, and a category that somebody else makes meanwhile', async () => {
    const { host, saved } = labelHost(null, 'saved', (known) => {
      known.push({ id: 7, name: 'Tree', color: '#00ff00', hasInstances: true })
    })
    writeFileSync(join(folder, 'objects.json'), '{"1":"car","300":"tree"}')
    const { exit, err } = await say(set('--mask', mask(), '--objects', '@objects.json'), { host, folder })
    expect([exit, err]).toEqual([0, ''])
    expect(saved[0]!.header).toMatchObject({ objects: [{ categoryId: 1 }, { categoryId: 7 }] })
  })

  it('keeps what a person said of the status, and ids that were used before', async () => {
    const { host, saved } = labelHost(revision)
    const argv = set('--mask', mask(), '--objects', '{"1":"car","300":"car"}')
    await say(argv, { host })
    await say([...argv, '--status', 'skipped'], { host })
    const told = { base: revision, nextObjectId: 500 }
    expect(saved.map(({ header }) => header)).toMatchObject([
      { ...told, status: 'reviewed' },
      { ...told, status: 'skipped' },
    ])
  })

  it('marks nothing as labeled while something that must be said is not', async () => {
    const { host, saved, known } = labelHost(revision)
    known[0]!.attributes = [{ name: 'kind', type: 'text', required: true }]
    const argv = (attributes: object) => {
      const objects = JSON.stringify({
        1: { category: 'car', attributes },
        300: { category: 'car', attributes },
      })
      return set('--mask', mask(), '--objects', objects, '--status', 'labeled')
    }
    const { exit, err } = await say(argv({}), { host })
    expect(exit).not.toBe(0)
    expect(err).toMatch(/"kind" of Car 1 is missing/)
    expect(saved).toEqual([])
    expect((await say(argv({ kind: 'van' }), { host })).exit).toBe(0)
    expect(saved).toMatchObject([{ header: { status: 'labeled' } }])
  })

  it('says when another state was kept beside this one', async () => {
    const { host } = labelHost(revision, 'sibling')
    const argv = set('--mask', mask(), '--objects', '{"1":"car","300":"car"}', '--json')
    const { json, err } = await say(argv, { host })
    expect(json).toMatchObject({ kind: 'sibling', revision, sample: sample.id, name: sample.name })
    expect(err).toMatch(/both are kept/)
  })

  it('notes objects without pixels', async () => {
    const { host } = labelHost(null)
    const { err, exit } = await say(set('--mask', mask(), '--objects', '{"1":"car","9":"car","300":"car"}'), {
      host,
    })
    expect([exit, err]).toEqual([0, 'object 9 has no pixels in the mask\n'])
  })

  it('saves nothing and makes no category when something is wrong', async () => {
    const { host, saved, known } = labelHost(null)
    const good = '{"1":"car","300":"tree"}'
    const cases: [argv: string[], exit: number, text: RegExp][] = [
      [['--objects', good], 2, /needs a mask/],
      [['--mask', mask()], 2, /needs --objects/],
      [['--mask', mask(), '--objects', '{"1":'], 2, /no JSON/],
      [['--mask', mask(), '--objects', `@${join(folder, 'none.json')}`], 1, /no such file.*IN_PATH/],
      [['--mask', mask(), '--objects', `@${folder}`], 1, /a folder, not a file.*IN_PATH/],
      [['--mask', mask(), '--objects', '[]'], 2, /Write it like/],
      [['--mask', mask(), '--objects', '{"1":7}'], 2, /of object 1 makes no sense/],
      [['--mask', mask(), '--objects', '{"1":""}'], 2, /of object 1 makes no sense/],
      [['--mask', mask(), '--objects', '{"1":{"category":"car","color":"red"}}'], 2, /object 1/],
      [['--mask', mask(), '--objects', '{"0":"sky"}'], 2, /"0" is no object id/],
      [['--mask', mask(), '--objects', '{"1.5":"sky"}'], 2, /"1.5" is no object id/],
      [['--mask', mask(), '--objects', '{"16777216":"sky"}'], 2, /no object id/],
      [['--mask', mask(), '--objects', good, '--status', 'done'], 2, /no status "done".*labeled/s],
      [['--mask', mask(), '--objects', good, '--ack-fd', '987'], 2, /987 is not open/],
      [['--mask', mask(), '--objects', good, '--ack-fd', 'x'], 2, /not open/],
      [['--mask', join(folder, 'none.png'), '--objects', good], 1, /no such file.*IN_PATH/],
      [['--mask', mask(), '--objects', '{"1":"tree"}'], 1, /does not name: 300\..*BAD_REQUEST/],
      [['--mask', mask(2, 3), '--objects', good], 1, /2 × 3 .* 3 × 2.*IN_SIZE_MISMATCH/],
    ]
    for (const [argv, exit, text] of cases) {
      const refused = await say(set(...argv), { host })
      expect(refused, argv.join(' ')).toMatchObject({ exit, out: '' })
      expect(refused.err).toMatch(text)
    }
    const nowhere = await say(['label', 'set', 'b.jpg', ...library, '--mask', mask(), '--objects', good], {
      host,
    })
    expect([nowhere.exit, nowhere.err]).toEqual([
      1,
      expect.stringMatching(/no sample named "b.jpg".*NOT_FOUND/),
    ])
    expect([saved, known]).toEqual([[], categories])
  })
})
