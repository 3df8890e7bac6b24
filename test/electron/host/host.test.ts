import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import sharp from 'sharp'
import { expect, it, onTestFinished } from 'vitest'
import type { SampleId } from '../../../shared/dataset/digest.ts'
import { frame, importPath, type JournalHeader, journalPath } from '../../../shared/host/data-plane.ts'
import { type ImportOutcome, importOutcomeSchema } from '../../../shared/host/host-api.ts'
import { encodePatch } from '../../../shared/label/id-runs.ts'
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

it('commits what a crash had left in a journal, though nobody has opened the image since', async () => {
  const first = await openTestHost()
  onTestFinished(() => rmSync(first.root, { recursive: true, force: true }))
  const { sample } = await importImage(first)
  const { id: categoryId } = first.services.categories.create({ name: 'car', hasInstances: true })
  const header: JournalHeader = {
    session: randomUUID(),
    seq: 1,
    base: null,
    width,
    height,
    title: 'Brush on car 1',
    set: [{ id: 1, categoryId, attributes: {} }],
    removed: [],
    nextObjectId: 2,
    status: 'in progress',
  }
  const after = new Uint32Array(5).fill(1)
  const patch = encodePatch({ runs: Uint32Array.of(0, 5), before: new Uint32Array(5), after })
  const answer = await post(first, journalPath(sample.id as SampleId), frame(header, patch))
  expect(await answer.json()).toEqual({ seq: 1 })
  await first.close()

  const second = await openTestHost({ root: first.root })
  const { version } = await second.handlers['versions.commit']({ message: 'after the crash' }, signal)
  expect(version?.counts).toEqual({ samples: 1, labeled: 1, objects: 1 })
  expect(second.services.samples.get(sample.id)).toMatchObject({ status: 'in progress', labeledPixels: 5 })
  await second.close()
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
