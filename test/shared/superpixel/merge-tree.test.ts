import { expect, it } from 'vitest'
import { numberLeaves } from '../../../shared/superpixel/leaves.ts'
import { inOrder } from '../../../shared/superpixel/merge-tree.ts'

it('sorts merges by height, equal ones as they were made', () => {
  const merges = {
    leafCount: 5,
    a: Uint32Array.of(0, 2, 5, 7),
    b: Uint32Array.of(1, 3, 6, 4),
    height: Float32Array.of(9, 1, 9, 1e20),
    count: 4,
  }
  const { a, b } = inOrder(merges)
  expect([...a]).toEqual([2, 0, 6, 7])
  expect([...b]).toEqual([3, 1, 5, 4])
})

it('gives every merge a range of leaves that its two parts share out', () => {
  const { parent, lo, hi, leafNumber } = numberLeaves({
    leafCount: 4,
    a: Uint32Array.from([2, 0, 5]),
    b: Uint32Array.from([3, 1, 4]),
  })
  expect([...leafNumber]).toEqual([0, 1, 2, 3])
  expect([...parent]).toEqual([5, 5, 4, 4, 6, 6, 6])
  expect([...lo]).toEqual([2, 0, 0])
  expect([...hi]).toEqual([4, 2, 4])
})
