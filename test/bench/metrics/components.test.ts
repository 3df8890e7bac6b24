import { expect, it } from 'vitest'
import { componentsOf } from '../../../bench/metrics/components.ts'
import { componentCount } from '../../support/partition.ts'

it('gives every 4-connected part of a label a number of its own, by its first pixel', () => {
  const labels = Uint32Array.of(
    ...[7, 7, 3, 7], //
    ...[3, 7, 3, 7],
    ...[3, 3, 7, 7],
  )
  const { label, areas, labelCount, height } = componentsOf(labels, 4)
  expect([...label]).toEqual([
    ...[0, 0, 1, 2], //
    ...[3, 0, 1, 2],
    ...[3, 3, 2, 2],
  ])
  expect([...areas]).toEqual([3, 2, 4, 3])
  expect([labelCount, height]).toEqual([2, 3])
})

it('does not connect corners', () => {
  expect([...componentsOf(Uint32Array.of(1, 0, 0, 1), 2).areas]).toEqual([1, 1, 1, 1])
})

it('does not connect the end of a row with the start of the next', () => {
  expect([...componentsOf(Uint32Array.of(0, 1, 1, 0), 2).areas]).toEqual([1, 1, 1, 1])
})

it('joins arms that meet only below', () => {
  const { areas } = componentsOf(Uint32Array.of(1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1), 5)
  expect([...areas]).toEqual([11, 2, 2])
})

it('takes negative labels as they are', () => {
  expect([...componentsOf(Int32Array.of(-1, -1, 5), 3).areas]).toEqual([2, 1])
})

it('finds as many components as a flood fill', () => {
  let state = 1
  for (const width of [1, 2, 7, 40]) {
    const labels = Uint32Array.from({ length: width * 23 }, () => {
      state = Math.imul(state, 1664525) + 1013904223
      return (state >>> 16) % 3
    })
    expect(componentsOf(labels, width).areas.length).toBe(componentCount(labels, width))
  }
})
