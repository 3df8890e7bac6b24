import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

export type TestProxy = {
  /** `http://127.0.0.1:port`. */
  readonly address: string
  /** What was asked for: `CONNECT host:port`, or a method and a whole address. */
  readonly asked: string[]
  /** Answers with this status instead of doing its work; null: it works. */
  refuses: number | null
  close(): Promise<void>
}

/**
 * A proxy on 127.0.0.1. With `credentials` (`name:password`) it works for nobody else. `names` says where hosts really are, as a
 * name server of the network inside would.
 */
export async function startTestProxy(
  options: { credentials?: string; names?: Readonly<Record<string, number>> } = {},
): Promise<TestProxy> {
  const { credentials, names = {} } = options
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`
  const proxy = { address: '', asked, refuses: null as number | null }
  const refusal = (header: string | undefined) => proxy.refuses ?? (wanted && header !== wanted ? 407 : null)

  const server = createServer((incoming, answer) => {
    asked.push(`${incoming.method} ${incoming.url}`)
    const status = refusal(incoming.headers['proxy-authorization'])
    if (status !== null) return void answer.writeHead(status).end()
    const url = new URL(incoming.url ?? '')
    const { 'proxy-authorization': _, ...headers } = incoming.headers
    const onward = request(
      {
        host: '127.0.0.1',
        port: names[url.hostname] ?? url.port,
        path: url.pathname,
        method: incoming.method,
        headers,
      },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers)
        reply.pipe(answer)
      },
    )
    onward.on('error', () => answer.writeHead(502).end())
    incoming.pipe(onward)
  })
  server.on('connect', (incoming, socket: Socket, head) => {
    asked.push(`CONNECT ${incoming.url}`)
    sockets.add(socket)
    socket.on('error', () => undefined)
    const status = refusal(incoming.headers['proxy-authorization'])
    if (status !== null) return void socket.end(`HTTP/1.1 ${status} no\r\ncontent-length: 0\r\n\r\n`)
    const [host = '', port] = (incoming.url ?? '').split(':')
    const onward = connect(names[host] ?? Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.write(head)
      onward.pipe(socket)
      socket.pipe(onward)
    })
    sockets.add(onward)
    onward.on('error', () => socket.end('HTTP/1.1 502 no\r\n\r\n'))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  proxy.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(proxy, {
    close: () =>
      new Promise<void>((done) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => done())
        server.closeAllConnections()
      }),
  })
}
