import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { connectDirect } from '../../../electron/transport/direct-connection.ts'
import type { HostOutput } from '../../../shared/host/host-api.ts'
import { buildLineage } from '../../../shared/lineage/build.ts'
import { say } from '../../support/command-line.ts'
import { createServedHost } from '../../support/served-host.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-lineage-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const server = 'https://api.wandb.ai'
const place = { entity: 'me', project: 'street' }
const unsaid = {
  aliases: [],
  tags: [],
  ttlSeconds: null,
  ttlIsInherited: false,
  isDeleted: false,
  lookedAt: 5,
}
const artifact = (id: string, collection: string, type: string, usedBy: string[]) => ({
  server,
  id,
  ...place,
  collection,
  type,
  index: 0,
  digest: 'd',
  files: 1,
  bytes: 1,
  createdAt: 9,
  url: `${server}/${id}`,
  ...unsaid,
  around: { madeBy: null, usedBy, links: [], hasMore: false },
})
const version = (number: number, parents: string[]) => ({
  id: `${number}`.repeat(64),
  number,
  parents,
  message: 'm',
  author: 'Ada',
  createdAt: number,
  counts: { samples: 1, labeled: 1, objects: 1 },
  names: number === 1 ? ['golden'] : [],
})
const graph = buildLineage({
  versions: [version(1, []), version(2, ['1'.repeat(64)])],
  sent: [
    {
      server,
      ...place,
      versionId: '1'.repeat(64),
      artifactId: 'L0',
      collection: 'labeled_data',
      type: 'labeled_dataset',
      version: 'v0',
      digest: 'd',
      runName: 'annotate-1',
      url: null,
      sentAt: 3,
    },
  ],
  senders: [],
  inputs: [],
  releases: [],
  artifacts: [
    artifact('L0', 'labeled_data', 'labeled_dataset', ['me/street/r1']),
    artifact('M', 'seg\u001b[2J', 'model', []),
  ],
  runs: [
    {
      server,
      ...place,
      name: 'r1',
      title: 'first try',
      jobType: 'train',
      state: 'finished',
      user: null,
      createdAt: 8,
      metrics: [['mIoU', 0.7125]],
      isDeleted: false,
      url: `${server}/r1`,
      lookedAt: 5,
      around: { inputs: ['L0'], outputs: ['M'], hasMore: false },
    },
  ],
})
const branches = [{ name: 'main', version: '2'.repeat(64), isCurrent: true }]
const aliases = [{ name: 'golden', version: '1'.repeat(64) }]
const known: HostOutput<'lineage.get'> = { ...graph, lookedAt: null, canLook: true, running: null }
function host(looked: Partial<HostOutput<'lineage.look'>> = {}) {
  const handlers = {
    'lineage.get': async () => known,
    'lineage.look': async () => ({ asked: 3, found: 1, left: 0, error: null, ...looked }),
    'branches.list': async () => branches,
    'aliases.list': async () => aliases,
  }
  return connectDirect(createServedHost({ handlers }))
}
const library = ['--library', 'lib']

it('says of each version who used it and which models came of it, and nothing that a terminal takes for an order', async () => {
  const { out, exit } = await say(['lineage', ...library], { host: host() })
  expect(out).toBe(
    [
      'v2  0 runs used it, 0 models trained with it',
      'v1 (golden)  1 run used it, 1 model trained with it, best mIoU 0.7125',
      '  sent as labeled_data:v0',
      '  first try [train, finished]: seg\ufffd[2J:v0 (model)',
      'W&B was never asked (--look)',
      '',
    ].join('\n'),
  )
  expect(exit).toBe(0)
})

it('prints the graph around a version as data, and draws it', async () => {
  const { json } = await say(['lineage', 'golden', ...library, '--json'], { host: host() })
  expect(json).toMatchObject({ format: 'tessera-lineage', format_version: 1 })
  expect((json as { nodes: unknown[] }).nodes).toHaveLength(graph.nodes.length)
  const latest = await say(['lineage', 'latest', ...library, '--json'], { host: host() })
  expect((latest.json as { nodes: unknown[] }).nodes).toHaveLength(2)
  const draw = async (name: string) => {
    await say(['lineage', ...library, '--svg', name], { host: host(), folder })
    return readFileSync(join(folder, name), 'utf8')
  }
  expect(await draw('a.svg')).toBe(await draw('b.svg'))
  expect(await draw('a.svg')).toContain('first try')
  const missing = await say(['lineage', 'v7', ...library], { host: host() })
  expect([missing.exit, missing.err]).toEqual([1, expect.stringContaining('There is no version "v7"')])
})

it('asks W&B when told to, and says when that ended early', async () => {
  const error = { code: 'NET_OFFLINE', message: 'No network.', remedy: 'Connect.', retry: 'auto' } as const
  const { exit, out, err } = await say(['lineage', '--look', ...library], { host: host({ left: 4, error }) })
  expect(exit).toBe(1)
  expect(err).toContain('4 more things to ask about')
  expect(err).toContain('No network. [NET_OFFLINE]\n  Connect.')
  expect(out).toContain('sent as labeled_data:v0')
})
