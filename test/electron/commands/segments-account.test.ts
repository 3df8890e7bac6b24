import { expect, it } from 'vitest'
import { connectDirect } from '../../../electron/transport/direct-connection.ts'
import type { HostArgs, HostHandlers, HostOutput } from '../../../shared/host/host-api.ts'
import { say } from '../../support/command-line.ts'
import { createServedHost } from '../../support/served-host.ts'

const library = ['--library', 'lib']
const key = 'hush-segments-key-0123456789'
const account: HostOutput<'segments.account'> = {
  baseUrl: 'https://api.segments.ai',
  allowHttp: false,
  webUrl: 'https://app.segments.ai',
  key: { source: 'keyring', last4: '6789' },
  route: { proxy: null, proxyFrom: 'none', authorities: 0, authoritiesFrom: 'none', problem: null },
  problem: null,
}

const stored: HostOutput<'settings.set'> = {
  settings: {
    author: 'A',
    wandb: {
      baseUrl: 'https://api.wandb.ai',
      entity: '',
      project: '',
      autoPush: true,
      embedImages: false,
      every: 'off',
      allowHttp: false,
    },
    segments: { baseUrl: 'http://127.0.0.1:8080', allowHttp: false },
    network: { proxy: '', noProxy: '', caFile: '' },
  },
  wandbKey: { source: 'none', last4: null },
  route: account.route,
}

function setUp(handlers: Partial<HostHandlers> = {}) {
  const asked: [string, unknown][] = []
  const host = connectDirect(
    createServedHost({
      handlers: {
        'segments.account': async () => account,
        'segments.status': async () => ({ link: null, known: { samples: 0, syncedAt: null }, job: null }),
        async 'segments.check'(args: HostArgs<'segments.check'>) {
          asked.push(['check', args])
          return { username: 'jane', organizations: [] }
        },
        async 'secrets.setSegmentsKey'(args: HostArgs<'secrets.setSegmentsKey'>) {
          asked.push(['key', args])
          return account.key
        },
        'secrets.clearSegmentsKey': async () => ({ source: 'environment' as const, last4: '1234' }),
        async 'settings.set'(args: HostArgs<'settings.set'>) {
          asked.push(['settings', args])
          return stored
        },
        ...handlers,
      },
    }),
  )
  return { host, asked }
}

it('tries a key before it keeps it, with the server it is for', async () => {
  const { host, asked } = setUp()
  const { exit, out } = await say(
    ['segments', 'login', '--base-url', 'http://127.0.0.1:8080', '--keep', 'file', ...library],
    { host, input: `${key}\n` },
  )
  expect([exit, out]).toEqual([0, 'signed in as jane at http://127.0.0.1:8080\nkey …6789, in the keyring\n'])
  expect(asked).toEqual([
    ['check', { draft: { baseUrl: 'http://127.0.0.1:8080', allowHttp: false, key } }],
    ['settings', { segments: { baseUrl: 'http://127.0.0.1:8080' } }],
    ['key', { key, keep: 'file' }],
  ])
  expect(out).not.toContain(key)
})

it('keeps no key that the server refuses', async () => {
  const { AppError } = await import('../../../shared/base/app-error.ts')
  const { host, asked } = setUp({
    async 'segments.check'() {
      throw new AppError('AUTH_REVOKED', 'Segments.ai refused the API key.', { remedy: 'Enter a new one.' })
    },
  })
  const { exit, err } = await say(['segments', 'login', ...library], { host, input: key })
  expect(exit).toBe(1)
  expect(err).toContain('AUTH_REVOKED')
  expect(asked).toEqual([])
})

it('keeps one unasked when told to, and refuses none at all', async () => {
  const { host, asked } = setUp()
  await say(['segments', 'login', '--no-check', ...library], { host, input: key })
  expect(asked).toEqual([['key', { key, keep: 'keyring' }]])
  expect(await say(['segments', 'login', ...library], { host, input: '' })).toMatchObject({ exit: 2 })
  expect(await say(['segments', 'login', '--keep', 'here', ...library], { host, input: key })).toMatchObject({
    exit: 2,
  })
})

it('says what it knows, and whose key it is when asked to look', async () => {
  const { host } = setUp()
  const plain = await say(['segments', 'status', '--json', ...library], { host })
  expect(plain.json).toEqual({ ...account, who: null, dataset: null })
  const checked = await say(['segments', 'status', '--check', ...library], { host })
  expect(checked.out).toBe(
    'server  https://api.segments.ai\nkey     …6789, in the keyring\nroute   direct\nsigned in as jane\ndataset none is linked\n',
  )
})

it('forgets the key, and says which one stays', async () => {
  const { host } = setUp()
  const { out } = await say(['segments', 'logout', ...library], { host })
  expect(out).toBe('forgotten; the key …1234, in the environment stays\n')
})
