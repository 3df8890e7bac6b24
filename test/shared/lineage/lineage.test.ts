import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type ArtifactRecord,
  buildLineage,
  type LineageRecords,
  type RunRecord,
  runKey,
  type SentRecord,
  type VersionRecord,
} from '../../../shared/lineage/build.ts'
import { lineageJson, lineageSvg, nodeLines } from '../../../shared/lineage/export.ts'
import { type Lineage, lineageSchema, nodeTitle } from '../../../shared/lineage/graph.ts'
import { layoutLineage } from '../../../shared/lineage/layout.ts'
import {
  aroundNode,
  bestMetric,
  dataOf,
  fitsWords,
  indexLineage,
  trainedWith,
} from '../../../shared/lineage/reach.ts'

const server = 'https://api.wandb.ai'
const place = { entity: 'me', project: 'street' }
const version = (number: number, parents: number[] = []): VersionRecord => ({
  id: `id${number}`,
  number,
  parents: parents.map((one) => `id${one}`),
  message: `message ${number}`,
  author: 'Ada',
  createdAt: Date.UTC(2026, 0, number),
  counts: { samples: 3, labeled: 2, objects: 5 },
  names: number === 1 ? ['golden'] : [],
})
const sent = (number: number, role: string, artifactId: string, remote: string): SentRecord => ({
  server,
  ...place,
  versionId: `id${number}`,
  artifactId,
  collection: role,
  type: role === 'raw_data' ? 'dataset' : 'labeled_dataset',
  version: remote,
  digest: 'd'.repeat(32),
  runName: `send-${role}-${number}`,
  url: null,
  sentAt: Date.UTC(2026, 0, number, 1),
})
const artifact = (
  id: string,
  name: string,
  type: string,
  around: ArtifactRecord['around'],
): ArtifactRecord => ({
  server,
  id,
  ...place,
  collection: name,
  type,
  index: Number(/\d$/.exec(id)?.[0] ?? 0),
  digest: 'e'.repeat(32),
  files: 2,
  bytes: 9,
  aliases: ['latest'],
  tags: [],
  createdAt: Date.UTC(2026, 1, 1),
  ttlSeconds: -2,
  ttlIsInherited: false,
  isDeleted: false,
  url: `${server}/${id}`,
  lookedAt: around ? 5 : null,
  around,
})
const run = (
  name: string,
  inputs: string[],
  outputs: string[],
  metrics: [string, number][] = [],
): RunRecord => ({
  server,
  ...place,
  name,
  title: `run ${name}`,
  jobType: 'train',
  state: 'finished',
  user: null,
  createdAt: Date.UTC(2026, 1, 2),
  metrics,
  isDeleted: false,
  url: `${server}/${name}`,
  lookedAt: 5,
  around: { inputs, outputs, hasMore: false },
})
const nowhere = { madeBy: null, usedBy: [], links: [], hasMore: false }
const usedBy = (...names: string[]) => ({
  ...nowhere,
  usedBy: names.map((name) => runKey({ ...place, name })),
})

/** v1 → v2; labels of v1 trained model m1, which run r2 tuned with the labels of v2 to m2. */
const records: LineageRecords = {
  versions: [version(1), version(2, [1])],
  sent: [
    sent(1, 'raw_data', 'R0', 'v0'),
    sent(2, 'raw_data', 'R0', 'v0'),
    sent(1, 'labeled_data', 'L0', 'v0'),
    sent(2, 'labeled_data', 'L1', 'v1'),
  ],
  senders: [1, 2].flatMap((n) =>
    ['raw_data', 'labeled_data'].map((role) => ({ server, ...place, name: `send-${role}-${n}` })),
  ),
  inputs: [{ server, artifactId: 'F0', name: 'them/photos/night:v3', digest: 'f', versionId: 'id2' }],
  releases: [],
  artifacts: [
    artifact('L0', 'labeled_data', 'labeled_dataset', usedBy('r1')),
    artifact('L1', 'labeled_data', 'labeled_dataset', usedBy('r2')),
    artifact('M1', 'segmenter', 'model', usedBy('r2')),
    artifact('M2', 'segmenter', 'model', nowhere),
    artifact('X', 'stray', 'model', usedBy('r9')),
  ],
  runs: [
    run('r1', ['L0'], ['M1'], [['mIoU', 0.6]]),
    run('r2', ['L1', 'M1'], ['M2'], [['mIoU', 0.7]]),
    run('r9', ['X'], []),
  ],
}
const graph = buildLineage(records)
const index = indexLineage(graph)
const idOf = (title: string) => graph.nodes.find((node) => nodeTitle(node) === title)!.id
const names = (ids: Iterable<string>, of: Lineage = graph) => {
  const titles = new Map(of.nodes.map((node) => [node.id, nodeTitle(node)]))
  return [...ids].map((id) => titles.get(id)).sort()
}
const versionId = (number: number) => `version:id${number}`

it('makes one graph of versions, receipts and what the server said, and leaves out what hangs on nothing of it', () => {
  expect(lineageSchema.parse(graph)).toEqual(graph)
  expect(names(graph.nodes.map(({ id }) => id))).not.toContain('stray:v0')
  expect(names(index.after(versionId(1)))).toEqual(['labeled_data:v0', 'raw_data:v0', 'v2'])
  expect(names(index.before(idOf('raw_data:v0')))).toEqual(['send-raw_data-1', 'v1', 'v2'])
  expect(names(index.before(versionId(2)))).toEqual(['night:v3', 'v1'])
  // The server said who made it, which is nobody it knows: the receipt's run is not put in its place.
  expect(names(index.before(`artifact:${server} L0`))).toEqual(['v1'])
})

it('makes the same graph of the same records in any order', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
      const shuffled = <T>(list: readonly T[]) =>
        [...list]
          .map((one) => [numbers.next().value as number, one] as const)
          .sort((a, b) => a[0] - b[0])
          .map(([, one]) => one)
      const other = Object.fromEntries(
        Object.entries(records).map(([name, list]) => [name, shuffled(list as readonly unknown[])]),
      ) as unknown as LineageRecords
      expect(buildLineage(other)).toEqual(graph)
    }),
  )
})

it('finds models that were trained with a version, over what was made from it, but not over later versions', () => {
  const first = trainedWith(index, versionId(1))
  expect(first.models.map((id) => index.node(id)!).map(nodeTitle)).toEqual(['segmenter:v1', 'segmenter:v2'])
  expect(names(first.runs)).toEqual(['run r1', 'run r2'])
  expect(names(trainedWith(index, versionId(2)).runs)).toEqual(['run r2'])
  expect(names(trainedWith(index, versionId(2)).way)).toEqual([
    'labeled_data:v1',
    'run r2',
    'segmenter:v2',
    'v2',
  ])
  expect(bestMetric(first.runs.map((id) => index.node(id)))).toEqual({ name: 'mIoU', value: 0.7 })
})

it('knows the version whose data a run or a model stands on, the newest first', () => {
  expect(names(dataOf(index, idOf('run r1')))).toEqual(['v1'])
  expect(names(dataOf(index, idOf('run r2')))).toEqual(['v2'])
  expect(dataOf(index, idOf('raw_data:v0')).map((id) => nodeTitle(index.node(id)!))).toEqual(['v2', 'v1'])
  expect(dataOf(index, 'nothing')).toEqual([])
})

it('shows so many steps each way and not round corners', () => {
  expect(names(aroundNode(index, idOf('run r1'), 1))).toEqual(['labeled_data:v0', 'run r1', 'segmenter:v1'])
  expect(names(aroundNode(index, idOf('run r1'), 2))).toEqual([
    'labeled_data:v0',
    'run r1',
    'run r2',
    'segmenter:v1',
    'v1',
  ])
  expect(aroundNode(index, idOf('v1'), null).has(idOf('night:v3'))).toBe(false)
})

it('walks graphs that lead in circles to an end', () => {
  const circle = buildLineage({
    ...records,
    runs: [run('r1', ['L0', 'M1'], ['M1'])],
    artifacts: [
      artifact('L0', 'labeled_data', 'labeled_dataset', usedBy('r1')),
      artifact('M1', 'm', 'model', usedBy('r1')),
    ],
  })
  const its = indexLineage(circle)
  expect(names(trainedWith(its, versionId(1)).models, circle)).toEqual(['m:v1'])
  expect(layoutLineage(circle).edges.filter(({ isBack }) => isBack)).toHaveLength(1)
})

it('says how long an artifact is kept as the server counts it', () => {
  const kept = (ttlSeconds: number | null, ttlIsInherited: boolean) => {
    const one = { ...artifact('L0', 'labeled_data', 'labeled_dataset', nowhere), ttlSeconds, ttlIsInherited }
    const node = buildLineage({ ...records, artifacts: [one] }).nodes.find(({ id }) => id.endsWith(' L0'))
    return node?.kind === 'artifact' ? node.ttl : null
  }
  expect(kept(-2, false)).toEqual({ seconds: null, isInherited: false, endsAt: null })
  expect(kept(-1, true)).toEqual({ seconds: null, isInherited: true, endsAt: null })
  expect(kept(60, true)).toEqual({ seconds: 60, isInherited: true, endsAt: Date.UTC(2026, 1, 1) + 60_000 })
})

it('finds nodes by words of their names in any case', () => {
  const found = (query: string) =>
    names(graph.nodes.filter((node) => fitsWords(node, query)).map(({ id }) => id))
  expect(found('GOLD v1')).toEqual(['v1'])
  expect(found('segmenter model')).toEqual(['segmenter:v1', 'segmenter:v2'])
  expect(found('')).toEqual([])
})

it('writes the same bytes for the same graph, and text that is no markup', () => {
  const layout = layoutLineage(graph)
  expect(lineageSvg(graph, layout, 'dark')).toBe(lineageSvg(graph, layout, 'dark'))
  expect(JSON.parse(lineageJson(graph))).toMatchObject({ format: 'tessera-lineage', format_version: 1 })
  const evil = '</title><script>alert(1)</script>\u0000"&'
  const bad = buildLineage({
    ...records,
    versions: [{ ...version(1), message: evil, names: [] }, version(2, [1])],
  })
  const svg = lineageSvg(bad, layoutLineage(bad), 'light', evil)
  expect(svg).not.toContain('<script')
  expect(svg).not.toContain('\u0000')
  expect(svg.match(/<svg /g)).toHaveLength(1)
  expect(nodeLines(bad.nodes.find(({ id }) => id === versionId(1))!)[2]).toBe('3 images, 5 objects')
})

it('shows the release of Segments.ai that a version was made of, with what its images are, and none of a version that is not here', () => {
  const release = {
    server: 'https://api.segments.ai',
    uuid: 'u1',
    versionId: 'id2',
    dataset: 'me/streets',
    name: 'v0.1',
    taskType: 'vector',
    rawData: 'me/street/raw_data:v0',
    url: 'https://app.segments.ai/me/streets',
  }
  const releases = [release, { ...release, uuid: 'u2', versionId: 'gone' }]
  const with_ = buildLineage({ ...records, releases })
  expect(lineageSchema.parse(with_)).toEqual(with_)
  const found = with_.nodes.filter(({ kind }) => kind === 'release')
  expect(found).toMatchObject([{ dataset: 'me/streets', name: 'v0.1', at: Date.UTC(2026, 0, 2) }])
  const its = indexLineage(with_)
  expect(names(its.before(versionId(2)), with_)).toEqual(['me/streets v0.1', 'night:v3', 'v1'])
  expect(names(its.after(versionId(2)), with_)).toEqual(['labeled_data:v1', 'raw_data:v0'])
  expect(nodeLines(found[0]!)).toEqual(['Release · 2026-01-02', 'me/streets v0.1', 'Segments.ai · vector'])
  expect(fitsWords(found[0]!, 'streets raw_data')).toBe(true)
  // It is no data of ours, and leads to no model of its own.
  expect(trainedWith(its, versionId(2))).toEqual(trainedWith(index, versionId(2)))
  expect(lineageSvg(with_, layoutLineage(with_), 'light')).toContain('me/streets v0.1')
})
