import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Holds, ReadLabel, WriteLabel } from '../../../../shared/formats/exchange/format.ts'
import { formats } from '../../../../shared/formats/exchange/formats.ts'
import type { HeldForm } from '../../../../shared/formats/exchange/held-form.ts'
import { compareWithRead, formOfRead, formOfWritten } from '../../../../shared/formats/exchange/proof.ts'
import type { Category } from '../../../../shared/label/ontology.ts'

const categories: readonly Category[] = [
  { id: 1, name: 'car', color: '#0000ff', hasInstances: true },
  { id: 2, name: 'sky', color: '#00ffff', hasInstances: false },
  { id: 3, name: 'glare', color: '#ff00ff', hasInstances: false, isVoid: true },
  { id: 4, name: 'dirt', color: '#ffff00', hasInstances: true, isVoid: true },
]
const [width, height] = [4, 3]
const label = fc
  .record({
    ids: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 12, maxLength: 12 }),
    of: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ ids, of }) => ({
    map: { width, height, ids: Uint32Array.from(ids) },
    objects: of.map((categoryId, i) => ({ id: i + 1, categoryId, attributes: {} })),
  }))
type Made = Pick<WriteLabel, 'map' | 'objects'>

const asRead = ({ map, objects }: Made): Pick<ReadLabel, 'map' | 'objects'> => ({
  map,
  objects: objects.map(({ id, categoryId }) => {
    const { name, hasInstances, isVoid = false } = categories.find((each) => each.id === categoryId)!
    return { id, category: { name, color: null, hasInstances, isVoid }, attributes: {} }
  }),
})
const whole = (made: Made): WriteLabel => ({ ...made, name: 'x', status: 'labeled', split: null })
/** Spelled out at once: a form is of the next call too. */
const spelled = ({ runs, objects }: HeldForm) => JSON.stringify([...runs, objects])
const isSame = (written: Made, read: Made, holds: Holds) =>
  spelled(formOfWritten(whole(written), holds, categories)) === spelled(formOfRead(asRead(read), holds))

it('is the same for two labels only when not a pixel of them differs for a format', () => {
  const kinds = formats.map(({ holds }) => holds).filter(({ shape }) => shape === 'pixels')
  fc.assert(
    fc.property(label, label, fc.constantFrom(...kinds), fc.boolean(), (one, other, holds, isCopy) => {
      const read = isCopy ? one : other
      const compared = compareWithRead(whole(one), asRead(read), holds, categories)
      const isWhole = compared.differing === 0 && compared.ious.every((iou) => iou === 1)
      if (isSame(one, read, holds)) {
        expect(isWhole).toBe(true)
        const { objects } = formOfWritten(whole(one), holds, categories)
        expect(compared.ious).toHaveLength(objects.length)
      }
    }),
    { numRuns: 2000 },
  )
})

it('is the same for objects under other ids where a format gives new ones, and another where it keeps them', () => {
  const of = (ids: number[], holds: Holds) => {
    const objects = [...new Set(ids)].filter(Boolean).map((id) => ({ id, categoryId: 1, attributes: {} }))
    const form = formOfRead(
      asRead({ map: { width: 2, height: 2, ids: Uint32Array.from(ids) }, objects }),
      holds,
    )
    return spelled(form)
  }
  const [kept, apart] = [formats.find(({ id }) => id === 'coco')!, formats.find(({ id }) => id === 'voc')!]
  expect(of([5, 5, 0, 9], apart.holds)).toBe(of([1, 1, 0, 2], apart.holds))
  expect(of([5, 5, 0, 9], kept.holds)).not.toBe(of([1, 1, 0, 2], kept.holds))
  expect(of([5, 5, 0, 9], apart.holds)).not.toBe(of([1, 1, 2, 0], apart.holds))
})
