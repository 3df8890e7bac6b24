import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { nodeAt } from '../../../shared/superpixel/cut.ts'
import { anchoredStep, countOfSide, meanSide } from '../../../shared/superpixel/level.ts'
import { noSplits, refinedNodeAt, splitCell } from '../../../shared/superpixel/refinement.ts'
import { sceneImage } from '../../support/made-images.ts'

const scene = buildHierarchy(sceneImage(160, 120))
const somewhere = fc.record({
  leaf: fc.nat(scene.leafCount - 1),
  count: fc.integer({ min: 2, max: scene.leafCount }),
})

it('turns a size in pixels into a count and back', () => {
  const count = countOfSide(scene, 16)
  expect(count).toBe(75)
  expect(meanSide(scene, count)).toBe(16)
})

describe('a notch', () => {
  it('always changes the cell under the cursor, until there is nothing left to change', () => {
    fc.assert(
      fc.property(somewhere, ({ leaf, count }) => {
        const node = nodeAt(scene, leaf, count)
        const larger = nodeAt(scene, leaf, anchoredStep(scene, leaf, count, 'larger', false))
        const isOneOfTwo = scene.parent[node] === 2 * scene.leafCount - 2
        if (!isOneOfTwo) expect(larger).toBeGreaterThan(node)
        const smaller = nodeAt(scene, leaf, anchoredStep(scene, leaf, count, 'smaller', false))
        if (node >= scene.leafCount) expect(smaller).toBeLessThan(node)
        else expect(smaller).toBe(leaf)
      }),
    )
  })

  it('is at least √2 in mean area where there is room, fine or not a step of one', () => {
    fc.assert(
      fc.property(somewhere, ({ leaf, count }) => {
        const larger = anchoredStep(scene, leaf, count, 'larger', false)
        expect(larger).toBeLessThanOrEqual(Math.max(2, Math.round(count / Math.SQRT2)))
        const smaller = anchoredStep(scene, leaf, count, 'smaller', false)
        expect(smaller).toBeGreaterThanOrEqual(Math.min(scene.leafCount, Math.round(count * Math.SQRT2)))
      }),
    )
  })

  it('goes no further than √2 when the cell under the cursor changes on the way', () => {
    let found = 0
    for (let leaf = 0; leaf < scene.leafCount; leaf++) {
      const count = 200
      const target = Math.round(count / Math.SQRT2)
      if (nodeAt(scene, leaf, target) === nodeAt(scene, leaf, count)) continue
      found++
      expect(anchoredStep(scene, leaf, count, 'larger', false)).toBe(target)
    }
    expect(found).toBeGreaterThan(0)
  })

  it('is four fine ones, which do not look at the cursor', () => {
    let count = 800
    for (let i = 0; i < 4; i++) count = anchoredStep(scene, 0, count, 'larger', true)
    expect(Math.abs(count - 800 / Math.SQRT2)).toBeLessThan(3)
  })

  it('moves by at least one, fine or not, until the end', () => {
    expect(anchoredStep(scene, null, 3, 'larger', true)).toBe(2)
    expect(anchoredStep(scene, null, 2, 'smaller', true)).toBe(3)
    expect(anchoredStep(scene, null, 2, 'larger', false)).toBe(2)
    expect(anchoredStep(scene, null, scene.leafCount, 'smaller', false)).toBe(scene.leafCount)
  })

  it('is seen in a cell that was split as well, and goes on from what is seen', () => {
    const splitSomewhere = fc.tuple(somewhere, fc.array(fc.nat(scene.leafCount - 1), { maxLength: 6 }))
    fc.assert(
      fc.property(splitSomewhere, ([{ leaf, count }, others]) => {
        let splits = splitCell(scene, leaf, Math.ceil(count / 2), noSplits)
        for (const at of [leaf, leaf, ...others]) splits = splitCell(scene, at, count, splits)
        const cell = refinedNodeAt(scene, leaf, count, splits)
        const finer = anchoredStep(scene, leaf, count, 'smaller', false, splits)
        const smaller = refinedNodeAt(scene, leaf, finer, splits)
        if (cell >= scene.leafCount) expect(smaller).toBeLessThan(cell)
        const coarser = anchoredStep(scene, leaf, count, 'larger', false, splits)
        const isCoarsest = coarser <= 2
        if (!isCoarsest) expect(refinedNodeAt(scene, leaf, coarser, splits)).toBeGreaterThan(cell)
      }),
    )
  })
})
