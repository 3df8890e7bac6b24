import { encode } from 'fast-png'
import { expect, it } from 'vitest'
import { AppError } from '../../../shared/base/app-error.ts'
import { maskFromIds } from '../../../shared/label/masks.ts'
import type { WandbDouble } from '../../servers/wandb/server.ts'
import { type Laptop, openDesk, pngOf } from '../../support/laptops.ts'
import { plantArtifact } from '../../support/plant-artifact.ts'

const maskOf = (ids: readonly number[], width = 7, height = 5) =>
  encode({
    width,
    height,
    data: maskFromIds(Uint32Array.from({ length: width * height }, (_, i) => ids[i] ?? 0)),
  })
const inputsOf = (server: WandbDouble, jobType: string) =>
  server.store.state.runs.filter((run) => run.jobType === jobType).flatMap(({ inputs }) => inputs)
const look = (laptop: Laptop, artifact: string) => laptop.call('remote.look', { artifact })

it('adds the images of any folder, with masks as labels where they fit, and names it as an input', async () => {
  const desk = await openDesk()
  const bob = await desk.laptop('bob')
  const id = plantArtifact(desk.server, {
    'README.md': { bytes: 'photos of a street' },
    'train/images/a.png': { bytes: await pngOf(1) },
    'train/masks/a.png': { bytes: maskOf([1, 1, 2]) },
    'train/images/b.png': { bytes: await pngOf(2) },
    'train/masks/b.png': { bytes: maskOf([1], 3, 3) },
    'train/images/c.png': { bytes: await pngOf(3) },
    'train/images/d.jpg': { bytes: 'no picture at all' },
  })
  expect(await look(bob, 'photos:v0')).toMatchObject({
    kind: 'images',
    images: 4,
    labels: 2,
    outside: 0,
    refused: null,
  })
  const { kind, imported, downloaded } = await bob.call('remote.pull', {
    artifact: 'me/street/photos:latest',
  })
  expect([kind, imported?.added, imported?.labels, downloaded.files]).toEqual(['imported', 3, 1, 7])
  expect(imported?.refused.map(({ file, error }) => [file, error.code])).toEqual([
    ['train/masks/b.png', 'IN_SIZE_MISMATCH'],
    ['train/images/d.jpg', 'IN_FORMAT'],
  ])
  expect((await bob.idsOf('train/images/a.png')).slice(0, 4)).toEqual([1, 1, 2, 0])
  expect(bob.find('train/images/a.png')).toMatchObject({ status: 'prelabeled', objectCount: 2 })
  await bob.commit('with photos')
  await bob.push()
  expect(inputsOf(desk.server, 'upload')).toEqual([id])
  // Only once, and what is here is not fetched again.
  await bob.add('e.png', 9)
  await bob.commit('one more')
  await bob.push()
  expect(inputsOf(desk.server, 'upload')).toEqual([id])
  const again = await bob.call('remote.pull', { artifact: id })
  expect([again.kind, again.downloaded.files, again.imported?.duplicates]).toEqual(['none', 0, 3])
})

it('links a library to the project of a dataset that it became, and to none of which it took images', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob', { project: '' })]
  await ada.add('1.png', 1)
  await ada.commit('first')
  await ada.push()
  plantArtifact(desk.server, { 'model.bin': { bytes: 'weights' } }, { collection: 'model' })
  plantArtifact(desk.server, { 'a.png': { bytes: await pngOf(2) } })
  const pull = (artifact: string) => bob.call('remote.pull', { artifact: `me/street/${artifact}:latest` })
  const project = () => bob.services.settings.get().wandb.project
  await expect(pull('model')).rejects.toMatchObject({ code: 'IN_FORMAT' })
  expect((await pull('photos')).kind).toBe('imported')
  expect(project()).toBe('')
  const eve = await desk.laptop('eve', { project: '' })
  const clone = await eve.call('remote.pull', { artifact: 'me/street/raw_data:latest' })
  expect([clone.kind, eve.services.settings.get().wandb.project]).toEqual(['clone', 'street'])
  desk.server.requests.length = 0
  await eve.push()
  expect(desk.server.requests.filter(({ field }) => field === 'createArtifact')).toEqual([])
})

it('follows references into other artifacts, and leaves what lies elsewhere', async () => {
  const desk = await openDesk()
  const bob = await desk.laptop('bob')
  const picture = await pngOf(1)
  const raw = plantArtifact(desk.server, { 'images/a.png': { bytes: picture } }, { collection: 'raw' })
  const { digest } = desk.server.store.manifest(desk.server.store.artifact(raw)!)['images/a.png'] as {
    digest: string
  }
  const hex = Buffer.from(raw, 'base64').toString('hex')
  const id = plantArtifact(desk.server, {
    'a.png': { entry: { digest, ref: `wandb-artifact://${hex}/images/a.png`, size: 0 } },
    'b.png': { entry: { digest: 'abc', ref: 's3://bucket/b.png', size: 5 } },
    'c.png': { entry: { digest: 'abc', ref: 'file:///etc/passwd', size: 5 } },
  })
  expect(await look(bob, id)).toMatchObject({ kind: 'images', images: 1, outside: 2 })
  expect(await bob.call('remote.pull', { artifact: id })).toMatchObject({
    kind: 'imported',
    imported: { added: 1 },
  })
})

it('says that there is nothing in a version that it could use', async () => {
  const desk = await openDesk()
  const bob = await desk.laptop('bob')
  const artifact = plantArtifact(desk.server, { 'model.bin': { bytes: 'weights' } })
  expect((await look(bob, artifact)).kind).toBe('none')
  const pull = bob.call('remote.pull', { artifact })
  await expect(pull).rejects.toBeInstanceOf(AppError)
  await expect(bob.call('remote.pull', { artifact: 'nowhere:v1' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
})

it('lists what there is, in pages', async () => {
  const desk = await openDesk()
  const bob = await desk.laptop('bob')
  for (let i = 0; i < 60; i++) plantArtifact(desk.server, { 'a.txt': { bytes: `text ${i}` } })
  plantArtifact(desk.server, { 'a.txt': { bytes: 'm' } }, { collection: 'net', type: 'model' })
  expect(await bob.call('remote.entities', {})).toMatchObject({
    entities: ['me', 'team'],
    linked: { project: 'street' },
  })
  const place = { entity: 'me', project: 'street' }
  expect((await bob.call('remote.projects', { entity: 'me' })).projects.map(({ name }) => name)).toEqual([
    'street',
  ])
  expect((await bob.call('remote.types', place)).types.map(({ name }) => name)).toEqual(['dataset', 'model'])
  const found = await bob.call('remote.collections', { ...place, type: 'dataset' })
  expect(found.collections).toMatchObject([{ name: 'photos', kind: 'versions' }])
  const asked = { ...place, type: 'dataset', collection: 'photos' }
  const first = await bob.call('remote.versions', asked)
  expect(first.versions).toHaveLength(50)
  expect(first.versions[0]).toMatchObject({
    version: 'v59',
    files: 1,
    createdBy: { kind: 'user', name: 'me' },
  })
  const rest = await bob.call('remote.versions', { ...asked, after: first.next })
  expect([rest.versions.length, rest.versions.at(-1)?.version, rest.next]).toEqual([10, 'v0', null])
})

/** What a program makes of the newest labeled data: the same files, with the label of an image changed, and the `image`. */
function relog(server: WandbDouble, name: string, ids: readonly number[], image?: Uint8Array): string {
  const last = server.store.versions('me', 'street', 'labeled_data').at(-1)!
  const entries = Object.entries(server.store.manifest(last)).map(
    ([path, entry]) => [path, { entry: { ...entry, birthArtifactID: last.id } }] as const,
  )
  const objects = [...new Set(ids)].filter((id) => id > 0)
  const label = {
    format: 'tessera-label',
    format_version: 1,
    width: 7,
    height: 5,
    status: 'labeled',
    annotations: objects.map((id) => ({ id, category_id: 2, attributes: {} })),
  }
  return plantArtifact(
    server,
    {
      ...Object.fromEntries(entries),
      ...(image && { [`images/${name}`]: { bytes: image } }),
      [`labels/${name}.png`]: { bytes: maskOf(ids) },
      [`labels/${name}.json`]: { bytes: JSON.stringify(label, null, 2) },
    },
    { collection: 'labeled_data', type: 'labeled_dataset' },
  )
}

it('makes a version of what another program logged in our layout, the same one for everybody', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  ada.categorize()
  for (const shade of [1, 2]) await ada.add(`${shade}.png`, shade)
  await ada.label('1.png', [1, 1])
  await ada.label('2.png', [1])
  await ada.commit('first')
  await ada.push()
  await bob.pullAndMerge()
  const id = relog(desk.server, '2.png', [4, 4, 5])
  expect(await look(ada, id)).toMatchObject({ kind: 'dataset', role: 'labeled_data' })
  expect((await bob.call('remote.ahead', { ask: true })).versions).toMatchObject([
    { versionId: null, artifact: id },
  ])
  await ada.label('1.png', [1, 1, 1])
  await ada.commit('second')
  const merged = await ada.pullAndMerge()
  expect([merged.kind, merged.merge?.kind, merged.merge?.conflicts]).toEqual(['merged', 'merged', []])
  expect([await ada.idsOf('1.png'), await ada.idsOf('2.png')].map((ids) => ids.slice(0, 4))).toEqual([
    [1, 1, 1, 0],
    [4, 4, 5, 0],
  ])
  expect(ada.find('2.png').status).toBe('labeled')
  await bob.pullAndMerge()
  const made = (laptop: Laptop) => laptop.services.versions.list()
  const ofAda = new Set((await made(ada)).map((version) => version.id))
  expect((await made(bob)).every((version) => ofAda.has(version.id))).toBe(true)
  expect((await bob.call('remote.ahead', { ask: true })).versions).toEqual([])
  await ada.push()
  expect(inputsOf(desk.server, 'annotate')).toContain(id)
  await bob.pullAndMerge()
  expect(bob.head()!.id).toBe(ada.head()!.id)
  expect((await ada.pullAndMerge()).kind).toBe('none')
})

it('makes no version of files that were emptied from the trash while it was made', async () => {
  const desk = await openDesk()
  const ada = await desk.laptop('ada')
  ada.categorize()
  for (const shade of [1, 2]) await ada.add(`${shade}.png`, shade)
  await ada.label('1.png', [1, 1])
  await ada.commit('first')
  await ada.push()
  const { id } = await ada.add('3.png', 3)
  const { trash, versions } = ada.services
  trash.put([id as never])
  relog(desk.server, '3.png', [4, 4], await pngOf(3))
  const { adopt } = versions
  Object.assign(versions, {
    async adopt(...args: Parameters<typeof adopt>) {
      Object.assign(versions, { adopt })
      expect((await trash.empty()).removed).toBe(1)
      return adopt(...args)
    },
  })
  const before = (await versions.list()).length
  await expect(ada.pullAndMerge()).rejects.toMatchObject({ code: 'REMOTE_CORRUPT' })
  expect((await versions.list()).length).toBe(before)
  // Asked for again, what went is fetched.
  await ada.pullAndMerge()
  expect(ada.find('3.png').status).toBe('labeled')
})

it('makes the same version whatever was edited on the server, and whatever the library holds', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  ada.categorize()
  for (const shade of [1, 2]) await ada.add(`${shade}.png`, shade)
  await ada.label('1.png', [1, 1])
  await ada.commit('first')
  await ada.push()
  const first = relog(desk.server, '2.png', [4, 4, 5])
  await ada.pullAndMerge()
  await ada.push()
  const second = relog(desk.server, '2.png', [4, 5, 5])
  const { kind, merge } = await ada.pullAndMerge()
  expect([kind, merge?.kind, merge?.conflicts]).toEqual(['merged', 'forward', []])
  const its = ada.head()!
  await ada.label('1.png', [1, 1, 1])
  await ada.commit('later')
  await ada.push()
  for (const id of [first, second]) desk.server.store.artifact(id)!.description = 'edited since'
  // A library with nothing of it, and one with something of its own.
  await bob.call('remote.pull', { artifact: second })
  expect(bob.head()!.id).toBe(its.id)
  const eve = await desk.laptop('eve')
  await eve.add('9.png', 9)
  await eve.commit('her own')
  // Her library has nothing in common with it: she is asked.
  await expect(eve.call('remote.pull', { artifact: second })).rejects.toMatchObject({ code: 'SYNC_FAILSAFE' })
  await eve.call('remote.pull', { artifact: second, confirmed: true })
  expect((await eve.services.versions.list()).map(({ id }) => id)).toContain(its.id)
  expect(its).toMatchObject({ message: expect.stringMatching(/^labeled_data:v\d+$/), author: 'me' })
})
