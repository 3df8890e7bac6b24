import { expect, it } from 'vitest'
import { createSegmentsCarrier } from '../../../electron/host/segments-carrier.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import { canonicalJson } from '../../../shared/base/canonical-json.ts'
import type { JsonRecord } from '../../../shared/base/exact-json.ts'
import type { RevisionId, SampleId } from '../../../shared/dataset/digest.ts'
import {
  openSegmentsDesk,
  type SegmentsDesk,
  type SegmentsLibrary,
  segmentsKey,
  streets,
} from '../../support/segments-desk.ts'

/** What labels of shapes may say, and more than Tessera knows. */
const vector: JsonRecord = {
  format_version: '0.1',
  annotations: [
    {
      id: 1,
      track_id: 1,
      category_id: 2,
      type: 'bbox',
      points: [
        [0.5, 1.25],
        [3, 4],
      ],
      attributes: { occluded: true, deep: { x: [1, null] } },
    },
    {
      id: 2,
      track_id: 2,
      category_id: 1,
      type: 'polygon',
      points: [
        [0, 0],
        [6, 0],
        [3, 4],
      ],
      'x-team': 'a',
    },
    {
      id: 3,
      track_id: 3,
      category_id: 2,
      type: 'polyline',
      points: [
        [0, 0],
        [6, 4],
      ],
    },
    { id: 4, track_id: 4, category_id: 2, type: 'point', points: [[2, 2]] },
    { id: 5, track_id: 5, category_id: 2, type: 'ellipse', points: [[2, 2]], radius: 1 },
  ],
  image_attributes: { weather: 'rain' },
  links: [{ from_id: 1, to_id: 2 }],
}
const categories = [
  { id: 1, name: 'road', color: [140, 107, 158], has_instances: false },
  { id: 2, name: 'car', color: [47, 111, 179], has_instances: true },
]

async function makeDataset(desk: SegmentsDesk, task_type: string): Promise<void> {
  const answer = await fetch(new URL('/user/datasets/', desk.server.url), {
    method: 'POST',
    headers: { Authorization: `APIKey ${segmentsKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      name: 'streets',
      task_type,
      description: '',
      category: 'other',
      public: false,
      task_attributes: { format_version: '0.1', categories },
      data_type: 'IMAGE',
    }),
  })
  if (answer.status !== 201) throw new Error(`no dataset: ${answer.status} ${await answer.text()}`)
}

async function shapesOf(library: SegmentsLibrary, name: string) {
  const { labels } = library.services
  const { headRevision } = library.find(name)
  return headRevision === null ? null : labels.shapes(headRevision as RevisionId)
}

it('shows shapes of a vector dataset, keeps all that is said of them, and leaves them there as they are', async () => {
  const desk = await openSegmentsDesk()
  await makeDataset(desk, 'vector')
  await desk.addThere('1.png', 1)
  desk.server.admin.editLabel(streets, '1.png', {
    label_status: 'REVIEWED',
    attributes: vector as never,
    score: 0.75,
  })
  const ada = await desk.library('ada')
  const result = await ada.run('pull')
  expect(result.failed).toEqual([])
  expect(result.left).toEqual([])
  const label = (await shapesOf(ada, '1.png'))!
  expect(label.shapes.map(({ type }) => type)).toEqual(['bbox', 'polygon', 'polyline', 'point'])
  expect(label.unread).toMatchObject([{ at: 4, annotation: { type: 'ellipse', radius: 1 } }])
  expect(label.label).toEqual({ score: 0.75 })
  expect(ada.find('1.png')).toMatchObject({ status: 'reviewed', savedBy: 'colleague', objectCount: 0 })
  const id = ada.find('1.png').id
  expect((await ada.call('cards.get', { sampleId: id })).attributes).toEqual({ weather: 'rain' })
  // Painting beside them changes nothing of them, here or there.
  await ada.label('1.png', [1, 1])
  for (const mode of ['both', 'publish', 'both', 'pull'] as const) {
    const { failed, conflicts } = await ada.run(mode)
    expect([failed, conflicts]).toEqual([[], []])
  }
  expect(canonicalJson(desk.server.admin.label(streets, '1.png')!.attributes)).toBe(canonicalJson(vector))
  expect((await shapesOf(ada, '1.png'))!.shapes).toEqual(label.shapes)
  expect((await ada.idsOf('1.png'))!.slice(0, 3)).toEqual([1, 1, 0])
  // What was painted has no way there, which is said.
  expect((await ada.run('both')).left).toEqual(['1.png'])
  // Others that come there come here, and what was painted stays.
  desk.server.admin.editLabel(streets, '1.png', {
    attributes: { ...vector, annotations: [(vector.annotations as JsonRecord[])[3]!] } as never,
  })
  await ada.run('both')
  expect((await shapesOf(ada, '1.png'))!.shapes.map(({ id }) => id)).toEqual([4])
  expect((await ada.idsOf('1.png'))!.slice(0, 3)).toEqual([1, 1, 0])
  desk.server.forget()
  await ada.run('both')
  expect(Object.keys(desk.server.counts()).filter((each) => /^(put|patch|create|add)/.test(each))).toEqual([])
})

it('publishes shapes to another vector dataset as they came', async () => {
  const [from, to] = [await openSegmentsDesk(), await openSegmentsDesk()]
  // What the service takes from others; it would refuse an ellipse.
  const known = { ...vector, annotations: (vector.annotations as JsonRecord[]).slice(0, 4) }
  await makeDataset(from, 'vector')
  await from.addThere('1.png', 1)
  from.server.admin.editLabel(streets, '1.png', {
    label_status: 'LABELED',
    attributes: known as never,
    score: 0.5,
  })
  const ada = await from.library('ada')
  await ada.run('pull')
  await makeDataset(to, 'vector')
  await ada.call('settings.set', { segments: { baseUrl: to.server.url } })
  await ada.call('segments.link', { dataset: streets, create: false })
  // S3: somebody labels it there between the first try and the second, and keeps that label.
  to.server.fail({ on: 'get_label', action: { kind: 'edit-label', label_status: 'REVIEWED' } })
  const pause = { kind: 'status', status: 429, headers: { 'retry-after': '0' } } as const
  to.server.fail({ on: 'put_label', action: pause })
  expect((await ada.run('publish')).held).toEqual(['1.png'])
  expect(to.server.admin.label(streets, '1.png')).toMatchObject({
    label_status: 'REVIEWED',
    attributes: null,
  })
  expect(to.server.count('put_label')).toBe(1)
  to.server.admin.deleteLabel(streets, '1.png')
  const result = await ada.run('publish')
  expect(result.failed).toEqual([])
  expect(canonicalJson(to.server.admin.label(streets, '1.png')!.attributes)).toBe(canonicalJson(known))
})

const cloud = {
  attributes: { pcd: { url: 'https://example.com/1.pcd', type: 'pcd', timestamp: 7 }, images: [] },
  metadata: { drive: '12' },
}
const cuboids: JsonRecord = {
  format_version: '0.2',
  annotations: [
    {
      id: 1,
      track_id: 1,
      category_id: 2,
      type: 'cuboid',
      position: { x: 1, y: 2, z: 3 },
      dimensions: { x: 1, y: 1, z: 1 },
      yaw: 0.5,
    },
  ],
}

it('keeps samples that cannot be shown whole, lists them, and publishes them to another dataset, not again where they were removed', async () => {
  const desk = await openSegmentsDesk()
  await makeDataset(desk, 'pointcloud-cuboid')
  const { admin } = desk.server
  admin.addSample(streets, { name: 'sweep 1', url: '', ...(cloud as never as object) })
  admin.addSample(streets, { name: 'sweep 2', url: '', ...(cloud as never as object) })
  admin.addSample(streets, { name: 'sweep 3', url: '', ...(cloud as never as object) })
  admin.editLabel(streets, 'sweep 1', { label_status: 'LABELED', attributes: cuboids as never })
  const ada = await desk.library('ada')
  expect((await ada.plan('pull')).kept).toEqual({ send: 0, take: 3 })
  const result = await ada.run('pull')
  expect([result.failed, result.left, result.got.carried]).toEqual([[], [], 3])
  const { list } = await ada.call('carried.list', {})
  expect(list).toMatchObject([
    { name: 'sweep 1', taskType: 'pointcloud-cuboid', status: 'LABELED' },
    { name: 'sweep 2', taskType: 'pointcloud-cuboid', status: null },
    { name: 'sweep 3', status: null },
  ])
  const kept = ada.services.carried
  expect((await kept.get('sweep 1')).labels['ground-truth']).toMatchObject({ attributes: cuboids })
  // The same again writes nothing, here or there.
  const before = list.map(({ record }) => record)
  expect((await ada.plan('both')).kept).toEqual({ send: 0, take: 0 })
  desk.server.forget()
  expect((await ada.run('both')).got.carried).toBe(0)
  // Nor is it asked for; what changed alone is.
  expect(desk.server.count('get_label')).toBe(0)
  admin.editSample(streets, 'sweep 2', { metadata: { drive: '13' } })
  expect((await ada.run('pull')).got.carried).toBe(1)
  expect(desk.server.count('get_label')).toBe(1)
  admin.editSample(streets, 'sweep 2', { metadata: { drive: '12' } })
  await ada.run('pull')
  expect((await ada.call('carried.list', {})).list.map(({ record }) => record)).toEqual(before)
  await ada.call('versions.commit', { message: 'all of it' })
  admin.deleteSample(streets, 'sweep 1')
  for (const mode of ['both', 'publish'] as const) {
    const { failed, goneThere, sent } = await ada.run(mode)
    expect([failed, goneThere, sent.samples]).toEqual([[], ['sweep 1'], 0])
  }
  expect(admin.samples(streets)).toHaveLength(2)
  const to = await openSegmentsDesk()
  await makeDataset(to, 'pointcloud-cuboid')
  // Another sample of the name of one that is kept: it stays as it is, there and here.
  const other = { pcd: { url: 'https://example.com/other.pcd', type: 'pcd' }, images: [] }
  to.server.admin.addSample(streets, { name: 'sweep 2', url: '', attributes: other } as never)
  await ada.call('settings.set', { segments: { baseUrl: to.server.url } })
  await ada.call('segments.link', { dataset: streets, create: false })
  const plan = await ada.plan('publish')
  expect([plan.kept.send, plan.counts['create there']]).toEqual([3, 3])
  const elsewhere = await ada.run('both')
  expect(elsewhere.failed).toMatchObject([{ name: 'sweep 2', error: { code: 'NAME_TAKEN' } }])
  expect((await kept.get('sweep 2')).sample.attributes).toEqual(cloud.attributes)
  const made = to.server.admin
  expect(made.sample(streets, 'sweep 1')).toMatchObject({
    attributes: cloud.attributes,
    metadata: cloud.metadata,
  })
  // One without a label goes alone.
  expect(made.sample(streets, 'sweep 3')).toMatchObject({ attributes: cloud.attributes })
  expect(made.label(streets, 'sweep 3')).toBeUndefined()
  expect(canonicalJson(made.label(streets, 'sweep 1')!.attributes)).toBe(canonicalJson(cuboids))
  to.server.forget()
  await ada.run('publish')
  expect(Object.keys(to.server.counts()).filter((each) => /^(put|patch|create|add)/.test(each))).toEqual([])
  // A dataset for something else gets none of them, which is said.
  to.server.admin.editDataset(streets, { task_type: 'text-named-entities' } as never)
  for (const name of ['sweep 1', 'sweep 3']) to.server.admin.deleteSample(streets, name)
  await ada.call('segments.unlink', {})
  ada.services.context.db.exec('DELETE FROM segments_samples')
  await ada.call('segments.link', { dataset: streets, create: false })
  const remark =
    '3 samples that are kept whole (pointcloud-cuboid) stay here: the dataset is for text-named-entities.'
  expect((await ada.plan('publish')).categories.remarks).toContain(remark)
  expect((await ada.run('publish')).remarks).toContain(remark)
})

it('gives the label of one that is kept to no other sample of its name', async () => {
  const [from, to] = [await openSegmentsDesk(), await openSegmentsDesk()]
  for (const desk of [from, to]) await makeDataset(desk, 'pointcloud-cuboid')
  from.server.admin.addSample(streets, { name: 'sweep', url: '', ...(cloud as never as object) })
  from.server.admin.editLabel(streets, 'sweep', { label_status: 'LABELED', attributes: cuboids as never })
  const ada = await from.library('ada')
  await ada.run('pull')
  const other = { pcd: { url: 'https://example.com/other.pcd', type: 'pcd' }, images: [] }
  to.server.admin.addSample(streets, { name: 'sweep', url: '', attributes: other } as never)
  await ada.call('settings.set', { segments: { baseUrl: to.server.url } })
  await ada.call('segments.link', { dataset: streets, create: false })
  const { failed, sent } = await ada.run('publish')
  expect(failed).toMatchObject([{ name: 'sweep', error: { code: 'NAME_TAKEN' } }])
  expect(sent.labels).toBe(0)
})

it('gives shapes to no label that was changed after it was looked at', async () => {
  const set: unknown[] = []
  const carrier = createSegmentsCarrier({
    carried: {} as never,
    labels: {
      async setShapes(...args) {
        set.push(args[2].base)
        throw new AppError('CONFLICT', '', { remedy: '' })
      },
    },
    cards: {} as never,
  })
  const there = { label: { attributes: vector, status: 'LABELED', score: null } } as never as {
    sample: never
    label: never
  }
  const base = 'a'.repeat(64) as RevisionId
  const taken = carrier.takeLabel('x' as SampleId, { ...there, base, idHere: new Map() })
  await expect(taken).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(set).toEqual([base])
})
