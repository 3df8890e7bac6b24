import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Faults } from '../faults.ts'
import { type Admin, createAdmin } from './admin.ts'
import { readAll, readJson } from './body.ts'
import { type Answer, Bucket, refuse } from './bucket.ts'
import { createDatasets } from './datasets.ts'
import type { Call, DoubleOptions, Handler, Result } from './desk.ts'
import { bodyOf, type Fault, type FaultAction, throttledText } from './faults.ts'
import { createLabels } from './labels.ts'
import { notFound, Refusal, unauthenticated } from './refusal.ts'
import { createReviews } from './reviews.ts'
import { type Route, routeOf } from './routes.ts'
import { createSamples } from './samples.ts'
import { SegmentsStore } from './state.ts'
import { createViews } from './views.ts'

export type { Fault, FaultAction } from './faults.ts'

/** One request as it arrived. `body` is the JSON of a request to the API; that of an upload is not kept. */
export type LoggedRequest = {
  method: string
  path: string
  query: string
  /** `get_label`, `upload`, … (README.md); `other` for a path that nobody has. */
  operation: string
  authorization: string | null
  userAgent: string
  encoding: string | null
  size: number
  body: unknown
  /** 0 until it is answered, and for ever where the connection was cut instead. */
  status: number
}
export type SegmentsDouble = {
  readonly url: string
  /** The same object that the server reads: a test may change an option while it runs. */
  readonly options: DoubleOptions
  readonly requests: LoggedRequest[]
  /** What a test may look at and do behind the back of HTTP. */
  readonly admin: Admin
  fail(fault: Fault): void
  /** Takes back every fault, and takes the keys again. */
  mend(): void
  /** Requests of an operation, or all. */
  count(operation?: string): number
  /** Requests by operation, those that were asked at least once. */
  counts(): Record<string, number>
  /** Forgets the requests, so that a test counts from here. */
  forget(): void
  /** Most requests that were being answered at one time, and connections that were opened, since `forget`. */
  load(): { peak: number; connections: number }
  /** No key is taken any more. */
  revoke(): void
  /** Makes every form and signed address that was handed out answer 403. */
  expireAddresses(): void
  /** Stops, once however often it is called; `dir` keeps everything for the next start. */
  close(): Promise<void>
}

const firstUsers = { me: false, colleague: false, reviewer: false, team: true }

/**
 * Starts a Segments.ai server on 127.0.0.1. `dir` keeps its data, `port` 0 picks one; to start again with the data of
 * before, give it the port of before too, for addresses in the data name it. `now` in milliseconds since 1970.
 */
export async function startSegmentsDouble(
  setup: {
    dir: string
    port?: number
    faults?: readonly Fault[]
    now?: () => number
  } & Partial<DoubleOptions>,
): Promise<SegmentsDouble> {
  const { dir, port = 0, faults: first = [], now = Date.now, ...chosen } = setup
  const options: DoubleOptions = {
    apiKey: null,
    keys: {},
    releaseMs: 100,
    maxPerPage: 1000,
    rate: null,
    checksMasks: true,
    ...chosen,
  }
  const store = new SegmentsStore(dir, now)
  for (const [username, isOrganization] of Object.entries(firstUsers)) {
    if (store.rows('users').has(username)) continue
    store.put('users', username, {
      username,
      created_at: store.tick(),
      email: `${username}@example.com`,
      is_organization: isOrganization,
      members: isOrganization ? { me: 'administrator', colleague: 'member' } : {},
    })
  }
  let base = ''
  const bucket = new Bucket(store, () => base, now)
  const desk = { store, bucket, options }
  const views = createViews(desk, now)
  const datasets = createDatasets(desk, views)
  const samples = createSamples(desk, views, datasets.dropSample)
  const labels = createLabels(desk)
  const reviews = createReviews(desk, views, now)
  const handlers: Record<string, Handler> = {
    api_status: () => ({ status: 200, body: {} }),
    ...datasets.handlers,
    ...samples.handlers,
    ...labels.handlers,
    ...reviews.handlers,
  }
  const faults = new Faults<FaultAction>()
  for (const fault of first) faults.add(fault)
  const requests: LoggedRequest[] = []
  let isRevoked = false
  let closing: Promise<void> | null = null
  let [running, peak, connections] = [0, 0, 0]
  let window = { start: 0, used: 0 }

  function userOf(request: IncomingMessage): string {
    const key = /^APIKey (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (key === undefined || isRevoked) throw unauthenticated()
    if (Object.hasOwn(options.keys, key)) return options.keys[key]!
    if (options.apiKey !== null && key !== options.apiKey) throw unauthenticated()
    return 'me'
  }

  /** Counts a request; the answer when it is one too many. */
  function throttle(): Answer | null {
    const { rate } = options
    if (rate === null) return null
    if (now() - window.start >= rate.windowMs) window = { start: now(), used: 0 }
    if (++window.used <= rate.requests) return null
    const seconds = Math.max(1, Math.ceil((window.start + rate.windowMs - now()) / 1000))
    const body = JSON.stringify({ detail: throttledText(seconds) })
    return { status: 429, body, headers: rate.retryAfter ? { 'retry-after': String(seconds) } : {} }
  }

  /** What another person does in between; before what is asked, for a GET after it. */
  function meddle(fault: FaultAction | null, params: readonly string[]): void {
    if (fault?.kind !== 'edit-label') return
    const sample = store.rows('samples').get(params[0] ?? '')
    const labelset = params[1] ?? 'ground-truth'
    if (sample === undefined) return
    const dataset = store.rows('datasets').get(sample.dataset)!
    const status = fault.label_status === undefined ? {} : { label_status: fault.label_status }
    labels.write(sample, dataset, labelset, 'colleague', status)
  }

  function callApi(
    request: IncomingMessage,
    body: Buffer,
    call: Omit<Call, 'user' | 'body'>,
    entry: LoggedRequest,
    fault: FaultAction | null,
  ): Result {
    const user = userOf(request)
    entry.body = readJson(request, body)
    if (entry.operation === 'api_status') return { status: 200, body: {} }
    if (entry.operation !== 'get_label') meddle(fault, call.params)
    let result: Result
    try {
      result = handlers[entry.operation]!({ ...call, user, body: entry.body })
    } finally {
      if (entry.operation === 'get_label') meddle(fault, call.params)
    }
    if (fault?.kind === 'release' && entry.operation === 'create_release') {
      const release = store.rows('releases').get((result.body as { uuid: string }).uuid)!
      store.put('releases', release.uuid, { ...release, outcome: fault.outcome })
    }
    return result
  }

  function answerTo(
    request: IncomingMessage,
    url: URL,
    route: Route,
    body: Buffer,
    entry: LoggedRequest,
    fault: FaultAction | null,
  ): Answer {
    if (route.kind === 'bucket')
      return route.operation === 'upload'
        ? bucket.upload(request.headers, body)
        : bucket.download(request.headers, url)
    try {
      if (route.kind === 'none') throw notFound()
      if (route.kind === 'method')
        throw new Refusal(405, { detail: `Method "${request.method}" not allowed.` })
      const tooMany = throttle()
      if (tooMany !== null) return tooMany
      const call = { params: route.params, query: url.searchParams }
      const { status, body: result } = callApi(request, body, call, entry, fault)
      return { status, body: result === undefined ? '' : JSON.stringify(result) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { status: error.status, body: JSON.stringify(error.body) }
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', base)
    const route = routeOf(request.method ?? '', url.pathname)
    const operation = 'operation' in route ? route.operation : 'other'
    const entry: LoggedRequest = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.search,
      operation,
      authorization: request.headers.authorization ?? null,
      userAgent: request.headers['user-agent'] ?? '',
      encoding: request.headers['content-encoding'] ?? null,
      size: Number(request.headers['content-length'] ?? 0),
      body: undefined,
      status: 0,
    }
    requests.push(entry)
    const fault = faults.strike(
      (on) => on === operation || on === 'any' || (on === 'api' && route.kind === 'api'),
    )
    if (fault?.kind === 'drop-before-effect') return void response.destroy()
    const body = await readAll(request)
    if (fault?.kind === 'slow') await sleep(fault.ms)
    if (fault?.kind === 'revoke') isRevoked = true
    const instead = fault && insteadOf(fault)
    const answer = instead ?? answerTo(request, url, route, body, entry, fault)
    send(response, entry, fault, fault?.kind === 'status-after-effect' ? told(fault) : answer)
  }

  const server = createServer((request, response) => {
    peak = Math.max(peak, ++running)
    response.once('close', () => running--)
    serve(request, response).catch((error: unknown) => {
      // A client that went away is no fault of this side.
      if (response.destroyed || response.headersSent) return void response.destroy()
      response.writeHead(500, { 'content-type': 'text/plain' })
      response.end(error instanceof Error ? error.stack : String(error))
    })
  })
  server.on('connection', (_: Socket) => connections++)
  server.requestTimeout = 0
  server.keepAliveTimeout = 60_000
  await new Promise<void>((done, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', done)
  })
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: base,
    options,
    requests,
    admin: createAdmin({ ...desk, labels, samples, dropSample: datasets.dropSample }),
    fail: (fault) => faults.add(fault),
    mend: () => {
      faults.clear()
      isRevoked = false
    },
    count: (operation) =>
      requests.filter((one) => operation === undefined || one.operation === operation).length,
    counts: () => {
      const counts: Record<string, number> = {}
      for (const { operation } of requests) counts[operation] = (counts[operation] ?? 0) + 1
      return counts
    },
    forget: () => {
      requests.length = 0
      peak = running
      connections = 0
    },
    load: () => ({ peak, connections }),
    revoke: () => {
      isRevoked = true
    },
    expireAddresses: () => bucket.expire(),
    close() {
      closing ??= new Promise((done) => {
        server.close(() => {
          store.close()
          done()
        })
        server.closeAllConnections()
      })
      return closing
    },
  }
}

type Told = { status: number; headers?: Record<string, string> | undefined; body?: string | undefined }

/** What a fault answers in place of everything; null when it lets the request through. */
function insteadOf(fault: FaultAction): Answer | null {
  if (fault.kind === 'status') return told(fault)
  if (fault.kind === 'throttled') return { status: 200, body: JSON.stringify({ detail: throttledText(1) }) }
  if (fault.kind === 'expired') return refuse(403, 'AccessDenied', 'Request has expired')
  if (fault.kind === 'portal')
    return {
      status: 200,
      body: '<html><body>Sign in to the network</body></html>',
      headers: { 'content-type': 'text/html' },
    }
  return null
}

function told({ status, headers = {}, body }: Told): Answer {
  const usual = bodyOf(status, headers)
  return { status, body: body ?? usual.body, headers: { 'content-type': usual.type, ...headers } }
}

function send(
  response: ServerResponse,
  entry: LoggedRequest,
  fault: FaultAction | null,
  answer: Answer,
): void {
  if (fault?.kind === 'drop-after-effect') return void response.destroy()
  const bytes = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body
  entry.status = answer.status
  const type = bytes.length === 0 ? {} : { 'content-type': 'application/json' }
  const length = answer.status === 204 ? {} : { 'content-length': bytes.length }
  response.writeHead(answer.status, { ...type, ...length, ...answer.headers })
  if (entry.method === 'HEAD') return void response.end()
  if (fault?.kind !== 'truncate') return void response.end(bytes)
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy())
}
