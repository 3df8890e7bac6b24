import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInThread } from '../../../electron/host/exchange-thread.ts'
import { createUploads } from '../../../electron/host/exchange-uploads.ts'
import { importLabelFiles } from '../../../electron/host/label-import.ts'
import { createScratch } from '../../../electron/host/scratch.ts'
import { connectDirect } from '../../../electron/transport/direct-connection.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import { formatNamed, formats } from '../../../shared/formats/exchange/formats.ts'
import { storedZip } from '../../../shared/formats/stored-zip.ts'
import { uploadPath } from '../../../shared/host/data-plane.ts'
import type { HostInput } from '../../../shared/host/host-api.ts'
import { writeAll } from '../../support/exchange.ts'
import { generatedLabels } from '../../support/generated-labels.ts'
import { openTestHost, type TestHost } from '../../support/open-test-host.ts'

const labels = generatedLabels(30).filter(({ objects }) => objects.length > 0)
const never = new AbortController().signal
let root: string
let release: Map<string, Uint8Array>
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'tessera-exchange-'))
  release = await writeAll(formatNamed('segments'), labels)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** A host with the images of the labels, and with the labels too unless `isBare`. */
async function openLabeled(isBare = false, more: Parameters<typeof openTestHost>[0] = {}): Promise<TestHost> {
  const host = await openTestHost(more)
  const folder = mkdtempSync(join(root, 'photographs-'))
  for (const [i, { name, map }] of labels.entries()) {
    const data = new Uint8Array(map.width * map.height * 3).fill(i * 5)
    data[0] = i
    write(folder, name, encode({ width: map.width, height: map.height, channels: 3, data }))
  }
  await host.services.imports.importPaths([folder], never, () => {})
  if (!isBare) {
    const files = mkdtempSync(join(root, 'release-'))
    for (const [path, bytes] of release) write(files, path, bytes)
    const request = { path: files, format: null, dryRun: false, replace: false, status: 'labeled' } as const
    await importLabelFiles(connectDirect(host), request, never)
  }
  return host
}

function write(folder: string, path: string, bytes: Uint8Array): void {
  const place = join(folder, path)
  mkdirSync(dirname(place), { recursive: true })
  writeFileSync(place, bytes)
}

const scratchOf = (host: TestHost) => {
  const [library] = readdirSync(join(host.root, 'cache', 'libraries'))
  return join(host.root, 'cache', 'libraries', library!, 'exchange')
}
/** All files that wait there, whoever's. */
const scratchFiles = (host: TestHost) =>
  existsSync(scratchOf(host))
    ? readdirSync(scratchOf(host), { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
    : []

async function send(host: TestHost, upload: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [name, bytes] of files) {
    const url = new URL(uploadPath(upload, name), 'http://localhost')
    const answer = await host.handle(new Request(url, { method: 'POST', body: new Uint8Array(bytes) }))
    if (!answer.ok) throw AppError.fromInfo((await answer.json()) as never)
  }
}

const archiveOf = async (host: TestHost, path: string | null) => {
  const answer = await host.handle(new Request(new URL(path ?? '/none', 'http://localhost')))
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null
}

describe('labels that go out through the door', { timeout: 120_000 }, () => {
  let host: TestHost
  beforeAll(async () => {
    host = await openLabeled()
  })
  afterAll(() => host.cleanup())

  it('are told of with what each format can hold', async () => {
    const { formats: listed } = await connectDirect(host).call('exchange.formats', {})
    expect(listed.map(({ id }) => id)).toEqual(formats.map(({ id }) => id))
    expect(listed.find(({ id }) => id === 'voc')?.holds.most.objects).toBe(254)
  })

  it('are counted first: what this version has that a format cannot hold, with numbers (B2)', async () => {
    const door = connectDirect(host)
    const plan = await door.call('exchange.plan', { version: null })
    expect(plan).toMatchObject({ version: null, labels: labels.length })
    expect(plan.objects).toBe(labels.reduce((sum, { objects }) => sum + objects.length, 0))
    expect(plan.imageBytes).toBeGreaterThan(1000)
    const lossesOf = (id: string) => plan.formats.find((each) => each.id === id)!.losses
    expect(lossesOf('segments')).toEqual([])
    const attributed = labels
      .flatMap(({ objects }) => objects)
      .filter(({ attributes }) => Object.keys(attributes).length > 0).length
    expect(lossesOf('coco-panoptic')).toContainEqual({
      text: 'Attributes of objects are not written.',
      count: attributed,
      unit: 'object',
    })
    const holes = (list: readonly { text: string; count: number | null }[]) =>
      list.find(({ text }) => text.startsWith('Holes'))
    expect(holes(lossesOf('yolo-segment'))?.count).toBeNull()
    const whole = await door.call('exchange.plan', { version: null, shapes: true })
    const yolo = whole.formats.find(({ id }) => id === 'yolo-segment')!
    expect(yolo.needsShapes).toBe(true)
    expect(holes(yolo.losses)?.count).toBeGreaterThan(0)
    await expect(door.call('exchange.plan', { version: 'v77' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('come as an archive that a page fetches, with proof, and make place for the next one (B1)', async () => {
    const door = connectDirect(host)
    const first = await door.call('exchange.export', { version: null, format: 'coco' })
    expect(first).toMatchObject({ labels: labels.length, isProven: true, leftOut: { count: 0 } })
    expect(first.proof).toMatchObject({ differing: 0, missing: 0, worstIou: 1 })
    const bytes = await archiveOf(host, first.download)
    expect(Buffer.from(bytes!).readUInt32LE(0)).toBe(0x04034b50)
    expect(bytes!.length).toBe(statOf(scratchFiles(host)))
    const shares: NonNullable<HostInput<'exchange.export'>['splits']> = {
      by: 'shares',
      shares: [8, 1, 1],
      seed: 3,
    }
    const second = await door.call('exchange.export', { format: 'voc', images: false, splits: shares })
    expect(second.splits.train).toBeGreaterThan(second.splits.val)
    expect(await archiveOf(host, first.download)).toBeNull()
    expect(await archiveOf(host, second.download)).not.toBeNull()
    expect(scratchFiles(host)).toHaveLength(1)
    const { exported, job } = await door.call('exchange.status', {})
    expect(exported).toEqual(second)
    expect(job).toMatchObject({ kind: 'export', state: 'done', format: 'voc' })
  })

  it('are one job at a time, while the host goes on answering, and can be stopped with nothing left (B1)', async () => {
    const door = connectDirect(host)
    const before = scratchFiles(host).length
    const running = door.call('exchange.export', { format: 'cityscapes' })
    running.catch(() => {})
    await expect(door.call('exchange.export', { format: 'coco' })).rejects.toMatchObject({ code: 'CONFLICT' })
    expect((await door.call('exchange.status', {})).job).toMatchObject({ state: 'running', kind: 'export' })
    expect((await door.call('samples.list', { limit: 1 })).total).toBe(labels.length)
    const { job } = await door.call('exchange.stop', {})
    expect(job?.state).toBe('stopped')
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    // The archive before this one made place when it began.
    expect(scratchFiles(host).length).toBeLessThan(Math.max(1, before))
  })

  it('are planned beside nothing: a plan makes way for the next one, and for an export', async () => {
    const door = connectDirect(host)
    const plans = [false, true, true].map((shapes) => door.call('exchange.plan', { shapes }))
    const settled = Promise.allSettled(plans)
    const report = await door.call('exchange.export', { format: 'coco' })
    expect(report.isProven).toBe(true)
    for (const plan of await settled) {
      if (plan.status === 'rejected') expect(plan.reason).toMatchObject({ code: 'CANCELLED' })
    }
    expect((await door.call('exchange.plan', {})).labels).toBe(labels.length)
  })

  it('go nowhere that a person has not pointed at (X1)', async () => {
    const door = connectDirect(host)
    expect(await door.call('exchange.choosePlace', { kind: 'folder', name: 'out' })).toEqual({ place: null })
    const place = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'
    await expect(door.call('exchange.export', { format: 'coco', place })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    await expect(door.call('exchange.show', {})).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(JSON.stringify(await door.call('exchange.status', {}))).not.toContain(host.root)
  })

  it('are refused by name where there is no such format (X4)', async () => {
    const door = connectDirect(host)
    await expect(door.call('exchange.export', { format: 'toString' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
  })
})

const statOf = (files: readonly { parentPath: string; name: string }[]) =>
  readFileSync(join(files[0]!.parentPath, files[0]!.name)).length

describe('labels that go to a folder of the person', { timeout: 60_000 }, () => {
  it('are written where the dialog of the system said, and shown there; a thread that dies leaves nothing', async () => {
    const asked: string[] = []
    const shown: string[] = []
    const out = join(root, 'chosen', 'street')
    const host = await openLabeled(false, {
      places: {
        async choose(_kind, name) {
          asked.push(name)
          return out
        },
        show: (path) => void shown.push(path),
      },
    })
    try {
      const door = connectDirect(host)
      const { place } = await door.call('exchange.choosePlace', { kind: 'folder', name: '../street' })
      expect(asked).toEqual(['..-street'])
      const report = await door.call('exchange.export', { format: 'yolo-segment', place: place!.id })
      expect(report).toMatchObject({ name: 'street', download: null, isProven: true })
      expect(readdirSync(out).sort()).toEqual(['data.yaml', 'images', 'labels'])
      await door.call('exchange.show', {})
      expect(shown).toEqual([out])
      // Used up: the next export is to be pointed at anew.
      await expect(door.call('exchange.export', { format: 'coco', place: place!.id })).rejects.toMatchObject({
        code: 'NOT_FOUND',
      })
      const dying = runInThread(
        host.services.context,
        { kind: 'plan', request: { version: null, shapes: false } },
        {
          host,
          signal: never,
          progress: () => {},
          start: () => new Worker('process.exit(3)', { eval: true }),
        },
      )
      await expect(dying).rejects.toMatchObject({ code: 'INTERNAL' })
    } finally {
      await host.cleanup()
    }
  })
})

describe('labels that come in through the door', { timeout: 120_000 }, () => {
  let host: TestHost
  beforeAll(async () => {
    host = await openLabeled(true)
  })
  afterAll(() => host.cleanup())

  it('are recognised, looked at, and change nothing until they are brought in', async () => {
    const door = connectDirect(host)
    const { upload } = await door.call('exchange.receive', {})
    // As a page names what was dropped: from the folder on.
    await send(host, upload, new Map([...release].map(([path, bytes]) => [`street/${path}`, bytes])))
    const found = await door.call('exchange.recognise', { upload })
    expect(found).toMatchObject({ formats: ['segments'], files: release.size, problem: null })
    const look = await door.call('exchange.importLabels', { upload, dryRun: true })
    expect(look.counts).toMatchObject({ new: labels.length, taken: 0, problems: 0 })
    expect(look.newCategories).toContain('straße, breit')
    expect(await door.call('categories.list', {})).toEqual([])
    const done = await door.call('exchange.importLabels', { upload, dryRun: false })
    expect(done.counts).toMatchObject({ new: labels.length, problems: 0 })
    expect((await door.call('categories.list', {})).length).toBeGreaterThan(0)
    const again = await door.call('exchange.importLabels', { upload, dryRun: true })
    expect(again.counts).toMatchObject({ new: 0, taken: labels.length })
    await door.call('exchange.discard', { upload })
    expect(scratchFiles(host)).toEqual([])
    await expect(door.call('exchange.importLabels', { upload, dryRun: true })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('are read from one archive, and what is none says why, by file (X4)', async () => {
    const door = connectDirect(host)
    const zip = new Uint8Array(
      Buffer.concat(storedZip([...release].map(([path, bytes]) => ({ path, bytes: new Uint8Array(bytes) })))),
    )
    const first = await door.call('exchange.receive', {})
    await send(host, first.upload, new Map([['street.zip', zip]]))
    expect((await door.call('exchange.recognise', first)).formats).toEqual(['segments'])
    const cut = await door.call('exchange.receive', {})
    expect(scratchFiles(host)).toEqual([])
    await send(host, cut.upload, new Map([['street.zip', zip.slice(0, 5000)]]))
    const broken = await door.call('exchange.recognise', cut)
    expect(broken.formats).toEqual([])
    expect(broken.problem?.remedy).toBeTruthy()
    const other = await door.call('exchange.receive', {})
    const bad = new Map(release)
    bad.set('labels/extra.png', new Uint8Array([1, 2, 3]))
    const text = new TextDecoder().decode(release.get('release.json'))
    const name = labels[0]!.name
    bad.set('release.json', new TextEncoder().encode(text.replaceAll(JSON.stringify(name), '"nobody.png"')))
    await send(host, other.upload, bad)
    const look = await door.call('exchange.importLabels', { ...other, format: 'segments', dryRun: true })
    expect(look.problems[0]).toMatchObject({ file: 'release.json', image: 'nobody.png' })
    const none = await door.call('exchange.receive', {})
    await send(host, none.upload, new Map([['photos/readme.json', new TextEncoder().encode('{}')]]))
    const empty = await door.call('exchange.importLabels', { ...none, format: 'coco', dryRun: true })
    expect(empty.problems).toEqual([
      { file: 'photos/readme.json', image: null, reason: 'It holds no labels of COCO instances.' },
    ])
  })

  it('are taken whatever they are called, but never outside of their folder (X2)', async () => {
    const door = connectDirect(host)
    const { upload } = await door.call('exchange.receive', {})
    const one = new Uint8Array([1])
    for (const name of ['../out.json', '/etc/x.json', 'a/../../x.json', 'C:\\x.json', 'a\0b.json', '']) {
      const sent = send(host, upload, new Map([[name, one]]))
      await sent.catch((error: AppError) => expect(error.code).toMatch(/^IN_/))
    }
    for (const { parentPath } of scratchFiles(host)) expect(parentPath).toContain(`in-${upload}`)
    await send(host, upload, new Map([['same.json', one]]))
    await expect(send(host, upload, new Map([['same.json', one]]))).rejects.toMatchObject({ code: 'IN_PATH' })
    await door.call('exchange.discard', { upload })
  })
})

describe('what waits to be read', () => {
  async function* pieces(count: number, size: number) {
    for (let i = 0; i < count; i++) yield new Uint8Array(size)
  }

  it('is bounded in bytes and in files, and a file that is too large leaves nothing (B1)', async () => {
    const scratch = createScratch(join(root, 'bounded'))
    const uploads = createUploads(scratch, { files: 2, bytes: 10_000 })
    const id = await uploads.begin()
    await uploads.take(id, 'a.json', pieces(4, 1000))
    await expect(uploads.take(id, 'b.json', pieces(1_000_000, 1000))).rejects.toMatchObject({
      code: 'IN_TOO_BIG',
    })
    expect(uploads.find(id)).toMatchObject({ files: 1, bytes: 4000 })
    await uploads.take(id, 'b.json', pieces(2, 1000))
    await expect(uploads.take(id, 'c.json', pieces(1, 1))).rejects.toMatchObject({ code: 'IN_TOO_BIG' })
    const next = await uploads.begin()
    expect(() => uploads.find(id)).toThrow(AppError)
    expect(uploads.find(next).files).toBe(0)
    await scratch.close()
    expect(readdirSync(join(root, 'bounded'))).toEqual([])
  })

  it('goes when the next one opens after a crash, and not while its process runs (B1)', () => {
    const parent = join(root, 'crashed')
    const uuid = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff'
    // No process has this number: it is above what systems give out.
    for (const name of [`4194999.${uuid}`, `${process.ppid}.${uuid}`, 'notes']) {
      write(parent, `${name}/file`, new Uint8Array(1))
    }
    const first = createScratch(parent)
    const own = first.folder()
    createScratch(parent)
    expect(existsSync(own)).toBe(true)
    expect(
      readdirSync(parent)
        .filter((name) => !own.endsWith(name))
        .sort(),
    ).toEqual([`${process.ppid}.${uuid}`, 'notes'].sort())
  })
})
