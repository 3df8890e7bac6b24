import { expect, it } from 'vitest'
import { bytesOfHierarchy, HierarchyShelf } from '../../../renderer/canvas/hierarchy-shelf.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'

/** Of 100 words. */
function hierarchy(): Hierarchy {
  const none = new Uint32Array()
  const size = { width: 10, height: 10, engine: 'made', leafCount: 1 }
  return { ...size, leaf: new Uint32Array(100), parent: none, lo: none, hi: none, runStart: none, runs: none }
}

const EACH = bytesOfHierarchy(hierarchy())

it('keeps within its bound, and what was used last stays', () => {
  const shelf = new HierarchyShelf(3 * EACH)
  for (const key of ['a', 'b', 'c']) shelf.keep(key, hierarchy())
  expect(shelf.use('a')).toBeDefined()
  shelf.keep('d', hierarchy())
  expect(['a', 'b', 'c', 'd'].filter((key) => shelf.has(key))).toEqual(['a', 'c', 'd'])
  expect(shelf.use('b')).toBe(undefined)
})

it('keeps the one in use, however large it is, and nothing beside it', () => {
  const shelf = new HierarchyShelf(EACH / 2)
  shelf.keep('a', hierarchy())
  shelf.keep('b', hierarchy())
  expect([shelf.has('a'), shelf.has('b')]).toEqual([false, true])
  shelf.offer('c', hierarchy())
  expect([shelf.has('b'), shelf.has('c')]).toEqual([true, false])
})

it('never drops the one in use for one that may come', () => {
  const shelf = new HierarchyShelf(2 * EACH)
  shelf.keep('old', hierarchy())
  shelf.keep('used', hierarchy())
  shelf.offer('next', hierarchy())
  expect(['old', 'used', 'next'].filter((key) => shelf.has(key))).toEqual(['used', 'next'])
  shelf.offer('previous', hierarchy())
  expect(['used', 'next', 'previous'].filter((key) => shelf.has(key))).toEqual(['used', 'previous'])
})

it('tells whether another image has room beside the one in use', () => {
  const shelf = new HierarchyShelf(1200)
  expect([shelf.hasRoomFor(150), shelf.hasRoomFor(151)]).toEqual([true, false])
  shelf.keep('used', hierarchy())
  expect([shelf.hasRoomFor(100), shelf.hasRoomFor(101)]).toEqual([true, false])
})
