import { expect, it } from 'vitest'
import type { BlobDigest, RevisionId } from '../../../shared/dataset/digest.ts'
import {
  changesPath,
  labelPixelsPath,
  labelPngPath,
  overlayPath,
  storedImagePath,
  storedThumbPath,
} from '../../../shared/host/data-plane.ts'
import { decodeIds } from '../../../shared/label/id-runs.ts'
import { type Laptop, openDesk, pngOf } from '../../support/laptops.ts'

const contentOf = async (laptop: Laptop) => {
  const { samples } = await laptop.call('samples.list', {})
  const rows = await Promise.all(
    samples.map(async ({ name, id, status, imageDigest, savedBy }) => ({
      name,
      savedBy,
      id,
      status,
      imageDigest,
      ids: await laptop.idsOf(name),
      card: await laptop.call('cards.get', { sampleId: id }),
    })),
  )
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Three images, two of them labeled, two versions, all of it pushed. */
async function pushed(laptop: Laptop) {
  laptop.categorize()
  for (const shade of [1, 2, 3]) await laptop.add(`${shade}.png`, shade)
  await laptop.label('1.png', [1, 1, 2])
  await laptop.commit('first')
  await laptop.label('2.png', [3])
  await laptop.call('cards.change', {
    sampleId: laptop.find('3.png').id,
    change: { kind: 'tags', add: ['night'] },
  })
  const version = await laptop.commit('second')
  await laptop.push()
  return version
}

it('makes an empty library the same dataset, with the same ids and the same history', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  const version = await pushed(ada)
  const result = await bob.pullAndMerge()
  expect(result.kind).toBe('clone')
  expect(result.versions.map(({ message }) => message)).toEqual(['first', 'second'])
  expect(bob.head()).toEqual(ada.head())
  expect(bob.head()!.id).toBe(version.id)
  expect(await contentOf(bob)).toEqual(await contentOf(ada))
  expect(await bob.call('categories.list', {})).toEqual(await ada.call('categories.list', {}))
  expect((await bob.call('versions.draft', {})).canCommit).toBe(false)
  // What was pulled is not sent again.
  desk.server.requests.length = 0
  const { entries } = await bob.push()
  expect(entries.every(({ delivery }) => delivery.kind === 'sent')).toBe(true)
  expect(desk.server.requests.filter(({ field }) => field === 'createArtifact')).toEqual([])
  expect((await bob.pullAndMerge()).kind).toBe('none')
})

it('merges what both did, and both end at the same version with the same tags', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  await pushed(ada)
  const tagsOf = async (laptop: Laptop) =>
    (await laptop.call('versionTags.list', {})).map(({ version, tag }) => [version, tag])
  await ada.call('versionTags.change', { version: 'v2', add: ['gold', 'for ever'] })
  await ada.push()
  await bob.pullAndMerge()
  expect(await tagsOf(bob)).toEqual(await tagsOf(ada))
  await ada.call('versionTags.change', { version: 'v2', add: ['night'], remove: ['gold'] })
  await bob.call('versionTags.change', { version: 'v1', add: ['first'] })
  await ada.label('3.png', [5, 5])
  const theirs = await ada.commit('by ada')
  await ada.push()
  await bob.label('2.png', [3, 4])
  await bob.commit('by bob')
  const told = await bob.call('remote.ahead', { ask: true })
  expect(told.versions.map(({ versionId, message }) => [versionId, message])).toEqual([[theirs.id, 'by ada']])
  const { kind, merge } = await bob.pullAndMerge()
  expect([kind, merge?.kind, merge?.conflicts]).toEqual(['merged', 'merged', []])
  await bob.push()
  const forward = await ada.pullAndMerge()
  expect(forward.merge?.kind).toBe('forward')
  expect(ada.head()!.id).toBe(bob.head()!.id)
  expect(await contentOf(ada)).toEqual(await contentOf(bob))
  expect(await ada.idsOf('2.png')).toEqual(await bob.idsOf('2.png'))
  expect((await ada.call('remote.ahead', { ask: true })).versions).toEqual([])
  expect((await tagsOf(ada)).map(([, tag]) => tag)).toEqual(['first', 'for ever', 'night'])
  expect(await tagsOf(bob)).toEqual(await tagsOf(ada))
  const artifacts = ['history', 'labeled_data'].map((role) =>
    desk.server.store.versions('me', 'street', role).map((artifact) => artifact.tags.toSorted()),
  )
  expect(artifacts).toEqual([
    [['first'], ['for ever', 'night'], [], [], []],
    [['first'], ['for ever', 'night'], [], [], []],
  ])
})

it('leaves "latest" on what others pushed, and says that there is something to pull', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  await pushed(ada)
  await bob.pullAndMerge()
  await ada.label('3.png', [5, 5])
  await ada.commit('by ada')
  await ada.push()
  await bob.label('2.png', [3, 4])
  await bob.commit('by bob')
  await bob.push()
  const latest = () => {
    const found = desk.server.store.versions('me', 'street', 'labeled_data')
    return found.find(({ aliases }) => aliases.includes('latest'))!.description
  }
  expect(latest()).toBe('by ada')
  const notices = bob.events.flatMap((event) => (event.type === 'notice' ? [event.notice.error.code] : []))
  expect(notices).toContain('REMOTE_AHEAD')
  await bob.pullAndMerge({ message: 'together' })
  await bob.push()
  expect(latest()).toBe('together')
})

it('commits what a library without a version has when told to, and merges', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  await pushed(ada)
  await bob.add('mine.png', 9)
  await expect(bob.pullAndMerge()).rejects.toMatchObject({ code: 'CONFLICT' })
  const { kind, version } = await bob.pullAndMerge({ uncommitted: 'commit' })
  expect([kind, version?.parents.length]).toEqual(['merged', 2])
  const { samples } = await bob.call('samples.list', {})
  expect(samples.map(({ name }) => name).sort()).toEqual(['1.png', '2.png', '3.png', 'mine.png'])
  expect(await bob.idsOf('1.png')).toEqual(await ada.idsOf('1.png'))
})

it('shows what two versions differ in that were pulled and never merged, with images that are not here', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  await pushed(ada)
  await bob.add('mine.png', 9)
  await bob.add('1.png', 1)
  await bob.commit('something else')
  await expect(bob.pullAndMerge()).rejects.toMatchObject({ code: 'SYNC_FAILSAFE' })
  const list = await bob.services.versions.list()
  const [before, after] = ['first', 'second'].map(
    (message) => list.find((version) => version.message === message)!.id,
  )
  const { samples } = await bob.call('versions.compare', { before: before!, after: after! })
  const found = samples.find(({ name }) => name === '2.png')!
  expect(found).toMatchObject({ id: null, isRelabeled: true, before: { revision: null } })
  const revision = found.after!.revision as RevisionId
  expect((await bob.call('label.objects', { sampleId: null, revision })).objects).toMatchObject([{ id: 3 }])
  const image = found.image as BlobDigest
  const get = async (path: string) => {
    const response = await bob.handle(new Request(`http://app${path}`))
    return [response.status, new Uint8Array(await response.arrayBuffer())] as const
  }
  const [status, bytes] = await get(labelPixelsPath(revision))
  expect([status, [...decodeIds(bytes, 35)].slice(0, 3)]).toEqual([200, [3, 0, 0]])
  expect((await get(storedImagePath(image)))[1]).toEqual(new Uint8Array(await pngOf(2)))
  for (const path of [
    storedThumbPath(image),
    overlayPath(revision, 'x'),
    changesPath(null, revision),
    labelPngPath(revision),
  ])
    expect((await get(path))[0], path).toBe(200)
  // An image that both have, with a label that only her versions have.
  const both = await bob.call('versions.compare', { before: before!, after: null })
  const shared = both.samples.find(({ name }) => name === '1.png')!
  expect(shared.id).toBe(bob.find('1.png').id)
  const hers = shared.before!.revision as RevisionId
  expect((await get(labelPixelsPath(hers)))[0]).toBe(200)
  expect(
    (await bob.call('label.objects', { sampleId: shared.id, revision: hers })).objects.map(({ id }) => id),
  ).toEqual([1, 2])
  // Other bytes of the library are no picture and no label, whatever they are asked for.
  expect((await get(storedImagePath(revision as string as BlobDigest)))[0]).toBe(404)
  expect((await get(labelPixelsPath(found.image as RevisionId)))[0]).toBe(404)
  expect((await get(labelPixelsPath('0'.repeat(64) as RevisionId)))[0]).toBe(404)
})

it('joins no dataset with another one in the same collection unless somebody confirms it', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  const theirs = await pushed(ada)
  await bob.add('mine.png', 9)
  const mine = await bob.commit('something else')
  await bob.push()
  // Nothing of hers is overwritten, and his is beside it.
  const there = desk.server.store.versions('me', 'street', 'raw_data')
  expect(there.map(({ description }) => description)).toEqual(expect.arrayContaining(['something else']))
  expect(there.find(({ aliases }) => aliases.includes('latest'))!.description).not.toBe('something else')
  const ahead = await bob.call('remote.ahead', { ask: true })
  expect(ahead.versions.map(({ isUnrelated }) => isUnrelated)).toEqual([true, true])
  const artifact = ahead.versions.at(-1)!.artifact
  expect(await bob.call('remote.look', { artifact })).toMatchObject({ kind: 'version', isUnrelated: true })
  await expect(bob.pullAndMerge()).rejects.toMatchObject({
    code: 'SYNC_FAILSAFE',
    message: expect.stringContaining('is of another dataset'),
  })
  expect([bob.head()!.id, (await bob.call('versions.draft', {})).canCommit]).toEqual([mine.id, false])
  expect((await bob.call('samples.list', {})).samples.map(({ name }) => name)).toEqual(['mine.png'])
  // Her versions are here all the same, to be compared with.
  expect((await bob.services.versions.list()).map(({ id }) => id)).toContain(theirs.id)
  const { scale } = await bob.call('versions.mergePlan', { version: theirs.id })
  expect(scale).toEqual({ removed: 0, replaced: 0, isUnrelated: true })
  const { kind, version } = await bob.call('versions.merge', { version: theirs.id, confirmed: scale })
  expect([kind, version?.parents]).toEqual(['merged', [mine.id, theirs.id]])
  // Merged there, it is no news here.
  expect((await bob.call('remote.ahead', { ask: false })).versions).toEqual([])
  // From here on they have a version in common.
  await bob.push()
  await ada.pullAndMerge()
  expect(ada.head()!.id).toBe(bob.head()!.id)
})

it('puts unusually many images into the trash only when somebody confirms it', async () => {
  const desk = await openDesk()
  const [ada, bob] = [await desk.laptop('ada'), await desk.laptop('bob')]
  for (let shade = 0; shade < 24; shade++) await ada.add(`${shade}.png`, shade)
  await ada.commit('first')
  await ada.push()
  await bob.pullAndMerge()
  const before = bob.head()!.id
  const gone = Array.from({ length: 21 }, (_, i) => ada.find(`${i}.png`).id)
  await ada.call('samples.change', { ids: gone, change: { kind: 'trash' } })
  const theirs = await ada.commit('almost all of it gone')
  await ada.push()
  await expect(bob.pullAndMerge()).rejects.toMatchObject({
    code: 'SYNC_FAILSAFE',
    message: expect.stringContaining('21 of 24 images'),
  })
  expect((await bob.call('samples.list', {})).samples).toHaveLength(24)
  expect([bob.head()!.id, (await bob.call('versions.draft', {})).canCommit]).toEqual([before, false])
  const asks = async () => (await bob.call('pull.status', {})).job?.asks ?? undefined
  const shown = await asks()
  expect(shown).toEqual({ removed: 21, replaced: 0, isUnrelated: false, version: theirs.id })
  // What somebody agreed to is that version, and no more than was shown of it.
  await expect(bob.pullAndMerge({ confirmed: { ...shown!, removed: 20 } })).rejects.toMatchObject({
    code: 'SYNC_FAILSAFE',
  })
  await ada.call('samples.change', { ids: [ada.find('21.png').id], change: { kind: 'trash' } })
  const more = await ada.commit('one more')
  await ada.push()
  await expect(bob.pullAndMerge({ confirmed: shown })).rejects.toMatchObject({ code: 'SYNC_FAILSAFE' })
  expect((await bob.call('samples.list', {})).samples).toHaveLength(24)
  expect(await asks()).toMatchObject({ removed: 22, version: more.id })
  await bob.pullAndMerge({ confirmed: await asks() })
  expect([(await bob.call('samples.list', {})).samples.length, bob.head()!.id]).toEqual([2, more.id])
})
