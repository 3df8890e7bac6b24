import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import {
  cellsOf,
  clampCount,
  nodeAt,
  nodesOfLeaves,
  nodeUnder,
  recut,
} from '../../../shared/superpixel/cut.ts'
import { endLeaf, firstLeaf, type Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { imageOf, sceneImage } from '../../support/made-images.ts'

/** Four leaves in a row; merges: 0 with 1 into 4, 2 with 3 into 5, 4 with 5 into 6. */
const four: Hierarchy = {
  width: 8,
  height: 1,
  engine: 'made by hand',
  leafCount: 4,
  leaf: Uint32Array.from([0, 0, 1, 1, 2, 2, 3, 3]),
  parent: Uint32Array.from([4, 4, 5, 5, 6, 6, 6]),
  lo: Uint32Array.from([0, 2, 0]),
  hi: Uint32Array.from([2, 4, 4]),
  runStart: Uint32Array.from([0, 1, 2, 3, 4]),
  runs: Uint32Array.from([0, 2, 2, 2, 4, 2, 6, 2]),
}
const scene = buildHierarchy(sceneImage(120, 90))

describe('a cut', () => {
  it('applies the cheapest merges first', () => {
    expect([...nodesOfLeaves(four, 4)]).toEqual([0, 1, 2, 3])
    expect([...nodesOfLeaves(four, 3)]).toEqual([4, 4, 2, 3])
    expect([...nodesOfLeaves(four, 2)]).toEqual([4, 4, 5, 5])
  })

  it('has between two superpixels and all leaves', () => {
    expect([...cellsOf(four, 1)]).toEqual([4, 5])
    expect([...cellsOf(four, 99)]).toEqual([0, 1, 2, 3])
    expect(clampCount(four, 2.6)).toBe(3)
    expect(clampCount(four, Number.POSITIVE_INFINITY)).toBe(4)
  })

  it('of an image of one leaf is that leaf', () => {
    const one = buildHierarchy(imageOf(1, 1, () => [1, 2, 3]))
    expect([...cellsOf(one, 5)]).toEqual([0])
    expect(nodeUnder(one, 0, 1)).toBe(0)
  })

  it('answers for one pixel what it answers for all', () => {
    for (const count of [2, 9, 60, 400, scene.leafCount]) {
      const nodes = nodesOfLeaves(scene, count)
      for (let leaf = 0; leaf < scene.leafCount; leaf++) expect(nodeAt(scene, leaf, count)).toBe(nodes[leaf])
      for (let p = 0; p < scene.leaf.length; p += 101) {
        expect(nodeUnder(scene, p, count)).toBe(nodes[scene.leaf[p]!])
      }
    }
  })

  it('lists exactly as many cells as asked for, side by side over all leaves', () => {
    for (const count of [2, 33, 250]) {
      const cells = cellsOf(scene, count)
      expect(new Set(cells).size).toBe(count)
      let end = 0
      for (const node of cells) {
        expect(firstLeaf(scene, node)).toBe(end)
        end = endLeaf(scene, node)
      }
      expect(end).toBe(scene.leafCount)
    }
  })
})

describe('going from one cut to another', () => {
  it('gives the cut, and tells what changed', () => {
    const count = fc.integer({ min: 1, max: scene.leafCount })
    fc.assert(
      fc.property(fc.array(count, { minLength: 2, maxLength: 6 }), (counts) => {
        const nodes = nodesOfLeaves(scene, counts[0]!)
        for (let i = 1; i < counts.length; i++) {
          const before = nodes.slice()
          const isChanged = new Uint8Array(scene.leafCount)
          recut(scene, nodes, counts[i - 1]!, counts[i]!, (lo, hi) => isChanged.fill(1, lo, hi))
          expect(nodes).toEqual(nodesOfLeaves(scene, counts[i]!))
          expect(isChanged).toEqual(Uint8Array.from(nodes, (node, leaf) => (node === before[leaf] ? 0 : 1)))
        }
      }),
    )
  })
})
