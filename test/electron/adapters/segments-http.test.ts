import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { direct } from '../../../electron/adapters/net/connector.ts'
import { liveSecrets } from '../../../electron/adapters/secrets/secret.ts'
import { statusError } from '../../../electron/adapters/segments/failures.ts'
import { createLanes } from '../../../electron/adapters/segments/lanes.ts'
import { formBody } from '../../../electron/adapters/segments/upload.ts'
import type { RemoteError } from '../../../shared/sync/remote-error.ts'
import { allSamples, failureOf } from '../../contracts/segments-remote.contract.ts'
import { bodyOf, key, remoteAt, serving } from '../../support/segments-serving.ts'

const { signal } = new AbortController()

/** One that answers everything with that. */
const saying = async (body: string, more: { status?: number; headers?: Record<string, string> } = {}) =>
  remoteAt(
    await serving((_, response) => {
      response.writeHead(more.status ?? 200, { 'content-type': 'application/json', ...more.headers })
      response.end(body)
    }),
  )
const sink = { begin() {}, take() {} }
// Reference §1.7, in its order: what the platform says, by status and by words.
it.each<[number, string, string]>([
  [404, '{"detail":"Not found."}', 'REMOTE_GONE'],
  [400, '{"dataset":["Object with owner=x does not exist."]}', 'REMOTE_GONE'],
  [400, '{"name":["sample with this name already exists."]}', 'NAME_TAKEN'],
  [400, '{"detail":"You already have a dataset with this name"}', 'NAME_TAKEN'],
  [400, '{"user":["bob is already a collaborator"]}', 'REMOTE_REFUSED'],
  [401, '{"detail":"Authentication credentials were not provided."}', 'AUTH_REVOKED'],
  [401, '', 'AUTH_REVOKED'],
  [403, '{"detail":"Authentication credentials were not provided."}', 'AUTH_REVOKED'],
  [403, '{"detail":"You do not have permission to perform this action."}', 'REMOTE_FORBIDDEN'],
  [403, '{"detail":"You need to be an administrator of this dataset."}', 'REMOTE_FORBIDDEN'],
  [403, '{"detail":"Dataset not found or you may not see it"}', 'REMOTE_FORBIDDEN'],
  [403, '{"detail":"Your free trial ended."}', 'REMOTE_QUOTA'],
  [400, '{"detail":"You exceeded user limit."}', 'REMOTE_QUOTA'],
  [402, '', 'REMOTE_QUOTA'],
  [504, '<html>504 Gateway Time-out</html>', 'NET_SLOW'],
  [400, '{"detail":"upstream time-out"}', 'NET_SLOW'],
  [404, '{"detail":"Invalid page."}', 'REMOTE_GONE'],
  [429, '{"detail":"Request was throttled. Expected available in 27 seconds."}', 'REMOTE_LIMIT'],
  [400, '{"detail":"Request was throttled."}', 'REMOTE_LIMIT'],
  [500, '{"detail":"Authentication credentials were not provided."}', 'NET_SLOW'],
  [502, '', 'NET_SLOW'],
  [503, '{"detail":"Not found."}', 'NET_SLOW'],
  [501, '', 'REMOTE_REFUSED'],
  [413, '<html>413 Request Entity Too Large</html>', 'REMOTE_REFUSED'],
  [415, '', 'REMOTE_REFUSED'],
  [422, 'nonsense', 'REMOTE_REFUSED'],
  [302, '', 'NET_INTERFERED'],
])('takes %i with %s for %s', (status, body, code) => {
  const type = body.startsWith('<') ? 'text/html' : 'application/json'
  const answer = { status, headers: { 'content-type': type }, bytes: new Uint8Array() }
  expect(statusError(answer, body, 'api', 'h').code).toBe(code)
})

it.each([200, 401, 403, 451])(
  'takes a page (%i) for a network in between, never for a bad key',
  async (status) => {
    const page = await saying('<html>Sign in</html>', { status, headers: { 'content-type': 'text/html' } })
    expect((await failureOf(page.whoAmI(signal))).code).toBe('NET_INTERFERED')
  },
)

it('reads how long to wait from the words where no header says it', () => {
  const answer = { status: 429, headers: {}, bytes: new Uint8Array() }
  const words = '{"detail":"Request was throttled. Expected available in 27 seconds."}'
  expect((statusError(answer, words, 'api', 'h') as RemoteError).retryAfterMs).toBe(27_000)
  expect(statusError(answer, words, 'api', 'h').message).toBe('Segments.ai asks for a pause of 27 seconds.')
  const header = { ...answer, headers: { 'retry-after': '3' } }
  expect((statusError(header, words, 'api', 'h') as RemoteError).retryAfterMs).toBe(3000)
})

it.each<[string, number, string, string, unknown]>([
  [
    'an old address',
    403,
    '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
    'REMOTE_REFUSED',
    'expired',
  ],
  ['an old form', 400, '<Error><Code>ExpiredToken</Code></Error>', 'REMOTE_REFUSED', 'expired'],
  ['a wrong clock', 403, '<Error><Code>RequestTimeTooSkewed</Code></Error>', 'CLOCK_SKEW', undefined],
  ['a large file', 400, '<Error><Code>EntityTooLarge</Code></Error>', 'REMOTE_REFUSED', undefined],
  ['a slow sender', 400, '<Error><Code>RequestTimeout</Code></Error>', 'NET_SLOW', 400],
  ['a busy storage', 503, '<Error><Code>SlowDown</Code></Error>', 'NET_SLOW', 503],
  ['nothing there', 404, '', 'REMOTE_GONE', undefined],
])('tells %s from what else the storage says', (_, status, body, code, cause) => {
  const answer = { status, headers: { 'content-type': 'application/xml' }, bytes: new Uint8Array() }
  expect(statusError(answer, body, 'storage', 'h')).toMatchObject({ code, cause })
})

it.each([
  '',
  'null',
  '7',
  '"text"',
  '[]',
  '{}',
  '{"detail":null}',
  '{"detail":"Not found."}',
  '{"username":null}',
  '{"username":7}',
  '{"username":["me"]}',
  '{"username":"me","organizations":{}}',
  '{"username":"me","organizations":[{"x":1}]}',
  '{"username":"me"',
  '{"username":"me"}}',
  'not json',
  '\u0000',
  `{"username":"me","x":${'['.repeat(200)}${']'.repeat(200)}}`,
  `{"username":"${'m'.repeat(20_000)}"}`,
])('survives an answer that is none: %.40s', async (body) => {
  const remote = await saying(body)
  const error = await failureOf(remote.whoAmI(signal))
  expect(['REMOTE_CORRUPT', 'NET_SLOW', 'NET_INTERFERED']).toContain(error.code)
})

it('names the organizations of a user, and keeps what it does not know', async () => {
  const answer = { username: 'me', organizations: [{ username: 'team', is_organization: true }], insights: 1 }
  const remote = await saying(JSON.stringify(answer))
  expect(await remote.whoAmI(signal)).toMatchObject({ username: 'me', organizations: ['team'], raw: answer })
})

it('takes no key of an answer for one of its own', async () => {
  const remote = await saying('{"username":"me","__proto__":{"isOrganization":true},"constructor":7}')
  const user = await remote.whoAmI(signal)
  expect(user.isOrganization).toBe(false)
  expect({}).not.toHaveProperty('isOrganization')
})

it.each([
  '{}',
  '{"list":[]}',
  '[null]',
  '[7]',
  '[{"name":"a"}]',
  '[{"uuid":"u","name":"a","attributes":[]}]',
])('survives a list that is none: %s', async (body) => {
  const remote = await saying(body)
  expect((await failureOf(allSamples(remote, 'me/d'))).code).toBe('REMOTE_CORRUPT')
})

it('ends a list of a server that gives the same page for ever', async () => {
  const one = { uuid: 'u', name: 'a', metadata: {}, created_at: '', priority: '3' }
  const remote = await saying(JSON.stringify([one]))
  expect(await allSamples(remote, 'me/d')).toMatchObject([{ uuid: 'u', priority: 3 }])
})

it('stops reading an answer that never ends', async () => {
  let sent = 0
  const baseUrl = await serving(async (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.on('error', () => undefined)
    for (; sent < 64 && !response.destroyed; sent++) {
      await new Promise<unknown>((done) => response.write(' '.repeat(1024 * 1024), done))
    }
    response.end()
  })
  expect((await failureOf(remoteAt(baseUrl).whoAmI(signal))).code).toBe('NET_INTERFERED')
  expect(sent).toBeLessThan(64)
})

it('says of a server that never answers that it was slow', async () => {
  const remote = remoteAt(await serving(() => undefined), { waits: { headersMs: 30 } })
  expect(await failureOf(remote.whoAmI(signal))).toMatchObject({ code: 'NET_SLOW', ambiguous: true })
})

it.each(['..', '.', '', '../../user'])('lets an id of a server (%s) lead to no other path', async (uuid) => {
  const remote = await saying(JSON.stringify([{ uuid, name: 'a', metadata: {} }]))
  expect((await failureOf(allSamples(remote, 'me/d'))).code).toBe('REMOTE_CORRUPT')
})

/** One that answers everything with an empty list, and what it was asked. */
async function listening() {
  const asked: string[] = []
  const baseUrl = await serving((request, response) => {
    asked.push(request.url!)
    response.end('[]')
  })
  return { remote: remoteAt(baseUrl), asked }
}

it.each(['..', '.', ''])('asks nothing about an id that is none: "%s"', async (uuid) => {
  const { remote, asked } = await listening()
  for (const work of [
    async () => remote.sample(uuid, {}, signal),
    async () => remote.label(uuid, 'g', signal),
    async () => remote.label('u', uuid, signal),
    async () => remote.release('me/d', uuid, signal),
    async () => remote.updateIssue(uuid, {}, signal),
  ])
    expect((await failureOf(work())).code).toBe('BAD_REQUEST')
  expect(asked).toEqual([])
})

it('asks for names that hold half a character', async () => {
  const { remote, asked } = await listening()
  expect(await remote.sampleByName('me/d', 'a\ud800,:&b', null, signal)).toBeNull()
  expect(asked[0]).toContain('name__contains=a%EF%BF%BD%2C%3A%26b&')
})

it('puts commas between members and colons between key and value as they are', async () => {
  const { remote, asked } = await listening()
  await allSamples(remote, 'me/d', {
    labelset: 'ground-truth',
    filters: { city: 'Gent', 'a,b': 'c:d' },
    statuses: ['LABELED', 'REVIEWED'],
    sort: '-gt_label__updated_at',
    perPage: 100,
  })
  expect(asked).toEqual([
    '/datasets/me/d/samples/?per_page=100&page=1&labelset=ground-truth&filters=city:Gent,a%2Cb:c%3Ad&label_status=LABELED,REVIEWED&sort=-gt_label__updated_at',
  ])
})

it('sends a bulk in halves that is more than the server takes, and keeps the order', async () => {
  const sizes: number[] = []
  const baseUrl = await serving(async (request, response) => {
    const drafts = JSON.parse(String(gunzipSync(await bodyOf(request)))) as { name: string }[]
    sizes.push(drafts.length)
    if (drafts.length > 30) {
      response.writeHead(413, { 'content-type': 'text/html' })
      return void response.end('<html>413</html>')
    }
    response.writeHead(201, { 'content-type': 'application/json' })
    const made = drafts.map(({ name }) => ({ uuid: `u${name}`, name, metadata: {} }))
    response.end(JSON.stringify(made.reverse()))
  })
  const names = Array.from({ length: 110 }, (_, i) => String(i))
  const drafts = names.map((name) => ({ name, attributes: {} }))
  const added = await remoteAt(baseUrl).addSamples('me/d', drafts, signal)
  expect(added.map(({ name }) => name)).toEqual(names)
  expect(sizes).toEqual([100, 50, 25, 25, 50, 25, 25, 10])
})

it('takes its key to no other server, and follows none there', async () => {
  const seen: (string | undefined)[] = []
  const elsewhere = await serving((request, response) => {
    seen.push(request.headers.authorization)
    response.end('{"username":"thief"}')
  })
  for (const status of [301, 302, 303, 307, 308]) {
    const remote = await saying('', { status, headers: { location: `${elsewhere}/user` } })
    expect((await failureOf(remote.whoAmI(signal))).code).toBe('NET_INTERFERED')
  }
  expect(seen).toEqual([])
})

it.each([301, 302, 303, 307, 308])(
  'asks no other server in place of this one, encrypted or not: %i',
  async (status) => {
    const asked: string[] = []
    const baseUrl = await serving((_, response) => {
      response.writeHead(status, { location: 'https://other.example/user' })
      response.end()
    })
    const remote = remoteAt('http://api.segments.example', {
      connector: {
        open(url, options) {
          asked.push(url.host)
          return direct.open(new URL(url.pathname, baseUrl), options)
        },
      },
    })
    expect((await failureOf(remote.whoAmI(signal))).code).toBe('NET_INTERFERED')
    expect(asked).toEqual(['api.segments.example'])
  },
)

it('sends no key with a file, neither there nor back', async () => {
  const seen: [string, string | undefined][] = []
  const storage = await serving(async (request, response) => {
    seen.push([request.method!, request.headers.authorization])
    await bodyOf(request)
    response.writeHead(request.method === 'POST' ? 204 : 200)
    response.end(request.method === 'POST' ? '' : 'x')
  })
  const baseUrl = await serving((request, response) => {
    seen.push(['api', request.headers.authorization])
    const presignedPostFields = { url: `${storage}/form`, fields: { key: 'k' } }
    response.writeHead(201, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ uuid: 'u', filename: 'f', url: `${storage}/f`, presignedPostFields }))
  })
  const remote = remoteAt(baseUrl)
  await remote.upload({ name: 'f', bytes: new Uint8Array(3) }, signal)
  await remote.receive(`${storage}/f`, sink, 10, signal)
  expect(seen).toEqual([
    ['api', `APIKey ${key}`],
    ['POST', undefined],
    ['GET', undefined],
  ])
})

it.each([
  'http://169.254.169.254/latest',
  'https://10.0.0.7/f',
  'https://127.0.0.1:1/f',
  'http://files.example/f',
  'nonsense:',
])('sends no file to %s when the server is not in this network', async (url) => {
  const asked: string[] = []
  const remote = remoteAt('https://api.segments.example', {
    connector: {
      open(target) {
        asked.push(target.href)
        throw new Error('no connection in this test')
      },
    },
  })
  expect((await failureOf(remote.receive(url, sink, 10, signal))).code).toBe('REMOTE_REFUSED')
  expect(asked).toEqual([])
})

it.each(['http://169.254.169.254/form', 'https://192.168.1.1/form', 'ftp://files.example/form'])(
  'sends no form to %s',
  async (target) => {
    const asked: string[] = []
    const file = {
      uuid: 'u',
      filename: 'f',
      url: 'https://f.example/f',
      presignedPostFields: { url: target, fields: {} },
    }
    const double = await serving((_, response) => response.end(JSON.stringify(file)))
    const remote = remoteAt('http://api.segments.example', {
      // The server is outside; its answer comes from here.
      connector: {
        open(url, options) {
          asked.push(url.host)
          return direct.open(new URL(url.pathname, double), options)
        },
      },
    })
    expect((await failureOf(remote.upload({ name: 'f', bytes: new Uint8Array(1) }, signal))).code).toBe(
      'NET_INTERFERED',
    )
    expect(asked).toEqual(['api.segments.example'])
  },
)

it('lets a name of a file lead into this network only when the server is there itself', async () => {
  const inside = await serving((_, response) => response.end('x'))
  const address = inside.replace('127.0.0.1', 'files.example').replace('http:', 'https:')
  const remote = remoteAt('https://api.segments.example', {
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  })
  // The server's own name leads inside too, so it is one of this network.
  const own = await failureOf(remote.receive(address, sink, 10, signal))
  expect(own.code).not.toBe('REMOTE_REFUSED')
  const outside = remoteAt('https://api.segments.example', {
    resolve: async (name) => [
      { address: name === 'files.example' ? '10.0.0.1' : '93.184.215.14', family: 4 },
    ],
  })
  expect((await failureOf(outside.receive(address, sink, 10, signal))).code).toBe('REMOTE_REFUSED')
})

it('says nothing of the key and of signed addresses in what it says', async () => {
  const words = `{"detail":"bad key ${key} at https://s3.example/f?X-Amz-Signature=abcdef"}`
  for (const status of [400, 403, 500]) {
    const remote = await saying(words, { status })
    const error = await failureOf(remote.whoAmI(signal))
    const said = JSON.stringify(error.toInfo()) + String(error)
    expect(said).not.toContain(key)
    expect(said).not.toContain('abcdef')
  }
  expect(liveSecrets.redact(`Authorization: APIKey ${key}`)).not.toContain(key)
})

it('packs the bodies of the calls that take it, and no others', async () => {
  const seen = new Map<string, [string | undefined, unknown]>()
  const baseUrl = await serving(async (request, response) => {
    const bytes = await bodyOf(request)
    const coding = request.headers['content-encoding']
    if (request.method !== 'GET')
      seen.set(`${request.method} ${request.url}`, [
        coding,
        JSON.parse(String(coding ? gunzipSync(bytes) : bytes)),
      ])
    expect(Number(request.headers['content-length'] ?? 0)).toBe(bytes.length)
    response.writeHead(200, { 'content-type': 'application/json' })
    const label = { sample_uuid: 'u', labelset: 'g', label_status: 'LABELED', updated_at: '1' }
    const sample = { uuid: 'u', name: 'a', metadata: {} }
    response.end(JSON.stringify(request.url!.includes('bulk') ? [sample] : { ...sample, ...label }))
  })
  const remote = remoteAt(baseUrl)
  await remote.addSamples('me/d', [{ name: 'a', attributes: {} }], signal)
  await remote.updateSample('u', () => ({ metadata: {} }), signal)
  await remote.replaceLabel('u', 'g', () => ({ status: 'LABELED', attributes: null }), signal)
  await remote.updateDataset('me/d', () => ({ description: '' }), signal)
  expect([...seen].map(([call, [coding]]) => [call, coding])).toEqual([
    ['POST /datasets/me/d/samples_bulk/', 'gzip'],
    ['PATCH /samples/u/', 'gzip'],
    ['PUT /labels/u/g/', 'gzip'],
    ['PATCH /datasets/me/d/', undefined],
  ])
  expect(seen.get('PUT /labels/u/g/')![1]).toEqual({ label_status: 'LABELED', attributes: null })
})

it('gives a form every field in the order it came, the file last, and its exact length', async () => {
  const fields = {
    acl: 'a',
    'Content-Type': 'image/png',
    key: 'assets/ä',
    'x-amz-security-token': 't',
    'od"d\r\n': 'v',
  }
  const bytes = new Uint8Array([1, 2, 3])
  const body = formBody(fields, 'ä "x".png', bytes, 'B', () => {})
  const parts: Uint8Array[] = []
  for await (const part of body.stream()) parts.push(part)
  const whole = Buffer.concat(parts)
  expect(whole.length).toBe(body.size)
  const form = await new Response(whole, {
    headers: { 'content-type': 'multipart/form-data; boundary=B' },
  }).formData()
  expect([...form.keys()]).toEqual(['acl', 'Content-Type', 'key', 'x-amz-security-token', 'od"d\r\n', 'file'])
  expect(form.get('key')).toBe('assets/ä')
  const file = form.get('file') as File
  expect([file.name, [...new Uint8Array(await file.arrayBuffer())]]).toEqual(['ä "x".png', [1, 2, 3]])
})

it.each([2, 4])('refuses to send a file of 3 bytes that turns out to have %i', async (real) => {
  const bytes = {
    size: 3,
    async *stream() {
      yield new Uint8Array(real)
    },
  }
  const body = formBody({}, 'x', bytes, 'B', () => {})
  const sending = (async () => {
    for await (const _ of body.stream());
  })()
  expect((await failureOf(sending)).code).toBe('IN_SIZE_MISMATCH')
})

it('lets work into free lanes in the order it came, and past what was given up', async () => {
  const lanes = createLanes(2)
  const order: number[] = []
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const stop = new AbortController()
  const runs = gates.map((gate, i) =>
    lanes.run(i === 2 ? stop.signal : signal, async () => {
      order.push(i)
      await gate.promise
      if (i === 0) throw new Error('fails')
    }),
  )
  const ends = Promise.allSettled(runs)
  await Promise.resolve()
  expect(order).toEqual([0, 1])
  stop.abort()
  gates[0]!.resolve()
  await expect(runs[0]).rejects.toThrow('fails')
  for (const gate of gates) gate.resolve()
  await ends
  expect(order).toEqual([0, 1, 3, 4])
  await expect(runs[2]).rejects.toThrow()
})
