import { expect, it } from 'vitest'
import { createDocumentStore } from '../../../renderer/stores/document.ts'
import type { LabelSession } from '../../../renderer/stores/label-session.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import { frame, type SaveHeader, unframe } from '../../../shared/host/data-plane.ts'
import type { HostConnection, HostEvent, LabelState, Sample } from '../../../shared/host/host-api.ts'
import { stepBatchSchema } from '../../../shared/host/label-steps.ts'
import { decodeIds, encodeIds } from '../../../shared/label/id-runs.ts'
import { paintEdit } from '../../../shared/label/paint.ts'
import { memorySteps } from '../../support/memory-steps.ts'

const width = 4
const height = 3
const sampleA = '00000000-0000-4000-8000-00000000000a'
const sampleB = '00000000-0000-4000-8000-00000000000b'

const revisionOf = (n: number) => String(n).padStart(64, '0')
const other = (n: number): Other => ({
  revision: revisionOf(n),
  createdAt: 1000 * n,
  tool: 'cli',
  status: 'labeled',
})

type Other = LabelState['siblings'][number]
type Saved = { header: SaveHeader; ids: Uint8Array; revision: string }

/** A host in memory that keeps what it is sent; `down` makes it refuse. */
function memoryHost() {
  const labels = new Map<string, Saved>()
  const listeners = new Set<(event: HostEvent) => void>()
  const kept = new Map<string, ReturnType<typeof memorySteps>>()
  const steps = (id: string) => {
    const found = kept.get(id) ?? memorySteps()
    kept.set(id, found)
    return found
  }
  let revisions = 0
  const host = {
    down: false,
    /** Saved states beside the newest, newest first. */
    siblings: [] as Other[],
    /** Revisions that were chosen, in order. */
    chosen: [] as string[],
    answer: 'saved' as 'saved' | 'sibling',
    labels,
    emit: (event: HostEvent) => {
      for (const listener of listeners) listener(event)
    },
    put(sampleId: string, header: SaveHeader, ids: Uint8Array) {
      revisions++
      const saved = { header, ids, revision: revisionOf(revisions) }
      labels.set(sampleId, saved)
      return saved
    },
  }
  const stateOf = (sampleId: string): LabelState => {
    const saved = labels.get(sampleId)
    return {
      sampleId,
      revision: saved?.revision ?? null,
      width,
      height,
      status: saved?.header.status ?? 'unlabeled',
      objects: saved?.header.objects ?? [],
      nextObjectId: saved?.header.nextObjectId ?? 1,
      restoredEdits: 0,
      siblings: host.siblings,
    }
  }
  const answers: Record<string, (input: Record<string, string>) => unknown> = {
    'samples.get': ({ id }) =>
      ({
        id,
        name: `${id}.png`,
        width,
        height,
        headRevision: labels.get(id!)?.revision ?? null,
      }) as Partial<Sample>,
    'label.open': ({ sampleId }) => stateOf(sampleId!),
    'label.revisions': ({ sampleId }) => {
      const own = labels.get(sampleId!)
      const first = { parents: [], createdAt: 1, tool: 'canvas', status: 'in progress', isHead: false }
      return [
        ...host.siblings.map((other) => ({ ...first, ...other })),
        ...(own ? [{ ...first, revision: own.revision, parents: [revisionOf(99)] }] : []),
        { ...first, revision: revisionOf(99) },
      ]
    },
    'label.choose': ({ sampleId, revision }) => {
      host.chosen.push(revision!)
      host.siblings = []
      const { header, ids } = labels.get(sampleId!)!
      const made = host.put(sampleId!, header, ids).revision
      host.emit({ type: 'label.saved', sampleId: sampleId!, revision: made })
      return { kind: 'saved', revision: made, head: made, savedAt: 6 }
    },
  }
  const connection = {
    async call(method: string, input: Record<string, string>) {
      return answers[method]!(input)
    },
    on(listener: (event: HostEvent) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async fetchData(path: string, init: { body?: Blob } = {}) {
      if (host.down) throw new AppError('DISK_FULL', 'The disk is full.', { remedy: 'Free some space.' })
      const [, kind, id] = /^\/data\/(labels|samples)\/([^/]+)/.exec(path)!
      if (kind === 'labels') {
        const saved = [...labels.values()].find(({ revision }) => revision === id)!
        return new Blob([saved.ids as Uint8Array<ArrayBuffer>])
      }
      if (path.includes('/steps/bodies')) {
        const keys = new URL(path, 'http://host').searchParams.get('keys')!.split('.')
        const found = keys.map((key) => steps(id!).bodies.get(key) ?? null)
        const whole = Buffer.concat(found.filter((body) => body !== null))
        return new Blob([frame({ sizes: found.map((body) => body?.length ?? null) }, whole)])
      }
      if (path.endsWith('/steps') && !init.body) return new Blob([JSON.stringify(steps(id!).list())])
      const { header, body } = unframe(new Uint8Array(await init.body!.arrayBuffer()))
      if (path.endsWith('/steps')) {
        const batch = stepBatchSchema.parse(header)
        let at = 0
        const bodies = batch.steps.map(({ bytes }) => {
          at += bytes
          return body.slice(at - bytes, at)
        })
        await steps(id!).ports.send(batch, bodies)
        return new Blob([])
      }
      if (path.endsWith('/journal')) return new Blob(['{"seq":1}'])
      const { revision } = host.put(id!, header as SaveHeader, body)
      return new Blob([JSON.stringify({ kind: host.answer, revision, head: revision, savedAt: 5 })])
    },
  }
  return { host, connection: connection as unknown as HostConnection }
}

function paint(session: LabelSession, start: number, length: number, id = 1): void {
  const edit = paintEdit(session.doc, session.index, {
    runs: Uint32Array.of(start, length),
    object: { id, categoryId: 1, attributes: {} },
    mode: 'claim',
    title: 'Brush',
  })
  session.apply(edit!)
}

async function opened(store: ReturnType<typeof createDocumentStore>, id: string): Promise<LabelSession> {
  await store.open(id)
  const state = store.getState()
  if (state.kind !== 'open') throw new Error(`is ${state.kind}`)
  expect(state.sampleId).toBe(id)
  return state.session
}

it('keeps a stroke in the label it began on, even when another image is open by then', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  const first = await opened(store, sampleA)
  await opened(store, sampleB)
  paint(first, 0, 2)
  await first.saver.flush()
  expect(decodeIds(host.labels.get(sampleA)!.ids, 12).subarray(0, 3)).toEqual(Uint32Array.of(1, 1, 0))
  expect(host.labels.has(sampleB)).toBe(false)
})

it('saves what is left behind when another image is opened', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  const first = await opened(store, sampleA)
  paint(first, 4, 4)
  await opened(store, sampleB)
  await first.saver.flush()
  expect(host.labels.get(sampleA)!.header.objects).toEqual([{ id: 1, categoryId: 1, attributes: {} }])
})

it('looks at the label of another image as it is now, saved or not, and opens nothing', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  paint(await opened(store, sampleA), 0, 3)
  host.down = true
  await opened(store, sampleB).catch(() => {})
  expect([...(await store.peek(sampleA)).map.ids.subarray(0, 4)]).toEqual([1, 1, 1, 0])
  const other = createDocumentStore(connection)
  host.down = false
  const kept = host.put(
    sampleB,
    {
      base: null,
      status: 'labeled',
      objects: [{ id: 2, categoryId: 1, attributes: {} }],
      nextObjectId: 3,
      tool: 'cli',
      journal: null,
    },
    encodeIds(Uint32Array.of(0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
  )
  const label = await other.peek(sampleB)
  expect([label.index.get(2)?.pixels, label.objects.get(2)?.id, other.getState().kind]).toEqual([
    2,
    2,
    'closed',
  ])
  expect(kept.revision).toBe(host.labels.get(sampleB)!.revision)
})

it('has the undo steps of an image after looking at another', async () => {
  const { connection } = memoryHost()
  const store = createDocumentStore(connection)
  paint(await opened(store, sampleA), 0, 3)
  await opened(store, sampleB)
  const again = await opened(store, sampleA)
  expect(again.doc.map.ids[0]).toBe(1)
  expect(again.view.getState().undoTitle).toBe('Brush')
  await again.undo()
  expect([...again.doc.map.ids]).toEqual(new Array(12).fill(0))
})

it('has the undo steps of an image in another window', async () => {
  const { connection } = memoryHost()
  const first = await opened(createDocumentStore(connection), sampleA)
  paint(first, 0, 3)
  paint(first, 4, 2, 2)
  await first.undo()
  await first.saver.flush()
  await first.history.flush()
  const again = await opened(createDocumentStore(connection), sampleA)
  const { undoTitle, redoTitle } = again.view.getState()
  expect([undoTitle, redoTitle]).toEqual(['Brush', 'Brush'])
  await again.redo()
  expect([...again.doc.map.ids.subarray(0, 7)]).toEqual([1, 1, 1, 0, 2, 2, 0])
  await again.goTo(0)
  expect([...again.doc.map.ids]).toEqual(new Array(12).fill(0))
})

it('puts undo steps that no longer fit what is saved out of reach, and keeps showing them', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  const first = await opened(store, sampleA)
  paint(first, 0, 3)
  await opened(store, sampleB)
  await first.saver.flush()
  const { header } = host.labels.get(sampleA)!
  host.put(sampleA, header, encodeIds(Uint32Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
  const again = await opened(store, sampleA)
  expect(again.view.getState().undoTitle).toBeNull()
  expect(again.history.rows.map(({ title }) => title)).toEqual(['Brush'])
  expect(again.history.isForeign).toBe(true)
  expect(await again.undo()).toBeNull()
  expect([...again.doc.map.ids.subarray(0, 3)]).toEqual([1, 0, 0])
})

it('makes a step of a status that was set elsewhere', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  const first = await opened(store, sampleA)
  paint(first, 0, 3)
  await opened(store, sampleB)
  await first.saver.flush()
  const { header, ids } = host.labels.get(sampleA)!
  host.put(sampleA, { ...header, status: 'reviewed' }, ids)
  const again = await opened(store, sampleA)
  expect(again.view.getState().undoTitle).toBe('Marked reviewed elsewhere')
  await again.undo()
  expect(again.doc.status).toBe('in progress')
  await again.undo()
  expect([...again.doc.map.ids]).toEqual(new Array(12).fill(0))
})

it('brings back a label whose save failed instead of reading an older one', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  const first = await opened(store, sampleA)
  paint(first, 0, 5)
  host.down = true
  await expect(first.saver.flush()).rejects.toMatchObject({ code: 'DISK_FULL' })
  await store.open(sampleB)
  const again = await opened(store, sampleA)
  expect(again).toBe(first)
  host.down = false
  again.saver.retry()
  await again.saver.flush()
  expect(decodeIds(host.labels.get(sampleA)!.ids, 12)[4]).toBe(1)
})

it('has the undo steps of a label whose failed save went through after it was left', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  const first = await opened(store, sampleA)
  paint(first, 0, 5)
  host.down = true
  await store.open(sampleB)
  await expect(first.saver.flush()).rejects.toMatchObject({ code: 'DISK_FULL' })
  host.down = false
  first.saver.retry()
  await first.saver.flush()
  const again = await opened(store, sampleA)
  expect(again).not.toBe(first)
  expect(again.view.getState().undoTitle).toBe('Brush')
})

it('does not open a label it cannot read as an empty one', async () => {
  const { host, connection } = memoryHost()
  const header = {
    base: null,
    status: 'labeled',
    objects: [],
    nextObjectId: 2,
    tool: 'canvas',
    journal: null,
  } as const
  host.put(sampleA, { ...header, objects: [] }, Uint8Array.of(1, 200))
  const store = createDocumentStore(connection)
  await store.open(sampleA)
  expect(store.getState()).toMatchObject({ kind: 'failed', error: { code: 'ROW_CORRUPT' } })
})

it('reads the label again when somebody else saved it and nothing is unsaved here', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  const first = await opened(store, sampleA)
  paint(first, 0, 1)
  await first.saver.flush()
  const { header } = host.labels.get(sampleA)!
  const { revision } = host.put(sampleA, header, Uint8Array.of(1, 12))
  host.emit({ type: 'label.saved', sampleId: sampleA, revision })
  await new Promise((resolve) => setTimeout(resolve, 20))
  const state = store.getState()
  expect(state.kind === 'open' && state.session.doc.map.ids[11]).toBe(1)
})

it('tells watchers the rectangle that an edit and its undo change', async () => {
  const { connection } = memoryHost()
  const session = await opened(createDocumentStore(connection), sampleA)
  const dirty: unknown[] = []
  session.onDirty((rect) => dirty.push(rect))
  paint(session, 5, 2)
  session.undo()
  const rect = { x0: 1, y0: 1, x1: 3, y1: 2 }
  expect(dirty).toEqual([rect, rect])
})

const settle = () => new Promise((resolve) => setTimeout(resolve, 20))
const current = (store: ReturnType<typeof createDocumentStore>) => {
  const state = store.getState()
  if (state.kind !== 'open') throw new Error(`is ${state.kind}`)
  return state.session
}

it('knows the other saved states of a label as soon as it is open', async () => {
  const { host, connection } = memoryHost()
  host.siblings = [other(51), other(50)]
  const session = await opened(createDocumentStore(connection), sampleA)
  expect(session.view.getState().others).toEqual([other(51), other(50)])
})

it('asks what the other states are when a save was kept beside them', async () => {
  const { host, connection } = memoryHost()
  const session = await opened(createDocumentStore(connection), sampleA)
  host.siblings = [other(50)]
  host.answer = 'sibling'
  paint(session, 0, 2)
  await session.saver.flush()
  await settle()
  expect(session.view.getState().others).toMatchObject([other(50)])
})

it('notices a state that somebody saved beside this one while it was being drawn', async () => {
  const { host, connection } = memoryHost()
  const session = await opened(createDocumentStore(connection), sampleA)
  paint(session, 0, 2)
  host.siblings = [other(50)]
  host.emit({ type: 'label.saved', sampleId: sampleA, revision: revisionOf(50) })
  expect(session.view.getState().others).toEqual([])
  await session.saver.flush()
  await settle()
  expect(session.view.getState().others).toMatchObject([other(50)])
})

it('goes on with another state, and back to the one before', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  const first = await opened(store, sampleA)
  paint(first, 0, 2)
  await first.saver.flush()
  const own = first.saver.base!
  host.siblings = [other(50)]
  await store.open(sampleA)
  const undo = await store.choose(revisionOf(50))
  expect(current(store).view.getState().others).toEqual([])
  expect(await undo()).toBe(true)
  expect(host.chosen).toEqual([revisionOf(50), own])
  await settle()
  expect(current(store).saver.base).toBe(host.labels.get(sampleA)!.revision)
})

it('keeps the label on the canvas as it is when that is the state to go on with', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  const session = await opened(store, sampleA)
  paint(session, 0, 2)
  await session.saver.flush()
  await store.choose(session.saver.base!)
  expect(current(store)).toBe(session)
  expect(session.saver.base).toBe(host.labels.get(sampleA)!.revision)
  expect(session.view.getState()).toMatchObject({ others: [], undoTitle: 'Brush' })
})

it('does not go back to a state before what was drawn since', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  const first = await opened(store, sampleA)
  paint(first, 0, 2)
  await first.saver.flush()
  host.siblings = [other(50)]
  await store.open(sampleA)
  const undo = await store.choose(revisionOf(50))
  paint(current(store), 5, 2)
  expect(await undo()).toBe(false)
  await current(store).saver.flush()
  store.close()
  await settle()
  expect(await undo()).toBe(false)
  expect(host.chosen).toEqual([revisionOf(50)])
})

it('saves what is not saved before it goes on with another state, and stays when that fails', async () => {
  const { host, connection } = memoryHost()
  host.siblings = [other(50)]
  const store = createDocumentStore(connection)
  const session = await opened(store, sampleA)
  paint(session, 0, 2)
  host.down = true
  await expect(store.choose(revisionOf(50))).rejects.toMatchObject({ code: 'DISK_FULL' })
  expect(host.chosen).toEqual([])
  expect(current(store)).toBe(session)
  expect(session.view.getState().others).toHaveLength(1)
})

it('stays as it is when news of an older save of its own arrives late', async () => {
  const { host, connection } = memoryHost()
  const store = createDocumentStore(connection)
  const session = await opened(store, sampleA)
  paint(session, 0, 1)
  await session.saver.flush()
  const older = host.labels.get(sampleA)!.revision
  paint(session, 1, 1)
  await session.saver.flush()
  host.emit({ type: 'label.saved', sampleId: sampleA, revision: older })
  await settle()
  expect(current(store)).toBe(session)
})
