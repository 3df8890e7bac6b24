import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { onTestFinished } from 'vitest'
import type { HostOptions } from '../../electron/host/host.ts'
import {
  type HostInput,
  type HostMethod,
  type HostOutput,
  hostMethods,
  type Sample,
} from '../../shared/host/host-api.ts'
import { decodeIds } from '../../shared/label/id-runs.ts'
import type { DoubleOptions } from '../servers/segments/desk.ts'
import { startSegmentsDouble } from '../servers/segments/server.ts'
import { saveOf } from './label-library.ts'
import { pngOf, size } from './laptops.ts'
import { openTestHost, type TestHost } from './open-test-host.ts'
import { maskPng } from './segments-client.ts'

export const segmentsKey = 'segments-test-key'
export const streets = 'me/streets'

type LibraryOptions = Partial<Pick<HostOptions, 'ops' | 'environment' | 'releaseWaits'>> & {
  /** Links it to the dataset of the tests. */
  readonly link?: boolean
}

/** A double of Segments.ai, and as many libraries that are linked to one dataset of it as a test wants. */
export async function openSegmentsDesk(options: Partial<DoubleOptions> = {}) {
  const root = mkdtempSync(join(tmpdir(), 'segments-desk-'))
  const dir = join(root, 'server')
  const server = await startSegmentsDouble({ dir, apiKey: segmentsKey, ...options })
  const open = new Set<TestHost>()
  onTestFinished(async () => {
    for (const host of open) await host.close().catch(() => undefined)
    await server.close()
    rmSync(root, { recursive: true, force: true })
  })
  /** Another person labels a sample there: `ids` are those of the first pixels. */
  function labelThere(sample: string, ids: readonly number[], status = 'LABELED', dataset = streets) {
    const all = Array.from({ length: 35 }, (_, i) => ids[i] ?? 0)
    const url = server.admin.putFile(
      'label.png',
      maskPng(size.width, size.height, (x, y) => all[y * 7 + x]!),
    )
    const listed = [...new Set(all)].filter((id) => id > 0)
    const attributes = {
      format_version: '0.1',
      annotations: listed.map((id) => ({ id, track_id: id, category_id: 2 })),
      segmentation_bitmap: { url },
    }
    return server.admin.editLabel(dataset, sample, { label_status: status as 'LABELED', attributes })
  }
  /** The ids of the pixels of a label there; null: none. */
  async function idsThere(sample: string, dataset = streets): Promise<number[] | null> {
    const label = server.admin.label(dataset, sample)
    const url = (label?.attributes as { segmentation_bitmap?: { url?: string } } | null)?.segmentation_bitmap
      ?.url
    const file = url ? server.admin.file(url) : null
    if (!file) return null
    const { decodeMask } = await import('../../electron/adapters/mask-file.ts')
    return [...(await decodeMask(file)).ids]
  }
  async function addThere(name: string, shade: number, dataset = streets) {
    const url = server.admin.putFile(name, new Uint8Array(await pngOf(shade)))
    return server.admin.addSample(dataset, { name, url })
  }
  return {
    server,
    root,
    labelThere,
    idsThere,
    addThere,
    library: (name: string, more: LibraryOptions = {}) =>
      openSegmentsLibrary(server.url, { root: join(root, name), name, ...more }, open),
  }
}
export type SegmentsDesk = Awaited<ReturnType<typeof openSegmentsDesk>>
export type SegmentsLibrary = Awaited<ReturnType<typeof openSegmentsLibrary>>

export async function openSegmentsLibrary(
  baseUrl: string,
  { root, name, link = true, environment, ...options }: LibraryOptions & { root: string; name: string },
  open: Set<TestHost> = new Set(),
) {
  const host = await openTestHost({
    root,
    environment: { ...environment, SEGMENTS_API_KEY: segmentsKey, SEGMENTS_BASE_URL: baseUrl },
    http: { retries: 3, minWaitMs: 5 },
    ...options,
  })
  open.add(host)
  const { signal } = new AbortController()
  const call = <M extends HostMethod>(method: M, input: HostInput<M>, by = signal): Promise<HostOutput<M>> =>
    host.handlers[method](hostMethods[method].input.parse(input) as never, by) as Promise<HostOutput<M>>
  await call('settings.set', { author: name })
  const { categories, imports, labels, samples } = host.services
  const find = (image: string): Sample => samples.find(image)
  if (link && (await call('segments.status', {})).link === null) {
    const isThere = (await call('segments.datasets', {})).datasets.some((each) => each.name === streets)
    await call('segments.link', { dataset: streets, create: !isThere })
  }
  return {
    ...host,
    name,
    call,
    find,
    /** Categories road and car, as ids 1 and 2. */
    categorize() {
      categories.create({ name: 'road', hasInstances: false })
      categories.create({ name: 'car', hasInstances: true })
    },
    async add(image: string, shade: number): Promise<Sample> {
      const outcome = await imports.importStream(image, Readable.from([await pngOf(shade)]))
      if (outcome.kind !== 'added') throw new Error(`${image} was not added: ${JSON.stringify(outcome)}`)
      return outcome.sample
    },
    async label(image: string, ids: readonly number[]) {
      const sample = find(image)
      const all = Array.from({ length: 35 }, (_, i) => ids[i] ?? 0)
      await labels.save(sample.id as never, ...saveOf(all, sample.headRevision))
    },
    async idsOf(image: string): Promise<number[] | null> {
      const { headRevision } = find(image)
      if (headRevision === null) return null
      return [...decodeIds(await labels.pixels(headRevision as never), 35)]
    },
    run: (mode: 'publish' | 'pull' | 'both', more: Partial<HostInput<'segments.run'>> = {}) =>
      call('segments.run', { mode, ...more }),
    plan: (mode: 'publish' | 'pull' | 'both') => call('segments.plan', { mode }),
    async close() {
      open.delete(host)
      await host.close()
    },
  }
}
