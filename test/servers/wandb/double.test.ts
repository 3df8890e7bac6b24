import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readFaults } from './faults.ts'
import { startWandbDouble, type WandbDouble } from './server.ts'

const key = 'canary0123456789canary0123456789canary0123'
const authorization = `Basic ${Buffer.from(`api:${key}`).toString('base64')}`
let folder: string
let server: WandbDouble
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'double-'))
  server = await startWandbDouble({ data: join(folder, 'data'), apiKey: key })
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

type Asked = { data: Record<string, unknown> | null; errors?: { message: string }[] }
async function ask(query: string, variables: unknown = {}): Promise<Asked> {
  const body = JSON.stringify({ query, variables })
  const headers = { authorization, 'content-type': 'application/json' }
  return (await (await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).json()) as Asked
}
const complaint = async (query: string, variables?: unknown) =>
  (await ask(query, variables)).errors?.map(({ message }) => message).join('; ') ?? 'accepted'
const run = { name: 'r1', modelName: 'p', entityName: 'me' }
const upsert = 'mutation A($input: UpsertBucketInput!) { upsertBucket(input: $input) { inserted } }'
const create =
  'mutation A($input: CreateArtifactInput!) { createArtifact(input: $input) { artifact { id } } }'
const artifact = {
  entityName: 'me',
  projectName: 'p',
  runName: 'r1',
  artifactTypeName: 'dataset',
  artifactCollectionName: 'raw_data',
  digest: '64e7c61456b10382e2f3b571ac24b659',
  digestAlgorithm: 'MANIFEST_MD5',
}

it.each([
  ['a variable of the wrong type', upsert.replace('UpsertBucketInput!', 'UpsertBucket!'), {}, 'Unknown type'],
  [
    'a variable of another type',
    upsert.replace('UpsertBucketInput!', 'CreateArtifactInput!'),
    {},
    '"$input"',
  ],
  ['a variable that may be missing', upsert.replace('Input!', 'Input'), {}, 'UpsertBucketInput!'],
  ['a variable that was not given', upsert, {}, '"$input" of required type'],
  ['a variable that nobody declared', 'query A { artifact(id: $id) { id } }', {}, '"$id" is not defined'],
  ['a variable that nobody uses', 'query A($id: ID!) { viewer { id } }', { id: 'x' }, 'never used'],
  ['a field that nobody has', 'query A { viewer { id colour } }', {}, 'Cannot query field "colour"'],
  ['an object without a selection', 'query A { viewer }', {}, 'must have a selection'],
  ['an argument that nobody has', 'query A { artifact(id: "x", of: 1) { id } }', {}, 'Unknown argument "of"'],
  ['an argument that is missing', 'query A { artifact { id } }', {}, '"id" of type "ID!" is required'],
  ['an operation that nobody has', 'mutation A { burnArtifact(id: 1) { id } }', {}, 'burnArtifact'],
  ['a required field that is missing', create, { input: { ...artifact, digest: undefined } }, '"digest"'],
  ['a required field that is null', create, { input: { ...artifact, digest: null } }, '"String!"'],
  [
    'an input field that nobody has',
    create,
    { input: { ...artifact, color: 'red' } },
    '"color" is not defined',
  ],
  ['a number for a string', create, { input: { ...artifact, digest: 5 } }, 'String cannot represent'],
  ['a string for a number', create, { input: { ...artifact, historyStep: '5' } }, 'Int64 cannot represent'],
  ['half a number', create, { input: { ...artifact, historyStep: 0.5 } }, 'Int64 cannot represent'],
  ['a word outside its list', create, { input: { ...artifact, digestAlgorithm: 'SHA1' } }, 'SHA1'],
  ['an object for JSON text', upsert, { input: { ...run, config: { a: 1 } } }, 'JSONString cannot represent'],
  ['text that is no JSON', upsert, { input: { ...run, config: '{a' } }, 'JSONString cannot represent'],
  ['a list for one', upsert, { input: [run, run] }, 'Expected type'],
])('refuses %s', async (_, query, variables, words) => {
  expect(await complaint(upsert, { input: run })).toBe('accepted')
  expect(await complaint(query, variables)).toContain(words)
  expect(server.store.state.artifacts).toEqual([])
})

it.each([
  ['metadata that is no object', { metadata: '[1]' }, 'must be an object'],
  ['an alias that is a version', { aliases: [{ artifactCollectionName: 'raw_data', alias: 'v3' }] }, 'alias'],
  ['an alias of another collection', { aliases: [{ artifactCollectionName: 'x', alias: 'a' }] }, 'another'],
  ['a tag with a comma', { tags: [{ tagName: 'a,b' }] }, 'invalid tag'],
  ['a run that nobody opened', { runName: 'r2' }, 'run r2 not found'],
  ['a name with a colon', { artifactCollectionName: 'a:b' }, 'invalid artifact name'],
])('refuses %s, though its form is right', async (_, more, words) => {
  await ask(upsert, { input: run })
  expect(await complaint(create, { input: { ...artifact, ...more } })).toContain(words)
  expect(server.store.state.artifacts).toEqual([])
})

it('lists projects, types, collections, versions and runs in pages', async () => {
  await ask(upsert, { input: run })
  await ask(upsert, { input: { ...run, name: 'r2' } })
  const digests = ['a', 'b', 'c'].map((text) => createHash('md5').update(text).digest('hex'))
  for (const digest of digests) {
    await ask(create, { input: { ...artifact, digest } })
    const made = server.store.state.artifacts.at(-1)!
    Object.assign(made, { state: 'COMMITTED', versionIndex: server.store.state.artifacts.length - 1 })
  }
  const { data } = await ask(`query A {
    models(entityName: "me") { edges { node { name } } }
    project(entityName: "me", name: "p") {
      runCount runs(order: "-created_at") { edges { node { name } } }
      artifactTypes { edges { node { name } } }
      artifactType(name: "dataset") { artifactCollections { totalCount edges { node { name } } } }
      artifactCollection(name: "raw_data") {
        __typename artifacts(first: 2) { totalCount pageInfo { endCursor hasNextPage } edges { version node { digest } } }
      }
      other: artifactType(name: "model") { id }
    }
  }`)
  expect(data).toMatchObject({
    models: { edges: [{ node: { name: 'p' } }] },
    project: {
      runCount: 2,
      artifactTypes: { edges: [{ node: { name: 'dataset' } }] },
      artifactType: { artifactCollections: { totalCount: 1, edges: [{ node: { name: 'raw_data' } }] } },
      artifactCollection: {
        __typename: 'ArtifactSequence',
        artifacts: {
          totalCount: 3,
          pageInfo: { endCursor: '2', hasNextPage: true },
          edges: [{ version: 'v2', node: { digest: digests[2] } }, { version: 'v1' }],
        },
      },
      other: null,
    },
  })
})

it('gives aliases to one version at a time, and keeps the number of a version that was deleted', async () => {
  await ask(upsert, { input: run })
  const place = { entityName: 'me', projectName: 'p', artifactCollectionName: 'raw_data' }
  for (const text of ['a', 'b']) {
    await ask(create, { input: { ...artifact, digest: createHash('md5').update(text).digest('hex') } })
    const index = server.store.state.artifacts.length - 1
    Object.assign(server.store.state.artifacts[index]!, { state: 'COMMITTED', versionIndex: index })
  }
  const [a, b] = server.store.state.artifacts
  const add = 'mutation A($input: AddAliasesInput!) { addAliases(input: $input) { success } }'
  for (const { id } of [a!, b!])
    await ask(add, { input: { artifactID: id, aliases: [{ ...place, alias: 'golden' }] } })
  expect([a!.aliases, b!.aliases]).toEqual([[], ['golden']])
  const remove =
    'mutation A($input: DeleteArtifactInput!) { deleteArtifact(input: $input) { artifact { id } } }'
  expect(await complaint(remove, { input: { artifactID: b!.id } })).toContain('has aliases')
  expect(await complaint(remove, { input: { artifactID: b!.id, deleteAliases: true } })).toBe('accepted')
  expect(server.store.versions('me', 'p', 'raw_data')).toEqual([a])
})

const askViewer = () =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization },
    body: JSON.stringify({ query: '{ viewer { id } }' }),
  })

it('misbehaves as a file tells it, on the call it names, and as often', async () => {
  const file = join(folder, 'faults.json')
  const faults = [
    {
      on: 'viewer',
      call: 2,
      times: 2,
      action: { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
    },
    { on: 'viewer', call: 5, action: { kind: 'refuse', message: 'quota exceeded' } },
    { on: 'viewer', call: 6, action: { kind: 'truncate' } },
    { on: 'viewer', call: 7, action: { kind: 'drop-before-effect' } },
  ]
  writeFileSync(file, JSON.stringify({ faults }))
  for (const fault of readFaults(file)) server.fail(fault)
  const answers: unknown[] = []
  for (let i = 0; i < 5; i++) {
    const response = await askViewer()
    answers.push([response.status, response.headers.get('retry-after')])
    if (i === 4) expect(await response.json()).toMatchObject({ errors: [{ message: 'quota exceeded' }] })
    else await response.body?.cancel()
  }
  expect(answers).toEqual([
    [200, null],
    [429, '7'],
    [429, '7'],
    [200, null],
    [200, null],
  ])
  await expect((async () => (await askViewer()).text())()).rejects.toThrow()
  await expect(askViewer()).rejects.toThrow()
  expect((await askViewer()).status).toBe(200)
})

it.each([
  [{ faults: [{ on: 'put', action: { kind: 'explode' } }] }, 'kind'],
  [{ faults: [{ on: 'put', call: 0, action: { kind: 'truncate' } }] }, 'call'],
  [{ faults: [{ on: 'put', action: { kind: 'status', status: 200 } }] }, 'status'],
  [{ faults: [{ on: 'put', action: { kind: 'slow', ms: 5, m: 1 } }] }, 'Unrecognized key'],
  [[], 'object'],
])('says what is wrong with a file of faults: %o', (content, words) => {
  const file = join(folder, 'faults.json')
  writeFileSync(file, JSON.stringify(content))
  expect(() => readFaults(file)).toThrow(words)
})

it('keeps what it has when it is started again', async () => {
  await ask(upsert, { input: run })
  await ask(create, { input: artifact })
  const before = structuredClone(server.store.state)
  await server.close()
  server = await startWandbDouble({ data: join(folder, 'data'), apiKey: key })
  expect(JSON.stringify(server.store.state)).toBe(JSON.stringify(before))
})
