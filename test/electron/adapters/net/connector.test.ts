import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { readAuthorities } from '../../../../electron/adapters/net/authorities.ts'
import { createConnector } from '../../../../electron/adapters/net/connector.ts'
import { Secret } from '../../../../electron/adapters/secrets/secret.ts'
import { WandbHttp } from '../../../../electron/adapters/wandb/http.ts'
import { makeCertificate, type TestCertificate } from '../../../support/certificates.ts'
import { startTestProxy } from '../../../support/test-proxy.ts'

const key = new Secret('canary0123456789canary0123456789canary0123')
const { signal } = new AbortController()
const authority = makeCertificate({ name: 'Tessera test authority' })
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

/** A server over TLS that answers `{"hello":"<host it was asked for>"}`; its port. */
async function startTls(certificate: TestCertificate): Promise<number> {
  const server = createServer({ cert: certificate.cert, key: certificate.key }, (request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ hello: request.headers.host }))
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return (server.address() as AddressInfo).port
}
const loopback = () => makeCertificate({ name: 'w', hosts: ['127.0.0.1', 'w.example'], issuer: authority })

function http(baseUrl: string, options: { proxy?: string; ca?: string[]; credentials?: string } = {}) {
  const connector = createConnector({
    wish: { proxy: options.proxy ?? '', noProxy: '', environment: {} },
    authorities: options.ca ?? [],
    credentials: () => options.credentials ?? null,
  })
  return new WandbHttp({ baseUrl, key, product: 'tessera/test', retries: 0, connector })
}
const ask = (...args: Parameters<typeof http>) =>
  http(...args).api('/graphql', { signal, method: 'POST', body: '{}' })

describe('authorities of the person', () => {
  it('are trusted beside the usual ones', async () => {
    const url = `https://127.0.0.1:${await startTls(loopback())}`
    await expect(ask(url)).rejects.toMatchObject({
      code: 'TLS_BAD',
      message: expect.stringContaining('authority'),
    })
    expect(await ask(url, { ca: [authority.cert] })).toEqual({ hello: new URL(url).host })
  })

  it('do not make up for another name, an end or a server without TLS', async () => {
    const other = makeCertificate({ name: 'other', hosts: ['other.example'], issuer: authority })
    const ended = makeCertificate({ name: 'w', hosts: ['127.0.0.1'], issuer: authority, hasExpired: true })
    const said = async (certificate: TestCertificate) =>
      ask(`https://127.0.0.1:${await startTls(certificate)}`, { ca: [authority.cert] }).catch(
        (error: { code: string; message: string }) => `${error.code} ${error.message}`,
      )
    expect(await said(other)).toMatch(/^TLS_BAD .*another name/)
    expect(await said(ended)).toMatch(/^TLS_BAD .*not valid at this time/)
    const plain = await startTestProxy()
    onTestFinished(() => plain.close())
    await expect(ask(plain.address.replace('http:', 'https:'))).rejects.toMatchObject({
      code: 'TLS_BAD',
      message: expect.stringContaining('does not speak TLS'),
    })
  })
})

describe('a file of authorities', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pem-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const file = (text: string) => {
    const path = join(folder, 'ca.pem')
    writeFileSync(path, text)
    return path
  }

  it('may hold several, with words between them', () => {
    expect(readAuthorities(file(`# ours\n${authority.cert}\nand\n${loopback().cert}`))).toHaveLength(2)
  })

  it.each([
    ['no PEM', 'hello', /holds no certificate/],
    ['a key alone', authority.key, /holds no certificate/],
    ['a damaged one', authority.cert.replace(/[A-Za-z]{6}/, '!!!!!!'), /damaged|no certificate/],
  ])('is refused when it is %s', (_, text, words) => {
    expect(() => readAuthorities(file(text))).toThrow(words)
  })

  it('is refused when it is not there', () => {
    expect(() => readAuthorities(join(folder, 'nothing.pem'))).toThrow(/cannot be read/)
  })
})

describe('a proxy', () => {
  it('carries calls over TLS as they are: it sees a host and no key', async () => {
    const port = await startTls(loopback())
    const proxy = await startTestProxy({ names: { 'w.example': port } })
    onTestFinished(() => proxy.close())
    const served = http('https://w.example/prefix', { proxy: proxy.address, ca: [authority.cert] })
    for (let i = 0; i < 2; i++)
      expect(await served.api('/graphql', { signal, method: 'POST', body: '{}' })).toEqual({
        hello: 'w.example',
      })
    // The second call goes over the connection of the first.
    expect(proxy.asked).toEqual(['CONNECT w.example:443'])
  })

  it('is asked by the whole address where there is no TLS', async () => {
    const inner = await startTestProxy({ names: {} })
    onTestFinished(() => inner.close())
    inner.refuses = 404
    const outer = await startTestProxy({ names: { 'w.example': Number(new URL(inner.address).port) } })
    onTestFinished(() => outer.close())
    await expect(ask('http://w.example/prefix', { proxy: outer.address })).rejects.toMatchObject({
      code: 'REMOTE_GONE',
    })
    expect(outer.asked).toEqual(['POST http://w.example/prefix/graphql'])
  })

  it('is told a name and a password, which appear nowhere else', async () => {
    const port = await startTls(loopback())
    const proxy = await startTestProxy({ credentials: 'anna:hush-hush', names: { 'w.example': port } })
    onTestFinished(() => proxy.close())
    const more = { proxy: proxy.address, ca: [authority.cert] }
    const refused = await ask('https://w.example', more).catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'NET_PROXY',
      message: expect.stringContaining('name and a password'),
    })
    const wrong = await ask('https://w.example', { ...more, credentials: 'anna:wrong-word' }).catch(
      (error: Error) => `${JSON.stringify(error)} ${error.message} ${error.stack}`,
    )
    expect(wrong).not.toContain('wrong-word')
    expect(await ask('https://w.example', { ...more, credentials: 'anna:hush-hush' })).toEqual({
      hello: 'w.example',
    })
  })

  it.each([
    [403, 'NET_PROXY', /does not let Tessera reach w.example/],
    [502, 'NET_OFFLINE', /does not reach w.example/],
  ])('that answers %i is told apart from the server: %s', async (status, code, words) => {
    const proxy = await startTestProxy()
    onTestFinished(() => proxy.close())
    proxy.refuses = status
    await expect(ask('https://w.example', { proxy: proxy.address })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(words),
    })
  })

  it('that is not there is said to be not there', async () => {
    const proxy = await startTestProxy()
    await proxy.close()
    await expect(ask('https://w.example', { proxy: proxy.address })).rejects.toMatchObject({
      code: 'NET_OFFLINE',
      message: expect.stringContaining('The proxy 127.0.0.1'),
    })
  })
})
