import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowSum, type SqlValue } from '../../../electron/adapters/sqlite/row-sum.ts'
import {
  createLabelExport,
  type ExportProgress,
  type ExportReport,
  type ExportRequest,
} from '../../../electron/host/label-export.ts'
import { importLabelFiles, type LabelImportRequest } from '../../../electron/host/label-import.ts'
import { openLabelSource } from '../../../electron/host/label-source.ts'
import { connectDirect } from '../../../electron/transport/direct-connection.ts'
import { crc32 } from '../../../shared/base/crc32.ts'
import type { SampleId } from '../../../shared/dataset/digest.ts'
import type { WriteLabel } from '../../../shared/formats/exchange/format.ts'
import { formatNamed, formats } from '../../../shared/formats/exchange/formats.ts'
import { storedZip } from '../../../shared/formats/stored-zip.ts'
import { say } from '../../support/command-line.ts'
import { writeAll } from '../../support/exchange.ts'
import { generatedLabels } from '../../support/generated-labels.ts'
import { openTestHost, type TestHost } from '../../support/open-test-host.ts'

const labels = generatedLabels(30).filter(({ objects }) => objects.length > 0)
const never = new AbortController().signal
let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tessera-exchange-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): string {
  for (const [path, bytes] of files) {
    const place = join(folder, path)
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, bytes)
  }
  return folder
}

function filesOf(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
  return new Map(
    paths.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(folder.length + 1), readFileSync(path).toString('base64')]
    }),
  )
}

/** Images of the sizes of the labels, all different. */
const photographs = (list: readonly WriteLabel[]) =>
  new Map(
    list.map(({ name, map: { width, height } }, i) => {
      const data = new Uint8Array(width * height * 3).fill(i * 5)
      data[0] = i
      return [name, encode({ width, height, channels: 3, data })]
    }),
  )

async function libraryWith(list: readonly WriteLabel[]): Promise<TestHost> {
  const host = await openTestHost()
  const folder = mkdtempSync(join(root, 'photographs-'))
  await host.services.imports.importPaths([writeFiles(folder, photographs(list))], never, () => {})
  return host
}

const importInto = (host: TestHost, path: string, more: Partial<LabelImportRequest> = {}) =>
  importLabelFiles(
    connectDirect(host),
    { path, format: null, dryRun: false, replace: false, status: 'in progress', ...more },
    never,
  )

function exportFrom(
  host: TestHost,
  request: Partial<ExportRequest> & Pick<ExportRequest, 'out' | 'format'>,
  signal = never,
  progress: (at: ExportProgress) => void = () => {},
): Promise<ExportReport> {
  const { context, versions, categories } = host.services
  const ontology = () => ({ ...categories.rules(), categories: categories.list() })
  const whole = { version: null, splits: { by: 'card' }, images: true, ...request } as const
  return createLabelExport(context, { versions, ontology }).run(whole, signal, progress)
}

describe('labels from and to other programs', { timeout: 120_000 }, () => {
  let host: TestHost
  let release: string
  beforeAll(async () => {
    host = await libraryWith(labels)
    release = writeFiles(join(root, 'release'), await writeAll(formatNamed('segments'), labels))
  })
  afterAll(() => host.cleanup())

  it('are looked at first, and nothing changes', async () => {
    const report = await importInto(host, release, { dryRun: true })
    expect(report.format).toBe('segments')
    expect(report.labels.map(({ image, kind }) => [image, kind])).toEqual(
      labels.map(({ name }) => [name, 'new']),
    )
    expect(report.newCategories).toContain('straße, breit')
    expect(host.services.categories.list().map(({ name }) => name)).not.toContain('straße, breit')
    expect(host.services.samples.find(labels[0]!.name).headRevision).toBeNull()
  })

  it('come in with ids, attributes, status and split, and a second time change nothing', async () => {
    const report = await importInto(host, release)
    expect(report.problems).toEqual([])
    expect(new Set(report.labels.map(({ kind }) => kind))).toEqual(new Set(['new']))
    const connection = connectDirect(host)
    for (const label of labels.slice(0, 6)) {
      const { id } = host.services.samples.find(label.name)
      const state = await connection.call('label.open', { sampleId: id, peek: true })
      expect(state.status).toBe(label.status)
      expect(state.objects.map((each) => [each.id, each.attributes])).toEqual(
        label.objects.map((each) => [each.id, each.attributes]),
      )
      expect((await connection.call('cards.get', { sampleId: id })).split).toBe(label.split)
    }
    const again = await importInto(host, release)
    expect(new Set(again.labels.map(({ kind }) => kind))).toEqual(new Set(['taken']))
    const replaced = await importInto(host, release, { replace: true })
    expect(new Set(replaced.labels.map(({ kind }) => kind))).toEqual(new Set(['same']))
  })

  it.each(formats.filter(({ writer }) => writer).map(({ id }) => id))(
    'go out as %s, are read back, and are the same bytes again',
    async (format) => {
      await host.services.versions.commit('before exporting', 'Ada')
      const out = join(root, `out-${format}`)
      const report = await exportFrom(host, { out, format, version: 'latest' })
      expect(report.leftOut).toEqual([])
      expect(report.proof).toMatchObject({ labels: labels.length, missing: 0 })
      if (formatNamed(format).holds.shape === 'pixels') {
        expect(report.proof).toMatchObject({ differing: 0, worstIou: 1, meanIou: 1 })
      }
      const again = `${out}-again`
      await exportFrom(host, { out: again, format, version: 'latest' })
      expect(filesOf(again)).toEqual(filesOf(out))
      const zip = `${out}.zip`
      expect((await exportFrom(host, { out: zip, format })).proof).toEqual(report.proof)
      const looked = await importInto(host, zip, { dryRun: true, format })
      expect(looked.problems).toEqual([])
      expect(looked.labels).toHaveLength(labels.length)
    },
  )

  it('take with them the splits that were asked for', async () => {
    const out = join(root, 'shares')
    const splits = { by: 'shares', shares: [60, 20, 20], seed: 3 } as const
    const report = await exportFrom(host, { out, format: 'coco', splits, images: false })
    const { train, val, test, none } = report.splits
    expect(none).toBe(0)
    expect(train + val + test).toBe(labels.length)
    expect([...filesOf(out).keys()].sort()).toEqual([
      'annotations/instances_test.json',
      'annotations/instances_train.json',
      'annotations/instances_val.json',
    ])
  })

  it('keep apart images whose names differ in their ending only', async () => {
    const [first, second] = labels.filter(({ map }) => map.ids.length > 100)
    const twins = [
      { ...first!, name: 'a.jpg' },
      { ...second!, name: 'a.png' },
    ]
    const other = await libraryWith(twins)
    try {
      const path = writeFiles(join(root, 'twins'), await writeAll(formatNamed('segments'), twins))
      expect((await importInto(other, path)).labels).toHaveLength(2)
      for (const { id } of formats) {
        const report = await exportFrom(other, { out: join(root, `twins-${id}`), format: id })
        expect([id, report.proof.labels, report.proof.missing]).toEqual([id, 2, 0])
      }
    } finally {
      await other.cleanup()
    }
  })

  it('leave nothing behind when it is stopped, and refuse a place that is not free', async () => {
    for (const phase of ['writing', 'proving']) {
      for (const name of ['here', 'here.zip']) {
        const out = join(root, 'stopped', name)
        const stop = new AbortController()
        const running = exportFrom(host, { out, format: 'voc' }, stop.signal, (at) => {
          if (at.phase === phase && at.done === 3) stop.abort()
        })
        await expect(running).rejects.toMatchObject({ name: 'AbortError' })
        expect(readdirSync(join(root, 'stopped'))).toEqual([])
      }
    }
    await expect(exportFrom(host, { out: release, format: 'coco' })).rejects.toMatchObject({
      code: 'IN_PATH',
    })
    const inside = join(host.root, 'library', 'out')
    await expect(exportFrom(host, { out: inside, format: 'coco' })).rejects.toMatchObject({ code: 'IN_PATH' })
  })

  it('write nothing outside of where they go, whatever images are called', async () => {
    const other = await libraryWith(labels.slice(0, 1))
    try {
      const path = writeFiles(
        join(root, 'leading-out'),
        await writeAll(formatNamed('segments'), labels.slice(0, 1)),
      )
      await importInto(other, path)
      const { db } = other.services.context
      const { row_sum: _, ...row } = db.prepare('SELECT * FROM samples').get() as Record<string, SqlValue>
      const named = { ...row, name: '../../../../escaped.png' }
      db.prepare('UPDATE samples SET name = ?, row_sum = ?').run(named.name, rowSum(Object.values(named)))
      for (const { id, writer } of formats) {
        for (const name of writer ? ['within', 'within.zip'] : []) {
          const out = join(root, 'escape', 'a', 'b', name)
          const made = exportFrom(other, { out, format: id }).then(
            ({ leftOut }) => leftOut.map(({ error }) => error.code),
            (error) => [error.code],
          )
          expect([id, await made]).toEqual([id, ['IN_PATH']])
          expect(filesOf(join(root, 'escape'))).toEqual(new Map())
        }
      }
    } finally {
      await other.cleanup()
    }
  })

  it('say which file is cut off, whether the format was named or not', async () => {
    const files = await writeAll(formatNamed('coco'), labels)
    const cut = new Map([...files].map(([path, bytes]) => [path, bytes.slice(0, bytes.length - 9)]))
    const path = writeFiles(join(root, 'cut'), cut)
    const message = expect.stringMatching(/annotations\/instances.*\.json: It is no JSON/)
    await expect(importInto(host, path)).rejects.toMatchObject({ code: 'IN_FORMAT', message })
    const { labels: found, problems } = await importInto(host, path, { format: 'coco' })
    expect(found).toEqual([])
    expect(problems.map(({ file }) => file)).toEqual([...files.keys()].sort())
    const none = await importInto(host, path, { format: 'voc' })
    expect(none.problems).toEqual([{ file: 'cut', image: null, reason: 'It holds no labels of Pascal VOC.' }])
  })

  it('stop when they are told to, in the middle of a file', async () => {
    const stop = new AbortController()
    const request = { path: release, format: null, dryRun: true, replace: false, status: 'labeled' } as const
    const running = importLabelFiles(connectDirect(host), request, stop.signal, (done) => {
      if (done === 2) stop.abort()
    })
    await expect(running).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('replace a label only when told to, and with new ids', async () => {
    const [label] = labels
    const changed = {
      ...label!,
      objects: label!.objects.map((object) => ({ ...object, attributes: { new: 1 } })),
    }
    const path = writeFiles(join(root, 'changed'), await writeAll(formatNamed('segments'), [changed]))
    const { id } = host.services.samples.find(label!.name)
    const connection = connectDirect(host)
    const before = await connection.call('label.open', { sampleId: id, peek: true })
    expect((await importInto(host, path, { replace: true })).labels[0]!.kind).toBe('replaced')
    const after = await connection.call('label.open', { sampleId: id, peek: true })
    expect(Math.min(...after.objects.map((object) => object.id))).toBe(before.nextObjectId)
  })

  it('leave an image alone that somebody labels while they come in', async () => {
    const [first, second, third] = labels
    const list = [first!, second!, third!]
    const other = await libraryWith(list)
    try {
      const path = writeFiles(join(root, 'meanwhile'), await writeAll(formatNamed('segments'), list))
      const connection = connectDirect(other)
      const idOf = (name: string) => other.services.samples.find(name).id
      const slow: typeof connection = {
        ...connection,
        async call(method, input, signal) {
          const answer = await connection.call(method, input, signal)
          if (method === 'samples.list') {
            await other.services.labels.setStatus(idOf(first!.name) as SampleId, 'skipped')
            const drawn = {
              ...second!,
              objects: second!.objects.map((each) => ({ ...each, attributes: {} })),
            }
            const files = await writeAll(formatNamed('segments'), [drawn])
            await importInto(other, writeFiles(join(root, 'drawn'), files))
          }
          return answer
        },
      }
      const request = { path, format: null, dryRun: false, replace: false, status: 'in progress' } as const
      const report = await importLabelFiles(slow, request, never)
      expect(report.problems).toEqual([])
      expect(report.labels.map(({ image, kind }) => [image, kind])).toEqual([
        [first!.name, 'taken'],
        [second!.name, 'taken'],
        [third!.name, 'new'],
      ])
      const state = await connection.call('label.open', { sampleId: idOf(first!.name), peek: true })
      expect([state.status, state.objects]).toEqual(['skipped', []])
    } finally {
      await other.cleanup()
    }
  })

  it('are told by the command line, with reasons and an exit code', async () => {
    const doors = {
      read: async () => ({ connection: connectDirect(host), host, close: async () => {} }),
      write: async () => ({ connection: connectDirect(host), host: null, close: async () => {} }),
    }
    const environment = { TESSERA_LIBRARY: join(host.root, 'library') }
    const run = (...argv: string[]) => say(argv, { doors, environment, folder: root })
    const exported = await run(
      'export',
      '--format',
      'cvat',
      '--out',
      'by-hand.zip',
      '--json',
      '--split',
      '8:1:1',
    )
    expect(exported.exit).toBe(0)
    expect(exported.json).toMatchObject({
      format: 'cvat',
      labels: labels.length,
      proof: { differing: 0, missing: 0 },
    })
    const looked = await run('import-labels', 'by-hand.zip', '--dry-run')
    expect(looked.out).toMatch(
      /^CVAT for images 1\.1: 0 labels would come in with 0 objects, \d+ images have a label already/,
    )
    expect((await run('export', '--format', 'cvat', '--out', 'by-hand.zip')).err).toContain(
      'is there already',
    )
    expect((await run('export', '--format', 'coco-panoptic', '--losses')).out).toContain(
      'Void is written as unlabeled.',
    )
    expect((await run('export', '--out', 'x')).exit).toBe(2)
    expect((await run('export', '--format', 'coco', '--out', 'x', '--split', 'half')).exit).toBe(2)
    expect((await run('import-labels', 'missing')).err).toContain('no such file')
  })
})

describe('an archive of labels', () => {
  const text = new TextEncoder()
  const zipWith = (entries: { path: string; bytes: Uint8Array<ArrayBuffer> }[]) => {
    const path = join(root, `${Math.random()}.zip`)
    writeFileSync(path, Buffer.concat(storedZip(entries)))
    return path
  }

  it('gives no file whose name leads elsewhere, and says which', async () => {
    const bytes = text.encode('{}')
    const names = [
      'good.json',
      '../up.json',
      '/etc/passwd',
      'C:\\x.json',
      'a/../../b.json',
      'folder/fine.json',
    ]
    const source = await openLabelSource(zipWith(names.map((path) => ({ path, bytes }))))
    expect(source.paths).toEqual(['folder/fine.json', 'good.json'])
    expect(source.refused.map(({ file }) => file)).toEqual([
      '../up.json',
      '/etc/passwd',
      'C:\\x.json',
      'a/../../b.json',
    ])
    await source.close()
  })

  it('is not unfolded beyond what it says, nor into gigabytes', async () => {
    const packed = deflateRawSync(new Uint8Array(64 * 1024 * 1024))
    const bomb = (declared: number) => {
      const zip = Buffer.concat(storedZip([{ path: 'bomb.json', bytes: new Uint8Array(packed) }]))
      const central = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
      zip.writeUInt16LE(8, 8)
      zip.writeUInt32LE(crc32(new Uint8Array(1000)), 14)
      zip.writeUInt32LE(declared, 22)
      zip.writeUInt16LE(8, central + 10)
      zip.writeUInt32LE(crc32(new Uint8Array(1000)), central + 16)
      zip.writeUInt32LE(declared, central + 24)
      const path = join(root, `${declared}.zip`)
      writeFileSync(path, zip)
      return path
    }
    for (const [declared, code] of [
      [64 * 1024 * 1024, 'IN_TOO_BIG'],
      [101 * packed.length, 'IN_TOO_BIG'],
      [1000, 'IN_FORMAT'],
    ] as const) {
      const source = await openLabelSource(bomb(declared))
      await expect(source.text('bomb.json')).rejects.toMatchObject({ code })
      await source.close()
    }
  })

  describe('that says one thing here and another there', () => {
    const [first, second] = [text.encode('{"a":1}'), text.encode('{"b":2}')]
    const changed = (change: (zip: Buffer, central: number, next: number) => void) => {
      const zip = Buffer.concat(
        storedZip([
          { path: 'a.json', bytes: first },
          { path: 'b.json', bytes: second },
        ]),
      )
      const central = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
      change(zip, central, central + 46 + 'a.json'.length)
      const path = join(root, `${Math.random()}.zip`)
      writeFileSync(path, zip)
      return path
    }
    const codeOf = async (path: string) => {
      try {
        const source = await openLabelSource(path)
        try {
          return await source.text('a.json')
        } finally {
          await source.close()
        }
      } catch (error) {
        return (error as { code?: string }).code
      }
    }
    it.each<[string, string, (zip: Buffer, central: number, next: number) => void]>([
      ['a file as large as a zip can say', 'IN_TOO_BIG', (zip, at) => zip.writeUInt32LE(0xfffffff0, at + 20)],
      [
        'a packed file that goes on into the next one',
        'IN_FORMAT',
        (zip, at) => {
          const length = first.length + 10
          const sum = crc32(zip.subarray(36, 36 + length))
          for (const [place, value] of [
            [14, sum],
            [18, length],
            [22, length],
            [at + 16, sum],
            [at + 20, length],
            [at + 24, length],
          ] as const)
            zip.writeUInt32LE(value, place)
        },
      ],
      ['two files at one place', 'IN_FORMAT', (zip, _, next) => zip.writeUInt32LE(0, next + 42)],
      ['another name', 'IN_FORMAT', (zip) => zip.write('c', 30)],
      ['another method', 'IN_FORMAT', (zip) => zip.writeUInt16LE(8, 8)],
      ['another sum', 'IN_FORMAT', (zip) => zip.writeUInt32LE(1, 14)],
      ['another size', 'IN_FORMAT', (zip) => zip.writeUInt32LE(1, 22)],
    ])('is refused: %s', async (_, code, change) => {
      expect(await codeOf(changed(() => {}))).toBe('{"a":1}')
      expect(await codeOf(changed(change))).toBe(code)
    })

    it('is refused when its list is longer than that of any archive', async () => {
      const length = 65 * 1024 * 1024
      const end = Buffer.concat(storedZip([]))
      end.writeUInt16LE(1, 8)
      end.writeUInt16LE(1, 10)
      end.writeUInt32LE(length, 12)
      end.writeUInt32LE(4, 16)
      const path = join(root, 'long-list.zip')
      writeFileSync(path, Buffer.from([0x50, 0x4b, 3, 4]))
      truncateSync(path, length + 4)
      appendFileSync(path, end)
      expect(await codeOf(path)).toBe('IN_TOO_BIG')
    })
  })

  describe('of the 64-bit form', () => {
    const file = text.encode('{"a":1}')
    /** What an archive of more than 4 GiB says of a small file: numbers that do not fit stand in fields of their own. */
    const wide = (change: (zip: Buffer, at: { central: number; end64: number }) => void = () => {}) => {
      const zip = Buffer.concat(storedZip([{ path: 'a.json', bytes: file }]))
      const central = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2]))
      const end = zip.indexOf(Buffer.from([0x50, 0x4b, 5, 6]))
      const [entry, last] = [Buffer.from(zip.subarray(central, end)), Buffer.from(zip.subarray(end))]
      const extra = Buffer.alloc(9 + 28)
      // A field of another kind stands before it.
      extra.set([0x55, 0x54, 5, 0, 1, 2, 3, 4, 5])
      extra.writeUInt16LE(1, 9)
      extra.writeUInt16LE(24, 11)
      for (const [i, value] of [file.length, file.length, 0].entries()) {
        extra.writeBigUInt64LE(BigInt(value), 13 + 8 * i)
        entry.writeUInt32LE(0xffffffff, [20, 24, 42][i]!)
      }
      entry.writeUInt16LE(extra.length, 30)
      const end64 = Buffer.alloc(56 + 20)
      end64.writeUInt32LE(0x06064b50, 0)
      for (const [at, value] of [
        [4, 44],
        [24, 1],
        [32, 1],
        [40, entry.length + extra.length],
        [48, central],
      ] as const)
        end64.writeBigUInt64LE(BigInt(value), at)
      end64.writeUInt32LE(0x07064b50, 56)
      end64.writeBigUInt64LE(BigInt(central + entry.length + extra.length), 64)
      last.fill(0xff, 8, 20)
      const all = Buffer.concat([zip.subarray(0, central), entry, extra, end64, last])
      change(all, { central, end64: central + entry.length + extra.length })
      const path = join(root, `${Math.random()}.zip`)
      writeFileSync(path, all)
      return path
    }

    it('is read', async () => {
      const source = await openLabelSource(wide())
      expect(await source.text('a.json')).toBe('{"a":1}')
      await source.close()
    })

    it.each<[string, Parameters<typeof wide>[0]]>([
      ['a list behind the end of the file', (zip, { end64 }) => zip.writeBigUInt64LE(1n << 40n, end64 + 48)],
      ['a number that no file has', (zip, { end64 }) => zip.writeBigUInt64LE(1n << 63n, end64 + 40)],
      [
        'more files than its list has room for',
        (zip, { end64 }) => zip.writeBigUInt64LE(1n << 40n, end64 + 32),
      ],
      ['an end that is not there', (zip, { end64 }) => zip.writeBigUInt64LE(2n, end64 + 64)],
      ['an end behind itself', (zip, { end64 }) => zip.writeBigUInt64LE(1n << 50n, end64 + 64)],
      ['a field that is cut off', (zip, { central }) => zip.writeUInt16LE(8, central + 46 + 6 + 11)],
      [
        'a file that is nowhere',
        (zip, { central }) => zip.writeBigUInt64LE(1n << 45n, central + 46 + 6 + 13 + 16),
      ],
    ])('is refused when it says of itself: %s (B1)', async (_, change) => {
      const read = async () => {
        const source = await openLabelSource(wide(change))
        try {
          return await source.text('a.json')
        } finally {
          await source.close()
        }
      }
      await expect(read()).rejects.toMatchObject({ code: 'IN_FORMAT' })
    })
  })

  it('is refused when it is cut off or damaged anywhere', async () => {
    const bytes = text.encode('{"a":1}')
    const whole = Buffer.concat(storedZip([{ path: 'a.json', bytes }]))
    expect(crc32(bytes)).toBeGreaterThan(0)
    for (let length = 4; length < whole.length; length += 3) {
      const path = join(root, `cut-${length}.zip`)
      writeFileSync(path, whole.subarray(0, length))
      await expect(openLabelSource(path)).rejects.toMatchObject({ code: 'IN_FORMAT' })
    }
    const damaged = Buffer.from(whole)
    damaged[37]! ^= 1
    const path = join(root, 'damaged.zip')
    writeFileSync(path, damaged)
    const source = await openLabelSource(path)
    await expect(source.text('a.json')).rejects.toMatchObject({ code: 'IN_FORMAT' })
    await source.close()
  })
})
