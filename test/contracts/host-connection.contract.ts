import { afterEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../shared/base/app-error.ts'
import {
  type HostConnection,
  type HostEvent,
  type HostHandlers,
  type HostOutput,
  hostMethods,
} from '../../shared/host/host-api.ts'
import { createServedHost, type FakeServedHost } from '../support/served-host.ts'

/** One connection through a door to `host`, and how to end it. */
export type OpenedDoor = { readonly connection: HostConnection; close(): Promise<void> }

const sampleId = '3f0e4a86-6d0c-4d8a-9a43-0f6a3d3a5b11'
const info: HostOutput<'app.info'> = {
  version: '0.1.0',
  host: 'browser',
  libraryName: 'streets',
  libraryId: 'c0ffee',
  readOnly: false,
  notices: [],
}
const event: HostEvent = { type: 'label.saved', sampleId, revision: 'a'.repeat(64) }

/**
 * What a caller may rely on, whichever door it came through. `closes`: closing the connection reaches the host, which
 * a connection inside of the host's own process has no need of.
 */
export function hostConnectionContract(
  open: (host: FakeServedHost) => Promise<OpenedDoor>,
  { closes }: { closes: boolean },
): void {
  describe('keeps the contract of a host connection', () => {
    const opened: OpenedDoor[] = []
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((door) => door.close()))
    })

    async function connect(
      handlers: Partial<HostHandlers> = {},
      handle?: (request: Request) => Promise<Response>,
    ) {
      const host = createServedHost({ handlers, ...(handle && { handle }) })
      const door = await open(host)
      opened.push(door)
      /** A call as a page of another version, or somebody else, would make it. */
      const callAnything = (method: string, input: unknown) =>
        door.connection.call(method as 'app.info', input as Record<string, never>)
      return { host, door, connection: door.connection, callAnything }
    }
    const failureOf = async (call: Promise<unknown>): Promise<AppError> => {
      const error: unknown = await call.then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error).toBeInstanceOf(AppError)
      return error as AppError
    }

    it('answers with what the handler returns', async () => {
      const { connection } = await connect({ 'app.info': async () => info })
      expect(await connection.call('app.info', {})).toEqual(info)
    })

    it('gives the handler its input with the defaults filled in', async () => {
      const list = vi.fn(async () => ({ samples: [], total: 0, byStatus: {} }))
      const { connection } = await connect({ 'samples.list': list })
      await connection.call('samples.list', {})
      expect(list).toHaveBeenCalledWith({ after: null, limit: 1000 }, expect.any(AbortSignal))
    })

    it.each(Object.keys(hostMethods))('refuses wrong input of %s before its handler', async (method) => {
      const { host, callAnything } = await connect()
      for (const input of [{ surplus: true }, null, 'text', [1, 2]]) {
        expect((await failureOf(callAnything(method, input))).code).toBe('BAD_REQUEST')
      }
      expect(host.reached).toEqual([])
    })

    it('names the field that is wrong', async () => {
      const { callAnything } = await connect()
      const error = await failureOf(callAnything('samples.list', { limit: -1 }))
      expect(error.message).toContain('"limit" of samples.list')
    })

    it.each(['samples.destroy', '__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])(
      'knows no method "%s"',
      async (method) => {
        const { host, callAnything } = await connect()
        expect((await failureOf(callAnything(method, {}))).code).toBe('BAD_REQUEST')
        expect(host.reached).toEqual([])
      },
    )

    it('refuses keys that change prototypes, and values nested without end', async () => {
      const { callAnything } = await connect()
      let deep: unknown = {}
      for (let i = 0; i < 200; i++) deep = { deep }
      const hostile = ['{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}']
      for (const input of [deep, ...hostile.map((text) => JSON.parse(text) as unknown)]) {
        expect((await failureOf(callAnything('settings.set', input))).code).toBe('BAD_REQUEST')
      }
      expect('polluted' in {}).toBe(false)
    })

    it('carries an error with its code, sentence and remedy, and without its cause', async () => {
      const cause = new Error('/home/somebody/private')
      const thrown = new AppError('NAME_TAKEN', 'There is a category "car".', {
        remedy: 'Choose a name.',
        cause,
      })
      const { connection } = await connect({ 'categories.create': () => Promise.reject(thrown) })
      const error = await failureOf(connection.call('categories.create', { name: 'car' }))
      expect(error.toInfo()).toEqual(thrown.toInfo())
      expect(error.cause).toBeUndefined()
    })

    it('hides what a mistake of our own says, and logs it', async () => {
      const { connection, host } = await connect({
        'versions.list': () => Promise.reject(new TypeError('secret path /home/somebody')),
      })
      const error = await failureOf(connection.call('versions.list', {}))
      expect(error.code).toBe('INTERNAL')
      expect(JSON.stringify(error.toInfo())).not.toContain('somebody')
      expect(host.logged.map(({ message }) => message).join()).toContain('secret path /home/somebody')
    })

    it('tells the caller of a result that is not what the method promises', async () => {
      const { connection } = await connect({ 'versions.list': async () => 'nothing' as never })
      expect((await failureOf(connection.call('versions.list', {}))).code).toBe('INTERNAL')
    })

    it('tells the caller of a result that cannot be carried', async () => {
      const cycle: Record<string, unknown> = { ...info, version: () => 'code', libraryId: 1n }
      cycle.notices = [cycle]
      const { connection } = await connect({ 'app.info': async () => cycle as never })
      expect((await failureOf(connection.call('app.info', {}))).code).toBe('INTERNAL')
    })

    it('answers each call with its own result, in whatever order they end', async () => {
      const ends: (() => void)[] = []
      const { connection } = await connect({
        'samples.list': ({ limit }) =>
          new Promise((resolve) => {
            ends.push(() => resolve({ samples: [], total: limit, byStatus: {} }))
          }),
      })
      const calls = [1, 2, 3].map((limit) => connection.call('samples.list', { limit }))
      await vi.waitFor(() => expect(ends.length).toBe(3))
      for (const end of ends.reverse()) end()
      expect((await Promise.all(calls)).map(({ total }) => total)).toEqual([1, 2, 3])
    })

    it('ends the work of a cancelled call', async () => {
      let signal: AbortSignal | undefined
      const { connection } = await connect({
        'versions.draft': (_, given) => {
          signal = given
          return new Promise(() => undefined)
        },
      })
      const stop = new AbortController()
      const call = failureOf(connection.call('versions.draft', {}, stop.signal))
      await vi.waitFor(() => expect(signal).toBeDefined())
      stop.abort()
      expect((await call).code).toBe('CANCELLED')
      await vi.waitFor(() => expect(signal?.aborted).toBe(true))
    })

    it('makes no call that was cancelled before', async () => {
      const { connection, host } = await connect()
      const call = connection.call('versions.list', {}, AbortSignal.abort())
      expect((await failureOf(call)).code).toBe('CANCELLED')
      expect(host.reached).toEqual([])
    })

    it('tells news to every listener until it stops listening', async () => {
      const { connection, host } = await connect({ 'versions.list': async () => [] })
      const [first, second] = [vi.fn(), vi.fn()]
      connection.on(first)
      const stop = connection.on(second)
      await connection.call('versions.list', {})
      host.emit(event)
      await vi.waitFor(() => expect(second).toHaveBeenCalledWith(event))
      stop()
      host.emit({ type: 'versions.changed' })
      await vi.waitFor(() => expect(first).toHaveBeenCalledTimes(2))
      expect(second).toHaveBeenCalledTimes(1)
    })

    it('carries bytes both ways', async () => {
      const sent = new Uint8Array(300_000).map((_, i) => i * 7)
      const { connection } = await connect({}, async (request) => {
        expect([request.method, new URL(request.url).pathname]).toEqual(['PUT', '/data/samples/x/label'])
        return new Response(await request.arrayBuffer(), { headers: { 'content-type': 'image/webp' } })
      })
      const blob = await connection.fetchData('/data/samples/x/label', {
        method: 'PUT',
        body: new Blob([sent]),
      })
      expect(blob.type).toBe('image/webp')
      expect(new Uint8Array(await blob.arrayBuffer())).toEqual(sent)
    })

    it('rejects with the error that a refusal of the data plane carries', async () => {
      const refusal = new AppError('BLOB_CORRUPT', 'The image is damaged.', { remedy: 'Import it again.' })
      const { connection } = await connect({}, async () => Response.json(refusal.toInfo(), { status: 500 }))
      const error = await failureOf(connection.fetchData('/data/images/x'))
      expect(error.toInfo()).toEqual(refusal.toInfo())
    })

    it('does not guess what a refusal without a body means', async () => {
      const { connection } = await connect({}, async () => new Response(null, { status: 404 }))
      expect((await failureOf(connection.fetchData('/data/images/x'))).code).toBe('INTERNAL')
    })

    if (!closes) return
    it('ends calls and listening when the connection closes', async () => {
      const signals: AbortSignal[] = []
      const { host, door, connection } = await connect({
        'versions.draft': (_, signal) => {
          signals.push(signal)
          return new Promise(() => undefined)
        },
      })
      connection.on(() => undefined)
      const call = failureOf(connection.call('versions.draft', {}))
      await vi.waitFor(() => expect(signals.length).toBe(1))
      await door.close()
      expect((await call).code).toBe('HOST_GONE')
      await vi.waitFor(() => expect([signals[0]?.aborted, host.listening()]).toEqual([true, 0]))
    })
  })
}
