import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { maskPng, plainClient } from '../../support/segments-client.ts'
import { type SegmentsDouble, startSegmentsDouble } from './server.ts'

let folder: string
let server: SegmentsDouble
let client: ReturnType<typeof plainClient>
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'double-'))
  server = await startSegmentsDouble({ dir: folder, apiKey: 'secret', keys: { other: 'colleague' } })
  client = plainClient(server, 'secret')
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const street = {
  name: 'street',
  task_attributes: {
    format_version: '0.1',
    categories: [
      { id: 1, name: 'road' },
      { id: 2, name: 'car' },
    ],
  },
}
const image = (name: string) => ({ name, attributes: { image: { url: `https://example.com/${name}` } } })
const required = ['This field is required.']

/** A dataset with samples of these names; answers their uuids. */
async function fill(...names: string[]): Promise<string[]> {
  await client.ask('POST', '/user/datasets/', street)
  const { body } = await client.ask('POST', '/datasets/me/street/samples_bulk/', names.map(image))
  return body.map(({ uuid }: { uuid: string }) => uuid)
}

it.each([
  ['no key', {}, 'GET'],
  ['a wrong key', { authorization: 'APIKey wrong' }, 'GET'],
  ['a key of another kind', { authorization: 'Bearer secret' }, 'GET'],
])('lets nobody in with %s', async (_, headers, method) => {
  for (const path of ['/api_status/?lib_version=1.30.0', '/user', '/datasets/me/street/']) {
    const response = await fetch(server.url + path, { method, headers: headers as Record<string, string> })
    expect([response.status, await response.json()]).toEqual([
      401,
      { detail: 'Authentication credentials were not provided.' },
    ])
  }
})

it('knows paths with and without the last slash, and says what it does not know', async () => {
  await fill('a.png')
  for (const path of ['/user', '/user/', '/datasets/me/street', '/datasets/me/street/'])
    expect((await client.ask('GET', path)).status).toBe(200)
  const none = { status: 404, body: { detail: 'Not found.' } }
  for (const path of [
    '/',
    '/nothing',
    '/datasets/me',
    '/datasets/me/other/',
    '/datasets//street/',
    '/samples/%zz/',
  ])
    expect(await client.ask('GET', path)).toMatchObject(none)
  expect(await client.ask('POST', '/user', {})).toMatchObject({
    status: 405,
    body: { detail: 'Method "POST" not allowed.' },
  })
  expect(await client.ask('GET', '/datasets/me/street/samples/?labelsets=a')).toMatchObject({ status: 400 })
})

it.each([
  ['a field that nobody has', { ...street, colour: 1 }, { colour: ['Unexpected field.'] }],
  ['a field that is missing', {}, { name: required }],
  ['null', { name: null }, { name: ['This field may not be null.'] }],
  ['a number for a string', { name: 5 }, { name: ['Not a valid string.'] }],
  ['text for a switch', { name: 'a', public: 'yes' }, { public: ['Must be a valid boolean.'] }],
  ['half a second', { name: 'a', labeling_inactivity_timeout_seconds: 0.5 }, expect.anything()],
  ['a list for a dataset', [street], { non_field_errors: expect.anything() }],
  [
    'a task that nobody has',
    { name: 'a', task_type: 'text' },
    { task_type: ['"text" is not a valid choice.'] },
  ],
  ['metadata that is a list', { name: 'a', metadata: [] }, { metadata: expect.anything() }],
  ['a name with a slash', { name: 'a/b' }, { name: [expect.stringContaining('slug')] }],
  [
    'two categories of one id',
    {
      name: 'a',
      task_attributes: {
        categories: [
          { id: 1, name: 'a' },
          { id: 1, name: 'b' },
        ],
      },
    },
    { task_attributes: ['categories: Category ids must be unique.'] },
  ],
  [
    'a fractional colour',
    { name: 'a', task_attributes: { categories: [{ id: 1, name: 'a', color: [0.5, 1, 2] }] } },
    { task_attributes: ['categories.0.color.0: A valid integer is required.'] },
  ],
])('refuses a dataset with %s', async (_, body, told) => {
  expect(await client.ask('POST', '/user/datasets/', body)).toMatchObject({ status: 400, body: told })
  expect(server.admin.datasets()).toEqual([])
})

it('refuses a body that is no JSON, of another type, in another encoding or of unknown length', async () => {
  const post = (body: string | Uint8Array, headers: Record<string, string>) =>
    client.ask('POST', '/user/datasets/', body, headers)
  const json = { 'content-type': 'application/json' }
  expect(await post('{', json)).toMatchObject({
    status: 400,
    body: { detail: expect.stringContaining('JSON parse') },
  })
  expect((await post('{}', { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await post('{}', { ...json, 'content-encoding': 'gzip' })).status).toBe(400)
  expect((await post('{}', { ...json, 'content-encoding': 'br' })).status).toBe(415)
  const zipped = gzipSync(JSON.stringify(street))
  expect((await post(zipped, { ...json, 'content-encoding': 'gzip' })).status).toBe(201)
  const status = await new Promise((done) => {
    const headers = { ...json, authorization: 'APIKey secret', 'transfer-encoding': 'chunked' }
    const sent = request(`${server.url}/user/datasets/`, { method: 'POST', headers }, (r) =>
      done(r.statusCode),
    )
    sent.end(JSON.stringify({ name: 'b' }))
  })
  expect(status).toBe(411)
  expect(server.admin.datasets()).toHaveLength(1)
})

it('makes a dataset once, changes only what is sent, and keeps what it does not know of a category', async () => {
  const more = { ...street, metadata: { run: 'r1' }, readme: 'Read.' }
  const categories = [{ id: 3, name: 'tree', color: [1, 2, 3], species: ['oak'] }]
  expect((await client.ask('POST', '/user/datasets/', more)).body).toMatchObject({
    full_name: 'me/street',
    task_type: 'segmentation-bitmap',
    owner: { username: 'me' },
    label_stats: { TOTAL: 0 },
    role: 'admin',
  })
  const again = await client.ask('POST', '/user/datasets/', street)
  expect(again).toMatchObject({ status: 400, body: { name: [expect.stringContaining('already exists')] } })
  await client.ask('PATCH', '/datasets/me/street/', { task_attributes: { categories } })
  expect((await client.ask('GET', '/datasets/me/street/')).body).toMatchObject({
    metadata: { run: 'r1' },
    readme: 'Read.',
    task_attributes: { categories },
  })
  expect((await client.ask('DELETE', '/datasets/me/street/')).status).toBe(204)
  expect((await client.ask('GET', '/user/datasets/?per_page=10&page=1')).body).toEqual([])
})

it('answers existing samples to a bulk unchanged, and refuses a second one of a name alone', async () => {
  const [a] = await fill('a.png', 'b.png')
  const changed = { ...image('a.png'), metadata: { new: true } }
  const bulk = await client.ask('POST', '/datasets/me/street/samples_bulk/', [changed, image('c.png')])
  expect(bulk.body).toMatchObject([{ uuid: a, metadata: {} }, { name: 'c.png' }])
  expect(await client.ask('POST', '/datasets/me/street/samples/', image('a.png'))).toMatchObject({
    status: 400,
    body: { name: [expect.stringContaining('already exists')] },
  })
  const wrong = await client.ask('POST', '/datasets/me/street/samples_bulk/', [
    image('d.png'),
    { name: 'e.png' },
  ])
  expect(wrong).toMatchObject({ status: 400, body: [{}, { attributes: required }] })
  expect(server.admin.samples('me/street').map(({ name }) => name)).toEqual(['a.png', 'b.png', 'c.png'])
  // Renamed, the name is free again.
  await client.ask('PATCH', `/samples/${a}/`, { name: 'z.png', assigned_labeler: null })
  expect((await client.ask('POST', '/datasets/me/street/samples/', image('a.png'))).status).toBe(201)
  const gone = await client.ask('DELETE', '/datasets/me/street/samples_bulk/', { uuids: [a, 'unknown', a] })
  expect([gone.status, gone.body]).toEqual([200, { deleted_count: 1 }])
})

it('lists samples in pages, sorted and filtered, and has no page behind the last', async () => {
  const uuids = await fill('b.png', 'a.png', 'd.png', 'c.png')
  const names = async (query: string) => {
    const { status, body } = await client.ask('GET', `/datasets/me/street/samples/?${query}`)
    return status === 200 ? body.map(({ name }: { name: string }) => name[0]).join('') : body.detail
  }
  expect(await names('per_page=3&page=1')).toBe('abc')
  expect(await names('per_page=3&page=2')).toBe('d')
  expect(await names('per_page=2&page=3')).toBe('Invalid page.')
  expect(await names('page=0')).toBe('Invalid page.')
  expect(await names('sort=-name')).toBe('dcba')
  expect(await names('sort=created_at')).toBe('badc')
  expect(await names('name__contains=c.')).toBe('c')
  await client.ask('PATCH', `/samples/${uuids[2]}/`, { priority: 2.5, metadata: { city: 'a:b', n: 3 } })
  expect(await names('sort=-priority&per_page=1')).toBe('d')
  expect(await names('filters=city:a:b,n:3')).toBe('d')
  expect(await names('filters=n:4')).toBe('')
  for (const i of [3, 1])
    await client.ask('PUT', `/labels/${uuids[i]}/ground-truth/`, {
      attributes: null,
      label_status: 'SKIPPED',
    })
  expect(await names('label_status=SKIPPED')).toBe('ac')
  expect(await names('label_status=UNLABELED,LABELED')).toBe('bd')
  // As a database sorts them: what has no label comes first going down.
  expect((await names('sort=-gt_label__updated_at&labelset=ground-truth')).slice(2)).toBe('ac')
  expect((await names('sort=gt_label__updated_at')).slice(0, 2)).toBe('ca')
  server.options.maxPerPage = 2
  expect(await names('per_page=1000')).toBe('ab')
})

it('answers a label in full or in short, and none where no labelset was named', async () => {
  const [a] = await fill('a.png', 'b.png')
  await client.ask('PUT', `/labels/${a}/ground-truth/`, {
    attributes: null,
    label_status: 'SKIPPED',
    score: 0.5,
  })
  const list = async (query: string) =>
    (await client.ask('GET', `/datasets/me/street/samples/?${query}`)).body
  expect(await list('')).not.toMatchObject([{ label: expect.anything() }, {}])
  const [short, none] = await list('labelset=ground-truth')
  expect(short.label).toMatchObject({ label_status: 'SKIPPED', score: 0.5, created_by: 'me' })
  expect(short.label).not.toHaveProperty('attributes')
  expect(none.label).toBeNull()
  const [full] = await list('labelset=ground-truth&include_full_label=1')
  expect(full.label).toMatchObject({ attributes: null, label_type: 'segmentation-bitmap' })
  expect((await client.ask('GET', `/samples/${a}/?labelset=ground-truth`)).body).toMatchObject({
    dataset_full_name: 'me/street',
    label: { sample_uuid: a },
  })
})

it('moves updated_at with every write, and merges what a PATCH sends', async () => {
  const [a] = await fill('a.png')
  const path = `/labels/${a}/ground-truth/`
  expect(await client.ask('GET', path)).toMatchObject({ status: 404, body: { detail: 'Not found.' } })
  expect((await client.ask('PATCH', path, { score: 1 })).status).toBe(404)
  const attributes = { annotations: [], segmentation_bitmap: { url: null }, unknown: { kept: [1] } }
  const put = await client.ask('PUT', path, { attributes, score: 1 })
  expect(put).toMatchObject({ status: 201, body: { label_status: 'PRELABELED', score: 1, updated_by: 'me' } })
  const answers = [put.body]
  for (let i = 0; i < 5; i++)
    answers.push((await client.ask('PATCH', path, { label_status: 'REVIEWED' })).body)
  const times = answers.map(({ updated_at }) => updated_at as string)
  expect(times.every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(time))).toBe(true)
  expect([...new Set(times)].sort()).toEqual(times)
  expect(answers[5]).toMatchObject({ attributes, score: 1, reviewed_by: 'me', label_status: 'REVIEWED' })
  expect((await client.ask('PUT', path, { attributes: null })).body).toMatchObject({
    score: null,
    attributes: null,
  })
  expect(server.admin.label('me/street', 'a.png')!.created_at).toBe(answers[0].created_at)
  expect((await client.ask('DELETE', path)).status).toBe(204)
  expect((await client.ask('PUT', `/labels/${a}/none/`, { attributes: null })).status).toBe(404)
})

it.each([
  ['another size', (x: number) => (x < 4 ? 1 : 0), 8, 6, 'The mask is 8x6, the image 8x8'],
  ['an object that is not annotated', () => 3, 8, 8, 'Object 3 of the mask has no annotation.'],
])('refuses a mask with %s', async (_, ids, width, height, words) => {
  await client.ask('POST', '/user/datasets/', street)
  const url = await client.upload(
    'a.png',
    maskPng(8, 8, () => 0),
  )
  const sample = { name: 'a.png', attributes: { image: { url } } }
  const { uuid } = (await client.ask('POST', '/datasets/me/street/samples/', sample)).body
  const bitmap = await client.upload('label.png', maskPng(width, height, ids))
  const annotations = [{ id: 1, category_id: 2, attributes: {} }]
  const put = (more: object) =>
    client.ask('PUT', `/labels/${uuid}/ground-truth/`, {
      attributes: { annotations, segmentation_bitmap: { url: bitmap }, ...more },
    })
  expect(await put({})).toMatchObject({ status: 400, body: { attributes: [expect.stringContaining(words)] } })
  for (const wrong of [
    { annotations: [{ id: 1, category_id: 9 }] },
    { annotations: [...annotations, ...annotations] },
    { annotations: [{ id: 0, category_id: 2 }] },
    { annotations: [{ id: 1.5, category_id: 2 }] },
    { segmentation_bitmap: { url }, annotations: [{ id: '1', category_id: 2 }] },
    { segmentation_bitmap: undefined },
  ])
    expect((await put(wrong)).status).toBe(400)
  const gray = await client.upload('gray.png', new Uint8Array(Buffer.from('iVBORw0KGgo=', 'base64')))
  expect((await put({ segmentation_bitmap: { url: gray } })).body.attributes[0]).toContain('no PNG')
  expect((await put({ segmentation_bitmap: { url } })).status).toBe(201)
})

it.each([
  [
    'bboxes',
    {
      type: 'bbox',
      points: [
        [1, 2],
        [3, 4.5],
      ],
    },
    true,
  ],
  [
    'bboxes',
    {
      type: 'polygon',
      points: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
    false,
  ],
  [
    'vector',
    {
      type: 'polygon',
      points: [
        [1, 2],
        [3, 4],
      ],
    },
    false,
  ],
  [
    'vector',
    {
      type: 'polyline',
      points: [
        [1, 2],
        [3, 4],
      ],
    },
    true,
  ],
  ['vector', { type: 'point', points: [[1, 2, 3]] }, false],
  ['keypoints', { type: 'point', points: [[1, 2]] }, true],
])('in %s takes an object %o: %s', async (task_type, shape, isTaken) => {
  await client.ask('POST', '/user/datasets/', { ...street, task_type })
  const { uuid } = (await client.ask('POST', '/datasets/me/street/samples/', image('a.png'))).body
  const attributes = { annotations: [{ id: 1, category_id: 1, ...shape }] }
  const { status } = await client.ask('PUT', `/labels/${uuid}/ground-truth/`, { attributes })
  expect(status).toBe(isTaken ? 201 : 400)
})

it('releases what is there at that moment, some time later, and no name twice', async () => {
  server.options.releaseMs = 30
  const [a] = await fill('a.png', 'b.png')
  await client.ask('PUT', `/labels/${a}/ground-truth/`, { attributes: null, label_status: 'SKIPPED' })
  const path = '/datasets/me/street/releases/'
  const made = await client.ask('POST', path, { name: 'v0.1', description: 'first' })
  expect(made).toMatchObject({ status: 201, body: { status: 'PENDING', attributes: {}, samples_count: 2 } })
  expect((await client.ask('POST', path, { name: 'v0.1' })).body.name[0]).toContain('already exists')
  await client.ask('PATCH', `/labels/${a}/ground-truth/`, { label_status: 'LABELED' })
  await expect.poll(async () => (await client.ask('GET', `${path}v0.1/`)).body.status).toBe('SUCCEEDED')
  const { body } = await client.ask('GET', `${path}v0.1`)
  const file = await (await fetch(body.attributes.url)).json()
  expect(file).toMatchObject({
    name: 'v0.1',
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00$/),
    dataset: {
      owner: 'me',
      task_type: 'segmentation-bitmap',
      labelsets: [{ name: 'ground-truth', description: '' }],
      samples: [
        { name: 'a.png', labels: { 'ground-truth': { label_status: 'SKIPPED', attributes: null } } },
        { name: 'b.png', labels: { 'ground-truth': null } },
      ],
    },
  })
  expect((await client.ask('DELETE', `${path}v0.1/`)).status).toBe(204)
  expect((await fetch(body.attributes.url)).status).toBe(404)
})

it('keeps issues, labelsets, collaborators, work units and clones as the API has them', async () => {
  const [a] = await fill('a.png')
  const issue = await client.ask('POST', `/samples/${a}/issues/`, {
    description: 'The edge is off.',
    anchor: { type: 'location', location: { type: '2d', x: 1, y: 2 } },
  })
  expect(issue).toMatchObject({ status: 201, body: { status: 'OPEN', comments: [], sample_name: 'a.png' } })
  server.admin.addComment(issue.body.uuid, 'Seen.')
  await client.ask('PATCH', `/issues/${issue.body.uuid}/`, { status: 'CLOSED' })
  expect((await client.ask('GET', '/datasets/me/street/issues/')).body).toMatchObject([
    { status: 'CLOSED', comments: [{ created_by: 'colleague', text: 'Seen.' }] },
  ])
  const labelset = { name: 'model', description: '', attributes: '{}' }
  expect((await client.ask('POST', '/datasets/me/street/labelsets/', labelset)).status).toBe(201)
  await client.ask('PUT', `/labels/${a}/model/`, { attributes: null, score: 0.9 })
  expect((await client.ask('GET', '/datasets/me/street/labelsets')).body).toHaveLength(2)
  const people = '/datasets/me/street/collaborators/'
  expect((await client.ask('POST', people, { user: 'nobody', role: 'labeler' })).body.user[0]).toContain(
    'does not exist',
  )
  expect((await client.ask('POST', people, { user: 'me', role: 'labeler' })).body.detail).toContain(
    'cannot be added',
  )
  expect(await client.ask('POST', people, { user: 'colleague', role: 'labeler' })).toMatchObject({
    status: 201,
    body: { user: { username: 'colleague' }, role: 'labeler' },
  })
  expect((await client.ask('POST', people, { user: 'colleague', role: 'labeler' })).body.detail).toContain(
    'is already a collaborator',
  )
  expect((await client.ask('GET', '/datasets/me/street/workunits/?sort=-created_at')).body).toMatchObject([
    { work_type: 'label', sample_name: 'a.png', time: 0 },
  ])
  const copy = await client.ask('POST', '/datasets/me/street/clone/', { name: 'copy', clone_labels: true })
  expect(copy.body).toMatchObject({ full_name: 'me/copy', cloned_from: 'me/street', samples_count: 1 })
  expect(server.admin.label('me/copy', 'a.png', 'model')).toMatchObject({ score: 0.9 })
  expect((await client.ask('DELETE', '/datasets/me/street/labelsets/ground-truth/')).status).toBe(400)
})

it('shows a private dataset to nobody else, and lets everybody do what their role may', async () => {
  const [a] = await fill('a.png')
  const other = plainClient(server, 'other')
  expect((await other.ask('GET', '/datasets/me/street/')).status).toBe(404)
  expect((await other.ask('GET', `/labels/${a}/ground-truth/`)).status).toBe(404)
  server.admin.setRole('me/street', 'colleague', 'labeler')
  expect((await other.ask('PUT', `/labels/${a}/ground-truth/`, { attributes: null })).status).toBe(201)
  const refused = { status: 403, body: { detail: 'You do not have permission to perform this action.' } }
  expect(await other.ask('POST', '/datasets/me/street/samples/', image('b.png'))).toMatchObject(refused)
  expect(await other.ask('PATCH', `/samples/${a}/`, { priority: 1 })).toMatchObject(refused)
  expect(await other.ask('POST', '/datasets/me/street/releases/', { name: 'x' })).toMatchObject(refused)
  server.admin.setRole('me/street', 'colleague', 'manager')
  expect((await other.ask('PATCH', `/samples/${a}/`, { priority: 1 })).status).toBe(200)
  expect(await other.ask('PATCH', `/samples/${a}/`, { name: 'b' })).toMatchObject(refused)
  expect((await other.ask('POST', '/organizations/team/datasets/', street)).body.detail).toContain(
    'need to be an administrator',
  )
  expect((await client.ask('POST', '/organizations/team/datasets/', street)).body.full_name).toBe(
    'team/street',
  )
})

it('keeps what it has when it is started again, even if nobody stopped it', async () => {
  const [a] = await fill('a.png', 'b.png')
  const url = await client.upload(
    'a.png',
    maskPng(4, 4, () => 0),
  )
  await client.ask('PUT', `/labels/${a}/ground-truth/`, { attributes: null })
  const before = JSON.stringify([server.admin.samples('me/street'), server.admin.label('me/street', 'a.png')])
  const last = server.admin.label('me/street', 'a.png')!.updated_at
  const port = Number(new URL(server.url).port)
  await server.close()
  appendFileSync(join(folder, 'state.jsonl'), '["samples","torn",{"uuid":')
  server = await startSegmentsDouble({ dir: folder, port, apiKey: 'secret', now: () => 0 })
  expect(JSON.stringify([server.admin.samples('me/street'), server.admin.label('me/street', 'a.png')])).toBe(
    before,
  )
  // The first request may still go to the server that is gone.
  await expect.poll(() => fetch(url).then(({ status }) => status, String)).toBe(200)
  // Not even a clock that went back makes a time twice.
  expect(server.admin.editLabel('me/street', 'a.png', {}).updated_at > last).toBe(true)
})
