import { describe, expect, it } from 'vitest'
import {
  type Choice,
  changesOf,
  paintTarget,
  removeTarget,
  targetId,
} from '../../../renderer/canvas/stroke-target.ts'
import type { LabelSession } from '../../../renderer/stores/label-session.ts'
import type { Category, LabelObject } from '../../../shared/label/ontology.ts'

const car: Category = { id: 1, name: 'car', color: '#e69f00', hasInstances: true }
const sky: Category = { id: 2, name: 'sky', color: '#56b4e9', hasInstances: false }
const object = (id: number, categoryId: number): LabelObject => ({ id, categoryId, attributes: {} })

/** Pixels: 0 unlabeled, 1 car 1, 2 car 2, 3 sky. */
function session(): LabelSession {
  const objects = [object(1, 1), object(2, 1), object(3, 2)]
  const doc = {
    map: { width: 4, height: 1, ids: Uint32Array.of(0, 1, 2, 3) },
    objects: new Map(objects.map((one) => [one.id, one])),
    status: 'in progress',
    nextObjectId: 4,
  }
  return { doc } as unknown as LabelSession
}
const choice = (more: Partial<Choice>): Choice => ({
  categories: [car, sky],
  categoryId: 1,
  objectId: null,
  ...more,
})

describe('painting', () => {
  it('goes on with the active object', () => {
    expect(paintTarget(session(), choice({ objectId: 2 })).object?.id).toBe(2)
  })

  it('starts a new object when none is active', () => {
    expect(targetId(paintTarget(session(), choice({})))).toBe(4)
  })

  it('extends the one region of a stuff category, whatever object is active', () => {
    expect(paintTarget(session(), choice({ categoryId: 2, objectId: 1 })).object?.id).toBe(3)
  })

  it('takes the first category when none was chosen or the chosen one is gone', () => {
    expect(paintTarget(session(), choice({ categoryId: 99 })).category).toBe(car)
  })

  it('waits for a category when there is none, with the id that its object will get', () => {
    const target = paintTarget(session(), choice({ categories: [], categoryId: null }))
    expect(target).toMatchObject({ category: null, object: null })
    expect(targetId(target)).toBe(4)
  })
})

describe('removing', () => {
  it('takes from the active object only', () => {
    expect(removeTarget(session(), choice({ objectId: 2 }), 1).object?.id).toBe(2)
  })

  it('takes from the object it begins on when none is active', () => {
    expect(removeTarget(session(), choice({}), 3)).toMatchObject({ object: { id: 3 }, category: sky })
  })

  it('takes from nothing where nothing is', () => {
    expect(removeTarget(session(), choice({}), 0).object).toBeNull()
    expect(removeTarget(session(), choice({}), null).object).toBeNull()
  })
})

it('previews what painting would change, mode by mode, and nothing that is locked', () => {
  const ids = [0, 1, 2, 3]
  const target = paintTarget(session(), choice({ objectId: 1 }))
  expect(ids.filter(changesOf(target, 'claim'))).toEqual([0, 2, 3])
  expect(ids.filter(changesOf(target, 'protect'))).toEqual([0])
  expect(ids.filter(changesOf(target, 'remove'))).toEqual([1])
  target.session.doc.objects.set(2, { ...object(2, 1), locked: true })
  expect(ids.filter(changesOf(target, 'claim'))).toEqual([0, 3])
  const nothing = removeTarget(target.session, choice({}), 0)
  expect(ids.filter(changesOf(nothing, 'remove'))).toEqual([])
  expect(ids.filter(changesOf(paintTarget(target.session, choice({})), 'claim'))).toEqual([0, 1, 3])
})
