import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { createLabelCodec } from '../../electron/adapters/label-codec.ts'
import { Autosaver } from '../../renderer/stores/autosaver.ts'
import { AppError } from '../../shared/base/app-error.ts'
import type { SampleId } from '../../shared/dataset/digest.ts'
import { encodeIds, encodePatch } from '../../shared/label/id-runs.ts'
import { car, height, type LabelLibrary, openLabelLibrary, width } from '../support/label-library.ts'

// The window's saver and the host's labels together, over everything that may happen between them: answers and requests
// are lost, the host goes away and comes back, another window opens the image. Nothing drawn may be lost, and what one
// person drew alone must stay one line of revisions.

const codec = createLabelCodec()
afterAll(() => codec.close())

/** What happens to the next request: it never arrives, or its answer never comes back. */
type Loss = 'request' | 'answer'

/** A host that can be restarted, and requests to it that can get lost. */
class Host {
  library: LabelLibrary
  readonly losses: Loss[] = []
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(library: LabelLibrary) {
    this.library = library
  }

  request<T>(work: (library: LabelLibrary) => Promise<T>): Promise<T> {
    const loss = this.losses.shift()
    const gone = () => new AppError('HOST_GONE', 'No answer.', { remedy: 'Wait.' })
    const result = (async () => {
      if (loss === 'request') throw gone()
      const answer = await work(this.library)
      if (loss === 'answer') throw gone()
      return answer
    })()
    this.#underWay.add(result)
    const settled = () => void this.#underWay.delete(result)
    result.then(settled, settled)
    return result
  }

  async idle(): Promise<void> {
    while (this.#underWay.size > 0) {
      await Promise.allSettled(this.#underWay)
      // What the saver does with an answer may be the next request.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async restart(): Promise<void> {
    await this.idle()
    await this.library.close()
    this.library = await openLabelLibrary({ folder: this.library.folder, codec })
  }
}

/** A window with one open label, whose clock moves only when told to. */
class Window {
  readonly saver: Autosaver
  readonly ids = new Uint32Array(width * height)
  #edits = 0
  #now = 0
  #timers: { at: number; run: () => void }[] = []

  constructor(host: Host, sample: SampleId) {
    this.saver = new Autosaver(
      {
        async appendJournal(header, patch) {
          await host.request(({ labels }) => labels.appendJournal(sample, header, patch))
        },
        save: (header, ids) => host.request(({ labels }) => labels.save(sample, header, ids)),
        snapshot: () => ({
          status: 'in progress',
          objects: Array.from({ length: this.#edits }, (_, i) => car(i + 1)),
          nextObjectId: this.#edits + 1,
          ids: encodeIds(this.ids),
        }),
        now: () => this.#now,
        after: (ms, run) => {
          const timer = { at: this.#now + ms, run }
          this.#timers.push(timer)
          return () => {
            this.#timers = this.#timers.filter((other) => other !== timer)
          }
        },
      },
      { session: randomUUID(), base: null, width, height },
    )
  }

  draw(from: number, count: number): void {
    const id = ++this.#edits
    const after = new Uint32Array(count).fill(id)
    this.ids.fill(id, from, from + count)
    const patch = encodePatch({ runs: Uint32Array.of(from, count), before: after, after })
    const record = {
      title: 'Brush',
      set: [car(id)],
      removed: [],
      nextObjectId: id + 1,
      status: 'in progress' as const,
    }
    this.saver.edited(record, patch)
  }

  pass(ms: number): void {
    this.#now += ms
    const due = this.#timers.filter(({ at }) => at <= this.#now)
    this.#timers = this.#timers.filter(({ at }) => at > this.#now)
    for (const { run } of due) run()
  }
}

type Step =
  | { readonly kind: 'draw'; readonly from: number; readonly count: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'lose'; readonly loss: Loss }
  | { readonly kind: 'idle' | 'restart' | 'onlooker' | 'flush' }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('draw' as const),
        from: fc.nat(width * height - 6),
        count: fc.integer({ min: 1, max: 6 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(100, 800, 5000) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('lose' as const),
        loss: fc.constantFrom<Loss>('request', 'answer'),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom('idle' as const, 'restart' as const, 'onlooker' as const, 'flush' as const),
      }),
    },
  ),
  { minLength: 5, maxLength: 30 },
)

async function take(step: Step, host: Host, window: Window, sample: SampleId): Promise<void> {
  switch (step.kind) {
    case 'draw':
      return window.draw(step.from, step.count)
    case 'pass':
      return window.pass(step.ms)
    case 'lose':
      return void host.losses.push(step.loss)
    case 'idle':
      return host.idle()
    case 'restart':
      return host.restart()
    case 'onlooker':
      // Another window opens the image: the journal of this one is replayed while it lives.
      return void (await host.library.labels.open(sample))
    case 'flush':
      return void window.saver.flush().catch(() => {})
  }
}

it('loses nothing one window draws, and keeps it one line of revisions, whatever gets lost between it and the host', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const host = new Host(await openLabelLibrary({ codec }))
      const sample = await host.library.addSample('a.png')
      const window = new Window(host, sample)
      try {
        for (const step of list) {
          await take(step, host, window, sample)
          if (window.saver.state.kind !== 'saved' || window.saver.base === null) continue
          expect(await host.library.idsOf(window.saver.base)).toEqual([...window.ids])
        }
        host.losses.length = 0
        for (let tries = 0; !window.saver.settled && tries < 10; tries++) {
          window.pass(60_000)
          await window.saver.flush().catch(() => {})
          await host.idle()
        }
        expect(window.saver.settled).toBe(true)
        expect(window.saver.sibling).toBe(null)
        const { labels, context } = host.library
        const opened = await labels.open(sample)
        expect(opened.restoredEdits).toBe(0)
        expect(opened.revision).toBe(window.saver.base)
        if (opened.revision !== null)
          expect(await host.library.idsOf(opened.revision)).toEqual([...window.ids])
        const tips = Number(context.db.prepare('SELECT COUNT(*) AS count FROM tips').get()!.count)
        expect(tips).toBe(opened.revision === null ? 0 : 1)
        for (const { parents } of await labels.revisions(sample))
          expect(parents.length).toBeLessThanOrEqual(1)
      } finally {
        window.saver.dispose()
        await host.idle()
        await host.library.cleanup()
      }
    }),
    { numRuns: 60 * Number(process.env.TESSERA_FAULT_SCALE ?? 1) },
  )
})
