import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { StepHistory } from '../../../renderer/stores/step-history.ts'
import { walkSteps } from '../../../renderer/stores/step-walk.ts'
import { AppError } from '../../../shared/base/app-error.ts'
import { normalizeRuns } from '../../../shared/image/runs.ts'
import { applyEdit, type LabelDocument, type LabelEdit } from '../../../shared/label/edit.ts'
import { lockObjects } from '../../../shared/label/many-objects.ts'
import { indexObjects } from '../../../shared/label/object-index.ts'
import { type PaintMode, paintEdit } from '../../../shared/label/paint.ts'
import { memorySteps } from '../../support/memory-steps.ts'

const lockToggled = (doc: LabelDocument, id: number) =>
  lockObjects(doc, [id], !doc.objects.get(id)?.locked, [])!

const width = 8
const height = 6

function emptyDocument(): LabelDocument {
  return {
    map: { width, height, ids: new Uint32Array(width * height) },
    objects: new Map(),
    status: 'unlabeled',
    nextObjectId: 1,
  }
}
const copyOf = (doc: LabelDocument): LabelDocument => ({
  ...doc,
  map: { ...doc.map, ids: doc.map.ids.slice() },
  objects: new Map(doc.objects),
})

const snapshot = (doc: LabelDocument) => ({
  ids: [...doc.map.ids],
  objects: [...doc.objects.values()].sort((a, b) => a.id - b.id),
  status: doc.status,
})
type Snapshot = ReturnType<typeof snapshot>

type Stroke = { start: number; length: number; id: number; mode: PaintMode }

function strokeOn(
  doc: LabelDocument,
  { start, length, id, mode }: Stroke,
  title = 'Brush',
): LabelEdit | null {
  const end = Math.min(width * height, start + length)
  return paintEdit(doc, indexObjects(doc.map), {
    runs: normalizeRuns(Uint32Array.of(start, end - start), width),
    object: doc.objects.get(id) ?? { id, categoryId: 1, attributes: {} },
    mode,
    title,
  })
}

function make(history: StepHistory, doc: LabelDocument, edit: LabelEdit | null): boolean {
  if (!edit) return false
  history.record(edit, doc)
  applyEdit(doc, edit)
  return true
}

async function goBy(history: StepHistory, doc: LabelDocument, by: number): Promise<void> {
  const direction = by < 0 ? -1 : 1
  await history.prepare(direction, Math.abs(by))
  const { edit, count, error } = walkSteps(doc, history, direction, Math.abs(by))
  if (edit) {
    history.moved(history.position + direction * count, edit)
    applyEdit(doc, edit)
  }
  if (error) {
    history.cut(direction)
    throw error
  }
}

const anyStroke = fc.record({
  kind: fc.constant('stroke' as const),
  start: fc.integer({ min: 0, max: width * height - 1 }),
  length: fc.integer({ min: 1, max: 20 }),
  id: fc.integer({ min: 1, max: 3 }),
  mode: fc.constantFrom<PaintMode>('claim', 'protect', 'remove'),
})
const anyAct = fc.oneof(
  { arbitrary: anyStroke, weight: 4 },
  {
    arbitrary: fc.record({ kind: fc.constant('lock' as const), id: fc.integer({ min: 1, max: 3 }) }),
    weight: 1,
  },
  { arbitrary: fc.record({ kind: fc.constant('status' as const), done: fc.boolean() }), weight: 1 },
  {
    arbitrary: fc.record({ kind: fc.constant('go' as const), by: fc.integer({ min: -4, max: 4 }) }),
    weight: 3,
  },
  { arbitrary: fc.record({ kind: fc.constant('reload' as const) }), weight: 1 },
)

it('is where a plain list of states is, whatever is drawn, taken back, made again and reloaded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyAct, { maxLength: 40 }), async (acts) => {
      const host = memorySteps()
      let doc = emptyDocument()
      let history = host.open(doc)
      const model: Snapshot[] = [snapshot(doc)]
      let at = 0
      const done = () => {
        model.splice(++at)
        model.push(snapshot(doc))
      }
      for (const act of acts) {
        if (act.kind === 'stroke') {
          if (make(history, doc, strokeOn(doc, act))) done()
        } else if (act.kind === 'lock') {
          if (doc.objects.has(act.id) && make(history, doc, lockToggled(doc, act.id))) done()
        } else if (act.kind === 'status') {
          const status = {
            before: doc.status,
            after: act.done ? ('labeled' as const) : ('rejected' as const),
          }
          if (status.before === status.after) continue
          make(history, doc, { title: 'Mark', pixels: null, objects: [], status })
          done()
        } else if (act.kind === 'go') {
          const to = Math.min(model.length - 1, Math.max(0, at + act.by))
          await goBy(history, doc, act.by || -1)
          at = act.by === 0 ? Math.max(0, at - 1) : to
        } else {
          await history.leave()
          doc = copyOf(doc)
          history = host.open(doc)
        }
        expect(snapshot(doc)).toEqual(model[at])
        expect([history.position - history.start, history.rows.length - history.start]).toEqual([
          at,
          model.length - 1,
        ])
      }
      await history.leave()
    }),
    { numRuns: 150 },
  )
})

it('forgets what was undone once something new is done', async () => {
  const doc = emptyDocument()
  const host = memorySteps()
  const history = host.open(doc)
  const status = { before: 'unlabeled', after: 'labeled' } as const
  make(history, doc, { title: 'first', pixels: null, objects: [], status })
  await goBy(history, doc, -1)
  expect(history.redoTitle).toBe('first')
  make(history, doc, { title: 'second', pixels: null, objects: [], status })
  expect(history.redoTitle).toBeNull()
  expect(history.undoTitle).toBe('second')
  await history.leave()
  const again = host.open(doc)
  expect(again.rows.map(({ title }) => title)).toEqual(['second'])
  expect(again.start).toBe(0)
})

it('finds where it was when the word about taking back was lost', async () => {
  const doc = emptyDocument()
  const host = memorySteps()
  const history = host.open(doc)
  for (const start of [0, 10, 20]) {
    make(history, doc, strokeOn(doc, { start, length: 4, id: 1 + start, mode: 'claim' }, `at ${start}`))
  }
  await history.flush()
  await goBy(history, doc, -2)
  const again = host.open(doc)
  expect([again.undoTitle, again.redoTitle, again.position]).toEqual(['at 0', 'at 10', 1])
})

it('shows what came before a change from elsewhere and never takes it back', async () => {
  const doc = emptyDocument()
  const host = memorySteps()
  const history = host.open(doc)
  make(history, doc, strokeOn(doc, { start: 0, length: 4, id: 1, mode: 'claim' }, 'before'))
  await history.leave()
  // The host gave every pixel of the object another id.
  for (let p = 0; p < 4; p++) doc.map.ids[p] = 9
  const next = host.open(doc)
  expect([next.undoTitle, next.isForeign, next.start, next.rows.length]).toEqual([null, true, 1, 1])
  make(next, doc, strokeOn(doc, { start: 20, length: 4, id: 2, mode: 'claim' }, 'after'))
  await next.leave()
  const last = host.open(doc)
  expect(last.rows.map(({ title }) => title)).toEqual(['before', 'after'])
  expect([last.start, last.undoTitle]).toEqual([1, 'after'])
  await goBy(last, doc, -1)
  expect(last.undoTitle).toBeNull()
  expect([...doc.map.ids.subarray(0, 4)]).toEqual([9, 9, 9, 9])
})

it('goes on along the way of whichever window saved the label', async () => {
  const doc = emptyDocument()
  const host = memorySteps()
  const [one, two] = [copyOf(doc), copyOf(doc)]
  const [first, second] = [host.open(one), host.open(two)]
  for (const n of [1, 2]) {
    make(first, one, strokeOn(one, { start: n * 8, length: 3, id: n, mode: 'claim' }, `one ${n}`))
    make(second, two, strokeOn(two, { start: n * 9, length: 5, id: n, mode: 'claim' }, `two ${n}`))
    await Promise.all([first.flush(), second.flush()])
  }
  for (const [label, name] of [
    [one, 'one'],
    [two, 'two'],
  ] as const) {
    const history = host.open(copyOf(label))
    expect(history.rows.map(({ title }) => title)).toEqual([`${name} 1`, `${name} 2`])
    expect(history.start).toBe(0)
  }
})

it('refuses a step whose bytes are not what was made, says why, and leaves the label as it is', async () => {
  const doc = emptyDocument()
  const host = memorySteps()
  const history = host.open(doc)
  for (const n of [0, 1, 2])
    make(history, doc, strokeOn(doc, { start: n * 8, length: 4, id: 1 + n, mode: 'claim' }))
  await history.leave()
  const [first, second] = host.entries
  host.bodies.set(second!.key, host.bodies.get(first!.key)!)
  const again = host.open(doc)
  await goBy(again, doc, -1)
  const before = snapshot(doc)
  await expect(goBy(again, doc, -1)).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(snapshot(doc)).toEqual(before)
  expect(again.undoTitle).toBeNull()
  expect(again.redoTitle).toBe('Brush')
})

it('refuses a step that is gone, after those that are there', async () => {
  const doc = emptyDocument()
  const host = memorySteps()
  const history = host.open(doc)
  const states = [snapshot(doc)]
  for (const n of [0, 1, 2, 3]) {
    make(history, doc, strokeOn(doc, { start: n * 8, length: 4, id: 1 + n, mode: 'claim' }))
    states.push(snapshot(doc))
  }
  await history.leave()
  host.bodies.delete(host.entries[1]!.key)
  const again = host.open(doc)
  await expect(goBy(again, doc, -4)).rejects.toMatchObject({ code: 'CONFLICT' })
  expect(snapshot(doc)).toEqual(states[2])
  expect([again.position, again.start]).toEqual([2, 2])
})

it('goes on when the host takes no steps, says so once, and sends them when it does', async () => {
  const doc = emptyDocument()
  const host = memorySteps()
  const history = host.open(doc)
  host.state.fails = new AppError('DISK_FULL', 'The disk is full.', { remedy: 'Free some space.' })
  for (const n of [0, 1, 2]) {
    make(history, doc, strokeOn(doc, { start: n * 8, length: 4, id: 1 + n, mode: 'claim' }))
    await history.flush()
  }
  expect(host.refusals.map(({ code }) => code)).toEqual(['DISK_FULL'])
  expect(history.isKept).toBe(false)
  await goBy(history, doc, -1)
  host.state.fails = null
  await history.flush()
  expect([history.isKept, host.entries.length]).toEqual([true, 3])
  expect(host.open(doc).position).toBe(2)
})

it('holds few of ten thousand steps and takes all of them back', async () => {
  const doc = emptyDocument()
  const host = memorySteps()
  const history = host.open(doc)
  const start = snapshot(doc)
  // A long title stands for a large step: the bodies are what is measured.
  for (let n = 0; n < 10_000; n++) {
    const object = { id: 1, categoryId: 1, attributes: { note: `${n}`.padEnd(2000, 'x') } }
    const before = doc.objects.get(1) ?? null
    make(history, doc, {
      title: `Step ${n}`,
      pixels: null,
      objects: [{ id: 1, before, after: object }],
      status: null,
    })
    if (n % 500 === 499) await history.flush()
  }
  await history.flush()
  expect(history.rows).toHaveLength(10_000)
  expect(history.heldBytes).toBeLessThan(36 * 1024 * 1024)
  while (history.position > 0) await goBy(history, doc, -512)
  expect(snapshot(doc)).toEqual(start)
  expect(history.heldBytes).toBeLessThan(36 * 1024 * 1024)
  const again = host.open(doc)
  expect([again.position, again.rows.length, again.redoTitle]).toEqual([0, 10_000, 'Step 0'])
}, 120_000)
