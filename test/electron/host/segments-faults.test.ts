import { expect, it } from 'vitest'
import { maskPng } from '../../support/segments-client.ts'
import {
  openSegmentsDesk,
  type SegmentsDesk,
  type SegmentsLibrary,
  streets,
} from '../../support/segments-desk.ts'

const writing = /^(create|update|delete|put|patch|upload|add)/
const writes = ({ server }: SegmentsDesk) =>
  Object.fromEntries(Object.entries(server.counts()).filter(([operation]) => writing.test(operation)))

async function filled(desk: SegmentsDesk, images = 4): Promise<SegmentsLibrary> {
  const ada = await desk.library('ada')
  ada.categorize()
  for (let shade = 1; shade <= images; shade++) {
    await ada.add(`${shade}.png`, shade)
    await ada.label(`${shade}.png`, [1, 2])
  }
  return ada
}
async function expectWhole(desk: SegmentsDesk, ada: SegmentsLibrary, images = 4) {
  expect(desk.server.admin.samples(streets).length).toBe(images)
  for (let i = 1; i <= images; i++)
    expect(await desk.idsThere(`${i}.png`)).toEqual(await ada.idsOf(`${i}.png`))
  desk.server.forget()
  const again = await ada.run('both')
  expect([again.failed, again.conflicts]).toEqual([[], []])
  expect(writes(desk)).toEqual({})
}

it.each([
  ['put_label', { kind: 'status-after-effect', status: 500 }],
  ['put_label', { kind: 'drop-after-effect' }],
  ['put_label', { kind: 'truncate' }],
  ['put_label', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
  ['create_samples', { kind: 'status-after-effect', status: 502 }],
  ['create_samples', { kind: 'drop-after-effect' }],
  ['create_samples', { kind: 'truncate' }],
  ['create_dataset', { kind: 'status-after-effect', status: 504 }],
  ['create_dataset', { kind: 'drop-after-effect' }],
  ['upload', { kind: 'expired' }],
  ['upload', { kind: 'drop-before-effect' }],
  ['list_samples', { kind: 'throttled' }],
  ['get_label', { kind: 'drop-before-effect' }],
] as const)('S2: a fault at %s of the kind %o leaves nothing twice and nothing out', async (on, action) => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk)
  desk.server.fail({ on, action, times: 1 })
  const result = await ada.run('publish')
  expect(result.failed).toEqual([])
  expect(desk.server.admin.datasets().length).toBe(1)
  await expectWhole(desk, ada)
})

it.each([
  ['a key that is taken back', { on: 'api', after: 9, action: { kind: 'revoke' } }, 'AUTH_REVOKED'],
  [
    'a server that is broken for long',
    { on: 'api', after: 9, times: 1e6, action: { kind: 'status', status: 503 } },
    'NET_SLOW',
  ],
  [
    'a network that wants a sign-in',
    { on: 'api', after: 9, times: 1e6, action: { kind: 'portal' } },
    'NET_INTERFERED',
  ],
] as const)('%s ends the run with its code, and the next run goes on', async (_, fault, code) => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk)
  desk.server.fail(fault)
  await expect(ada.run('publish')).rejects.toMatchObject({ code })
  const { job } = await ada.call('segments.status', {})
  expect([job?.state, job?.error?.code]).toEqual(['failed', code])
  desk.server.mend()
  // A host that did not answer is left alone for a moment; a person who tries again is not told to wait for it.
  await ada.call('segments.check', {})
  const result = await ada.run('publish')
  expect(result.failed).toEqual([])
  await expectWhole(desk, ada)
  expect(JSON.stringify([ada.logs, await ada.call('segments.log', {})])).not.toContain('segments-test-key')
})

it('stops when it is told to, and goes on with the next run', async () => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk)
  desk.server.fail({ on: 'put_label', action: { kind: 'slow', ms: 5000 }, times: 1 })
  const run = ada.run('publish')
  const ended = expect(run).rejects.toMatchObject({ code: 'CANCELLED' })
  while (desk.server.count('put_label') === 0) await new Promise((done) => setTimeout(done, 5))
  const { job } = await ada.call('segments.cancel', {})
  await ended
  expect(job?.state).toBe('stopped')
  desk.server.mend()
  expect((await ada.run('publish')).failed).toEqual([])
  await expectWhole(desk, ada)
})

it('refuses a second run of another kind, and joins one of the same', async () => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk)
  const first = ada.run('publish')
  await expect(ada.run('pull')).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(ada.call('segments.unlink', {})).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(await ada.run('publish')).toEqual(await first)
})

it('takes nothing of a label that cannot be read, says why for each, and never writes over it', async () => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk, 6)
  await ada.run('publish')
  const { admin } = desk.server
  desk.server.options.checksMasks = false
  const bad = (name: string, bytes: Uint8Array, more: object = {}) => {
    const url = admin.putFile('label.png', bytes)
    const annotations = [{ id: 1, track_id: 1, category_id: 2 }]
    admin.editLabel(streets, name, {
      attributes: { format_version: '0.1', annotations, segmentation_bitmap: { url }, ...more } as never,
    })
  }
  bad(
    '1.png',
    maskPng(9, 9, () => 1),
  )
  bad(
    '2.png',
    maskPng(7, 5, () => 77),
  )
  bad('3.png', new TextEncoder().encode('<html>sign in</html>'))
  bad('4.png', maskPng(7, 5, () => 1).subarray(0, 60))
  const before = [1, 2, 3, 4, 5].map((i) => admin.label(streets, `${i}.png`)?.updated_at)
  const result = await ada.run('both')
  expect(result.failed.map(({ name, error }) => [name, error.code]).sort()).toEqual([
    ['1.png', 'IN_SIZE_MISMATCH'],
    ['2.png', 'BAD_REQUEST'],
    ['3.png', 'IN_FORMAT'],
    ['4.png', 'IN_FORMAT'],
  ])
  for (let i = 1; i <= 4; i++) await ada.label(`${i}.png`, [3, 3, 3])
  const again = await ada.run('both')
  expect(again.failed.length).toBe(4)
  expect([1, 2, 3, 4, 5].map((i) => admin.label(streets, `${i}.png`)?.updated_at)).toEqual(before)
})

it('takes no image that is none, and no name that leads out of a folder', async () => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk, 1)
  await ada.run('publish')
  const { admin } = desk.server
  const page = admin.putFile('5.png', new TextEncoder().encode('<html></html>'))
  admin.addSample(streets, { name: '5.png', url: page })
  const there = await desk.addThere('6.png', 6)
  admin.editSample(streets, '6.png', { metadata: { tessera_name: '../../6.png' } })
  await desk.addThere('7.png', 7)
  await desk.addThere('8.png', 7)
  admin.addSample(streets, { name: '9.png', url: 'http://127.0.0.1:1/9.png' })
  const result = await ada.run('pull')
  const codes = Object.fromEntries(result.failed.map(({ name, error }) => [name, error.code]))
  // Of two samples with one image either may come first; one image is one sample here.
  const { '7.png': first, '8.png': second, ...others } = codes
  expect([first, second].filter((code) => code !== undefined)).toEqual(['NAME_TAKEN'])
  expect(others).toEqual({ '5.png': 'IN_FORMAT', '../../6.png': 'IN_PATH', '9.png': 'REMOTE_GONE' })
  expect(there.name).toBe('6.png')
  const { samples } = await ada.call('samples.list', {})
  expect(samples.map(({ name }) => name)).toEqual(['1.png', first === undefined ? '7.png' : '8.png'])
})

it('keeps sequences and shapes as they are, and writes over neither', async () => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk, 2)
  await ada.run('publish')
  const { admin } = desk.server
  const points = [
    [0, 0],
    [3, 3],
  ]
  const shapes = { format_version: '0.1', annotations: [{ id: 1, category_id: 2, type: 'bbox', points }] }
  const { updated_at } = admin.editLabel(streets, '1.png', { attributes: shapes as never })
  admin.addSample(streets, { name: 'ride', url: 'x', attributes: { frames: [] } as never })
  expect((await ada.plan('both')).counts.carried).toBe(1)
  await ada.label('1.png', [5, 5])
  const result = await ada.run('both')
  expect([result.got.carried, result.failed]).toEqual([2, []])
  expect((await ada.idsOf('1.png'))?.slice(0, 3)).toEqual([5, 5, 0])
  expect(await ada.services.labels.shapes(ada.find('1.png').headRevision as never)).toMatchObject({
    shapes: [{ type: 'bbox', points }],
  })
  desk.server.forget()
  // What was drawn here cannot go there, which is said each time.
  expect((await ada.run('both')).left).toEqual(['1.png'])
  expect(writes(desk)).toEqual({})
  expect(admin.label(streets, '1.png')).toMatchObject({ attributes: shapes, updated_at })
  expect((await ada.call('carried.list', {})).list.map(({ name }) => name)).toEqual(['ride'])
})

it('asks before unusually many labels here get another one', async () => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk, 25)
  await ada.run('publish')
  for (let i = 1; i <= 25; i++) desk.labelThere(`${i}.png`, [1])
  expect(await ada.plan('pull')).toMatchObject({ replaced: 25, needsConfirmation: true })
  await expect(ada.run('pull')).rejects.toMatchObject({ code: 'SYNC_FAILSAFE' })
  expect((await ada.run('pull', { confirmed: true })).got.labels).toBe(25)
})

it('sends no label of a category that the dataset lost, until it is there again', async () => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk, 1)
  await ada.run('publish')
  desk.server.admin.editDataset(streets, {
    task_attributes: { format_version: '0.1', categories: [{ id: 1, name: 'road' }] },
  })
  await ada.label('1.png', [4, 4])
  expect((await ada.run('publish')).failed).toEqual([])
  expect(desk.server.admin.dataset(streets)?.task_attributes).toMatchObject({
    categories: [{ id: 1 }, { id: 2, name: 'car' }],
  })
  expect(await desk.idsThere('1.png')).toEqual(await ada.idsOf('1.png'))
})

it('publishes 300 images with the calls that they need, and none the second time', {
  timeout: 240_000,
}, async () => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk, 300)
  desk.server.forget()
  const result = await ada.run('publish')
  expect([result.failed, result.sent.samples, result.sent.labels]).toEqual([[], 300, 300])
  const counts = desk.server.counts()
  // Every label here has the same pixels, so one mask is enough for all.
  const masks = counts.create_asset! - 300
  expect(masks).toBeGreaterThanOrEqual(1)
  expect(masks).toBeLessThanOrEqual(6)
  expect(counts).toEqual({
    get_dataset: expect.any(Number),
    get_user: 2,
    create_dataset: 1,
    create_asset: 300 + masks,
    upload: 300 + masks,
    create_samples: 3,
    // Once more after each mask that was sent.
    get_label: 300 + masks,
    put_label: 300,
  })
  expect(counts.get_dataset).toBeLessThanOrEqual(2)
  expect(desk.server.load().peak).toBeLessThanOrEqual(4)
  desk.server.forget()
  await ada.run('publish')
  // Two pages hold them all; the third says so.
  expect(desk.server.counts()).toEqual({ get_dataset: 1, list_samples: 3 })
})

it('knows an issue that it sent and did not write down as its own', async () => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk, 1)
  await ada.run('publish')
  const sampleId = ada.find('1.png').id
  const change = { kind: 'issue', id: crypto.randomUUID(), at: null, objectId: null, text: 'loose edge' }
  await ada.call('cards.change', { sampleId, change: change as never })
  desk.server.admin.addIssue(streets, '1.png', 'loose edge', 'me')
  // Somebody has closed it there since: it is not opened again.
  const [sent] = desk.server.admin.issues(streets)
  desk.server.admin.closeIssue(sent!.uuid)
  await ada.run('publish')
  await ada.run('both')
  expect(desk.server.admin.issues(streets)).toMatchObject([{ uuid: sent!.uuid, status: 'CLOSED' }])
  expect((await ada.call('cards.get', { sampleId })).issues).toMatchObject([
    { id: change.id, resolved: { by: 'colleague' } },
  ])
})

it('keeps a label that somebody saves there while the mask is sent', async () => {
  const desk = await openSegmentsDesk()
  const ada = await filled(desk, 1)
  await ada.run('publish')
  await ada.label('1.png', [1, 1, 1, 1, 1])
  desk.server.forget()
  desk.server.fail({ on: 'upload', action: { kind: 'slow', ms: 400 }, times: 1 })
  const run = ada.run('both')
  while (desk.server.count('upload') === 0) await new Promise((done) => setTimeout(done, 5))
  desk.labelThere('1.png', [2, 2, 2])
  const theirs = await desk.idsThere('1.png')
  expect((await run).conflicts.map(({ name }) => name)).toEqual(['1.png'])
  expect(await desk.idsThere('1.png')).toEqual(theirs)
})
