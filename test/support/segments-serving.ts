import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { Secret } from '../../electron/adapters/secrets/secret.ts'
import { createSegmentsRemote, type SegmentsOptions } from '../../electron/adapters/segments/remote.ts'

export const key = 'a-key-that-nobody-may-see-42'

/** The address of a server that answers as it is told, until the test is over. */
export async function serving(listener: RequestListener): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer(listener)
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
/** A client of that server, without repetitions unless told otherwise. */
export const remoteAt = (baseUrl: string, more: Partial<SegmentsOptions> = {}) =>
  createSegmentsRemote({
    baseUrl,
    key: new Secret(key),
    product: 'tessera/test',
    retries: 0,
    minWaitMs: 1,
    ...more,
  })

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
