import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { createPeerCheck, peerUser } from '../../../electron/transport/peer-user.ts'
import { startWebServer } from '../../../electron/transport/web-server.ts'
import { createServedHost } from '../../support/served-host.ts'
import { ask } from '../../support/web-page.ts'

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0
   1: 0100007F:D431 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 2 1 0 20 4 30 10 -1
   2: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 20 4 30 10 -1
`
const ends = {
  local: { address: '127.0.0.1', port: 0x1f90 },
  remote: { address: '127.0.0.1', port: 0xd431 },
}

it("reads the other end's user, not our own", () => {
  expect(peerUser([table], ends)).toBe(1001)
  expect(peerUser(['', table], ends)).toBe(1001)
  expect(peerUser([table], { ...ends, remote: { address: '127.0.0.1', port: 1 } })).toBeNull()
  expect(peerUser(['', 'garbage\n\n1: 2'], ends)).toBeNull()
  expect(peerUser([table], { ...ends, remote: { address: '', port: 0xd431 } })).toBeNull()
})

it('takes no other address for the other end, nor a connection that was closed', () => {
  const others = [
    table.replace('0100007F:D431 ', '0200007F:D431 '),
    table.replace('0100007F:1F90 01', '0200007F:1F90 01'),
    table.replace('0100007F:1F90 01', '0100007F:1F90 06'),
    table.replace('0100007F:1F90 01', '0100007F:1F90 08'),
    table.replace('1001        0 2', '   0        0 0'),
  ]
  expect(others.map((text) => peerUser([text], ends))).toEqual([null, null, null, null, null])
})

it('finds a program that speaks IPv4 through an IPv6 socket', () => {
  const mapped = '0000000000000000FFFF0000'
  const six = table.replace('0100007F:D431 0100007F', `${mapped}0100007F:D431 ${mapped}0100007F`)
  expect(peerUser([six], ends)).toBe(1001)
  expect(peerUser([six.replaceAll(mapped, `1${mapped.slice(1)}`)], ends)).toBeNull()
})

it('serves its own user and root, and nobody whom a readable table does not name', () => {
  const may = (self: number | undefined, tables = [table]) => createPeerCheck(self, () => tables, true)(ends)
  expect([may(1001), may(0), may(undefined), may(1000, [table.replace('1001', '0')])]).toEqual([
    true,
    true,
    true,
    true,
  ])
  const closed = table.replace('0100007F:1F90 01', '0100007F:1F90 06').replace('1001        0 2', '0 0 0')
  expect([may(1000), may(1001, ['']), may(1001, [closed])]).toEqual([false, false, false])
})

it('serves whoever cannot be told where no table can be read, and where programs are in none', () => {
  const may = (self: number, tables: string[], listsEverybody: boolean) =>
    createPeerCheck(self, () => tables, listsEverybody)(ends)
  expect([may(1001, [], true), may(1001, [''], false), may(1000, [table], false)]).toEqual([
    true,
    true,
    false,
  ])
})

it('looks once more when a row was missing', () => {
  const tables = [[''], [table]]
  expect(createPeerCheck(1001, () => tables.shift() ?? [''], true)(ends)).toBe(true)
})

const tells = existsSync('/proc/net/tcp')
if (!tells) console.warn('skipped: this system does not tell whose a connection is')
it.runIf(tells)('finds this very process at the other end of a connection of its own', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const accepted = once(server, 'connection')
  const web = ask(port, '/').catch(() => undefined)
  const [socket] = (await accepted) as [Socket]
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFileSync(path, 'utf8'))
  const remote = { address: socket.remoteAddress!, port: socket.remotePort! }
  expect(peerUser(tables, { local: { address: '127.0.0.1', port }, remote })).toBe(process.getuid?.())
  socket.destroy()
  await web
  server.close()
})

const canBecome = tells && process.getuid?.() === 0
if (!canBecome) console.warn('skipped: only root can try a connection as another user')
it.runIf(canBecome)('hangs up on a program of another user, which learns nothing', async () => {
  const page = new Map([['/', { type: 'text/html', bytes: new TextEncoder().encode('ours') }]])
  const nobody = 65_534
  const heard: string[] = []
  for (const self of [nobody, 12_345]) {
    const server = await startWebServer(createServedHost(), {
      files: page,
      mayConnect: createPeerCheck(self),
    })
    expect((await ask(server.port, '/')).body).toBe('ours')
    heard.push(await askAs(nobody, server.port))
    await server.close()
  }
  expect(heard).toEqual(['ours', 'refused'])
})

it.runIf(canBecome)('hangs up on another user who comes back from a port that was just closed', async () => {
  const page = new Map([['/', { type: 'text/html', bytes: new TextEncoder().encode('ours') }]])
  const nobody = 65_534
  const heard: string[] = []
  for (const self of [nobody, 12_345]) {
    const mayConnect = createPeerCheck(self)
    const server = await startWebServer(createServedHost(), { files: page, mayConnect })
    heard.push(await runAs(nobody, comingBack(server.port)))
    await server.close()
  }
  expect(heard).toEqual(['ours', 'refused'])
})

/** Connects from one address, closes, and asks from another with the same port. */
function comingBack(port: number): string {
  // Closing first leaves a row of this port that belongs to nobody.
  return `
    const { connect } = require('node:net')
    const to = { host: '127.0.0.1', port: ${port} }
    const first = connect({ ...to, localAddress: '127.0.0.2' })
    first.on('error', () => {})
    first.on('connect', () => {
      const { localPort } = first
      first.destroy()
      setTimeout(() => {
        let heard = ''
        const second = connect({ ...to, localAddress: '127.0.0.1', localPort })
        second.on('connect', () => second.write('GET / HTTP/1.1\\r\\nHost: 127.0.0.1:${port}\\r\\n\\r\\n'))
        second.on('data', (part) => (heard += part))
        second.on('error', () => {})
        second.on('close', () => console.log(heard.includes('ours') ? 'ours' : 'refused'))
        setTimeout(() => second.destroy(), 2000)
      }, 200)
    })`
}

/** What the page's address answers to a program of another user. */
function askAs(uid: number, port: number): Promise<string> {
  return runAs(
    uid,
    `fetch('http://127.0.0.1:${port}/').then((r) => r.text()).then(console.log, () => console.log('refused'))`,
  )
}

/** The first line that a script says as another user. */
function runAs(uid: number, script: string): Promise<string> {
  const other = spawn(process.execPath, ['-e', script], { uid, cwd: '/' })
  return new Promise((resolve) => {
    other.stdout.once('data', (part: Buffer) => resolve(part.toString().trim()))
    other.once('error', (error) => resolve(String(error)))
  })
}
