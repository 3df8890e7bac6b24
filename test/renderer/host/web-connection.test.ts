import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { connectWeb, launchToken, reconnectDelay } from '../../../renderer/host/web-connection.ts'

class FakeSocket {
  static readonly OPEN = 1
  static all: FakeSocket[] = []
  readyState = 0
  readonly sent: { kind: string; id: number; method?: string }[] = []
  onopen = () => {}
  onclose = () => {}
  onmessage = (_: { data: string }) => {}
  readonly url: string
  constructor(url: URL) {
    this.url = url.href
    FakeSocket.all.push(this)
  }
  send(text: string) {
    this.sent.push(JSON.parse(text))
  }
  close() {}
  open() {
    this.readyState = FakeSocket.OPEN
    this.onopen()
  }
  lose() {
    this.readyState = 3
    this.onclose()
  }
  answer(id: number, result: unknown) {
    this.onmessage({ data: JSON.stringify({ kind: 'result', id, result }) })
  }
}

type Answer = { status: number; body: unknown }
const refusal: Answer = {
  status: 401,
  body: { code: 'HOST_TOKEN', message: 'Not signed in.', remedy: 'Open a fresh link.', retry: 'manual' },
}
const unknownImage: Answer = {
  status: 404,
  body: { code: 'NOT_FOUND', message: 'No such image.', remedy: 'Reload.', retry: 'never' },
}
let answers: (path: string) => Answer | null
let asked: { path: string; body: string | null }[]
let page: ReturnType<typeof fakePage>

/** What the connection uses of a window. */
function fakePage(hash: string) {
  const target = new EventTarget()
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  const location = { href: `http://127.0.0.1:4000/${hash}`, hash, pathname: '/', search: '' }
  const replaced: string[] = []
  return Object.assign(target, {
    document,
    location,
    replaced,
    history: { replaceState: (_: unknown, __: string, url: string) => void replaced.push(url) },
  })
}

const connect = (hash = '') => {
  page = fakePage(hash)
  return connectWeb(page as unknown as Window)
}
const socket = () => FakeSocket.all.at(-1)!
/** Lets promises settle without letting time pass. */
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.all = []
  asked = []
  answers = () => unknownImage
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.stubGlobal('fetch', async (path: string, init: { body?: string } = {}) => {
    asked.push({ path, body: init.body ?? null })
    const answer = answers(path)
    if (!answer) throw new TypeError('Failed to fetch')
    return new Response(JSON.stringify(answer.body), { status: answer.status })
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

it('trades the token of the link for a session, and takes it out of the address', async () => {
  answers = () => ({ status: 200, body: {} })
  const host = connect('#launch=abc-123')
  await settle()
  expect(asked).toEqual([{ path: '/session', body: '{"token":"abc-123"}' }])
  expect(page.replaced).toEqual(['/'])
  expect(socket().url).toBe('ws://127.0.0.1:4000/ws')
  host.close()
})

it('keeps calls until the line is there, and reads their answers by the contract', async () => {
  const host = connect()
  const settings = host.call('secrets.clearWandbKey', {})
  await settle()
  expect(socket().sent).toEqual([])
  socket().open()
  expect(host.link.getState()).toEqual({ kind: 'ready' })
  expect(socket().sent).toMatchObject([{ kind: 'call', id: 1, method: 'secrets.clearWandbKey' }])
  socket().answer(1, { source: 'none', last4: null })
  expect(await settings).toEqual({ source: 'none', last4: null })

  const odd = host.call('secrets.clearWandbKey', {})
  socket().answer(2, { source: 'a place nobody knows', last4: null })
  await expect(odd).rejects.toMatchObject({ code: 'INTERNAL' })
  host.close()
})

it('fails what is under way when the line breaks, fails new calls at once, and comes back by itself', async () => {
  const host = connect()
  await settle()
  socket().open()
  const lost = host.call('sync.status', {})
  socket().lose()
  await expect(lost).rejects.toMatchObject({ code: 'HOST_GONE' })
  expect(host.link.getState()).toEqual({ kind: 'gone', attempts: 1 })
  await expect(host.call('sync.status', {})).rejects.toMatchObject({ code: 'HOST_GONE' })

  answers = () => null
  await vi.advanceTimersByTimeAsync(reconnectDelay(1))
  expect(FakeSocket.all).toHaveLength(2)
  socket().lose()
  expect(host.link.getState()).toEqual({ kind: 'gone', attempts: 2 })
  await vi.advanceTimersByTimeAsync(reconnectDelay(2))
  socket().open()
  expect(host.link.getState()).toEqual({ kind: 'ready' })
  host.close()
})

it('does not wait out the pause when the person comes back to the window', async () => {
  const host = connect()
  await settle()
  socket().open()
  socket().lose()
  page.dispatchEvent(new Event('focus'))
  await settle()
  expect(FakeSocket.all).toHaveLength(2)
  host.close()
})

it('asks again now and then after it was refused, since another tab may sign it in', async () => {
  const host = connect()
  await settle()
  socket().open()
  answers = () => refusal
  socket().lose()
  await vi.advanceTimersByTimeAsync(reconnectDelay(1))
  expect(host.link.getState()).toMatchObject({ kind: 'refused', error: { code: 'HOST_TOKEN' } })
  await expect(host.call('sync.status', {})).rejects.toMatchObject({ code: 'HOST_TOKEN' })
  expect(FakeSocket.all).toHaveLength(1)

  await vi.advanceTimersByTimeAsync(5000)
  expect(FakeSocket.all).toHaveLength(1)
  answers = () => unknownImage
  await vi.advanceTimersByTimeAsync(5000)
  expect(FakeSocket.all).toHaveLength(2)
  socket().open()
  expect(host.link.getState()).toEqual({ kind: 'ready' })
  host.close()
})

it('goes on without its token when that was used already: the page may hold the session', async () => {
  answers = (path) => (path === '/session' ? refusal : unknownImage)
  const host = connect('#launch=used')
  await settle()
  expect(FakeSocket.all).toHaveLength(1)
  host.close()
})

it('tells the host to stop what its caller no longer wants', async () => {
  const host = connect()
  await settle()
  socket().open()
  const stop = new AbortController()
  const call = host.call('wandb.check', {}, stop.signal)
  stop.abort()
  await expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(socket().sent.at(-1)).toEqual({ kind: 'cancel', id: 1 })
  host.close()
})

it('doubles the pause between tries up to five seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 20].map(reconnectDelay)).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000])
  expect([launchToken('#launch=x'), launchToken('#/sync'), launchToken('')]).toEqual(['x', null, null])
})
