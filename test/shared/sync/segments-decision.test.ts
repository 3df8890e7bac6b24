import fc from 'fast-check'
import { expect, it } from 'vitest'
import { replacedBy } from '../../../electron/host/segments-run.ts'
import {
  type AgreedSample,
  fateOf,
  isActedOn,
  nameFromThere,
  nameThere,
  type SideHere,
  type SideThere,
} from '../../../shared/sync/segments-decision.ts'

const mark = fc.constantFrom(null, 'a', 'b', 'c')
const agreedArb: fc.Arbitrary<AgreedSample | null> = fc.option(fc.record({ here: mark, there: mark }))
const hereArb: fc.Arbitrary<SideHere | null> = fc.option(
  fc.oneof(
    fc.record({ kind: fc.constant('shown' as const), label: mark, isOpen: fc.boolean() }),
    fc.constant({ kind: 'gone' as const }),
  ),
)
const thereArb: fc.Arbitrary<SideThere | null> = fc.option(
  fc.record({
    label: mark,
    carried: fc.constantFrom('nothing' as const, 'label' as const, 'sample' as const),
  }),
)
const plain = (label: string | null): SideThere => ({ label, carried: 'nothing' })
const shown = (label: string | null): SideHere => ({ kind: 'shown', label, isOpen: false })

it('sends nothing over a label there that was changed since both agreed', () => {
  fc.assert(
    fc.property(agreedArb, hereArb, thereArb, (agreed, here, there) => {
      const isChangedThere = there !== null && there.label !== null && there.label !== (agreed?.there ?? null)
      fc.pre(isChangedThere)
      expect(fateOf({ agreed, here, there })).not.toBe('push')
    }),
  )
})

it('takes nothing over a label here that was changed since both agreed', () => {
  fc.assert(
    fc.property(agreedArb, hereArb, thereArb, (agreed, here, there) => {
      fc.pre(here?.kind === 'shown' && here.label !== (agreed?.here ?? null) && here.label !== null)
      expect(fateOf({ agreed, here, there })).not.toBe('pull')
    }),
  )
})

it('neither takes nor writes over what cannot be shown', () => {
  fc.assert(
    fc.property(agreedArb, hereArb, thereArb, (agreed, here, there) => {
      fc.pre(there !== null && there.carried !== 'nothing')
      const fate = fateOf({ agreed, here, there })
      const isNews =
        here?.kind === 'shown' &&
        (here.label !== (agreed?.here ?? null) || there!.label !== (agreed?.there ?? null))
      // Where there is no label yet, one may be sent; what is not shown and stays as it was is nothing new.
      if (there!.carried === 'label' && there!.label === null) expect(fate).not.toBe('pull')
      else if (there!.carried === 'label' && here?.kind === 'shown')
        expect(fate).toBe(isNews ? 'carried' : 'unchanged')
      else expect(['carried', 'create here', 'gone here']).toContain(fate)
    }),
  )
})

it('sends a label to an image of a dataset for shapes that has none, also when the run before was cut off', () => {
  const there = { label: null, carried: 'label' } as const
  expect(fateOf({ agreed: { here: null, there: null }, here: shown('a'), there })).toBe('push')
})

it('S2: counts shapes that would get the place of others among what a person is asked about', () => {
  const pair = { here: { label: {} }, agreed: { hereMark: 'a', thereMark: '1' } }
  const pairs = [
    { ...pair, fate: 'carried', mark: '2' },
    { ...pair, fate: 'carried', mark: '1' },
    { ...pair, fate: 'carried', mark: '2', here: null },
    { ...pair, fate: 'pull', mark: '2' },
    { ...pair, fate: 'unchanged', mark: '1' },
  ]
  expect(replacedBy(pairs as never)).toBe(2)
})

it('makes nothing anew that was there before, on either side', () => {
  fc.assert(
    fc.property(agreedArb, hereArb, thereArb, (agreed, here, there) => {
      fc.pre(agreed !== null)
      expect(fateOf({ agreed, here, there })).not.toMatch(/^create/)
    }),
  )
})

it('acts on each side as its mode says, and only so', () => {
  fc.assert(
    fc.property(agreedArb, hereArb, thereArb, (agreed, here, there) => {
      const fate = fateOf({ agreed, here, there })
      if (isActedOn(fate, 'publish')) expect(['push', 'create there']).toContain(fate)
      if (isActedOn(fate, 'pull')) expect(['pull', 'conflict', 'create here', 'carried']).toContain(fate)
      expect(isActedOn(fate, 'both')).toBe(isActedOn(fate, 'publish') || isActedOn(fate, 'pull'))
    }),
  )
})

it('does the same for both sides where they are turned round', () => {
  const other: Record<string, string> = { push: 'pull', pull: 'push', 'create there': 'create here' }
  fc.assert(
    fc.property(agreedArb, mark, mark, (agreed, a, b) => {
      // A label that somebody took away is treated otherwise here, where it is kept, than there.
      fc.pre(a !== null && b !== null)
      const turned = agreed && { here: agreed.there, there: agreed.here }
      const fate = fateOf({ agreed, here: shown(a), there: plain(b) })
      const back = fateOf({ agreed: turned, here: shown(b), there: plain(a) })
      expect(back).toBe(other[fate] ?? fate)
    }),
  )
})

it.each([
  ['nothing changed', { here: 'a', there: 'x' }, 'a', 'x', 'unchanged'],
  ['changed here', { here: 'a', there: 'x' }, 'b', 'x', 'push'],
  ['changed there', { here: 'a', there: 'x' }, 'a', 'y', 'pull'],
  ['changed on both sides', { here: 'a', there: 'x' }, 'b', 'y', 'conflict'],
  ['the first label here', { here: null, there: null }, 'a', null, 'push'],
  ['the first label there', { here: null, there: null }, null, 'x', 'pull'],
  ['both labeled before anybody knew of the other', null, 'a', 'x', 'conflict'],
  ['the label there was taken away', { here: 'a', there: 'x' }, 'a', null, 'gone there'],
  ['the label there was taken away, and this one changed', { here: 'a', there: 'x' }, 'b', null, 'push'],
  ['the label here was emptied', { here: 'a', there: 'x' }, null, 'x', 'push'],
] as const)('%s', (_, agreed, here, there, fate) => {
  expect(fateOf({ agreed, here: shown(here), there: plain(there) })).toBe(fate)
})

it('waits for the answer to a conflict, whatever else happened', () => {
  const here: SideHere = { kind: 'shown', label: 'b', isOpen: true }
  for (const there of ['x', 'y', null]) {
    expect(fateOf({ agreed: { here: 'a', there: 'x' }, here, there: plain(there) })).toBe('conflict')
  }
})

it('says what is gone, and makes nothing of it', () => {
  const agreed = { here: 'a', there: 'x' }
  expect(fateOf({ agreed, here: shown('b'), there: null })).toBe('gone there')
  expect(fateOf({ agreed, here: { kind: 'gone' }, there: plain('y') })).toBe('gone here')
  expect(fateOf({ agreed, here: null, there: plain('y') })).toBe('gone here')
})

it('gives every name one of its own there, and finds it back', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'F', '/', '%', '2', '5', 'f') })
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(nameThere(a)).not.toContain('/')
      expect(nameFromThere(nameThere(a))).toBe(a)
      if (a !== b) expect(nameThere(a)).not.toBe(nameThere(b))
    }),
  )
  expect(nameThere('street 50%.png')).toBe('street 50%.png')
})
