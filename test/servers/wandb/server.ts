import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Faults } from '../faults.ts'
import type { Fault, FaultAction } from './faults.ts'
import { Grants } from './grants.ts'
import { createMutations } from './mutations.ts'
import { createNodes, type DoubleOptions } from './nodes.ts'
import { createQueries } from './queries.ts'
import { type Args, type Asked, answer, type Root, readDocument } from './schema.ts'
import { DoubleStore, type StoredRun } from './state.ts'
import { createStorage, type Reply } from './storage.ts'

export type { Fault, FaultAction } from './faults.ts'

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
}
export type WandbDouble = {
  readonly url: string
  readonly store: DoubleStore
  readonly requests: LoggedRequest[]
  readonly options: { apiKey: string | null } & DoubleOptions
  fail(fault: Fault): void
  /** Takes back every fault. */
  mend(): void
  /** Requests by what they asked for: a GraphQL field, `put`, `get` or `file_stream`. */
  count(name: string): number
  /** Makes every address handed out so far answer 403. */
  expireAddresses(): void
  close(): Promise<void>
}
/** Answers that a request gets, in its place in the log. */
type Call = {
  readonly request: IncomingMessage
  readonly url: URL
  readonly entry: LoggedRequest
  readonly reply: Reply
}

const nameOf = (request: { method: string; path: string; field: string | null }): string => {
  if (request.field !== null) return request.field
  if (/^\/(storage|artifactsV2)\//.test(request.path)) return request.method.toLowerCase()
  return request.path.endsWith('/file_stream') ? 'file_stream' : 'other'
}

/** Starts a W&B server on 127.0.0.1. With `apiKey` null every well-formed key is taken. `port` 0 picks one. */
export async function startWandbDouble(
  setup: { data: string; port?: number; apiKey?: string | null } & Partial<DoubleOptions>,
): Promise<WandbDouble> {
  const { data, port = 0, ...chosen } = setup
  const store = new DoubleStore(data)
  const requests: LoggedRequest[] = []
  const faults = new Faults<FaultAction>()
  let base = ''
  const grants = new Grants(() => base)
  // One object, so that a test may change an option while the server runs.
  const options = {
    apiKey: null,
    entity: 'me',
    dedupe: 'any' as const,
    pendingVisible: true,
    movesAliases: true,
    multipart: true,
    features: [],
    ...chosen,
  }
  const desk = { store, grants, options }
  const nodes = createNodes(desk)
  const root: Root = { query: createQueries(desk, nodes), mutation: createMutations(desk, nodes) }
  const storage = createStorage(store, grants)

  const mayEnter = (request: IncomingMessage) => {
    const header = /^Basic (.+)$/.exec(request.headers.authorization ?? '')
    const [user, ...key] = Buffer.from(header?.[1] ?? '', 'base64')
      .toString()
      .split(':')
    if (user !== 'api' || key.join(':').length < 40) return false
    return options.apiKey === null || key.join(':') === options.apiKey
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', base)
    const entry: LoggedRequest = {
      method: request.method ?? '',
      path: url.pathname,
      field: null,
      input: {},
      authorization: request.headers.authorization ?? null,
      userAgent: request.headers['user-agent'] ?? '',
      size: Number(request.headers['content-length'] ?? 0),
      status: 0,
    }
    requests.push(entry)
    const isPut = request.method === 'PUT'
    // What is uploaded is never held; what is asked is read whole, so that the log and the faults know it.
    const body = isPut ? null : await readAll(request)
    const asked = url.pathname === '/graphql' ? read(body, entry) : null
    const fault = faults.strike((on) => on === nameOf(entry))
    const reply = replyOf(response, entry, fault)
    if (fault?.kind === 'drop-before-effect') return void response.destroy()
    if (fault?.kind === 'slow') await sleep(fault.ms)
    const instead = fault && insteadOf(fault)
    if (instead) {
      if (isPut) await swallow(request)
      return void reply(...instead)
    }
    const call = { request, url, entry, reply }
    if (url.pathname.startsWith('/storage/')) return storage.presigned(request, url.pathname, reply)
    if (url.pathname.startsWith('/sdk/otel/')) return void reply(404, '')
    if (!mayEnter(request)) return void reply(401, '{"error":"invalid API key"}')
    if (asked !== null) return void graphql(asked, body!, call)
    if (url.pathname.startsWith('/artifactsV2/')) return storage.artifactFile(request, url.pathname, reply)
    fileStream(body, call)
  }

  /** The document of a question, or what is wrong with its form. */
  function read(body: Buffer | null, entry: LoggedRequest): Asked | string {
    try {
      const post = JSON.parse(body?.toString() ?? '') as { query: string; variables?: Args }
      const asked = readDocument(post.query)
      const variables = post.variables ?? {}
      entry.field = asked.field
      entry.input = (variables.input as Args | undefined) ?? variables
      return asked
    } catch (error) {
      return String(error)
    }
  }

  function graphql(asked: Asked | string, body: Buffer, { reply }: Call): void {
    if (typeof asked === 'string') return void reply(400, JSON.stringify({ errors: [{ message: asked }] }))
    const { variables } = JSON.parse(body.toString()) as { variables?: Args }
    const result = answer(asked, variables ?? {}, root)
    if (asked.kind === 'mutation') store.save()
    const data = result.data ?? null
    reply(200, JSON.stringify(result.errors ? { data, errors: result.errors } : { data }))
  }

  function fileStream(body: Buffer | null, { request, url, reply }: Call): void {
    const stream = /^\/files\/([^/]+)\/([^/]+)\/([^/]+)\/file_stream$/.exec(url.pathname)
    if (!stream || request.method !== 'POST') return void reply(404, '{"error":"no such address"}')
    const [entity, project, name] = stream.slice(1).map((part) => decodeURIComponent(part))
    const run = store.run(entity!, project!, name!)
    if (run === undefined) return void reply(404, '{"error":"run not found"}')
    writeLines(run, JSON.parse(body?.toString() || '{}') as Args)
    store.save()
    reply(200, '{}')
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A client that went away is no fault of this side.
      if (response.destroyed || response.headersSent) return void response.destroy()
      response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(String(error))
    })
  })
  server.requestTimeout = 0
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', done)
  })
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: base,
    store,
    requests,
    options,
    fail: (fault) => faults.add(fault),
    mend: () => faults.clear(),
    count: (name) => requests.filter((request) => nameOf(request) === name).length,
    expireAddresses: () => grants.expire(),
    close: () =>
      new Promise((done) => {
        server.close(() => {
          store.close()
          done()
        })
        server.closeAllConnections()
      }),
  }
}

/** What is answered in place of the true answer; null when the fault lets that through. */
function insteadOf(fault: FaultAction): [number, string, Record<string, string>?] | null {
  if (fault.kind === 'status') return [fault.status, fault.body ?? '{"error":"as told"}', fault.headers ?? {}]
  if (fault.kind === 'refuse')
    return [200, JSON.stringify({ data: null, errors: [{ message: fault.message }] })]
  if (fault.kind === 'expired') return [403, 'the address has expired', { 'content-type': 'text/plain' }]
  if (fault.kind === 'portal')
    return [200, '<html><body>Sign in to the network</body></html>', { 'content-type': 'text/html' }]
  return null
}

function replyOf(response: ServerResponse, entry: LoggedRequest, fault: FaultAction | null): Reply {
  return (status, body, headers = {}) => {
    entry.status = status
    if (fault?.kind === 'drop-after-effect') return void response.destroy()
    const type = { 'content-type': 'application/json', ...headers }
    if (typeof body === 'object' && 'pipe' in body) {
      response.writeHead(status, type)
      if (fault?.kind !== 'truncate') return void body.on('error', () => response.destroy()).pipe(response)
      return void body.once('data', (part: Buffer) => {
        body.destroy()
        response.write(part.subarray(0, part.length >> 1), () => response.destroy())
      })
    }
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    response.writeHead(status, { ...type, 'content-length': bytes.length })
    if (fault?.kind !== 'truncate') return void response.end(bytes)
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
  }
}

function writeLines(run: StoredRun, post: Args): void {
  const files = (post.files ?? {}) as Record<string, { offset: number; content: string[] }>
  const history = files['wandb-history.jsonl']
  if (history) run.history.splice(history.offset, history.content.length, ...history.content)
  run.summary = files['wandb-summary.json']?.content.at(-1) ?? run.summary
  // Every post wakes a run that had ended, unless it ends it again.
  run.state = post.complete === true ? (post.exitcode === 0 ? 'finished' : 'failed') : 'running'
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

async function swallow(request: IncomingMessage): Promise<void> {
  for await (const _ of request);
}
