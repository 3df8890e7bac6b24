import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { objection } from './inputs.ts'
import { type Args, readOperation } from './operation.ts'
import { createResolvers, type Grant, Refusal, type ResolverOptions } from './resolvers.ts'
import { DoubleStore, md5Base64 } from './state.ts'

/** One request as it arrived. `field` is the first top-level GraphQL field; the body of a PUT is not kept. */
export type LoggedRequest = {
  method: string
  path: string
  field: string | null
  input: Args
  authorization: string | null
  userAgent: string
  size: number
  status: number
  unknownFields: string[]
}
export type FaultAction =
  | { kind: 'status'; status: number; headers?: Record<string, string>; body?: string }
  | { kind: 'portal' }
  /** The server does what was asked, and the answer is lost. */
  | { kind: 'drop-after-effect' }
  | { kind: 'drop-before-effect' }
  | { kind: 'slow'; ms: number }
export type Fault = {
  /** A top-level GraphQL field, `put`, `get` or `file_stream`. */
  on: string
  action: FaultAction
  /** How many calls to let through first. */
  after?: number
  /** How often it strikes; once when left out. */
  times?: number
}
export type WandbDouble = {
  readonly url: string
  readonly store: DoubleStore
  readonly requests: LoggedRequest[]
  readonly options: { apiKey: string | null } & Omit<ResolverOptions, 'sign'>
  fail(fault: Fault): void
  /** Takes back every fault. */
  mend(): void
  /** Requests by what they asked for: a GraphQL field, `put`, `get` or `file_stream`. */
  count(name: string): number
  /** Makes every address handed out so far answer 403. */
  expireAddresses(): void
  close(): Promise<void>
}

const nameOf = (request: { method: string; path: string; field: string | null }): string =>
  request.field ??
  (request.path.startsWith('/storage/')
    ? request.method.toLowerCase()
    : request.path.endsWith('/file_stream')
      ? 'file_stream'
      : 'other')

/** Starts a W&B server on 127.0.0.1. With `apiKey` null every well-formed key is taken. `port` 0 picks one. */
export async function startWandbDouble(setup: {
  data: string
  port?: number
  apiKey?: string | null
  entity?: string
  dedupe?: ResolverOptions['dedupe']
  pendingVisible?: boolean
}): Promise<WandbDouble> {
  const store = new DoubleStore(setup.data)
  const requests: LoggedRequest[] = []
  const faults: Required<Fault>[] = []
  const grants = new Map<string, Grant>()
  let base = ''
  const options = {
    apiKey: setup.apiKey ?? null,
    entity: setup.entity ?? 'me',
    dedupe: setup.dedupe ?? 'any',
    pendingVisible: setup.pendingVisible ?? true,
    movesAliases: true,
  }
  const sign = (grant: Grant) => {
    const token = randomBytes(16).toString('hex')
    grants.set(token, grant)
    return `${base}/storage/${token}?signature=${randomBytes(8).toString('hex')}`
  }
  // A getter per option, so that a test may change one while the server runs.
  const resolve = createResolvers(store, {
    get entity() {
      return options.entity
    },
    get dedupe() {
      return options.dedupe
    },
    get pendingVisible() {
      return options.pendingVisible
    },
    get movesAliases() {
      return options.movesAliases
    },
    sign,
  })

  const mayEnter = (request: IncomingMessage) => {
    const header = /^Basic (.+)$/.exec(request.headers.authorization ?? '')
    const [user, ...key] = Buffer.from(header?.[1] ?? '', 'base64')
      .toString()
      .split(':')
    if (user !== 'api' || key.join(':').length < 40) return false
    return options.apiKey === null || key.join(':') === options.apiKey
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const body = await readAll(request)
    const url = new URL(request.url ?? '/', base)
    const entry: LoggedRequest = {
      method: request.method ?? '',
      path: url.pathname,
      field: null,
      input: {},
      authorization: request.headers.authorization ?? null,
      userAgent: request.headers['user-agent'] ?? '',
      size: body.length,
      status: 0,
      unknownFields: [],
    }
    requests.push(entry)
    let operation: ReturnType<typeof readOperation> | null = null
    let syntax = ''
    if (url.pathname === '/graphql') {
      try {
        const post = JSON.parse(body.toString()) as { query: string; variables?: Args }
        operation = readOperation(post.query, post.variables ?? {})
        entry.field = operation.fields[0] ?? null
        entry.input = (operation.args.input as Args | undefined) ?? operation.args
      } catch (error) {
        syntax = String(error)
      }
    }
    const answer = (status: number, text: string | Buffer, headers: Record<string, string> = {}) => {
      entry.status = status
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(text)
    }
    const fault = strike(nameOf(entry))
    if (fault?.kind === 'status')
      return answer(fault.status, fault.body ?? '{"error":"as told"}', fault.headers)
    if (fault?.kind === 'portal') {
      return answer(200, '<html><body>Sign in to the network</body></html>', { 'content-type': 'text/html' })
    }
    if (fault?.kind === 'drop-before-effect') return void response.destroy()
    if (fault?.kind === 'slow') await sleep(fault.ms)
    const send = fault?.kind === 'drop-after-effect' ? () => void response.destroy() : answer

    if (url.pathname.startsWith('/storage/')) return storage(request, url, body, send)
    if (url.pathname.startsWith('/sdk/otel/')) return answer(404, '')
    if (!mayEnter(request)) return answer(401, '{"error":"invalid API key"}')
    if (url.pathname === '/graphql' && request.method === 'POST') {
      if (operation === null) return send(400, JSON.stringify({ errors: [{ message: syntax }] }))
      const asked = operation
      const complaint = objection(asked)
      try {
        if (complaint !== null) throw new Refusal(complaint)
        const { data, unknown } = asked.run((field, args) => resolve(asked.kind, field, args))
        entry.unknownFields = unknown
        return send(200, JSON.stringify({ data }))
      } catch (error) {
        const message = error instanceof Refusal ? error.message : `double: ${String(error)}`
        return send(200, JSON.stringify({ data: null, errors: [{ message }] }))
      }
    }
    const stream = /^\/files\/([^/]+)\/([^/]+)\/([^/]+)\/file_stream$/.exec(url.pathname)
    if (stream && request.method === 'POST') {
      const [entity, project, name] = stream.slice(1).map((part) => decodeURIComponent(part))
      const run = store.run(entity!, project!, name!)
      if (run === undefined) return send(404, '{"error":"run not found"}')
      fileStream(run, JSON.parse(body.toString() || '{}') as Args)
      store.save()
      return send(200, '{}')
    }
    answer(404, '{"error":"no such address"}')
  }

  function strike(name: string): FaultAction | null {
    const fault = faults.find((f) => f.on === name && f.times > 0)
    if (fault === undefined) return null
    if (fault.after-- > 0) return null
    fault.times--
    return fault.action
  }

  async function storage(
    request: IncomingMessage,
    url: URL,
    body: Buffer,
    send: (status: number, text: string | Buffer, headers?: Record<string, string>) => void,
  ): Promise<unknown> {
    const refuse = (status: number, text: string) => send(status, text, { 'content-type': 'text/plain' })
    // A signature and a header credential together are refused, as object stores do.
    if (request.headers.authorization || request.headers.cookie) return refuse(400, 'only one way to sign')
    const grant = grants.get(url.pathname.slice('/storage/'.length))
    if (grant === undefined) return refuse(403, 'the address has expired')
    if (grant.kind === 'get') {
      const bytes = store.blob(grant.md5)
      if (bytes === null) return refuse(404, 'no such object')
      return send(200, bytes, { 'content-type': 'application/octet-stream' })
    }
    if (request.method !== 'PUT') return refuse(405, 'expected a PUT')
    if (request.headers['content-length'] === undefined) return refuse(411, 'no content length')
    if (grant.md5 !== '') {
      if (request.headers['content-md5'] !== grant.md5) return refuse(403, 'a signed header is missing')
      if (request.headers['x-store-class'] !== 'standard') return refuse(403, 'a signed header is missing')
      if (md5Base64(body) !== grant.md5) return refuse(400, 'BadDigest')
    }
    store.putBlob(body)
    grant.done(body)
    store.save()
    send(200, '', { etag: '"e"' })
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(String(error))
    })
  })
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(setup.port ?? 0, '127.0.0.1', done)
  })
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: base,
    store,
    requests,
    options,
    fail: (fault) => void faults.push({ after: 0, times: 1, ...fault }),
    mend: () => void faults.splice(0),
    count: (name) => requests.filter((request) => nameOf(request) === name).length,
    expireAddresses: () => grants.clear(),
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

function fileStream(run: DoubleStore['state']['runs'][number], post: Args): void {
  const files = (post.files ?? {}) as Record<string, { offset: number; content: string[] }>
  const history = files['wandb-history.jsonl']
  if (history) run.history.splice(history.offset, history.content.length, ...history.content)
  run.summary = files['wandb-summary.json']?.content.at(-1) ?? run.summary
  run.state = post.complete === true ? (post.exitcode === 0 ? 'finished' : 'failed') : 'running'
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
