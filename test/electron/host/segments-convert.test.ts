import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { decodeMask } from '../../../electron/adapters/mask-file.ts'
import type { CommandContext } from '../../../electron/commands/command.ts'
import { segmentsToArtifact } from '../../../electron/commands/segments-releases.ts'
import { openLibrary } from '../../../electron/module/tessera.ts'
import { nodeTitle } from '../../../shared/lineage/graph.ts'
import { startWandbDouble } from '../../servers/wandb/server.ts'
import { pushKey } from '../../support/push-host.ts'
import { openSegmentsDesk, type SegmentsLibrary, segmentsKey, streets } from '../../support/segments-desk.ts'

/** A Segments.ai double and a W&B double, and libraries that know both. */
async function openBoth() {
  const desk = await openSegmentsDesk({ releaseMs: 40 })
  const wandb = await startWandbDouble({ data: join(desk.root, 'wandb'), apiKey: pushKey })
  onTestFinished(() => wandb.close())
  const library = async (name: string, more: { link?: boolean } = {}) => {
    const one = await desk.library(name, {
      ...more,
      environment: { WANDB_API_KEY: pushKey },
      releaseWaits: { everyMs: 20, mostMs: 5000 },
    })
    const place = { baseUrl: wandb.url, entity: 'me', project: 'street', autoPush: false }
    await one.call('settings.set', { wandb: place })
    return one
  }
  return { desk, wandb, library }
}
const commit = async (library: SegmentsLibrary, message: string) =>
  (await library.call('versions.commit', { message })).version!
async function filled(library: SegmentsLibrary) {
  library.categorize()
  for (const shade of [1, 2, 3]) await library.add(`${shade}.png`, shade)
}

it('makes a dataset of an artifact, which says what it came from, and sends only what is new of the next one', async () => {
  const { desk, library } = await openBoth()
  const ada = await library('ada', { link: false })
  await filled(ada)
  await commit(ada, 'raw')
  await ada.call('sync.push', {})
  const bob = await library('bob', { link: false })
  const result = await bob.call('segments.fromArtifact', {
    artifact: 'me/street/raw_data:v0',
    dataset: streets,
  })
  expect([result.failed, result.sent.samples, result.sent.isDatasetNew]).toEqual([[], 3, true])
  const { admin } = desk.server
  expect(admin.dataset(streets)?.settings.metadata).toEqual({
    wandb_entity: 'me',
    wandb_project: 'street',
    wandb_artifact: 'raw_data',
    version: 'v0',
    digest: expect.stringMatching(/^[0-9a-f]{32}$/),
  })
  expect(admin.sample(streets, '1.png')?.metadata).toMatchObject({
    wandb_path: 'images/1.png',
    md5: expect.stringMatching(/==$/),
  })
  expect((await bob.call('segments.status', {})).link).toMatchObject({ dataset: streets, create: false })
  // An edge case comes: the same and one image more.
  await ada.add('4.png', 4)
  await commit(ada, 'edge case')
  await ada.call('sync.push', {})
  desk.server.forget()
  const again = await bob.call('segments.fromArtifact', {
    artifact: 'me/street/raw_data:v1',
    dataset: streets,
  })
  expect([again.failed, again.sent.samples, again.sent.images]).toEqual([[], 1, 1])
  expect(admin.dataset(streets)?.settings.metadata).toMatchObject({ version: 'v1' })
  desk.server.forget()
  await bob.call('segments.fromArtifact', { artifact: 'me/street/raw_data:v1', dataset: streets })
  expect(
    Object.keys(desk.server.counts()).filter((each) => /^(create|put|update|upload)/.test(each)),
  ).toEqual([])
})

it('makes a release, finds it again, and says which it is', async () => {
  const { desk, library } = await openBoth()
  const ada = await library('ada')
  await filled(ada)
  await ada.run('publish')
  const release = await ada.call('segments.release', { name: 'v0.1', description: 'the first' })
  expect(release).toMatchObject({ name: 'v0.1', status: 'SUCCEEDED', samples: 3, version: null })
  expect(await ada.call('segments.release', { name: 'v0.1' })).toEqual(release)
  expect(desk.server.admin.releases(streets).length).toBe(1)
  expect((await ada.call('segments.releases', {})).releases).toEqual([release])
  desk.server.fail({ on: 'create_release', action: { kind: 'release', outcome: 'FAILED' } })
  await expect(ada.call('segments.release', { name: 'v0.2' })).rejects.toMatchObject({
    code: 'REMOTE_REFUSED',
  })
  await expect(ada.call('segments.toArtifact', { release: 'v0.2' })).rejects.toMatchObject({
    code: 'CONFLICT',
  })
  await expect(ada.call('segments.toArtifact', { release: 'none' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})

it('makes a version of a release, with the labels of the release and what it is, and sends it to W&B', async () => {
  const { desk, wandb, library } = await openBoth()
  const ada = await library('ada')
  await filled(ada)
  await commit(ada, 'raw')
  await ada.run('publish')
  desk.labelThere('1.png', [1, 1, 1])
  desk.labelThere('2.png', [2, 2], 'REVIEWED')
  await ada.call('segments.release', { name: 'v0.1' })
  const made = await ada.call('segments.toArtifact', { release: 'v0.1' })
  expect([made.failed, made.conflicts]).toEqual([[], 0])
  expect(made.version?.message).toBe(`Release v0.1 of ${streets} on Segments.ai`)
  expect(made.version?.counts).toMatchObject({ samples: 3, labeled: 2 })
  expect(made.release.version).toBe(made.version?.id)
  expect(await ada.idsOf('1.png')).toEqual(await desk.idsThere('1.png'))
  expect((await ada.call('versions.draft', {})).canCommit).toBe(false)
  await ada.call('sync.push', {})
  const { artifacts } = wandb.store.state
  const said = artifacts.find(({ collection }) => collection === 'labeled_data')!.metadata
  expect(JSON.parse(said as string)).toMatchObject({
    segments_dataset: streets,
    release: 'v0.1',
    task_type: 'segmentation-bitmap',
    counts: { samples: 3, labels: 2 },
    versionId: made.version?.id,
  })
  const { nodes, edges } = await ada.call('lineage.get', {})
  const its = `version:${made.version!.id}`
  const titles = (ids: string[]) => nodes.filter(({ id }) => ids.includes(id)).map(nodeTitle)
  expect(titles(edges.filter(({ to }) => to === its).map(({ from }) => from)).sort()).toEqual([
    `${streets} v0.1`,
    'v1',
  ])
  expect(titles(edges.filter(({ from }) => from === its).map(({ to }) => to))).toEqual(
    expect.arrayContaining(['raw_data:v0', 'labeled_data:v0']),
  )
  // Asked for again, it is the same one; and what the dataset has is what is here.
  const again = await ada.call('segments.toArtifact', { release: 'v0.1' })
  expect(again.version?.id).toBe(made.version?.id)
  expect(await ada.run('both')).toMatchObject({ conflicts: [], failed: [], agreed: 2, sent: { labels: 0 } })
  await ada.label('1.png', [1, 1])
  await expect(ada.call('segments.toArtifact', { release: 'v0.1' })).rejects.toMatchObject({
    code: 'CONFLICT',
  })
})

it('gives a version of an older release its older labels, and keeps what was drawn here since', async () => {
  const { desk, library } = await openBoth()
  const ada = await library('ada')
  await filled(ada)
  await ada.label('3.png', [3])
  await commit(ada, 'raw')
  await ada.run('publish')
  desk.labelThere('1.png', [1])
  await ada.call('segments.release', { name: 'old' })
  desk.labelThere('1.png', [1, 1, 1, 1])
  await ada.run('pull')
  await ada.label('3.png', [3, 3])
  await commit(ada, 'newer')
  const newer = await ada.idsOf('1.png')
  const made = await ada.call('segments.toArtifact', { release: 'old' })
  expect([made.failed, made.conflicts]).toEqual([[], 0])
  expect(await ada.idsOf('3.png')).toEqual([3, 3, ...Array.from({ length: 33 }, () => 0)])
  expect(await ada.idsOf('1.png')).toEqual(newer)
  const entries = await ada.services.versions.manifest(made.version!.id, 'labeled_data')
  const { blob } = entries.find(({ path }) => path === 'labels/1.png.png')!
  const { ids } = await decodeMask(await ada.services.context.blobs.get(blob))
  expect([...ids].slice(0, 5)).toEqual([1, 0, 0, 0, 0])
})

it('takes a whole dataset into an empty library as a version', async () => {
  const { library } = await openBoth()
  const ada = await library('ada')
  await filled(ada)
  await ada.label('1.png', [1, 2])
  await ada.run('publish')
  await ada.call('segments.release', { name: 'v1' })
  const bob = await library('bob')
  const made = await bob.call('segments.toArtifact', { release: 'v1' })
  expect([made.failed, made.version?.counts.samples, made.version?.counts.labeled]).toEqual([[], 3, 1])
  expect(await bob.idsOf('1.png')).toEqual(await ada.idsOf('1.png'))
  // Its first version was made after the release: it is of the linked dataset all the same, and nobody is asked.
  await commit(ada, 'late')
  const late = await ada.call('segments.toArtifact', { release: 'v1' })
  expect([late.failed, late.conflicts, late.version?.id]).toEqual([[], 0, made.version?.id])
})

it('gives a version of a release its shapes, its metadata and the labels of other labelsets, and says what is kept', async () => {
  const { desk, wandb, library } = await openBoth()
  const ada = await library('ada')
  await filled(ada)
  await ada.label('2.png', [2, 2])
  await commit(ada, 'mine')
  await ada.run('publish')
  const { admin } = desk.server
  const points = [
    [1, 1],
    [3.5, 4],
  ]
  const box = { id: 7, category_id: 2, type: 'bbox', points, confidence: 0.5 }
  const attributes = {
    format_version: '0.1',
    annotations: [box],
    image_attributes: { weather: 'wet' },
  }
  for (const name of ['1.png', '2.png'])
    admin.editLabel(streets, name, { label_status: 'LABELED', attributes })
  const { labelsets } = admin.dataset(streets)!
  admin.editDataset(streets, {
    labelsets: [...labelsets, { ...labelsets[0]!, name: 'model', is_groundtruth: false }],
  })
  const guess = { format_version: '0.1', annotations: [], segmentation_bitmap: { url: null } }
  admin.editLabel(streets, '3.png', { label_status: 'PRELABELED', attributes: guess, score: 0.25 } as never, {
    labelset: 'model',
  })
  admin.editSample(streets, '1.png', {
    metadata: { ...admin.sample(streets, '1.png')!.metadata, city: 'Ulm', split: 'val' },
  })
  await ada.call('segments.release', { name: 'v1' })
  const made = await ada.call('segments.toArtifact', { release: 'v1' })
  expect([made.failed, made.conflicts]).toEqual([[], 0])
  expect(made.remarks).toEqual(['1 image has labels in other labelsets: they are kept whole, and not shown.'])
  const entries = await ada.services.versions.manifest(made.version!.id, 'labeled_data')
  const read = async (path: string) => {
    const entry = entries.find((each) => each.path === path)
    return entry && JSON.parse(Buffer.from(await ada.services.context.blobs.get(entry.blob)).toString())
  }
  for (const name of ['1.png', '2.png']) {
    expect(await read(`shapes/${name}.json`)).toMatchObject({
      shapes: [{ id: 7, category_id: 2, type: 'bbox', points, other: { confidence: 0.5 } }],
    })
  }
  // What was drawn here beside them stays.
  expect(await ada.idsOf('2.png')).toEqual([2, 2, ...Array.from({ length: 33 }, () => 0)])
  expect(await read('labels/1.png.json')).toMatchObject({ status: 'labeled', annotations: [] })
  expect(await read('samples/1.png.json')).toMatchObject({
    metadata: { city: 'Ulm' },
    split: 'val',
    attributes: { weather: 'wet' },
  })
  expect(await read('carried/3.png.json')).toMatchObject({
    taskType: 'other labelsets',
    sample: { name: '3.png' },
    labels: { model: { label_status: 'PRELABELED', score: 0.25, attributes: guess } },
  })
  // All of it is in the branch, and goes to W&B.
  const card = await ada.call('cards.get', { sampleId: ada.find('1.png').id })
  expect(card.metadata).toMatchObject({ city: 'Ulm' })
  expect((await ada.call('carried.list', {})).list.map(({ name }) => name)).toEqual(['3.png'])
  await ada.call('sync.push', {})
  const { artifacts } = wandb.store.state
  expect(artifacts.filter(({ collection }) => collection === 'labeled_data').length).toBeGreaterThan(0)
  // The kept record is no sample of its own: nothing of it is made there.
  desk.server.forget()
  await ada.run('publish')
  expect(desk.server.counts().create_samples ?? 0).toBe(0)
})

it('asks before a release changes unusually many labels, whoever asks for the version', async () => {
  const { desk, library } = await openBoth()
  const ada = await library('ada')
  ada.categorize()
  const all = Array.from({ length: 22 }, (_, i) => i + 1)
  for (const i of all) await ada.add(`${i}.png`, i)
  await ada.run('publish')
  await Promise.all(all.map((i) => ada.label(`${i}.png`, [1])))
  await commit(ada, 'mine')
  for (const i of all) desk.labelThere(`${i}.png`, [2, 2])
  await ada.call('segments.release', { name: 'v1' })
  const wish = { release: 'v1', uncommitted: 'commit' as const }
  const failsafe = { code: 'SYNC_FAILSAFE', message: expect.stringContaining('labels of 22 of 22 images') }
  await expect(ada.call('segments.toArtifact', wish)).rejects.toMatchObject(failsafe)
  const { asks } = (await ada.call('segments.status', {})).job!
  expect(asks).toMatchObject({ removed: 0, replaced: 22, isUnrelated: false })
  // An answer to another question is none.
  const confirmed = { ...asks!, version: null }
  await expect(ada.call('segments.toArtifact', { ...wish, confirmed })).rejects.toMatchObject(failsafe)
  expect(await ada.idsOf('1.png')).toEqual([1, ...Array.from({ length: 34 }, () => 0)])
  // The command: what is said on its line is what the host is told.
  const told: unknown[] = []
  const connection = {
    on: () => () => {},
    call: async (_: string, said: object) => {
      told.push(said)
      return { version: null, taken: 0, conflicts: 0, failed: [], remarks: [] }
    },
  }
  for (const flags of [[], ['confirm']]) {
    await segmentsToArtifact.run({
      positionals: ['v1'],
      option: () => undefined,
      flag: (name: string) => flags.includes(name),
      write: async () => ({ connection }),
      signal: new AbortController().signal,
      say() {},
    } as unknown as CommandContext)
  }
  expect(told).toMatchObject([{ confirmed: false }, { confirmed: true }])
  // A program.
  await ada.close()
  const { root } = ada
  const environment = {
    HOME: root,
    XDG_CONFIG_HOME: join(root, 'config'),
    XDG_CACHE_HOME: join(root, 'cache'),
    XDG_STATE_HOME: join(root, 'state'),
    TESSERA_KEYRING: 'off',
    SEGMENTS_API_KEY: segmentsKey,
    SEGMENTS_BASE_URL: desk.server.url,
  }
  await using program = await openLibrary(join(root, 'library'), { environment })
  await expect(program.segments.toArtifact('v1')).rejects.toMatchObject(failsafe)
  const made = await program.segments.toArtifact('v1', { confirmed: true })
  expect([made.taken, made.conflicts, made.failed]).toEqual([22, 0, []])
  const { objects } = (await program.label('1.png'))!
  expect(objects).toMatchObject([{ id: 2, category: 'car' }])
})
