import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startWandbDouble, type WandbDouble } from '../../servers/wandb/server.ts'
import { openPushLibrary, type PushLibrary } from '../../support/push-library.ts'

const key = 'canary0123456789canary0123456789canary0123'
const images = { 'a.jpg': 'picture a', 'b.jpg': 'picture b' }
const labels = { 'a.jpg': 'mask a' }
let folder: string
let server: WandbDouble
let library: PushLibrary

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'push-'))
  server = await startWandbDouble({ data: join(folder, 'server'), apiKey: key, dedupe: 'none' })
  library = openPushLibrary(join(folder, 'library'))
})
afterEach(async () => {
  library.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})
const labeled = () => server.store.versions('me', 'street', 'labeled_data')

it('gives the same digest whether images are references or come as bytes', async () => {
  library.commit(images, labels)
  await library.sync(server.url, key).push()
  await library.sync(server.url, key, { project: 'whole', embedImages: true }).push()
  const [pointing] = labeled()
  const [whole] = server.store.versions('me', 'whole', 'labeled_data')
  expect(whole!.digest).toBe(pointing!.digest)
  expect(Object.keys(pointing!.files)).not.toContain('images/a.jpg')
  expect(Object.keys(whole!.files)).toContain('images/a.jpg')
  expect(server.store.run('me', 'whole', whole!.runName!)!.inputs).toHaveLength(1)
})

it('says of a run what made the version, and of the version what it is', async () => {
  library.commit(images, labels, 'first *labels*')
  await library.sync(server.url, key).push()
  const [version] = await library.source.list()
  const [artifact] = labeled()
  const run = server.store.run('me', 'street', artifact!.runName!)!
  const ontology = server.store.manifest(artifact!)['ontology.json']!
  expect(JSON.parse(run.config!)).toMatchObject({
    app: { value: 'tessera/test' },
    version: { value: 1 },
    versionId: { value: version!.id },
    ontologyDigest: { value: ontology.digest },
    samples: { value: 2 },
    labeled: { value: 1 },
    objects: { value: 0 },
  })
  expect(artifact!.description).toBe('first *labels*')
  expect(JSON.parse(artifact!.metadata!)).toMatchObject({ versionId: version!.id, version: 1, parents: [] })
})

it('sends the names of a version with it, those that W&B takes', async () => {
  const versionId = library.commit(images, labels)
  library.names.push({ versionId, aliases: ['golden', 'a/b', 'v7', 'latest'] })
  await library.sync(server.url, key).push()
  expect(labeled()[0]!.aliases).toEqual(['latest', 'golden'])
  expect(server.count('addAliases')).toBe(0)
})

it('moves names on the server with the next push, after they moved here', async () => {
  const first = library.commit(images, labels)
  const second = library.commit(images, { ...labels, 'b.jpg': 'mask b' })
  library.names.push({ versionId: first, aliases: ['golden'] })
  const sync = library.sync(server.url, key)
  await sync.push()
  expect(labeled().map(({ aliases }) => aliases)).toEqual([['golden'], ['latest']])
  library.names.splice(0, 1, { versionId: second, aliases: ['golden'] })
  const { log } = await sync.push()
  expect(labeled().map(({ aliases }) => aliases)).toEqual([[], ['latest', 'golden']])
  expect(log.at(-1)!.text).toContain('golden')
  const calls = server.count('addAliases')
  await sync.push()
  expect(server.count('addAliases')).toBe(calls)
})

it('takes a name from a version on the server when it is taken here, and no name that others gave', async () => {
  const versionId = library.commit(images, labels)
  library.names.push({ versionId, aliases: ['golden', 'mine'] })
  const sync = library.sync(server.url, key)
  await sync.push()
  const artifact = labeled()[0]!
  artifact.aliases.push('theirs')
  library.names.splice(0, 1, { versionId, aliases: ['mine'] })
  const { log } = await sync.push()
  expect(labeled()[0]!.aliases).toEqual(['latest', 'mine', 'theirs'])
  expect(log.at(-1)!.text).toMatch(/is not called golden on the server any more/)
  // Nobody is asked for it again, also when somebody else gives the name anew.
  artifact.aliases.push('golden')
  await sync.push()
  expect([server.count('deleteAliases'), labeled()[0]!.aliases.includes('golden')]).toEqual([2, true])
})

it('leaves a name where somebody moved it on the server', async () => {
  const first = library.commit(images, labels)
  library.commit(images, { ...labels, 'b.jpg': 'mask b' })
  library.names.push({ versionId: first, aliases: ['golden'] })
  const sync = library.sync(server.url, key)
  await sync.push()
  const [one, two] = labeled()
  one!.aliases = []
  two!.aliases = ['latest', 'golden']
  await sync.push()
  expect(labeled().map(({ aliases }) => aliases)).toEqual([[], ['latest', 'golden']])
  library.names.splice(0, 1)
  await sync.push()
  expect(labeled().map(({ aliases }) => aliases)).toEqual([[], ['latest', 'golden']])
})

it('gives one artifact the names of all versions that it is', async () => {
  const first = library.commit(images, null)
  const second = library.commit(images, labels)
  library.names.push({ versionId: first, aliases: ['raw'] })
  library.names.push({ versionId: second, aliases: ['golden'] })
  const sync = library.sync(server.url, key)
  await sync.push()
  await sync.push()
  const found = server.store.versions('me', 'street', 'raw_data')
  expect(found.map(({ aliases }) => aliases.toSorted())).toEqual([['golden', 'latest', 'raw']])
})

it('keeps a version that arrived, though its names could not be given, and gives them later', async () => {
  const versionId = library.commit(images, null)
  const sync = library.sync(server.url, key)
  await sync.push()
  library.names.push({ versionId, aliases: ['golden'] })
  server.fail({ on: 'addAliases', action: { kind: 'refuse', message: 'that alias is protected' } })
  const { entries, log } = await sync.push()
  expect(entries[0]!.delivery.kind).toBe('sent')
  expect(log.at(-1)!.text).toContain('that alias is protected')
  await sync.push()
  expect(server.store.versions('me', 'street', 'raw_data')[0]!.aliases).toEqual(['latest', 'golden'])
})
