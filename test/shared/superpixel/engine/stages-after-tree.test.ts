import { describe, expect, it } from 'vitest'
import { cellNumbers, clampCount } from '../../../../shared/superpixel/cut.ts'
import { leafRuns, numberLeaves } from '../../../../shared/superpixel/leaves.ts'
import { inOrder } from '../../../../shared/superpixel/merge-tree.ts'
import { linkTable, settle } from '../../../../shared/superpixel/settling.ts'
import { pixelOf, widthOf } from '../../../../shared/superpixel/tiles.ts'
import { KernelDesk } from '../../../support/kernel-desk.ts'
import { coloursOf, stageImages, stagesOf, treesOf } from '../../../support/kernel-stages.ts'

// The kernel's functions that come after the tree, against the reference as in `stages.test.ts`.

describe.each(Object.keys(stageImages))('over %s the kernel', (name) => {
  const stages = stagesOf(stageImages[name]!)
  const { width, height, planes } = stages
  const pixelCount = width * height

  it('lets the same pixels go over, cell by cell and tile by tile', () => {
    const desk = new KernelDesk()
    const { tiles, trees, merges } = treesOf(stages)
    const { leafCount } = merges
    const { parent, lo, hi, leafNumber } = numberLeaves(inOrder(merges))
    const tree = { leafCount, parent, lo, hi }
    // Small cells, so that there is something to settle.
    const count = clampCount(tree, pixelCount / 25)
    const cells = desk.room(4 * leafCount)
    const loAt = desk.put(Uint32Array.from([...new Uint32Array(leafCount), ...lo]))
    const cellCount = desk.k.numberCells(leafCount, desk.put(parent), loAt, 2 * leafCount - count, cells)
    const cellOf = cellNumbers(tree, count)
    expect(desk.u32(cells, leafCount)).toEqual(cellOf)
    expect(cellCount).toBe(cellOf.at(-1)! + 1)

    const settled = new Uint32Array(pixelCount)
    const moved: Uint32Array[] = []
    const sums: number[] = []
    const numbers = desk.put(leafNumber)
    const totals = desk.put(new Float64Array(4 * cellCount))
    const means = desk.room(16 * cellCount)
    const place = desk.room(4 * cellCount)
    const links = desk.put(linkTable())
    let leafStart = 0
    const starts = trees.map(({ regions }) => {
      const start = leafStart
      sums.push(desk.put(regions.sums))
      desk.k.addToCells(sums.at(-1)!, numbers + 4 * start, regions.count, cells, totals)
      leafStart += regions.count
      return start
    })
    desk.k.meansOfCells(totals, cellCount, means)
    for (const [i, { regions }] of trees.entries()) {
      const tile = tiles[i]!
      const [columns, rows] = [widthOf(tile), tile.bottom - tile.top]
      for (const [p, region] of regions.label.entries()) {
        settled[pixelOf(tile, width, p)] = leafNumber[starts[i]! + region]!
      }
      const step = 2 * Math.ceil((columns + 2) / 8) * 8
      const map = desk.room(step * (rows + 2)) + step + 2
      const marks = desk.put(new Uint8Array(step * (rows + 2))) + step
      const colours = desk.put(coloursOf(stages, tile))
      const [known, own, ownMeans] = [4, 2, 16].map((bytes) => desk.room(bytes * regions.count))
      const number = numbers + 4 * starts[i]!
      desk.k.cellsOfTile(number, regions.count, cells, means, place, known!, own!, ownMeans!)
      const label = desk.put(regions.label)
      desk.k.mapCells(label, columns, rows, own!, map, step)
      desk.k.settlePixels(
        label,
        map,
        step,
        marks,
        colours,
        sums[i]!,
        ownMeans!,
        links,
        columns,
        tile.left > 0 ? 1 : 0,
        tile.top > 0 ? 1 : 0,
        tile.right < width ? columns - 1 : columns,
        tile.bottom < height ? rows - 1 : rows,
        tile.left & 1,
        tile.top & 1,
      )
      moved[i] = Uint32Array.from(
        desk.u32(label, regions.label.length),
        (region) => leafNumber[starts[i]! + region]!,
      )
    }
    settle(settled, cellOf, planes, width, tiles)
    for (const [i, { regions }] of trees.entries()) {
      const after = new Int32Array(4 * regions.count)
      const colours = coloursOf(stages, tiles[i]!)
      for (const [p, leaf] of moved[i]!.entries()) {
        const region = leafNumber.indexOf(leaf) - starts[i]!
        for (let k = 0; k < 4; k++) after[4 * region + k]! += colours[4 * p + k]!
      }
      expect(desk.i32(sums[i]!, 4 * regions.count)).toEqual(after)
    }
    for (const [i, tile] of tiles.entries()) {
      expect(moved[i]).toEqual(Uint32Array.from(moved[i]!, (_, p) => settled[pixelOf(tile, width, p)]!))
    }
  })

  it('numbers the same leaves and finds the same runs', () => {
    const desk = new KernelDesk()
    const { tiles, trees, merges } = treesOf(stages)
    const { leafCount } = merges
    const expected = numberLeaves(inOrder(merges))
    const [a, b, heights] = [desk.put(merges.a), desk.put(merges.b), desk.put(merges.height)]
    const words = (count: number) => desk.room(4 * count)
    const [order, spare, number] = [words(leafCount), words(leafCount), words(leafCount)]
    const nodeCount = 2 * leafCount - 1
    const [parent, lo, hi] = [words(nodeCount), words(nodeCount), words(nodeCount)]
    desk.k.sortHeights(heights, leafCount - 1, order, spare, words(2049))
    desk.k.numberLeaves(leafCount, a, b, order, spare, parent, lo, hi, number)
    expect(desk.u32(parent, nodeCount)).toEqual(expected.parent)
    expect(desk.u32(lo, nodeCount).subarray(leafCount)).toEqual(expected.lo)
    expect(desk.u32(hi, nodeCount).subarray(leafCount)).toEqual(expected.hi)
    expect(desk.u32(number, leafCount)).toEqual(expected.leafNumber)

    const leaf = new Uint32Array(pixelCount)
    const starts = words(leafCount + 1)
    const counts = desk.put(new Uint32Array(leafCount))
    const labels: number[] = []
    let leafStart = 0
    for (const [i, { regions }] of trees.entries()) {
      const tile = tiles[i]!
      labels.push(desk.put(regions.label))
      const rows = tile.bottom - tile.top
      desk.k.countRuns(labels.at(-1)!, widthOf(tile), rows, counts + 4 * leafStart)
      for (const [p, region] of regions.label.entries()) {
        leaf[pixelOf(tile, width, p)] = expected.leafNumber[leafStart + region]!
      }
      leafStart += regions.count
    }
    const { runStart, runs } = leafRuns(leaf, width, leafCount)
    expect(desk.k.startsOfRuns(counts, number, leafCount, starts)).toBe(runs.length / 2)
    expect(desk.u32(starts, leafCount + 1)).toEqual(runStart)
    const next = desk.put(runStart)
    const runsAt = words(runs.length)
    const leaves = words(pixelCount)
    leafStart = 0
    for (const [i, { regions }] of trees.entries()) {
      const tile = tiles[i]!
      const first = tile.top * width + tile.left
      const numbers = number + 4 * leafStart
      const rows = tile.bottom - tile.top
      desk.k.paintLeaves(labels[i]!, widthOf(tile), rows, first, width, numbers, next, runsAt, leaves)
      leafStart += regions.count
    }
    expect(desk.u32(leaves, pixelCount)).toEqual(leaf)
    expect(desk.u32(runsAt, runs.length)).toEqual(runs)
  })
})
