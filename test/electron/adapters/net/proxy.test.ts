import { describe, expect, it } from 'vitest'
import { parseProxy, proxyFor } from '../../../../electron/adapters/net/proxy.ts'

const wish = (proxy: string, noProxy = '', environment: Record<string, string> = {}) => ({
  proxy,
  noProxy,
  environment,
})
const chosen = (target: string, ...rest: Parameters<typeof wish>) =>
  proxyFor(new URL(target), wish(...rest))?.address ?? null

describe('the address of a proxy', () => {
  it.each([
    ['proxy.example:3128', 'http://proxy.example:3128', null],
    [' https://proxy.example ', 'https://proxy.example', null],
    ['http://anna:s%40cret@proxy.example:8080/', 'http://proxy.example:8080', 'anna:s@cret'],
    ['http://anna:100%@proxy.example', 'http://proxy.example', 'anna:100%'],
    ['http://[::1]:3128', 'http://[::1]:3128', null],
  ])('is read from %s', (text, address, credentials) => {
    expect(parseProxy(text)).toEqual({ address, credentials })
  })

  it.each(['socks5://proxy:1080', 'http://', 'http://proxy/path', 'http://proxy?x=1', 'http://a b'])(
    'is not %s, and what is wrong is said without repeating it',
    (text) => {
      expect(() => parseProxy(text)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }))
      try {
        parseProxy(text.replace('//', '//anna:hidden@'))
      } catch (error) {
        expect(String(error)).not.toContain('hidden')
      }
    },
  )
})

describe('the choice of a proxy', () => {
  const env = { HTTPS_PROXY: 'http://env:1', http_proxy: 'http://plain:2' }

  it('takes the setting before the environment, which knows it by scheme', () => {
    expect(chosen('https://w.example', 'http://own:3', '', env)).toBe('http://own:3')
    expect(chosen('https://w.example', '', '', env)).toBe('http://env:1')
    expect(chosen('http://w.example', '', '', env)).toBe('http://plain:2')
    expect(chosen('https://w.example', '', '', { ALL_PROXY: 'all:4' })).toBe('http://all:4')
    expect(chosen('https://w.example', '')).toBeNull()
  })

  it('takes none where the person wants none', () => {
    expect(chosen('https://w.example', 'direct', '', env)).toBeNull()
  })

  it.each(['http://localhost:1', 'http://127.0.0.5', 'https://[::1]', 'http://w.localhost'])(
    'never sends %s through one',
    (target) => expect(chosen(target, 'http://own:3')).toBeNull(),
  )

  it.each([
    ['w.example', true],
    ['.example', true],
    ['*.example', true],
    ['example', true],
    ['w.example:443', true],
    ['w.example:8443', false],
    ['other, w.example', true],
    ['*', true],
    ['xample', false],
    ['ww.example', false],
    ['10.0.0.0/8', false],
  ])('knows from "%s" whether w.example is reached without it: %s', (rule, isDirect) => {
    expect(chosen('https://w.example', 'http://own:3', rule) === null).toBe(isDirect)
    expect(chosen('https://w.example', '', '', { ...env, NO_PROXY: rule }) === null).toBe(isDirect)
  })

  it('reads networks and addresses in the list', () => {
    expect(chosen('https://10.1.2.3', 'http://own:3', '10.0.0.0/8')).toBeNull()
    expect(chosen('https://11.1.2.3', 'http://own:3', '10.0.0.0/8')).toBe('http://own:3')
    expect(chosen('https://[fd00::1]', 'http://own:3', 'fd00::/8')).toBeNull()
    expect(chosen('https://[fd00::1]', 'http://own:3', 'fd00::1')).toBeNull()
    expect(chosen('https://11.1.2.3', 'http://own:3', '10.0.0.0/99')).toBe('http://own:3')
  })
})
