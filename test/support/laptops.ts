import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'
import type { FileOps } from '../../electron/adapters/file-ops.ts'
import {
  type HostInput,
  type HostMethod,
  type HostOutput,
  hostMethods,
  type Sample,
  type Version,
} from '../../shared/host/host-api.ts'
import type { DoubleOptions } from '../servers/wandb/nodes.ts'
import { startWandbDouble, type WandbDouble } from '../servers/wandb/server.ts'
import { saveOf } from './label-library.ts'
import { openTestHost, type TestHost } from './open-test-host.ts'
import { pushKey } from './push-host.ts'

/** Images here are 7 by 5. */
export const size = { width: 7, height: 5 }

export async function pngOf(shade: number): Promise<Buffer> {
  const background = { r: shade % 256, g: shade >> 8, b: 99 }
  return sharp({ create: { ...size, channels: 3, background } })
    .png()
    .toBuffer()
}

export type LaptopOptions = { readonly root?: string; readonly project?: string; readonly ops?: FileOps }
export type Laptop = Awaited<ReturnType<typeof openLaptop>>

/** A double, and as many libraries that are linked to one project of it as a test wants. */
export async function openDesk(options: Partial<DoubleOptions> = {}): Promise<{
  server: WandbDouble
  /** Where the server keeps its bytes, and everything else. */
  root: string
  laptop(name: string, more?: LaptopOptions): Promise<Laptop>
}> {
  const root = mkdtempSync(join(tmpdir(), 'desk-'))
  const server = await startWandbDouble({ data: join(root, 'server'), apiKey: pushKey, ...options })
  const open = new Set<TestHost>()
  onTestFinished(async () => {
    for (const host of open) await host.close().catch(() => undefined)
    await server.close()
    rmSync(root, { recursive: true, force: true })
  })
  return {
    server,
    root,
    laptop: (name, more = {}) => openLaptop(server.url, { root: join(root, name), name, ...more }, open),
  }
}

async function openLaptop(
  baseUrl: string,
  { root, name, project = 'street', ops }: LaptopOptions & { root: string; name: string },
  open: Set<TestHost>,
) {
  const host = await openTestHost({
    root,
    environment: { WANDB_API_KEY: pushKey },
    http: { retries: 3, minWaitMs: 5 },
    ...(ops && { ops }),
  })
  open.add(host)
  const { signal } = new AbortController()
  const call = <M extends HostMethod>(method: M, input: HostInput<M>, by = signal): Promise<HostOutput<M>> =>
    host.handlers[method](hostMethods[method].input.parse(input) as never, by) as Promise<HostOutput<M>>
  const wandb = { baseUrl, entity: 'me', project, autoPush: false }
  await call('settings.set', { author: name, wandb })
  const { categories, imports, labels, samples } = host.services
  const find = (image: string): Sample => samples.find(image)
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
    /** Gives pixels of an image to objects: `ids` are those of the first pixels, the rest is unlabeled. */
    async label(image: string, ids: readonly number[]) {
      const sample = find(image)
      const all = Array.from({ length: 35 }, (_, i) => ids[i] ?? 0)
      await labels.save(sample.id as never, ...saveOf(all, sample.headRevision))
    },
    /** The ids of all pixels. */
    async idsOf(image: string): Promise<number[]> {
      const { headRevision } = find(image)
      if (headRevision === null) return []
      const { decodeIds } = await import('../../shared/label/id-runs.ts')
      return [...decodeIds(await labels.pixels(headRevision as never), 35)]
    },
    async commit(message = ''): Promise<Version> {
      const { version } = await call('versions.commit', { message })
      if (!version) throw new Error('nothing to commit')
      return version
    },
    push: () => call('sync.push', {}),
    pullAndMerge: (more: HostInput<'remote.pullAndMerge'> = {}) => call('remote.pullAndMerge', more),
    head: (): Version | null => host.services.versions.head(),
    async close() {
      open.delete(host)
      await host.close()
    },
  }
}
