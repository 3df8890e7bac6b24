import { expect, it } from 'vitest'
import { connectDirect } from '../../../electron/transport/direct-connection.ts'
import type { HostConnection } from '../../../shared/host/host-api.ts'
import { say } from '../../support/command-line.ts'
import { openPushHost, pushKey } from '../../support/push-host.ts'

const library = ['--library', '/a/library']

/** A library with one version that the server refused, and a command line on it. */
async function setUp() {
  const opened = await openPushHost()
  const { host, server, label, commit } = opened
  await label(0, 2)
  await commit()
  const connection: HostConnection = connectDirect(host)
  const tessera = (...argv: string[]) => say([...argv, ...library], { host: connection })
  return { ...opened, server, tessera }
}

it('says what waits and why, sets it aside, lets it go, and tells what happened', async () => {
  const { server, sync, tessera } = await setUp()
  expect((await tessera('sync')).out).toMatch(
    /outbox {3}2 waiting\n {2}v1 raw_data +waiting +\d+ files, [\d.]+ K?i?B/,
  )
  server.fail({ on: 'createArtifact', action: { kind: 'status', status: 403 } })
  await sync.push()
  const refused = await tessera('sync', '--json')
  expect(refused.json).toMatchObject({
    configured: true,
    paused: false,
    counts: { needs: 1, behind: 1 },
    entries: [{ standing: 'needs' }, { standing: 'behind', behind: { versionNumber: 1, role: 'raw_data' } }],
  })
  expect((await tessera('sync')).out).toContain('REMOTE_FORBIDDEN')

  expect((await tessera('sync', 'park', '1', 'raw_data')).out).toMatch(/^v1 raw_data +set aside/)
  expect((await tessera('sync', 'retry', 'v1', 'raw_data')).out).toMatch(/^v1 raw_data +waiting/)
  await sync.push()
  expect((await tessera('sync')).out).toContain('outbox   2 done')
  expect((await tessera('sync', '--all')).out).toContain('sent as v0')
  const log = await tessera('sync', 'log')
  expect(log.out).toMatch(
    /v1 raw_data was set aside\.\n.*v1 raw_data is tried again\.\n(?:.*\n)*?.*raw_data is on the server as v0\. {2}\(\d+ files/,
  )
  expect((await tessera('sync', 'log', '--problems', '--limit', '1', '--json')).json).toMatchObject({
    lines: [{ kind: 'problem', code: 'REMOTE_FORBIDDEN' }],
  })
  expect(log.out).not.toContain(pushKey)
})

it('refuses what makes no sense', async () => {
  const { tessera } = await setUp()
  for (const argv of [
    ['sync', 'park'],
    ['sync', 'park', '1', 'other_data'],
    ['sync', 'log', '--limit', 'many'],
    ['config', 'set', 'wandb.every', 'minute'],
    ['config', 'set', 'network.proxy', 'http://anna:pw@p.example:1'],
  ])
    expect(await tessera(...argv), argv.join(' ')).toMatchObject({ exit: 2, out: '' })
  expect((await tessera('sync', 'park', '9')).exit).toBe(1)
  expect((await tessera('sync', 'retry', '--json')).json).toEqual({ changed: [] })
})

it('says whose key goes where and by which way, what another place is owed, and unlinks', async () => {
  const { host, server, sync, tessera } = await setUp()
  await sync.push()
  const shown = await tessera('account', '--check')
  expect(shown.out).toContain(
    `server   ${server.url}\nproject  me/street\nkey      …0123, in the environment\nroute    direct`,
  )
  expect(shown.out).toContain('signed in as')
  expect(shown.out).not.toContain(pushKey)
  const elsewhere = await tessera('account', 'plan', '--project', 'elsewhere', '--json')
  expect(elsewhere.json).toMatchObject({ isCurrent: false, sent: 0, owed: { artifacts: 2, isExact: true } })
  expect((await tessera('account', 'plan')).out).toContain('me/street')
  expect((await tessera('account', 'unlink')).out).toBe(
    'unlinked, 2 receipts kept; the key in the environment stays\n',
  )
  expect(host.services.settings.get().wandb).toMatchObject({ entity: '', project: '' })
  expect((await tessera('account')).out).toContain('project  not set')
})

it('takes a proxy with a password from standard input alone', async () => {
  const { host } = await setUp()
  const connection = connectDirect(host)
  const set = await say(['config', 'set', 'network.proxy', '-', ...library], {
    host: connection,
    input: 'http://anna:hush@p.example:3128\n',
  })
  expect(set.out).toBe('network.proxy http://p.example:3128\n')
  expect((await say(['config', 'get', ...library], { host: connection })).out).not.toContain('hush')
})
