import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startSegmentsDouble } from '../../servers/segments/server.ts'
import { openTestHost } from '../../support/open-test-host.ts'
import { startTestProxy } from '../../support/test-proxy.ts'

const { signal } = new AbortController()
const key = 'hush-segments-key-0123456789'

async function openHost(environment: Record<string, string> = {}, root?: string) {
  const host = await openTestHost({ environment, ...(root && { root }) })
  onTestFinished(() => host.cleanup())
  return host
}
async function startDouble(root: string) {
  const double = await startSegmentsDouble({ dir: join(root, 'segments'), apiKey: key })
  onTestFinished(() => double.close())
  return double
}

it('keeps a key for the server it was given for, and has none for the next', async () => {
  const { handlers } = await openHost()
  const account = () => handlers['segments.account']({}, signal)
  expect(await account()).toMatchObject({
    baseUrl: 'https://api.segments.ai',
    webUrl: 'https://app.segments.ai',
    key: { source: 'none', last4: null },
    problem: null,
  })
  await handlers['settings.set']({ segments: { baseUrl: 'https://one.example' } }, signal)
  expect(await handlers['secrets.setSegmentsKey']({ key, keep: 'file' }, signal)).toEqual({
    source: 'file',
    last4: '6789',
  })
  await handlers['settings.set']({ segments: { baseUrl: 'https://two.example' } }, signal)
  expect((await account()).key.source).toBe('none')
  await handlers['settings.set']({ segments: { baseUrl: 'https://one.example/' } }, signal)
  expect((await account()).key.source).toBe('file')
  await handlers['secrets.clearSegmentsKey']({}, signal)
  expect((await account()).key.source).toBe('none')
})

it('has another key than W&B, at the same address too', async () => {
  const { handlers } = await openHost({ WANDB_API_KEY: `local-${'e5'.repeat(20)}` })
  const baseUrl = 'http://127.0.0.1:9'
  await handlers['settings.set']({ wandb: { baseUrl }, segments: { baseUrl } }, signal)
  expect((await handlers['segments.account']({}, signal)).key.source).toBe('none')
  expect((await handlers['settings.get']({}, signal)).wandbKey.source).toBe('environment')
})

it.each<[string, Record<string, string>, string, boolean]>([
  ['the usual server', {}, 'https://api.segments.ai', true],
  ['the server of the environment', { SEGMENTS_BASE_URL: 'https://s.example' }, 'https://s.example', true],
  ['this computer', {}, 'http://127.0.0.1:8080', true],
  ['a server that a library names', {}, 'https://elsewhere.example', false],
  [
    'the usual server, when the environment names another',
    { SEGMENTS_BASE_URL: 'https://s.example' },
    'https://api.segments.ai',
    false,
  ],
])(
  'takes the key of the environment for %s only when it is meant',
  async (_, environment, baseUrl, isMeant) => {
    const { handlers } = await openHost({ ...environment, SEGMENTS_API_KEY: key })
    await handlers['settings.set']({ segments: { baseUrl } }, signal)
    const { source } = (await handlers['segments.account']({}, signal)).key
    expect(source).toBe(isMeant ? 'environment' : 'none')
  },
)

it('asks the server who the key belongs to, of what is stored and of what is only typed', async () => {
  const host = await openHost()
  const { handlers } = host
  const double = await startDouble(host.root)
  const draft = { baseUrl: double.url, key }
  expect(await handlers['segments.check']({ draft }, signal)).toEqual({
    username: 'me',
    organizations: [],
  })
  // Nothing of it was stored.
  expect((await handlers['segments.account']({}, signal)).baseUrl).toBe('https://api.segments.ai')
  await expect(handlers['segments.check']({ draft: { baseUrl: double.url } }, signal)).rejects.toMatchObject({
    code: 'AUTH_MISSING',
  })
  await handlers['settings.set']({ segments: { baseUrl: double.url } }, signal)
  await handlers['secrets.setSegmentsKey']({ key, keep: 'session' }, signal)
  expect((await handlers['segments.check']({}, signal)).username).toBe('me')
  double.revoke()
  await expect(handlers['segments.check']({}, signal)).rejects.toMatchObject({ code: 'AUTH_REVOKED' })
  double.mend()
  double.fail({ on: 'get_user', times: 9, action: { kind: 'status', status: 503 } })
  await expect(handlers['segments.check']({}, signal)).rejects.toMatchObject({ code: 'NET_SLOW' })
})

it('says that a server is not there, never that the key is bad', async () => {
  const { handlers } = await openHost()
  const draft = { baseUrl: 'http://127.0.0.1:1', key }
  await expect(handlers['segments.check']({ draft }, signal)).rejects.toMatchObject({ code: 'NET_OFFLINE' })
})

it('sends no key without encryption, unless a person agreed', async () => {
  const { handlers } = await openHost({ SEGMENTS_BASE_URL: 'http://s.example', SEGMENTS_API_KEY: key })
  await expect(handlers['segments.check']({}, signal)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect((await handlers['segments.account']({}, signal)).problem).toMatchObject({ code: 'BAD_REQUEST' })
  await handlers['settings.set']({ segments: { baseUrl: 'http://s.example', allowHttp: true } }, signal)
  expect((await handlers['segments.account']({}, signal)).problem).toBeNull()
})

it.each(['short', 'a key with spaces in it', 'line\nbreak-in-it', 'ключ-ключ-ключ', 'x'.repeat(600)])(
  'refuses %s as a key',
  async (text) => {
    const { handlers } = await openHost()
    await expect(
      handlers['secrets.setSegmentsKey']({ key: text, keep: 'session' }, signal),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  },
)

it('says of a key of the environment that it cannot be one', async () => {
  const { handlers } = await openHost({ SEGMENTS_API_KEY: 'two words' })
  await expect(handlers['segments.check']({}, signal)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

it('reaches the server by the proxy of this computer', async () => {
  const host = await openHost()
  const double = await startDouble(host.root)
  const proxy = await startTestProxy({
    credentials: 'anna:hush-hush',
    names: { 's.inside': Number(new URL(double.url).port) },
  })
  onTestFinished(() => proxy.close())
  const network = { proxy: proxy.address.replace('//', '//anna:hush-hush@') }
  await host.handlers['settings.set']({ network }, signal)
  const draft = { baseUrl: 'http://s.inside', allowHttp: true, key }
  expect((await host.handlers['segments.check']({ draft }, signal)).username).toBe('me')
  expect(proxy.asked).toEqual(['GET http://s.inside/user'])
  proxy.refuses = 407
  await expect(host.handlers['segments.check']({ draft }, signal)).rejects.toMatchObject({
    code: 'NET_PROXY',
  })
})

it('keeps the key out of the library, the log, events and answers', async () => {
  const host = await openHost()
  const { handlers, root } = host
  const double = await startDouble(root)
  await handlers['settings.set']({ segments: { baseUrl: double.url } }, signal)
  const said = [
    await handlers['secrets.setSegmentsKey']({ key, keep: 'session' }, signal),
    await handlers['segments.check']({}, signal),
    await handlers['segments.account']({}, signal),
    await handlers['settings.get']({}, signal),
  ]
  expect(JSON.stringify([said, host.events, host.logs])).not.toContain('hush')
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  for (const file of files)
    expect(readFileSync(join(file.parentPath, file.name)).includes('hush'), file.name).toBe(false)
})
