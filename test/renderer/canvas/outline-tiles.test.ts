import { expect, it } from 'vitest'
import { OUTLINE_TILE, outlineColors, tileLeaves } from '../../../renderer/canvas/layers/outline-tiles.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { CellMap } from '../../../shared/superpixel/cell-map.ts'
import { nodesOfLeaves } from '../../../shared/superpixel/cut.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'
import { noSplits, refinedNodeAt, type Splits, splitCell } from '../../../shared/superpixel/refinement.ts'
import { sceneImage } from '../../support/made-images.ts'

/** Left half dark, right half light: two cells with their border at column 12. */
function twoHalves(): Hierarchy {
  const [width, height] = [24, 16]
  const data = new Uint8ClampedArray(4 * width * height)
  for (let i = 0; i < width * height; i++) {
    data.fill(i % width < 12 ? 20 : 230, 4 * i, 4 * i + 3)
    data[4 * i + 3] = 255
  }
  return buildHierarchy({ width, height, data })
}

/** A tile, painted over what was there before. */
function paint(hierarchy: Hierarchy, nodes: Uint32Array, scale: number, column: number, row: number) {
  const colors = new Uint32Array(OUTLINE_TILE ** 2).fill(7)
  outlineColors(tileLeaves(hierarchy, scale, column, row), nodes, colors)
  return colors
}

const litColumns = (colors: Uint32Array, y: number) =>
  [...colors.subarray(y * OUTLINE_TILE, (y + 1) * OUTLINE_TILE)].flatMap((color, x) => (color ? [x] : []))

it.each([1, 2, 5.5, 10])('draws a border of one device pixel and its shadow at %s times', (scale) => {
  const hierarchy = twoHalves()
  const colors = paint(hierarchy, nodesOfLeaves(hierarchy, 2), scale, 0, 0)
  const border = Math.round(12 * scale)
  for (const y of [0, 3, Math.floor(15 * scale)]) expect(litColumns(colors, y)).toEqual([border - 1, border])
})

it('draws nothing outside of the image', () => {
  const hierarchy = twoHalves()
  const colors = paint(hierarchy, nodesOfLeaves(hierarchy, 2), 1, 0, 0)
  expect(litColumns(colors, 16)).toEqual([])
  expect(paint(hierarchy, nodesOfLeaves(hierarchy, 2), 1, 1, 0).every((color) => color === 0)).toBe(true)
})

it('goes on across tiles without a gap or a doubled line', () => {
  const hierarchy = twoHalves()
  const nodes = nodesOfLeaves(hierarchy, 2)
  // At this zoom the border lies on the edge between tiles 0 and 1.
  const scale = OUTLINE_TILE / 12
  expect(litColumns(paint(hierarchy, nodes, scale, 0, 0), 5)).toEqual([OUTLINE_TILE - 1])
  expect(litColumns(paint(hierarchy, nodes, scale, 1, 0), 5)).toEqual([0])
})

it('shows what is split in a level, and at another level what that has', () => {
  const hierarchy = buildHierarchy(sceneImage(90, 70))
  const map = new CellMap(hierarchy, 12)
  const leaves = tileLeaves(hierarchy, 2, 0, 0)
  /** Sides between different cells, by the image alone, under the pixels of the tile. */
  const expected = (count: number, splits: Splits) =>
    Array.from({ length: 180 * 140 }, (_, i) => {
      const [x, y] = [i % 180, Math.floor(i / 180)]
      const cellAt = (px: number, py: number) => {
        const [cx, cy] = [Math.min(89, px >> 1), Math.min(69, py >> 1)]
        return refinedNodeAt(hierarchy, hierarchy.leaf[cy * 90 + cx]!, count, splits)
      }
      return cellAt(x, y) !== cellAt(x + 1, y) || cellAt(x, y) !== cellAt(x, y + 1)
    })
  const shown = () => {
    const colors = new Uint32Array(OUTLINE_TILE ** 2)
    outlineColors(leaves, map.nodes, colors)
    return Array.from({ length: 180 * 140 }, (_, i) => {
      const color = colors[Math.floor(i / 180) * OUTLINE_TILE + (i % 180)]!
      return color >>> 24 === 0x80
    })
  }
  let splits = noSplits
  for (const leaf of [10, 10, 200, 10]) {
    splits = splitCell(hierarchy, leaf, 12, splits)
    map.show(12, splits)
    expect(shown()).toEqual(expected(12, splits))
  }
  map.show(60, splits)
  expect(shown()).toEqual(expected(60, splits))
  map.show(12, noSplits)
  expect(shown()).toEqual(expected(12, noSplits))
})

/** Lines and shadows by the cell under each device pixel and under its four neighbours, and by nothing else. */
function byPixels(hierarchy: Hierarchy, nodes: Uint32Array, scale: number, column: number, row: number) {
  const { width, height, leaf } = hierarchy
  const colors = new Uint32Array(OUTLINE_TILE ** 2)
  const sample = (at: number, size: number) => Math.min(size - 1, Math.max(0, Math.floor((at + 0.5) / scale)))
  const cellAt = (x: number, y: number) => nodes[leaf[sample(y, height) * width + sample(x, width)]!]!
  const [left, top] = [column * OUTLINE_TILE, row * OUTLINE_TILE]
  for (let j = 0; j < OUTLINE_TILE && top + j < Math.ceil(height * scale); j++) {
    for (let i = 0; i < OUTLINE_TILE && left + i < Math.ceil(width * scale); i++) {
      const [x, y] = [left + i, top + j]
      const cell = cellAt(x, y)
      const isLine = cell !== cellAt(x + 1, y) || cell !== cellAt(x, y + 1)
      const isShadow = cell !== cellAt(x - 1, y) || cell !== cellAt(x, y - 1)
      colors[j * OUTLINE_TILE + i] = isLine ? 0x80ffffff : isShadow ? 0x66000000 : 0
    }
  }
  return colors
}

const differing = (a: Uint32Array, b: Uint32Array) =>
  a.reduce((sum, color, i) => sum + (color === b[i] ? 0 : 1), 0)

it.each([0.17, 0.5, 0.68, 1, 1.9, 7.3])('draws what the pixels say at %s times, at every level', (scale) => {
  const hierarchy = buildHierarchy(sceneImage(300, 210))
  for (const count of [1, 5, 40, 300, hierarchy.leafCount]) {
    const nodes = nodesOfLeaves(hierarchy, count)
    for (const [column, row] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [3, 2],
    ] as const) {
      const expected = byPixels(hierarchy, nodes, scale, column, row)
      const name = `${count} cells, tile ${column}, ${row}`
      expect(differing(paint(hierarchy, nodes, scale, column, row), expected), name).toBe(0)
    }
  }
})
