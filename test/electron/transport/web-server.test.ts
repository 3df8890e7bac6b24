import { afterAll, vi } from 'vitest'
import { startWebServer } from '../../../electron/transport/web-server.ts'
import { hostConnectionContract } from '../../contracts/host-connection.contract.ts'
import { openPage } from '../../support/web-page.ts'

afterAll(() => vi.unstubAllGlobals())

hostConnectionContract(
  async (host) => {
    const server = await startWebServer(host, { files: new Map() })
    const connection = openPage(server.launchLink())
    await vi.waitFor(() => {
      if (connection.link.getState().kind !== 'ready') throw new Error('not connected yet')
    })
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
