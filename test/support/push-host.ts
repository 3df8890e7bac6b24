import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'
import type { Sample } from '../../shared/host/host-api.ts'
import { startWandbDouble } from '../servers/wandb/server.ts'
import { saveOf } from './label-library.ts'
import { openTestHost } from './open-test-host.ts'

export const pushKey = 'canary0123456789canary0123456789canary0123'
const { signal } = new AbortController()

/**
 * A host that pushes to a double of its own, with three images of 7 by 5 and the categories road and car.
 * `progressMetrics` costs each push two seconds, in which W&B's own package sends them.
 */
export async function openPushHost({ progressMetrics = false } = {}) {
  const host = await openTestHost({ environment: { WANDB_API_KEY: pushKey }, progressMetrics })
  const server = await startWandbDouble({ data: join(host.root, `server-${randomUUID()}`), apiKey: pushKey })
  onTestFinished(async () => {
    await server.close()
    await host.cleanup()
  })
  const wandb = { baseUrl: server.url, entity: 'me', project: 'street', autoPush: false }
  await host.handlers['settings.set']({ wandb }, signal)
  const { categories, imports, labels, versions, sync } = host.services
  categories.create({ name: 'road', hasInstances: false })
  categories.create({ name: 'car', hasInstances: true })
  const add = async (name: string, shade: number): Promise<Sample> => {
    const background = { r: shade, g: 9, b: 99 }
    const bytes = await sharp({ create: { width: 7, height: 5, channels: 3, background } })
      .png()
      .toBuffer()
    const outcome = await imports.importStream(name, Readable.from([bytes]))
    if (outcome.kind !== 'added') throw new Error(`${name} was not added`)
    return outcome.sample
  }
  const samples: Sample[] = []
  for (const shade of [1, 2, 3]) samples.push(await add(`${shade}.png`, shade))
  /** Labels one sample with `count` objects. */
  const label = async (at: number, count: number) => {
    const ids = Array.from({ length: 35 }, (_, i) => (i < count ? i + 1 : 0))
    const { headRevision } = host.services.samples.get(samples[at]!.id as never)
    await labels.save(samples[at]!.id as never, ...saveOf(ids, headRevision))
  }
  const commit = async () => (await versions.commit('', 'Ada'))!
  return { host, server, categories, add, label, commit, sync }
}
