import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { failureOf } from '../../contracts/segments-remote.contract.ts'
import { bodyOf, remoteAt, serving } from '../../support/segments-serving.ts'

const { signal } = new AbortController()

/** One label, and what somebody else does to it whenever a write is answered otherwise than with it. */
async function contested(answers: readonly ('429' | '503' | 'cut' | 'done and cut')[], meddles = true) {
  const puts: string[] = []
  let label: Record<string, unknown> = { label_status: 'LABELED', updated_at: '1' }
  let writes = 1
  const write = (more: object) => {
    label = { ...label, ...more, updated_at: String(++writes) }
  }
  const baseUrl = await serving(async (request, response) => {
    const bytes = await bodyOf(request)
    const say = (status: number, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify({ sample_uuid: 'u', labelset: 'g', attributes: null, ...label }))
    }
    if (request.method === 'GET') return say(200)
    const body = JSON.parse(String(gunzipSync(bytes))) as Record<string, unknown>
    const answer = answers[puts.length]
    puts.push(String(body.label_status))
    if (answer === undefined || answer === 'done and cut') write(body)
    if (answer === undefined) return say(201)
    if (meddles) write({ label_status: 'VERIFIED' })
    if (answer === '429') say(429, { 'retry-after': '0.01' })
    else if (answer === '503') say(503, { 'retry-after': '0.01' })
    else response.destroy()
  })
  const remote = remoteAt(baseUrl, { retries: 3 })
  const seen: string[] = []
  const put = remote.replaceLabel(
    'u',
    'g',
    (now) => {
      seen.push(now!.status)
      return now!.status === 'VERIFIED' ? null : { status: 'REVIEWED', attributes: null }
    },
    signal,
  )
  return { put, puts, seen, now: () => label.label_status }
}

it.each(['429', '503', 'cut', 'done and cut'] as const)(
  'S3: looks again before it repeats a write (%s), and leaves what was saved there meanwhile',
  async (answer) => {
    const { put, puts, seen, now } = await contested([answer])
    expect(await put).toBeNull()
    expect([puts, seen, now()]).toEqual([['REVIEWED'], ['LABELED', 'VERIFIED'], 'VERIFIED'])
  },
)

it('repeats a write over what it has seen again, and takes one that is done for its own', async () => {
  const twice = await contested(['429', 'cut'], false)
  expect((await twice.put)?.status).toBe('REVIEWED')
  expect([twice.puts.length, twice.seen]).toEqual([3, ['LABELED', 'LABELED', 'LABELED']])
  const once = await contested(['done and cut'], false)
  expect((await once.put)?.status).toBe('REVIEWED')
  expect([once.puts.length, once.seen]).toEqual([1, ['LABELED']])
})

it('S3: looks at a label only once its write has a lane', async () => {
  let status = 'LABELED'
  const order: string[] = []
  const baseUrl = await serving(async (request, response) => {
    await bodyOf(request)
    response.setHeader('content-type', 'application/json')
    if (request.url === '/user') {
      // Four of them hold every lane; meanwhile somebody saves.
      await new Promise((done) => setTimeout(done, 20))
      status = 'REVIEWED'
      return void response.end('{"username":"me"}')
    }
    order.push(request.method!)
    response.end(
      JSON.stringify({ sample_uuid: 'u', labelset: 'g', label_status: status, updated_at: status }),
    )
  })
  const remote = remoteAt(baseUrl)
  const busy = Array.from({ length: 4 }, () => remote.whoAmI(signal))
  const seen: string[] = []
  const look = (now: { status: string } | null) => {
    seen.push(now!.status)
    return null
  }
  const put = remote.replaceLabel('u', 'g', look, signal)
  expect(order).toEqual([])
  await Promise.all([...busy, put])
  expect([order, seen]).toEqual([['GET'], ['REVIEWED']])
})

it('S3: looks again after a pause that was asked of somebody else between its look and its write', async () => {
  const order: string[] = []
  const told = Promise.withResolvers<void>()
  let status = 'LABELED'
  const baseUrl = await serving(async (request, response) => {
    await bodyOf(request)
    response.setHeader('content-type', 'application/json')
    if (request.url === '/user') {
      response.writeHead(429, { 'retry-after': '0.05' })
      return void response.end('{}')
    }
    order.push(request.method!)
    const said = JSON.stringify({ sample_uuid: 'u', labelset: 'g', label_status: status, updated_at: status })
    if (order.length === 1) await told.promise
    status = 'REVIEWED'
    response.end(said)
  })
  const remote = remoteAt(baseUrl)
  const seen: string[] = []
  const change = (now: { status: string } | null) => {
    seen.push(now!.status)
    return now!.status === 'REVIEWED' ? null : { status: 'LABELED', attributes: null }
  }
  const put = remote.replaceLabel('u', 'g', change, signal)
  expect((await failureOf(remote.whoAmI(signal))).code).toBe('REMOTE_LIMIT')
  told.resolve()
  expect(await put).toBeNull()
  expect([order, seen]).toEqual([
    ['GET', 'GET'],
    ['LABELED', 'REVIEWED'],
  ])
})
