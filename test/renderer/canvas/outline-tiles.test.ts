import { expect, it } from 'vitest'
import { OUTLINE_TILE, outlineColors } from '../../../renderer/canvas/layers/outline-tiles.ts'
import { buildHierarchy } from '../../../shared/superpixel/build.ts'
import { nodesOfLeaves } from '../../../shared/superpixel/cut.ts'
import type { Hierarchy } from '../../../shared/superpixel/hierarchy.ts'

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

const litColumns = (colors: Uint32Array, y: number) =>
  [...colors.subarray(y * OUTLINE_TILE, (y + 1) * OUTLINE_TILE)].flatMap((color, x) => (color ? [x] : []))

it.each([1, 2, 5.5, 10])('draws a border of one device pixel and its shadow at %s times', (scale) => {
  const hierarchy = twoHalves()
  const colors = outlineColors(hierarchy, nodesOfLeaves(hierarchy, 2), scale, 0, 0)
  const border = Math.round(12 * scale)
  for (const y of [0, 3, Math.floor(15 * scale)]) expect(litColumns(colors, y)).toEqual([border - 1, border])
})

it('draws nothing outside of the image', () => {
  const hierarchy = twoHalves()
  const colors = outlineColors(hierarchy, nodesOfLeaves(hierarchy, 2), 1, 0, 0)
  expect(litColumns(colors, 16)).toEqual([])
  expect(outlineColors(hierarchy, nodesOfLeaves(hierarchy, 2), 1, 1, 0).every((color) => color === 0)).toBe(
    true,
  )
})

it('goes on across tiles without a gap or a doubled line', () => {
  const hierarchy = twoHalves()
  const nodes = nodesOfLeaves(hierarchy, 2)
  // At this zoom the border lies on the edge between tiles 0 and 1.
  const scale = OUTLINE_TILE / 12
  expect(litColumns(outlineColors(hierarchy, nodes, scale, 0, 0), 5)).toEqual([OUTLINE_TILE - 1])
  expect(litColumns(outlineColors(hierarchy, nodes, scale, 1, 0), 5)).toEqual([0])
})
