import { expect, it } from 'vitest'
import { openSegmentsDesk, type SegmentsLibrary, streets } from '../../support/segments-desk.ts'

/** Operations that write. */
const writing = /^(create|update|delete|put|patch|upload|add)/
const writes = (counts: Record<string, number>) =>
  Object.fromEntries(Object.entries(counts).filter(([operation]) => writing.test(operation)))

async function three(library: SegmentsLibrary) {
  library.categorize()
  for (const shade of [1, 2, 3]) await library.add(shade === 3 ? 'night/3.png' : `${shade}.png`, shade)
  await library.label('1.png', [1, 1, 2])
  await library.label('2.png', [3])
  await library.call('samples.setStatus', { id: library.find('1.png').id, status: 'labeled', review: false })
}

it('publishes images, labels, states and categories into a dataset that it makes', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  const plan = await ada.plan('publish')
  expect(plan.dataset).toBeNull()
  expect(plan.counts).toEqual({ 'create there': 3 })
  expect(plan.categories.newThere).toEqual(['road', 'car'])
  const result = await ada.run('publish')
  expect(result.failed).toEqual([])
  expect(result.sent).toMatchObject({ isDatasetNew: true, images: 3, samples: 3, labels: 2, categories: 2 })
  const { admin } = desk.server
  expect(admin.samples(streets).map(({ name }) => name)).toEqual(['1.png', '2.png', 'night%2F3.png'])
  expect(admin.sample(streets, 'night%2F3.png')?.metadata).toMatchObject({ tessera_name: 'night/3.png' })
  expect(admin.label(streets, '1.png')).toMatchObject({ label_status: 'LABELED', created_by: 'me' })
  expect(admin.label(streets, '2.png')).toMatchObject({ label_status: 'LABELING_IN_PROGRESS' })
  expect(admin.label(streets, 'night%2F3.png')).toBeUndefined()
  expect(await desk.idsThere('1.png')).toEqual(await ada.idsOf('1.png'))
  expect(admin.dataset(streets)?.task_attributes).toMatchObject({
    categories: [
      { id: 1, name: 'road' },
      { id: 2, name: 'car' },
    ],
  })
})

it('sends nothing the second time, and asks for as little as it can', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  await ada.run('publish')
  desk.server.forget()
  for (const mode of ['publish', 'both', 'pull'] as const) {
    const result = await ada.run(mode)
    expect([result.failed, result.conflicts]).toEqual([[], []])
  }
  expect(writes(desk.server.counts())).toEqual({})
  expect(desk.server.counts()).toEqual({ get_dataset: 3, list_samples: expect.any(Number), list_issues: 2 })
  expect((await ada.plan('both')).counts).toEqual({ unchanged: 3 })
})

it('brings a dataset here: images, labels with their states and authors, categories with their ids', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  await ada.run('publish')
  desk.labelThere('night%2F3.png', [7, 7, 7], 'REVIEWED')
  const bob = await desk.library('bob')
  const result = await bob.run('pull')
  expect(result.failed).toEqual([])
  expect(result.got).toMatchObject({ samples: 3, labels: 3, categories: 2 })
  expect(bob.find('night/3.png')).toMatchObject({ status: 'reviewed', savedBy: 'colleague' })
  expect(bob.find('1.png')).toMatchObject({ status: 'labeled', savedBy: 'me' })
  for (const name of ['1.png', '2.png']) expect(await bob.idsOf(name)).toEqual(await ada.idsOf(name))
  expect(await bob.idsOf('night/3.png')).toEqual(await desk.idsThere('night%2F3.png'))
  expect(await bob.call('categories.list', {})).toEqual(await ada.call('categories.list', {}))
  desk.server.forget()
  expect((await bob.run('both')).sent).toMatchObject({ labels: 0, samples: 0, images: 0, cards: 0 })
  expect(writes(desk.server.counts())).toEqual({})
  expect(desk.server.count('download')).toBe(0)
})

it('sends what changed here and takes what changed there', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  await ada.run('publish')
  await ada.label('1.png', [1, 1, 1, 1])
  desk.labelThere('2.png', [3, 3, 3])
  await desk.addThere('4.png', 4)
  await ada.add('5.png', 5)
  expect((await ada.plan('both')).counts).toEqual({
    push: 1,
    pull: 1,
    'create here': 1,
    'create there': 1,
    unchanged: 1,
  })
  const result = await ada.run('both')
  expect([result.failed, result.conflicts]).toEqual([[], []])
  expect([result.sent.labels, result.got.labels, result.got.samples, result.sent.samples]).toEqual([
    1, 1, 1, 1,
  ])
  expect(await desk.idsThere('1.png')).toEqual(await ada.idsOf('1.png'))
  expect(await ada.idsOf('2.png')).toEqual(await desk.idsThere('2.png'))
  expect(ada.find('4.png').status).toBe('unlabeled')
  expect((await ada.plan('both')).counts).toEqual({ unchanged: 5 })
})

it('keeps both labels when both sides changed one, and sends the answer with the next run', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  await ada.run('publish')
  await ada.label('1.png', [1, 1, 1, 1])
  desk.labelThere('1.png', [1, 1, 2, 2, 2])
  const held = await ada.run('publish')
  expect([held.held, held.conflicts, held.sent.labels]).toEqual([['1.png'], [], 0])
  expect(ada.find('1.png').hasSiblings).toBe(false)
  const before = await ada.idsOf('1.png')
  const result = await ada.run('both')
  const { id } = ada.find('1.png')
  expect(result.conflicts).toEqual([{ sampleId: id, name: '1.png' }])
  expect((await ada.call('segments.conflicts', {})).samples).toEqual(result.conflicts)
  expect(await ada.idsOf('1.png')).toEqual(before)
  const both = await ada.call('conflicts.get', { sampleId: id })
  expect([both.theirs.author, both.theirs.tool, both.isOneCounter]).toEqual(['colleague', 'segments', false])
  expect(both.base?.revision).toBeTruthy()
  // Until there is an answer, nothing of it moves.
  desk.server.forget()
  expect((await ada.run('both')).conflicts).toEqual(result.conflicts)
  expect(writes(desk.server.counts())).toEqual({})
  const { mine, theirs } = both
  await ada.call('conflicts.resolve', {
    sampleId: id,
    mine: mine.revision,
    theirs: theirs.revision,
    whole: 'mine',
    answers: [],
  })
  const after = await ada.run('both')
  expect([after.conflicts, after.sent.labels]).toEqual([[], 1])
  expect(await desk.idsThere('1.png')).toEqual(before)
  expect((await ada.plan('both')).counts).toEqual({ unchanged: 3 })
})

it('writes over what was reviewed there only when that was asked for', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  await ada.run('publish')
  desk.server.admin.editLabel(streets, '1.png', { label_status: 'REVIEWED' })
  await ada.run('both')
  expect(ada.find('1.png').status).toBe('reviewed')
  await ada.label('1.png', [1])
  expect((await ada.plan('publish')).reviewed).toBe(1)
  const held = await ada.run('publish')
  expect([held.held, held.sent.labels]).toEqual([['1.png'], 0])
  const sent = await ada.run('publish', { overwriteReviewed: true })
  expect([sent.held, sent.sent.labels]).toEqual([[], 1])
})

it('removes nothing because it is gone on the other side, and says so', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  await ada.run('publish')
  desk.server.admin.deleteSample(streets, '1.png')
  await ada.call('samples.change', { ids: [ada.find('2.png').id], change: { kind: 'trash' } })
  const result = await ada.run('both')
  expect([result.goneThere, result.goneHere, result.failed]).toEqual([['1.png'], ['2.png'], []])
  expect(ada.find('1.png').headRevision).not.toBeNull()
  expect(desk.server.admin.label(streets, '2.png')).toBeDefined()
})

it('brings cards together field by field, and issues both ways', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  const sampleId = ada.find('1.png').id
  const change = (wish: object) => ada.call('cards.change', { sampleId, change: wish as never })
  await change({ kind: 'metadata', set: { weather: 'rain' } })
  await change({ kind: 'tags', add: ['night'] })
  await change({ kind: 'split', split: 'val' })
  await change({
    kind: 'issue',
    id: crypto.randomUUID(),
    at: { x: 2, y: 1 },
    objectId: null,
    text: 'loose edge',
  })
  await ada.run('publish')
  const { admin } = desk.server
  expect(admin.sample(streets, '1.png')?.metadata).toMatchObject({
    weather: 'rain',
    split: 'val',
    tessera_tags: ['night'],
  })
  const [issue] = admin.issues(streets)
  expect(issue).toMatchObject({
    description: 'loose edge',
    status: 'OPEN',
    anchor: { type: 'location', location: { type: '2d', x: 2, y: 1 } },
  })
  const sample = admin.sample(streets, '1.png')!
  admin.editSample(streets, '1.png', {
    metadata: { ...sample.metadata, lens: 'wide', odd: { a: 1 } },
    priority: 5,
  })
  admin.addComment(issue!.uuid, 'it is, indeed')
  admin.addIssue(streets, '2.png', 'missing car')
  await change({ kind: 'metadata', set: { weather: 'sun' } })
  const result = await ada.run('both')
  expect(result.failed).toEqual([])
  expect(admin.sample(streets, '1.png')?.metadata).toMatchObject({
    weather: 'sun',
    lens: 'wide',
    odd: { a: 1 },
  })
  const card = await ada.call('cards.get', { sampleId })
  expect(card).toMatchObject({ metadata: { weather: 'sun', lens: 'wide' }, priority: 5 })
  expect(card.issues[0]?.replies).toMatchObject([{ text: 'it is, indeed', author: 'colleague' }])
  const other = await ada.call('cards.get', { sampleId: ada.find('2.png').id })
  expect(other.issues).toMatchObject([{ text: 'missing car', author: 'colleague', at: null, resolved: null }])
  // S3: what both changed is kept here, whole, before mine is written over it; a repeated call changes nothing of that.
  const long = 'fog '.repeat(900)
  const theirs = { ...admin.sample(streets, '1.png')!.metadata, weather: long }
  admin.editSample(streets, '1.png', { metadata: theirs })
  await change({ kind: 'metadata', set: { weather: 'hail' } })
  desk.server.fail({ on: 'update_sample', action: { kind: 'status', status: 503 }, times: 1 })
  await ada.run('both')
  expect(admin.sample(streets, '1.png')?.metadata.weather).toBe('hail')
  const { context } = ada.services
  const { facts } = context.db.prepare("SELECT facts FROM segments_samples WHERE name = '1.png'").get()!
  const [kept, ...more] = JSON.parse(String(facts)).overwritten
  expect(more).toEqual([])
  expect(JSON.parse(Buffer.from(await context.blobs.get(kept)).toString())).toEqual({
    metadata: theirs,
    priority: 5,
  })
  desk.server.forget()
  await ada.run('both')
  expect(writes(desk.server.counts())).toEqual({})
})

it('finds a dataset that another library of the same images published, without sending or fetching anything again', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  await ada.run('publish')
  const bob = await desk.library('bob')
  await three(bob)
  desk.server.forget()
  const result = await bob.run('both')
  expect([result.failed, result.conflicts, result.agreed]).toEqual([[], [], 2])
  expect(writes(desk.server.counts())).toEqual({})
  expect((await bob.plan('both')).counts).toEqual({ unchanged: 3 })
})

it('compares anew what it lost, and loses nothing by that', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  await ada.run('publish')
  const { db } = ada.services.context
  db.exec("UPDATE segments_samples SET row_sum = 'x' WHERE name = '1.png'")
  db.exec("DELETE FROM segments_samples WHERE name = '2.png'")
  db.exec('DELETE FROM segments_assets')
  await ada.label('2.png', [3, 3])
  desk.server.forget()
  const result = await ada.run('both')
  expect([result.failed, result.agreed, result.conflicts.map(({ name }) => name)]).toEqual([[], 1, ['2.png']])
  expect(writes(desk.server.counts())).toEqual({})
  const { sampleId } = result.conflicts[0]!
  const { mine, theirs, base } = await ada.call('conflicts.get', { sampleId })
  expect(base).toBeNull()
  const sides = { mine: mine.revision, theirs: theirs.revision }
  await ada.call('conflicts.resolve', { sampleId, ...sides, whole: 'mine', answers: [] })
  expect((await ada.run('both')).sent.labels).toBe(1)
  expect(await desk.idsThere('2.png')).toEqual(await ada.idsOf('2.png'))
})

it('knows a dataset again after the link was ended, and another one as another', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  await ada.run('publish')
  await ada.call('segments.unlink', {})
  await expect(ada.run('publish')).rejects.toMatchObject({ code: 'REMOTE_NOT_SET' })
  await ada.call('segments.link', { dataset: 'me/other', create: true })
  expect((await ada.plan('publish')).counts).toEqual({ 'create there': 3 })
  await expect(ada.call('segments.link', { dataset: streets, create: true })).rejects.toMatchObject({
    code: 'NAME_TAKEN',
  })
  await expect(ada.call('segments.link', { dataset: 'me/none' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const { link, known } = await ada.call('segments.link', { dataset: streets })
  expect([link?.dataset, known.samples]).toEqual([streets, 3])
  expect((await ada.plan('both')).counts).toEqual({ unchanged: 3 })
})

it('says how it goes, and how it ended', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  await ada.run('publish')
  const jobs = ada.events.flatMap((event) =>
    event.type === 'segments.changed' ? (event.status.job ?? []) : [],
  )
  expect(jobs.length).toBeGreaterThan(1)
  expect(jobs.at(-1)).toMatchObject({ kind: 'publish', state: 'done', done: 3, total: 3, error: null })
  const { lines } = await ada.call('segments.log', {})
  expect(lines.map(({ text }) => text)).toEqual([
    `Publishing to ${streets}`,
    '3 samples and 2 labels sent, 0 samples and 0 labels brought here',
  ])
})

it('reads categories that are none as a reason to stop, before anything is changed', async () => {
  const desk = await openSegmentsDesk()
  const ada = await desk.library('ada')
  await three(ada)
  await ada.run('publish')
  desk.server.admin.editDataset(streets, {
    task_attributes: { categories: [{ id: 'x', name: 7 }] } as never,
  })
  await ada.label('1.png', [1])
  desk.server.forget()
  await expect(ada.run('both')).rejects.toMatchObject({ code: 'IN_FORMAT' })
  expect(writes(desk.server.counts())).toEqual({})
})
