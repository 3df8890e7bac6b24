import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { cellsOf, nodeAt } from '../../../shared/superpixel/cut.ts'
import { endLeaf, firstLeaf, type Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import {
  joinCell,
  noSplits,
  refinedNodeAt,
  type Splits,
  shownSplits,
  splitCell,
} from '../../../shared/superpixel/refinement.ts'
import { sceneImage } from '../../support/made-images.ts'

const scene = buildHierarchy(sceneImage(90, 70))
const leaf = fc.nat(scene.leafCount - 1)
const count = fc.integer({ min: 2, max: scene.leafCount })
/** Cells split one after another, each found by a leaf of it. */
const splitsAt = fc.tuple(count, fc.array(leaf, { maxLength: 12 })).map(([level, leaves]) => ({
  level,
  splits: leaves.reduce((splits, at) => splitCell(scene, at, level, splits), noSplits),
}))

/** The cells of the partition into `count`, with `splits`, as nodes from the first leaf to the last. */
function refinedCells(h: Hierarchy, count: number, splits: Splits): number[] {
  const cells: number[] = []
  for (let leaf = 0; leaf < h.leafCount; leaf = endLeaf(h, cells.at(-1)!)) {
    cells.push(refinedNodeAt(h, leaf, count, splits))
  }
  return cells
}

function expectCover(cells: readonly number[]) {
  let end = 0
  for (const node of cells) {
    expect(firstLeaf(scene, node)).toBe(end)
    end = endLeaf(scene, node)
  }
  expect(end).toBe(scene.leafCount)
}

describe('cells with refinements', () => {
  it('without any are those of the level', () => {
    expect(refinedCells(scene, 40, noSplits)).toEqual([...cellsOf(scene, 40)])
  })

  it('cover the image side by side, at the level of the splits and at any other', () => {
    fc.assert(
      fc.property(splitsAt, count, ({ level, splits }, other) => {
        expectCover(refinedCells(scene, level, splits))
        expectCover(refinedCells(scene, other, splits))
      }),
    )
  })

  it('are as many more as there are splits that show', () => {
    fc.assert(
      fc.property(splitsAt, count, ({ level, splits }, other) => {
        expect(refinedCells(scene, level, splits)).toHaveLength(level + shownSplits(scene, level, splits))
        expect(refinedCells(scene, other, splits)).toHaveLength(other + shownSplits(scene, other, splits))
      }),
    )
  })

  it('lie within the cells of the level', () => {
    fc.assert(
      fc.property(splitsAt, leaf, ({ level, splits }, at) => {
        const cell = refinedNodeAt(scene, at, level, splits)
        const whole = nodeAt(scene, at, level)
        expect(firstLeaf(scene, whole)).toBeLessThanOrEqual(firstLeaf(scene, cell))
        expect(endLeaf(scene, cell)).toBeLessThanOrEqual(endLeaf(scene, whole))
      }),
    )
  })
})

describe('splitting', () => {
  it('makes two cells of one and leaves all others', () => {
    fc.assert(
      fc.property(splitsAt, leaf, ({ level, splits }, at) => {
        const before = refinedCells(scene, level, splits)
        const cell = refinedNodeAt(scene, at, level, splits)
        const after = refinedCells(scene, level, splitCell(scene, at, level, splits))
        if (cell < scene.leafCount) expect(after).toEqual(before)
        else {
          const parts = after.filter((node) => !before.includes(node))
          expect(parts.map((node) => scene.parent[node])).toEqual([cell, cell])
          expect(after.filter((node) => before.includes(node))).toEqual(before.filter((n) => n !== cell))
        }
      }),
    )
  })

  it('is taken back by joining, with what was split within', () => {
    fc.assert(
      fc.property(splitsAt, leaf, fc.nat(6), ({ level, splits }, at, depth) => {
        const before = refinedCells(scene, level, splits)
        let deep: Splits = splitCell(scene, at, level, splits)
        if (deep === splits) return
        const first = firstLeaf(scene, refinedNodeAt(scene, at, level, splits))
        for (let i = 0; i < depth; i++) deep = splitCell(scene, first, level, deep)
        // From deep within, each join takes back one split.
        let joined = deep
        while (refinedCells(scene, level, joined).length > before.length) {
          const next = joinCell(scene, first, level, joined)
          expect(next).not.toBe(joined)
          joined = next
        }
        expect(refinedCells(scene, level, joined)).toEqual(before)
      }),
    )
  })

  it('ends at leaves, and joining at the cells of the level', () => {
    let splits = noSplits
    for (let i = 0; i < scene.leafCount; i++) splits = splitCell(scene, 0, 2, splits)
    expect(refinedNodeAt(scene, 0, 2, splits)).toBe(0)
    expect(splitCell(scene, 0, 2, splits)).toBe(splits)
    expect(joinCell(scene, 0, 2, noSplits)).toBe(noSplits)
    expect(joinCell(scene, scene.leafCount - 1, 2, splits)).toBe(splits)
  })

  it('on a coarser level shows nothing of what was split on a finer one', () => {
    const at = [...scene.leaf].find((leaf) => {
      const cell = nodeAt(scene, leaf, 100)
      return cell >= scene.leafCount && cell !== nodeAt(scene, leaf, 50)
    })!
    const splits = splitCell(scene, at, 100, noSplits)
    expect(refinedCells(scene, 50, splits)).toEqual([...cellsOf(scene, 50)])
    expect(refinedCells(scene, 100, splits)).toHaveLength(101)
  })
})
