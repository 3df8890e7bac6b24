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
const ports = { localPort: 0x1f90, remotePort: 0xd431 }

it("reads the other end's user, not our own", () => {
  expect(peerUser([table], ports)).toBe(1001)
  expect(peerUser(['', table], ports)).toBe(1001)
  expect(peerUser([table], { localPort: 0x1f90, remotePort: 1 })).toBeNull()
  expect(peerUser(['', 'garbage\n\n1: 2'], ports)).toBeNull()
})

it('serves its own user, root, and whoever cannot be told', () => {
  const may = (self: number | undefined, tables = [table]) => createPeerCheck(self, () => tables)(ports)
  expect([may(1001), may(0), may(undefined), may(1000, []), may(1000, [table.replace('1001', '0')])]).toEqual(
    [true, true, true, true, true],
  )
  expect(may(1000)).toBe(false)
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
  expect(peerUser(tables, { localPort: port, remotePort: socket.remotePort! })).toBe(process.getuid?.())
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

/** What the page's address answers to a program of another user. */
function askAs(uid: number, port: number): Promise<string> {
  const script = `fetch('http://127.0.0.1:${port}/').then((r) => r.text()).then(console.log, () => console.log('refused'))`
  const other = spawn(process.execPath, ['-e', script], { uid, cwd: '/' })
  return new Promise((resolve) => {
    other.stdout.once('data', (part: Buffer) => resolve(part.toString().trim()))
    other.once('error', (error) => resolve(String(error)))
  })
}
