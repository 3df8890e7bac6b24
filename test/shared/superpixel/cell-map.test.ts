import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { CellMap } from '../../../shared/superpixel/cell-map.ts'
import { endLeaf, firstLeaf } from '../../../shared/superpixel/hierarchy.ts'
import {
  joinCell,
  noSplits,
  refinedNodeAt,
  type Splits,
  splitCell,
} from '../../../shared/superpixel/refinement.ts'
import { sceneImage } from '../../support/made-images.ts'

const scene = buildHierarchy(sceneImage(90, 70))
const step = fc.record({
  how: fc.constantFrom('level', 'split', 'join', 'clear'),
  leaf: fc.nat(scene.leafCount - 1),
  count: fc.integer({ min: 2, max: scene.leafCount }),
})

const cellsOf = (count: number, splits: Splits) =>
  Array.from({ length: scene.leafCount }, (_, leaf) => refinedNodeAt(scene, leaf, count, splits))

describe('a map of cells', () => {
  it('is always what looking up every leaf would give, and names every leaf that changed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const map = new CellMap(scene, 40)
        let count = 40
        let splits = noSplits
        for (const { how, leaf, count: other } of steps) {
          if (how === 'level') count = other
          if (how === 'split') splits = splitCell(scene, leaf, count, splits)
          if (how === 'join') splits = joinCell(scene, leaf, count, splits)
          if (how === 'clear') splits = noSplits
          const before = [...map.nodes]
          const named = new Uint8Array(scene.leafCount)
          map.show(count, splits, (lo, hi) => named.fill(1, lo, hi))
          expect([...map.nodes]).toEqual(cellsOf(count, splits))
          for (const [i, node] of before.entries()) if (map.nodes[i] !== node) expect(named[i]).toBe(1)
        }
      }),
    )
  })

  it('names only the leaves of the cell that is split or joined', () => {
    const map = new CellMap(scene, 20)
    const leaf = scene.leaf.findIndex((at) => refinedNodeAt(scene, at, 20, noSplits) >= scene.leafCount)
    const at = scene.leaf[leaf]!
    const cell = refinedNodeAt(scene, at, 20, noSplits)
    const named: number[][] = []
    const splits = splitCell(scene, at, 20, noSplits)
    map.show(20, splits, (...range) => named.push(range))
    map.show(20, splits, (...range) => named.push(range))
    map.show(20, noSplits, (...range) => named.push(range))
    const range = [firstLeaf(scene, cell), endLeaf(scene, cell)]
    expect(named).toEqual([range, range])
  })

  it('names all leaves of a cell that is joined, whichever of the splits within it came first', () => {
    const cell = cellsOf(20, noSplits).find((node) => {
      const first = refinedNodeAt(scene, firstLeaf(scene, node), 20, new Set([node]))
      return node >= scene.leafCount && first >= scene.leafCount
    })!
    const lo = firstLeaf(scene, cell)
    const inner = refinedNodeAt(scene, lo, 20, new Set([cell]))
    for (const splits of [new Set([inner, cell]), new Set([cell, inner])]) {
      const map = new CellMap(scene, 20)
      map.show(20, splits)
      const named = new Set<number>()
      map.show(20, noSplits, (from, to) => {
        for (let leaf = from; leaf < to; leaf++) named.add(leaf)
      })
      expect(named.size).toBe(endLeaf(scene, cell) - lo)
    }
  })
})
