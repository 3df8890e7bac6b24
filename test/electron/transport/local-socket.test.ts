import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { openLocalServer } from '../../../electron/transport/local-server.ts'
import { connectLocalSocket } from '../../../electron/transport/local-socket.ts'
import { hostConnectionContract } from '../../contracts/host-connection.contract.ts'

const root = mkdtempSync(join(tmpdir(), 'tessera-local-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let sockets = 0

hostConnectionContract(
  async (host) => {
    const endpoint = join(root, `${++sockets}.sock`)
    const server = await openLocalServer(host, { endpoint, launch: () => ({ kind: 'window' }) })
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
