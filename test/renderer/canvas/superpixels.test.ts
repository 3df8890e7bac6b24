import { expect, it, vi } from 'vitest'
import type { SuperpixelOrder, SuperpixelStore } from '../../../renderer/canvas/superpixel-job.ts'
import { type SuperpixelBuild, SuperpixelBuilder } from '../../../renderer/canvas/superpixels.ts'
import type { SuperpixelAnswer, SuperpixelRequest } from '../../../renderer/workers/superpixel-message.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { sceneImage } from '../../support/made-images.ts'

/** A worker whose answers the test gives. */
class FakeWorker {
  onmessage: ((event: { data: SuperpixelAnswer }) => void) | null = null
  onerror: (() => void) | null = null
  readonly asked: SuperpixelRequest[] = []
  isEnded = false

  postMessage(request: SuperpixelRequest): void {
    if (this.isEnded) throw new Error('asked after its end')
    this.asked.push(request)
  }
  terminate(): void {
    this.isEnded = true
  }
  answer(data: SuperpixelAnswer): void {
    this.onmessage?.({ data })
  }
}

const hierarchy = buildHierarchy(sceneImage(40, 30))
const other = buildHierarchy(sceneImage(40, 30, 5))

function setUp(options: { kept?: Blob; write?: SuperpixelStore['write']; mostBytes?: number } = {}) {
  const workers: FakeWorker[] = []
  const written: string[] = []
  const store: SuperpixelStore = {
    read: async () => options.kept ?? null,
    write:
      options.write ??
      (async (key) => {
        written.push(key)
      }),
  }
  const builder = new SuperpixelBuilder(
    store,
    () => {
      const worker = new FakeWorker()
      workers.push(worker)
      return worker as unknown as Worker
    },
    options.mostBytes,
  )
  return { builder, workers, written }
}

/** Of 2.3 megapixels unless told: worth keeping. */
function order(digit: string, change: Partial<SuperpixelOrder> = {}): SuperpixelOrder {
  const pixels = async () => ({ blob: new Blob([digit]), rough: null })
  return { digest: digit.repeat(64), width: 1920, height: 1208, options: {}, pixels, ...change }
}

const soon = () => new Promise((resolve) => setTimeout(resolve))

it('builds what is not kept, keeps it, and then has it in memory', async () => {
  const { builder, workers, written } = setUp()
  const shown: SuperpixelBuild[] = []
  builder.start(order('a'), (build) => void shown.push(build))
  await soon()
  expect(workers[0]!.asked.map(({ kind }) => kind)).toEqual(['build'])
  workers[0]!.answer({ kind: 'progress', fraction: 0.5 })
  workers[0]!.answer({ kind: 'built', hierarchy })
  expect(shown.map(({ kind }) => kind)).toEqual(['building', 'building', 'ready'])
  // The worker still packs; nobody waits for it.
  expect(workers[0]!.isEnded).toBe(false)
  workers[0]!.answer({ kind: 'packed', file: new Uint8Array(4) })
  expect(workers[0]!.isEnded).toBe(true)
  expect(written).toEqual([expect.stringMatching(/^a{64}-/)])
  shown.length = 0
  builder.start(order('a'), (build) => void shown.push(build))
  expect(shown).toEqual([{ kind: 'ready', hierarchy, rough: null }])
  expect(workers).toHaveLength(1)
})

it('reads what is kept, and asks for no pixels', async () => {
  const { builder, workers } = setUp({ kept: new Blob(['kept']) })
  const pixels = vi.fn()
  const shown: SuperpixelBuild[] = []
  builder.start(order('a', { pixels }), (build) => void shown.push(build))
  await soon()
  expect(workers[0]!.asked).toMatchObject([{ kind: 'read', width: 1920, height: 1208 }])
  workers[0]!.answer({ kind: 'built', hierarchy })
  expect(shown.at(-1)).toEqual({ kind: 'ready', hierarchy, rough: null })
  expect([workers[0]!.isEnded, pixels.mock.calls.length]).toEqual([true, 0])
})

it('builds what was kept but cannot be read', async () => {
  const { builder, workers } = setUp({ kept: new Blob(['damaged']) })
  builder.start(order('a'), () => {})
  await soon()
  workers[0]!.answer({ kind: 'unreadable' })
  await soon()
  expect(workers[0]!.asked.map(({ kind }) => kind)).toEqual(['read', 'build'])
})

it('keeps no superpixels of small images, nor those with other options under the same key', async () => {
  const { builder, workers } = setUp({ kept: new Blob(['kept']) })
  builder.start(order('a', { width: 900, height: 900 }), () => {})
  await soon()
  expect(workers[0]!.asked).toMatchObject([{ kind: 'build', key: null }])
  const again = setUp()
  again.builder.start(order('a'), () => {})
  again.builder.start(order('a', { options: { smoothing: 2 } }), () => {})
  await soon()
  expect(again.workers.map(({ isEnded }) => isEnded)).toEqual([true, false])
})

it('shows rough superpixels until the others come, and goes on with them when those do not', async () => {
  for (const last of ['built', 'failed'] as const) {
    const { builder, workers } = setUp()
    const shown: SuperpixelBuild[] = []
    builder.start(order('a'), (build) => void shown.push(build))
    await soon()
    workers[0]!.answer({ kind: 'rough', hierarchy: other })
    workers[0]!.answer({ kind: 'progress', fraction: 0.4 })
    expect(shown.slice(1)).toEqual([
      { kind: 'ready', hierarchy: other, rough: { fraction: 0 } },
      { kind: 'ready', hierarchy: other, rough: { fraction: 0.4 } },
    ])
    const error = new AppError('INTERNAL', 'No.', { remedy: 'None.' }).toInfo()
    workers[0]!.answer(last === 'built' ? { kind: last, hierarchy } : { kind: last, error })
    const end = last === 'built' ? { hierarchy, rough: null } : { hierarchy: other, rough: { error } }
    expect(shown.at(-1)).toEqual({ kind: 'ready', ...end })
    // Rough ones are never mistaken for the others.
    builder.start(order('a'), (build) => void shown.push(build))
    expect(shown.at(-1)!.kind).toBe(last === 'built' ? 'ready' : 'building')
  }
})

it('says what to do when the worker dies', async () => {
  const { builder, workers } = setUp()
  const shown: SuperpixelBuild[] = []
  builder.start(order('a'), (build) => void shown.push(build))
  await soon()
  workers[0]!.onerror!()
  expect(shown.at(-1)).toMatchObject({ kind: 'failed', error: { remedy: expect.stringMatching(/brush/) } })
  expect(workers[0]!.isEnded).toBe(true)
})

it('goes on with what was built when it cannot be packed', async () => {
  const { builder, workers, written } = setUp()
  const shown: SuperpixelBuild[] = []
  builder.start(order('a'), (build) => void shown.push(build))
  await soon()
  workers[0]!.answer({ kind: 'built', hierarchy })
  workers[0]!.onerror!()
  expect(shown.at(-1)).toEqual({ kind: 'ready', hierarchy, rough: null })
  expect([workers[0]!.isEnded, written]).toEqual([true, []])
})

it('ends the work at once when it is cancelled, wherever it is, and shows nothing more', async () => {
  const { builder, workers } = setUp()
  const shown: SuperpixelBuild[] = []
  const show = (build: SuperpixelBuild) => void shown.push(build)
  builder.start(order('a'), show)
  builder.cancel()
  builder.start(order('b'), show)
  await soon()
  builder.start(order('c'), show)
  builder.start(order('d', { pixels: () => Promise.reject(new Error('no image')) }), show)
  await soon()
  expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, true, true, true])
  for (const worker of workers) worker.answer({ kind: 'built', hierarchy })
  expect(shown.map(({ kind }) => kind)).toEqual(['building', 'building', 'building', 'building'])
})

it('lives with a store that refuses', async () => {
  const { builder, workers } = setUp({ write: () => Promise.reject(new Error('full')) })
  builder.start(order('a'), () => {})
  await soon()
  workers[0]!.answer({ kind: 'built', hierarchy })
  workers[0]!.answer({ kind: 'packed', file: new Uint8Array(4) })
  await soon()
  expect(workers[0]!.isEnded).toBe(true)
})

it('makes ready what may come next on one thread, and is there at once when it comes', async () => {
  const { builder, workers, written } = setUp()
  const ready = builder.prepare(order('b'))
  await soon()
  expect(workers[0]!.asked).toMatchObject([{ kind: 'build', threads: 1 }])
  workers[0]!.answer({ kind: 'built', hierarchy })
  workers[0]!.answer({ kind: 'packed', file: new Uint8Array(4) })
  await ready
  expect(written).toHaveLength(1)
  await builder.prepare(order('b'))
  const shown: SuperpixelBuild[] = []
  builder.start(order('b'), (build) => void shown.push(build))
  expect(shown.map(({ kind }) => kind)).toEqual(['ready'])
  expect(workers).toHaveLength(1)
})

it('ends what is being made ready when an image is opened, another is prepared or it is told to', async () => {
  const { builder, workers } = setUp()
  const first = builder.prepare(order('b'))
  const second = builder.prepare(order('c'))
  await first
  builder.start(order('a'), () => {})
  await second
  const third = builder.prepare(order('d'))
  builder.stopPreparing()
  await third
  expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, true, false, true])
})

it('does not read what is kept into a memory that has no room for it', async () => {
  const { builder, workers } = setUp({ kept: new Blob(['kept']), mostBytes: 1000 })
  await builder.prepare(order('b'))
  expect(workers[0]!.asked).toEqual([])
  expect(workers[0]!.isEnded).toBe(true)
})
