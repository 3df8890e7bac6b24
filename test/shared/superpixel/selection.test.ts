import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { cellsOf } from '../../../shared/superpixel/cut.ts'
import { endLeaf, firstLeaf } from '../../../shared/superpixel/hierarchy.ts'
import {
  differenceRanges,
  holdsRange,
  type LeafRanges,
  leafRunsOf,
  noLeaves,
  rangeOfNode,
  runsOfNode,
  runsOfRanges,
  unionRanges,
} from '../../../shared/superpixel/selection.ts'
import { sceneImage } from '../../support/made-images.ts'
import { pixelCountOfRuns } from '../../support/runs.ts'

const scene = buildHierarchy(sceneImage(60, 45))

function leavesOf(ranges: LeafRanges): number[] {
  const leaves: number[] = []
  for (let i = 0; i < ranges.length; i += 2) {
    for (let leaf = ranges[i]!; leaf < ranges[i + 1]!; leaf++) leaves.push(leaf)
  }
  return leaves
}

/** Ranges of the leaves in `set`, made one by one. */
function rangesOf(set: ReadonlySet<number>): LeafRanges {
  let ranges = noLeaves
  for (const leaf of set) ranges = unionRanges(ranges, Uint32Array.of(leaf, leaf + 1))
  return ranges
}

function expectCanonical(ranges: LeafRanges) {
  for (let i = 0; i < ranges.length; i++) if (i > 0) expect(ranges[i]!).toBeGreaterThan(ranges[i - 1]!)
}

const someLeaves = fc.uniqueArray(fc.nat(25), { maxLength: 26 }).map((leaves) => new Set(leaves))
const sorted = (leaves: Iterable<number>) => [...leaves].sort((a, b) => a - b)

describe('leaf ranges', () => {
  it('unite as sets do', () => {
    fc.assert(
      fc.property(someLeaves, someLeaves, (a, b) => {
        const union = unionRanges(rangesOf(a), rangesOf(b))
        expectCanonical(union)
        expect(leavesOf(union)).toEqual(sorted(new Set([...a, ...b])))
      }),
    )
  })

  it('subtract as sets do', () => {
    fc.assert(
      fc.property(someLeaves, someLeaves, (a, b) => {
        const difference = differenceRanges(rangesOf(a), rangesOf(b))
        expectCanonical(difference)
        expect(leavesOf(difference)).toEqual(sorted([...a].filter((leaf) => !b.has(leaf))))
      }),
    )
  })

  it('know what they hold wholly', () => {
    const range = fc.tuple(fc.nat(25), fc.integer({ min: 1, max: 6 }))
    fc.assert(
      fc.property(someLeaves, range, (set, [lo, length]) => {
        const isHeld = Array.from({ length }, (_, i) => lo + i).every((leaf) => set.has(leaf))
        expect(holdsRange(rangesOf(set), lo, lo + length)).toBe(isHeld)
      }),
    )
  })
})

describe('the pixels of superpixels', () => {
  it('are those whose leaf lies in the range, as sorted runs within rows', () => {
    for (const node of [...cellsOf(scene, 12), 0, 2 * scene.leafCount - 2]) {
      const inside = [...scene.leaf.keys()].filter((p) => {
        const leaf = scene.leaf[p]!
        return leaf >= firstLeaf(scene, node) && leaf < endLeaf(scene, node)
      })
      const runs = runsOfNode(scene, node)
      const listed: number[] = []
      for (let i = 0; i < runs.length; i += 2) {
        expect(Math.floor(runs[i]! / 60)).toBe(Math.floor((runs[i]! + runs[i + 1]! - 1) / 60))
        for (let p = runs[i]!; p < runs[i]! + runs[i + 1]!; p++) listed.push(p)
      }
      expect(listed).toEqual(inside)
    }
  })

  it('of a whole partition are the image, a run per row', () => {
    const all = [...cellsOf(scene, 30)].reduce(
      (ranges, node) => unionRanges(ranges, rangeOfNode(scene, node)),
      noLeaves,
    )
    expect([...all]).toEqual([0, scene.leafCount])
    expect([...runsOfRanges(scene, all)]).toEqual(Array.from({ length: 45 }, (_, y) => [y * 60, 60]).flat())
  })

  it('of no leaves are none', () => {
    expect(runsOfRanges(scene, noLeaves)).toHaveLength(0)
  })

  it('can be looked at without an order', () => {
    const node = cellsOf(scene, 12)[3]!
    const unordered = leafRunsOf(scene, firstLeaf(scene, node), endLeaf(scene, node))
    expect(pixelCountOfRuns(unordered)).toBe(pixelCountOfRuns(runsOfNode(scene, node)))
  })
})
