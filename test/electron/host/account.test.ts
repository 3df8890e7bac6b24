import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startWandbDouble } from '../../servers/wandb/server.ts'
import { makeCertificate } from '../../support/certificates.ts'
import { openTestHost } from '../../support/open-test-host.ts'
import { openPushHost, pushKey } from '../../support/push-host.ts'
import { startTestProxy } from '../../support/test-proxy.ts'

const { signal } = new AbortController()
const key = `local-${'e5'.repeat(20)}`

async function openHost(environment: Record<string, string> = {}, root?: string) {
  const host = await openTestHost({ environment, ...(root && { root }) })
  onTestFinished(() => host.cleanup())
  return host
}

it('keeps a key for the server it was given for, and has none for the next', async () => {
  const { handlers } = await openHost()
  await handlers['settings.set']({ wandb: { baseUrl: 'https://one.example' } }, signal)
  await handlers['secrets.setWandbKey']({ key, keep: 'file' }, signal)
  expect((await handlers['settings.get']({}, signal)).wandbKey).toEqual({ source: 'file', last4: 'e5e5' })
  const moved = await handlers['settings.set']({ wandb: { baseUrl: 'https://two.example' } }, signal)
  expect(moved.wandbKey.source).toBe('none')
  const back = await handlers['settings.set']({ wandb: { baseUrl: 'https://one.example/' } }, signal)
  expect(back.wandbKey.source).toBe('file')
})

it('sends no key without encryption, unless a person agreed', async () => {
  const { handlers } = await openHost({ WANDB_API_KEY: key })
  const wandb = { baseUrl: 'http://w.example', entity: 'me', project: 'street' }
  await expect(handlers['settings.set']({ wandb }, signal)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  await expect(handlers['wandb.check']({ draft: wandb }, signal)).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringContaining('not encrypted'),
  })
  const { settings } = await handlers['settings.set']({ wandb: { ...wandb, allowHttp: true } }, signal)
  expect(settings.wandb).toMatchObject({ baseUrl: 'http://w.example', allowHttp: true })
})

it('sends no key to an unencrypted address of the environment either', async () => {
  const environment = {
    WANDB_API_KEY: key,
    WANDB_BASE_URL: 'http://w.example',
    WANDB_ENTITY: 'me',
    WANDB_PROJECT: 'street',
  }
  const { handlers } = await openHost(environment)
  await expect(handlers['wandb.check']({}, signal)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

it('takes a proxy and authorities for this computer, keeps its password apart, and says what holds', async () => {
  const host = await openHost({ HTTPS_PROXY: 'http://bob:hush-env@env.example:1' })
  const { handlers, root } = host
  const { route } = await handlers['settings.get']({}, signal)
  expect(route).toMatchObject({ proxy: 'http://env.example:1', proxyFrom: 'environment' })
  const caFile = join(root, 'ca.pem')
  writeFileSync(caFile, makeCertificate({ name: 'ours' }).cert)
  const network = { proxy: 'http://anna:hush-own@own.example:3128', caFile, noProxy: 'inside.example' }
  const set = await handlers['settings.set']({ network }, signal)
  expect(set.settings.network).toEqual({
    proxy: 'http://own.example:3128',
    caFile,
    noProxy: 'inside.example',
  })
  expect(set.route).toEqual({
    proxy: 'http://own.example:3128',
    proxyFrom: 'setting',
    authorities: 1,
    authoritiesFrom: 'setting',
    problem: null,
  })
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  for (const file of files)
    expect(readFileSync(join(file.parentPath, file.name)).includes('hush'), file.name).toBe(false)
  expect(JSON.stringify([set, host.events, host.logs])).not.toContain('hush')
  // Another library on this computer is reached the same way.
  writeFileSync(caFile, 'no longer a certificate')
  expect((await handlers['settings.get']({}, signal)).route.problem).toMatchObject({ code: 'TLS_BAD' })
})

it.each([
  [{ proxy: 'socks5://p:1' }, /of a kind/],
  [{ caFile: 'relative.pem' }, /whole path/],
  [{ caFile: '/nothing/here.pem' }, /cannot be read/],
])('refuses %o and changes nothing', async (network, words) => {
  const { handlers } = await openHost()
  await expect(handlers['settings.set']({ network }, signal)).rejects.toThrow(words)
  expect((await handlers['settings.get']({}, signal)).settings.network).toEqual({
    proxy: '',
    noProxy: '',
    caFile: '',
  })
})

it('asks the server by the proxy of the settings, and tells nobody its password', async () => {
  const { host, server, commit, sync } = await openPushHost()
  const proxy = await startTestProxy({
    credentials: 'anna:hush-hush',
    names: { 'w.inside': Number(new URL(server.url).port) },
  })
  onTestFinished(() => proxy.close())
  const { handlers } = host
  const wandb = { baseUrl: 'http://w.inside', allowHttp: true }
  const network = { proxy: proxy.address.replace('//', '//anna:hush-hush@') }
  await handlers['settings.set']({ wandb, network }, signal)
  await handlers['secrets.setWandbKey']({ key: pushKey, keep: 'session' }, signal)
  expect(await handlers['wandb.check']({}, signal)).toMatchObject({ entity: expect.any(String) })
  await commit()
  await sync.push()
  expect(proxy.asked.some((line) => line.startsWith('POST http://w.inside/graphql'))).toBe(true)
  proxy.refuses = 407
  await expect(handlers['wandb.check']({}, signal)).rejects.toMatchObject({ code: 'NET_PROXY' })
  const said = JSON.stringify([host.events, host.logs, sync.log(100)])
  for (const word of ['hush-hush', pushKey]) expect(said).not.toContain(word)
})

it('says what another place would be owed, and what was sent before', async () => {
  const { host, commit, label, sync } = await openPushHost()
  const { handlers } = host
  await label(0, 2)
  await commit()
  await sync.push()
  const here = host.services.settings.get().wandb
  const place = { baseUrl: here.baseUrl, entity: here.entity, project: here.project }
  expect(await handlers['wandb.plan'](place, signal)).toMatchObject({
    isCurrent: true,
    sent: 2,
    owed: { artifacts: 0, files: 0, bytes: 0 },
  })
  const there = await handlers['wandb.plan']({ ...place, project: 'elsewhere' }, signal)
  expect(there).toMatchObject({
    isCurrent: false,
    sent: 0,
    hasKey: true,
    owed: { artifacts: 2, isExact: true },
  })
  const contents = new Set<string>()
  let bytes = 0
  for (const version of await host.services.versions.list()) {
    for (const { role } of version.artifacts) {
      for (const entry of await host.services.versions.manifest(version.id, role)) {
        if (contents.has(entry.blob)) continue
        contents.add(entry.blob)
        bytes += entry.size
      }
    }
  }
  expect(there.owed).toMatchObject({ files: contents.size, bytes })
})

it('unlinks: keeps versions and receipts, forgets the key, and sends nothing twice when linked again', async () => {
  const host = await openHost()
  const server = await startWandbDouble({ data: join(host.root, 'server'), apiKey: key })
  onTestFinished(() => server.close())
  const { handlers } = host
  const wandb = { baseUrl: server.url, entity: 'me', project: 'street', autoPush: false }
  await handlers['settings.set']({ wandb }, signal)
  await handlers['secrets.setWandbKey']({ key, keep: 'session' }, signal)
  await handlers['samples.addExamples']({}, signal)
  await handlers['versions.commit']({ message: 'first' }, signal)
  await handlers['sync.push']({}, signal)
  const artifacts = server.store.state.artifacts.length
  const unlinked = await handlers['wandb.unlink']({ forgetKey: true }, signal)
  expect(unlinked).toEqual({ receipts: 1, keySource: 'none' })
  expect(await handlers['sync.status']({}, signal)).toMatchObject({ configured: false, entries: [] })
  expect(await handlers['versions.list']({}, signal)).toHaveLength(1)
  await expect(handlers['sync.push']({}, signal)).rejects.toMatchObject({ code: 'REMOTE_NOT_SET' })

  await handlers['settings.set']({ wandb }, signal)
  await handlers['secrets.setWandbKey']({ key, keep: 'session' }, signal)
  const { entries } = await handlers['sync.push']({}, signal)
  expect(entries.map(({ delivery }) => delivery.kind)).toEqual(['sent'])
  expect(server.store.state.artifacts).toHaveLength(artifacts)
  // Another project of the same server is owed everything.
  await handlers['settings.set']({ wandb: { project: 'other' } }, signal)
  expect((await handlers['sync.status']({}, signal)).entries[0]!.delivery.kind).toBe('waiting')
})

it('tells that a key of the environment is not its own to forget', async () => {
  const { host } = await openPushHost()
  expect(await host.handlers['wandb.unlink']({ forgetKey: true }, signal)).toMatchObject({
    keySource: 'environment',
  })
})

it('brings aliases of versions to the server, and moves them there with the next push', async () => {
  const { host, server, add, commit, sync } = await openPushHost()
  const { handlers } = host
  const first = await commit()
  await handlers['aliases.set']({ name: 'golden', version: first.id }, signal)
  await sync.push()
  await add('new.png', 77)
  const second = await commit()
  await sync.push()
  const named = () =>
    server.store.state.artifacts
      .filter(({ collection }) => collection.includes('raw_data'))
      .map((artifact) => artifact.aliases.includes('golden'))
  expect(named()).toEqual([true, false])
  await handlers['aliases.set']({ name: 'golden', version: second.id }, signal)
  await sync.push()
  expect(named()).toEqual([false, true])
})

it('wakes when an alias moves, so that it goes by itself', async () => {
  const { host, server, commit, sync } = await openPushHost()
  const version = await commit()
  await sync.push()
  await host.handlers['settings.set']({ wandb: { autoPush: true } }, signal)
  sync.start()
  const asked = server.requests.length
  await host.handlers['aliases.set']({ name: 'golden', version: version.id }, signal)
  while (server.requests.length === asked) await new Promise((done) => setTimeout(done, 20))
  while (!sync.log(100).some(({ text }) => text.includes('golden')))
    await new Promise((done) => setTimeout(done, 20))
})
