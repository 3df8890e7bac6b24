import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import type { SampleId } from '../../../shared/dataset/digest.ts'
import { frame, importPath, type JournalHeader, journalPath } from '../../../shared/host/data-plane.ts'
import { type ImportOutcome, importOutcomeSchema } from '../../../shared/host/host-api.ts'
import { encodePatch } from '../../../shared/label/id-runs.ts'
import { startWandbDouble } from '../../servers/wandb/server.ts'
import { openTestHost, type TestHost } from '../../support/open-test-host.ts'

const signal = new AbortController().signal
const [width, height] = [6, 4]
const post = (host: TestHost, path: string, body: Uint8Array) =>
  host.handle(new Request(`http://host${path}`, { method: 'POST', body: body as Uint8Array<ArrayBuffer> }))

async function importImage(host: TestHost): Promise<Extract<ImportOutcome, { kind: 'added' }>> {
  const image = await sharp({ create: { width, height, channels: 3, background: '#336699' } })
    .png()
    .toBuffer()
  const outcome = importOutcomeSchema.parse(await (await post(host, importPath('a.png'), image)).json())
  if (outcome.kind !== 'added') throw new Error(JSON.stringify(outcome))
  return outcome
}

/** A stroke of `from` … `from + 4` that reaches the journal and nothing else. */
async function draw(
  host: TestHost,
  sampleId: string,
  stroke: { id: number; from: number; base: string | null },
) {
  const { id, from, base } = stroke
  const header: JournalHeader = {
    session: randomUUID(),
    seq: 1,
    base,
    width,
    height,
    title: `Brush on car ${id}`,
    set: [{ id, categoryId: 1, attributes: {} }],
    removed: [],
    nextObjectId: id + 1,
    status: 'in progress',
  }
  const after = new Uint32Array(5).fill(id)
  const patch = encodePatch({ runs: Uint32Array.of(from, 5), before: new Uint32Array(5), after })
  const answer = await post(host, journalPath(sampleId as SampleId), frame(header, patch))
  expect(await answer.json()).toEqual({ seq: 1 })
}

it('commits what a crash had left in a journal, though nobody has opened the image since', async () => {
  const first = await openTestHost()
  onTestFinished(() => rmSync(first.root, { recursive: true, force: true }))
  const { sample } = await importImage(first)
  first.services.categories.create({ name: 'car', hasInstances: true })
  await draw(first, sample.id, { id: 1, from: 0, base: null })
  await first.close()

  const second = await openTestHost({ root: first.root })
  const { version } = await second.handlers['versions.commit']({ message: 'after the crash' }, signal)
  expect(version?.counts).toEqual({ samples: 1, labeled: 1, objects: 1 })
  expect(second.services.samples.get(sample.id)).toMatchObject({ status: 'in progress', labeledPixels: 5 })
  expect(await second.handlers['label.open']({ sampleId: sample.id }, signal)).toMatchObject({
    restoredEdits: 1,
  })
  await second.close()
})

it('commits what a closed window had drawn and not saved, and puts a status on top of it', async () => {
  const host = await openTestHost()
  onTestFinished(() => host.cleanup())
  const { sample } = await importImage(host)
  host.services.categories.create({ name: 'car', hasInstances: true })
  await draw(host, sample.id, { id: 1, from: 0, base: null })
  const { version } = await host.handlers['versions.commit']({ message: '' }, signal)
  expect(version?.counts).toEqual({ samples: 1, labeled: 1, objects: 1 })
  const { headRevision } = host.services.samples.get(sample.id)
  await draw(host, sample.id, { id: 2, from: 10, base: headRevision })
  await host.handlers['samples.setStatus']({ id: sample.id, status: 'labeled' }, signal)
  const state = await host.handlers['label.open']({ sampleId: sample.id }, signal)
  expect(state).toMatchObject({ status: 'labeled', restoredEdits: 1, siblings: [] })
  expect(state.objects.map(({ id }) => id)).toEqual([1, 2])
})

it('marks no image as labeled from afar while something that must be said is not, and takes a status back all the same', async () => {
  const host = await openTestHost()
  onTestFinished(async () => {
    await host.close()
    rmSync(host.root, { recursive: true, force: true })
  })
  const { sample } = await importImage(host)
  const { handlers, services } = host
  const attributes = [{ name: 'colour', type: 'text', required: true }] as const
  services.categories.create({ name: 'car', hasInstances: true, attributes: [...attributes] })
  await draw(host, sample.id, { id: 1, from: 0, base: null })
  const mark = () =>
    handlers['samples.change']({ ids: [sample.id], change: { kind: 'status', status: 'labeled' } }, signal)
  const missing = {
    code: 'CONFLICT',
    message: expect.stringMatching(/a\.png .*"colour" of car 1 is missing/),
  }
  expect(await mark()).toMatchObject({ changed: 0, failed: [{ id: sample.id, error: missing }] })
  await expect(
    handlers['samples.setStatus']({ id: sample.id, status: 'labeled' }, signal),
  ).rejects.toMatchObject(missing)
  expect(services.samples.get(sample.id as SampleId).status).toBe('in progress')

  services.categories.update({ id: 1, attributes: [] })
  services.categories.setRules({ imageAttributes: [{ name: 'weather', type: 'text', required: true }] })
  const change = { kind: 'attributes' as const, set: { weather: 'rain' }, remove: [] }
  expect(await mark()).toMatchObject({ changed: 0 })
  await handlers['cards.change']({ sampleId: sample.id, change }, signal)
  expect(await mark()).toMatchObject({ changed: 1, failed: [] })

  const { undo } = await handlers['samples.change'](
    { ids: [sample.id], change: { kind: 'status', status: 'rejected' } },
    signal,
  )
  services.categories.update({ id: 1, attributes: [...attributes] })
  expect(await handlers['samples.undo']({ undo: undo! }, signal)).toEqual({ restored: 1, skipped: 0 })
  expect(services.samples.get(sample.id as SampleId).status).toBe('labeled')
})

it('tells of every other state of a label until somebody has chosen', async () => {
  const host = await openTestHost()
  onTestFinished(() => host.cleanup())
  const { sample } = await importImage(host)
  host.services.categories.create({ name: 'car', hasInstances: true })
  await draw(host, sample.id, { id: 1, from: 0, base: null })
  const first = await host.handlers['label.open']({ sampleId: sample.id }, signal)
  // Another window had begun on the empty label.
  await draw(host, sample.id, { id: 2, from: 10, base: null })
  const opened = await host.handlers['label.open']({ sampleId: sample.id }, signal)
  expect(opened).toMatchObject({ revision: first.revision, siblings: [{ tool: 'journal' }] })
  expect(host.services.samples.get(sample.id).hasSiblings).toBe(true)
  const { revision } = opened.siblings[0]!
  await host.handlers['label.choose']({ sampleId: sample.id, revision }, signal)
  const chosen = await host.handlers['label.open']({ sampleId: sample.id }, signal)
  expect(chosen.objects.map(({ id }) => id)).toEqual([2])
  expect(chosen.siblings).toEqual([])
  expect(host.services.samples.get(sample.id).hasSiblings).toBe(false)
})

it('reads in a library that another host writes, and writes nothing', async () => {
  const writer = await openTestHost()
  onTestFinished(() => writer.cleanup())
  const { sample } = await importImage(writer)
  const reader = await openTestHost({ root: writer.root, mode: 'read' })
  expect(reader.services.samples.get(sample.id).name).toBe('a.png')
  expect(await reader.handlers['app.info']({}, signal)).toMatchObject({ readOnly: true })
  const writes = [
    reader.handlers['samples.setStatus']({ id: sample.id, status: 'labeled' }, signal),
    reader.handlers['categories.create']({ name: 'car', hasInstances: true }, signal),
    reader.handlers['settings.set']({ author: 'A. Person' }, signal),
    reader.handlers['versions.commit']({ message: '' }, signal),
    reader.handlers['samples.addExamples']({}, signal),
  ]
  for (const write of writes) await expect(write).rejects.toMatchObject({ code: 'LIB_READ_ONLY' })
  await reader.close()
})

it('tests a connection that is only typed, and stores, tells and sends nothing of it', async () => {
  const host = await openTestHost()
  onTestFinished(() => host.cleanup())
  const key = 'typed0123456789typed0123456789typed012345'
  const server = await startWandbDouble({ data: join(host.root, 'server'), apiKey: key, entity: 'vision' })
  onTestFinished(() => server.close())
  await importImage(host)
  await host.handlers['versions.commit']({ message: '' }, signal)
  const before = await host.handlers['settings.get']({}, signal)
  host.events.length = 0

  const draft = { baseUrl: server.url, entity: 'visoin', project: 'streets', key }
  const check = host.handlers['wandb.check']
  expect(await check({ draft }, signal)).toMatchObject({ entity: 'vision' })
  const wrong = `wrong${key.slice(5)}`
  await expect(check({ draft: { ...draft, key: wrong } }, signal)).rejects.toMatchObject({
    code: expect.stringMatching(/^AUTH_/),
  })
  await expect(check({ draft: { ...draft, key: 'short' } }, signal)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  })
  // Without a key the stored one counts, and there is none.
  const keyless = { baseUrl: server.url, entity: 'visoin', project: 'streets' }
  await expect(check({ draft: keyless }, signal)).rejects.toMatchObject({ code: 'AUTH_MISSING' })

  expect(await host.handlers['settings.get']({}, signal)).toEqual(before)
  expect(host.events).toEqual([])
  expect(
    (await host.handlers['sync.status']({}, signal)).entries.map(({ delivery }) => delivery.kind),
  ).toEqual([])
  expect(server.requests.map(({ field }) => field)).toEqual(['viewer', 'viewer'])
  const kept = readdirSync(host.root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(join(host.root, 'server')))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
  expect([...host.logs, ...kept].filter((text) => text.includes(key) || text.includes(wrong))).toEqual([])
})
