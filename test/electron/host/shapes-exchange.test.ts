import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { encode } from 'fast-png'
import { expect, it, onTestFinished } from 'vitest'
import { planExport } from '../../../electron/host/export-plan.ts'
import { createLabelExport } from '../../../electron/host/label-export.ts'
import { importLabelFiles, type LabelImportRequest } from '../../../electron/host/label-import.ts'
import { connectDirect } from '../../../electron/transport/direct-connection.ts'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import { type Json, type JsonRecord, parseExactJson } from '../../../shared/base/exact-json.ts'
import type { RevisionId, SampleId } from '../../../shared/dataset/digest.ts'
import type { FormatId, WriteLabel } from '../../../shared/formats/exchange/format.ts'
import { formatNamed } from '../../../shared/formats/exchange/formats.ts'
import type { HostConnection } from '../../../shared/host/host-api.ts'
import { type LabelShapes, noShapes } from '../../../shared/label/shape.ts'
import { writeAllOf } from '../../support/exchange.ts'
import { openTestHost } from '../../support/open-test-host.ts'

const never = new AbortController().signal
const vector: JsonRecord = {
  format_version: '0.1',
  annotations: [
    {
      id: 1,
      track_id: 1,
      category_id: 7,
      type: 'bbox',
      points: [
        [1, 1],
        [5.5, 4],
      ],
      attributes: { occluded: true, at: [1, { b: null }] },
    },
    { id: 4, category_id: 7, type: 'point', points: [[4, 4]] },
  ],
  image_attributes: { weather: 'rain' },
  links: [{ from_id: 1, to_id: 4 }],
}
const samples: JsonRecord[] = [
  {
    uuid: 'u1',
    name: '1.png',
    metadata: {},
    attributes: { image: { url: 'https://example.com/1.png' } },
    labels: { 'ground-truth': { label_status: 'REVIEWED', attributes: vector, score: 0.5 } },
  },
  {
    uuid: 'u2',
    name: 'sweep:1',
    metadata: { drive: 'a' },
    attributes: { pcd: { url: 'https://example.com/1.pcd', type: 'pcd', timestamp: 7 } },
    labels: { 'ground-truth': null },
  },
]

it('takes a release of shapes and point clouds in, and writes them from a version as they came', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tessera-shapes-'))
  const host = await openTestHost()
  onTestFinished(async () => {
    await host.cleanup()
    rmSync(root, { recursive: true, force: true })
  })
  const picture = join(root, '1.png')
  writeFileSync(
    picture,
    encode({ width: 8, height: 6, channels: 3, data: new Uint8Array(8 * 6 * 3).fill(90) }),
  )
  await host.services.imports.importFile(picture, '1.png')
  mkdirSync(join(root, 'in'))
  const text = JSON.stringify({
    name: 'v1',
    dataset: {
      name: 'd',
      owner: 'me',
      task_type: 'vector',
      task_attributes: { categories: [{ id: 7, name: 'car', has_instances: true }] },
      labelsets: [{ name: 'ground-truth' }],
      samples,
    },
  }).replace('"timestamp":7', '"timestamp":1602519712943517952')
  writeFileSync(join(root, 'in', 'release.json'), text)
  const read = (more: { dryRun?: boolean; replace?: boolean } = {}) =>
    importLabelFiles(
      connectDirect(host),
      { path: join(root, 'in'), format: null, dryRun: false, replace: false, status: 'in progress', ...more },
      never,
    )
  const plan = await read({ dryRun: true })
  expect(plan).toMatchObject({ newCategories: ['car'], carried: ['sweep:1'], problems: [] })
  expect(host.services.carried.list()).toEqual([])
  const report = await read()
  expect(report.labels).toMatchObject([{ image: '1.png', kind: 'new', objects: 0, shapes: 2 }])
  expect(report.problems).toEqual([])
  expect(host.services.samples.find('1.png')).toMatchObject({ status: 'reviewed', objectCount: 0 })
  // Sent again, nothing changes.
  const before = host.services.samples.find('1.png').headRevision
  expect((await read({ replace: true })).labels).toMatchObject([{ kind: 'same' }])
  expect(host.services.samples.find('1.png').headRevision).toBe(before)

  const { context, versions, categories, versionChanges } = host.services
  await versionChanges.commit('')
  const ontology = () => ({ ...categories.rules(), categories: categories.list() })
  const exportAs = (format: FormatId, out: string) =>
    createLabelExport(context, { versions, ontology }).run(
      { version: '1', format, out: join(root, out), splits: { by: 'none' }, images: false },
      never,
      () => {},
    )
  const written = await exportAs('segments', 'out')
  expect(written.proof).toMatchObject({ labels: 1, missing: 0, differing: 0 })
  const file = parseExactJson(readFileSync(join(root, 'out', 'release.json'), 'utf8')) as JsonRecord
  const { samples: back, task_type } = file.dataset as JsonRecord
  expect(task_type).toBe('vector')
  const [image, cloud] = back as Json[] as JsonRecord[]
  const label = (image!.labels as JsonRecord)['ground-truth'] as JsonRecord
  // Categories have the ids of this library.
  expect(canonicalJson(label.attributes)).toBe(
    canonicalJson(vector).replaceAll('"category_id":7', '"category_id":1'),
  )
  expect(label).toMatchObject({ label_status: 'REVIEWED', score: 0.5 })
  expect(canonicalJson(cloud)).toBe(
    canonicalJson(samples[1]).replace('"timestamp":7', '"timestamp":1602519712943517952'),
  )
  // What another format has no place for is said before anybody misses it.
  const planned = await planExport(context, { versions, ontology }, { version: '1', shapes: false }, never)
  const lostIn = (format: FormatId) => planned.formats.find(({ id }) => id === format)!.losses
  expect(lostIn('coco')).toMatchObject([
    ...lostIn('coco').slice(0, -2),
    { text: 'Shapes beside the mask are not written.', count: 1, unit: 'label' },
    { text: 'Samples that are kept but not shown are not written.', count: 1, unit: 'sample' },
  ])
  expect(lostIn('segments').filter(({ text }) => text.includes('are not written'))).toEqual([])
  const { remarks } = await exportAs('coco', 'coco')
  expect(remarks.join(' ')).toContain('Shapes beside the mask are not written.')
  expect(remarks.join(' ')).toContain('Samples that are kept but not shown are not written.')
})

/** An image, and a release with a label of it. `between`: done before each save of an import, after it looked. */
async function setUp(label: Pick<WriteLabel, 'objects' | 'shapes'>, ids: number[]) {
  const root = mkdtempSync(join(tmpdir(), 'tessera-shapes-'))
  const host = await openTestHost()
  onTestFinished(async () => {
    await host.cleanup()
    rmSync(root, { recursive: true, force: true })
  })
  const picture = join(root, '1.png')
  writeFileSync(picture, encode({ width: 2, height: 1, channels: 3, data: new Uint8Array(6).fill(90) }))
  await host.services.imports.importFile(picture, '1.png')
  host.services.categories.create({ name: 'car', hasInstances: true })
  const files = await writeAllOf(
    formatNamed('segments'),
    [
      {
        name: '1.png',
        map: { width: 2, height: 1, ids: Uint32Array.from(ids) },
        status: 'in progress',
        split: null,
        ...label,
      },
    ],
    host.services.categories.list(),
  )
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(root, 'in', path)), { recursive: true })
    writeFileSync(join(root, 'in', path), bytes)
  }
  const direct = connectDirect(host)
  const sent: string[] = []
  const read = (more: { dryRun?: boolean; replace?: boolean } = {}, between = async () => {}) => {
    const connection: HostConnection = {
      ...direct,
      async fetchData(path, init) {
        if (init?.method === 'PUT') {
          sent.push(path)
          await between()
        }
        return direct.fetchData(path, init)
      },
    }
    return importLabelFiles(
      connection,
      { path: join(root, 'in'), format: null, dryRun: false, replace: false, status: 'in progress', ...more },
      never,
    )
  }
  const { labels, samples } = host.services
  const id = samples.find('1.png').id as SampleId
  const head = () => samples.find('1.png').headRevision as RevisionId
  const others = () => labels.setShapes(id, box(9), { status: 'in progress', author: 'bo', tool: 'segments' })
  return { read, sent, labels, id, head, others }
}
const box = (id: number): LabelShapes => ({
  ...noShapes,
  shapes: [
    {
      id,
      trackId: null,
      categoryId: 1,
      type: 'bbox',
      points: [
        [0, 0],
        [1, 1],
      ],
      attributes: null,
      other: {},
    },
  ],
})
const painting = {
  objects: [{ id: 1, categoryId: 1, attributes: {} }],
  shapes: { ...noShapes, imageAttributes: { weather: 'rain' } },
}

it('saves a label and what is beside its mask in one request', async () => {
  const { read, sent, labels, head, id } = await setUp(painting, [1, 0])
  expect(await read()).toMatchObject({ labels: [{ kind: 'new', objects: 1 }], problems: [] })
  expect(sent).toHaveLength(1)
  expect(await labels.revisions(id)).toHaveLength(1)
  expect(await labels.shapes(head())).toMatchObject({ imageAttributes: { weather: 'rain' } })
  expect((await read({ replace: true })).labels).toMatchObject([{ kind: 'same' }])
})

it.each([
  ['a mask', painting, [1, 0], 2],
  ['shapes alone', { objects: [], shapes: box(1) }, [0, 0], 1],
])('leaves a label that came while it saved %s as it is, and says so', async (_what, label, ids, states) => {
  const { read, labels, head, id, others } = await setUp(label, ids)
  const report = await read({}, async () => void (await others()))
  expect(report.labels).toEqual([])
  expect(report.problems).toMatchObject([{ image: '1.png', reason: expect.stringContaining('meanwhile') }])
  expect((await labels.shapes(head()))!.shapes.map((each) => each.id)).toEqual([9])
  expect(await labels.shapes(head())).toMatchObject({ imageAttributes: {} })
  expect(await labels.revisions(id)).toHaveLength(states)
})

it('takes an image with nothing but shapes for labeled', async () => {
  const { read, head, others } = await setUp(painting, [1, 0])
  const before = await others()
  for (const dryRun of [true, false]) {
    expect((await read({ dryRun })).labels).toMatchObject([{ kind: 'taken' }])
    expect(head()).toBe(before)
  }
  for (const dryRun of [true, false]) {
    expect((await read({ dryRun, replace: true })).labels).toMatchObject([{ kind: 'replaced' }])
  }
})

it('brings photographs first, keeps ids of shapes and objects apart, and takes names of the files for categories here', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tessera-shapes-'))
  const host = await openTestHost()
  onTestFinished(async () => {
    await host.cleanup()
    rmSync(root, { recursive: true, force: true })
  })
  const { categories, samples: images, labels } = host.services
  categories.create({ name: 'Car', hasInstances: true })
  mkdirSync(join(root, 'in'))
  const picture = encode({ width: 4, height: 2, channels: 3, data: new Uint8Array(24).fill(90) })
  writeFileSync(join(root, 'in', '1.png'), picture)
  writeFileSync(join(root, 'in', '2.jpg'), 'no picture')
  const segmentation = [[0, 0, 2, 0, 2, 2, 0, 2]]
  const annotations = [
    { id: 1, image_id: 1, category_id: 1, segmentation },
    { id: 2, image_id: 1, category_id: 2, bbox: [2, 0, 1, 1] },
  ]
  writeFileSync(
    join(root, 'in', 'instances.json'),
    JSON.stringify({
      images: [{ id: 1, file_name: '1.png', width: 4, height: 2 }],
      categories: [
        { id: 1, name: 'vehicle' },
        { id: 2, name: 'sign' },
      ],
      annotations,
    }),
  )
  const read = (more: Partial<LabelImportRequest> = {}) =>
    importLabelFiles(
      connectDirect(host),
      {
        ...{ path: join(root, 'in'), format: null, dryRun: false, replace: true, status: 'labeled' },
        ...{ boxes: 'shapes', images: true, map: [{ from: 'Vehicle', to: 'car' }] },
        ...more,
      },
      never,
    )
  await expect(read({ map: [{ from: 'vehicle', to: 'Lorry' }] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const twice = ['a', 'A'].map((from) => ({ from, to: 'Car' }))
  await expect(read({ map: twice })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect(images.list({ after: null, limit: 9 }).samples).toEqual([])

  const told = {
    labels: [{ image: '1.png', kind: 'new', objects: 1, shapes: 1 }],
    shapes: { bbox: 1, polygon: 0, polyline: 0, point: 0 },
    images: 1,
    newCategories: ['sign'],
    mapped: [{ from: 'vehicle', to: 'Car' }],
  }
  const looked = await read({ dryRun: true })
  expect(looked).toMatchObject(told)
  expect(looked.problems.map(({ file }) => file)).toEqual(['2.jpg'])
  expect(images.list({ after: null, limit: 9 }).samples).toEqual([])
  const done = await read()
  expect(done).toMatchObject(told)
  expect(done.problems).toMatchObject([{ file: '2.jpg', reason: expect.stringContaining('no image') }])
  expect(categories.list().map(({ name }) => name)).toEqual(['Car', 'sign'])
  // Sent again, nothing changes.
  expect(await read()).toMatchObject({ labels: [{ kind: 'same' }], images: 0 })
  // Another label in its place: its objects get ids that none had, and no shape has one of them.
  annotations[0]!.segmentation = [[0, 0, 1, 0, 1, 2, 0, 2]]
  const file = JSON.parse(readFileSync(join(root, 'in', 'instances.json'), 'utf8'))
  writeFileSync(join(root, 'in', 'instances.json'), JSON.stringify({ ...file, annotations }))
  expect((await read()).labels).toMatchObject([{ kind: 'replaced' }])
  const { id, headRevision } = images.find('1.png')
  const state = await labels.open(id as SampleId)
  expect(state.objects.map((object) => object.id)).toEqual([2])
  const beside = await labels.shapes(headRevision as RevisionId)
  expect(beside!.shapes.map((shape) => [shape.type, shape.id, shape.categoryId])).toEqual([['bbox', 1, 2]])
})
