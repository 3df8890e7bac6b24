import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ToolRunner } from '../../../renderer/canvas/tool-runner.ts'
import { createLabelingStore } from '../../../renderer/stores/labeling.ts'
import { openLabel } from '../../support/label-bench.ts'

const [width, height] = [40, 20]
const none = { shift: false, alt: false }
const categories = [{ id: 1, name: 'car', color: '#e69f00', hasInstances: true }]

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A brush on an empty label, and what the host has of it. */
function bench() {
  const { session, records, journaled } = openLabel(width, height)
  const labeling = createLabelingStore({ getItem: () => null, setItem: () => {} } as unknown as Storage)
  labeling.setState({ tool: 'brush', brushSize: 3 })
  const runner = new ToolRunner({
    view: { ratio: 1, camera: { scale: 1 }, showHighlight: () => {}, previewStroke: () => {} },
    labeling,
    mayEdit: () => true,
    categories: () => categories,
    firstCategory: () => Promise.resolve(categories[0]!),
    openMenu: () => {},
    vanished: () => {},
    failed: (error) => expect.fail(String(error)),
  })
  runner.open(session)
  const at = (x: number) => ({ x, y: 10 })
  return {
    session,
    runner,
    records,
    strokes: () => records.map(({ stroke }) => stroke),
    journaled: () => [...journaled.ids],
    down: (x: number) => runner.send({ kind: 'down', at: at(x), button: 'primary', modifiers: none }),
    move: (x: number) => runner.send({ kind: 'move', at: at(x), modifiers: none }),
    up: (x: number) => runner.send({ kind: 'up', at: at(x) }),
  }
}

it('records a stroke about twice a second while it is drawn, and the whole of it at its end, as one step', async () => {
  const { session, strokes, journaled, down, move, up } = bench()
  down(5)
  move(10)
  await vi.advanceTimersByTimeAsync(500)
  expect(strokes()).toEqual(['under way'])
  expect(journaled()[10 * width + 9]).toBe(1)
  expect(journaled()[10 * width + 20]).toBe(0)
  await vi.advanceTimersByTimeAsync(2000)
  expect(strokes()).toHaveLength(1)
  move(20)
  await vi.advanceTimersByTimeAsync(500)
  expect(strokes()).toEqual(['under way', 'under way'])
  expect(journaled()[10 * width + 20]).toBe(1)
  expect([...session.doc.map.ids]).toEqual(new Array(width * height).fill(0))
  expect(session.view.getState().undoTitle).toBeNull()
  up(30)
  await vi.advanceTimersByTimeAsync(0)
  expect(strokes()).toEqual(['under way', 'under way', undefined])
  expect(journaled()).toEqual([...session.doc.map.ids])
  await vi.advanceTimersByTimeAsync(10_000)
  expect(strokes()).toHaveLength(3)
  session.undo()
  expect([...session.doc.map.ids]).toEqual(new Array(width * height).fill(0))
  expect(session.history.undoTitle).toBeNull()
})

it('takes back in the journal what it had recorded of a cancelled stroke', async () => {
  const { session, runner, records, strokes, journaled, down, move } = bench()
  down(5)
  move(10)
  await vi.advanceTimersByTimeAsync(500)
  runner.cancel()
  await vi.advanceTimersByTimeAsync(5000)
  expect(strokes()).toEqual(['under way', 'taken back'])
  expect(records.at(-1)).toMatchObject({ set: [], removed: [1], status: 'unlabeled' })
  expect(journaled()).toEqual(new Array(width * height).fill(0))
  expect(session.saver.settled).toBe(true)
  expect(session.view.getState().undoTitle).toBeNull()
})

it('records nothing of a stroke that is cancelled or done before it is worth it', async () => {
  const { runner, strokes, down, move, up } = bench()
  down(5)
  move(10)
  await vi.advanceTimersByTimeAsync(400)
  runner.cancel()
  await vi.advanceTimersByTimeAsync(5000)
  expect(strokes()).toEqual([])
  down(5)
  up(10)
  await vi.advanceTimersByTimeAsync(5000)
  expect(strokes()).toEqual([undefined])
})

it('goes on with the stroke on top of an edit that came in the middle of it', async () => {
  const { session, strokes, journaled, down, move, up } = bench()
  down(5)
  move(10)
  await vi.advanceTimersByTimeAsync(500)
  session.setStatus('labeled')
  await vi.advanceTimersByTimeAsync(0)
  expect(journaled()).toEqual(new Array(width * height).fill(0))
  await vi.advanceTimersByTimeAsync(500)
  expect(strokes()).toEqual(['under way', undefined, 'under way'])
  up(10)
  await vi.advanceTimersByTimeAsync(0)
  expect(journaled()).toEqual([...session.doc.map.ids])
  expect(session.doc.status).toBe('labeled')
})
