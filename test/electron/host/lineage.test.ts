import { expect, it } from 'vitest'
import { rowSum } from '../../../electron/adapters/sqlite/row-sum.ts'
import { createLineage } from '../../../electron/host/lineage.ts'
import type { HostEvent, HostOutput } from '../../../shared/host/host-api.ts'
import { isRemoteNode, nodeTitle, shownKind } from '../../../shared/lineage/graph.ts'
import { indexLineage, trainedWith } from '../../../shared/lineage/reach.ts'
import { openPushHost } from '../../support/push-host.ts'
import { putRun } from '../../support/trained-model.ts'

const { signal } = new AbortController()

/** Two versions on the server, with labels that differ. */
async function pushed() {
  const opened = await openPushHost()
  const { host, label, commit, sync, server } = opened
  await label(0, 3)
  await commit()
  await label(1, 2)
  await commit()
  await sync.push()
  const events: HostEvent[] = []
  host.on((event) => void events.push(event))
  const get = () => host.handlers['lineage.get']({}, signal)
  const look = (node: string | null = null, on = signal) => host.handlers['lineage.look']({ node }, on)
  const idOf = (collection: string, version: string) =>
    server.store.state.artifacts.find((a) => a.collection === collection && `v${a.versionIndex}` === version)!
      .id
  return { ...opened, events, get, look, idOf }
}
const named = (graph: HostOutput<'lineage.get'>) => {
  const titles = new Map(graph.nodes.map((node) => [node.id, nodeTitle(node)]))
  return graph.edges.map(({ from, to, kind }) => `${titles.get(from)} ${kind} ${titles.get(to)}`)
}
const titles = (graph: HostOutput<'lineage.get'>, kind: string) =>
  graph.nodes
    .filter((node) => shownKind(node) === kind)
    .map(nodeTitle)
    .sort()

it('knows versions, what they were sent as and by which runs without asking anybody', async () => {
  const { get, server } = await pushed()
  const before = server.requests.length
  const graph = await get()
  expect(server.requests.length).toBe(before)
  expect(titles(graph, 'version')).toEqual(['v1', 'v2'])
  expect(titles(graph, 'data')).toEqual(['labeled_data:v0', 'labeled_data:v1', 'raw_data:v0'])
  expect(graph).toMatchObject({ lookedAt: null, canLook: true, running: null })
  const edges = named(graph)
  expect(edges).toContain('v1 parent v2')
  expect(edges).toContain('v1 sent raw_data:v0')
  // The images did not change: both versions are that artifact.
  expect(edges).toContain('v2 sent raw_data:v0')
  expect(edges).toContain('v2 sent labeled_data:v1')
  expect(edges.filter((edge) => edge.startsWith('raw_data:v0 used annotate-'))).toHaveLength(2)
  expect(edges.filter((edge) => edge.endsWith('made raw_data:v0'))).toHaveLength(1)
})

it('learns from the server who used which version, what was trained with it, and keeps it for later', async () => {
  const { get, look, server, idOf, events } = await pushed()
  const first = putRun(server, 'train-1', {
    inputs: [idOf('labeled_data', 'v0')],
    outputs: [{ collection: 'segmenter', type: 'model' }],
    summary: { val: { deep: 1 }, mIoU: 0.71, _step: 9, note: 'x', loss: null },
    title: 'first try',
  })
  putRun(server, 'train-2', {
    inputs: [idOf('labeled_data', 'v0'), idOf('labeled_data', 'v1')],
    summary: { mIoU: 0.65 },
  })
  putRun(server, 'evaluate', { inputs: [first.outputs[0]!.id], jobType: 'evaluate' })
  server.store.artifact(idOf('labeled_data', 'v0'))!.ttlDurationSeconds = 86_400
  expect(await look()).toMatchObject({ left: 0, error: null })
  expect(events.filter(({ type }) => type === 'lineage.changed').at(-1)).toMatchObject({ running: null })

  await server.close()
  const graph = await get()
  expect(graph.lookedAt).not.toBeNull()
  expect(titles(graph, 'model')).toEqual(['segmenter:v0'])
  expect(named(graph)).toEqual(
    expect.arrayContaining([
      'labeled_data:v0 used first try',
      'first try made segmenter:v0',
      'segmenter:v0 used evaluate',
      'labeled_data:v1 used train-2',
    ]),
  )
  const index = indexLineage(graph)
  const versionOf = (number: number) =>
    graph.nodes.find((node) => node.kind === 'version' && node.number === number)!.id
  const show = (ids: readonly string[]) => ids.map((id) => nodeTitle(index.node(id)!)).sort()
  expect(show(trainedWith(index, versionOf(1)).models)).toEqual(['segmenter:v0'])
  expect(show(trainedWith(index, versionOf(1)).runs)).toEqual(['evaluate', 'first try', 'train-2'])
  expect(trainedWith(index, versionOf(2)).models).toEqual([])
  const run = graph.nodes.find((node) => nodeTitle(node) === 'first try')
  expect(run).toMatchObject({ metrics: [['mIoU', 0.71]], state: 'finished', jobType: 'train' })
  expect(run).toMatchObject({ url: `${server.url}/me/street/runs/train-1` })
  const labeled = graph.nodes.find((node) => nodeTitle(node) === 'labeled_data:v0')
  const made = labeled?.at ?? 0
  expect(labeled).toMatchObject({ ttl: { seconds: 86_400, isInherited: false, endsAt: made + 86_400_000 } })
})

it('tells which registries hold an artifact, and where they are looked at', async () => {
  const { get, look, server, idOf } = await pushed()
  const [raw, labeled] = [idOf('raw_data', 'v0'), idOf('labeled_data', 'v0')]
  const at = (artifact: string, entity: string, project: string, portfolio: string) =>
    server.store.state.links.push({
      artifact,
      entity,
      project,
      portfolio,
      versionIndex: 4,
      aliases: ['production'],
      createdAt: new Date().toISOString(),
    })
  at(labeled, 'me-org', 'wandb-registry-dataset', 'street scenes')
  at(raw, 'me', 'other', 'favourites')
  await look()
  const { nodes } = await get()
  const linksOf = (title: string) => {
    const node = nodes.find((one) => nodeTitle(one) === title)
    return node?.kind === 'artifact' ? node.links : []
  }
  const selection = encodeURIComponent('me-org/wandb-registry-dataset/street scenes')
  expect(linksOf('labeled_data:v0')).toEqual([
    {
      entity: 'me-org',
      project: 'wandb-registry-dataset',
      collection: 'street scenes',
      version: 'v4',
      aliases: ['production'],
      isRegistry: true,
      url: `${server.url}/orgs/me-org/registry/dataset?selectionPath=${selection}&view=membership&version=v4`,
    },
  ])
  expect(linksOf('raw_data:v0')).toMatchObject([{ collection: 'favourites', isRegistry: false }])
})

it('reads as many pages as it takes, and says where it stopped reading', async () => {
  const { host, look, server, idOf } = await pushed()
  for (let i = 0; i < 120; i++) putRun(server, `r${i}`, { inputs: [idOf('labeled_data', 'v0')] })
  await look()
  const all = await host.handlers['lineage.get']({}, signal)
  expect(titles(all, 'run').filter((title) => /^r\d+$/.test(title))).toHaveLength(120)
  expect(all.nodes.every((node) => !isRemoteNode(node) || !node.hasMore)).toBe(true)
  const { context, versions, settings, sync } = host.services
  const limited = createLineage(context, {
    versions,
    settings,
    connect: async () => (await sync.connect()).remote.lineage,
    limits: { asked: 10, each: 50 },
  })
  expect(await limited.look(null, signal)).toMatchObject({ asked: 10, left: expect.any(Number), error: null })
  const labeled = (await limited.get()).nodes.find((node) => nodeTitle(node) === 'labeled_data:v0')
  expect(labeled).toMatchObject({ hasMore: true })
})

it('keeps what it was told until the server died, and what to do about it', async () => {
  const { get, look, server, idOf } = await pushed()
  putRun(server, 'train-1', { inputs: [idOf('labeled_data', 'v0')] })
  server.fail({ on: 'artifact', after: 4, times: 1000, action: { kind: 'status', status: 503 } })
  const result = await look()
  expect(result.error).toMatchObject({
    code: expect.stringMatching(/^(NET|REMOTE)_/),
    remedy: expect.any(String),
  })
  const graph = await get()
  expect(graph.lookedAt).toBeNull()
  expect(graph.nodes.some((node) => node.kind === 'artifact' && node.lookedAt !== null)).toBe(true)
  server.mend()
  expect((await look()).error).toBeNull()
  expect(titles(await get(), 'run')).toContain('train-1')
}, 60_000)

it('asks for another key when the server does not know this one', async () => {
  const { get, look, server } = await pushed()
  server.fail({ on: 'artifact', times: 1000, action: { kind: 'status', status: 401 } })
  expect(await look()).toMatchObject({ asked: 0, error: { code: 'AUTH_REVOKED' } })
  expect(titles(await get(), 'version')).toEqual(['v1', 'v2'])
})

it('stops when the person has enough, and keeps what came until then', async () => {
  const { get, look, server, idOf } = await pushed()
  for (let i = 0; i < 40; i++) putRun(server, `r${i}`, { inputs: [idOf('labeled_data', 'v0')] })
  server.fail({ on: 'project', times: 1000, action: { kind: 'slow', ms: 300 } })
  const stop = new AbortController()
  const looking = look(null, stop.signal)
  await expect.poll(async () => titles(await get(), 'run').includes('r3'), { timeout: 10_000 }).toBe(true)
  await expect(look()).rejects.toMatchObject({ code: 'CONFLICT' })
  stop.abort()
  await expect(looking).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(await get()).toMatchObject({ running: null, lookedAt: null })
  expect(titles(await get(), 'run')).toContain('r39')
})

it('asks about one node alone', async () => {
  const { get, look, server, idOf } = await pushed()
  const { outputs } = putRun(server, 'train-1', {
    inputs: [idOf('labeled_data', 'v0')],
    outputs: [{ collection: 'segmenter', type: 'model' }],
  })
  const labeled = (await get()).nodes.find((node) => nodeTitle(node) === 'labeled_data:v0')!
  expect(await look(labeled.id)).toMatchObject({ asked: 1, found: 3, error: null })
  expect(titles(await get(), 'run')).toContain('train-1')
  expect(titles(await get(), 'model')).toEqual([])
  const run = (await get()).nodes.find((node) => nodeTitle(node) === 'train-1')!
  await look(run.id)
  expect(titles(await get(), 'model')).toEqual(['segmenter:v0'])
  outputs[0]!.state = 'DELETED'
  const model = (await get()).nodes.find((node) => nodeTitle(node) === 'segmenter:v0')!
  await look(model.id)
  expect((await get()).nodes.find(({ id }) => id === model.id)).toMatchObject({ isGone: true })
  await expect(look('artifact:elsewhere x')).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('shows which artifact the images of a version came from, when they were taken from one', async () => {
  const { host, get, add, commit } = await pushed()
  const { db } = host.services.context
  const { wandb } = (await host.handlers['settings.get']({}, signal)).settings
  const remote = `wandb:${wandb.baseUrl}/${wandb.entity}/${wandb.project}`
  const values = [remote, 'QXJ0aWZhY3Q6OTk=', 'them/photos/night:v3', 'd'.repeat(32), 2, null]
  db.prepare('INSERT INTO remote_inputs VALUES (?, ?, ?, ?, ?, ?, ?)').run(...values, rowSum(values))
  expect(named(await get()).filter((edge) => edge.startsWith('night:v3'))).toEqual([])
  await add('4.png', 40)
  await commit()
  expect(named(await get())).toContain('night:v3 used v3')
  expect((await get()).nodes.find((node) => nodeTitle(node) === 'night:v3')).toMatchObject({
    entity: 'them',
    project: 'photos',
    isFromHere: false,
  })
})

it('says what is missing when no project is set, and reads on around a row that is damaged', async () => {
  const { host, get, look } = await pushed()
  await look()
  const { db } = host.services.context
  db.prepare("UPDATE lineage_facts SET facts = '{}' WHERE key LIKE 'run:%'").run()
  db.prepare("UPDATE receipts SET remote_version = 'v9' WHERE role = 'labeled_data'").run()
  const graph = await get()
  expect(titles(graph, 'version')).toEqual(['v1', 'v2'])
  expect(titles(graph, 'data')).toEqual(['raw_data:v0'])
  await host.handlers['settings.set']({ wandb: { project: '' } }, signal)
  await expect(look()).rejects.toMatchObject({ code: 'REMOTE_NOT_SET' })
  expect(await get()).toMatchObject({ canLook: false })
})
