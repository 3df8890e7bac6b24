import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createCategories } from '../../electron/host/categories.ts'
import type { SegmentsResult } from '../../shared/host/segments-methods.ts'
import { type SegmentsDouble, startSegmentsDouble } from '../../test/servers/segments/server.ts'
import { openTestLibrary } from '../../test/support/open-test-library.ts'
import { seedLabels } from '../../test/support/seed-labels.ts'
import { plainClient } from '../../test/support/segments-client.ts'
import { type BenchResult, measurement } from '../bench-result.ts'
import { createProgram, key } from './program.ts'

const size = { width: 640, height: 480, objects: 10, masks: 500 }
const dataset = 'me/street'
/** Samples of the comparison, and how many are on their way at a time: as many as Tessera asks for. */
const [alone, atOnce] = [500, 4]

/** Images and labels of a whole library to an empty dataset, once more when nothing changed, and the double alone. */
export async function measurePublish(samples: number, say: (line: string) => void): Promise<BenchResult> {
  const root = mkdtempSync(join(tmpdir(), 'tessera-publish-'))
  const server = await startSegmentsDouble({ dir: join(root, 'server'), checksMasks: false })
  const library = await openTestLibrary()
  try {
    say(`a library of ${samples} labels`)
    await seedLabels(library.context, createCategories(library.context), {
      ...size,
      samples,
      hasOwnMasks: true,
    })
    await library.close()
    const tessera = createProgram(root, server.url, say)
    const on = ['--library', library.folder]
    await tessera('segments', 'link', dataset, '--create', ...on)
    server.forget()
    const first = await tessera('segments', 'publish', '--json', ...on)
    const [requests, load] = [server.counts(), server.load()]
    server.forget()
    const second = await tessera('segments', 'publish', '--json', ...on)
    const again = server.counts()
    const { failed, sent } = JSON.parse(first.out) as SegmentsResult
    const failures: string[] = []
    if (failed.length > 0 || sent.samples !== samples || sent.labels !== samples)
      failures.push(`${sent.samples} samples and ${sent.labels} labels were sent, ${failed.length} failed.`)
    const writes = Object.keys(again).filter((name) => /^(create|put|update|upload)/.test(name))
    if (writes.length > 0) failures.push(`The second run wrote: ${writes.join(', ')}.`)
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0)
    say(`the double alone, ${alone} samples`)
    const bare = await measureAlone(server, library.folder)
    const of = `${samples.toLocaleString('en')} samples of ${size.width}x${size.height} with ${size.objects} objects`
    const each = measurement('for each sample', 'ms', [first.ms / samples])
    return {
      measurements: [
        measurement(`segments publish, ${of}`, 's', [first.ms / 1000]),
        { ...each, against: { label: 'the same requests alone', ratio: first.ms / samples / bare } },
        measurement('the same requests without Tessera, for each sample', 'ms', [bare]),
        measurement('requests', '', [sum(requests)]),
        measurement('memory at most', 'MB', [first.megabytes]),
        measurement('segments publish, nothing changed', 's', [second.ms / 1000]),
        measurement('requests, nothing changed', '', [sum(again)]),
      ],
      failures,
      skipped: [],
      data: { samples, ...size, requests, again, load, alone, atOnce },
    }
  } finally {
    await server.close()
    rmSync(root, { recursive: true, force: true })
    rmSync(dirname(library.folder), { recursive: true, force: true })
  }
}

/** What the server takes for what a sample needs (two files, a sample of a hundred, a label read and written), in ms. */
async function measureAlone(server: SegmentsDouble, folder: string): Promise<number> {
  const files = server.admin.samples(dataset).slice(0, alone)
  const library = await openTestLibrary({ folder, mode: 'read' })
  const { db, blobs } = library.context
  const select = db.prepare(
    'SELECT s.image_digest AS image, r.png_digest AS mask FROM samples s JOIN revisions r ON r.id = s.head_revision WHERE s.name = ?',
  )
  const bytes = await Promise.all(
    files.map(async ({ metadata }) => {
      const row = select.get(String(metadata.tessera_name))!
      const read = async (digest: unknown) => new Uint8Array(await blobs.get(digest as never))
      return { image: await read(row.image), mask: await read(row.mask) }
    }),
  )
  await library.close()
  const { ask, upload } = plainClient(server, key)
  await ask('POST', '/user/datasets/', { name: 'bare', task_attributes: taskOf(server) })
  const began = performance.now()
  for (let from = 0; from < files.length; from += 100) {
    const batch = files.slice(from, from + 100)
    const urls: string[] = []
    await inTurns(batch, async (_, i) => {
      urls[i] = await upload('image.png', bytes[from + i]!.image)
    })
    const drafts = batch.map(({ name, metadata }, i) => ({
      name,
      metadata,
      attributes: { image: { url: urls[i] } },
    }))
    const { body } = await ask('POST', '/datasets/me/bare/samples_bulk/', drafts)
    await inTurns(body as { uuid: string }[], async ({ uuid }, i) => {
      const path = `/labels/${uuid}/ground-truth/`
      await ask('GET', path)
      const url = await upload('label.png', bytes[from + i]!.mask)
      await ask('GET', path)
      const { label_status, attributes } = server.admin.label(dataset, batch[i]!.name)!
      const { status } = await ask('PUT', path, {
        label_status,
        attributes: { ...attributes, segmentation_bitmap: { url } },
      })
      if (status >= 300) throw new Error(`a label was answered with ${status}`)
    })
  }
  return (performance.now() - began) / files.length
}

const taskOf = (server: SegmentsDouble) => server.admin.dataset(dataset)!.task_attributes

async function inTurns<T>(list: readonly T[], work: (one: T, at: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    for (let at = next++; at < list.length; at = next++) await work(list[at]!, at)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}
