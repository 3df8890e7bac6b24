import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareSamples, isUnchanged, type SampleState } from '../../../shared/history/changes.ts'
import { suggestedMessage } from '../../../shared/history/suggested-message.ts'

const states = (list: Record<string, [image: string, label: string | null, card?: string]>) =>
  new Map<string, SampleState>(
    Object.entries(list).map(([name, [image, label, card = null]]) => [name, { image, label, card }]),
  )
const none = { added: 0, addedLabeled: 0, removed: 0, relabeled: 0, recarded: 0 }

describe('changes', () => {
  it('are none between a dataset and itself', () => {
    const now = states({ a: ['1', null], b: ['2', 'x'] })
    expect(compareSamples(now, new Map(now))).toEqual(none)
  })

  it('count what came, what went, and labels that are others, first ones and dropped ones too', () => {
    const before = states({ a: ['1', 'x'], b: ['2', null], c: ['3', 'x'], d: ['4', 'x'], gone: ['5', 'x'] })
    const now = states({
      a: ['1', 'y'],
      b: ['2', 'x'],
      c: ['3', null],
      d: ['4', 'x'],
      e: ['6', 'x'],
      f: ['7', null],
    })
    expect(compareSamples(before, now)).toEqual({
      ...none,
      added: 2,
      addedLabeled: 1,
      removed: 1,
      relabeled: 3,
    })
  })

  it('take other bytes under the same name for another image, not for a relabeling', () => {
    expect(compareSamples(states({ a: ['1', 'x'] }), states({ a: ['2', 'x'] }))).toEqual({
      added: 1,
      addedLabeled: 1,
      removed: 1,
      relabeled: 0,
      recarded: 0,
    })
  })

  it('count other cards apart from other labels', () => {
    const before = states({
      a: ['1', 'x', 'card'],
      b: ['2', null],
      c: ['3', 'x', 'card'],
      d: ['4', 'x', 'card'],
    })
    const now = states({
      a: ['1', 'x', 'other'],
      b: ['2', null, 'card'],
      c: ['3', 'y'],
      d: ['4', 'x', 'card'],
    })
    expect(compareSamples(before, now)).toEqual({ ...none, relabeled: 1, recarded: 3 })
  })

  it('swap added and removed when read backwards', () => {
    const dataset = fc
      .dictionary(
        fc.constantFrom('a', 'b', 'c', 'd'),
        fc.tuple(fc.constantFrom('1', '2'), fc.constantFrom('x', 'y', null)),
      )
      .map((list) => states(list as Record<string, [string, string | null]>))
    fc.assert(
      fc.property(dataset, dataset, (one, other) => {
        const there = compareSamples(one, other)
        const back = compareSamples(other, one)
        expect([back.added, back.removed, back.relabeled]).toEqual([
          there.removed,
          there.added,
          there.relabeled,
        ])
      }),
    )
  })

  it('are none only if nothing at all changed', () => {
    const { addedLabeled: _, ...unchanged } = none
    expect(isUnchanged({ ...unchanged, ontologyChanged: false })).toBe(true)
    expect(isUnchanged({ ...unchanged, ontologyChanged: true })).toBe(false)
    for (const kind of ['added', 'removed', 'relabeled', 'recarded']) {
      expect(isUnchanged({ ...unchanged, [kind]: 1, ontologyChanged: false })).toBe(false)
    }
  })
})

it.each([
  [{ added: 14, relabeled: 3 }, '+14 images, 3 relabeled'],
  [{ added: 1 }, '+1 image'],
  [{ added: 4, addedLabeled: 4 }, '+4 images with labels'],
  [{ added: 4, addedLabeled: 1 }, '+4 images (1 with labels)'],
  [{ removed: 2, ontologyChanged: true }, '−2 images, categories changed'],
  [{ relabeled: 1 }, '1 relabeled'],
  [{ relabeled: 1, recarded: 2 }, '1 relabeled, 2 with other tags or issues'],
  [{}, ''],
])('words %o as "%s"', (changes, message) => {
  expect(suggestedMessage({ ...none, ontologyChanged: false, ...changes })).toBe(message)
})
