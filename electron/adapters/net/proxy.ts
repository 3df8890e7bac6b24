import { BlockList, isIP } from 'node:net'
import { AppError } from '../../../shared/base/app-error.ts'

/** A proxy as it is written down: `http://host:port`, and apart from it `name:password` where it wants them. */
export type ProxyAddress = { readonly address: string; readonly credentials: string | null }
/** Where wishes come from. An empty `proxy` leaves it to the environment; `direct` is a wish to have none. */
export type ProxyWish = {
  readonly proxy: string
  readonly noProxy: string
  readonly environment: Readonly<Record<string, string | undefined>>
}
export type ProxyChoice = ProxyAddress & { readonly from: 'setting' | 'environment' }

/** Throws AppError `BAD_REQUEST` on what is no address of a proxy; its message never repeats the address. */
export function parseProxy(text: string): ProxyAddress {
  const bad = (why: string) =>
    new AppError('BAD_REQUEST', `The proxy address ${why}.`, {
      remedy: 'Write it like http://proxy.example.org:3128, or "direct" for none.',
    })
  const plain = text.trim()
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(plain) ? plain : `http://${plain}`)
  if (url === null || url.hostname === '') throw bad('is not an address')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw bad('is of a kind that Tessera does not speak: http and https proxies work')
  }
  if ((url.pathname !== '/' && url.pathname !== '') || url.search || url.hash) {
    throw bad('must end after the port')
  }
  const isNamed = url.username !== '' || url.password !== ''
  const credentials = isNamed ? `${decode(url.username)}:${decode(url.password)}` : null
  return { address: url.origin, credentials }
}

/** The proxy for `target`, null for none. Loopback is always reached directly. Throws as `parseProxy`. */
export function proxyFor(target: URL, wish: ProxyWish): ProxyChoice | null {
  if (isLoopback(target.hostname)) return null
  const { environment } = wish
  const given = (name: string) =>
    environment[name.toLowerCase()]?.trim() || environment[name.toUpperCase()]?.trim() || ''
  if (isExempt(target, `${wish.noProxy},${given('no_proxy')}`)) return null
  const setting = wish.proxy.trim()
  if (setting === 'direct') return null
  if (setting !== '') return { ...parseProxy(setting), from: 'setting' }
  const scheme = target.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  const text = given(scheme) || given('all_proxy')
  return text === '' ? null : { ...parseProxy(text), from: 'environment' }
}

/** Whether one of `rules` (hosts, domains, addresses, networks, each maybe with a port, or `*`) covers `target`. */
function isExempt(target: URL, rules: string): boolean {
  const host = plainHost(target.hostname)
  const port = target.port || (target.protocol === 'https:' ? '443' : '80')
  return rules
    .split(/[\s,]+/)
    .filter((rule) => rule !== '')
    .some((rule) => {
      if (rule === '*') return true
      const [, name = '', only] = /^(.*?)(?::(\d{1,5}))?$/.exec(rule.toLowerCase())!
      if (isIP(plainHost(rule)) === 6) return plainHost(rule.toLowerCase()) === host
      if (only !== undefined && only !== port) return false
      if (name.includes('/')) return isWithin(host, name)
      const domain = plainHost(name).replace(/^\*?\./, '')
      return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`))
    })
}

function isWithin(host: string, network: string): boolean {
  const family = isIP(host)
  const [net = '', bits = ''] = network.split('/')
  const kind = isIP(net)
  if (family === 0 || kind !== family || !/^\d{1,3}$/.test(bits)) return false
  if (Number(bits) > (kind === 6 ? 128 : 32)) return false
  const list = new BlockList()
  list.addSubnet(net, Number(bits), kind === 6 ? 'ipv6' : 'ipv4')
  return list.check(host, kind === 6 ? 'ipv6' : 'ipv4')
}

/** Whether a host is this computer. */
export function isLoopback(hostname: string): boolean {
  const host = plainHost(hostname)
  if (host === 'localhost' || host.endsWith('.localhost')) return true
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

const plainHost = (hostname: string) => hostname.replace(/^\[|\]$/g, '')

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone percent sign is part of the password.
    return text
  }
}
