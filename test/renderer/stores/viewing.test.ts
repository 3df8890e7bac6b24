import { expect, it } from 'vitest'
import {
  forNextImage,
  hides,
  hidesAnything,
  nothingHidden,
  toggled,
} from '../../../renderer/stores/hidden.ts'
import { createViewingStore, lookAtNext } from '../../../renderer/stores/viewing.ts'
import { neutral } from '../../../shared/image/adjustments.ts'

const car = { id: 7, categoryId: 2 }

function storage(kept: Record<string, string> = {}) {
  return {
    kept,
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, text: string) => {
      kept[key] = text
    },
  }
}

it('hides objects, categories and all but one, and never what is worked on', () => {
  expect(hides(nothingHidden, car, null)).toBe(false)
  expect(hides({ ...nothingHidden, objects: new Set([7]) }, car, null)).toBe(true)
  expect(hides({ ...nothingHidden, categories: new Set([2]) }, car, null)).toBe(true)
  expect(hides({ ...nothingHidden, categories: new Set([2]) }, car, 7)).toBe(false)
  const solo = {
    ...nothingHidden,
    objects: new Set([7]),
    solo: { kind: 'objects', ids: new Set([7]) } as const,
  }
  expect(hides(solo, car, null)).toBe(false)
  expect(hides(solo, { id: 8, categoryId: 2 }, null)).toBe(true)
  expect(hides({ ...nothingHidden, solo: { kind: 'category', id: 3 } }, car, null)).toBe(true)
})

it('keeps categories hidden on the next image, and no objects', () => {
  const hidden = {
    objects: new Set([7]),
    categories: new Set([2]),
    solo: { kind: 'objects', ids: new Set([7]) } as const,
  }
  expect(forNextImage(hidden)).toEqual({ objects: new Set(), categories: new Set([2]), solo: null })
  const solo = { kind: 'category', id: 2 } as const
  expect(forNextImage({ ...hidden, solo }).solo).toEqual(solo)
  expect(hidesAnything(forNextImage({ ...hidden, categories: new Set() }))).toBe(false)
  expect(toggled(toggled(new Set([1]), 2), 1)).toEqual(new Set([2]))
})

it('keeps mode, adjustments and aids over a reload, and forgets what is hidden', () => {
  const disk = storage()
  const store = createViewingStore(disk)
  store.setState(({ aids }) => ({
    mode: 'both',
    adjustments: { ...neutral, brightness: 20 },
    aids: { ...aids, rulers: true },
    hidden: { ...nothingHidden, categories: new Set([1]) },
  }))
  const again = createViewingStore(disk).getState()
  expect([again.mode, again.adjustments.brightness, again.aids.rulers, again.hidden]).toEqual([
    'both',
    20,
    true,
    nothingHidden,
  ])
})

it('goes back to the defaults where the person does not want to keep something', () => {
  const disk = storage()
  const store = createViewingStore(disk)
  store.setState(({ keeps }) => ({
    mode: 'outline',
    adjustments: { ...neutral, gamma: 2 },
    keeps: { ...keeps, adjustments: false },
  }))
  lookAtNext(store)
  expect([store.getState().mode, store.getState().adjustments]).toEqual(['outline', neutral])
})

it.each(['{"rulers":"yes"}', '[]', 'not json', '{"__proto__":true}', 'null'])(
  'takes kept switches %j for the defaults',
  (text) => {
    const store = createViewingStore(
      storage({ 'tessera.aids': text, 'tessera.keeps': text, 'tessera.label-mode': text }),
    )
    const { aids, keeps, mode } = store.getState()
    expect([aids.rulers, aids.minimap, Object.values(keeps), mode]).toEqual([
      false,
      true,
      [true, true, true, true],
      'fill',
    ])
  },
)
