import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { createSampleMarksStore } from '../../../renderer/stores/sample-marks.ts'
import type { SamplesStore } from '../../../renderer/stores/samples.ts'
import type { HostConnection, HostEvent, Sample } from '../../../shared/host/host-api.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const sample = (id: string, headRevision: string | null = null) =>
  ({ id, headRevision, cardDigest: null }) as Sample

function bench() {
  const state = createStore(() => ({ byId: new Map<string, Sample>() }))
  const calls: string[][] = []
  let answer: (ids: string[]) => string[] = (ids) => ids.map(() => 'same')
  let tell: (event: HostEvent) => void = () => {}
  const host = {
    async call(_method: string, { ids }: { ids: string[] }) {
      calls.push(ids)
      return { marks: answer(ids) }
    },
    on(listener: typeof tell) {
      tell = listener
      return () => {}
    },
  } as unknown as HostConnection
  const marks = createSampleMarksStore(host, state as unknown as SamplesStore)
  return {
    marks,
    calls,
    show: (...list: Sample[]) => state.setState({ byId: new Map(list.map((each) => [each.id, each])) }),
    answerWith(next: typeof answer) {
      answer = next
    },
    committed: () => tell({ type: 'versions.changed' }),
    wait: () => vi.advanceTimersByTimeAsync(200),
    entries: () => [...marks.getState().byId],
  }
}

it('asks once for what is shown, and again only for what changed', async () => {
  const { show, wait, calls, entries, answerWith } = bench()
  show(sample('a'), sample('b'))
  await wait()
  expect(entries()).toEqual([
    ['a', 'same'],
    ['b', 'same'],
  ])
  answerWith((ids) => ids.map(() => 'changed'))
  show(sample('a'), sample('b', 'r1'))
  await wait()
  expect(calls).toEqual([['a', 'b'], ['b']])
  expect(entries()).toContainEqual(['b', 'changed'])
  show(sample('b', 'r1'))
  await wait()
  expect(calls).toHaveLength(2)
})

it('asks for all anew when a version was made, and shows nothing while there is none', async () => {
  const { show, wait, calls, entries, answerWith, committed } = bench()
  answerWith(() => [])
  show(sample('a'))
  await wait()
  expect(entries()).toEqual([])
  answerWith((ids) => ids.map(() => 'same'))
  committed()
  await wait()
  expect(calls).toEqual([['a'], ['a']])
  expect(entries()).toEqual([['a', 'same']])
})

it('asks for many in parts, and again for what could not be told', async () => {
  const { show, wait, calls, entries, answerWith } = bench()
  const many = Array.from({ length: 700 }, (_, i) => sample(`s${i}`))
  answerWith(() => {
    throw new Error('gone')
  })
  show(...many)
  await wait()
  expect(calls.map(({ length }) => length)).toEqual([500, 200])
  expect(entries()).toEqual([])
  answerWith((ids) => ids.map(() => 'new'))
  show(...many)
  await wait()
  expect(entries()).toHaveLength(700)
})
