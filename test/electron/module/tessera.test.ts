import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { expect, it, onTestFinished } from 'vitest'
import { appFolders } from '../../../electron/adapters/app-folders.ts'
import { openHost } from '../../../electron/host/host.ts'
import type { OpenOptions, Progress } from '../../../electron/module/api.ts'
import {
  maskPng,
  openLibrary,
  readMask,
  superpixels,
  TesseraError,
} from '../../../electron/module/tessera.ts'
import { becomeOwner } from '../../../electron/transport/owner.ts'
import { startWandbDouble } from '../../servers/wandb/server.ts'

const key = 'canary-module-77665544332211009988776655443322'
const [width, height] = [12, 8]
const ids = Uint32Array.from({ length: width * height }, (_, at) =>
  at % width < 5 ? 1 : at > 60 ? 70_000 : 0,
)
const objects = [
  { id: 1, category: 'car', attributes: { parked: true } },
  { id: 70_000, category: 'tree', locked: true as const },
]

/** A computer of its own with two images, and what opens its libraries. */
function computer() {
  const root = mkdtempSync(join(tmpdir(), 'tessera-module-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const path = (...parts: string[]) => join(root, ...parts)
  mkdirSync(path('images'))
  for (const [i, name] of ['a.png', 'b.png'].entries()) {
    const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * 37 + i * 11) % 256)
    writeFileSync(path('images', name), encode({ width, height, data, channels: 3, depth: 8 }))
  }
  const environment: Record<string, string> = {
    HOME: root,
    XDG_CONFIG_HOME: path('config'),
    XDG_CACHE_HOME: path('cache'),
    XDG_STATE_HOME: path('state'),
    TESSERA_KEYRING: 'off',
  }
  return {
    path,
    environment,
    async open(options: OpenOptions = {}) {
      const library = await openLibrary(path('lib'), { create: true, environment, ...options })
      onTestFinished(() => library.close())
      return library
    },
  }
}

/** Every file of a folder with its bytes and times. */
function content(folder: string) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const info = statSync(join(folder, name))
      return [name, info.mtimeMs, info.isFile() ? readFileSync(join(folder, name)).toString('base64') : '']
    })
}

it('rejects with the codes of every other door when a library cannot be had', async () => {
  const { path, environment, open } = computer()
  await expect(openLibrary(path('lib'), { environment })).rejects.toMatchObject({ code: 'LIB_MISSING' })
  await expect(openLibrary(path('images'), { environment, create: true })).rejects.toMatchObject({
    code: 'LIB_NOT_EMPTY',
    remedy: expect.any(String),
  })
  const aborted = AbortSignal.abort()
  await expect(open({ signal: aborted })).rejects.toMatchObject({ code: 'CANCELLED' })
  const library = await open()
  await library.close()
  await library.close()
  await expect(library.samples()).rejects.toBeInstanceOf(TesseraError)
  await expect(library.commit('late')).rejects.toMatchObject({ code: 'HOST_GONE' })
})

it('refuses labels that do not fit, and saves nothing of them', async () => {
  const { path, open } = computer()
  const library = await open()
  await library.importImages([path('images')])
  const mask = { width, height, ids }
  const bad: [Parameters<typeof library.setLabel>[1], string][] = [
    [{ mask, objects: [objects[0]!] }, 'BAD_REQUEST'],
    [{ mask, objects: [...objects, objects[0]!] }, 'BAD_REQUEST'],
    [{ mask, objects: [...objects, { id: 0, category: 'car' }] }, 'BAD_REQUEST'],
    [{ mask, objects: [...objects, { id: 2.5, category: 'car' }] }, 'BAD_REQUEST'],
    [{ mask, objects: [...objects, { id: 2, category: '' }] }, 'BAD_REQUEST'],
    [{ mask: { width, height: 7, ids }, objects }, 'BAD_REQUEST'],
    [{ mask: { width: 7, height, ids: ids.slice(0, 56) }, objects }, 'IN_SIZE_MISMATCH'],
    [{ mask: { width, height, ids: ids.map(() => 2 ** 24) }, objects }, 'BAD_REQUEST'],
    [{ mask: new Uint8Array(9), objects }, 'IN_FORMAT'],
    [{ mask: path('missing.png'), objects }, 'IN_PATH'],
  ]
  for (const [label, code] of bad) {
    await expect(library.setLabel('a.png', label), JSON.stringify(label.objects)).rejects.toMatchObject({
      code,
    })
  }
  await expect(library.setLabel('c.png', { mask, objects })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(library.label('c.png')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(library.samples({ filter: 'tag:' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(superpixels(path('images', 'a.png'), { count: 0 })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  })
  expect(await library.label('a.png')).toBeNull()
  expect(await library.commit('images')).toMatchObject({ counts: { labeled: 0 } })
})

it('takes images, labels, versions and exports through one open library, and does nothing twice', async () => {
  const { path, open } = computer()
  const library = await open()
  const steps: Progress[] = []
  writeFileSync(path('images', 'broken.png'), 'no picture')
  const outcomes = await library.importImages([path('images')], { onProgress: (step) => steps.push(step) })
  expect(outcomes.map(({ kind }) => kind)).toEqual(['added', 'added', 'rejected'])
  expect(steps.map(({ done, total }) => [done, total])).toEqual([1, 2, 3].map((done) => [done, 3]))

  writeFileSync(path('mask.png'), await maskPng({ width, height, ids }))
  expect(await readMask(path('mask.png'))).toEqual({ width, height, ids })
  const first = await library.setLabel('a.png', { mask: path('mask.png'), objects, status: 'labeled' })
  expect(first.kind).toBe('saved')
  const again = await library.setLabel('a.png', { mask: { width, height, ids }, objects, status: 'labeled' })
  expect(again).toMatchObject({ kind: 'unchanged', revision: first.revision })
  expect(await library.label('A.PNG')).toMatchObject({
    revision: first.revision,
    status: 'labeled',
    width,
    ids,
    objects: [
      { id: 1, category: 'car', attributes: { parked: true } },
      { id: 70_000, category: 'tree', locked: true },
    ],
  })
  await library.setStatus('a.png', 'reviewed', { review: true })
  expect((await library.samples({ filter: 'status:reviewed' })).map(({ name }) => name)).toEqual(['a.png'])

  const version = await library.commit('two images')
  expect(version).toMatchObject({ number: 1, counts: { samples: 2, labeled: 1, objects: 2 } })
  expect(await library.commit('again')).toBeNull()
  expect((await library.versions()).map(({ id }) => id)).toEqual([version!.id])
  const report = await library.exportLabels({ format: 'segments', out: path('out'), version: 'v1' })
  expect(report).toMatchObject({ version: version!.id, labels: 1, proof: { differing: 0 } })
  const brought = await library.importLabels(path('out'))
  expect(brought.labels.map(({ image, kind }) => [image, kind])).toEqual([['a.png', 'taken']])
  expect((await library.lineage()).nodes).toMatchObject([{ kind: 'version', number: 1 }])
  expect(await library.call('app.info', {})).toMatchObject({ readOnly: false })
  expect((await superpixels(path('images', 'a.png'), { count: 4 })).ids).toHaveLength(width * height)
})

it('stops at a signal, says so by a code, and goes on when it is called again', async () => {
  const { path, open } = computer()
  const library = await open()
  const stop = new AbortController()
  const stopped = library.importImages([path('images')], {
    signal: stop.signal,
    onProgress: () => stop.abort(),
  })
  await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(await library.samples()).toHaveLength(1)
  expect((await library.importImages([path('images')])).map(({ kind }) => kind)).toEqual([
    'duplicate',
    'added',
  ])
  const { signal } = stop
  for (const call of [
    () => library.samples({ signal }),
    () => library.commit('never', { signal }),
    () => library.push({ signal }),
    () => library.pull('labeled_data:v0', { signal }),
    () => library.segments.publish({ signal }),
    () => library.exportLabels({ format: 'coco', out: path('out') }, { signal }),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: 'CANCELLED' })
  }
  expect(await library.versions()).toEqual([])
})

it('reads beside any other program and changes not a byte when opened to read', async () => {
  const { path, open } = computer()
  const writer = await open()
  await writer.importImages([path('images')])
  const reader = await open({ readOnly: true })
  const before = content(path('lib'))
  expect(await reader.samples()).toHaveLength(2)
  await expect(reader.commit('no')).rejects.toMatchObject({ code: 'LIB_READ_ONLY' })
  await expect(reader.importImages([path('images')])).rejects.toMatchObject({ code: 'LIB_READ_ONLY' })
  await expect(reader.setStatus('a.png', 'labeled')).rejects.toMatchObject({ code: 'LIB_READ_ONLY' })
  await reader.close()
  expect(content(path('lib'))).toEqual(before)
})

it('pushes where it is told to, says what hinders it, and sends nothing twice', async () => {
  const { path, environment, open } = computer()
  const server = await startWandbDouble({ data: path('server'), apiKey: key })
  onTestFinished(() => server.close())
  const nowhere = await open()
  await nowhere.importImages([path('images')])
  await nowhere.commit('two images')
  await expect(nowhere.push()).rejects.toMatchObject({ code: 'REMOTE_NOT_SET' })
  await nowhere.close()

  const wandb = { baseUrl: server.url, entity: 'me', project: 'street' }
  const keyless = await open({ wandb })
  await expect(keyless.push()).rejects.toMatchObject({ code: 'AUTH_MISSING' })
  await keyless.close()

  const library = await open({ wandb, environment: { ...environment, WANDB_API_KEY: key } })
  const steps: Progress[] = []
  const { sent, entries } = await library.push({ onProgress: (step) => steps.push(step) })
  expect(sent).toMatchObject([{ role: 'raw_data', delivery: { kind: 'sent', remoteVersion: 'v0' } }])
  expect(entries).toEqual(sent)
  expect(steps.length).toBeGreaterThan(0)
  const puts = server.count('put')
  expect((await library.push()).sent).toEqual([])
  expect(server.count('put')).toBe(puts)
  // What was said at the opening stays out of the library.
  const { settings } = await library.call('settings.get', {})
  expect(settings.wandb).toMatchObject(wandb)
  await library.close()
  const after = await open()
  expect((await after.call('settings.get', {})).settings.wandb.project).toBe('')
  const files = readdirSync(path('lib'), { recursive: true, encoding: 'utf8' }).map((name) =>
    path('lib', name),
  )
  expect(files.filter((file) => statSync(file).isFile() && readFileSync(file).includes(key))).toEqual([])
}, 60_000)

it('lets the window that has the library do the work', async () => {
  const { path, environment, open } = computer()
  const owner = await openHost({
    folder: path('lib'),
    mode: 'write',
    create: true,
    door: 'browser',
    product: 'tessera/test',
    folders: appFolders(environment),
    log: () => {},
    environment,
    keyring: null,
  })
  const local = await becomeOwner(owner, { appVersion: 'test', launch: () => ({ kind: 'window' }) })
  const library = await open()
  expect((await library.importImages([path('images')])).map(({ kind }) => kind)).toEqual(['added', 'added'])
  expect((await library.setLabel('a.png', { mask: { width, height, ids }, objects })).kind).toBe('saved')
  expect(owner.services.samples.find('a.png')).toMatchObject({ objectCount: 2, status: 'in progress' })
  expect((await library.label('a.png'))?.ids).toEqual(ids)
  expect(await library.exportLabels({ format: 'segments', out: path('out') })).toMatchObject({ labels: 1 })
  await library.close()
  await local.close()
  await owner.close()
}, 60_000)
