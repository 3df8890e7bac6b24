import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openHost } from '../../../electron/host/host.ts'
import { type SegmentsDouble, startSegmentsDouble } from '../../servers/segments/server.ts'
import { type CliWorld, createCliWorld } from '../../support/cli-child.ts'
import { pngOf } from '../../support/laptops.ts'

const dataset = 'me/streets'
let world: CliWorld
let server: SegmentsDouble
beforeEach(async () => {
  world = createCliWorld()
  server = await startSegmentsDouble({ dir: world.path('server'), apiKey: 'cli-test-key', releaseMs: 20 })
})
afterEach(async () => {
  await server.close()
  world.remove()
})

const tessera = (library: string, ...argv: string[]) =>
  world.run([...argv, '--library', library], {
    environment: { SEGMENTS_API_KEY: 'cli-test-key', SEGMENTS_BASE_URL: server.url },
  })
const json = async (library: string, ...argv: string[]) => {
  const { code, json, err } = await tessera(library, ...argv, '--json')
  expect(code, err).toBe(0)
  return json as Record<string, unknown>
}

async function filled(library: string): Promise<void> {
  mkdirSync(world.path('photos'))
  for (const shade of [1, 2]) writeFileSync(join(world.path('photos'), `${shade}.png`), await pngOf(shade))
  await world.run(['init', library])
  await tessera(library, 'import', 'photos')
}

/** As a person does who finds nothing to draw. */
async function markLabeled(library: string, name: string): Promise<void> {
  const host = await openHost({
    folder: world.path(library),
    mode: 'write',
    door: 'cli',
    product: 'tessera/0.0.0-test',
    folders: { config: world.path('config'), cache: world.path('cache'), state: world.path('state') },
    log: () => {},
    environment: {},
    keyring: null,
  })
  await host.services.labels.setStatus(host.services.samples.find(name).id as never, 'labeled')
  await host.close()
}

it('links, says what it would do, publishes, pulls and says what happened', {
  timeout: 300_000,
}, async () => {
  await filled('mine')
  expect((await tessera('mine', 'segments', 'plan')).err).toContain('REMOTE_NOT_SET')
  expect((await tessera('mine', 'segments', 'link', dataset)).err).toContain('NOT_FOUND')
  const as = ['--task-type', 'segmentation-bitmap-highres', '--category', 'street_scenery']
  expect((await tessera('mine', 'segments', 'link', dataset, '--create', '--task-type', 'cubes')).code).toBe(
    2,
  )
  const linked = await tessera('mine', 'segments', 'link', dataset, '--create', ...as)
  expect([linked.code, linked.out]).toEqual([0, expect.stringContaining('linked to me/streets')])
  const plan = await tessera('mine', 'segments', 'plan', 'publish')
  expect(plan.out).toContain('only here')
  expect(plan.out).toContain('→ 1.png')
  expect(server.admin.datasets()).toEqual([])
  const sent = await json('mine', 'segments', 'publish')
  expect(sent).toMatchObject({ sent: { samples: 2, images: 2 }, failed: [] })
  expect(server.admin.dataset(dataset)).toMatchObject({
    task_type: 'segmentation-bitmap-highres',
    settings: { category: 'street_scenery' },
  })
  const status = await tessera('mine', 'segments', 'status')
  expect(status.out).toMatch(
    /dataset streets\nowner {3}me\ntask {4}segmentation-bitmap-highres\nsynced {2}\d.*, 2 samples on both sides/,
  )
  expect((await tessera('mine', 'segments', 'sync')).out).toContain('→ nothing')
  expect((await json('mine', 'segments', 'datasets')).datasets).toMatchObject([{ name: dataset, samples: 2 }])
  await world.run(['init', 'yours'])
  await tessera('yours', 'segments', 'link', dataset)
  const pulled = await tessera('yours', 'segments', 'pull')
  expect([pulled.code, pulled.out]).toEqual([0, expect.stringContaining('← 2 samples')])
  expect((await tessera('yours', 'segments', 'log')).out).toContain('Pulling from me/streets')
  const released = await json('yours', 'segments', 'release', 'v0.1', '-m', 'the first')
  expect(released).toMatchObject({ name: 'v0.1', status: 'SUCCEEDED', description: 'the first' })
  expect((await tessera('yours', 'segments', 'releases')).out).toMatch(/^v0.1 {2}succeeded {2}2 samples/)
  const made = await tessera('yours', 'segments', 'to-artifact', 'v0.1')
  expect([made.code, made.out]).toEqual([0, expect.stringContaining('version 1')])
  const gone = await tessera('mine', 'segments', 'unlink')
  expect(gone.out.trim()).toBe('linked to no dataset')
  expect(await json('yours', 'segments', 'status')).toMatchObject({
    dataset: { owner: 'me', name: 'streets', taskType: 'segmentation-bitmap-highres', samples: 2 },
  })
})

it('ends with 1 when something waits for an answer, and with 2 for what is no way', {
  timeout: 300_000,
}, async () => {
  await filled('mine')
  await tessera('mine', 'segments', 'link', dataset, '--create')
  await tessera('mine', 'segments', 'publish')
  await markLabeled('mine', '1.png')
  server.admin.editLabel(dataset, '1.png', { label_status: 'SKIPPED', attributes: null })
  const { code, out } = await tessera('mine', 'segments', 'sync')
  expect([code, out]).toEqual([
    1,
    expect.stringContaining('changed on both sides, answer in the window: 1.png'),
  ])
  expect((await tessera('mine', 'segments', 'plan', 'everything')).code).toBe(2)
})
