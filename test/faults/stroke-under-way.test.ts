import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { createLabelCodec } from '../../electron/adapters/label-codec.ts'
import { LabelSession, readLabelMap } from '../../renderer/stores/label-session.ts'
import { documentOf } from '../../renderer/stores/step-opening.ts'
import type { RevisionId, SampleId } from '../../shared/dataset/digest.ts'
import { type JournalHeader, type SaveHeader, unframe } from '../../shared/host/data-plane.ts'
import type { HostConnection, Sample } from '../../shared/host/host-api.ts'
import { normalizeRuns } from '../../shared/image/runs.ts'
import type { LabelEdit } from '../../shared/label/edit.ts'
import { type PaintMode, paintEdit } from '../../shared/label/paint.ts'
import { car, height, type LabelLibrary, openLabelLibrary, width } from '../support/label-library.ts'
import { memorySteps } from '../support/memory-steps.ts'

// A window draws, records strokes while they are under way, cancels, undoes and saves; then it is gone. What the library
// brings back must be what the person last saw, to the pixel, for every order in which these things can happen.

const codec = createLabelCodec()
afterAll(() => codec.close())

/** A window's line to the labels of a library; knows when all that was asked for is done. */
function lineTo({ labels }: LabelLibrary, sample: SampleId) {
  const underWay = new Set<Promise<unknown>>()
  const line = {
    async call(method: string) {
      if (method === 'label.revisions') return labels.revisions(sample)
      throw new Error(`not expected here: ${method}`)
    },
    on: () => () => {},
    fetchData(path: string, init: { body?: Blob } = {}) {
      const work = (async () => {
        if (!init.body)
          return new Blob([new Uint8Array(await labels.pixels(path.split('/').at(-1) as RevisionId))])
        const { header, body } = unframe(new Uint8Array(await init.body.arrayBuffer()))
        const answer = path.endsWith('/journal')
          ? await labels.appendJournal(sample, header as JournalHeader, body)
          : await labels.save(sample, header as SaveHeader, body)
        return new Blob([JSON.stringify(answer)])
      })()
      underWay.add(work)
      const done = () => void underWay.delete(work)
      work.then(done, done)
      return work
    },
  } as unknown as HostConnection
  async function idle(): Promise<void> {
    do {
      await Promise.allSettled(underWay)
      await new Promise((resolve) => setImmediate(resolve))
    } while (underWay.size > 0)
  }
  return { line, idle }
}

type Stretch = { readonly from: number; readonly count: number }
type Step =
  | {
      readonly kind: 'stroke'
      readonly id: number
      readonly mode: PaintMode
      readonly stretches: Stretch[]
      /** The label is saved while the stroke is under way. */
      readonly saves: boolean
      readonly ends: 'applied' | 'cancelled' | 'never'
    }
  | { readonly kind: 'undo' | 'redo' | 'status' | 'save' | 'onlooker' }

const stretch = fc.record({ from: fc.nat(width * height - 9), count: fc.integer({ min: 1, max: 9 }) })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('stroke' as const),
        id: fc.integer({ min: 1, max: 4 }),
        mode: fc.constantFrom<PaintMode>('claim', 'protect', 'remove'),
        stretches: fc.array(stretch, { minLength: 1, maxLength: 4 }),
        saves: fc.boolean(),
        ends: fc.constantFrom('applied' as const, 'cancelled' as const, 'never' as const),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          'undo' as const,
          'redo' as const,
          'status' as const,
          'save' as const,
          'onlooker' as const,
        ),
      }),
    },
  ),
  { minLength: 1, maxLength: 12 },
)

/** The stroke over all `stretches`: a drag may also come to cover less, as with larger cells. */
function strokeOf(
  session: LabelSession,
  id: number,
  mode: PaintMode,
  stretches: readonly Stretch[],
): LabelEdit | null {
  const runs = normalizeRuns(Uint32Array.from(stretches.flatMap(({ from, count }) => [from, count])), width)
  const object = session.doc.objects.get(id) ?? (mode === 'remove' ? null : car(id))
  return object && paintEdit(session.doc, session.index, { runs, object, mode, title: 'Brush' })
}

it('brings back exactly what the person saw, with a stroke under way, whatever came before', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      let library = await openLabelLibrary({ codec })
      const id = await library.addSample('a.png')
      const { line, idle } = lineTo(library, id)
      const sample = { id, name: 'a.png', width, height } as Partial<Sample> as Sample
      const state = await library.labels.open(id)
      const map = await readLabelMap(line, state, new AbortController().signal)
      const doc = documentOf(state, map)
      const session = new LabelSession(line, sample, { state, doc, history: memorySteps().open(doc) })
      let drawn: LabelEdit | null = null
      try {
        for (const step of list) {
          if (step.kind === 'stroke') {
            for (let n = 1; n <= step.stretches.length; n++) {
              drawn = strokeOf(session, step.id, step.mode, step.stretches.slice(n > 2 ? 1 : 0, n))
              session.draft(drawn)
              if (step.saves) await session.saver.flush()
              await idle()
            }
            if (step.ends === 'never') continue
            const done = drawn
            drawn = null
            if (step.ends === 'applied' && done) session.apply(done)
            else session.draft(null)
          } else if (step.kind === 'undo' || step.kind === 'redo') {
            if (await session[step.kind]()) drawn = null
          } else if (step.kind === 'status') {
            if (session.doc.status !== 'labeled') drawn = null
            session.setStatus('labeled')
          } else if (step.kind === 'onlooker') {
            await library.labels.open(id)
          } else await session.saver.flush()
          await idle()
        }
        session.saver.dispose()
        const expected = new Map(session.doc.objects)
        const ids = session.doc.map.ids.slice()
        let read = 0
        for (let i = 0; drawn?.pixels && i < drawn.pixels.runs.length; i += 2) {
          const [start, length] = [drawn.pixels.runs[i]!, drawn.pixels.runs[i + 1]!]
          ids.set(drawn.pixels.after.subarray(read, read + length), start)
          read += length
        }
        for (const { id: changed, after } of drawn?.objects ?? [])
          if (after) expected.set(changed, after)
          else expected.delete(changed)
        const status = drawn?.status?.after ?? session.doc.status

        await library.close()
        library = await openLabelLibrary({ folder: library.folder, codec })
        const opened = await library.labels.open(id)
        const found = opened.revision
          ? await library.idsOf(opened.revision)
          : [...new Uint32Array(ids.length)]
        expect(found).toEqual([...ids])
        expect(opened.objects).toEqual([...expected.values()].sort((a, b) => a.id - b.id))
        expect(opened.status).toBe(status)
        expect(opened.siblings).toEqual([])
      } finally {
        session.saver.dispose()
        await idle()
        await library.cleanup()
      }
    }),
    { numRuns: 60 * Number(process.env.TESSERA_FAULT_SCALE ?? 1) },
  )
})
