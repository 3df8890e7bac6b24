import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { openLocalServer } from '../../../electron/transport/local-server.ts'
import { connectLocalSocket } from '../../../electron/transport/local-socket.ts'
import { hostConnectionContract } from '../../contracts/host-connection.contract.ts'
import { createServedHost } from '../../support/served-host.ts'

const root = mkdtempSync(join(tmpdir(), 'tessera-local-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let sockets = 0
const launch = () => ({ kind: 'window' }) as const

hostConnectionContract(
  async (host) => {
    const endpoint = join(root, `${++sockets}.sock`)
    const server = await openLocalServer(host, { endpoint, launch })
    const connection = connectLocalSocket(endpoint)
    return {
      connection,
      async close() {
        connection.close()
        await server.close()
      },
    }
  },
  { closes: true },
)

it('lets only its owner at the socket, and replaces one that a killed owner left', async () => {
  const endpoint = join(root, 'left.sock')
  writeFileSync(endpoint, '')
  const server = await openLocalServer(createServedHost(), { endpoint, launch })
  expect(statSync(endpoint).mode & 0o777).toBe(0o600)
  const connection = connectLocalSocket(endpoint)
  expect(await connection.launch()).toEqual({ kind: 'window' })
  connection.close()
  await server.close()
})

it('says that nobody answers', async () => {
  const connection = connectLocalSocket(join(root, 'nobody.sock'))
  await expect(connection.call('app.info', {})).rejects.toMatchObject({ code: 'HOST_GONE' })
  await expect(connection.launch()).rejects.toMatchObject({ code: 'HOST_GONE' })
  await expect(connection.fetchData('/data/images/x')).rejects.toMatchObject({ code: 'HOST_GONE' })
})

it('takes neither a path to read from nor more than its limits', async () => {
  const handled = vi.fn(async () => new Response(null, { status: 204 }))
  const endpoint = join(root, 'limits.sock')
  const server = await openLocalServer(createServedHost({ handle: handled }), { endpoint, launch })
  const connection = connectLocalSocket(endpoint)
  const large = new Blob([new Uint8Array(65 * 1024)])
  for (const path of ['/import', '/etc/passwd', '/call/../data']) {
    await expect(connection.fetchData(path)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
  await expect(connection.fetchData('/data/x', { method: 'PUT', body: large })).rejects.toMatchObject({
    code: 'IN_TOO_BIG',
  })
  expect(handled).not.toHaveBeenCalled()
  connection.close()
  await server.close()
})
